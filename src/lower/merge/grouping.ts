// Orders ops and puts those that may become one into one group: of all ops that wait for nothing,
// the complete or largest set of equal ones goes next. Invariant: no op passes one that it depends
// on, and ties are broken by the order given.

import type { Graph } from "./dependencies.js";

interface Bucket {
  readonly signature: number;
  readonly members: number[];
  /** True once no other op of this signature is left. */
  isComplete: boolean;
}

interface Entry {
  readonly bucket: Bucket;
  readonly size: number;
  readonly first: number;
  readonly isComplete: boolean;
}

function goesBefore(a: Entry, b: Entry): boolean {
  if (a.isComplete !== b.isComplete) return a.isComplete;
  if (a.size !== b.size) return a.size > b.size;
  return a.first < b.first;
}

/** A heap of bucket states; states that are out of date are skipped when they come up. */
class Queue {
  readonly #entries: Entry[] = [];

  push(bucket: Bucket): void {
    const { members, isComplete } = bucket;
    const entries = this.#entries;
    // Which member is first only matters between buckets of one size, and does not change much.
    entries.push({ bucket, size: members.length, first: members[0]!, isComplete });
    let at = entries.length - 1;
    while (at > 0) {
      const up = (at - 1) >> 1;
      if (!goesBefore(entries[at]!, entries[up]!)) break;
      [entries[at], entries[up]] = [entries[up]!, entries[at]!];
      at = up;
    }
  }

  #popEntry(): Entry | undefined {
    const entries = this.#entries;
    const top = entries[0];
    const last = entries.pop();
    if (top === undefined || last === undefined || entries.length === 0) return top;
    entries[0] = last;
    let at = 0;
    for (;;) {
      let best = at;
      for (const down of [2 * at + 1, 2 * at + 2]) {
        if (down < entries.length && goesBefore(entries[down]!, entries[best]!)) best = down;
      }
      if (best === at) return top;
      [entries[at], entries[best]] = [entries[best]!, entries[at]!];
      at = best;
    }
  }

  pop(): Bucket | undefined {
    for (;;) {
      const entry = this.#popEntry();
      if (entry === undefined) return undefined;
      const { bucket, size, isComplete } = entry;
      if (bucket.members.length === size && bucket.isComplete === isComplete) return bucket;
    }
  }
}

class Grouping {
  readonly #strongLeft: Int32Array;
  readonly #weakLeft: Int32Array;
  readonly #entered: Uint8Array;
  readonly #open = new Map<number, Bucket>();
  readonly #left = new Map<number, number>();
  readonly #queue = new Queue();
  readonly #groups: number[][] = [];
  /** Nodes that have just become ready. */
  readonly #ready: number[] = [];

  constructor(
    readonly graph: Graph,
    readonly signatures: readonly number[],
  ) {
    const nodes = graph.strong.length;
    this.#strongLeft = new Int32Array(nodes);
    this.#weakLeft = new Int32Array(nodes);
    this.#entered = new Uint8Array(nodes);
    for (const next of graph.strong) for (const node of next) this.#strongLeft[node]!++;
    for (const next of graph.weak) for (const node of next) this.#weakLeft[node]!++;
    for (let op = 0; op < graph.ops; op++) {
      const signature = signatures[op]!;
      this.#left.set(signature, (this.#left.get(signature) ?? 0) + 1);
    }
  }

  #offer(node: number): void {
    if (this.#strongLeft[node]! > 0 || this.#weakLeft[node]! > 0 || this.#entered[node]!) return;
    this.#entered[node] = 1;
    this.#ready.push(node);
  }

  #finish(node: number): void {
    const own = this.signatures[node];
    for (const next of this.graph.strong[node]!) {
      this.#strongLeft[next]!--;
      this.#offer(next);
    }
    for (const next of this.graph.weak[node]!) {
      // Those of the same kind were told when this one entered its bucket.
      if (this.signatures[next] === own) continue;
      this.#weakLeft[next]!--;
      this.#offer(next);
    }
  }

  #enter(node: number): void {
    if (node >= this.graph.ops) {
      this.#finish(node);
      return;
    }
    const signature = this.signatures[node]!;
    let bucket = this.#open.get(signature);
    if (bucket === undefined) {
      bucket = { signature, members: [], isComplete: false };
      this.#open.set(signature, bucket);
    }
    bucket.members.push(node);
    bucket.isComplete = bucket.members.length === this.#left.get(signature);
    this.#queue.push(bucket);
    for (const next of this.graph.weak[node]!) {
      if (this.signatures[next] !== signature) continue;
      this.#weakLeft[next]!--;
      this.#offer(next);
    }
  }

  #settle(): void {
    for (let i = 0; i < this.#ready.length; i++) this.#enter(this.#ready[i]!);
    this.#ready.length = 0;
  }

  run(): number[][] {
    for (let node = 0; node < this.graph.strong.length; node++) this.#offer(node);
    this.#settle();
    for (let bucket = this.#queue.pop(); bucket !== undefined; bucket = this.#queue.pop()) {
      const { signature } = bucket;
      const members = bucket.members.slice().sort((a, b) => a - b);
      this.#open.delete(signature);
      this.#left.set(signature, this.#left.get(signature)! - members.length);
      // Marks states of this bucket that still wait in the queue as out of date.
      bucket.members.length = 0;
      this.#groups.push(members);
      for (const node of members) this.#finish(node);
      this.#settle();
    }
    return this.#groups;
  }
}

/** The groups in the order in which they run; members of a group in the order given. */
export const groupOps = (graph: Graph, signatures: readonly number[]): number[][] =>
  new Grouping(graph, signatures).run();
