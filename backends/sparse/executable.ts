// Loads the module of a Program: memory, arrays with their initial values, tables of the generated
// code, instance. Invariant: loading at once and loading in the background make the same executable.

import { MemoryLimitError } from "../../src/errors.js";
import type { Program } from "../../src/ir/program.js";
import { allocate, allocateMemory } from "../../src/memory/allocate.js";
import { MemoryExecutable, type Engine } from "../../src/memory/executable.js";
import type { Executable, LoadOptions } from "../../src/runtime/backend.js";
import type { Compiled, Exports } from "./compiled.js";
import { createEngine, linkOf, type EngineParts, type Link } from "./engine.js";
import { viewOf } from "./views.js";

/** Makes the memory of a module; threads can share it, or not. */
export function newMemory(program: Program, pages: number, shared = false): WebAssembly.Memory {
  try {
    // A memory that cannot grow never moves.
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared });
  } catch (cause) {
    throw new MemoryLimitError({
      code: "memory",
      where: program.name,
      problem: "does not get the memory that it needs",
      got: pages * 65536,
      allowed: "bytes that are free here",
      hint: "Use a smaller network or batch, float32, or close other programs.",
      cause,
    });
  }
}

interface Prepared {
  readonly parts: EngineParts;
  readonly link: Link;
  readonly imports: WebAssembly.Imports;
}

/** Everything that does not need the instance. */
function prepare(program: Program, compiled: Compiled, options: LoadOptions): Prepared {
  const memory = newMemory(program, compiled.pages);
  const { buffer } = memory;
  const arrays = allocateMemory(program, (spec) => {
    const place = compiled.places.get(spec.name);
    return place === undefined ? allocate(spec, program) : viewOf(place, buffer, program.precision);
  });
  const parts: EngineParts = {
    program,
    compiled,
    buffer,
    memory: arrays,
    hosts: options.hosts,
    now: { step: 0, reason: undefined, sample: undefined },
  };
  const link = linkOf(parts);
  const { host, sample, fail } = link;
  compiled.fill(buffer);
  return { parts, link, imports: { env: { memory, host, sample, fail } } };
}

function engineOf({ parts, link }: Prepared, instance: WebAssembly.Instance): Engine {
  const exports = instance.exports as unknown as Exports;
  link.exports = exports;
  return createEngine(parts, exports);
}

/** Loads without waiting, and without what an Executable has around its engine. */
export function loadEngine(program: Program, compiled: Compiled, options: LoadOptions): Engine {
  const prepared = prepare(program, compiled, options);
  const module = new WebAssembly.Module(compiled.module);
  return engineOf(prepared, new WebAssembly.Instance(module, prepared.imports));
}

/** Loads without waiting; `notes`: what the model has to say of how it was loaded. */
export const loadModule = (
  program: Program,
  compiled: Compiled,
  options: LoadOptions,
  notes?: readonly string[],
): Executable => new MemoryExecutable(program, loadEngine(program, compiled, options), notes);

/**
 * Modules up to this size [bytes] are compiled at once: that takes about 0.3 ms, handing them to
 * another thread and back 4 ms, and ten times that where all cores are busy. Some browsers refuse
 * larger ones outside of workers.
 */
const largestAtOnce = 4096;

/** Loads with a large module compiled in the background. */
export async function loadModuleAsync(
  program: Program,
  compiled: Compiled,
  options: LoadOptions,
  notes?: readonly string[],
): Promise<Executable> {
  if (compiled.module.length <= largestAtOnce) return loadModule(program, compiled, options, notes);
  const prepared = prepare(program, compiled, options);
  const module = await WebAssembly.compile(compiled.module);
  const instance = await WebAssembly.instantiate(module, prepared.imports);
  return new MemoryExecutable(program, engineOf(prepared, instance), notes);
}
