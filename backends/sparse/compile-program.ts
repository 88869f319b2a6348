// From Program to module: one function for each op, called in their order. Invariant: the code depends
// on the Program alone, so equal Programs give equal bytes.

import { indexArraysOf } from "../../src/ir/layout.js";
import type { Op, Program } from "../../src/ir/program.js";
import { EqualValues } from "../../src/util/equal-values.js";
import { Arena, placesOf } from "./arena.js";
import type { Compiled, Place } from "./compiled.js";
import type { Context, Table } from "./context.js";
import { countedLoop } from "./loops.js";
import { canSumArrivals, emitArrivals } from "./ops/arrivals.js";
import { emitGather } from "./ops/gather.js";
import { emitHistoryEdges, emitRemember, emitSettling } from "./ops/history.js";
import { emitMap } from "./ops/map.js";
import { emitHost, emitIo, emitRing, emitStop } from "./ops/plain.js";
import { emitRandom } from "./ops/random.js";
import { emitReduce } from "./ops/reduce.js";
import { emitEvery, emitTriggered } from "./ops/triggered.js";
import { FunctionBuilder } from "./wasm/function-builder.js";
import { ModuleBuilder } from "./wasm/module-builder.js";
import { printModule } from "./wasm/text.js";

type Emitted<K extends Op["kind"]> = (
  op: Extract<Op, { kind: K }>,
  context: Context,
) => FunctionBuilder;
type EmitTable = { readonly [K in Exclude<Op["kind"], "record">]: Emitted<K> };

const emitTable: EmitTable = {
  map: emitMap,
  gather: emitGather,
  deliver: (op, context) =>
    canSumArrivals(op, context)
      ? emitArrivals(op, context)
      : emitTriggered(op, op.spikes, "source", context),
  edges(op, context) {
    const { trigger } = op;
    if (trigger.on === "every") return emitEvery(op, trigger.steps, context);
    if (trigger.on === "history") return emitHistoryEdges(op, context);
    return emitTriggered(op, trigger.spikes, trigger.on, context);
  },
  ring: emitRing,
  remember: emitRemember,
  random: emitRandom,
  reduce: emitReduce,
  stop: emitStop,
  host: emitHost,
  io: emitIo,
};

const pageBytes = 65536;

function newContext(program: Program, isShared: boolean): Context {
  const isSingle = program.precision === "float32";
  const arena = new Arena(program.name);
  const module = new ModuleBuilder();
  return {
    program,
    module,
    arena,
    places: placesOf(program, arena),
    indexes: indexArraysOf(program),
    tables: new Map(),
    contents: new EqualValues(),
    hasRings: !isShared,
    settlers: new Map(),
    imports: {
      host: module.import("host", ["i32", "i32"]),
      sample: module.import("sample", []),
      fail: module.import("fail", ["i32", "f64"]),
    },
    globals: {
      step: module.global("step", "i64"),
      reason: module.global("reason", "i32"),
      sampling: module.global("sampling", "i32"),
    },
    vector: isSingle ? "f32x4" : "f64x2",
    scalar: isSingle ? "f32" : "f64",
    width: isSingle ? 4 : 8,
  };
}

/** Lets JavaScript take samples, where a run asks for them. */
function callSample(fn: FunctionBuilder, { globals, imports }: Context): void {
  fn.getGlobal(globals.sampling);
  fn.if(() => {
    fn.call(imports.sample);
  });
}

/** Adds a function for each op and gives what calls them in their order, each for all copies. */
function emitOps(ops: readonly Op[], context: Context): (fn: FunctionBuilder) => void {
  const { batch } = context.program;
  const calls = ops.map((op) => {
    if (op.kind === "record") return undefined;
    const emit = emitTable[op.kind] as (op: Op, context: Context) => FunctionBuilder;
    return context.module.add(emit(op, context));
  });
  return (fn) => {
    const copy = fn.local("i32");
    for (const index of calls) {
      if (index === undefined) callSample(fn, context);
      else if (batch === 1) fn.call(index);
      else {
        countedLoop(fn, copy, { from: 0, to: batch, step: 1 }, () => {
          fn.get(copy).call(index);
        });
      }
    }
  };
}

/** The function `run`: so many steps, or fewer when a `stop` holds. */
function emitRun(context: Context): FunctionBuilder {
  const { program, globals } = context;
  const callOps = emitOps(program.ops, context);
  const fn = new FunctionBuilder("run", ["i32"], ["i32"]);
  const done = fn.local("i32");
  const stepOnce = (): void => {
    fn.i32(0).setGlobal(globals.reason);
    callOps(fn);
    if (!program.ops.some(({ kind }) => kind === "record")) callSample(fn, context);
    fn.getGlobal(globals.step).i64(1n).op("i64.add").setGlobal(globals.step);
  };
  fn.block((end) => {
    fn.loop((again) => {
      fn.get(done).get(fn.parameters[0]!).op("i32.ge_s").branchIf(end);
      stepOnce();
      fn.get(done).i32(1).op("i32.add").set(done);
      fn.getGlobal(globals.reason).op("i32.eqz").branchIf(again);
    });
  });
  fn.get(done);
  return fn;
}

/** The functions `settle` and `rebuild`, where the Program keeps anything lazily. */
function emitBooks(context: Context): void {
  const { program, module } = context;
  const hasHistory = program.arrays.some(({ type }) => type === "history");
  if (hasHistory || program.settle !== undefined) {
    const callOps = emitOps(program.settle ?? [], context);
    const fn = new FunctionBuilder("settle", ["i64"], []);
    emitSettling(fn, context);
    callOps(fn);
    module.add(fn, true);
  }
  if (program.rebuild !== undefined) {
    const callOps = emitOps(program.rebuild, context);
    const fn = new FunctionBuilder("rebuild", [], []);
    callOps(fn);
    module.add(fn, true);
  }
}

const isNeeded = (place: Place): boolean => place.kind !== "values" || place.isNeeded !== false;

function fillTables(tables: Iterable<Table>, memory: ArrayBufferLike): void {
  for (const { address, bytes, fill } of tables) fill(new DataView(memory, address, bytes), memory);
}

/** Generates the code for a Program; for a memory that threads share, or for one of its own. */
export function compileProgram(program: Program, isShared = false): Compiled {
  const context = newContext(program, isShared);
  const { module, arena, tables } = context;
  module.add(emitRun(context), true);
  emitBooks(context);
  const pages = Math.ceil(arena.size / pageBytes);
  const copies = [...tables.values()].filter(({ copyOf }) => copyOf !== undefined);
  return {
    module: module.encode(pages, isShared),
    text: () => printModule(module, pages),
    pages,
    places: new Map([...context.places].filter(([, place]) => isNeeded(place))),
    fill: (memory) => fillTables(tables.values(), memory),
    refresh: (memory) => fillTables(copies, memory),
    copied: new Set(copies.flatMap(({ copyOf }) => copyOf!)),
  };
}
