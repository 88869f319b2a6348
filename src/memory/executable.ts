// A loaded Program on a CPU: steps, runs, and everything else that an Executable offers, around an
// engine that only knows how to do steps. Between two calls the memory is the whole state; a call
// that throws before it has begun changes nothing.

import { booksOf, type Books } from "../ir/books.js";
import type { Program } from "../ir/program.js";
import { bindSetup } from "../ir/setup.js";
import type { Executable, Job, RunResult, Values } from "../runtime/backend.js";
import { exportValues, fillInitial, importValues } from "./exchange.js";
import { Guard } from "./guard.js";
import { exportedSize, valuesIn, type Memory } from "./memory.js";
import { bindMonitors, type BoundMonitors, type Now } from "./monitors.js";
import { bindSettling, type Settler, type Settling } from "./settling.js";
import { applySnapshot, takeSnapshot } from "./snapshot.js";
import { giveOut, takeIn, vectorOf, type Vector } from "./vectors.js";

/** How a backend does steps over the memory of a Program. */
export interface Engine {
  readonly memory: Memory;
  /** The step count is kept up to date here, also when a step throws. */
  readonly now: Now;
  readonly settlers: readonly Settler[];
  /** Does the `rebuild` ops of the Program, where it has any. */
  readonly rebuild?: () => void;
  /** One step, without samples. */
  readonly step: () => void;
  /** Does one step or more, at most `count`; where it samples, in each of them. */
  readonly advance: (count: number, isSampling: boolean) => void;
  /** As `advance`, while this thread does something else; only where steps are done by others. */
  readonly advanceLater?: (count: number, isSampling: boolean) => Promise<void>;
  /** Called when a run is over, unless it threw. */
  readonly finish?: () => void;
  /** Called when these arrays were written from outside, or (absent) any and the step count. */
  readonly written?: (arrays?: readonly string[]) => void;
  /** Brings the memory up to date, where steps are done elsewhere; called before it is looked at. */
  readonly collect?: () => void;
  /** Called before a run: the arrays that its monitors sample. */
  readonly observe?: (arrays: readonly string[]) => void;
  /** Called once, when nothing is needed any more. */
  readonly dispose?: () => void;
  readonly generated: () => ReturnType<Executable["generated"]>;
}

const nothing = (): void => undefined;

/** What is left of an engine when its memory is given back. */
const released = (now: Now): Engine => ({
  memory: new Map(),
  now,
  settlers: [],
  step: nothing,
  advance: nothing,
  generated: () => [],
});

/** Lets other tasks run. */
function giveWay(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === "function") {
      setImmediate(resolve);
      return;
    }
    // Browsers hold timers back: by 4 ms, and by a second or more in a page that nobody looks at.
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}

/** The executable of a CPU backend; synchronous, the promises are for the interface. */
export class MemoryExecutable implements Executable {
  readonly #program: Program;
  readonly #now: Now;
  readonly #books: Books;
  /** What the setup writes. */
  readonly #derived: readonly string[];
  #engine: Engine;
  #settling: Settling;
  #evaluateSetup: () => void;
  #inputs: Vector;
  #outputs: Vector;
  readonly #guard: Guard;

  readonly notes: readonly string[];

  constructor(program: Program, engine: Engine, notes: readonly string[] = []) {
    const { memory } = engine;
    this.notes = notes;
    this.#program = program;
    this.#guard = new Guard(program.name, () => this.#engine.memory);
    this.#engine = engine;
    this.#now = engine.now;
    this.#settling = bindSettling(memory, engine.settlers);
    this.#books = booksOf(program);
    this.#derived = program.setup.flatMap(({ writes }) => writes.map(({ array }) => array));
    this.#evaluateSetup = bindSetup(program, (name) => valuesIn(memory, name).data);
    this.#inputs = vectorOf(program, memory, "input");
    this.#outputs = vectorOf(program, memory, "output");
    this.#evaluateSetup();
    engine.written?.();
    this.#rebuild();
  }

