// Loops in generated code, and the arithmetic of their counters. Invariant: a counter holds the present
// number inside its loop.

import type { Site } from "./site.js";
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

/** Emits a walk; `inside` finds the other end and the edge at the site. */
export interface EdgeLoops {
  /** All edges into the target at the site. */
  readonly ofTarget: (inside: () => void) => void;
  /** All edges out of the source at the site. */
  readonly ofSource: (inside: () => void) => void;
}

/** Sets a local to a sum of products of locals and constants. */
export function assign(
  site: Site,
  into: Local,
  terms: readonly (readonly [Local, number] | number)[],
): void {
  const { fn } = site;
  terms.forEach((term, i) => {
    if (typeof term === "number") fn.i32(term);
    else {
      fn.get(term[0]);
      site.multiply(term[1]);
    }
    if (i > 0) fn.op("i32.add");
  });
  fn.set(into);
}
