// A loaded Program on a GPU: steps, runs and everything else that an Executable offers. Between two
// calls the state on the device is the whole state; the mirror is a copy of it that may be behind.
// Invariant: calls take effect one after the other; a call that throws before it has begun changes
// nothing.

import { booksOf, type Books } from "../../src/ir/books.js";
import type { Program } from "../../src/ir/program.js";
import { bindSetup } from "../../src/ir/setup.js";
import { refuse, refuseSkip } from "../../src/memory/divergence.js";
import { exportValues, fillInitial, importValues } from "../../src/memory/exchange.js";
import { Guard } from "../../src/memory/guard.js";
import { exportedSize, valuesIn, type Stored } from "../../src/memory/memory.js";
import { applySnapshot, takeSnapshot } from "../../src/memory/snapshot.js";
import { giveOut, takeIn, vectorOf, type Vector } from "../../src/memory/vectors.js";
import type { Executable, Job, RunResult, Values } from "../../src/runtime/backend.js";
import type { Device } from "./adapters.js";
import { Blocks, clockOf, type BlockPlan } from "./block.js";
import { compileProgram, type Compiled } from "./compile-program.js";
import { estimateOn } from "./limits.js";
import type { Lists } from "./module.js";
import { Mirror } from "./mirror.js";
import { Recorder } from "./recorder.js";
import { OnDevice } from "./on-device.js";
import { control } from "./wgsl/site.js";

/** Launches in one submission: some systems end programs that keep a GPU busy for seconds. */
const mostLaunches = 4096;
/** Nanoseconds that one may take by the estimate, for the same reason. */
const longestTime = 5e8;
/** Bytes of inputs, and of samples, in one submission. */
const mostBytes = 1 << 25;

/** Why a block ended the run. */
interface BlockEnd {
  readonly steps: number;
  readonly reason?: string;
}

interface Loaded {
  readonly program: Program;
  readonly compiled: Compiled;
  readonly onDevice: OnDevice;
}

/** The executable of the gpu backend. */
export class GpuExecutable implements Executable {
  readonly #program: Program;
  readonly #compiled: Compiled;
  readonly #onDevice: OnDevice;
  readonly #mirror: Mirror;
  readonly #blocks: Blocks;
  readonly #books: Books;
  readonly #settled: ReadonlySet<string>;
  readonly #evaluateSetup: () => void;
  readonly #inputs: Vector;
  readonly #outputs: Vector;
  /** Estimate for a step [ns]. */
  readonly #stepTime: number;
  #step = 0;
  /** Whether nothing is pending: no step was done since everything was settled. */
  #isSettled = true;
  /** Whether what is a function of other states has to be computed anew before it is needed. */
  #mustRebuild = true;
  #last: Promise<unknown> = Promise.resolve();
  readonly #guard: Guard;

  private constructor({ program, compiled, onDevice }: Loaded) {
    this.#program = program;
    this.#compiled = compiled;
    this.#stepTime = Math.max(1, estimateOn(program, onDevice.device.found).nanoseconds);
    this.#onDevice = onDevice;
    this.#mirror = new Mirror(program, compiled);
    const { memory } = this.#mirror;
    this.#guard = new Guard(program.name, () => memory);
    this.#blocks = new Blocks(compiled, onDevice, this.#mirror, program.dt);
    this.#books = booksOf(program);
    this.#settled = new Set(compiled.settling.flatMap(({ writes }) => writes));
    this.#evaluateSetup = bindSetup(program, (name) => valuesIn(memory, name).data);
    this.#inputs = vectorOf(program, memory, "input");
    this.#outputs = vectorOf(program, memory, "output");
    this.#evaluateSetup();
    for (const { at, data } of compiled.added) onDevice.write("indexes", at, data);
    this.#mirror.sendAll(onDevice);
  }

