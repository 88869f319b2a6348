// Makes kernels of gpu.js and runs them. Invariant: a runner whose kinds are given never returns numbers
// of a kernel that is of another kind: what gpu.js does instead of using a GPU is refused.

import { BackendUnavailableError, DeviceError } from "../../../src/errors.js";
import {
  findLibrary,
  kindOf,
  onGraphics,
  type GpuJs,
  type GpuJsKernel,
  type GpuJsLibrary,
  type KernelKind,
  type NoLibrary,
} from "./library.js";

/** A kernel before it is made: its text, the functions that it calls, and what it reads. */
export interface KernelSource {
  readonly name: string;
  readonly text: string;
  readonly functions: readonly { readonly text: string; readonly arguments: number }[];
  /** Elements, one thread each. */
  readonly count: number;
  /** Numbers that never change. */
  readonly fixed: Float32Array;
}

/** Runs a kernel on numbers that change from step to step; gives a number for each element. */
export type RunKernel = (now: Float32Array) => Float32Array;

export interface RunnerOptions {
  /** As gpu.js calls it. */
  readonly mode: "gpu" | "cpu" | "webasm";
  /** What kernels may run on; absent: anything, which only tests want. */
  readonly kinds?: readonly KernelKind[];
}

/** What the public device runs with. */
export const graphicsOnly: RunnerOptions = { mode: "gpu", kinds: onGraphics };

const number = "Number";

/** Kernels of one model. */
export class Runner {
  readonly #where: string;
  readonly #library: GpuJsLibrary;
  readonly #kinds: readonly KernelKind[] | undefined;
  readonly #gpu: GpuJs;

  constructor(where: string, library: GpuJsLibrary, { mode, kinds }: RunnerOptions) {
    this.#where = where;
    this.#library = library;
    this.#kinds = kinds;
    this.#gpu = new library.GPU({ mode });
  }

  /** Makes a kernel; whether it runs as wanted shows when it runs. */
  make({ name, text, functions, count, fixed }: KernelSource): RunKernel {
    const kernel = this.#gpu.createKernel(text, {
      output: [count],
      precision: "single",
      tactic: "precision",
      strictIntegers: true,
      argumentTypes: { now: "Array" },
      constants: { fixed },
      functions: functions.map((one) => ({
        source: one.text,
        settings: {
          argumentTypes: Array.from({ length: one.arguments }, () => number),
          returnType: number,
        },
      })),
    });
    return (now) => {
      const result = this.#attempt(name, () => kernel(now));
      this.#refuseOthers(kernel);
      if (result instanceof Float32Array && result.length === count) return result;
      return this.#fail(name, "gives no numbers");
    };
  }

  #attempt(name: string, act: () => unknown): unknown {
    try {
      return act();
    } catch (cause) {
      const why = cause instanceof Error ? cause.message.split("\n")[0]! : String(cause);
      return this.#fail(name, `stops: ${why}`, cause);
    }
  }

  #fail(name: string, what: string, cause?: unknown): never {
    throw new DeviceError({
      code: "device-kernel",
      where: this.#where,
      problem: `a kernel of gpu.js for ${name} ${what}`,
      hint: 'Compile for another device, such as "gpu" or "cpu", and restore the last snapshot.',
      cause,
    });
  }

  /** Throws where gpu.js took something else than graphics, or where the context is lost. */
  #refuseOthers(kernel: GpuJsKernel): void {
    const kind = kindOf(this.#library, kernel);
    if (this.#kinds !== undefined && !this.#kinds.includes(kind)) {
      throw new BackendUnavailableError({
        code: "device-fallback",
        where: this.#where,
        problem: "gpu.js has silently taken something else in place of a GPU",
        got: kind,
        allowed: this.#kinds.join(", "),
        hint: 'Compile for the device "cpu" with the sparse or the dense backend, which is faster.',
      });
    }
    if (kernel.kernel.context?.isContextLost?.() !== true) return;
    throw new DeviceError({
      code: "device-lost",
      where: this.#where,
      problem: "the graphics context of gpu.js was lost, and what it computed with it",
      got: kind,
      hint: "Compile the network again and restore the last snapshot.",
    });
  }

  /** What kernels run on, found with a small one. */
  probe(): KernelKind {
    const kernel = this.#gpu.createKernel("function kernel(now) { return now[this.thread.x]; }", {
      ...{ output: [1], precision: "single", tactic: "precision", strictIntegers: true },
      ...{ argumentTypes: { now: "Array" }, constants: { fixed: new Float32Array(1) } },
      functions: [],
    });
    kernel(new Float32Array(1));
    return kindOf(this.#library, kernel);
  }

  dispose(): void {
    // What goes wrong while a context is given back concerns nobody.
    this.#gpu.destroy().catch(() => undefined);
  }
}

/** What gpu.js runs on here, or why it is of no use. */
export type FoundGpuJs = { readonly library: GpuJsLibrary; readonly kind: KernelKind } | NoLibrary;

let found: Promise<FoundGpuJs> | undefined;

async function look(): Promise<FoundGpuJs> {
  const library = await findLibrary();
  if ("reason" in library) return library;
  const hint =
    "It needs WebGL: a browser with it, or in Node its optional package gl and a display. " +
    'Where there is WebGPU, device: "gpu" is the better choice; else the device "cpu".';
  const allowed = `allowed ${onGraphics.join(", ")}`;
  try {
    const runner = new Runner("gpu.js", library, graphicsOnly);
    const kind = runner.probe();
    runner.dispose();
    if (onGraphics.includes(kind)) return { library, kind };
    const reason = `gpu.js finds no GPU and would silently run on ${kind}; ${allowed}`;
    return { reason, hint };
  } catch (error) {
    const why = error instanceof Error ? error.message.split("\n")[0]! : String(error);
    return { reason: `gpu.js has no single precision on a GPU here (${why}); ${allowed}`, hint };
  }
}

/** Looks for gpu.js, once where it is there. */
export async function findGpuJs(): Promise<FoundGpuJs> {
  found ??= look();
  const result = await found;
  // A page may load it later.
  if ("reason" in result) found = undefined;
  return result;
}
