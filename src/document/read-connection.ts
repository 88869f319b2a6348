// One entry of `connections`: the synapses, and which neurons they join.

import { LoadError, ValidationError } from "../errors.js";
import type { ValueShape } from "../models/types.js";
import { contentsOf } from "../network/network.js";
import type { ConnectionOptions } from "../network/network.js";
import { product } from "../util/product.js";
import { documentLimits } from "./document.js";
import type { TypeFactory } from "./models.js";
import { Fields, wrongKind } from "./place.js";
import { readWiring } from "./read-connectivity.js";
import type { Ends, Wiring } from "./read-connectivity.js";
import { buildType, readParameters } from "./reader.js";
import type { Reader, Values } from "./reader.js";
import { readReference } from "./read-port.js";
import { at } from "./relocate.js";

const keys = [
  ...(["name", "model", "parameters", "synapseName", "source", "target"] as const),
  ...(["connectivity", "showLabel"] as const),
] as const;
type ConnectionFields = Fields<(typeof keys)[number]>;

/** Reads one entry and adds it to the network. */
export function readConnection(reader: Reader, where: string, entry: unknown): void {
  const { network } = reader;
  const of: ConnectionFields = new Fields(where, entry, keys);
  const path = of.neededText("model", 'a synapse model, for example "synapses.nonSpiking"');
  const factory = reader.models.find(of.path("model"), path, "synapse");
  const source = readReference(reader, of, "source");
  const target = readReference(reader, of, "target");
  // The public list would be made anew for each connection.
  const { populations } = contentsOf(network);
  const ends = {
    source: populations[source]!.population,
    target: populations[target]!.population,
  };
  const wiring = readWiring(reader, of, ends);
  const synapse = readSynapse(reader, of, { factory, wiring, ends });
  const options = {
    ...of.texts("name"),
    ...readLabel(of),
    ...(wiring.kind === "free" && wiring.option !== undefined
      ? { connectivity: wiring.option }
      : {}),
  };
  const known = (): readonly string[] => {
    const name = options.name ?? contentsOf(network).spaces.parts.unused(synapse.name);
    return [`${network.name}.addConnection`, name, synapse.name];
  };
  at({ where, known, keys }, () => network.addConnection(synapse, source, target, options));
}

function readLabel(of: ConnectionFields): Pick<ConnectionOptions, "showLabel"> {
  const showLabel = of.get("showLabel");
  if (showLabel === undefined) return {};
  if (typeof showLabel === "boolean") return { showLabel };
  throw wrongKind(of.path("showLabel"), showLabel, "true or false");
}

interface Joining {
  readonly factory: TypeFactory<"synapse">;
  readonly wiring: Wiring;
  readonly ends: Ends;
}

function readSynapse(reader: Reader, of: ConnectionFields, { factory, wiring, ends }: Joining) {
  const values = readParameters(reader, of.path("parameters"), of.get("parameters"));
  const { where } = of;
  const synapseName = of.text("synapseName");
  if (synapseName === "") {
    throw wrongKind(of.path("synapseName"), synapseName, "a text that is not empty");
  }
  const more = synapseName === undefined ? {} : { name: synapseName };
  const { source, target } = ends;
  const pairs = [target.size, source.size];
  if (wiring.kind === "free") {
    const rows = typeof wiring.option === "object" ? undefined : pairs;
    return buildType(factory, { where, values, rows, more });
  }
  const shape = wiring.kind === "matrix" ? matrixOf(pairs) : patternOf(of, wiring.kernel, values);
  const rows = shape.kind === "pattern" ? shape.kernel : pairs;
  checkListed(of, rows, values);
  return buildType(factory, { where, values, rows, shape, more });
}

function matrixOf([rows = 0, columns = 0]: readonly number[]): ValueShape {
  return { kind: "matrix", rows, columns };
}

function patternOf(
  of: ConnectionFields,
  given: readonly number[] | undefined,
  values: Values,
): ValueShape & { readonly kind: "pattern" } {
  const arrays = [...values.values()].flatMap((value) =>
    value.kind === "array" ? [value.shape] : [],
  );
  const kernel = given ?? arrays.find((shape) => shape.length > 1) ?? arrays[0];
  if (kernel !== undefined) return { kind: "pattern", kernel: Object.freeze([...kernel]) };
  throw new ValidationError({
    code: "not-a-kernel",
    where: of.path("connectivity"),
    problem: "a pattern needs a kernel",
    allowed: "a parameter with a value for each tap, or the key kernel",
    hint: 'For example "maxConductance": [0.1, 0.2, 0.1].',
  });
}

/** Memory is taken for each pair or tap; where the document lists no values there must be few. */
function checkListed(of: ConnectionFields, rows: readonly number[], values: Values): void {
  const length = product(rows);
  for (const value of values.values()) {
    if (value.kind === "array" && value.values.length === length) return;
  }
  if (length <= documentLimits.unlisted) return;
  throw new LoadError({
    code: "too-large",
    where: of.path("parameters"),
    problem: "no parameter has a value for each pair or tap, and there are too many of them",
    got: rows.join(" x "),
    allowed: `${length} values for one parameter, or at most ${documentLimits.unlisted} of them`,
    hint: 'Give the values, or use the rule "all-to-all".',
  });
}
