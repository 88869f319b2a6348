// What the threads of one model share to agree: numbers of commands, barriers, a fault flag, signs of
// life. Invariant: whoever waits is woken by the last to arrive or by a fault; nobody who waits here
// holds anything that another one needs.

import { changed } from "./changed.js";

/** Places in the shared words; those that are written often lie in cache lines of their own. */
const word = {
  /** Grows with each command. */
  command: 0,
  steps: 1,
  isSampling: 2,
  /** Whether the step count below holds for the command, and its two halves. */
  setsStep: 3,
  stepLow: 4,
  stepHigh: 5,
  /** 1 + number of the part that failed first. */
  fault: 16,
} as const;

/** Where all parts meet; and where the thread that leads meets them, if it has no part. */
export type Meeting = "parts" | "all";
const barriers = {
  parts: { generation: 32, arrived: 48 },
  all: { generation: 64, arrived: 80 },
} as const;

const firstPart = 96;
const wordsPerPart = 16;
/** Offsets among the words of a part. */
const own = { beats: 0, meetings: 1, textLength: 2 } as const;
const longestText = 512;
/**
 * Looks at a word before a thread goes to sleep, at least and at most: falling asleep and being woken
 * takes as long as tens of thousands of them, but on a machine that is busy none of them helps.
 */
const spins = { least: 500, most: 30_000 } as const;

/** What a command asks for. */
export interface Command {
  readonly steps: number;
  readonly isSampling: boolean;
  /** The step count from which to go on; absent: from where the part is. */
  readonly step?: number;
}

/** Room for a thread that leads without a part. */
const placesFor = (parts: number): number => parts + 1;

/** Bytes for so many parts. */
export const controlBytes = (parts: number): number =>
  4 * (firstPart + placesFor(parts) * wordsPerPart) + placesFor(parts) * longestText;

export class Control {
  readonly #words: Int32Array;
  readonly #texts: Uint8Array;
  /** How many threads meet. */
  readonly #members: { readonly [K in Meeting]: number };
  /** Looks before the next sleep: more after a look that was worth it, else fewer. */
  #spins: number = spins.most;

  constructor(buffer: SharedArrayBuffer, parts: number) {
    const words = firstPart + placesFor(parts) * wordsPerPart;
    this.#words = new Int32Array(buffer, 0, words);
    this.#texts = new Uint8Array(buffer, 4 * words);
    this.#members = { parts, all: parts + 1 };
  }

  /** Number of the last command. */
  get command(): number {
    return Atomics.load(this.#words, word.command);
  }

  /** Gives a command to all threads. */
  give({ steps, isSampling, step }: Command): void {
    const words = this.#words;
    words[word.steps] = steps;
    words[word.isSampling] = isSampling ? 1 : 0;
    words[word.setsStep] = step === undefined ? 0 : 1;
    words[word.stepLow] = (step ?? 0) | 0;
    words[word.stepHigh] = Math.floor((step ?? 0) / 2 ** 32);
    Atomics.add(words, word.command, 1);
    Atomics.notify(words, word.command);
  }

  /** Sleeps until there is another command than this one, or a fault. */
  awaitCommand(known: number): void {
    const words = this.#words;
    if (this.#changes(word.command, known)) return;
    while (this.command === known && this.fault === 0) Atomics.wait(words, word.command, known);
  }

  /** The command at hand. */
  read(): Command {
    const words = this.#words;
    const given = { steps: words[word.steps]!, isSampling: words[word.isSampling] === 1 };
    if (words[word.setsStep] === 0) return given;
    const step = words[word.stepHigh]! * 2 ** 32 + (words[word.stepLow]! >>> 0);
    return { ...given, step };
  }

  /** Looks at a word for a while; whether it has changed. */
  #changes(index: number, known: number): boolean {
    const words = this.#words;
    for (let i = 0; i < this.#spins; i++) {
      if (Atomics.load(words, index) === known) continue;
      this.#spins = Math.min(spins.most, 2 * this.#spins);
      return true;
    }
    this.#spins = Math.max(spins.least, this.#spins >> 1);
    return false;
  }

  /** Arrives at a barrier: the generation to wait for, or undefined for the last one to arrive. */
  arrive(part: number, meeting: Meeting = "parts"): number | undefined {
    const words = this.#words;
    const barrier = barriers[meeting];
    const generation = Atomics.load(words, barrier.generation);
    Atomics.add(words, firstPart + part * wordsPerPart + own.meetings, 1);
    if (Atomics.add(words, barrier.arrived, 1) < this.#members[meeting] - 1) return generation;
    Atomics.store(words, barrier.arrived, 0);
    Atomics.add(words, barrier.generation, 1);
    Atomics.notify(words, barrier.generation);
    return undefined;
  }

  /** Whether a generation is over. */
  isOver(generation: number, meeting: Meeting): boolean {
    return Atomics.load(this.#words, barriers[meeting].generation) !== generation;
  }

  /** Waits until a generation is over, or for so long [ms]; whether it is. */
  await(generation: number, longest: number, meeting: Meeting = "parts"): boolean {
    const at = barriers[meeting].generation;
    if (this.#changes(at, generation)) return true;
    Atomics.wait(this.#words, at, generation, longest);
    return this.isOver(generation, meeting);
  }

  /** As `await`, for a thread that may not sleep: it looks all the time. */
  watch(generation: number, longest: number, meeting: Meeting): boolean {
    const end = performance.now() + longest;
    do {
      for (let i = 0; i < spins.least; i++) if (this.isOver(generation, meeting)) return true;
    } while (performance.now() < end);
    return false;
  }

  /** As `await`, giving way to whatever else the thread has to do. */
  async awaitLater(generation: number, longest: number, meeting: Meeting): Promise<boolean> {
    await changed(this.#words, barriers[meeting].generation, { value: generation, longest });
    return this.isOver(generation, meeting);
  }

  /** Shows that a part lives. */
  beat(part: number): void {
    Atomics.add(this.#words, firstPart + part * wordsPerPart + own.beats, 1);
  }

  /** How often a part has shown that it lives; 0: it has not started. */
  beats(part: number): number {
    return Atomics.load(this.#words, firstPart + part * wordsPerPart + own.beats);
  }

  /** How often a part has arrived at a barrier. */
  meetings(part: number): number {
    return Atomics.load(this.#words, firstPart + part * wordsPerPart + own.meetings);
  }

  /** 1 + number of the part that failed first; 0: none. */
  get fault(): number {
    return Atomics.load(this.#words, word.fault);
  }

  /** Tells everybody that a part has failed, and why; the first one is heard. */
  raise(part: number, text: string): void {
    if (this.fault !== 0) return;
    const bytes = new TextEncoder().encode(text).slice(0, longestText);
    this.#texts.set(bytes, part * longestText);
    this.#words[firstPart + part * wordsPerPart + own.textLength] = bytes.length;
    Atomics.compareExchange(this.#words, word.fault, 0, part + 1);
    // Whoever waits, or is about to, finds another number than the one it waits with.
    for (const { generation } of Object.values(barriers)) {
      Atomics.add(this.#words, generation, 1);
      Atomics.notify(this.#words, generation);
    }
    Atomics.add(this.#words, word.command, 1);
    Atomics.notify(this.#words, word.command);
  }

  /** What a part said when it failed. */
  textOf(part: number): string {
    const length = this.#words[firstPart + part * wordsPerPart + own.textLength]!;
    // Decoders refuse shared memory.
    const bytes = this.#texts.slice(part * longestText, part * longestText + length);
    return new TextDecoder().decode(bytes);
  }
}
