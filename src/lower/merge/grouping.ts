// Orders ops and puts those that may become one into one group: of all ops that wait for nothing,
// the complete or largest set of equal ones goes next. Invariant: no op passes one that it depends
// on, and ties are broken by the order given.

import type { Graph } from "./dependencies.js";

interface Bucket {
  readonly signature: number;
  readonly members: number[];
  /** True once no other op of this signature is left. */
  isComplete: boolean;
  /** True while members have come that the queue does not know of. */
  isNew: boolean;
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
      const end = Math.min(2 * at + 3, entries.length);
      for (let down = 2 * at + 1; down < end; down++) {
        if (goesBefore(entries[down]!, entries[best]!)) best = down;
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
  /** Ops that have not run yet, by signature. */
  readonly #left = new Map<number, number>();
  readonly #queue = new Queue();
  readonly #groups: number[][] = [];
  /** Nodes that have just become ready, and the buckets that have got some of them. */
  readonly #ready: number[] = [];
  readonly #grown: Bucket[] = [];

  constructor(
    readonly graph: Graph,
    readonly signatures: ArrayLike<number>,
  ) {
    const { nodes, strong, weak } = graph;
    this.#strongLeft = new Int32Array(nodes);
    this.#weakLeft = new Int32Array(nodes);
    this.#entered = new Uint8Array(nodes);
    for (let i = 0; i < strong.next.length; i++) this.#strongLeft[strong.next[i]!]!++;
    for (let i = 0; i < weak.next.length; i++) this.#weakLeft[weak.next[i]!]!++;
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
    const { ops, strong, weak } = this.graph;
    for (let i = strong.start[node]!; i < strong.start[node + 1]!; i++) {
      const next = strong.next[i]!;
      this.#strongLeft[next]!--;
      this.#offer(next);
    }
    if (node >= ops) return;
    const own = this.signatures[node];
    for (let i = weak.start[node]!; i < weak.start[node + 1]!; i++) {
      const next = weak.next[i]!;
      // Those of the same kind were told when this one entered its bucket.
      if (this.signatures[next] === own) continue;
      this.#weakLeft[next]!--;
      this.#offer(next);
    }
  }

  #bucketOf(signature: number): Bucket {
    let bucket = this.#open.get(signature);
    if (bucket === undefined) {
      bucket = { signature, members: [], isComplete: false, isNew: false };
      this.#open.set(signature, bucket);
    }
    return bucket;
  }

  #enter(node: number): void {
    const { ops, weak } = this.graph;
    if (node >= ops) {
      this.#finish(node);
      return;
    }
    const signature = this.signatures[node]!;
    const bucket = this.#bucketOf(signature);
    bucket.members.push(node);
    if (!bucket.isNew) {
      bucket.isNew = true;
      this.#grown.push(bucket);
    }
    for (let i = weak.start[node]!; i < weak.start[node + 1]!; i++) {
      const next = weak.next[i]!;
      if (this.signatures[next] !== signature) continue;
      this.#weakLeft[next]!--;
      this.#offer(next);
    }
  }

  #settle(): void {
    for (let i = 0; i < this.#ready.length; i++) this.#enter(this.#ready[i]!);
    this.#ready.length = 0;
    // Only what a bucket has in the end counts, so it is queued once and not for every member.
    for (const bucket of this.#grown) {
      bucket.isNew = false;
      bucket.isComplete = bucket.members.length === this.#left.get(bucket.signature);
      this.#queue.push(bucket);
    }
    this.#grown.length = 0;
  }

  run(): number[][] {
    for (let node = 0; node < this.graph.nodes; node++) this.#offer(node);
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
export const groupOps = (graph: Graph, signatures: ArrayLike<number>): number[][] =>
  new Grouping(graph, signatures).run();
