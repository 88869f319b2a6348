// What a step costs as a graph. Invariant: all edges count, however few neurons fire, and products of
// matrices are told from everything else; measured with benchmarks/dense.ts, rough on purpose.

import type { Assignment, Expr } from "../../src/expr/ast.js";
import { visitExpr } from "../../src/expr/rewrite.js";
import { visitsOf } from "../../src/ir/layout.js";
import type { Op, Program } from "../../src/ir/program.js";
import { stepWork } from "../../src/ir/work.js";
import type { Cost } from "../../src/runtime/backend.js";

/** What one op is to a graph. */
interface Share {
  readonly nodes: number;
  /** Numbers of one copy that nodes go over, all nodes together. */
  readonly numbers: number;
  /** Factors of matrices, for sums that are products of them. */
  readonly factors: number;
}

/** A node that does next to nothing, inside of `Scan` [ns]. */
const perNode = 900;
/** One number in one node [ns]. */
const perNumber = 0.6;
/** One edge of a list, for looking up its ends and adding it up [ns]. */
const perListed = 6;
/** One factor for one copy, from 4 copies on; and its bytes, which must be read once a step [ns]. */
const perFactor = { float64: 0.05, float32: 0.025 } as const;
const perByte = 0.1;
/** A call of a graph [ns], and the steps that usually share one. */
const perCall = 60_000;
const usualSteps = 100;

function nodesIn(body: readonly Assignment[]): number {
  let count = 0;
  for (const { value } of body) {
    visitExpr(value, ({ kind }) => {
      if (kind !== "number" && kind !== "name") count++;
    });
  }
  return count;
}

const isFactor = (node: Expr): boolean =>
  node.kind === "number" ||
  node.kind === "name" ||
  (node.kind === "unary" && node.op === "-") ||
  (node.kind === "binary" && (node.op === "*" || node.op === "/"));

/** Whether every line of a body is a product, so that sums over it are products of matrices. */
function isProduct(body: readonly Assignment[]): boolean {
  let found = true;
  for (const { value } of body) visitExpr(value, (node) => void (found &&= isFactor(node)));
  return found;
}

/** Nodes that reading and storing one array take. */
const nodesPerAccess = 2;

function overEdges(op: Extract<Op, { kind: "gather" | "deliver" | "edges" }>): Share {
  const { layout, body, reads, writes } = op;
  const visits = visitsOf(layout);
  const inBody = nodesIn(body);
  const nodes = 3 + inBody + nodesPerAccess * (reads.length + writes.length);
  const isMatrix = layout.kind === "dense" || layout.kind === "block";
  if (op.kind !== "edges" && isMatrix && isProduct(body)) {
    return { nodes, numbers: 0, factors: visits * writes.length };
  }
  const isListed =
    layout.kind === "csr" || layout.kind === "stencil" || layout.kind === "convolution";
  const accesses = reads.length + writes.length;
  const lookUps = isListed ? (perListed / perNumber) * accesses : accesses;
  return { nodes, numbers: visits * (inBody + lookUps), factors: 0 };
}

type Table = {
  readonly [K in Op["kind"]]: (op: Extract<Op, { kind: K }>, program: Program) => Share;
};
const moving = (count: number, nodes: number): Share => ({
  nodes,
  numbers: count * nodes,
  factors: 0,
});
/** Nodes of the ten rounds of a block cipher, and of making numbers of their words. */
const nodesOfRandom = 120;

const table: Table = {
  map({ count, reads, writes, body }) {
    const nodes = nodesIn(body) + nodesPerAccess * (reads.length + writes.length);
    return moving(count, nodes);
  },
  gather: overEdges,
  deliver: overEdges,
  edges: overEdges,
  ring({ into }, { arrays }) {
    const spec = arrays.find(({ name }) => name === into.array);
    return moving((spec?.length ?? 0) * (spec?.slots ?? 1), 3);
  },
  remember: () => moving(0, 1),
  random: ({ count }) => moving(count, nodesOfRandom),
  reduce: ({ count }) => moving(count, 4),
  stop: () => moving(1, 5),
  host: () => moving(0, 1),
  io: ({ pieces }) =>
    moving(
      pieces.reduce((sum, { count }) => sum + count, 0),
      2 * pieces.length,
    ),
  record: () => moving(0, 0),
};

/** What a step of all copies costs. */
export function estimate(program: Program): Cost {
  const { bytes, work, memory } = stepWork(program);
  const { batch, precision } = program;
  const width = precision === "float64" ? 8 : 4;
  let nodes = 0;
  let rest = 0;
  for (const op of program.ops) {
    const share = (table[op.kind] as (op: Op, program: Program) => Share)(op, program);
    nodes += share.nodes;
    rest += share.numbers * batch * perNumber;
    const once = share.factors * width * perByte;
    rest += Math.max(once, share.factors * batch * perFactor[precision]);
  }
  const startup = 20 + 0.2 * nodes + memory / 1e5;
  const fixed = perCall / usualSteps + nodes * perNode;
  return { bytes, work, launches: nodes, nanoseconds: fixed + rest, fixed, startup, memory };
}
