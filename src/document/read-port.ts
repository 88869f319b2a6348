// Entries of `inputs`, `outputs` and `networks`, and references to populations.

import { ValidationError } from "../errors.js";
import { checkColor } from "../network/checks.js";
import { contentsOf } from "../network/network.js";
import { checkPath } from "../network/names.js";
import { Fields, readCount, wrongKind } from "./place.js";
import type { Reader } from "./reader.js";
import { at } from "./relocate.js";

const inputKeys = ["name", "target", "size", "port", "color"] as const;
const outputKeys = ["name", "source", "variable", "color"] as const;
const networkKeys = ["name", "first", "count", "color"] as const;

/** Number of the population that `source` or `target` names. */
export function readReference<K extends string>(
  { network }: Reader,
  of: Fields<K>,
  key: K & ("source" | "target"),
): number {
  const allowed = "the name of a population, or its number in the list";
  const where = of.path(key);
  const like = of.needed(key, allowed);
  if (typeof like !== "string" && typeof like !== "number") throw wrongKind(where, like, allowed);
  const known = (): readonly string[] => [`${network.name}.populationIndex`];
  if (typeof like === "string") return at({ where, known }, () => network.populationIndex(like));
  const index = readCount(where, like, 0);
  const { length } = contentsOf(network).populations;
  if (index < length) return index;
  throw new ValidationError({
    code: "out-of-range",
    where,
    problem: "there is no population of this number",
    got: index,
    allowed: length === 0 ? "nothing: there are no populations" : `0 to ${length - 1}`,
  });
}

/** Reads one input and adds it to the network. */
export function readInput(reader: Reader, where: string, entry: unknown): void {
  const { network } = reader;
  const of = new Fields(where, entry, inputKeys);
  const target = readReference(reader, of, "target");
  const size = of.get("size");
  const options = {
    ...of.texts("name", "port", "color"),
    ...(size === undefined ? {} : { size: readCount(of.path("size"), size, 1) }),
  };
  const known = (): readonly string[] => {
    const name = options.name ?? contentsOf(network).spaces.input.unused("input");
    return [`${network.name}.addInput`, name, "input"];
  };
  at({ where, known }, () => network.addInput(target, options));
}

/** Reads one output and adds it to the network. */
export function readOutput(reader: Reader, where: string, entry: unknown): void {
  const { network } = reader;
  const of = new Fields(where, entry, outputKeys);
  const source = readReference(reader, of, "source");
  const options = of.texts("name", "variable", "color");
  const known = (): readonly string[] => {
    const name = options.name ?? contentsOf(network).spaces.output.unused("output");
    return [`${network.name}.addOutput`, name, "output"];
  };
  at({ where, known }, () => network.addOutput(source, options));
}

/** Reads one added network: its populations are in the list already. */
export function readAdded({ network }: Reader, where: string, entry: unknown): void {
  const of = new Fields(where, entry, networkKeys);
  const contents = contentsOf(network);
  const place = { where, known: () => ["entry"] };
  const name = at(place, () => checkPath("entry", of.needed("name", "a text")));
  const { color } = of.texts("color");
  const colored = color === undefined ? {} : { color: at(place, () => checkColor("entry", color)) };
  const count = readCount(of.path("count"), of.needed("count", "a whole number"), 0);
  const first = readCount(of.path("first"), of.needed("first", "a whole number"), 0);
  if (first + count > contents.populations.length) {
    throw new ValidationError({
      code: "out-of-range",
      where,
      problem: "an added network has populations that do not exist",
      got: `${count} from ${first} on`,
      allowed: `inside the ${contents.populations.length} populations of the document`,
    });
  }
  const entries = contents.populations.slice(first, first + count);
  const populations = Object.freeze(entries.map(({ refs }) => refs[0]!));
  const added = Object.freeze({ kind: "network" as const, name, first, populations, ...colored });
  contents.append({ networks: [added] });
}
