// Who owns which element: elements that an op needs together in one step stay together, and what is
// left is dealt out in runs of about equal work. Invariant: owners of the sources of a spike list
// ascend, so that lists of the parts, one after the other, are a list again.

import { expectedActivity } from "../expected-activity.js";
import { indexArraysOf, targetsOf, visitsOf } from "../layout.js";
import type { IndexArrays } from "../layout.js";
import type { ArraySpec, EdgesOp, MapOp, Op, Operand, Program, Write } from "../program.js";
import { changingArrays, spikesOf } from "./dependences.js";
import { distancesIn, type Distance } from "./distances.js";
import { Groups } from "./groups.js";
import { eachEdge, elementOf, placesOf, type EdgeOp } from "./places.js";
import { refuse, refuseWhole } from "./refuse.js";
import type { Share } from "./types.js";

/** The part of each element of an array; elements that nothing touches belong to some part, too. */
export type Owners = ReadonlyMap<string, Uint8Array>;

/** More parts than a byte can number are of no use. */
export const mostParts = 255;

/** More than this share of all work in one piece cannot be divided. */
const mostInOne = 0.75;

class Binder {
  readonly #program: Program;
  readonly #indexes: IndexArrays;
  readonly #distance: Distance;
  readonly #bases = new Map<string, number>();
  readonly #groups: Groups;
  readonly #work: Float64Array;
  readonly #divided: readonly ArraySpec[];
  readonly #activity: number;
  /** How many sets an op has joined across neurons. */
  readonly #joined = new Map<Op, number>();

