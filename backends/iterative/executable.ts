// A loaded Program: steps, runs, and everything else that an Executable offers. Between two calls
// the memory is the whole state; a call that throws before it has begun changes nothing.

import { ValidationError } from "../../src/errors.js";
import { indexArraysOf } from "../../src/ir/layout.js";
import { printProgram } from "../../src/ir/print.js";
import type { Program } from "../../src/ir/program.js";
import { bindSetup } from "../../src/ir/setup.js";
import type { Executable, Job, LoadOptions, RunResult, Values } from "../../src/runtime/backend.js";
import type { Context, Run } from "./context.js";
import { valuesOf } from "./context.js";
import { bindScan } from "./divergence.js";
import { emitOp } from "./emit.js";
import {
  allocateMemory,
  copyOf,
  exportedSize,
  exportValues,
  fillInitial,
  importValues,
  type Stored,
  type ValueArray,
} from "./memory.js";
import { bindMonitors } from "./monitors.js";
import { bindSettling, type Settling } from "./settling.js";
import { applySnapshot, takeSnapshot } from "./snapshot.js";

/** Lets other tasks run. */
function giveWay(): Promise<void> {
  return new Promise((resolve) => {
    // Browsers have no setImmediate; there a timer must do.
    if (typeof setImmediate === "function") setImmediate(resolve);
    else setTimeout(resolve, 0);
  });
}

/** The arrays behind the input or output vector, and how many numbers one copy has in it. */
interface Vector {
  readonly arrays: readonly ValueArray[];
  readonly size: number;
}

function moveVector(vector: Vector, values: Values, batch: number, isInput: boolean): void {
  let at = 0;
  for (let copy = 0; copy < batch; copy++) {
    for (const array of vector.arrays) {
      const first = copyOf(array, copy) * array.length;
      for (let i = 0; i < array.length; i++, at++) {
        if (isInput) array.data[first + i] = values[at]!;
        else values[at] = array.data[first + i]!;
      }
    }
  }
}

/** The iterative backend's executable; synchronous, the promises are for the interface. */
export class IterativeExecutable implements Executable {
  readonly #program: Program;
  readonly #context: Context;
  readonly #runs: readonly Run[];
  readonly #hasRecord: boolean;
  readonly #settling: Settling;
  readonly #evaluateSetup: () => void;
  readonly #scan: (step: number) => void;
  readonly #inputs: Vector;
  readonly #outputs: Vector;
  #stepCount = 0;
  #isRunning = false;
  #isDisposed = false;

