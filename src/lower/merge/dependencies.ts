// What must run before what. Invariant: linear in the number of reads and writes; where many ops
// wait for many, a node without an op stands between them. Sums into one array wait for each other
// only weakly: they may become one op, which keeps their order, but never change places.

import { accessOf } from "../../ir/access.js";
import type { Op, Write } from "../../ir/program.js";

export interface Graph {
  /** Nodes 0 .. ops - 1 are ops; higher ones only stand between. */
  readonly ops: number;
  readonly strong: readonly (readonly number[])[];
  readonly weak: readonly (readonly number[])[];
}

/** How things stand with one array after the ops so far. */
interface Standing {
  /** The node after which the value is there, or -1. */
  base: number;
  /** Sums since then, in order. */
  chain: number[];
  /** Readers since the last write. */
  readers: number[];
}

class Builder {
  readonly strong: number[][] = [];
  readonly weak: number[][] = [];
  readonly #standings = new Map<string, Standing>();

  /** Arrays that no op writes keep none of their readers waiting. */
  constructor(
    readonly ops: number,
    readonly written: ReadonlySet<string>,
  ) {
    for (let i = 0; i < ops; i++) this.addNode();
  }

  addNode(): number {
    this.strong.push([]);
    this.weak.push([]);
    return this.strong.length - 1;
  }

  #after(before: number, node: number): void {
    if (before >= 0 && before !== node) this.strong[before]!.push(node);
  }

  #standing(array: string): Standing {
    let found = this.#standings.get(array);
    if (found === undefined) {
      found = { base: -1, chain: [], readers: [] };
      this.#standings.set(array, found);
    }
    return found;
  }

  /** One node that comes after all of these. */
  #join(nodes: readonly number[], self: number): number {
    const others = nodes.filter((node) => node !== self);
    if (others.length === 0) return -1;
    if (others.length === 1) return others[0]!;
    const joint = this.addNode();
    for (const node of others) this.#after(node, joint);
    return joint;
  }

  #closeChain(standing: Standing, self: number): void {
    if (standing.chain.length === 0) return;
    standing.base = this.#join(standing.chain, self);
    standing.chain = [];
  }

  read(node: number, array: string): void {
    if (!this.written.has(array)) return;
    const standing = this.#standing(array);
    this.#closeChain(standing, node);
    this.#after(standing.base, node);
    standing.readers.push(node);
  }

  write(node: number, array: string): void {
    const standing = this.#standing(array);
    this.#closeChain(standing, node);
    this.#after(standing.base, node);
    this.#after(this.#join(standing.readers, node), node);
    standing.base = node;
    standing.readers = [];
  }

  sum(node: number, array: string): void {
    const standing = this.#standing(array);
    if (standing.readers.length > 0) {
      // Readers came after the base, so waiting for them is waiting for it too.
      standing.base = this.#join(standing.readers, node);
      standing.readers = [];
    }
    this.#after(standing.base, node);
    const last = standing.chain.at(-1);
    if (last !== undefined) this.weak[last]!.push(node);
    standing.chain.push(node);
  }
}

const noSums: ReadonlySet<string> = new Set();
const known = new WeakMap<Op, ReadonlySet<string>>();

/** Arrays to which an op only adds sums, so that it may share an op with its neighbours in the sum. */
export function sumsOf(op: Op): ReadonlySet<string> {
  if (op.kind !== "gather" && op.kind !== "deliver") return noSums;
  let sums = known.get(op);
  if (sums === undefined) {
    const { reads, writes } = op;
    const isSum = ({ array, at, mode }: Write, i: number): boolean =>
      at === "target" &&
      mode === "add" &&
      writes.every((other, k) => k === i || other.array !== array) &&
      !reads.some((read) => read.array === array);
    sums = new Set(writes.filter(isSum).map(({ array }) => array));
    known.set(op, sums);
  }
  return sums;
}

/** All arrays that a run of ops writes. */
function writtenBy(ops: readonly Op[], settlerOf: (op: Op) => Op | undefined): ReadonlySet<string> {
  const written = new Set<string>();
  const add = (op: Op): void => {
    for (const { array } of accessOf(op).writes) written.add(array);
    if (op.kind === "edges" && op.trigger.on === "history") written.add(op.trigger.since);
  };
  for (const op of ops) {
    add(op);
    const settler = settlerOf(op);
    if (settler !== undefined) add(settler);
  }
  return written;
}

/** Builds the graph of a run of ops; `find` gives the op that settles a history. */
export function findDependencies(ops: readonly Op[], find: (id: string) => Op | undefined): Graph {
  // A full history is settled on the spot, with all that the settling op touches.
  const settlerOf = (op: Op): Op | undefined =>
    op.kind === "remember" ? find(op.settle) : undefined;
  const builder = new Builder(ops.length, writtenBy(ops, settlerOf));
  ops.forEach((op, node) => {
    const sums = sumsOf(op);
    const { reads, writes } = accessOf(op);
    for (const { array } of reads) builder.read(node, array);
    for (const { array } of writes) {
      if (sums.has(array)) builder.sum(node, array);
      else builder.write(node, array);
    }
    if (op.kind === "edges" && op.trigger.on === "history") builder.write(node, op.trigger.since);
    const settler = settlerOf(op);
    if (settler !== undefined) {
      const settled = accessOf(settler);
      for (const { array } of settled.reads) builder.read(node, array);
      for (const { array } of settled.writes) builder.write(node, array);
    }
    // Users see the order in which their functions are called.
    if (op.kind === "host") builder.write(node, "\0host");
  });
  return { ops: ops.length, strong: builder.strong, weak: builder.weak };
}
