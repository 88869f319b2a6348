// The monitors of a run on the device: which numbers are sampled in which step, where the samples lie,
// and how they come to the monitors. Invariant: which steps are sampled follows from the step count
// alone, and samples are handed on in the order of the steps, then of the monitors, then of the copies.

import type { Monitor } from "../../src/runtime/backend.js";
import type { Place, Places } from "./places.js";

const kinds = { reals: 0, ints: 1, params: 2, indexes: 3 } as const;

/** One launch of a sampling kernel. */
export interface Sample {
  readonly kernel: "values" | "spikes";
  readonly threads: number;
  /** Fields of the uniform record besides the place of the result. */
  readonly a: number;
  readonly b: number;
  readonly d: number;
  /** Words of the result. */
  readonly words: number;
}

/** Monitors that are sampled together. */
interface Group {
  /** For sampling inside of a step: see descriptorWords. */
  readonly descriptor: readonly number[];
  readonly every: number;
  readonly isSettled: boolean;
  readonly samples: readonly Sample[];
  readonly words: number;
  /** Gives the samples of one step to the monitors; `at` is where the words of the group begin. */
  readonly give: (step: number, words: Uint32Array, at: number) => void;
}

const copiesIn = ({ copies }: Place): number => copies;

function takeValues(
  monitor: Monitor,
  place: Place,
): { readonly taps: number[]; readonly give: Group["give"] } {
  const { offset, count, order, write } = monitor;
  if (place.kind !== "values") throw new TypeError("not an array of numbers");
  const taps: number[] = [];
  for (let copy = 0; copy < place.copies; copy++) {
    const first = place.base + copy * place.slots * place.length + offset;
    for (let i = 0; i < count; i++) {
      const at = first + (order?.[i] ?? i);
      taps.push((at | (kinds[place.buffer] << 30)) >>> 0, (place.ring?.index ?? -1) + 1);
    }
  }
  const isInt = place.spec.type === "int";
  const numbers = new Float64Array(count);
  return {
    taps,
    give(step, words, at) {
      for (let copy = 0; copy < place.copies; copy++) {
        const from = words.byteOffset + 4 * (at + copy * count);
        if (isInt) numbers.set(new Int32Array(words.buffer, from, count));
        const values = isInt ? numbers : new Float32Array(words.buffer, from, count);
        write(step, values, count, copy);
      }
    },
  };
}

function takeSpikes(
  monitor: Monitor,
  place: Place,
): { readonly samples: Sample[]; readonly give: Group["give"] } {
  const { offset, count, order, write } = monitor;
  if (place.kind !== "spikes") throw new TypeError("not an array of spikes");
  const words = Math.ceil(place.length / 32);
  const samples = Array.from({ length: place.copies }, (_, copy): Sample => {
    const first = place.base + copy * place.slots * place.length;
    const d = (place.ring?.index ?? -1) + 1;
    return { kernel: "spikes", threads: words, a: first, b: place.length, d, words };
  });
  const inverse = order === undefined ? undefined : new Int32Array(place.length).fill(-1);
  order?.forEach((other, i) => (inverse![offset + other] = i));
  const numbers = new Int32Array(place.length);
  return {
    samples,
    give(step, all, at) {
      for (let copy = 0; copy < place.copies; copy++) {
        let n = 0;
        for (let w = 0; w < words; w++) {
          for (let left = all[at + copy * words + w]!; left !== 0; left &= left - 1) {
            const source = 32 * w + 31 - Math.clz32(left & -left);
            const number = inverse === undefined ? source - offset : inverse[source]!;
            if (number >= 0 && number < count) numbers[n++] = number;
          }
        }
        write(step, numbers, n, copy);
      }
    },
  };
}

/** Samples of values that are listed one after the other need one launch. */
function joinNeighbours(groups: readonly Group[]): Sample[] {
  const joined: Sample[] = [];
  for (const sample of groups.flatMap(({ samples }) => samples)) {
    const last = joined[joined.length - 1];
    const isNext = last?.kernel === "values" && sample.kernel === "values";
    if (isNext && last.a + 2 * last.b === sample.a) {
      const words = last.words + sample.words;
      joined[joined.length - 1] = { ...last, threads: words, b: words, words };
    } else {
      joined.push(sample);
    }
  }
  return joined;
}

/** The monitors of one run. */
export class Recorder {
  /** For the feed: which numbers are sampled, then what describes each monitor. */
  readonly taps: Uint32Array<ArrayBuffer>;
  /** Where the descriptions begin, and how many there are. */
  readonly descriptors: { readonly at: number; readonly count: number };
  /** Whether every monitor samples every step, and nothing has to be settled for it. */
  readonly isDense: boolean;
  readonly #groups: readonly Group[];

  constructor(monitors: readonly Monitor[], places: Places, isSettled: (array: string) => boolean) {
    const taps: number[] = [];
    const groups = monitors.map((monitor): Group => {
      const place = places.of(monitor.array);
      if (monitor.kind === "spikes") {
        const { samples, give } = takeSpikes(monitor, place);
        const words = samples.reduce((sum, one) => sum + one.words, 0);
        const [first] = samples;
        const stride = place.slots * place.length;
        const descriptor = [
          1,
          first?.a ?? 0,
          first?.b ?? 0,
          0,
          place.copies,
          first?.d ?? 0,
          stride,
        ];
        return { descriptor, every: 1, isSettled: false, samples, words, give };
      }
      const own = takeValues(monitor, place);
      const words = monitor.count * copiesIn(place);
      const sample: Sample = {
        ...{ kernel: "values", threads: words, a: taps.length, b: words, d: 0, words },
      };
      for (const tap of own.taps) taps.push(tap);
      const { every } = monitor;
      const samples = words === 0 ? [] : [sample];
      const descriptor = [0, sample.a, monitor.count, 0, place.copies, 0, 0];
      const isLazy = isSettled(monitor.array);
      return { descriptor, every, isSettled: isLazy, samples, words, give: own.give };
    });
    const plain = groups.filter((one) => !one.isSettled);
    this.#groups = [...plain, ...groups.filter((one) => one.isSettled)];
    this.isDense = this.#groups.every(({ every }) => every === 1) && plain.length === groups.length;
    this.descriptors = { at: taps.length, count: groups.length };
    let to = 0;
    for (const { descriptor, words } of this.#groups) {
      const [kind, a, b, , ...rest] = descriptor;
      taps.push(kind!, a!, b!, to, ...rest);
      to += words;
    }
    this.taps = Uint32Array.from(taps);
  }

  /** Most words that a step can need. */
  get wordsPerStep(): number {
    return this.#groups.reduce((sum, { words }) => sum + words, 0);
  }

  /** So many steps, counted from this one, need no sample. */
  idleSteps(step: number): number {
    return Math.min(...this.#groups.map(({ every }) => every - 1 - (step % every)));
  }

  /** What is sampled in a step, what is settled apart. */
  due(step: number): { readonly plain: readonly Sample[]; readonly settled: readonly Sample[] } {
    const due = this.#groups.filter(({ every }) => (step + 1) % every === 0);
    const samplesOf = (isSettled: boolean): Sample[] =>
      joinNeighbours(due.filter((one) => one.isSettled === isSettled));
    return { plain: samplesOf(false), settled: samplesOf(true) };
  }

  /** Gives the samples of steps to the monitors. */
  give(first: number, steps: number, words: Uint32Array): void {
    let at = 0;
    for (let step = first; step < first + steps; step++) {
      for (const { every, words: own, give } of this.#groups) {
        if ((step + 1) % every !== 0) continue;
        give(step, words, at);
        at += own;
      }
    }
  }
}
