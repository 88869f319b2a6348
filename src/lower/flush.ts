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

/** A number that an array holds when its network is at rest: 0, if it is 0 for any element. */
function typical({ role, initial }: ArraySpec): number {
  // Made from tunables later: most often a factor.
  if (role === "derived") return 0.5;
  if (role !== "parameter" && role !== "tunable") return 0;
  if (typeof initial === "number") return initial;
  return initial.includes(0) ? 0 : (initial[0] ?? 0);
}

/** The new value of a written state from one value of it, where everything else is at rest. */
function stepFrom(op: MapOp, write: Write, own: number, { specs, dt }: Setting): number {
  const scope = new Map<string, number>([
    ["step", 1],
    ["t", dt],
    ["dt", dt],
  ]);
  for (const { symbol, array } of op.reads) {
    scope.set(symbol, array === write.array ? own : typical(specs.get(array)!));
  }
  for (const { target, value } of op.body) scope.set(target, evaluate(value, scope));
  return scope.get(write.symbol)!;
}

interface Setting {
  readonly specs: ReadonlyMap<string, ArraySpec>;
  readonly dt: number;
}

/** Whether a write brings a state nearer to 0 by a factor, again and again. */
function diesAway(op: MapOp, write: Write, setting: Setting): boolean {
  const spec = setting.specs.get(write.array)!;
  const isOwn = spec.role === "state" && spec.type === "real";
  const readsItself = op.reads.some(({ array }) => array === write.array);
  if (!isOwn || !readsItself || write.mode !== "set") return false;
  const factor = Math.abs(stepFrom(op, write, probe, setting) / probe);
  return factor > 0 && factor < 1 && stepFrom(op, write, 0, setting) === 0;
}

function flushIn(op: Op, program: Program, setting: Setting): Op {
  if (op.kind !== "map") return op;
  const limit = num(smallest[program.precision]);
  const symbols = new Set(
    op.writes.filter((write) => diesAway(op, write, setting)).map(({ symbol }) => symbol),
  );
  if (symbols.size === 0) return op;
  const added = [...symbols].map((symbol) => ({
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
