// From op to closure: one total table over the op kinds. Invariant: a closure does its op for one
// copy of the batch, touches only that copy, and allocates nothing.

import { CompileError } from "../../src/errors.js";
import type { HostOp, HostValue, IoOp, MapOp, Op, RingOp, StopOp } from "../../src/ir/program.js";
import type { Values } from "../../src/runtime/backend.js";
import { valuesOf, type Context, type Run } from "./context.js";
import { emitDeliver, emitEdges, emitGather } from "./emit-edges.js";
import { emitRandom } from "./emit-random.js";
import { emitReduce } from "./emit-reduce.js";
import { emitRemember } from "./history.js";
import { bindKernel, bindLoad, newSite } from "./kernel.js";
import { copyOf, slotAt, type Stored } from "./memory.js";
import { bindEmitter } from "./spikes.js";

type EmitTable = {
  readonly [K in Op["kind"]]: (op: Extract<Op, { kind: K }>, context: Context) => Run;
};

/** Runs the body for each element, in ascending order. */
function emitMap(op: MapOp, context: Context): Run {
  const kernel = bindKernel(context, op);
  const emitter = op.emit === undefined ? undefined : bindEmitter(context, op.emit, kernel);
  const { site } = kernel;
  return (copy) => {
    kernel.begin(copy, context.now.step);
    emitter?.begin(copy);
    for (site.element = 0; site.element < op.count; site.element++) {
      kernel.evaluate();
      kernel.store();
      emitter?.emit();
    }
  };
}

/** Moves the head of a copy on, over the oldest slot, and gives the slot to fill. */
function advance(ring: Stored, copy: number): number {
  const own = copyOf(ring, copy);
  ring.heads[own] = (ring.heads[own]! + 1) % ring.slots;
  return slotAt(ring, copy, 0);
}

function emitRing(op: RingOp, context: Context): Run {
  const from = context.memory.get(op.from.array)!;
  const into = context.memory.get(op.into.array)!;
  const { length } = into;
  if (from.kind === "values" && into.kind === "values") {
    return (copy) => {
      const to = advance(into, copy) * length;
      const first = slotAt(from, copy, 0) * length;
      for (let i = 0; i < length; i++) into.data[to + i] = from.data[first + i]!;
    };
  }
  if (from.kind !== "spikes" || into.kind !== "spikes") throw new TypeError("mixed ring");
  return (copy) => {
    const slot = advance(into, copy);
    const source = slotAt(from, copy, 0);
    const count = from.counts[source]!;
    into.counts[slot] = count;
    for (let i = 0; i < count; i++) {
      into.items[slot * length + i] = from.items[source * length + i]!;
      for (let c = 0; c < into.columns.length; c++) {
        into.columns[c]![slot * length + i] = from.columns[c]![source * length + i]!;
      }
    }
  };
}

function emitStop(op: StopOp, context: Context): Run {
  const site = newSite();
  const holds = bindLoad(context, op.when, site, new Map());
  return (copy) => {
    site.copy = copy;
    if (holds() !== 0) context.now.reason ??= op.reason;
  };
}

/** Buffers that a user's function gets instead of the arrays, so that it cannot keep hold of them. */
function hostBuffers(slices: readonly HostValue[], context: Context): Values[] {
  const isDouble = context.program.precision === "float64";
  return slices.map(({ count }) => (isDouble ? new Float64Array(count) : new Float32Array(count)));
}

function emitHost(op: HostOp, context: Context): Run {
  const call = context.hosts.get(op.name);
  if (call === undefined) {
    throw new CompileError({
      code: "host-missing",
      where: op.origin ?? op.id,
      problem: "needs a function that was not given",
      got: op.name,
      hint: "Pass the function when the model is loaded.",
    });
  }
  const reads = op.reads.map((slice) => valuesOf(context, slice.array));
  const writes = op.writes.map((slice) => valuesOf(context, slice.array));
  const inputs = hostBuffers(op.reads, context);
  const outputs = hostBuffers(op.writes, context);
  return (copy) => {
    for (let k = 0; k < inputs.length; k++) {
      const first = copyOf(reads[k]!, copy) * reads[k]!.length + op.reads[k]!.offset;
      for (let i = 0; i < inputs[k]!.length; i++) inputs[k]![i] = reads[k]!.data[first + i]!;
    }
    // What the function does not fill keeps its value.
    for (let k = 0; k < outputs.length; k++) {
      const first = copyOf(writes[k]!, copy) * writes[k]!.length + op.writes[k]!.offset;
      for (let i = 0; i < outputs[k]!.length; i++) outputs[k]![i] = writes[k]!.data[first + i]!;
    }
    call(context.now.step, inputs, outputs);
    for (let k = 0; k < outputs.length; k++) {
      const first = copyOf(writes[k]!, copy) * writes[k]!.length + op.writes[k]!.offset;
      for (let i = 0; i < outputs[k]!.length; i++) writes[k]!.data[first + i] = outputs[k]![i]!;
    }
  };
}

function emitIo(op: IoOp, context: Context): Run {
  const into = valuesOf(context, op.into);
  const from = op.pieces.map((piece) => valuesOf(context, piece.array));
  return (copy) => {
    const base = copyOf(into, copy) * into.length;
    for (let k = 0; k < from.length; k++) {
      const { position, offset, count } = op.pieces[k]!;
      const first = copyOf(from[k]!, copy) * from[k]!.length + offset;
      for (let i = 0; i < count; i++) into.data[base + position + i] = from[k]!.data[first + i]!;
    }
  };
}

const emitTable: EmitTable = {
  map: emitMap,
  gather: emitGather,
  deliver: emitDeliver,
  edges: emitEdges,
  ring: emitRing,
  remember: emitRemember,
  random: emitRandom,
  reduce: emitReduce,
  stop: emitStop,
  host: emitHost,
  io: emitIo,
  record: (_op, context) => (copy) => context.now.sample?.(copy),
};

/** Makes the closure of an op. */
export const emitOp = (op: Op, context: Context): Run =>
  // The table is total over the kinds; the cast only tells the compiler that key and op agree.
  (emitTable[op.kind] as (op: Op, context: Context) => Run)(op, context);
