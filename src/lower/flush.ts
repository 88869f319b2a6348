// States that die away become 0 before their numbers get so small that processors compute with them
// slowly. Invariant: only values that are no part of any result are touched: below 1e-30 in float32,
// below 1e-290 in float64.
// Looking every 64 steps is enough: what takes longer than that from there to the subnormal numbers is
// caught in time, and what does not is through them in fewer steps than that.

import { binary, call, conditional, name, num } from "../expr/ast.js";
import { evaluate } from "../expr/evaluate.js";
import { accessOf } from "../ir/access.js";
import type { ArraySpec, EdgesOp, MapOp, Op, Program, Write } from "../ir/program.js";
import type { Pass } from "./pass.js";

/** Far above subnormal numbers, so that what is computed from a state is none either. */
const smallest = { float64: 1e-290, float32: 1e-30 } as const;
/** How often they are looked at [steps]. */
const interval = 64;
/** A number that could be a state about to vanish. */
const probe = 1e-200;
/** What varies is 0 when a network is at rest, and may be anything when it is not. */
const rest = 0;
const unrest = [0.7, -1.3];

interface Setting {
  readonly specs: ReadonlyMap<string, ArraySpec>;
  readonly dt: number;
}

/** A number that an array holds, 0 if it is 0 for any element. */
function typical({ role, initial }: ArraySpec, varying: number): number {
  // Made from tunables later: most often a factor.
  if (role === "derived") return 0.5;
  if (role !== "parameter" && role !== "tunable") return varying;
  if (typeof initial === "number") return initial;
  return initial.includes(0) ? 0 : (initial[0] ?? 0);
}

/** The new value of a written state from one value of it, where everything else has another one. */
function stepFrom(
  own: number,
  { op, write }: Written,
  varying: number,
  { specs, dt }: Setting,
): number {
  const scope = new Map<string, number>([
    ["step", 1],
    ["t", dt],
    ["dt", dt],
  ]);
  op.reads.forEach(({ symbol, array }, i) => {
    // No two alike, for what is the difference of two of them.
    const other = typical(specs.get(array)!, varying * (1 + i / 7));
    scope.set(symbol, array === write.array ? own : other);
  });
  for (const { target, value } of op.body) scope.set(target, evaluate(value, scope));
  return scope.get(write.symbol)!;
}

interface Written {
  readonly op: MapOp;
  readonly write: Write;
}

/** Whether a write brings a state nearer to 0 by a factor, again and again. */
function diesAway(written: Written, setting: Setting): boolean {
  const { op, write } = written;
  const spec = setting.specs.get(write.array)!;
  const isOwn = spec.role === "state" && spec.type === "real";
  const readsItself = op.reads.some(({ array }) => array === write.array);
  if (!isOwn || !readsItself || write.mode !== "set") return false;
  const factorIf = (varying: number): number =>
    Math.abs(stepFrom(probe, written, varying, setting) / probe);
  const factor = factorIf(rest);
  // What rests elsewhere is there at once, which is a factor beyond all bounds.
  if (!(factor > 0 && factor < 1)) return false;
  // What leaves 0 is never small when it matters. Else only what always shrinks alike is lost for
  // good; what may grow by a factor again could do so from any number but 0.
  const leavesZero = unrest.some((varying) => stepFrom(0, written, varying, setting) !== 0);
  return leavesZero || unrest.every((varying) => Math.abs(factorIf(varying) - factor) < 1e-9);
}

/** Neighbouring elements of an array. */
interface Slice {
  readonly array: string;
  readonly offset: number;
  readonly count: number;
}

/** What dies away, each element once. */
function dyingSlices({ ops }: Program, setting: Setting): Slice[] {
  const slices = new Map<string, Slice>();
  for (const op of ops) {
    if (op.kind !== "map") continue;
    for (const write of op.writes) {
      if (!diesAway({ op, write }, setting)) continue;
      const slice = { array: write.array, offset: write.offset ?? 0, count: op.count };
      slices.set(`${slice.offset} ${slice.count} ${slice.array}`, slice);
    }
  }
  return [...slices.values()];
}

/** How often arrays are written in a step. */
function countWrites(ops: readonly Op[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { array } of ops.flatMap((op) => accessOf(op).writes)) {
    counts.set(array, (counts.get(array) ?? 0) + 1);
  }
  return counts;
}

/** Looks at slices of equal length after each 64th step. */
function flushOp(
  slices: readonly Slice[],
  id: string,
  versions: Map<string, number>,
  limit: number,
): EdgesOp {
  const small = num(limit);
  const symbolOf = (i: number): string => (i === 0 ? "x" : `x${i}`);
  const next = (array: string): number => {
    const version = versions.get(array) ?? 0;
    versions.set(array, version + 1);
    return version;
  };
  const places = slices.map(({ array, offset }, i) => ({
    ...({ symbol: symbolOf(i), array, version: next(array), at: "edge" } as const),
    ...(offset > 0 && { offset }),
  }));
  return {
    ...{ kind: "edges", id, phase: "flush", reads: places },
    trigger: { on: "every", steps: interval },
    layout: { kind: "diagonal", count: slices[0]!.count },
    body: places.map(({ symbol: x }) => ({
      target: x,
      value: conditional(binary("<", call("abs", name(x)), small), num(0), name(x)),
    })),
    writes: places.map((place) => ({ ...place, version: place.version + 1, mode: "set" })),
  };
}

/** Slices of equal length, each group with one of each array: an op writes an array once. */
function groupSlices(slices: readonly Slice[]): Slice[][] {
  const groups = new Map<string, Slice[]>();
  const seen = new Map<string, number>();
  for (const slice of slices) {
    const key = `${slice.count} ${slice.array}`;
    const nth = seen.get(key) ?? 0;
    seen.set(key, nth + 1);
    const group = groups.get(`${slice.count} ${nth}`) ?? [];
    group.push(slice);
    groups.set(`${slice.count} ${nth}`, group);
  }
  return [...groups.values()];
}

function run(program: Program): Program {
  const specs = new Map(program.arrays.map((spec) => [spec.name, spec]));
  const slices = dyingSlices(program, { specs, dt: program.dt });
  const versions = countWrites(program.ops);
  const limit = smallest[program.precision];
  const added = groupSlices(slices).map((group, i) => flushOp(group, `flush${i}`, versions, limit));
  return { ...program, ops: [...program.ops, ...added] };
}

/** What decays ends at 0. */
export const flush: Pass = {
  name: "flush",
  doc: "States that die away become 0 before they are too small to be computed with fast.",
  tolerance: 1e-12,
  run,
};
