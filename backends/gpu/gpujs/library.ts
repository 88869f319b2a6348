// Finds the package gpu.js and says what its kernels really run on. Invariant: nothing is looked for
// before it is asked for; the class of a kernel is read from the kernel itself, because gpu.js takes
// WebAssembly or JavaScript without a word where there is no graphics context.

import { isNode } from "../adapters.js";

/** The part of a kernel of gpu.js that is used here. */
export interface GpuJsKernel {
  (now: Float32Array): unknown;
  /** What runs; replaced where gpu.js falls back. */
  readonly kernel: {
    readonly constructor: unknown;
    readonly context?: { isContextLost?(): boolean } | null;
  };
}

/** Settings of a kernel; see the README of gpu.js. */
export interface GpuJsSettings {
  readonly output: readonly number[];
  readonly precision: "single";
  readonly tactic: "precision";
  readonly strictIntegers: true;
  readonly argumentTypes: { readonly now: "Array" };
  readonly constants: { readonly fixed: Float32Array };
  readonly functions: readonly {
    readonly source: string;
    readonly settings: { readonly argumentTypes: readonly string[]; readonly returnType: string };
  }[];
}

/** One instance of gpu.js. */
export interface GpuJs {
  createKernel(source: string, settings: GpuJsSettings): GpuJsKernel;
  destroy(): Promise<void>;
}

/** Classes of kernels, and what to call them; the names of the classes are lost in minified code. */
const kinds = {
  HeadlessGLKernel: "headless-gl",
  WebGL2Kernel: "WebGL 2",
  WebGLKernel: "WebGL",
  WebGPUKernel: "WebGPU",
  WebAssemblyKernel: "WebAssembly",
  CPUKernel: "JavaScript",
} as const;
type ClassName = keyof typeof kinds;

/** What kernels run on. */
export type KernelKind = (typeof kinds)[ClassName] | "something unknown";

/** Those that run on graphics hardware, or on what the system gives in its place. */
export const onGraphics: readonly KernelKind[] = ["WebGL 2", "WebGL", "headless-gl"];

/** What the package gives: the class of its instances, and its classes of kernels. */
export interface GpuJsLibrary extends Partial<Record<ClassName, unknown>> {
  readonly GPU: new (settings: { readonly mode: string }) => GpuJs;
}

/** What a kernel runs on at the moment. */
export function kindOf(library: GpuJsLibrary, { kernel }: GpuJsKernel): KernelKind {
  const names = Object.keys(kinds) as ClassName[];
  const own = names.find((name) => library[name] === kernel.constructor);
  return own === undefined ? "something unknown" : kinds[own];
}

/** Whether something is the library: WebGPU has a class of the same name. */
function isLibrary(found: unknown): found is GpuJsLibrary {
  const library = found as { GPU?: { prototype?: object } } | null | undefined;
  return library?.GPU?.prototype !== undefined && "createKernel" in library.GPU.prototype;
}

/** Why there is no gpu.js, and what to do about it. */
export interface NoLibrary {
  readonly reason: string;
  readonly hint: string;
}

const howToLoad =
  'Load it before: import { GPU } from "gpu.js" and globalThis.GPU = GPU, ' +
  "or a script element with its file gpu-browser.min.js.";

/**
 * The library: what the page has loaded, else the package. Bundles leave the package out, as they must
 * be made without it, too.
 */
export async function findLibrary(): Promise<GpuJsLibrary | NoLibrary> {
  const { GPU } = globalThis as { GPU?: unknown };
  // In the files for pages the class has everything else as properties, also itself.
  if (isLibrary(GPU)) return GPU;
  const hint = isNode() ? "npm install gpu.js" : howToLoad;
  try {
    const found = (await import("gpu.js")) as unknown as { default?: unknown };
    for (const one of [found.default, found]) if (isLibrary(one)) return one;
    return { reason: "gpu.js is not there", hint };
  } catch (error) {
    const why = error instanceof Error ? error.message.split("\n")[0]! : String(error);
    return { reason: `the package "gpu.js" cannot be loaded (${why})`, hint };
  }
}
