// Maps over the same elements become one, so that what the first stores the next need not load.
// Invariant: no op passes one that touches what it touches, and none passes a place where somebody
// may look at everything.

import { accessOf } from "../ir/access.js";
import type { MapOp, Op, Program } from "../ir/program.js";
import type { Pass } from "./pass.js";
import { domainSize } from "./support/bodies.js";
import { isFixed } from "./support/fixed.js";
import { closenessOf, fuseMaps, type Closeness } from "./support/fuse-maps.js";
import { renumberVersions } from "./support/rewire.js";
import { reachOf } from "./support/values.js";

/** Maps over more elements gain nothing from a neighbour that they share nothing with. */
const mostUnrelated = 65_536;
/** So many of the last maps that could be joined are looked at: with something in common, or not. */
const mostCandidates = 16;
const mostStrangers = 2;

/** Elements of an array that an op touches. */
interface Touch {
  readonly array: string;
  readonly from: number;
  readonly to: number;
  readonly isWrite: boolean;
}

const whole = { from: 0, to: Infinity } as const;

/** What an op touches: elements of maps and gathers, whole arrays of all others. */
function touchesOf(op: Op): Touch[] {
  if (op.kind !== "map" && op.kind !== "gather") {
    const { reads, writes } = accessOf(op);
    return [
      ...reads.map(({ array }) => ({ ...whole, array, isWrite: false })),
      ...writes.map(({ array }) => ({ ...whole, array, isWrite: true })),
    ];
  }
  const touches = op.reads.map((read): Touch => {
    const { array, offset: from = 0, lag } = read;
    if (lag !== undefined) return { ...whole, array, isWrite: false };
    return { array, from, to: from + reachOf(read, domainSize(op, read.at)), isWrite: false };
  });
  for (const { array, offset: from = 0, at } of op.writes) {
    touches.push({ array, from, to: from + domainSize(op, at), isWrite: true });
  }
  if (op.kind === "map" && op.emit !== undefined) {
    touches.push({ ...whole, array: op.emit.list, isWrite: true });
  }
  return touches;
}

const dependsOn = (a: Touch, b: Touch): boolean =>
  (a.isWrite || b.isWrite) && a.from < b.to && b.from < a.to;

/** An op in its place, which changes when it joins a later one. */
interface Node {
  op: Op;
  place: number;
}

interface Noted extends Touch {
  readonly node: Node;
}

/** A stretch of the step in which ops may change places. */
class Line {
  readonly #nodes: (Node | undefined)[] = [];
  readonly #touches = new Map<string, Noted[]>();
  readonly #byCount = new Map<number, Node[]>();

  constructor(
    /** Arrays that the step writes; others make no op wait. */
    readonly written: ReadonlySet<string>,
    readonly isReal: (array: string) => boolean,
    readonly wanted: Closeness,
  ) {}

  get ops(): Op[] {
    return this.#nodes.flatMap((node) => (node === undefined ? [] : [node.op]));
  }

  add(op: Op): void {
    if (op.kind === "map" && this.#join(op)) return;
    const node = { op, place: this.#nodes.length };
    this.#nodes.push(node);
    this.#note(op, node);
    if (op.kind !== "map") return;
    const alike = this.#byCount.get(op.count);
    if (alike === undefined) this.#byCount.set(op.count, [node]);
    else alike.push(node);
  }

  #note(op: Op, node: Node): void {
    for (const touch of touchesOf(op)) {
      const { array } = touch;
      if (!this.written.has(array)) continue;
      const noted = { ...touch, node };
      const list = this.#touches.get(array);
      if (list === undefined) this.#touches.set(array, [noted]);
      else list.push(noted);
    }
  }

  /** Ops that must not change places with this one. */
  #neighbours(op: Op): Node[] {
    return touchesOf(op).flatMap((touch) =>
      (this.#touches.get(touch.array) ?? [])
        .filter((noted) => dependsOn(touch, noted))
        .map(({ node }) => node),
    );
  }

  #candidates(op: MapOp): Node[] {
    if (this.wanted === "nothing") {
      const alike = op.count > mostUnrelated ? undefined : this.#byCount.get(op.count);
      return alike?.slice(-mostStrangers) ?? [];
    }
    const found = new Set<Node>();
    for (const { array } of touchesOf(op)) {
      for (const { node } of this.#touches.get(array) ?? []) found.add(node);
    }
    return [...found].filter(
      (node) => node.op.kind === "map" && closenessOf(node.op, op) === this.wanted,
    );
  }

  #join(op: MapOp): boolean {
    const nodes = this.#candidates(op).sort((a, b) => b.place - a.place);
    if (nodes.length === 0) return false;
    const last = this.#neighbours(op).reduce((most, { place }) => Math.max(most, place), -1);
    return nodes.slice(0, mostCandidates).some((node) => {
      const goesUp = last <= node.place;
      const goesDown = (): boolean =>
        this.#neighbours(node.op).every(({ place }) => place <= node.place);
      if (!goesUp && !goesDown()) return false;
      const fused = fuseMaps(node.op as MapOp, op, this.isReal);
      if (fused === undefined) return false;
      node.op = goesUp ? fused : { ...fused, phase: op.phase };
      if (!goesUp) this.#moveToEnd(node);
      this.#note(op, node);
      return true;
    });
  }

  #moveToEnd(node: Node): void {
    this.#nodes[node.place] = undefined;
    node.place = this.#nodes.length;
    this.#nodes.push(node);
  }
}

function fuseRound(program: Program, wanted: Closeness): Program {
  const integers = new Set(
    program.arrays.filter((one) => one.type === "int").map((one) => one.name),
  );
  const isReal = (array: string): boolean => !integers.has(array);
  const written = new Set(
    program.ops.flatMap((op) => accessOf(op).writes.map(({ array }) => array)),
  );
  const ops: Op[] = [];
  const newLine = (): Line => new Line(written, isReal, wanted);
  let line = newLine();
  for (const op of program.ops) {
    if (isFixed(op)) {
      ops.push(...line.ops, op);
      line = newLine();
    } else line.add(op);
  }
  ops.push(...line.ops);
  return ops.length === program.ops.length ? program : renumberVersions({ ...program, ops });
}

/** First what saves values from being stored and loaded, then what saves loads, then loops. */
const rounds: readonly Closeness[] = ["values", "places", "nothing"];

/** Joins maps over the same elements. */
export const fuse: Pass = {
  name: "fuse",
  doc:
    "Maps over the same elements become one, so that what the first stores the next need not load. " +
    "Bit for bit equal.",
  run: (program) => rounds.reduce(fuseRound, program),
};
