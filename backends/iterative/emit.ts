// From op to closure: one total table over the op kinds. Invariant: a closure does its op for one
// copy of the batch, touches only that copy, and allocates nothing.

import type { HostOp, IoOp, MapOp, Op, RingOp, StopOp } from "../../src/ir/program.js";
import { bindHost } from "../../src/memory/hosts.js";
import { copyOf, slotAt, type Stored } from "../../src/memory/memory.js";
import { valuesOf, type Context, type Run } from "./context.js";
import { emitDeliver, emitEdges, emitGather } from "./emit-edges.js";
import { emitRandom } from "./emit-random.js";
import { emitReduce } from "./emit-reduce.js";
import { emitRemember } from "./history.js";
import { bindKernel, bindLoad, newSite } from "./kernel.js";
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

function emitHost(op: HostOp, context: Context): Run {
  const call = bindHost(op, context);
  return (copy) => call(context.now.step, copy);
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
  // All copies are sampled at once.
  record: (_op, context) => (copy) => {
    if (copy === 0) context.now.sample?.();
  },
};

/** Makes the closure of an op. */
export const emitOp = (op: Op, context: Context): Run =>
  // The table is total over the kinds; the cast only tells the compiler that key and op agree.
  (emitTable[op.kind] as (op: Op, context: Context) => Run)(op, context);
