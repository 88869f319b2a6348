// Filling spike lists from the elements of a map. Invariant: lists stay ascending, and the vector
// form does nothing where no lane fires.

import type { Assignment } from "../../../src/expr/ast.js";
import type { Emit } from "../../../src/ir/program.js";
import { spikesOf } from "../context.js";
import type { Kernel } from "../kernel.js";
import type { Base, Site } from "../site.js";
import type { Local } from "../wasm/function-builder.js";

export interface Emitter {
  readonly begin: () => void;
  /** Appends the elements at the site where the condition holds, and does for them what they do then. */
  readonly emit: (kernel: Kernel, fired: readonly Assignment[]) => void;
  readonly end: () => void;
}

/** The list that an op fills, with its count in a local. */
export interface OpenList {
  readonly count: Local;
  readonly items: Base;
  readonly columns: readonly Base[];
  /** Bytes of a payload value. */
  readonly width: 4 | 8;
  /** Whether numbers below those that are there may come. */
  readonly isSorted: boolean;
}

/** Opens the newest list of a copy: empty, or with what is there. */
export function openList(site: Site, name: string, append: boolean): OpenList {
  const { fn, context } = site;
  const place = spikesOf(context, name);
  const count = fn.local("i32");
  if (append) {
    pushCountAddress(site, name);
    fn.memory("i32.load", place.counts);
  } else fn.i32(0);
  fn.set(count);
  const items = site.base(place, place.items, 4);
  const columns = place.columns.map((column) => site.base(place, column, context.width));
  return { count, items, columns, width: context.width, isSorted: !append };
}

/** Pushes what is to be added to `counts` for the newest list of the copy. */
function pushCountAddress(site: Site, name: string): void {
  const place = spikesOf(site.context, name);
  site.pushSlot(place, 0);
  site.multiply(4);
}

/** Stores the count of an open list. */
export function closeList(site: Site, name: string, list: OpenList): void {
  pushCountAddress(site, name);
  site.fn.get(list.count).memory("i32.store", spikesOf(site.context, name).counts);
}

/** Appends a source; `storeColumn` stores a payload value, its address is on the stack. */
export function appendTo(
  site: Site,
  list: OpenList,
  source: Local,
  storeColumn: (column: number, offset: number) => void,
): void {
  const { fn } = site;
  const place = fn.local("i32");
  fn.get(list.count).set(place);
  if (!list.isSorted) makeRoom(site, list, source, place);
  fn.get(place);
  site.toAddress(list.items, 4);
  fn.get(source).memory("i32.store", list.items.offset);
  list.columns.forEach((column, i) => {
    fn.get(place);
    site.toAddress(column, list.width);
    storeColumn(i, column.offset);
  });
  fn.get(list.count).i32(1).op("i32.add").set(list.count);
}

/** Moves larger numbers up until the new one fits at `place`. */
function makeRoom(site: Site, list: OpenList, source: Local, place: Local): void {
  const { fn, context } = site;
  const { scalar } = context;
  const move = (base: Base, width: number, type: string): void => {
    fn.get(place);
    site.toAddress(base, width);
    fn.get(place);
    site.toAddress(base, width);
    // The entry before lies one width lower; no entry lies before the array.
    fn.i32(width).op("i32.sub").memory(`${type}.load`, base.offset);
    fn.memory(`${type}.store`, base.offset);
  };
  fn.block((done) => {
    fn.loop((again) => {
      fn.get(place).op("i32.eqz").branchIf(done);
      fn.get(place);
      site.toAddress(list.items, 4);
      fn.i32(4).op("i32.sub").memory("i32.load", list.items.offset);
      fn.get(source).op("i32.le_s").branchIf(done);
      move(list.items, 4, "i32");
      for (const column of list.columns) move(column, list.width, scalar);
      fn.get(place).i32(1).op("i32.sub").set(place);
      fn.branch(again);
    });
  });
}

/** Binds what a map with so many elements emits. */
export function bindEmitter(site: Site, emit: Emit, count: number): Emitter {
  const { fn, context } = site;
  const { offset = 0, append = false, payload = [] } = emit;
  let list: OpenList;
  const source = fn.local("i32");
  const lane = fn.local("i32");
  const bits = fn.local("i32");
  const parked = payload.map(() => context.arena.reserve(16));

  function emitScalar(kernel: Kernel, fired: readonly Assignment[]): void {
    fn.get(kernel.lanes.toMask(kernel.symbol(emit.when)).local);
    fn.if(() => {
      kernel.evaluateAlso(fired);
      fn.get(site.index("element")).i32(offset).op("i32.add").set(source);
      appendTo(site, list, source, (column, at) => {
        fn.get(kernel.number(payload[column]!)).memory(`${context.scalar}.store`, at);
      });
    });
  }

  /** Lanes beyond the last element compute something, but they never fire. */
  function dropOverrun(lanes: number): void {
    if (count % lanes === 0) return;
    fn.get(site.index("element"))
      .i32(count - (count % lanes))
      .op("i32.eq");
    fn.if(() => {
      fn.get(bits)
        .i32((1 << (count % lanes)) - 1)
        .op("i32.and")
        .set(bits);
    });
  }

  function emitVector(kernel: Kernel, fired: readonly Assignment[]): void {
    const { lanes } = kernel;
    const mask = lanes.toMask(kernel.symbol(emit.when)).local;
    fn.get(mask).op("v128.any_true");
    fn.if(() => {
      kernel.evaluateAlso(fired);
      fn.get(mask)
        .op(lanes.count === 4 ? "i32x4.bitmask" : "i64x2.bitmask")
        .set(bits);
      dropOverrun(lanes.count);
      payload.forEach((symbol, i) => {
        fn.i32(parked[i]!).get(kernel.number(symbol)).memory("v128.store");
      });
      fn.block((done) => {
        fn.loop((again) => {
          fn.get(bits).op("i32.eqz").branchIf(done);
          fn.get(bits).op("i32.ctz").tee(lane).get(site.index("element")).op("i32.add");
          fn.i32(offset).op("i32.add").set(source);
          appendTo(site, list, source, (column, at) => {
            fn.get(lane);
            site.multiply(context.width);
            fn.memory(`${context.scalar}.load`, parked[column]!);
            fn.memory(`${context.scalar}.store`, at);
          });
          fn.get(bits).get(bits).i32(1).op("i32.sub").op("i32.and").set(bits);
          fn.branch(again);
        });
      });
    });
  }

  return {
    begin() {
      list = openList(site, emit.list, append);
    },
    emit(kernel, fired) {
      kernel.lanes.scope(() => {
        if (kernel.lanes.isVector) emitVector(kernel, fired);
        else emitScalar(kernel, fired);
      });
    },
    end() {
      closeList(site, emit.list, list);
    },
  };
}
