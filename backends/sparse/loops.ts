// Loops in generated code. Invariant: the counter holds the present number inside the loop.

import type { FunctionBuilder, Local } from "./wasm/function-builder.js";

/** For counter = from, from + step, ... while below `to`; at least once. */
export function countedLoop(
  fn: FunctionBuilder,
  counter: Local,
  { from, to, step }: { readonly from: number; readonly to: number; readonly step: number },
  body: () => void,
): void {
  fn.i32(from).set(counter);
  if (to <= from) return;
  fn.loop((again) => {
    body();
    fn.get(counter).i32(step).op("i32.add").tee(counter);
    fn.i32(to).op("i32.lt_u").branchIf(again);
  });
}

/** For counter = its present value, ... while below the local `end`; perhaps never. */
export function whileBelow(
  fn: FunctionBuilder,
  counter: Local,
  end: Local,
  body: () => void,
): void {
  fn.get(counter).get(end).op("i32.lt_u");
  fn.if(() => {
    fn.loop((again) => {
      body();
      fn.get(counter).i32(1).op("i32.add").tee(counter);
      fn.get(end).op("i32.lt_u").branchIf(again);
    });
  });
}

/** For counter = last, last - 1, ... first; at least once. Counts through signed numbers. */
export function countDown(
  fn: FunctionBuilder,
  counter: Local,
  { last, first }: { readonly last: number; readonly first: number },
  body: () => void,
): void {
  fn.i32(last).set(counter);
  fn.loop((again) => {
    body();
    fn.get(counter).i32(1).op("i32.sub").tee(counter);
    fn.i32(first).op("i32.ge_s").branchIf(again);
  });
}
