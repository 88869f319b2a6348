// Loads Programs on the iterative backend and steps them, for the tests beside this file.
import { create } from "../../../../backends/iterative/index.js";
import type { Program } from "../../../../src/ir/program.js";
import type { Executable, HostFunction, Job, Values } from "../../../../src/runtime/backend.js";

const backend = (await create())!;

/** What the iterative backend offers beyond the interface's promises. */
export type Loaded = Required<Executable>;

export function load(
  program: Program,
  hosts: ReadonlyMap<string, HostFunction> = new Map(),
): Loaded {
  return backend.loadSync!(program, { device: "cpu", hosts }) as Loaded;
}

const none = new Float64Array(0);

/** Does steps without inputs and outputs. */
export function steps(loaded: Loaded, count: number): void {
  for (let i = 0; i < count; i++) loaded.step(none, none);
}

export const numbers = (loaded: Loaded, name: string): number[] => [...loaded.readSync(name)];

export const job = (given: Partial<Job> & { readonly steps: number }): Job => ({
  monitors: [],
  chunk: 7,
  ...given,
});

export const vector = (program: Program, size: number): Values =>
  program.precision === "float32" ? new Float32Array(size) : new Float64Array(size);
