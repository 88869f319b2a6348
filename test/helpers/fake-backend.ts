// A tiny backend and a Program for tests of the run-time. The fake does not interpret ops: it halves
// V, adds gain * input and 1 for each spike of three steps ago, and fires above 2. What it does look
// up in the Program is the layout, by names, so that two Programs with other layouts behave alike.

import { allNames } from "../../src/ir/names.js";
import type { ArraySpec, NamedValue, Precision, Program, RingOp } from "../../src/ir/program.js";
import { copiesIn, decodeState, encodeState, isSaved } from "../../src/ir/state-bytes.js";
import type { StateEntry } from "../../src/ir/state-bytes.js";
import type {
  Backend,
  Executable,
  Job,
  LoadOptions,
  Problem,
  RunResult,
  Values,
} from "../../src/runtime/backend.js";

export interface FakeOptions {
  readonly batch?: number;
  readonly precision?: Precision;
  /** Whether `left.gain` is tunable; else it is a parameter. */
  readonly tunable?: boolean;
  readonly gain?: number | Float64Array;
  readonly gainPerCopy?: boolean;
  /** Other names of arrays, and the right population first. */
  readonly isOtherLayout?: boolean;
}

const sizes = { left: 2, right: 3 } as const;
const total = sizes.left + sizes.right;
const inputSize = 3;
type Side = keyof typeof sizes;
const sides = ["left", "right"] as const;

/** A Program with populations left (2) and right (3), inputs drive (1) and push (2), output out. */
export function fakeProgram(options: FakeOptions = {}): Program {
  const { batch = 1, precision = "float64", tunable = false, gain = 1 } = options;
  const prefix = options.isOtherLayout === true ? "other." : "";
  const offsets = options.isOtherLayout === true ? { left: 3, right: 0 } : { left: 0, right: 2 };
  const array = (name: string, more: Partial<ArraySpec>): ArraySpec => ({
    ...{ name: prefix + name, type: "real", role: "state", length: total, initial: 0 },
    ...{ perCopy: true, origin: name },
    ...more,
  });
  const gainCount = typeof gain === "number" ? 1 : gain.length;
  const gainArray = array("gain", {
    ...{ role: tunable ? "tunable" : "parameter", length: gainCount, initial: gain },
    perCopy: options.gainPerCopy ?? false,
  });
  const named = (path: string, kind: NamedValue["kind"], name: string, side: Side): NamedValue => ({
    ...{ path, kind, array: prefix + name, offset: offsets[side], count: sizes[side] },
    shape: [sizes[side]],
  });
  const ring: RingOp = {
    ...{ id: "ring0", phase: "emit", kind: "ring" },
    from: { array: `${prefix}spikes`, version: 1 },
    into: { array: `${prefix}past`, version: 1 },
  };
  return {
    ...{ format: 1, name: "fake", dt: 0.5, precision, order: "default", seed: 0, batch },
    arrays: [
      array("x", { role: "input", length: inputSize }),
      array("y", { role: "output" }),
      array("V", { initial: 0.25 }),
      array("count", { type: "int" }),
      array("spikes", { type: "spikes" }),
      array("past", { type: "spikes", slots: 3 }),
      gainArray,
    ],
    setup: [],
    ops: [ring],
    inputs: [
      { name: "drive", offset: 0, size: 1 },
      { name: "push", offset: 1, size: 2 },
    ],
    outputs: [{ name: "out", offset: 0, size: total }],
    names: [
      ...sides.map((side) => named(`${side}.V`, "state", "V", side)),
      ...sides.map((side) => named(`${side}.count`, "state", "count", side)),
      ...sides.map((side) => named(`${side}.spikes`, "spikes", "spikes", side)),
      {
        ...{ path: "left.gain", array: gainArray.name, offset: 0, count: gainCount },
        ...{ shape: gainCount === 1 ? [] : [gainCount], kind: tunable ? "tunable" : "parameter" },
      },
      {
        ...{ path: "left.limit", array: "", offset: 0, count: 1, shape: [] },
        ...{ kind: "constant", values: 2, unit: "mV" },
      },
    ],
  };
}

interface Stored {
  readonly spec: ArraySpec;
  readonly copies: number;
  readonly slots: number;
  readonly data: Values | Int32Array;
}

/** Everything is kept as numbers; spike lists as 0 or 1 for each source, newest slot first. */
function allocate(program: Program, spec: ArraySpec): Stored {
  const { slots = 1, length, type, initial } = spec;
  const copies = copiesIn(program, spec);
  const size = copies * slots * length;
  const isSingle = program.precision === "float32" && type === "real";
  const data =
    type === "int"
      ? new Int32Array(size)
      : isSingle
        ? new Float32Array(size)
        : new Float64Array(size);
  for (let i = 0; i < size; i++) {
    data[i] = typeof initial === "number" ? initial : initial[i % length]!;
  }
  return { spec, copies, slots, data };
}