  get stepCount(): number {
    return this.#now.step;
  }

  step(inputs: Values, outputs: Values): void {
    this.#guard.needIdle();
    this.#guard.needLength("input", inputs, this.#inputs.size);
    this.#guard.needLength("output", outputs, this.#outputs.size);
    takeIn(this.#inputs, inputs);
    try {
      this.#engine.step();
    } finally {
      giveOut(this.#outputs, outputs);
    }
  }

  async stepAsync(inputs: Values, outputs: Values): Promise<void> {
    this.step(inputs, outputs);
  }

  /** The next steps of a run: as many as need no look from outside, at most `most`. */
  #advance(most: number, monitors: BoundMonitors | undefined): void {
    const idle = monitors?.idleSteps(this.#now.step) ?? most;
    if (idle > 0) this.#engine.advance(Math.min(idle, most), false);
    else this.#engine.advance(monitors!.isDense ? most : 1, true);
  }

  /** The same, where others do the steps. */
  #advanceLater(most: number, monitors: BoundMonitors | undefined): Promise<void> {
    const idle = monitors?.idleSteps(this.#now.step) ?? most;
    if (idle > 0) return this.#engine.advanceLater!(Math.min(idle, most), false);
    return this.#engine.advanceLater!(monitors!.isDense ? most : 1, true);
  }

  /** Makes the functions that do the next chunk of a job and say why the job is over, if it is. */
  #beginJob(job: Job): {
    readonly next: () => RunResult | undefined;
    readonly nextLater: () => Promise<RunResult | undefined>;
  } {
    const { memory } = this.#engine;
    const now = this.#now;
    const { size } = this.#inputs;
    const isDouble = this.#program.precision === "float64";
    const x: Values = isDouble ? new Float64Array(size) : new Float32Array(size);
    takeIn(this.#inputs, x);
    this.#engine.observe?.(job.monitors.map(({ array }) => array));
    const monitors = bindMonitors(job.monitors, { memory, now, settling: this.#settling });
    const first = now.step;
    const result = (stopped?: { readonly reason: string }): RunResult => {
      const steps = now.step - first;
      if (steps > 0) this.#engine.finish?.();
      return stopped ? { steps, stopped: { ...stopped, step: now.step - 1 } } : { steps };
    };
    /** Takes the input of the next steps; of how many it is. */
    const feed = (end: number): number => {
      if (job.input === undefined) return end - now.step;
      job.input(now.step, x);
      takeIn(this.#inputs, x);
      return 1;
    };
    const endOfChunk = (): number => Math.min(first + job.steps, now.step + Math.max(1, job.chunk));
    const report = (): RunResult | undefined => {
      job.onProgress?.(now.step - first);
      if (now.reason !== undefined) return result({ reason: now.reason });
      return now.step < first + job.steps ? undefined : result();
    };
    const next = (): RunResult | undefined => {
      if (job.signal?.aborted === true) return result({ reason: "aborted" });
      const end = endOfChunk();
      while (now.step < end && now.reason === undefined) this.#advance(feed(end), monitors);
      return report();
    };
    const nextLater = async (): Promise<RunResult | undefined> => {
      if (job.signal?.aborted === true) return result({ reason: "aborted" });
      const end = endOfChunk();
      while (now.step < end && now.reason === undefined) {
        await this.#advanceLater(feed(end), monitors);
      }
      return report();
    };
    now.reason = undefined;
    now.sample = monitors?.sample;
    return { next, nextLater };
  }

  runSync(job: Job): RunResult {
    this.#guard.needIdle();
    this.#guard.isRunning = true;
    try {
      const { next } = this.#beginJob(job);
      for (;;) {
        const result = next();
        if (result !== undefined) return result;
      }
    } finally {
      this.#endJob();
    }
  }

  async run(job: Job): Promise<RunResult> {
    this.#guard.needIdle();
    this.#guard.isRunning = true;
    try {
      const first = this.#now.step;
      const { next, nextLater } = this.#beginJob(job);
      const isElsewhere = this.#engine.advanceLater !== undefined;
      for (;;) {
        const result = isElsewhere ? await nextLater() : next();
        if (result !== undefined) return result;
        await job.pause?.(this.#now.step - first);
        await giveWay();
      }
    } finally {
      this.#endJob();
    }
  }

  #endJob(): void {
    this.#now.sample = undefined;
    this.#guard.isRunning = false;
    if (this.#guard.isDisposed) this.#release();
  }

  readSync(name: string): Values {
    this.#guard.needPresent();
    this.#engine.collect?.();
    const stored = this.#guard.find(name);
    const isSingle =
      this.#program.precision === "float32" &&
      stored.spec.type !== "int" &&
      stored.kind === "values";
    const size = exportedSize(stored);
    const values = isSingle ? new Float32Array(size) : new Float64Array(size);
    if (this.#settling.concerns(name)) {
      this.#settling.whileSettled(this.#now.step, () => exportValues(stored, values));
    } else {
      exportValues(stored, values);
    }
    return values;
  }

  async read(names: readonly string[]): Promise<Values[]> {
    return names.map((name) => this.readSync(name));
  }

  writeSync(name: string, values: ArrayLike<number>): void {
    this.#guard.needIdle();
    const stored = this.#guard.findWritable(name, values);
    const { role } = stored.spec;
    this.#engine.collect?.();
    this.#settling.settleForGood(this.#now.step, name);
    importValues(stored, values);
    const derived = role === "tunable" ? this.#derived : [];
    if (role === "tunable") this.#evaluateSetup();
    this.#engine.written?.([name, ...derived, ...this.#settling.names]);
    if (this.#books.concerned.has(name)) this.#rebuild();
  }

  async write(name: string, values: ArrayLike<number>): Promise<void> {
    this.writeSync(name, values);
  }

  /** Computes anew what is a function of other states, when everything has been settled. */
  #rebuild(): void {
    if (this.#engine.rebuild === undefined) return;
    this.#engine.rebuild();
    this.#engine.written?.([...this.#books.rebuilt]);
  }

  reset(keep: ReadonlySet<string> = new Set()): void {
    this.#guard.needIdle();
    this.#engine.collect?.();
    if (keep.size > 0) this.#settling.settleForGood(this.#now.step);
    else this.#now.step = 0;
    for (const stored of this.#engine.memory.values()) {
      const { role, name } = stored.spec;
      const hasState = role === "state" || role === "input" || role === "output";
      if (hasState && !keep.has(name)) fillInitial(stored);
    }
    this.#engine.written?.();
    this.#rebuild();
  }

  snapshotSync(): Uint8Array {
    this.#guard.needPresent();
    this.#engine.collect?.();
    return takeSnapshot(this.#program, this.#engine.memory, this.#now.step);
  }

  async snapshot(): Promise<Uint8Array> {
    return this.snapshotSync();
  }

  restoreSync(bytes: Uint8Array): void {
    this.#guard.needIdle();
    this.#engine.collect?.();
    this.#now.step = applySnapshot(this.#program, this.#engine.memory, bytes);
    this.#evaluateSetup();
    this.#engine.written?.();
  }

  async restore(bytes: Uint8Array): Promise<void> {
    this.restoreSync(bytes);
  }

  generated(): readonly { readonly file: string; readonly text: string }[] {
    this.#guard.needPresent();
    return this.#engine.generated();
  }

  dispose(): void {
    this.#guard.isDisposed = true;
    if (!this.#guard.isRunning) this.#release();
  }

  /** Lets go of the memory, even while somebody still holds on to this object. */
  #release(): void {
    this.#engine.dispose?.();
    this.#engine = released(this.#now);
    this.#settling = bindSettling(this.#engine.memory, []);
    this.#evaluateSetup = nothing;
    this.#inputs = { pieces: [], size: 0 };
    this.#outputs = this.#inputs;
  }
}