  constructor(program: Program, replicated: ReadonlySet<string>) {
    const changing = changingArrays(program);
    this.#program = program;
    this.#indexes = indexArraysOf(program);
    this.#distance = distancesIn(program);
    this.#activity = expectedActivity(program);
    this.#divided = program.arrays.filter(
      ({ name }) => changing.has(name) && !replicated.has(name),
    );
    let size = 0;
    for (const { name, length } of this.#divided) {
      this.#bases.set(name, size);
      size += length;
    }
    this.#groups = new Groups(size);
    this.#work = new Float64Array(size);
  }

  #isDivided = ({ array }: { readonly array: string }): boolean => this.#bases.has(array);

  #node(place: Operand | Write, i: number): number {
    return this.#bases.get(place.array)! + elementOf(place, i);
  }

  #join(op: Op, a: number, b: number): void {
    if (this.#groups.join(a, b)) this.#joined.set(op, (this.#joined.get(op) ?? 0) + 1);
  }

  /** Binds what a map has at each of its elements. */
  #bindMap(op: MapOp): void {
    const places = placesOf(op).filter(this.#isDivided);
    const { emit, count } = op;
    const list = emit === undefined ? undefined : this.#bases.get(emit.list)! + (emit.offset ?? 0);
    const [first] = places;
    for (let i = 0; i < count; i++) {
      const anchor = list === undefined ? this.#node(first!, i) : list + i;
      for (const place of places) {
        const next = this.#node(place, i);
        if (place.at === "one") this.#join(op, anchor, next);
        else this.#groups.join(anchor, next);
      }
      this.#work[anchor]! += 1 + op.body.length;
    }
  }

  /** Binds what an op has at the same end, or edge, and what it must see of its sources at once. */
  #bindEdges(op: EdgeOp): void {
    const places = placesOf(op).filter(this.#isDivided);
    const at = (domain: Operand["at"]) => places.filter((place) => place.at === domain);
    const [target, source, edge, one] = [at("target"), at("source"), at("edge"), at("one")];
    const anchor = target[0];
    for (let t = 0; anchor !== undefined && t < targetsOf(op.layout); t++) {
      for (const place of target) this.#groups.join(this.#node(anchor, t), this.#node(place, t));
      for (const place of one) this.#join(op, this.#node(anchor, t), this.#node(place, t));
    }
    const spikes = spikesOf(op);
    const list = spikes === undefined ? undefined : this.#bases.get(spikes.array);
    const lagOf = this.#lagOf(op);
    const mayBeNew = list !== undefined && lagOf !== undefined;
    const weight = spikes === undefined ? 1 : this.#activity;
    if (anchor !== undefined && edge.length === 0 && source.length === 0 && !mayBeNew) {
      this.#countEdges(op, anchor, weight);
      return;
    }
    eachEdge(op.layout, this.#indexes, (s, t, e) => {
      const first = anchor === undefined ? this.#node(edge[0]!, e) : this.#node(anchor, t);
      for (const place of edge) this.#groups.join(first, this.#node(place, e));
      for (const place of source) this.#join(op, first, this.#node(place, s));
      if (mayBeNew && this.#distance(spikes!, lagOf(e)) < 1) {
        const end = op.kind === "edges" && isOnTarget(op) ? t : s;
        this.#join(op, first, list + (spikes!.offset ?? 0) + end);
      }
      this.#work[first]! += weight;
    });
  }

  /** Counts the work of edges at their targets, where nothing else has to be done for them. */
  #countEdges({ layout }: EdgeOp, anchor: Operand | Write, weight: number): void {
    const targets = targetsOf(layout);
    const counts = new Float64Array(targets);
    if (layout.kind === "csr") {
      const start = this.#indexes.get(layout.start)!;
      const other = this.#indexes.get(layout.other)!;
      if (layout.rows === "source") {
        for (let p = 0; p < start[layout.sources]!; p++) counts[other[p]!]! += 1;
      } else {
        for (let t = 0; t < targets; t++) counts[t] = start[t + 1]! - start[t]!;
      }
    } else {
      counts.fill(visitsOf(layout) / Math.max(1, targets));
    }
    for (let t = 0; t < targets; t++) this.#work[this.#node(anchor, t)]! += weight * counts[t]!;
  }

  /** The lag of each edge, where spikes of the op may be as new as the step; else undefined. */
  #lagOf(op: EdgeOp): ((edge: number) => number) | undefined {
    const spikes = spikesOf(op);
    if (spikes === undefined) return undefined;
    const { lag = 0 } = spikes;
    if (typeof lag === "number") return this.#distance(spikes, lag) < 1 ? () => lag : undefined;
    const lags = this.#indexes.get(lag);
    return lags === undefined ? () => 0 : (edge) => lags[edge]!;
  }

  /** Binds what an op needs together. */
  bind({ op, isReplicated }: Share): void {
    if (isReplicated) return;
    if (op.kind === "map") this.#bindMap(op);
    else if (op.kind === "gather" || op.kind === "deliver" || op.kind === "edges") {
      this.#bindEdges(op);
    } else if (op.kind === "ring") {
      const [from, into] = [this.#bases.get(op.from.array), this.#bases.get(op.into.array)];
      const { length } = this.#divided.find(({ name }) => name === op.into.array)!;
      if (from === undefined) return;
      for (let i = 0; i < length; i++) this.#groups.join(from + i, into! + i);
    } else if (op.kind === "io") {
      const into = this.#bases.get(op.into)!;
      for (const { array, offset, count, position } of op.pieces) {
        const from = this.#bases.get(array);
        if (from === undefined) continue;
        for (let i = 0; i < count; i++) this.#groups.join(from + offset + i, into + position + i);
      }
    }
  }

  /** Spike lists first: their order is what must be kept. */
  #inOrder(): ArraySpec[] {
    const rank = ({ type }: ArraySpec): number => (type === "spikes" ? 0 : 1);
    return [...this.#divided].sort((a, b) => rank(a) - rank(b) || b.length - a.length);
  }

  /** Work of each set, at its root. */
  #workOfGroups(): { readonly ofRoot: Float64Array; readonly all: number } {
    const ofRoot = new Float64Array(this.#work.length);
    let all = 0;
    for (let i = 0; i < ofRoot.length; i++) {
      ofRoot[this.#groups.rootOf(i)]! += this.#work[i]!;
      all += this.#work[i]!;
    }
    return { ofRoot, all };
  }

  #refuseLump(): never {
    let worst: Op | undefined;
    for (const [op, count] of this.#joined) {
      if (worst === undefined || count > this.#joined.get(worst)!) worst = op;
    }
    if (worst === undefined) {
      const hint = "Leave out `workers`: a network this small gains nothing by them.";
      refuseWhole(this.#program.name, "is one piece that cannot be divided among workers", hint);
    }
    const problem = "needs values or spikes of other neurons in the step in which they come to be";
    const hint =
      worst.kind === "deliver" || worst.kind === "edges"
        ? "Give these synapses a delay of a step or more, or leave out `workers`."
        : "What acts at once, such as graded and electrical synapses, runs on one thread only.";
    refuse(worst, problem, hint);
  }

  /** Deals the sets out to so many parts. */
  owners(parts: number): Owners {
    const { ofRoot, all } = this.#workOfGroups();
    if (ofRoot.some((work) => work > mostInOne * all)) this.#refuseLump();
    const ownerOf = new Uint8Array(ofRoot.length).fill(mostParts);
    for (const { name, length } of this.#inOrder()) {
      const base = this.#bases.get(name)!;
      const roots: number[] = [];
      let total = 0;
      for (let i = base; i < base + length; i++) {
        const root = this.#groups.rootOf(i);
        if (ownerOf[root] !== mostParts) continue;
        ownerOf[root] = 0;
        roots.push(root);
        total += ofRoot[root]! + 1;
      }
      let before = 0;
      for (const root of roots) {
        const work = ofRoot[root]! + 1;
        ownerOf[root] = Math.min(parts - 1, Math.floor((parts * (before + work / 2)) / total));
        before += work;
      }
    }
    const owners = new Map<string, Uint8Array>();
    for (const { name, length } of this.#divided) {
      const base = this.#bases.get(name)!;
      const own = new Uint8Array(length);
      for (let i = 0; i < length; i++) own[i] = ownerOf[this.#groups.rootOf(base + i)]!;
      owners.set(name, own);
    }
    return owners;
  }
}

const isOnTarget = ({ trigger }: EdgesOp): boolean => trigger.on === "target";

/** Finds an owner for every element that is divided. */
export function findOwners(
  program: Program,
  shares: readonly Share[],
  replicated: ReadonlySet<string>,
  parts: number,
): Owners {
  const binder = new Binder(program, replicated);
  for (const share of shares) binder.bind(share);
  return binder.owners(parts);
}
