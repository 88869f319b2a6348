// The memory behind the records of a run: traces in arrays made beforehand, spikes in lists that
// grow. Invariant: all together never use more than the budget; what does not fit is refused before
// the run where it can be known, else the run is stopped, and never is a sample dropped in silence.

import { MemoryLimitError } from "../errors.js";
import type { Precision } from "../ir/program.js";
import type { Monitor, Values } from "./backend.js";
import { newValues } from "./vectors.js";

/** Spikes in the order of their steps; `index` is the number of the neuron in its population. */
export interface SpikeRecord {
  readonly step: Float64Array;
  readonly index: Int32Array;
  /** Time at the end of the step [ms]. */
  readonly time: Float64Array;
  /** Only in a batch: the copy that it came from. */
  readonly copy?: Int32Array;
}

/** Bytes that the records of one run may take. */
const recordLimit = 2 ** 30;

const remedy =
  "Record fewer names, sample less often (`every`), keep the newest only (`maxSamples`) or take the samples as they come (`stream`).";
const inMiB = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

/** Counts bytes against the limit. */
export class Budget {
  #used = 0;
  #isExceeded = false;
  readonly #fail: (error: unknown) => void;

  constructor(fail: (error: unknown) => void) {
    this.#fail = fail;
  }

  #error(name: string, needed: number): MemoryLimitError {
    return new MemoryLimitError({
      code: "records-too-large",
      where: `run.record "${name}"`,
      problem: "the records of this run do not fit into memory",
      got: inMiB(this.#used + needed),
      allowed: `at most ${inMiB(recordLimit)} for one run`,
      hint: remedy,
    });
  }

  /** Before a run: takes samples * bytes, or throws. */
  claim(name: string, samples: number, bytes: number): void {
    const needed = samples * bytes;
    if (this.#used + needed > recordLimit) throw this.#error(name, needed);
    this.#used += needed;
  }

  /** While running: false, and the run is stopped, where the bytes are not there. */
  grow(bytes: number): boolean {
    if (this.#isExceeded) return false;
    if (this.#used + bytes > recordLimit) {
      this.#isExceeded = true;
      this.#fail(this.#error("spikes", bytes));
      return false;
    }
    this.#used += bytes;
    return true;
  }
}

export interface TraceRecorder {
  readonly kind: "values";
  readonly write: Monitor["write"];
  /** The newest samples, oldest first. */
  finish(samples: number): Values;
}
export interface SpikeRecorder {
  readonly kind: "spikes";
  readonly write: Monitor["write"];
  finish(): SpikeRecord;
}

interface TraceSize {
  readonly count: number;
  readonly copies: number;
  readonly capacity: number;
  readonly precision: Precision;
}

/** Keeps the newest `capacity` samples; `sampleAt` gives the number of the sample of a step. */
export function recordTrace(
  { count, copies, capacity, precision }: TraceSize,
  sampleAt: (step: number) => number,
): TraceRecorder {
  const row = count * copies;
  const ring = newValues(precision, capacity * row);
  return {
    kind: "values",
    write(step, values, _n, copy) {
      // An array that all copies share is offered once for each of them.
      if (copy >= copies || capacity === 0) return;
      const start = (sampleAt(step) % capacity) * row + copy * count;
      for (let i = 0; i < count; i++) ring[start + i] = values[i]!;
    },
    finish(samples) {
      if (samples < capacity) return ring.slice(0, samples * row);
      const oldest = capacity === 0 ? 0 : (samples % capacity) * row;
      if (oldest === 0) return ring;
      const straight = newValues(precision, ring.length);
      straight.set(ring.subarray(oldest));
      straight.set(ring.subarray(0, oldest), ring.length - oldest);
      return straight;
    },
  };
}

interface SpikeSettings {
  readonly copies: number;
  readonly dt: number;
  readonly maxSamples: number;
  readonly budget: Budget;
}

const firstCapacity = 1024;
/** Bytes of a step, a neuron and a copy; kept twice while a list grows, and the times at the end. */
const bytesPerSpike = 8 + 4 + 4;

/** Keeps all spikes, or the newest `maxSamples`. */
export function recordSpikes({ copies, dt, maxSamples, budget }: SpikeSettings): SpikeRecorder {
  let capacity = Math.min(firstCapacity, maxSamples);
  let step = new Float64Array(capacity);
  let index = new Int32Array(capacity);
  let copyOf = new Int32Array(capacity);
  let total = 0;
  const grow = (): boolean => {
    const more = Math.min(2 * capacity, maxSamples);
    if (!budget.grow((more - capacity) * bytesPerSpike)) return false;
    const larger = [new Float64Array(more), new Int32Array(more), new Int32Array(more)] as const;
    larger[0].set(step);
    larger[1].set(index);
    larger[2].set(copyOf);
    [step, index, copyOf] = larger;
    capacity = more;
    return true;
  };
  const straight = <T extends Float64Array | Int32Array>(ring: T): T => {
    if (total <= capacity) return ring.slice(0, total) as T;
    const oldest = total % capacity;
    const result = ring.slice() as T;
    result.set(ring.subarray(oldest));
    result.set(ring.subarray(0, oldest), capacity - oldest);
    return result;
  };
  return {
    kind: "spikes",
    write(at, values, n, copy) {
      for (let i = 0; i < n; i++) {
        if (total >= capacity && capacity < maxSamples && !grow()) return;
        const place = total++ % capacity;
        step[place] = at;
        index[place] = values[i]!;
        copyOf[place] = copy;
      }
    },
    finish() {
      const steps = straight(step);
      const time = steps.map((one) => (one + 1) * dt);
      const record = { step: steps, index: straight(index), time };
      return copies > 1 ? { ...record, copy: straight(copyOf) } : record;
    },
  };
}
