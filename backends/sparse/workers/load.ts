// Loads a Program on several threads: divides it, makes a module and a shared memory for each part, and
// starts the threads; where there are none, it runs on one thread and says so. Invariant: where it
// throws, no thread is left.

import { divide } from "../../../src/ir/partition/divide.js";
import type { Division } from "../../../src/ir/partition/types.js";
import type { Program } from "../../../src/ir/program.js";
import { allocateMemory } from "../../../src/memory/allocate.js";
import { refuseSkip } from "../../../src/memory/divergence.js";
import { MemoryExecutable, type Engine } from "../../../src/memory/executable.js";
import type { Executable, LoadOptions } from "../../../src/runtime/backend.js";
import { compileProgram } from "../compile-program.js";
import { loadEngine, loadModule, loadModuleAsync } from "../executable.js";
import { estimate } from "../limits.js";
import { Control, controlBytes } from "./control.js";
import { Copies } from "./copies.js";
import { Crew, type OwnPart } from "./crew.js";
import { WorkersEngine } from "./engine.js";
import { Exchange } from "./exchange.js";
import type { Lead } from "./lead.js";
import { PageLead } from "./page-lead.js";
import { PartLoop } from "./part-loop.js";
import { exchangePlans, loadPart, type Loaded } from "./parts.js";
import { threadsHere, type Threading } from "./start-thread.js";
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
function ownPart(
  { program, wasm }: Loaded,
  task: Task,
  { control, crew, engine }: { control: Control; crew: Crew; engine: () => WorkersEngine },
): OwnPart {
  const imports = {
    memory: wasm,
    host: () => undefined,
    sample: () => crew.sample(() => engine().sample()),
    fail: (op: number, value: number) =>
      refuseSkip(program.ops[op]!, Number(exports.step.value), value),
  };
  const instance = new WebAssembly.Instance(task.module, { env: imports });
  const exports = instance.exports as unknown as PartExports;
  const exchange = new Exchange(task.exchange, wasm.buffer, 0);
  const meet = (): void => crew.meet();
  const loop = new PartLoop({ part: 0, control, exchange, exports, meet, meetLead: meet });
  return { exports, loop };
}

interface Prepared {
  readonly executable: Executable;
  readonly lead: Lead;
}

/** The tasks of all parts, and what they share. */
function share(program: Program, division: Division, isLed: boolean) {
  const parts = division.parts.map(loadPart);
  const plans = exchangePlans(program, division, parts);
  const count = parts.length;
  const buffer = new SharedArrayBuffer(controlBytes(count));
  const tasks = parts.map(({ compiled, wasm }, part): Task => ({
    ...{ part, parts: count, isLed, control: buffer, memory: wasm, exchange: plans[part]! },
    module: new WebAssembly.Module(compiled.module),
  }));
  return { parts, tasks, control: new Control(buffer, count) };
}

/** Starts the threads of all parts, or of all but the first. */
function leadOf(
  program: Program,
  { parts, tasks, control }: ReturnType<typeof share>,
  engine: () => WorkersEngine,
): Lead {
  const where = program.name;
  if (tasks[0]!.isLed) {
    const stepTime = estimate(program).nanoseconds / 1e6;
    return new PageLead({ where, control, tasks, stepTime, sample: () => engine().sample() });
  }
  let own: OwnPart | undefined;
  const crew = new Crew({ where, control, tasks: tasks.slice(1) }, () => own!);
  try {
    own = ownPart(parts[0]!, tasks[0]!, { control, crew, engine });
  } catch (error) {
    crew.end();
    throw error;
  }
  return crew;
}

function prepare(
  program: Program,
  options: LoadOptions,
  { maySleep }: Threading,
  division: Division,
): Prepared {
  const base = baseOf(program, options);
  const shared = share(program, division, !maySleep);
  const { parts } = shared;
  const copies = new Copies(base.memory, parts, division);
  const generated = () =>
    parts.map(({ compiled }, part) => ({ file: `module${part}.wat`, text: compiled.text() }));
  const lead = leadOf(program, shared, () => engine);
  const engine: WorkersEngine = new WorkersEngine({
    ...{ program, division, base, parts, copies, lead, generated },
  });
  try {
    return { executable: new MemoryExecutable(program, engine), lead };
  } catch (error) {
    lead.end();
    throw error;
  }
}

/** What a model that runs on one thread says of it. */
const oneThread = (reason: string): readonly string[] => [
  `workers: this model runs on one thread, with the same results, because ${reason}.`,
];

/** Loads without waiting; threads that cannot start are found by the first step. */
export function loadWorkers(program: Program, options: LoadOptions): Executable {
  const threading = threadsHere();
  const division = divide(program, options.workers!);
  if (typeof threading !== "string" && threading.startsAtOnce) {
    return prepare(program, options, threading, division).executable;
  }
  const reason =
    typeof threading === "string"
      ? threading
      : "threads of a page cannot be started without waiting; name the parameter in `tunable`";
  return loadModule(program, compileProgram(program), options, oneThread(reason));
}

/** Loads, and waits until all threads have started. */
export async function loadWorkersAsync(
  program: Program,
  options: LoadOptions,
): Promise<Executable> {
  const threading = threadsHere();
  // What cannot be divided is refused everywhere, so that a page does not depend on its headers.
  const division = divide(program, options.workers!);
  if (typeof threading === "string") {
    return loadModuleAsync(program, compileProgram(program), options, oneThread(threading));
  }
  const { executable, lead } = prepare(program, options, threading, division);
  await lead.started();
  return executable;
}
