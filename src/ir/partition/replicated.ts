// Which arrays every part computes for itself, in full: what many parts need in the same step and can
// be had from constants, inputs, random numbers and spikes that have arrived. Invariant: what such an
// array depends on is such an array, too, so that all parts compute the same bits.

import { accessOf } from "../access.js";
import { sourcesOf, targetsOf, visitsOf } from "../layout.js";
import type { GatherOp, Op, Operand, Program, SpikeRef } from "../program.js";
import { changingArrays, dependencesOf, operandsFor, spikesOf } from "./dependences.js";
import type { Dependence } from "./dependences.js";
import { distancesIn, leastLag } from "./distances.js";

/** Whether an operand comes round to elements that it has read before. */
const isWrapping = ({ repeat = 1, period = Infinity }: Operand, count: number): boolean =>
  Math.ceil(count / repeat) > period;

const isLocal = ({ layout }: GatherOp): boolean =>
  layout.kind === "diagonal" || layout.kind === "segments";

/** Whether an operand reads beyond what belongs to the element, or to the target, at hand. */
function reachesOut(op: Op, read: Operand): boolean {
  if (read.at === "one") return !(op.kind === "map" && op.count === 1);
  if (read.at === "element") return op.kind === "map" && isWrapping(read, op.count);
  if (read.at !== "source") return false;
  return op.kind === "gather" ? !isLocal(op) : true;
}

interface Known {
  readonly program: Program;
  readonly dependences: readonly Dependence[];
  /** Whether spikes have arrived everywhere when they are read. */
  readonly isOld: (spikes: SpikeRef) => boolean;
}

/** Whether an op does more for its edges than for their ends: too much for every part to do. */
function isLarge(op: Op): boolean {
  if (op.kind !== "gather" && op.kind !== "deliver" && op.kind !== "edges") return false;
  const { layout } = op;
  return visitsOf(layout) > Math.max(sourcesOf(layout), targetsOf(layout));
}

/** Everything that could be computed by each part for itself. */
function replicable({ program, dependences, isOld }: Known): Set<string> {
  const can = new Set(
    program.arrays
      .filter(({ role, type }) => role !== "output" && type !== "history")
      .map(({ name }) => name),
  );
  for (const op of program.ops) {
    if (op.kind === "reduce") can.delete(op.write.array);
    if (op.kind === "host") for (const { array } of op.writes) can.delete(array);
    if (isLarge(op)) for (const { array } of accessOf(op).writes) can.delete(array);
  }
  for (let isNew = true; isNew;) {
    isNew = false;
    for (const { array, reads, spikes } of dependences) {
      if (!can.has(array)) continue;
      const arrives = spikes === undefined || can.has(spikes.array) || isOld(spikes);
      if (arrives && reads.every((read) => can.has(read))) continue;
      can.delete(array);
      isNew = true;
    }
  }
  return can;
}

/** What an op that is divided needs in full. */
function demandsOf(op: Op, { isOld }: Known, isDivided: (array: string) => boolean): string[] {
  if (op.kind === "random") {
    return op.how === "skip" ? [op.emit.list] : [op.write.array];
  }
  if (op.kind !== "map" && op.kind !== "gather" && op.kind !== "deliver" && op.kind !== "edges") {
    return [];
  }
  const symbols = op.writes.filter(({ array }) => isDivided(array)).map(({ symbol }) => symbol);
  if (op.kind === "map" && op.emit !== undefined && isDivided(op.emit.list)) {
    symbols.push(op.emit.when, ...(op.emit.payload ?? []));
  }
  if (symbols.length === 0) return [];
  const reads = operandsFor(op, symbols).filter((read) => reachesOut(op, read));
  const spikes = spikesOf(op);
  const lists = spikes === undefined || isOld(spikes) ? [] : [spikes.array];
  return [...reads.map(({ array }) => array), ...lists];
}

/** Finds the arrays that all parts compute alike. */
export function replicatedArrays(program: Program): Set<string> {
  const changing = changingArrays(program);
  const isChanging = (array: string): boolean => changing.has(array);
  const distance = distancesIn(program);
  const known: Known = {
    program,
    dependences: program.ops.flatMap((op) => dependencesOf(op, isChanging)),
    isOld: (spikes) => distance(spikes, leastLag(spikes, program)) >= 1,
  };
  const can = replicable(known);
  const found = new Set<string>();
  const demand = (array: string): boolean => {
    if (found.has(array) || !can.has(array) || !changing.has(array)) return false;
    found.add(array);
    return true;
  };
  for (let isNew = true; isNew;) {
    isNew = false;
    for (const op of program.ops) {
      for (const array of demandsOf(op, known, (name) => !found.has(name))) {
        if (demand(array)) isNew = true;
      }
      // A ring of what all parts have costs nothing more.
      if (op.kind === "ring" && found.has(op.from.array) && demand(op.into.array)) isNew = true;
    }
    for (const { array, reads, spikes } of known.dependences) {
      if (!found.has(array)) continue;
      for (const read of reads) if (demand(read)) isNew = true;
      if (spikes !== undefined && !known.isOld(spikes) && demand(spikes.array)) isNew = true;
    }
  }
  return found;
}