  constructor(program: Program, options: LoadOptions) {
    this.#program = program;
    const memory = allocateMemory(program);
    this.#context = {
      program,
      memory,
      indexes: indexArraysOf(program),
      hosts: options.hosts,
      settlers: new Map(),
      now: { step: 0, reason: undefined, sample: undefined },
    };
    this.#runs = program.ops.map((op) => emitOp(op, this.#context));
    this.#hasRecord = program.ops.some((op) => op.kind === "record");
    this.#settling = bindSettling(program, this.#context);
    this.#evaluateSetup = bindSetup(program, (name) => valuesOf(this.#context, name).data);
    this.#scan = bindScan(program, memory);
    this.#inputs = this.#vector("input");
    this.#outputs = this.#vector("output");
    this.#evaluateSetup();
  }

  get stepCount(): number {
    return this.#stepCount;
  }

  #vector(role: "input" | "output"): Vector {
    const specs = this.#program.arrays.filter((spec) => spec.role === role);
    const arrays = specs.map((spec) => valuesOf(this.#context, spec.name));
    return { arrays, size: arrays.reduce((sum, array) => sum + array.length, 0) };
  }

  #refuse(code: string, problem: string, got?: unknown): never {
    const where = this.#program.name;
    throw new ValidationError(
      got === undefined ? { code, where, problem } : { code, where, problem, got },
    );
  }

  #needIdle(): void {
    if (this.#isDisposed) this.#refuse("disposed", "was disposed of and cannot be used any more");
    if (this.#isRunning) this.#refuse("busy", "is running; wait until that run has ended");
  }

  #needLength(kind: string, values: ArrayLike<number>, size: number): void {
    if (values.length === size) return;
    this.#refuse("length", `needs ${size} ${kind} values`, values.length);
  }

  #find(name: string): Stored {
    const found = this.#context.memory.get(name);
    return found ?? this.#refuse("unknown-array", "has no array of this name", name);
  }

  /** One step from the values in the input arrays. */
  #advance(): void {
    const { now } = this.#context;
    const { batch } = this.#program;
    now.step = this.#stepCount;
    now.reason = undefined;
    for (let i = 0; i < this.#runs.length; i++) {
      for (let copy = 0; copy < batch; copy++) this.#runs[i]!(copy);
    }
    if (!this.#hasRecord) now.sample?.(0);
    this.#stepCount++;
    this.#scan(now.step);
  }

  step(inputs: Values, outputs: Values): void {
    this.#needIdle();
    const { batch } = this.#program;
    this.#needLength("input", inputs, this.#inputs.size * batch);
    this.#needLength("output", outputs, this.#outputs.size * batch);
    moveVector(this.#inputs, inputs, batch, true);
    try {
      this.#advance();
    } finally {
      moveVector(this.#outputs, outputs, batch, false);
    }
  }

  async stepAsync(inputs: Values, outputs: Values): Promise<void> {
    this.step(inputs, outputs);
  }

  /** Makes the function that does the next chunk of a job and says why the job is over, if it is. */
  #beginJob(job: Job): { readonly next: () => RunResult | undefined } {
    const { program } = this.#context;
    const { now } = this.#context;
    const size = this.#inputs.size * program.batch;
    const isDouble = program.precision === "float64";
    const x: Values = isDouble ? new Float64Array(size) : new Float32Array(size);
    moveVector(this.#inputs, x, program.batch, true);
    now.sample = bindMonitors(job.monitors, this.#context, this.#settling);
    let done = 0;
    const endedBy = (reason: string): RunResult => {
      return { steps: done, stopped: { reason, step: this.#stepCount - 1 } };
    };
    const next = (): RunResult | undefined => {
      if (job.signal?.aborted === true) return endedBy("aborted");
      const end = Math.min(job.steps, done + Math.max(1, job.chunk));
      while (done < end) {
        if (job.input !== undefined) {
          job.input(this.#stepCount, x);
          moveVector(this.#inputs, x, program.batch, true);
        }
        this.#advance();
        done++;
        if (now.reason !== undefined) break;
      }
      job.onProgress?.(done);
      if (now.reason !== undefined && done > 0) return endedBy(now.reason);
      return done < job.steps ? undefined : { steps: done };
    };
    now.reason = undefined;
    return { next };
  }

  runSync(job: Job): RunResult {
    this.#needIdle();
    this.#isRunning = true;
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
    this.#needIdle();
    this.#isRunning = true;
    try {
      const { next } = this.#beginJob(job);
      for (;;) {
        const result = next();
        if (result !== undefined) return result;
        await giveWay();
      }
    } finally {
      this.#endJob();
    }
  }

  #endJob(): void {
    this.#context.now.sample = undefined;
    this.#isRunning = false;
  }

  readSync(name: string): Values {
    if (this.#isDisposed) this.#needIdle();
    const stored = this.#find(name);
    const isSingle =
      this.#program.precision === "float32" &&
      stored.spec.type !== "int" &&
      stored.kind === "values";
    const size = exportedSize(stored);
    const values = isSingle ? new Float32Array(size) : new Float64Array(size);
    if (this.#settling.concerns(name)) {
      this.#settling.whileSettled(this.#stepCount, () => exportValues(stored, values));
    } else {
      exportValues(stored, values);
    }
    return values;
  }

  async read(names: readonly string[]): Promise<Values[]> {
    return names.map((name) => this.readSync(name));
  }

  writeSync(name: string, values: ArrayLike<number>): void {
    this.#needIdle();
    const stored = this.#find(name);
    const { role } = stored.spec;
    if (role !== "state" && role !== "tunable") {
      this.#refuse("not-writable", `has ${role} in ${name}, which cannot be written`);
    }
    if (stored.kind === "history") this.#refuse("not-writable", "has a history there", name);
    this.#needLength(`values of ${name}:`, values, exportedSize(stored));
    this.#settling.settleForGood(this.#stepCount);
    importValues(stored, values);
    if (role === "tunable") this.#evaluateSetup();
  }

  async write(name: string, values: ArrayLike<number>): Promise<void> {
    this.writeSync(name, values);
  }

  reset(keep: ReadonlySet<string> = new Set()): void {
    this.#needIdle();
    if (keep.size > 0) this.#settling.settleForGood(this.#stepCount);
    else this.#stepCount = 0;
    for (const stored of this.#context.memory.values()) {
      const { role, name } = stored.spec;
      const hasState = role === "state" || role === "input" || role === "output";
      if (hasState && !keep.has(name)) fillInitial(stored);
    }
  }

  snapshotSync(): Uint8Array {
    if (this.#isDisposed) this.#needIdle();
    return takeSnapshot(this.#program, this.#context.memory, this.#stepCount);
  }

  async snapshot(): Promise<Uint8Array> {
    return this.snapshotSync();
  }

  restoreSync(bytes: Uint8Array): void {
    this.#needIdle();
    this.#stepCount = applySnapshot(this.#program, this.#context.memory, bytes);
    this.#evaluateSetup();
  }

  async restore(bytes: Uint8Array): Promise<void> {
    this.restoreSync(bytes);
  }

  /** There is no generated code; the Program itself is what runs. */
  generated(): readonly { readonly file: string; readonly text: string }[] {
    return [{ file: "program.txt", text: printProgram(this.#program) }];
  }

  dispose(): void {
    this.#isDisposed = true;
  }
}
