// A loaded Program on the dense backend: what the executables of the other CPU backends offer, with
// promises. Invariant: a call is refused before it has changed anything; the state after a call is the
// same however the steps were divided into calls of the graphs.

import { booksOf, type Books } from "../../src/ir/books.js";
import { printProgram } from "../../src/ir/print.js";
import type { Program } from "../../src/ir/program.js";
import { bindSetup } from "../../src/ir/setup.js";
import { Watch } from "../../src/memory/divergence.js";
import { exportValues, fillInitial, importValues } from "../../src/memory/exchange.js";
import { Guard } from "../../src/memory/guard.js";
import { exportedSize, valuesIn, type Stored } from "../../src/memory/memory.js";
import type { Now } from "../../src/memory/monitors.js";
import { applySnapshot, takeSnapshot } from "../../src/memory/snapshot.js";
import { giveOut, takeIn, vectorOf, type Vector } from "../../src/memory/vectors.js";
import type { Executable, Job, RunResult, Values } from "../../src/runtime/backend.js";
import { buildStep } from "./build/graphs.js";
import { Holder } from "./holder.js";
import { printGraph } from "./onnx/text.js";
import { runJob } from "./run.js";
import type { Ort, OrtTensor } from "./runtime.js";
import { Sessions, type LoadedGraph } from "./sessions.js";

/** What a Program is loaded with. */
export interface LoadParts {
  readonly ort: Ort;
  readonly device: string;
}

export class DenseExecutable implements Executable {
  readonly #program: Program;
  readonly #books: Books;
  readonly #holder: Holder;
  readonly #sessions: Sessions;
  readonly #evaluateSetup: () => void;
  readonly #inputs: Vector;
  readonly #outputs: Vector;
  readonly #ort: Ort;
  readonly #now: Now = { step: 0, reason: undefined, sample: undefined };
  /** What has been asked for at once but needs graphs: done before anything else. */
  #due: (() => Promise<void>)[] = [];
  readonly #guard: Guard;

  constructor(program: Program, { ort, device }: LoadParts) {
    this.#program = program;
    this.#ort = ort;
    this.#books = booksOf(program);
    const holder = new Holder(ort, program);
    this.#holder = holder;
    this.#guard = new Guard(program.name, () => holder.memory);
    const source = { program, dataOf: holder.dataOf.bind(holder) };
    this.#sessions = new Sessions(ort, source, device);
    this.#evaluateSetup = bindSetup(program, (name) => valuesIn(holder.memory, name).data);
    this.#inputs = vectorOf(program, holder.memory, "input");
    this.#outputs = vectorOf(program, holder.memory, "output");
    this.#evaluateSetup();
    this.#due.push(() => this.#rebuild());
  }

  /** Loads the graph of a step, so that a device that is not there shows now. */
  async prepare(): Promise<void> {
    await this.#sessions.step();
  }

  get stepCount(): number {
    return this.#now.step;
  }

  /** Does something alone; what is due is done before. */
  async #alone<T>(act: () => Promise<T>): Promise<T> {
    this.#guard.needIdle();
    this.#guard.isRunning = true;
    try {
      await this.#doDue();
      return await act();
    } finally {
      this.#guard.isRunning = false;
      if (this.#guard.isDisposed) await this.#sessions.release();
    }
  }