export class FakeExecutable implements Executable {
  readonly program: Program;
  readonly arrays: ReadonlyMap<string, Stored>;
  stepCount = 0;
  isDisposed = false;

  constructor(program: Program) {
    this.program = program;
    this.arrays = new Map(program.arrays.map((spec) => [spec.name, allocate(program, spec)]));
  }

  #slice(path: string): { at: (copy: number, i: number) => number; data: Values | Int32Array } {
    const { array, offset } = allNames(this.program).find((one) => one.path === path)!;
    const { data, copies, slots, spec } = this.arrays.get(array)!;
    const stride = slots * spec.length;
    const at = (copy: number, i: number) => Math.min(copy, copies - 1) * stride + offset + i;
    return { at, data };
  }

  #role(role: string): Stored {
    return [...this.arrays.values()].find(({ spec }) => spec.role === role)!;
  }

  #array(suffix: string): Stored {
    return [...this.arrays.values()].find(({ spec }) => spec.name.endsWith(suffix))!;
  }

  advance(): void {
    const past = this.#array("past");
    const x = this.#role("input").data;
    const y = this.#role("output").data;
    for (let copy = 0; copy < this.program.batch; copy++) {
      let out = copy * total;
      let input = 0;
      for (const side of sides) {
        const [V, count] = [this.#slice(`${side}.V`), this.#slice(`${side}.count`)];
        const [spikes, gain] = [this.#slice(`${side}.spikes`), this.#slice("left.gain")];
        for (let i = 0; i < sizes[side]; i++, out++, input++) {
          const place = spikes.at(copy, i) - copy * total;
          const oldest = past.data[copy * 3 * total + 2 * total + place]!;
          const drive = x[copy * inputSize + (input % inputSize)]!;
          const value = V.data[V.at(copy, i)]! / 2 + gain.data[gain.at(copy, 0)]! * drive + oldest;
          const isSpike = value > 2;
          V.data[V.at(copy, i)] = isSpike ? 0 : value;
          spikes.data[spikes.at(copy, i)] = Number(isSpike);
          count.data[count.at(copy, i)]! += Number(isSpike);
          y[out] = V.data[V.at(copy, i)]!;
        }
      }
      const first = copy * 3 * total;
      past.data.copyWithin(first + total, first, first + 2 * total);
      const { data } = this.#array("spikes");
      past.data.set(data.subarray(copy * total, (copy + 1) * total), first);
    }
    this.stepCount += 1;
  }

  step(inputs: Values, outputs: Values): void {
    this.#role("input").data.set(inputs);
    this.advance();
    outputs.set(this.#role("output").data);
  }

  async stepAsync(inputs: Values, outputs: Values): Promise<void> {
    await Promise.resolve();
    this.step(inputs, outputs);
  }

  #sample(job: Job, step: number): void {
    for (const { array, kind, offset, count, every, write } of job.monitors) {
      if (kind === "values" && (step + 1) % every !== 0) continue;
      const { data, copies, spec, slots } = this.arrays.get(array)!;
      for (let copy = 0; copy < this.program.batch; copy++) {
        const first = Math.min(copy, copies - 1) * slots * spec.length + offset;
        const values = Array.from(data.subarray(first, first + count));
        if (kind === "values") write(step, values, count, copy);
        else {
          const fired = values.flatMap((value, i) => (value === 0 ? [] : [i]));
          write(step, [...fired, -1], fired.length, copy);
        }
      }
    }
  }

  /** Steps until the end of the next chunk; the result when the job is over. */
  #chunk(job: Job, x: Values, done: number): RunResult {
    let now = done;
    const end = Math.min(job.steps, done + job.chunk);
    for (; now < end; now++) {
      job.input?.(this.stepCount, x);
      this.#role("input").data.set(x);
      this.advance();
      this.#sample(job, this.stepCount - 1);
    }
    job.onProgress?.(now);
    return { steps: now };
  }

  #vector(): Values {
    return (this.#role("input").data as Values).slice().fill(0);
  }

  runSync(job: Job): RunResult {
    const x = this.#vector();
    let done = 0;
    while (done < job.steps) {
      if (job.signal?.aborted === true) return this.#stopped(done);
      done = this.#chunk(job, x, done).steps;
    }
    return { steps: done };
  }

  async run(job: Job): Promise<RunResult> {
    const x = this.#vector();
    let done = 0;
    while (done < job.steps) {
      if (job.signal?.aborted === true) return this.#stopped(done);
      done = this.#chunk(job, x, done).steps;
      await new Promise((resolve) => setImmediate(resolve));
    }
    return { steps: done };
  }

  #stopped(steps: number): RunResult {
    return { steps, stopped: { reason: "aborted", step: this.stepCount - 1 } };
  }

  readSync(name: string): Values {
    const { data } = this.arrays.get(name)!;
    return data instanceof Int32Array ? Float64Array.from(data) : data.slice();
  }

  async read(names: readonly string[]): Promise<Values[]> {
    await Promise.resolve();
    return names.map((name) => this.readSync(name));
  }

  writeSync(name: string, values: ArrayLike<number>): void {
    this.arrays.get(name)!.data.set(values);
  }

  async write(name: string, values: ArrayLike<number>): Promise<void> {
    await Promise.resolve();
    this.writeSync(name, values);
  }

  reset(keep: ReadonlySet<string> = new Set()): void {
    for (const { spec, data } of this.arrays.values()) {
      if (spec.role !== "state" || keep.has(spec.name)) continue;
      data.set(allocate(this.program, spec).data);
    }
    if (keep.size === 0) this.stepCount = 0;
  }

  #entry({ spec, data }: Stored): StateEntry {
    if (spec.type !== "spikes") return { kind: "values", data: data.slice() };
    const slots = Array.from({ length: data.length / spec.length }, (_, slot) => {
      const flags = data.subarray(slot * spec.length, (slot + 1) * spec.length);
      const items = Array.from(flags).flatMap((flag, i) => (flag === 0 ? [] : [i]));
      return { items: Int32Array.from(items), columns: [] };
    });
    return { kind: "spikes", slots };
  }

  snapshotSync(): Uint8Array {
    const saved = [...this.arrays.values()].filter(({ spec }) => isSaved(spec));
    const entries = new Map(saved.map((one) => [one.spec.name, this.#entry(one)]));
    return encodeState(this.program, { stepCount: this.stepCount, entries });
  }

  restoreSync(bytes: Uint8Array): void {
    const { stepCount, entries } = decodeState(this.program, bytes);
    this.stepCount = stepCount;
    for (const [name, entry] of entries) {
      const { data, spec } = this.arrays.get(name)!;
      if (entry.kind === "values") data.set(entry.data);
      if (entry.kind !== "spikes") continue;
      data.fill(0);
      entry.slots.forEach(({ items }, slot) => {
        for (const item of items) data[slot * spec.length + item] = 1;
      });
    }
  }

  async snapshot(): Promise<Uint8Array> {
    return this.snapshotSync();
  }

  async restore(bytes: Uint8Array): Promise<void> {
    this.restoreSync(bytes);
  }

  generated(): readonly { readonly file: string; readonly text: string }[] {
    return [{ file: "fake.txt", text: this.program.name }];
  }

  dispose(): void {
    this.isDisposed = true;
  }
}

/** An executable with the asynchronous half of the interface only. */
function asyncOnly(executable: FakeExecutable): Executable {
  return {
    get stepCount() {
      return executable.stepCount;
    },
    stepAsync: (x, y) => executable.stepAsync(x, y),
    run: (job) => executable.run(job),
    read: (names) => executable.read(names),
    write: (name, values) => executable.write(name, values),
    reset: (keep) => executable.reset(keep),
    snapshot: () => executable.snapshot(),
    restore: (bytes) => executable.restore(bytes),
    generated: () => executable.generated(),
    dispose: () => executable.dispose(),
  };
}

/** Loads a Program; without `synchronous` all that could answer at once is missing. */
export function loadFake(
  program: Program,
  synchronous: boolean,
  loaded: FakeExecutable[],
): Executable {
  const executable = new FakeExecutable(program);
  loaded.push(executable);
  return synchronous ? executable : asyncOnly(executable);
}

export interface FakeBackendOptions {
  readonly name?: string;
  readonly synchronous?: boolean;
  readonly nanoseconds?: number;
  readonly problems?: Problem[];
  readonly devices?: readonly string[];
  readonly precisions?: readonly Precision[];
}

/** A backend that loads FakeExecutables; `loaded` collects them. */
export function fakeBackend(
  options: FakeBackendOptions = {},
  loaded: FakeExecutable[] = [],
): Backend {
  const { name = "iterative", synchronous = true, nanoseconds = 100, problems = [] } = options;
  const loadSync = (program: Program, _options: LoadOptions): Executable =>
    loadFake(program, synchronous, loaded);
  return {
    ...{ name, synchronous },
    devices: options.devices ?? ["cpu"],
    precisions: options.precisions ?? ["float64", "float32"],
    supports: () => problems,
    estimate: () => ({
      ...{ bytes: 100, work: 10, launches: 1, nanoseconds, fixed: 1, startup: 1, memory: 2048 },
    }),
    load: async (program, load) => loadSync(program, load),
    ...(synchronous && { loadSync }),
  };
}
