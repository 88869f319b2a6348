// Compressed rows for Programs that are written by hand, from pairs of source and target.

import { array, program } from "../../src/ir/build.js";
import type { ArraySpec, Layout, NamedValue, Program } from "../../src/ir/program.js";
import { renumberVersions } from "../../src/lower/support/rewire.js";

export type Csr = Extract<Layout, { kind: "csr" }>;
/** Source and target of each edge, by its number. */
export type Pairs = readonly (readonly [source: number, target: number])[];

export interface Rows {
  readonly layout: Csr;
  readonly arrays: readonly ArraySpec[];
  /** The edges in the order of the rows. */
  readonly list: Int32Array;
}

/** Rows by one end, in which edges come in the order of their numbers; the numbers are listed. */
export function rowsOf(
  name: string,
  rows: "source" | "target",
  pairs: Pairs,
  [sources, targets]: readonly [number, number],
): Rows {
  const [own, far] = rows === "source" ? [0, 1] : [1, 0];
  const list = Int32Array.from(pairs.keys()).sort((a, b) => pairs[a]![own]! - pairs[b]![own]!);
  const count = rows === "source" ? sources : targets;
  const start = Int32Array.from({ length: count + 1 }, (_, row) => {
    return pairs.filter((pair) => pair[own]! < row).length;
  });
  const other = list.map((edge) => pairs[edge]![far]!);
  const names = { start: `${name}.start`, other: `${name}.other`, edge: `${name}.edge` };
  const sizes = { sources, targets, edges: pairs.length };
  const values = { start, other, edge: list };
  const arrays = (["start", "other", "edge"] as const).map((part) =>
    array({ name: names[part], role: "index", initial: values[part] }),
  );
  return { layout: { kind: "csr", rows, ...sizes, ...names }, arrays, list };
}

/** A name for a whole array. */
export const named = ({ name, length, role }: ArraySpec): NamedValue => ({
  ...{ path: name, array: name, offset: 0, count: length, shape: [length] },
  kind: role === "state" || role === "tunable" ? role : "parameter",
});

/** A Program whose ops say nothing of versions. */
export function inOrder(given: Partial<Program> & Pick<Program, "arrays" | "ops">): Program {
  return program(renumberVersions({ ...blank, ...given }));
}
const blank: Omit<Program, "arrays" | "ops"> = {
  ...{ format: 1, name: "by hand", dt: 1, precision: "float64", order: "custom", seed: 0 },
  ...{ batch: 1, setup: [], inputs: [], outputs: [], names: [] },
};
