// States that die away become 0 before their numbers get so small that processors compute with them
// slowly. Invariant: only values that are no part of any result are touched: below 1e-30 in float32,
// below 1e-290 in float64.

import { binary, call, conditional, name, num } from "../expr/ast.js";
import { evaluate } from "../expr/evaluate.js";
import type { ArraySpec, MapOp, Op, Program, Write } from "../ir/program.js";
import type { Pass } from "./pass.js";

/** Far above subnormal numbers, so that what is computed from a state is none either. */
const smallest = { float64: 1e-290, float32: 1e-30 } as const;
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

function flushIn<O extends Op>(op: O, program: Program, setting: Setting): O {
  if (op.kind !== "map") return op;
  const limit = num(smallest[program.precision]);
  const dying = op.writes.filter((write) => diesAway({ op, write }, setting));
  if (dying.length === 0) return op;
  const added = [...new Set(dying.map(({ symbol }) => symbol))].map((symbol) => ({
    target: symbol,
    value: conditional(binary("<", call("abs", name(symbol)), limit), num(0), name(symbol)),
  }));
  return { ...op, body: [...op.body, ...added] };
}

function run(program: Program): Program {
  const specs = new Map(program.arrays.map((spec) => [spec.name, spec]));
  const setting = { specs, dt: program.dt };
  return { ...program, ops: program.ops.map((op) => flushIn(op, program, setting)) };
}

/** What decays ends at 0. */
export const flush: Pass = {
  name: "flush",
  doc: "States that die away become 0 before they are too small to be computed with fast.",
  tolerance: 1e-12,
  run,
};
