// Which neurons and synapses are of one kind, so that one array can hold the values of all. Invariant:
// what differs in more than numbers gets another key; what cannot be pooled at all gets none.

import type { ParameterValue } from "../../models/types.js";
import type { Connection, Population } from "../../network/types.js";

/** What keys need to know beyond the thing itself. */
export interface KeyContext {
  /** Paths that are written or differ between copies: their owners share a pool only with their like. */
  readonly tunable: ReadonlySet<string>;
  readonly perCopy: ReadonlySet<string>;
}

/** Numbers for objects, so that they can be part of a key. */
export class Identities {
  readonly #known = new Map<object, number>();

  of(object: object): number {
    let id = this.#known.get(object);
    if (id === undefined) this.#known.set(object, (id = this.#known.size));
    return id;
  }
}

/** What parameters add to a key; undefined where one has an array of its own. */
function keyOfValues(
  owner: string,
  values: ReadonlyMap<string, ParameterValue>,
  { tunable, perCopy }: KeyContext,
): string | undefined {
  let key = "";
  for (const [name, value] of values) {
    if (typeof value === "object") return undefined;
    if (typeof value === "boolean") key += `${name}=${String(value)};`;
    if (tunable.size + perCopy.size === 0) continue;
    const path = `${owner}.${name}`;
    if (perCopy.has(path)) key += `${name} per copy;`;
    else if (tunable.has(path)) key += `${name} tunable;`;
  }
  return key;
}

/** Equal for neurons that one pool can hold; undefined for what is no single neuron. */
export function keyOfPopulation(
  { name, type, size, initialValues }: Population,
  context: KeyContext,
): string | undefined {
  if (size !== 1 || type.channels.length > 0) return undefined;
  const values = keyOfValues(name, type.values, context);
  return values === undefined ? undefined : `${values} ${[...initialValues.keys()].join()}`;
}

/** Equal for synapses that one pool can hold; undefined for what is no single synapse. */
export function keyOfConnection(
  { name, synapse, source, target, connectivity, values, declared }: Connection,
  context: KeyContext,
): string | undefined {
  if (connectivity.kind !== "all-to-all" && connectivity.kind !== "one-to-one") return undefined;
  const { model } = synapse;
  // A coupling of a neuron with itself counts once, which a list of edges cannot say.
  if (declared !== undefined || (model.symmetric && source === target)) return undefined;
  const key = keyOfValues(name, values, context);
  if (key === undefined || model.delay === undefined) return key;
  return `${key} after ${String(values.get(model.delay))}`;
}
