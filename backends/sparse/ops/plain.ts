// The ops that only move numbers or flags: rings, outputs, stops, user functions. Invariant: a ring's
// head moves before its newest slot is filled.

import type { HostOp, IoOp, RingOp, StopOp } from "../../../src/ir/program.js";
import type { Place } from "../compiled.js";
import { opFunction, spikesOf, valuesOf, type Context } from "../context.js";
import { Kernel } from "../kernel.js";
import { lanesOf } from "../lanes/lanes.js";
import { Site } from "../site.js";
import type { FunctionBuilder, Local } from "../wasm/function-builder.js";

/** Moves the head of a ring on, over the oldest slot. */
function advance(site: Site, ring: Place): void {
  const { fn } = site;
  const head = fn.local("i32");
  site.pushCopy(ring, 4);
  fn.memory("i32.load", ring.heads).i32(1).op("i32.add").set(head);
  site.pushCopy(ring, 4);
  fn.get(head).i32(0).get(head).i32(ring.slots).op("i32.ne").op("select");
  fn.memory("i32.store", ring.heads);
}

/** Pushes the address of element 0 of the newest slot. */
function pushSlotAddress(
  site: Site,
  slot: Local,
  place: Place,
  address: number,
  width: number,
): void {
  const { fn } = site;
  fn.get(slot)
    .i32(place.length * width)
    .op("i32.mul")
    .i32(address)
    .op("i32.add");
}

/** Emits the push of a value or a spike list into a ring. */
export function emitRing(op: RingOp, context: Context): FunctionBuilder {
  const fn = opFunction(context, op.id);
  const site = new Site(context, fn);
  const from = context.places.get(op.from.array)!;
  const into = context.places.get(op.into.array)!;
  const [source, slot, count] = [fn.local("i32"), fn.local("i32"), fn.local("i32")];
  advance(site, into);
  site.pushSlot(from, 0);
  fn.set(source);
  site.pushSlot(into, 0);
  fn.set(slot);
  const copy = (to: number, at: number, width: number): void => {
    pushSlotAddress(site, slot, into, to, width);
    pushSlotAddress(site, source, from, at, width);
    fn.get(count).i32(width).op("i32.mul").bulk("memory.copy");
  };
  if (from.kind === "values" && into.kind === "values") {
    fn.i32(into.length).set(count);
    copy(into.address, from.address, into.width);
    return fn;
  }
  const [list, ring] = [spikesOf(context, op.from.array), spikesOf(context, op.into.array)];
  fn.get(source);
  site.multiply(4);
  fn.memory("i32.load", list.counts).set(count);
  fn.get(slot);
  site.multiply(4);
  fn.get(count).memory("i32.store", ring.counts);
  fn.get(count);
  fn.if(() => {
    copy(ring.items, list.items, 4);
    ring.columns.forEach((column, i) => copy(column, list.columns[i]!, context.width));
  });
  return fn;
}

/** Pieces up to this many numbers are copied one by one. */
const fewNumbers = 8;

/** Emits the filling of the output vector. */
export function emitIo(op: IoOp, context: Context): FunctionBuilder {
  const fn = opFunction(context, op.id);
  const site = new Site(context, fn);
  const into = valuesOf(context, op.into);
  for (const { array, offset, count, position } of op.pieces) {
    const from = valuesOf(context, array);
    const source = site.base(from, from.address + offset * from.width, from.width);
    const target = site.base(into, into.address + position * into.width, into.width);
    const push = (base: typeof source): void => {
      if (base.local === undefined) fn.i32(0);
      else fn.get(base.local);
    };
    if (count > fewNumbers) {
      for (const base of [target, source]) {
        push(base);
        fn.i32(base.offset).op("i32.add");
      }
      fn.i32(count * into.width).bulk("memory.copy");
      continue;
    }
    for (let i = 0; i < count; i++) {
      push(target);
      push(source);
      fn.memory(`${context.scalar}.load`, source.offset + i * from.width);
      fn.memory(`${context.scalar}.store`, target.offset + i * into.width);
    }
  }
  return fn;
}

/** Emits the flag that ends a run; the first op that holds gives the reason. */
export function emitStop(op: StopOp, context: Context): FunctionBuilder {
  const fn = opFunction(context, op.id);
  const site = new Site(context, fn);
  const { symbol } = op.when;
  const parts = { reads: [op.when], body: [], writes: [] };
  const kernel = new Kernel(site, parts, lanesOf(fn, context.scalar), [symbol]);
  const { reason } = context.globals;
  kernel.begin();
  kernel.evaluate();
  fn.get(kernel.lanes.toMask(kernel.symbol(symbol)).local);
  fn.getGlobal(reason).op("i32.eqz").op("i32.and");
  fn.if(() => {
    fn.i32(context.program.ops.indexOf(op) + 1).setGlobal(reason);
  });
  return fn;
}

/** Emits the call of a user's function. */
export function emitHost(op: HostOp, context: Context): FunctionBuilder {
  const fn = opFunction(context, op.id);
  const { copy } = new Site(context, fn);
  fn.i32(context.program.ops.indexOf(op));
  if (copy === undefined) fn.i32(0);
  else fn.get(copy);
  fn.call(context.imports.host);
  return fn;
}
