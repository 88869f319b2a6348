// Compares the gpu backend with the iterative one, one step at a time from equal states.

import { decodeState, type StateEntry } from "../../../../src/ir/state-bytes.js";
import { printProgram } from "../../../../src/ir/print.js";
import type { Program } from "../../../../src/ir/program.js";
import type { Executable, Values } from "../../../../src/runtime/backend.js";
import { loadGpu, loadTruth } from "../../../helpers/gpu.js";
import { Dice } from "../../../helpers/random-program.js";
import { sizeOf, vectorFor, type Loaded } from "../../../helpers/side-by-side.js";

export interface Pair {
  readonly program: Program;
  readonly truth: Loaded;
  readonly other: Executable;
}

export const loadPair = async (program: Program): Promise<Pair> => ({
  program,
  truth: loadTruth(program),
  other: await loadGpu(program),
});

/** Throws with the Program and its code where a pair has come apart. */
export function fail({ program, other }: Pair, difference: string): never {
  const code = other.generated().map(({ text }) => text);
  throw new Error(`${program.name}: ${difference}\n${printProgram(program)}\n${code.join("\n")}`);
}

/** Relative to the larger value or 1. */
const gap = (a: number, b: number): number =>
  Object.is(a, b) || a === b ? 0 : Math.abs(a - b) / Math.max(1, Math.abs(a), Math.abs(b));

export function compareValues(
  pair: Pair,
  what: string,
  wanted: ArrayLike<number>,
  found: ArrayLike<number>,
  tolerance: number,
): void {
  if (wanted.length !== found.length) fail(pair, `${what} has ${found.length} values`);
  for (let i = 0; i < wanted.length; i++) {
    const [one, two] = [wanted[i]!, found[i]!];
    if (gap(one, two) <= tolerance || (one !== one && two !== two)) continue;
    fail(pair, `${what}[${i}]: wanted ${one}, got ${two}`);
  }
}

function piecesOf(entry: StateEntry): ArrayLike<number>[] {
  if (entry.kind === "values") return [entry.data];
  if (entry.kind === "spikes")
    return entry.slots.flatMap(({ items, columns }) => [items, ...columns]);
  return entry.rows.flatMap(({ steps, columns }) => [steps, ...columns]);
}

/** Compares the running states: rings, lists and histories too. */
export async function compareStates(pair: Pair, tolerance: number): Promise<void> {
  const { program, truth, other } = pair;
  const [one, two] = [truth.snapshotSync(), await other.snapshot()].map((bytes) =>
    decodeState(program, bytes),
  );
  if (one!.stepCount !== two!.stepCount) fail(pair, `is at step ${two!.stepCount}`);
  for (const [name, entry] of one!.entries) {
    const found = piecesOf(two!.entries.get(name)!);
    piecesOf(entry).forEach((piece, i) => {
      const what = `${name}, part ${i}, after step ${truth.stepCount - 1}`;
      compareValues(pair, what, piece, found[i]!, tolerance);
    });
  }
}

/** Compares all arrays as they are read from outside. */
export async function compareArrays(pair: Pair, tolerance: number): Promise<void> {
  const { program, truth, other } = pair;
  const names = program.arrays.filter(({ role }) => role !== "index").map(({ name }) => name);
  const found = await other.read(names);
  names.forEach((name, i) => {
    const what = `${name} after ${truth.stepCount} steps`;
    compareValues(pair, what, truth.readSync(name), found[i]!, tolerance);
  });
}

/** Ordinary numbers: what is special, GPUs may treat in their own way. */
export function drawInto(x: Values, dice: Dice): void {
  for (let i = 0; i < x.length; i++) {
    x[i] = dice.chance(0.3) ? dice.below(7) - 3 : dice.between(-2, 2);
  }
}

/** Steps that are judged one by one: before each, the GPU gets the state of the truth. */
export async function compareSteps(
  pair: Pair,
  { steps, seed, tolerance }: { steps: number; seed: number; tolerance: number },
): Promise<void> {
  const { program, truth, other } = pair;
  const dice = new Dice(seed);
  const x = vectorFor(program, sizeOf(program, "input"));
  const size = sizeOf(program, "output");
  const [wanted, found] = [vectorFor(program, size), vectorFor(program, size)];
  for (let step = 0; step < steps; step++) {
    drawInto(x, dice);
    await other.restore(truth.snapshotSync());
    truth.step(x, wanted);
    await other.stepAsync(x, found);
    compareValues(pair, `output of step ${step}`, wanted, found, tolerance);
    await compareArrays(pair, tolerance);
    await compareStates(pair, tolerance);
  }
}
