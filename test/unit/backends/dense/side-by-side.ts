// A Program on the iterative and on the dense backend: before each step the dense one gets the state of
// the other, so that every step is judged alone and rounding cannot add up to another spike.

import { decodeState, type StateEntry } from "../../../../src/ir/state-bytes.js";
import { printProgram } from "../../../../src/ir/print.js";
import type { Program } from "../../../../src/ir/program.js";
import type { Executable, Values } from "../../../../src/runtime/backend.js";
import { create as createDense } from "../../../../backends/dense/index.js";
import { create as createIterative } from "../../../../backends/iterative/index.js";
import { outputsFor, sizeOf, vectorFor, type Loaded } from "../../../helpers/side-by-side.js";

export const iterative = (await createIterative())!;
export const dense = (await createDense())!;

/** A Program on both backends. */
export interface DensePair {
  readonly program: Program;
  readonly truth: Loaded;
  readonly other: Executable;
}

const cpu = { device: "cpu", hosts: new Map() };

export async function loadDensePair(program: Program): Promise<DensePair> {
  const truth = iterative.loadSync!(program, cpu) as Loaded;
  return { program, truth, other: await dense.load(program, cpu) };
}

/** How far two numbers are apart, relative to the larger one or 1; NaN equals NaN only. */
export function gapOf(a: number, b: number): number {
  if (Object.is(a, b) || a === b) return 0;
  const gap = Math.abs(a - b) / Math.max(1, Math.abs(a), Math.abs(b));
  return Number.isNaN(gap) ? Infinity : gap;
}

function piecesOf(entry: StateEntry): ArrayLike<number>[] {
  if (entry.kind === "values") return [entry.data];
  if (entry.kind === "history") throw new Error("the dense backend has no histories");
  return entry.slots.flatMap(({ items, columns }) => [items, ...columns]);
}

/** Throws where two lists of numbers are further apart than the tolerance. */
function compare(
  program: Program,
  what: string,
  lists: readonly [ArrayLike<number>, ArrayLike<number>],
  tolerance: number,
): void {
  const [wanted, found] = lists;
  const length = Math.max(wanted.length, found.length);
  for (let i = 0; i < length; i++) {
    if (gapOf(wanted[i] ?? NaN, found[i] ?? NaN) <= tolerance) continue;
    const values = `wanted ${wanted[i]}, got ${found[i]}`;
    throw new Error(`${program.name}: ${what}[${i}]: ${values}\n${printProgram(program)}`);
  }
}

/** Throws where the running states differ. */
export async function expectNearState(
  { program, truth, other }: DensePair,
  tolerance: number,
): Promise<void> {
  const [one, two] = [truth.snapshotSync(), await other.snapshot()].map((bytes) =>
    decodeState(program, bytes),
  );
  expect(two!.stepCount).toBe(one!.stepCount);
  for (const [name, entry] of one!.entries) {
    const [left, right] = [piecesOf(entry), piecesOf(two!.entries.get(name)!)];
    left.forEach((wanted, i) => {
      const what = `${name} (part ${i}) after ${one!.stepCount} steps`;
      compare(program, what, [wanted, right[i]!], tolerance);
    });
  }
}

/** Does one step of both from the state of the first and compares outputs and states. */
export async function stepNear(pair: DensePair, x: Values, tolerance: number): Promise<void> {
  const { program, truth, other } = pair;
  await other.restore(truth.snapshotSync());
  const [wanted, found] = outputsFor(program);
  truth.step(x, wanted);
  await other.stepAsync(x, found);
  compare(program, `output of step ${truth.stepCount - 1}`, [wanted, found], tolerance);
  await expectNearState(pair, tolerance);
}

/** A vector for the inputs of all copies. */
export const inputFor = (program: Program): Values => vectorFor(program, sizeOf(program, "input"));

/** What rounding alone may do within one step. */
export const toleranceOf = ({ precision }: Program): number =>
  precision === "float64" ? 1e-12 : 2e-5;
