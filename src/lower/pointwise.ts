// Gathers in which every target has one edge are maps: inputs that feed one neuron each, sums that
// others keep, one value for a whole population. Invariant: the same term is added to the same start.

import type { GatherOp, Layout, MapOp, Op, Operand, Program } from "../ir/program.js";
import type { Pass } from "./pass.js";

/** So many targets with one edge each, of which `fan` neighbours have the same source. */
interface Single {
  readonly count: number;
  readonly fan: number;
}

function singleEdges(layout: Layout): Single | undefined {
  switch (layout.kind) {
    case "diagonal":
      return { count: layout.count, fan: 1 };
    case "segments":
      return layout.size === 1 ? { count: layout.targets, fan: 1 } : undefined;
    case "dense":
      return layout.sources === 1 ? { count: layout.targets, fan: layout.targets } : undefined;
    case "block": {
      const { blocks, sources, targets } = layout;
      return sources === 1 ? { count: blocks * targets, fan: targets } : undefined;
    }
    default:
      return undefined;
  }
}

/** The same elements, counted by target. */
function byElement(read: Operand, { count, fan }: Single): Operand {
  if (read.at === "one") return read;
  if (read.at !== "source" || fan === 1) return { ...read, at: "element" };
  const { repeat = 1, period: _period, repeat: _repeat, ...rest } = read;
  if (fan === count) return { ...rest, at: "one" };
  const { period } = read;
  const place = { ...rest, at: "element", repeat: repeat * fan } as const;
  return period === undefined ? place : { ...place, period };
}

/** The number of the gather in the name of a map, with more digits where that is taken. */
function mapId({ id }: Op, taken: ReadonlySet<string>): string {
  let fresh = `map${/\d+$/.exec(id)?.[0] ?? "0"}`;
  while (taken.has(fresh)) fresh += "0";
  return fresh;
}

function asMap(op: GatherOp, integers: ReadonlySet<string>): Omit<MapOp, "id"> | undefined {
  const { layout, id: _id, ...rest } = op;
  const single = singleEdges(layout);
  const written = new Set(op.writes.map(({ array }) => array));
  // A sum is rounded to the precision of the Program before it becomes an integer.
  const isPlain =
    written.size === op.writes.length &&
    op.writes.every(({ array }) => !integers.has(array)) &&
    op.reads.every(({ lag }) => typeof lag !== "string");
  if (single === undefined || !isPlain) return undefined;
  return {
    ...rest,
    kind: "map",
    count: single.count,
    reads: op.reads.map((read) => byElement(read, single)),
    writes: op.writes.map((write) => ({ ...write, at: "element" })),
  };
}

function mapSingleEdges(program: Program): Program {
  const isInteger = ({ type }: { readonly type: string }): boolean => type === "int";
  const integers = new Set(program.arrays.filter(isInteger).map(({ name }) => name));
  const { setup, ops, settle = [], rebuild = [] } = program;
  const ids = new Set([...setup, ...ops, ...settle, ...rebuild].map((op) => op.id));
  const change = (op: Op): Op => {
    const map = op.kind === "gather" ? asMap(op, integers) : undefined;
    if (map === undefined) return op;
    const id = mapId(op, ids);
    ids.add(id);
    return { ...map, id };
  };
  return { ...program, ops: ops.map(change) };
}

/** Makes gathers with one edge for each target into maps. */
export const pointwise: Pass = {
  name: "pointwise",
  doc:
    "Sums of one term for each target become operations on elements, which can be joined with " +
    "others. Bit for bit equal.",
  run: mapSingleEdges,
};
