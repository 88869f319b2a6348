// Whether a backend does what the iterative one does, one step at a time from equal states. Invariant:
// a difference is thrown as an error; a refusal is the typed error that users would get.

import { BackendUnavailableError } from "../../src/errors.js";
import type { Program } from "../../src/ir/program.js";
import { decodeState } from "../../src/ir/state-bytes.js";
import type { StateEntry } from "../../src/ir/state-bytes.js";
import type { Backend, HostFunction } from "../../src/runtime/backend.js";

/** How far one step may part, relative to the larger number or 1. */
const tolerances = { float64: 1e-12, float32: 1e-4 } as const;

export interface Rivals {
  readonly truth: Backend;
  readonly other: Backend;
}

function gapOf(a: number, b: number): number {
  if (Object.is(a, b) || a === b) return 0;
  const gap = Math.abs(a - b) / Math.max(1, Math.abs(a), Math.abs(b));
  return Number.isNaN(gap) ? Infinity : gap;
}

function compare(what: string, a: ArrayLike<number>, b: ArrayLike<number>, most: number): void {
  for (let i = 0; i < Math.max(a.length, b.length); i += 1) {
    const [wanted, found] = [a[i] ?? NaN, b[i] ?? NaN];
    if (gapOf(wanted, found) > most) throw new Error(`${what}[${i}] is ${found}, not ${wanted}`);
  }
}

/** The numbers of a saved array, list by list. */
function listsOf(entry: StateEntry): ArrayLike<number>[] {
  if (entry.kind === "values") return [entry.data];
  if (entry.kind === "spikes")
    return entry.slots.flatMap(({ items, columns }) => [items, ...columns]);
  return [];
}

/** Runs a Program on both; throws where the other one differs or refuses. */
export async function comparePrograms(
  { truth, other }: Rivals,
  given: Program,
  steps: number,
  hosts: ReadonlyMap<string, HostFunction> = new Map(),
): Promise<void> {
  const precision = other.precisions[0]!;
  const program = { ...given, precision };
  const [problem] = other.supports(program);
  if (problem !== undefined) {
    const { code, reason } = problem;
    throw new BackendUnavailableError({ code, where: program.name, problem: reason });
  }
  const [first, second] = await Promise.all([
    truth.load(program, { device: "cpu", hosts }),
    other.load(program, { device: other.devices[0]!, hosts }),
  ]);
  const lengthOf = (role: "input" | "output"): number =>
    program.arrays
      .filter((spec) => spec.role === role)
      .reduce((sum, { length }) => sum + length * program.batch, 0);
  const make = (length: number) =>
    precision === "float64" ? new Float64Array(length) : new Float32Array(length);
  const x = make(lengthOf("input"));
  const outputs = [make(lengthOf("output")), make(lengthOf("output"))] as const;
  for (let step = 0; step < steps; step += 1) {
    for (let i = 0; i < x.length; i += 1) x[i] = 20 * (0.4 + ((step * 7 + i * 13) % 17) / 16);
    await second.restore(await first.snapshot());
    await first.stepAsync(x, outputs[0]);
    await second.stepAsync(x, outputs[1]);
    compare(`output of step ${step}`, ...outputs, tolerances[precision]);
    const states = [await first.snapshot(), await second.snapshot()].map((bytes) =>
      decodeState(program, bytes),
    );
    for (const [name, entry] of states[0]!.entries) {
      const found = listsOf(states[1]!.entries.get(name)!);
      listsOf(entry).forEach((wanted, part) => {
        compare(`${name} after step ${step}`, wanted, found[part] ?? [], tolerances[precision]);
      });
    }
  }
  for (const executable of [first, second]) executable.dispose();
}
