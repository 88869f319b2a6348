// Evaluates the setup of a Program: derived arrays from parameters. Shared by all backends, so that
// they agree on every bit. Invariant: computed in float64 from the values that are stored (in float32
// already rounded, so that a restored model derives the same), and rounded once when stored.

import { compileBody } from "../expr/evaluate.js";
import { toInt32 } from "../util/to-int32.js";
import type { ArraySpec, MapOp, Operand, Program, Write } from "./program.js";

/** An array as it is stored: copy after copy where it is per copy. */
export type StoredNumbers = Float64Array | Float32Array | Int32Array;

interface Place {
  readonly data: StoredNumbers;
  /** 0 where all copies share the array. */
  readonly perCopy: number;
  readonly slot: number;
}

function indexOf(place: Operand | Write, i: number): number {
  const offset = place.offset ?? 0;
  if (place.at === "one") return offset;
  const repeat = "repeat" in place ? (place.repeat ?? 1) : 1;
  const period = "period" in place ? (place.period ?? Infinity) : Infinity;
  return offset + (Math.floor(i / repeat) % period);
}

function bindOp(
  op: MapOp,
  program: Program,
  find: (array: string, symbol: number) => Place,
): () => void {
  const slots = new Map<string, number>([
    ["step", 0],
    ["t", 1],
    ["dt", 2],
  ]);
  const slotOf = (symbol: string): number => {
    if (!slots.has(symbol)) slots.set(symbol, slots.size);
    return slots.get(symbol)!;
  };
  const reads = op.reads.map((read) => find(read.array, slotOf(read.symbol)));
  for (const { target } of op.body) slotOf(target);
  const writes = op.writes.map((write) => find(write.array, slotOf(write.symbol)));
  const run = compileBody(op.body, slots, "float64");
  const frame = new Float64Array(slots.size);
  const copies = writes.some(({ perCopy }) => perCopy > 0) ? program.batch : 1;
  const storeAll = (copy: number, i: number): void => {
    writes.forEach(({ data, perCopy, slot }, k) => {
      const write = op.writes[k]!;
      const at = copy * perCopy + indexOf(write, i);
      const value = frame[slot]! + (write.mode === "add" ? data[at]! : 0);
      data[at] = data instanceof Int32Array ? toInt32(value) : value;
    });
  };
  return () => {
    frame[2] = program.dt;
    for (let copy = 0; copy < copies; copy++) {
      for (let i = 0; i < op.count; i++) {
        reads.forEach(({ data, perCopy, slot }, k) => {
          frame[slot] = data[copy * perCopy + indexOf(op.reads[k]!, i)]!;
        });
        run(frame);
        storeAll(copy, i);
      }
    }
  };
}

/** Binds the setup to stored arrays; the function that comes back evaluates all of it. */
export function bindSetup(program: Program, dataOf: (array: string) => StoredNumbers): () => void {
  const specs = new Map<string, ArraySpec>(program.arrays.map((spec) => [spec.name, spec]));
  const find = (array: string, slot: number): Place => {
    const spec = specs.get(array)!;
    return { data: dataOf(array), perCopy: spec.perCopy ? spec.length : 0, slot };
  };
  const runs = program.setup.map((op) => bindOp(op, program, find));
  return () => {
    for (const run of runs) run();
  };
}
