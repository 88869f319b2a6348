// What must run before what. Invariant: linear in the number of reads and writes; where many ops
// wait for many, a node without an op stands between them. Sums into one array wait for each other
// only weakly: they may become one op, which keeps their order, but never change places.

import { accessOf } from "../../ir/access.js";
import type { Op } from "../../ir/program.js";
import type { Inventory } from "./inventory.js";

/** For each node those that come after it: next[start[node]] ... next[start[node + 1] - 1]. */
export interface Arrows {
  readonly start: Int32Array;
  readonly next: Int32Array;
}

export interface Graph {
  /** Nodes 0 .. ops - 1 are ops; higher ones only stand between. */
  readonly ops: number;
  readonly nodes: number;
  readonly strong: Arrows;
  readonly weak: Arrows;
}

/** Pairs of nodes in the order in which they are found. */
class ArrowList {
  readonly #from: number[] = [];
  readonly #to: number[] = [];

  add(from: number, to: number): void {
    this.#from.push(from);
    this.#to.push(to);
  }

  /** By the node they begin at; those of one node keep their order. */
  sorted(nodes: number): Arrows {
    const from = this.#from;
    const start = new Int32Array(nodes + 1);
    for (let i = 0; i < from.length; i++) start[from[i]! + 1]!++;
    for (let node = 0; node < nodes; node++) start[node + 1]! += start[node]!;
    const place = start.slice(0, nodes);
    const next = new Int32Array(from.length);
    for (let i = 0; i < from.length; i++) next[place[from[i]!]!++] = this.#to[i]!;
    return { start, next };
  }
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

/** Stands for what users see, beside the arrays: the order in which their functions are called. */
const hosts = -1;

class Builder {
  readonly strong = new ArrowList();
  readonly weak = new ArrowList();
  nodes: number;
  readonly #standings = new Map<number, Standing>();

  /** Arrays that no op writes keep none of their readers waiting. */
  constructor(
    ops: number,
    readonly isWritten: Uint8Array,
  ) {
    this.nodes = ops;
  }

  #after(before: number, node: number): void {
    if (before >= 0 && before !== node) this.strong.add(before, node);
  }

  #standing(array: number): Standing {
    let found = this.#standings.get(array);
    if (found === undefined) {
      found = { base: -1, chain: [], readers: [] };
      this.#standings.set(array, found);
    }
    return found;
  }

  /** One node that comes after all of these. */
  #join(nodes: readonly number[], self: number): number {
    if (nodes.length === 1) return nodes[0] === self ? -1 : nodes[0]!;
    const others = nodes.filter((node) => node !== self);
    if (others.length < 2) return others[0] ?? -1;
    const joint = this.nodes++;
    for (const node of others) this.#after(node, joint);
    return joint;
  }

  #closeChain(standing: Standing, self: number): void {
    if (standing.chain.length === 0) return;
    standing.base = this.#join(standing.chain, self);
    standing.chain = [];
  }

  read(node: number, array: number): void {
    if (this.isWritten[array] === 0) return;
    const standing = this.#standing(array);
    this.#closeChain(standing, node);
    this.#after(standing.base, node);
    standing.readers.push(node);
  }

  write(node: number, array: number): void {
    const standing = this.#standing(array);
    this.#closeChain(standing, node);
    this.#after(standing.base, node);
    if (standing.readers.length > 0) {
      this.#after(this.#join(standing.readers, node), node);
      standing.readers = [];
    }
    standing.base = node;
  }

  sum(node: number, array: number): void {
    const standing = this.#standing(array);
    if (standing.readers.length > 0) {
      // Readers came after the base, so waiting for them is waiting for it too.
      standing.base = this.#join(standing.readers, node);
      standing.readers = [];
    }
    this.#after(standing.base, node);
    const last = standing.chain.at(-1);
    if (last !== undefined) this.weak.add(last, node);
    standing.chain.push(node);
  }
}

/** A run of ops: op `i` has the references number `first + i`. */
export interface Run {
  readonly ops: readonly Op[];
  readonly first: number;
}

/** What else a run touches through the op that settles a history, by the place in the run. */
interface Settling {
  readonly reads: readonly number[];
  readonly writes: readonly number[];
}

function settlingOf(inventory: Inventory, settler: Op | undefined): Settling {
  const { reads, writes } = settler === undefined ? { reads: [], writes: [] } : accessOf(settler);
  const numbers = (refs: readonly { readonly array: string }[]): number[] =>
    refs.map(({ array }) => inventory.idOf(array));
  return { reads: numbers(reads), writes: numbers(writes) };
}

/** Builds the graph of a run of ops; `find` gives the op that settles a history. */
export function findDependencies(
  inventory: Inventory,
  { ops, first }: Run,
  find: (id: string) => Op | undefined,
): Graph {
  const { refs, idOf, specs } = inventory;
  const isWritten = new Uint8Array(specs.length);
  // A full history is settled on the spot, with all that the settling op touches.
  const settlings = new Map<number, Settling>();
  ops.forEach((op, node) => {
    for (const array of refs[first + node]!.writes) isWritten[array] = 1;
    if (op.kind === "edges" && op.trigger.on === "history") isWritten[idOf(op.trigger.since)] = 1;
    if (op.kind !== "remember") return;
    const settling = settlingOf(inventory, find(op.settle));
    for (const array of settling.writes) isWritten[array] = 1;
    settlings.set(node, settling);
  });
  const builder = new Builder(ops.length, isWritten);
  ops.forEach((op, node) => {
    const { reads, writes, sums } = refs[first + node]!;
    for (const array of reads) builder.read(node, array);
    for (const array of writes) {
      if (sums.includes(array)) builder.sum(node, array);
      else builder.write(node, array);
    }
    if (op.kind === "edges" && op.trigger.on === "history") {
      builder.write(node, idOf(op.trigger.since));
    }
    const settling = settlings.get(node);
    if (settling !== undefined) {
      for (const array of settling.reads) builder.read(node, array);
      for (const array of settling.writes) builder.write(node, array);
    }
    // Users see the order in which their functions are called.
    if (op.kind === "host") builder.write(node, hosts);
  });
  const { nodes, strong, weak } = builder;
  return { ops: ops.length, nodes, strong: strong.sorted(nodes), weak: weak.sorted(nodes) };
}