  /** Looks at the state; also between the calls of a run, where it is that of a step. */
  #look<T>(act: () => Promise<T>): Promise<T> {
    return this.#guard.isRunning && !this.#guard.isDisposed ? act() : this.#alone(act);
  }

  async #doDue(): Promise<void> {
    while (this.#due.length > 0) {
      await this.#due[0]!();
      this.#due.shift();
    }
  }

  async #call(
    loaded: LoadedGraph,
    others: Readonly<Record<string, OrtTensor>> = {},
  ): Promise<Readonly<Record<string, OrtTensor>>> {
    return this.#sessions.call(loaded, this.#holder.feeds(loaded.built.inputs, others));
  }

  /** Throws where a state is no finite number any more; steps from `first` on were done in one call. */
  #checkFinite(first: number): void {
    if (this.#holder.isFinite()) return;
    this.#holder.collect();
    const watch = new Watch(this.#program, this.#holder.memory);
    watch.restart(first);
    const size = this.#holder.slots.state.reduce(
      (sum, { shape }) => sum + shape.reduce((all, one) => all * one, 1),
      0,
    );
    // A look goes over a part of the states; after so many it has seen all of them.
    for (let seen = 0; seen <= size; seen += 1 << 16) watch.look(this.#now.step);
  }

  async stepAsync(inputs: Values, outputs: Values): Promise<void> {
    this.#guard.needIdle();
    this.#guard.needLength("input", inputs, this.#inputs.size);
    this.#guard.needLength("output", outputs, this.#outputs.size);
    return this.#alone(async () => {
      takeIn(this.#inputs, inputs);
      const loaded = await this.#sessions.step();
      const { slots } = this.#holder;
      const others: Record<string, OrtTensor> = { step: this.stepTensor(this.#now.step, 1, []) };
      slots.inputs.forEach((slot, i) => {
        others[`x${i}`] = this.#holder.tensor(slot, this.#holder.dataOf(slot));
      });
      const given = await this.#call(loaded, only(others, loaded));
      this.#holder.take(loaded.built.outputs, given);
      this.#now.step++;
      giveOut(this.#outputs, outputs);
      this.#checkFinite(this.#now.step - 1);
    });
  }

  /** Numbers of steps as a tensor. */
  stepTensor(first: number, count: number, shape: readonly number[]): OrtTensor {
    const numbers = BigInt64Array.from({ length: count }, (_, i) => BigInt(first + i));
    return new this.#ort.Tensor("int64", numbers, shape);
  }

  run(job: Job): Promise<RunResult> {
    return this.#alone(() =>
      runJob(job, {
        program: this.#program,
        now: this.#now,
        holder: this.#holder,
        sessions: this.#sessions,
        inputs: this.#inputs,
        stepTensor: (first, count) => this.stepTensor(first, count, [count]),
        call: (loaded, others) => this.#call(loaded, only(others, loaded)),
        check: (first) => this.#checkFinite(first),
      }),
    );
  }

  #valuesFor(stored: Stored): Values {
    const isSingle =
      this.#program.precision === "float32" &&
      stored.spec.type !== "int" &&
      stored.kind === "values";
    const size = exportedSize(stored);
    return isSingle ? new Float32Array(size) : new Float64Array(size);
  }

  async read(names: readonly string[]): Promise<Values[]> {
    return this.#look(async () => {
      this.#holder.collect();
      const found = names.map((name) => this.#guard.find(name));
      const looks = names.some((name) => this.#books.settled.has(name));
      const settled = looks ? await this.#settled() : new Map<string, OrtTensor>();
      return found.map((stored) => {
        const values = this.#valuesFor(stored);
        const now = settled.get(stored.spec.name);
        if (now === undefined) exportValues(stored, values);
        else values.set(now.data as Values);
        return values;
      });
    });
  }

  /** Lazily kept states, brought up to date, by name; the running state stays as it is. */
  async #settled(): Promise<Map<string, OrtTensor>> {
    const loaded = await this.#sessions.settling();
    const given = await this.#call(loaded);
    const { outputs } = loaded.built;
    return new Map([...outputs].map(([name, slot]) => [slot.spec.name, given[name]!]));
  }

  /** Brings lazily kept states up to date for good. */
  async #settle(): Promise<void> {
    if (this.#program.settle === undefined) return;
    const loaded = await this.#sessions.settling();
    this.#holder.take(loaded.built.outputs, await this.#call(loaded));
    this.#holder.collect();
  }

  /** Computes anew what is a function of other states, when everything has been settled. */
  async #rebuild(): Promise<void> {
    if (this.#program.rebuild === undefined) return;
    this.#holder.written();
    const loaded = await this.#sessions.rebuilding();
    this.#holder.take(loaded.built.outputs, await this.#call(loaded));
    this.#holder.collect();
  }

  async write(name: string, values: ArrayLike<number>): Promise<void> {
    this.#guard.needIdle();
    const stored = this.#guard.findWritable(name, values);
    const { role } = stored.spec;
    const kept = Float64Array.from(values);
    return this.#alone(async () => {
      const isConcerned = this.#books.concerned.has(name);
      if (isConcerned) await this.#settle();
      this.#holder.collect();
      importValues(stored, kept);
      if (role === "tunable") this.#evaluateSetup();
      this.#holder.written();
      if (isConcerned) await this.#rebuild();
    });
  }

  reset(keep: ReadonlySet<string> = new Set()): void {
    this.#guard.needIdle();
    if (keep.size === 0) this.#now.step = 0;
    this.#due.push(async () => {
      if (keep.size > 0) await this.#settle();
      this.#holder.collect();
      for (const stored of this.#holder.memory.values()) {
        const { role, name } = stored.spec;
        const hasState = role === "state" || role === "input" || role === "output";
        if (hasState && !keep.has(name)) fillInitial(stored);
      }
      this.#holder.written();
      await this.#rebuild();
    });
  }

  snapshot(): Promise<Uint8Array> {
    return this.#look(async () => {
      this.#holder.collect();
      return takeSnapshot(this.#program, this.#holder.memory, this.#now.step);
    });
  }

  restore(bytes: Uint8Array): Promise<void> {
    return this.#alone(async () => {
      this.#holder.collect();
      this.#now.step = applySnapshot(this.#program, this.#holder.memory, bytes);
      this.#evaluateSetup();
      this.#holder.written();
    });
  }

  generated(): readonly { readonly file: string; readonly text: string }[] {
    this.#guard.needPresent();
    const program = this.#program;
    const built = buildStep({ program, dataOf: this.#holder.dataOf.bind(this.#holder) });
    return [
      { file: "program.txt", text: printProgram(program) },
      { file: "step.onnx.txt", text: printGraph(built.record) },
    ];
  }

  dispose(): void {
    if (this.#guard.isDisposed) return;
    this.#guard.isDisposed = true;
    if (!this.#guard.isRunning) void this.#sessions.release();
  }
}

/** The tensors that a graph takes: what it has no use for is not among its inputs. */
function only(
  tensors: Readonly<Record<string, OrtTensor>>,
  { built }: LoadedGraph,
): Record<string, OrtTensor> {
  const wanted = new Set(built.record.inputs.map(({ name }) => name));
  return Object.fromEntries(Object.entries(tensors).filter(([name]) => wanted.has(name)));
}
