// Two executables of one Program, step by step on the same inputs: everything that can be seen of them
// must have the same bits, where any NaN is as good as another.

import { decodeState, type StateEntry } from "../../src/ir/state-bytes.js";
import { printProgram } from "../../src/ir/print.js";
import type { Program } from "../../src/ir/program.js";
import type { Executable, Values } from "../../src/runtime/backend.js";
import { create as createIterative } from "../../backends/iterative/index.js";
import { create as createSparse } from "../../backends/sparse/index.js";
import type { HostFunction } from "../../src/runtime/backend.js";

/** What a synchronous backend offers. */
export type Loaded = Required<Executable>;
export type Hosts = ReadonlyMap<string, HostFunction>;

const iterative = (await createIterative())!;
const sparse = (await createSparse())!;

/** The Program in the iterative backend, which is the truth, and in the sparse one. */
export interface Pair {
  readonly program: Program;
  readonly truth: Loaded;
  readonly other: Loaded;
}

/** Loads a Program twice. */
export function loadPair(program: Program, hosts: Hosts = new Map()): Pair {
  const options = { device: "cpu", hosts };
  const [truth, other] = [iterative, sparse].map(
    (backend) => backend.loadSync!(program, options) as Loaded,
  );
  return { program, truth: truth!, other: other! };
}

export const vectorFor = ({ precision }: Program, size: number): Values =>
  precision === "float32" ? new Float32Array(size) : new Float64Array(size);

/** Numbers in the vector of all copies of the input or the output. */
export const sizeOf = ({ arrays, batch }: Program, role: "input" | "output"): number =>
  arrays.filter((spec) => spec.role === role).reduce((sum, { length }) => sum + length * batch, 0);

/** Place of the first difference, or -1. */
export function firstDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Math.min(a.length, b.length);
  for (let i = 0; i < a.length; i++) {
    const [one, two] = [a[i]!, b[i]!];
    if (one === two ? one === 0 && !Object.is(one, two) : one === one || two === two) return i;
  }
  return -1;
}

/** Where two states of a Program differ: the array and the place, or undefined. */
export function stateDifference(
  program: Program,
  a: Uint8Array,
  b: Uint8Array,
): string | undefined {
  if (firstDifference(a, b) < 0) return undefined;
  const [one, two] = [decodeState(program, a), decodeState(program, b)];
  if (one.stepCount !== two.stepCount) return `step ${one.stepCount} and ${two.stepCount}`;
  for (const [name, entry] of one.entries) {
    const [left, right] = [piecesOf(entry), piecesOf(two.entries.get(name)!)];
    for (const [piece, values] of left.entries()) {
      const place = firstDifference(values, right[piece] ?? []);
      if (place < 0) continue;
      return `${name}, part ${piece}, at ${place}: ${values[place]} and ${right[piece]?.[place]}`;
    }
  }
  return undefined;
}

function piecesOf(entry: StateEntry): ArrayLike<number>[] {
  if (entry.kind === "values") return [entry.data];
  if (entry.kind === "spikes")
    return entry.slots.flatMap(({ items, columns }) => [items, ...columns]);
  return entry.rows.flatMap(({ steps, columns }) => [steps, ...columns]);
}

/** Throws with the Program where a pair has come apart. */
export function failPair({ program }: Pair, difference: string): never {
  throw new Error(`${program.name}: ${difference}\n${printProgram(program)}`);
}

/** Throws unless the running states have the same bits. */
export function expectSameState(pair: Pair): void {
  const { program, truth, other } = pair;
  if (other.stepCount !== truth.stepCount) {
    failPair(pair, `did ${other.stepCount} steps, wanted ${truth.stepCount}`);
  }
  const different = stateDifference(program, truth.snapshotSync(), other.snapshotSync());
  if (different !== undefined) failPair(pair, `state after ${truth.stepCount} steps: ${different}`);
}

/** Throws unless all arrays have the same bits, those between two ops of a step too. */
export function expectSameArrays(pair: Pair): void {
  const { program, truth, other } = pair;
  for (const { name, role } of program.arrays) {
    if (role === "index") continue;
    const [wanted, found] = [truth.readSync(name), other.readSync(name)];
    const place = firstDifference(wanted, found);
    if (place < 0) continue;
    const values = `wanted ${wanted[place]}, got ${found[place]}`;
    failPair(pair, `${name}[${place}] after ${truth.stepCount} steps: ${values}`);
  }
}

/** Does a step of both; throws unless the outputs have the same bits. */
export function stepPair(pair: Pair, x: Values, outputs: readonly [Values, Values]): void {
  const { truth, other } = pair;
  const [wanted, found] = outputs;
  truth.step(x, wanted);
  other.step(x, found);
  const place = firstDifference(wanted, found);
  if (place < 0) return;
  const values = `wanted ${wanted[place]}, got ${found[place]}`;
  failPair(pair, `output ${place} of step ${truth.stepCount - 1}: ${values}`);
}

/** Vectors for the outputs of both. */
export const outputsFor = (program: Program): readonly [Values, Values] => {
  const size = sizeOf(program, "output");
  return [vectorFor(program, size), vectorFor(program, size)];
};
