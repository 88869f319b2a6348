// Connections: checked when they are added, and resolved by the oddities of the outermost network.
// Invariant: `given` holds what the user gave, so that adding a network to one with other oddities
// starts from there.

import { ValidationError } from "../errors.js";
import type { QuirkName } from "../models/quirks.js";
import type { ParameterValue, SynapseType } from "../models/types.js";
import { edgeCount, valueCount } from "./connectivity.js";
import type { Ends } from "./read-connectivity.js";
import { checkSymmetric } from "./symmetric.js";
import type { Connection } from "./types.js";

/** A connection as it was given, and as it is under the oddities of its network. */
export interface ConnectionRecord {
  readonly given: Connection;
  readonly resolved: Connection;
  /** Number of edges. */
  readonly edges: number;
}
/** True for what a synapse factory gives back. */
function isSynapseType(value: unknown): value is SynapseType {
  if (typeof value !== "object" || value === null) return false;
  const { kind, model, values, shape } = value as Partial<SynapseType>;
  return (
    kind === "synapse" &&
    model?.kind === "synapse" &&
    values instanceof Map &&
    typeof shape === "object"
  );
}

/** Refuses anything but what a synapse factory gives back. */
export function checkSynapseType(where: string, type: unknown): SynapseType {
  if (isSynapseType(type)) return type;
  throw new ValidationError({
    code: "wrong-kind",
    where: `${where}.synapse`,
    problem: "not a synapse type",
    got: type,
    allowed: "what a synapse factory gives back",
    hint: `Write for example synapses.nonSpiking({ maxConductance: 1 })${
      typeof type === "function" ? ", with the parentheses" : ""
    }.`,
  });
}

/** Refuses arrays of edge values that have another length than the connectivity asks for. */
function checkValueLengths(where: string, connection: Connection, ends: Ends): void {
  const expected = valueCount(connection.connectivity, ends.source, ends.target);
  for (const [name, value] of connection.values) {
    if (typeof value !== "object" || value.length === expected) continue;
    throw new ValidationError({
      code: "wrong-length",
      where: `${where}.${name}`,
      problem: `the number of values does not fit ${connection.connectivity.kind}`,
      got: value.length,
      allowed: `${expected}, for ${ends.source.name} -> ${ends.target.name}`,
    });
  }
}

/** Checks a connection as given and resolves it. */
export function recordConnection(
  where: string,
  given: Connection,
  ends: Ends,
  quirks: ReadonlySet<QuirkName>,
): ConnectionRecord {
  checkValueLengths(where, given, ends);
  checkSymmetric(where, given, ends.source.size);
  const edges = edgeCount(given.connectivity, ends.source, ends.target);
  if (!Number.isSafeInteger(edges)) {
    throw new ValidationError({
      code: "out-of-range",
      where,
      problem: "too many synapses",
      got: edges,
      allowed: `at most ${Number.MAX_SAFE_INTEGER}`,
    });
  }
  return resolveConnection(Object.freeze(given), ends, quirks);
}

/** What a connection is in a network with these oddities. */
export function resolveConnection(
  given: Connection,
  ends: Ends,
  quirks: ReadonlySet<QuirkName>,
): ConnectionRecord {
  const single = singleTap(given, quirks);
  const resolved = Object.freeze(divided(single, ends.source.size, quirks));
  return Object.freeze({
    given,
    resolved,
    edges: edgeCount(resolved.connectivity, ends.source, ends.target),
  });
}

/** A kernel with one tap joins neuron i with neuron i, or everyone where the oddity is on. */
function singleTap(given: Connection, quirks: ReadonlySet<QuirkName>): Connection {
  const { connectivity } = given;
  if (connectivity.kind !== "pattern" || connectivity.kernel.some((taps) => taps !== 1)) {
    return given;
  }
  const values = new Map<string, ParameterValue>();
  for (const [name, value] of given.values) {
    values.set(name, typeof value === "object" ? (value[0] ?? 0) : value);
  }
  const kind = quirks.has("singleTapAllToAll") ? "all-to-all" : "one-to-one";
  return { ...given, connectivity: { kind }, values };
}

/** Applies dividedConductance, which knows only synapses that join whole populations. */
function divided(
  connection: Connection,
  sources: number,
  quirks: ReadonlySet<QuirkName>,
): Connection {
  const { synapse, connectivity } = connection;
  const isWhole = synapse.shape.kind === "free" && connectivity.kind === "all-to-all";
  if (!isWhole || sources === 1 || !quirks.has("dividedConductance")) return connection;
  const { strength } = synapse.model;
  const names = quirks.has("undividedIncrement")
    ? synapse.model.divided.filter((name) => name === strength)
    : synapse.model.divided;
  if (names.length === 0) return connection;
  const values = new Map(connection.values);
  for (const name of names) {
    const value = values.get(name);
    if (typeof value === "number") values.set(name, value / sources);
    else if (typeof value === "object") {
      values.set(
        name,
        value.map((entry) => entry / sources),
      );
    }
  }
  return { ...connection, values };
}
