// Divides a Program among threads: every part has its share of the neurons and all edges that end at
// them. Invariant: nothing but spikes passes between parts, and none before `steps` steps are over, so
// that the parts, which exchange spikes that often, together do what the whole does, bit for bit.

import { accessOf } from "../access.js";
import { indexArraysOf } from "../layout.js";
import type { IndexArrays } from "../layout.js";
import type { ArraySpec, Op, Program } from "../program.js";
import { InternalError } from "../../errors.js";
import { OpCutter } from "./cut-ops.js";
import { spikesOf } from "./dependences.js";
import { distancesIn, leastLag } from "./distances.js";
import { findOwners, type Owners } from "./owners.js";
import { anchorOf, eachEdge, elementOf } from "./places.js";
import { PartArrays, ranksOf, type Ranks } from "./part-arrays.js";
import { refuseWhole } from "./refuse.js";
import { replicatedArrays } from "./replicated.js";
import { separate } from "./shares.js";
import { renumberVersions } from "./versions.js";
import type { Division, Part, Share, SharedList } from "./types.js";

/** Steps between two exchanges where no spike ever passes. */
const mostSteps = 1000;
/** Bytes that the spikes of all steps between two exchanges may take where every neuron fires in each. */
const mostBytes = 1 << 25;

interface Whole {
  readonly program: Program;
  readonly shares: readonly Share[];
  readonly owners: Owners;
  readonly ranks: ReadonlyMap<string, Ranks>;
  readonly indexes: IndexArrays;
}

/** The first source of each part; the owners ascend. */
function boundsOf(spec: ArraySpec, owner: Uint8Array, parts: number): number[] {
  const bounds = new Array<number>(parts + 1).fill(owner.length);
  bounds[0] = 0;
  for (let i = owner.length - 1; i >= 0; i--) {
    if (i > 0 && owner[i - 1]! > owner[i]!) {
      refuseWhole(spec.origin ?? spec.name, "has neurons that parts cannot keep in order");
    }
    for (let p = owner[i]!; p > (i > 0 ? owner[i - 1]! : -1); p--) bounds[p] = i;
  }
  return bounds;
}

/** Least distance of the spikes that pass between parts, for each list [steps]. */
function crossings({ program, shares, owners, indexes }: Whole): Map<string, number> {
  const distance = distancesIn(program);
  const least = new Map<string, number>();
  for (const { op, isReplicated } of shares) {
    const spikes = spikesOf(op);
    const owner = spikes && owners.get(spikes.array);
    if (spikes === undefined || owner === undefined) continue;
    const found = isReplicated
      ? distance(spikes, leastLag(spikes, program))
      : leastCrossing(op, { owners, indexes }, (lag) => distance(spikes, lag));
    const before = least.get(spikes.array) ?? Infinity;
    if (found < Infinity) least.set(spikes.array, Math.min(before, found));
  }
  return least;
}

function leastCrossing(
  op: Op,
  { owners, indexes }: Pick<Whole, "owners" | "indexes">,
  distance: (lag: number) => number,
): number {
  if (op.kind !== "deliver" && op.kind !== "edges") return Infinity;
  const { array, offset = 0, lag = 0 } = spikesOf(op)!;
  const list = owners.get(array)!;
  const anchor = anchorOf(op, (name) => owners.has(name))!;
  const owner = owners.get(anchor.array)!;
  const onTarget = op.kind === "edges" && op.trigger.on === "target";
  const lags = typeof lag === "string" ? indexes.get(lag) : undefined;
  const lagOf = (edge: number): number => (typeof lag === "number" ? lag : (lags?.[edge] ?? 0));
  let least = Infinity;
  const meet = (s: number, t: number, e: number): void => {
    const own = owner[elementOf(anchor, anchor.at === "target" ? t : e)];
    if (own !== list[offset + (onTarget ? t : s)]) least = Math.min(least, distance(lagOf(e)));
  };
  // Where all edges have the same delay, one that crosses says everything.
  const isDone = (): boolean => lags === undefined && least < Infinity;
  eachEdge(op.layout, indexes, meet, isDone);
  return least;
}

/** The spike lists that are divided, and how many steps may lie between two exchanges. */
function listsOf(whole: Whole, parts: number): Pick<Division, "lists" | "steps"> {
  const { program, owners } = whole;
  const least = crossings(whole);
  const width = program.precision === "float64" ? 8 : 4;
  let bytes = 0;
  const lists: SharedList[] = [];
  for (const spec of program.arrays) {
    const owner = owners.get(spec.name);
    if (spec.type !== "spikes" || owner === undefined) continue;
    const isExchanged = least.has(spec.name);
    lists.push({ array: spec.name, bounds: boundsOf(spec, owner, parts), isExchanged });
    if (isExchanged) bytes += spec.length * (4 + width * (spec.payload?.length ?? 0));
  }
  const fitting = Math.max(1, Math.floor(mostBytes / Math.max(1, bytes)));
  const steps = Math.min(mostSteps, fitting, ...least.values());
  if (steps < 1)
    throw new InternalError(program.name, "has spikes that pass between parts at once");
  return { lists, steps };
}

function makePart(whole: Whole, part: number, count: number): Part {
  const { program, shares, ranks, indexes } = whole;
  // Those are done for the whole, between two runs.
  const { settle: _settle, rebuild: _rebuild, ...rest } = program;
  const arrays = new PartArrays(program, ranks, part);
  const cutter = new OpCutter(indexes, arrays);
  const ops = renumberVersions(
    shares.map((share) => cutter.cut(share)).filter((op): op is Op => op !== undefined),
  );
  const used = new Set(
    ops.flatMap((op) => {
      const { reads, writes, also } = accessOf(op);
      return [...reads, ...writes].map(({ array }) => array).concat(also);
    }),
  );
  return {
    program: {
      ...rest,
      name: `${program.name}, part ${part + 1} of ${count}`,
      arrays: arrays.specs.filter(({ name }) => used.has(name)),
      ...{ ops, setup: [], inputs: [], outputs: [], names: [] },
    },
    pieces: arrays.pieces.filter(({ local }) => used.has(local)),
    lists: arrays.lists.filter((name) => used.has(name)),
  };
}

/** Divides a Program; throws a CompileError with the code "unsupported" where that cannot be done. */
export function divide(program: Program, count: number): Division {
  if (program.batch > 1) {
    const hint = "Leave out `workers` or `batch`.";
    refuseWhole(
      program.name,
      `has a batch of ${program.batch} copies, which workers cannot share`,
      hint,
    );
  }
  const replicated = replicatedArrays(program);
  const shares = separate(program, replicated);
  const owners = findOwners(program, shares, replicated, count);
  const ranks = ranksOf(owners, count);
  const whole = { program, shares, owners, ranks, indexes: indexArraysOf(program) };
  const { lists, steps } = listsOf(whole, count);
  const parts = Array.from({ length: count }, (_, part) => makePart(whole, part, count));
  return { parts, lists, steps };
}