  /** Writes the kernels of a Program and loads them on a device. */
  static async load(program: Program, device: Device, lists?: Lists): Promise<GpuExecutable> {
    const compiled = compileProgram(program, lists);
    const onDevice = await OnDevice.load(program.name, device, compiled);
    try {
      const { result, error } = onDevice.watch(
        () => new GpuExecutable({ program, compiled, onDevice }),
      );
      onDevice.refuse(await error);
      return result;
    } catch (error) {
      onDevice.dispose();
      throw error;
    }
  }

  get stepCount(): number {
    return this.#step;
  }

  #needPresent(): void {
    this.#guard.needPresent();
    this.#onDevice.refuse(null);
  }

  #needIdle(): void {
    this.#needPresent();
    this.#guard.needIdle();
  }

  /** Does something when everything before it is done. */
  #inTurn<T>(act: () => T | Promise<T>): Promise<T> {
    const result = this.#last.then(act);
    this.#last = result.catch(() => undefined);
    return result;
  }

  #arraysOf(role: "input" | "output"): string[] {
    return this.#program.arrays.filter((spec) => spec.role === role).map(({ name }) => name);
  }

  async stepAsync(inputs: Values, outputs: Values): Promise<void> {
    this.#needIdle();
    this.#guard.needLength("input", inputs, this.#inputs.size);
    this.#guard.needLength("output", outputs, this.#outputs.size);
    return this.#inTurn(async () => {
      this.#needPresent();
      takeIn(this.#inputs, inputs);
      for (const name of this.#arraysOf("input")) this.#mirror.send(this.#onDevice, name);
      try {
        await this.#doBlock({ first: this.#step, steps: 1 }, this.#arraysOf("output"));
      } finally {
        giveOut(this.#outputs, outputs);
      }
    });
  }

  /** Does a block of steps; `names` are arrays that the mirror is to have afterwards. */
  async #doBlock(plan: BlockPlan, names: readonly string[] = []): Promise<BlockEnd> {
    this.#rebuild();
    this.#isSettled = false;
    this.#mirror.forget();
    const wanted = names.length === 0 ? { names, isAll: false } : this.#mirror.wanted(names);
    const { flags, words } = await this.#blocks.run(plan, wanted.names);
    this.#mirror.settle(wanted.isAll);
    const stop = flags[control.stopPosition]!;
    const isStopped = stop !== 0xffffffff;
    const steps = isStopped ? stop + 1 : plan.steps;
    this.#mirror.advance(steps);
    this.#step += steps;
    plan.recorder?.give(plan.first, steps, words);
    await this.#refuseOdd(flags, plan.first);
    if (!isStopped) return { steps };
    const op = this.#program.ops[flags[control.stopOp]!]!;
    return { steps, reason: op.kind === "stop" ? op.reason : "" };
  }

  /** Computes anew what is a function of other states, where one of those was written. */
  #rebuild(): void {
    if (!this.#mustRebuild) return;
    this.#mustRebuild = false;
    this.#blocks.rebuild(this.#step);
  }

  /** Settles before a write: everything, or nothing where the array is not concerned. */
  #settle(array?: string): void {
    if (this.#isSettled) return;
    const isConcerned = array === undefined || this.#books.concerned.has(array);
    this.#blocks.settleForGood(this.#step, (concernsAll) => concernsAll || isConcerned);
    this.#isSettled = isConcerned;
  }

  /** Throws where a block found something that is not a finite number. */
  async #refuseOdd(flags: Uint32Array, first: number): Promise<void> {
    const stuck = flags[control.stuckOp]!;
    if (stuck !== 0) {
      const skip = new Float32Array(flags.buffer)[control.stuckValue]!;
      refuseSkip(this.#program.ops[stuck - 1]!, first + flags[control.stuckPosition]!, skip);
    }
    const odd = this.#mirror.findReal(flags[control.odd]!);
    if (odd === undefined || odd.stored.kind !== "values") return;
    await this.#collect([odd.stored.spec.name]);
    const [firstStep, lastStep] = [first, this.#step - 1];
    refuse(this.#program, { array: odd.stored, at: odd.at, firstStep, lastStep });
  }

  /** Brings arrays, or all, here. */
  async #collect(names?: readonly string[]): Promise<void> {
    const wanted = this.#mirror.wanted(names);
    if (wanted.names.length === 0) return;
    const parts = this.#mirror.partsFor(wanted.names);
    const data = await this.#onDevice.fetch(this.#onDevice.encoder(), parts);
    this.#mirror.take(wanted.names, parts, data);
    this.#mirror.settle(wanted.isAll);
  }

  /** Steps that fit into one submission. */
  #longestBlock(job: Job, recorder: Recorder | undefined): number {
    const launches = this.#blocks.launchesPerStep + job.monitors.length;
    const bytes = 4 * Math.max(job.input ? this.#inputs.size : 0, recorder?.wordsPerStep ?? 0);
    const most = Math.min(
      mostLaunches / Math.max(1, launches),
      mostBytes / Math.max(1, bytes),
      longestTime / this.#stepTime,
    );
    return Math.max(1, Math.min(Math.floor(most), job.chunk));
  }

  async run(job: Job): Promise<RunResult> {
    this.#needIdle();
    this.#guard.isRunning = true;
    try {
      return await this.#runJob(job);
    } finally {
      this.#guard.isRunning = false;
      if (this.#guard.isDisposed) this.#release();
    }
  }

  async #runJob(job: Job): Promise<RunResult> {
    const first = this.#step;
    const result = (stopped?: { readonly reason: string }): RunResult => {
      const steps = this.#step - first;
      return stopped ? { steps, stopped: { ...stopped, step: this.#step - 1 } } : { steps };
    };
    const doNext = await this.#inTurn(() => this.#beginRun(job));
    for (;;) {
      if (job.signal?.aborted === true) return result({ reason: "aborted" });
      const end = Math.min(first + job.steps, this.#step + Math.max(1, job.chunk));
      let reason: string | undefined;
      while (this.#step < end && reason === undefined) {
        ({ reason } = await this.#inTurn(() => doNext(end - this.#step)));
      }
      job.onProgress?.(this.#step - first);
      if (reason !== undefined) return result({ reason });
      if (this.#step >= first + job.steps) return result();
      await job.pause?.(this.#step - first);
    }
  }

  /** Prepares a run; gives what does the next steps, at most so many. */
  #beginRun(job: Job): (most: number) => Promise<BlockEnd> {
    this.#needPresent();
    const { size } = this.#inputs;
    takeIn(this.#inputs, new Float32Array(size));
    for (const name of this.#arraysOf("input")) this.#mirror.send(this.#onDevice, name);
    const { places } = this.#compiled;
    const hasMonitors = job.monitors.length > 0;
    const recorder = hasMonitors
      ? new Recorder(job.monitors, places, (name) => this.#settled.has(name))
      : undefined;
    const longest = this.#longestBlock(job, recorder);
    const taps = recorder?.taps ?? new Uint32Array(0);
    const { input } = job;
    const width = input === undefined ? 0 : size;
    // The feed: what is sampled, the clock of the steps, the inputs.
    const clock = taps.length;
    const at = clock + 4 * longest;
    this.#onDevice.grow("feed", 4 * (at + width * longest));
    this.#onDevice.write("feed", 0, taps);
    const feed = new Float32Array(width * longest);
    return async (most) => {
      this.#onDevice.refuse(null);
      const steps = Math.min(most, longest);
      const first = this.#step;
      this.#onDevice.write("feed", clock, clockOf(first, steps, this.#program.dt));
      const plan: BlockPlan = { first, steps, clock, ...(recorder && { recorder }) };
      if (input === undefined) return this.#doBlock(plan);
      for (let i = 0; i < steps; i++) {
        input(first + i, feed.subarray(i * size, (i + 1) * size));
        // What an input does not fill keeps its value.
        if (i + 1 < longest) feed.copyWithin((i + 1) * size, i * size, (i + 1) * size);
      }
      this.#onDevice.write("feed", at, feed, steps * size);
      const result = await this.#doBlock({ ...plan, feed: { at, width } });
      feed.copyWithin(0, (steps - 1) * size, steps * size);
      return result;
    };
  }

  async read(names: readonly string[]): Promise<Values[]> {
    this.#needPresent();
    return this.#inTurn(async () => {
      this.#needPresent();
      const stored = names.map((name) => this.#guard.find(name));
      const isLazy = (name: string): boolean => !this.#isSettled && this.#settled.has(name);
      const plain = names.filter((name) => !isLazy(name));
      if (names.some((name) => this.#books.rebuilt.has(name))) this.#rebuild();
      await this.#collect(plain);
      const found = new Map(stored.map((one) => [one.spec.name, this.#export(one)]));
      const lazy = names.filter(isLazy);
      if (lazy.length > 0) {
        await this.#blocks.fetchSettled(this.#step, lazy);
        for (const name of lazy) found.set(name, this.#export(this.#guard.find(name)));
      }
      return names.map((name) => found.get(name)!);
    });
  }

  #export(stored: Stored): Values {
    const size = exportedSize(stored);
    const isSingle = stored.spec.type !== "int" && stored.kind === "values";
    const values = isSingle ? new Float32Array(size) : new Float64Array(size);
    exportValues(stored, values);
    return values;
  }

  async write(name: string, values: ArrayLike<number>): Promise<void> {
    this.#needIdle();
    const stored = this.#guard.findWritable(name, values);
    const { role } = stored.spec;
    return this.#inTurn(() => {
      this.#needPresent();
      this.#settle(name);
      importValues(stored, values);
      this.#mirror.send(this.#onDevice, name);
      if (role === "tunable") this.#sendDerived();
      if (this.#books.concerned.has(name)) this.#mustRebuild = true;
    });
  }

  #sendDerived(): void {
    this.#evaluateSetup();
    for (const { writes } of this.#program.setup) {
      for (const { array } of writes) this.#mirror.send(this.#onDevice, array);
    }
  }

  reset(keep: ReadonlySet<string> = new Set()): void {
    this.#needIdle();
    if (keep.size > 0) this.#settle();
    else this.#step = 0;
    for (const stored of this.#mirror.memory.values()) {
      const { role, name } = stored.spec;
      const hasState = role === "state" || role === "input" || role === "output";
      if (!hasState || keep.has(name)) continue;
      fillInitial(stored);
      this.#mirror.send(this.#onDevice, name);
    }
    this.#isSettled = true;
    this.#mustRebuild = true;
  }

  async snapshot(): Promise<Uint8Array> {
    this.#needPresent();
    return this.#inTurn(async () => {
      this.#needPresent();
      this.#rebuild();
      await this.#collect();
      return takeSnapshot(this.#program, this.#mirror.memory, this.#step);
    });
  }

  async restore(bytes: Uint8Array): Promise<void> {
    this.#needIdle();
    return this.#inTurn(() => {
      this.#needPresent();
      this.#step = applySnapshot(this.#program, this.#mirror.memory, bytes);
      this.#isSettled = false;
      this.#mustRebuild = false;
      for (const { role, name } of this.#program.arrays) {
        if (role === "state" || role === "tunable") this.#mirror.send(this.#onDevice, name);
      }
      this.#sendDerived();
    });
  }

  generated(): readonly { readonly file: string; readonly text: string }[] {
    this.#guard.needPresent();
    const { code, sizing } = this.#compiled;
    const files = [{ file: "program.wgsl", text: code }];
    return sizing === "" ? files : [...files, { file: "sizes.wgsl", text: sizing }];
  }

  dispose(): void {
    if (this.#guard.isDisposed) return;
    this.#guard.isDisposed = true;
    if (!this.#guard.isRunning) this.#release();
  }

  #release(): void {
    this.#onDevice.dispose();
  }
}
