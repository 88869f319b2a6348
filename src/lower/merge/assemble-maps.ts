// Joins maps and rings. Invariant: element i of the joined op does what element i - start of its
// part did, on the same values.

import type { MapOp, Operand, RingOp } from "../../ir/program.js";
import { isWrapping } from "../support/values.js";
import {
  emptyValues,
  mergedHead,
  readNew,
  rebaseOp,
  sharedValue,
  sharesOf,
  valueAt,
  type Assembly,
  type Share,
} from "./assemble.js";
import type { Group, Part } from "./part.js";
import { splitRuns } from "./placement.js";

const mapOf = (part: Part): MapOp => part.op as MapOp;

/** The number of elements that share a value, where it is the same for all parts. */
function commonRepeat(shares: readonly Share[], counts: readonly number[]): number {
  const repeat = shares[0]!.operand.repeat ?? 1;
  const fits = shares.every(
    ({ operand }, i) =>
      operand.at === "element" &&
      (operand.repeat ?? 1) === repeat &&
      !isWrapping(operand, counts[i]!) &&
      counts[i]! % repeat === 0,
  );
  return fits ? repeat : 1;
}

function joinParameter(assembly: Assembly, parts: readonly Part[], read: number): Operand {
  const shares = sharesOf(assembly, parts, read);
  const first = shares[0]!.operand;
  if (sharedValue(shares) !== undefined) return first;
  const counts = parts.map((part) => mapOf(part).count);
  const repeat = commonRepeat(shares, counts);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const values = emptyValues(shares[0]!.spec, total / repeat);
  let at = 0;
  shares.forEach((share, i) => {
    for (let k = 0; k < counts[i]!; k += repeat) values[at++] = valueAt(share, k);
  });
  const operand = readNew(assembly, shares, values, "element");
  return repeat === 1 ? operand : { ...operand, repeat };
}

function joinReads(assembly: Assembly, parts: readonly Part[], moved: MapOp): Operand[] {
  const first = parts[0]!;
  return first.bounds.map((bound, i) => {
    const operand = moved.reads[i]!;
    if (bound.kind === "parameter") return joinParameter(assembly, parts, i);
    if (bound.kind === "same" || first.slots[bound.slot]!.axis !== "own") {
      if (operand.period === undefined || bound.kind === "same") return operand;
      // No part came round to its first element again; the joined op must not either.
      const { period: _period, ...rest } = operand;
      return rest;
    }
    const { count } = mapOf(first);
    return { ...operand, at: "element", ...(count === 1 ? {} : { repeat: count }) };
  });
}

function joinMaps(assembly: Assembly, parts: readonly Part[], isFirst: boolean): MapOp {
  const moved = rebaseOp(assembly, mapOf(parts[0]!));
  const append = isFirst || moved.emit === undefined ? {} : { append: true };
  const emit = moved.emit === undefined ? {} : { emit: { ...moved.emit, ...append } };
  if (parts.length === 1) return { ...moved, ...emit };
  return {
    ...moved,
    ...mergedHead(parts),
    count: parts.reduce((sum, part) => sum + mapOf(part).count, 0),
    reads: joinReads(assembly, parts, moved),
    writes: moved.writes.map((write) => ({ ...write, at: "element" })),
    ...emit,
  };
}

/** One op for each run of maps that lie behind one another. */
export function assembleMaps(assembly: Assembly, group: Group): MapOp[] {
  const runs = splitRuns(assembly.placement, group);
  return runs.map((run, i) => joinMaps(assembly, run, i === 0));
}

/** One op that pushes the whole base. */
export function assembleRings(assembly: Assembly, group: Group): RingOp[] {
  const moved = rebaseOp(assembly, group[0]!.op as RingOp);
  return [group.length === 1 ? moved : { ...moved, ...mergedHead(group) }];
}
