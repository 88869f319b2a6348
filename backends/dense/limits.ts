// What the dense backend refuses, with reasons. Invariant: a Program that is not refused here becomes
// a graph; nothing is built to find out.

import { edgesOf, indexArraysOf, sourcesOf, targetsOf, visitsOf } from "../../src/ir/layout.js";
import type { DeliverOp, EdgesOp, Layout, Op, Program, Write } from "../../src/ir/program.js";
import { commonProblems } from "../../src/memory/loading.js";
import type { Problem } from "../../src/runtime/backend.js";

type Table = {
  readonly [K in Op["kind"]]: (op: Extract<Op, { kind: K }>, program: Program) => string[];
};

/** Whether the numbers of one end (or the edges) are all different over the visits of a layout. */
function areDistinct(layout: Layout, end: "edge" | "target", program: Program): boolean {
  if (layout.kind === "diagonal") return true;
  if (layout.kind === "stencil" || layout.kind === "convolution") return visitsOf(layout) <= 1;
  if (layout.kind === "uniform") return end === "target" && sourcesOf(layout) <= 1;
  if (layout.kind !== "csr") {
    return end === "edge" || edgesOf(layout) <= targetsOf(layout);
  }
  const indexes = indexArraysOf(program);
  const byPosition = end === "edge" ? layout.edge : layout.other;
  // Without numbers of their own, edges are numbered by their positions.
  if (byPosition === undefined) return true;
  if (end === "target" && layout.rows === "target") {
    const start = indexes.get(layout.start)!;
    return start.every((from, row) => row === 0 || from - start[row - 1]! <= 1);
  }
  const used = indexes.get(layout.start)!.at(-1) ?? 0;
  const numbers = indexes.get(byPosition)!;
  const seen = new Uint8Array(end === "edge" ? layout.edges : layout.targets);
  for (let position = 0; position < used; position++) {
    const number = numbers[position]!;
    if (seen[number] === 1) return false;
    seen[number] = 1;
  }
  return true;
}

/** Why a write cannot be done for all edges at once; undefined where it can. */
function hinders(op: DeliverOp | EdgesOp, write: Write, program: Program): string | undefined {
  const { layout } = op;
  if (write.at === "edge") {
    if (areDistinct(layout, "edge", program)) return undefined;
    return `writes ${write.array} for edges that several pairs of neurons share`;
  }
  const isRead = op.reads.some(({ array, at }) => array === write.array && at === "target");
  const isInt = program.arrays.find(({ name }) => name === write.array)?.type === "int";
  if (write.mode === "add" && !isRead && !isInt) return undefined;
  if (layout.kind !== "uniform" && areDistinct(layout, "target", program)) return undefined;
  const what = isRead
    ? "reads what spikes of other sources have changed in the same step"
    : isInt
      ? "adds up whole numbers spike by spike"
      : "replaces a value once for each spike that arrives";
  return `${what}, in ${write.array}; a graph does all edges at once`;
}

const hindrances = (op: DeliverOp | EdgesOp, program: Program): string[] =>
  op.writes.flatMap((write) => hinders(op, write, program) ?? []);

const nothing = (): string[] => [];

const table: Table = {
  map: nothing,
  gather: nothing,
  deliver: hindrances,
  edges: (op, program) =>
    op.trigger.on === "history"
      ? ["applies remembered spikes one after the other, which a graph cannot"]
      : hindrances(op, program),
  ring: nothing,
  remember: () => ["remembers spikes in lists of any length, which a graph does not have"],
  random: ({ how }) =>
    how === "skip" ? ["draws as many random numbers as there are spikes, one after the other"] : [],
  reduce: nothing,
  stop: nothing,
  host: () => ["calls a function of yours, and a graph cannot call anything"],
  io: nothing,
  record: nothing,
};

/** A file of this format holds at most 2 GiB; some of it is for the graph. */
const mostBytes = 2 ** 31 - 2 ** 24;

/** Bytes of everything that becomes part of a graph: parameters and lists of places. */
function constantBytes(program: Program): number {
  const real = program.precision === "float64" ? 8 : 4;
  let bytes = 0;
  for (const { role, length, perCopy } of program.arrays) {
    if (role === "parameter" || role === "derived") {
      bytes += real * length * (perCopy ? program.batch : 1);
    }
  }
  for (const op of [...program.ops, ...(program.settle ?? []), ...(program.rebuild ?? [])]) {
    if (!("layout" in op) || !isListed(op.layout)) continue;
    bytes += 8 * (1 + op.reads.length) * visitsOf(op.layout);
  }
  return bytes;
}

const isListed = ({ kind }: Layout): boolean =>
  kind === "csr" || kind === "stencil" || kind === "convolution";

/** Why a Program cannot run here; empty where it can. */
export function supports(program: Program): Problem[] {
  const problems = commonProblems(program);
  if (problems.length > 0) return problems;
  const ops: readonly Op[] = [
    ...program.ops,
    ...(program.settle ?? []),
    ...(program.rebuild ?? []),
  ];
  for (const op of ops) {
    const reasons = (table[op.kind] as (op: Op, program: Program) => string[])(op, program);
    const code = op.kind === "deliver" || op.kind === "edges" ? "order" : "op-missing";
    for (const reason of reasons) problems.push({ code, op: op.id, reason });
  }
  const bytes = constantBytes(program);
  if (bytes > mostBytes) {
    const reason = `its parameters and lists of edges take ${bytes} bytes of a graph; allowed ${mostBytes}`;
    problems.push({ code: "limit", reason });
  }
  return problems;
}
