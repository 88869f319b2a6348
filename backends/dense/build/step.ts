// One step of a Program as nodes: its ops in their order, through one total table over the kinds.
// Invariant: the values of a context go from those before the step to those after it; what monitors
// see is what is there where the Program records.

import { InternalError } from "../../../src/errors.js";
import { booksOf } from "../../../src/ir/books.js";
import { indexArraysOf } from "../../../src/ir/layout.js";
import type { Op, Program } from "../../../src/ir/program.js";
import type { Context, Shared, Values } from "../context.js";
import { emitGather } from "../ops/gather.js";
import { emitMap } from "../ops/map.js";
import { emitIo, emitReduce, emitRing } from "../ops/plain.js";
import { emitRandom } from "../ops/random.js";
import { emitDeliver, emitEdges } from "../ops/triggered.js";
import type { Value } from "../onnx/graph.js";
import { loadOperand } from "../places/load.js";
import { elementSpace } from "../places/space.js";
import type { Tensors } from "../tensors/tensors.js";

type EmitTable = {
  readonly [K in Op["kind"]]: (op: Extract<Op, { kind: K }>, context: Context) => void;
};

const refused = (op: Op): never => {
  throw new InternalError(op.id, `is a ${op.kind}, which was to be refused`);
};
/** What the step as a whole looks after. */
const nothing = (): void => undefined;

const emitTable: EmitTable = {
  map: emitMap,
  gather: emitGather,
  deliver: emitDeliver,
  edges: emitEdges,
  ring: emitRing,
  remember: refused,
  random: emitRandom,
  reduce: emitReduce,
  stop: nothing,
  host: refused,
  io: emitIo,
  record: nothing,
};

/** Turns ops into nodes, one after the other. */
export function emitOps(ops: readonly Op[], context: Context): void {
  // The table is total over the kinds; the cast only tells the compiler that key and op agree.
  for (const op of ops) (emitTable[op.kind] as (op: Op, context: Context) => void)(op, context);
}

/** What is shared by all ops of one graph. */
export function sharedOf(program: Program): Shared {
  return {
    specs: new Map(program.arrays.map((spec) => [spec.name, spec])),
    indexes: indexArraysOf(program),
    spaces: new Map(),
    lists: new Map(),
  };
}

/** A step that has become nodes. */
export interface Step {
  /** Values after the step. */
  readonly after: Values;
  /** Values where monitors sample, with lazily kept states brought up to date. */
  readonly sampled: Values;
  /** Place of the first stop op that holds among the ops, from 1, or 0; absent without such ops. */
  readonly stop?: Value;
}

/** Where the condition of a stop op holds in any copy. */
function holds(op: Extract<Op, { kind: "stop" }>, context: Context): Value {
  const { t } = context;
  const value = t.flat(loadOperand(context, elementSpace(1), op.when));
  const marks = t.cast(t.toTruth(value), "int32");
  return t.reshape(t.reduce("ReduceMax", marks, 0), []);
}

/** Brings lazily kept states up to date, for a look at `names`. */
export function settled(context: Context, names: Iterable<string>): Values {
  const { program } = context;
  const values = new Map(context.values);
  const { settle } = program;
  if (settle === undefined) return values;
  const lazy = booksOf(program).settled;
  if ([...names].some((name) => lazy.has(name))) emitOps(settle, { ...context, values });
  return values;
}

/** Emits the step; `watched` names the arrays that monitors sample. */
export function emitStep(context: Context, watched: readonly string[]): Step {
  const { t, program, values } = context;
  let stop: Value | undefined;
  let sampled: Values | undefined;
  program.ops.forEach((op, place) => {
    if (op.kind === "record") sampled = settled(context, watched);
    if (op.kind === "stop") {
      const code = t.combine("Mul", holds(op, context), t.number(place + 1, "int32"));
      if (stop === undefined) stop = code;
      else stop = t.select(t.compare("==", stop, t.number(0, "int32")), code, stop);
    }
    emitOps([op], context);
  });
  sampled ??= settled(context, watched);
  return { after: values, sampled, ...(stop === undefined ? {} : { stop }) };
}

/** A context for ops on these values. */
export const contextFor = (
  t: Tensors,
  program: Program,
  shared: Shared,
  { values, step }: { readonly values: Values; readonly step?: Value },
): Context => ({ t, program, shared, values, ...(step === undefined ? {} : { step }) });
