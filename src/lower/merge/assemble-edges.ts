// Joins ops over edges. Invariant: each edge of the joined op does what it did in its part, and
// each target sums its edges in the order of the parts, so that results are equal to the last bit.

import type { IndexArrays } from "../../ir/layout.js";
import type { Operand, SpikeRef, Write } from "../../ir/program.js";
import { initialAt } from "../support/values.js";
import { edgeOpOf, lineOf, splitAligned, type EdgeBodied } from "./alignment.js";
import {
  emptyValues,
  mergedHead,
  movedTo,
  readNew,
  rebaseOp,
  sharedValue,
  sharesOf,
  valueAt,
  type Assembly,
} from "./assemble.js";
import type { Group } from "./part.js";
import { joinEdges, type JoinedEdges } from "./edge-lists.js";
import { edgesOf } from "../../ir/layout.js";
import type { Part } from "./part.js";
import { placeOf } from "./placement.js";

/** A parameter with one value for each edge, unless one value serves all. */
function joinParameter(assembly: Assembly, joined: JoinedEdges, read: number): Operand {
  const shares = sharesOf(assembly, joined.parts, read);
  const first = shares[0]!.operand;
  if (sharedValue(shares) !== undefined) return first;
  const values = emptyValues(shares[0]!.spec, joined.edges);
  joined.number.forEach((number, i) => {
    const share = shares[joined.part[i]!]!;
    const { at } = share.operand;
    const local = at === "source" ? joined.source : at === "target" ? joined.target : joined.edge;
    values[number] = valueAt(share, local[i]!);
  });
  return readNew(assembly, shares, values, "edge");
}

/** Lags may differ between the parts of a gather: then each edge gets its own. */
function joinLag(
  assembly: Assembly,
  joined: JoinedEdges,
  lags: readonly (number | string | undefined)[],
): number | string | undefined {
  const [first] = lags;
  if (typeof first !== "string" && lags.every((lag) => lag === first)) return first;
  const { inventory } = assembly;
  const values = new Int32Array(joined.edges);
  joined.number.forEach((number, i) => {
    const lag = lags[joined.part[i]!]!;
    values[number] =
      typeof lag === "number"
        ? lag
        : initialAt(inventory.specs[inventory.idOf(lag)]!.initial, joined.edge[i]!);
  });
  return assembly.created.addValues(values, "index", "lag");
}

const withLag = <T extends { readonly lag?: number | string }>(
  ref: T,
  lag: number | string | undefined,
): T => {
  const { lag: _lag, ...rest } = ref;
  return (lag === undefined ? rest : { ...rest, lag }) as T;
};

/** The place of a slot in the part that lies first along the slot's axis. */
function anchorOf(assembly: Assembly, joined: JoinedEdges, slotIndex: number): number {
  const slot = joined.parts[0]!.slots[slotIndex]!;
  const { anchor } = joined.extents[lineOf(slot.axis)];
  return placeOf(assembly.placement, joined.parts[anchor]!.slots[slotIndex]!);
}

function atOffset<T extends { readonly array: string; readonly offset?: number }>(
  assembly: Assembly,
  ref: T,
  offset: number,
): T {
  const { offset: _offset, ...rest } = ref;
  const { array } = movedTo(assembly, ref.array);
  return { ...rest, array, ...(offset === 0 ? {} : { offset }) } as T;
}

function joinSlotRead(
  assembly: Assembly,
  joined: JoinedEdges,
  read: number,
  slotIndex: number,
): Operand {
  const first = edgeOpOf(joined.parts[0]!);
  const operand = first.reads[read]!;
  const lags = joined.parts.map((part) => edgeOpOf(part).reads[read]!.lag);
  const lag = joinLag(assembly, joined, lags);
  const placed = atOffset(assembly, operand, anchorOf(assembly, joined, slotIndex));
  const { period: _period, ...plain } = withLag(placed, lag);
  if (joined.parts[0]!.slots[slotIndex]!.axis !== "own") return plain;
  const length = edgesOf(first.layout);
  return { ...plain, at: "edge", ...(length === 1 ? {} : { repeat: length }) };
}

function joinSpikes(assembly: Assembly, joined: JoinedEdges, slotIndex: number): SpikeRef {
  const spikesOf = (part: Part): SpikeRef => {
    const op = edgeOpOf(part);
    return op.kind === "deliver" ? op.spikes : (op as HasSpikes).trigger.spikes;
  };
  const lag = joinLag(
    assembly,
    joined,
    joined.parts.map((part) => spikesOf(part).lag),
  );
  const placed = atOffset(
    assembly,
    spikesOf(joined.parts[0]!),
    anchorOf(assembly, joined, slotIndex),
  );
  return withLag(placed, lag);
}
interface HasSpikes {
  readonly trigger: { readonly spikes: SpikeRef };
}

interface JoinedRefs {
  readonly reads: Operand[];
  readonly writes: Write[];
  readonly spikes: SpikeRef | undefined;
}

function joinRefs(assembly: Assembly, joined: JoinedEdges): JoinedRefs {
  const first = joined.parts[0]!;
  const op = edgeOpOf(first);
  const moved = rebaseOp(assembly, op);
  const reads = first.bounds.map((bound, i) => {
    if (bound.kind === "same") return moved.reads[i]!;
    return bound.kind === "parameter"
      ? joinParameter(assembly, joined, i)
      : joinSlotRead(assembly, joined, i, bound.slot);
  });
  const firstWrite = first.slots.findIndex((slot) => slot.isWrite);
  const writes = op.writes.map((write, i) =>
    atOffset(assembly, write, anchorOf(assembly, joined, firstWrite + i)),
  );
  const hasSpikes = op.kind === "deliver" || (op.kind === "edges" && op.trigger.on !== "every");
  const spikes = hasSpikes ? joinSpikes(assembly, joined, first.slots.length - 1) : undefined;
  return { reads, writes, spikes };
}

function join(assembly: Assembly, arrays: IndexArrays, parts: readonly Part[]): EdgeBodied {
  const given = edgeOpOf(parts[0]!);
  const bySource =
    given.kind === "deliver" || (given.kind === "edges" && given.trigger.on === "source");
  const context = { arrays, created: assembly.created };
  const joined = joinEdges(assembly.placement, parts, !bySource, context);
  // The parts may be in another order now, and reads belong to the body with their symbols.
  const op = edgeOpOf(joined.parts[0]!);
  const { reads, writes, spikes } = joinRefs(assembly, joined);
  const head = { ...mergedHead(parts), layout: joined.layout, reads, writes };
  if (op.kind === "gather" || spikes === undefined) return { ...op, ...head } as EdgeBodied;
  if (op.kind === "deliver") return { ...op, ...head, spikes };
  return { ...op, ...head, trigger: { ...op.trigger, spikes } as typeof op.trigger };
}

/** One op for each set of parts that fit into one layout. */
export function assembleEdges(assembly: Assembly, arrays: IndexArrays, group: Group): EdgeBodied[] {
  if (group.length === 1) return [rebaseOp(assembly, edgeOpOf(group[0]!))];
  return splitAligned(assembly.placement, group).map((parts) =>
    parts.length === 1 ? rebaseOp(assembly, edgeOpOf(parts[0]!)) : join(assembly, arrays, parts),
  );
}
