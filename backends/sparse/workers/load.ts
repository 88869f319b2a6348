// Loads a Program on several threads: divides it, makes a module and a shared memory for each part, and
// starts the threads. Invariant: where it throws, no thread is left.

import { divide } from "../../../src/ir/partition/divide.js";
import type { Program } from "../../../src/ir/program.js";
import { allocateMemory } from "../../../src/memory/allocate.js";
import { refuseSkip } from "../../../src/memory/divergence.js";
import { MemoryExecutable, type Engine } from "../../../src/memory/executable.js";
import type { Executable, LoadOptions } from "../../../src/runtime/backend.js";
import { compileProgram } from "../compile-program.js";
import { loadEngine } from "../executable.js";
import { Control, controlBytes } from "./control.js";
import { Copies } from "./copies.js";
import { Crew } from "./crew.js";
import { WorkersEngine } from "./engine.js";
import { Exchange } from "./exchange.js";
import { PartLoop } from "./part-loop.js";
import { exchangePlans, loadPart, type Loaded } from "./parts.js";
import { checkThreads } from "./start-thread.js";
import type { PartExports, Task } from "./task.js";

/** The memory of the whole; with a module where states are kept lazily. */
function baseOf(program: Program, options: LoadOptions): Engine {
  if (program.settle !== undefined || program.rebuild !== undefined) {
    return loadEngine(program, compileProgram(program), options);
  }
  const nothing = (): void => undefined;
  return {
    memory: allocateMemory(program),
    now: { step: 0, reason: undefined, sample: undefined },
    ...{ settlers: [], step: nothing, advance: nothing, generated: () => [] },
  };
}

/** What needs an instance of the first part, which this thread does. */
function firstPart(
  { program, wasm }: Loaded,
  task: Task,
  { control, crew, engine }: { control: Control; crew: Crew; engine: () => WorkersEngine },
) {
  const imports = {
    memory: wasm,
    host: () => undefined,
    sample: () => engine().sample(),
    fail: (op: number, value: number) =>
      refuseSkip(program.ops[op]!, Number(exports.step.value), value),
  };
  const instance = new WebAssembly.Instance(task.module, { env: imports });
  const exports = instance.exports as unknown as PartExports;
  const exchange = new Exchange(task.exchange, wasm.buffer, 0);
  const loop = new PartLoop({ part: 0, control, exchange, exports, meet: () => crew.meet() });
  return { exports, loop };
}

interface Prepared {
  readonly executable: Executable;
  readonly crew: Crew;
}

function prepare(program: Program, options: LoadOptions): Prepared {
  checkThreads(program.name);
  const count = options.workers!;
  const division = divide(program, count);
  const base = baseOf(program, options);
  const parts = division.parts.map(loadPart);
  const plans = exchangePlans(program, division, parts);
  const buffer = new SharedArrayBuffer(controlBytes(count));
  const control = new Control(buffer, count);
  const tasks = parts.map(({ compiled, wasm }, part): Task => ({
    ...{ part, parts: count, control: buffer, memory: wasm, exchange: plans[part]! },
    module: new WebAssembly.Module(compiled.module),
  }));
  const copies = new Copies(base.memory, parts, division);
  const crew = new Crew({ where: program.name, control, tasks: tasks.slice(1) });
  try {
    const context = { control, crew, engine: (): WorkersEngine => engine };
    const { exports, loop } = firstPart(parts[0]!, tasks[0]!, context);
    const generated = () =>
      parts.map(({ compiled }, part) => ({ file: `module${part}.wat`, text: compiled.text() }));
    const engine = new WorkersEngine({
      ...{ program, division, base, parts, copies, crew, exports, loop, generated },
    });
    return { executable: new MemoryExecutable(program, engine), crew };
  } catch (error) {
    crew.end();
    throw error;
  }
}

/** Loads without waiting; threads that cannot start are found by the first step. */
export const loadWorkers = (program: Program, options: LoadOptions): Executable =>
  prepare(program, options).executable;

/** Loads, and waits until all threads have started. */
export async function loadWorkersAsync(
  program: Program,
  options: LoadOptions,
): Promise<Executable> {
  const { executable, crew } = prepare(program, options);
  await crew.started();
  return executable;
}
