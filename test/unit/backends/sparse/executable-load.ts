// Loads one Program on the iterative and on the sparse backend, for the tests beside this file.
import { create as createIterative } from "../../../../backends/iterative/index.js";
import { create as createSparse } from "../../../../backends/sparse/index.js";
import type { Program } from "../../../../src/ir/program.js";
import type { Executable, HostFunction, Job, Values } from "../../../../src/runtime/backend.js";

export const iterative = (await createIterative())!;
export const sparse = (await createSparse())!;

/** What both backends offer beyond the interface's promises. */
export type Loaded = Required<Executable>;

export type Hosts = ReadonlyMap<string, HostFunction>;
const noHosts: Hosts = new Map();

export const load = (program: Program, hosts: Hosts = noHosts): Loaded =>
  sparse.loadSync!(program, { device: "cpu", hosts }) as Loaded;

export interface Pair {
  readonly truth: Loaded;
  readonly loaded: Loaded;
}

/** The same Program on both backends. */
export const loadBoth = (program: Program, hosts: Hosts = noHosts): Pair => ({
  truth: iterative.loadSync!(program, { device: "cpu", hosts }) as Loaded,
  loaded: load(program, hosts),
});

export const numbers = (loaded: Loaded, name: string): number[] => [...loaded.readSync(name)];

export const job = (given: Partial<Job> & { readonly steps: number }): Job => ({
  monitors: [],
  chunk: 1e6,
  ...given,
});

export const vector = (program: Program, size: number): Values =>
  program.precision === "float32" ? new Float32Array(size) : new Float64Array(size);

/** The message of what a call throws. */
export function messageOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    return String(error);
  }
  throw new Error("nothing was thrown");
}
