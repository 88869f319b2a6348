// A block of steps: everything that many steps launch, in one submission. Invariant: what a block does
// follows from its steps alone, so a run does the same however it is cut into blocks.

import type { Compiled } from "./compile-program.js";
import type { Launch } from "./module.js";
import { partsOf, type Mirror, type Part } from "./mirror.js";
import { sampling } from "./ops/plain.js";
import type { Recorder, Sample } from "./recorder.js";
import { controlWords, recordStride, type OnDevice } from "./on-device.js";
import { control } from "./wgsl/site.js";
import type { CommandEncoder, ComputePass } from "./webgpu-api.js";

const two32 = 2 ** 32;

/** Fields of a uniform record that are not those of the step. */
interface Fields {
  readonly a?: number;
  readonly b?: number;
  readonly c?: number;
  readonly d?: number;
  readonly e?: number;
  readonly f?: number;
  readonly g?: number;
  readonly h?: number;
  readonly w?: number;
}

/** The uniform records of one submission. */
export class Records {
  readonly #dt: number;
  #bytes = new ArrayBuffer(recordStride);
  #count = 0;

  constructor(dt: number) {
    this.#dt = dt;
  }

  clear(): void {
    this.#count = 0;
  }

  /** Adds a record and gives its number. */
  add(step: number, position: number, fields: Fields = {}): number {
    const { a = 0, b = 1, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, w = 0 } = fields;
    const at = this.#count * recordStride;
    if (at + recordStride > this.#bytes.byteLength) {
      const larger = new ArrayBuffer(2 * this.#bytes.byteLength);
      new Uint8Array(larger).set(new Uint8Array(this.#bytes));
      this.#bytes = larger;
    }
    const words = new Uint32Array(this.#bytes, at, 14);
    words.set([step % two32, Math.floor(step / two32), 0, 0, position, a, b, c, d, e, f, g, h, w]);
    new Float32Array(this.#bytes, at, 4).set([step, step * this.#dt], 2);
    return this.#count++;
  }

  send(onDevice: OnDevice): void {
    const size = this.#count * recordStride;
    onDevice.grow("now", size);
    onDevice.write("now", 0, new Uint8Array(this.#bytes, 0, size));
  }
}

/** What a block is to do. */
export interface BlockPlan {
  /** Steps done before it. */
  readonly first: number;
  readonly steps: number;
  /** Where in the feed the inputs of the first step lie, and how many each step has; absent: none. */
  readonly feed?: { readonly at: number; readonly width: number };
  /** Where in the feed the clock of the steps lies; absent for a single step. */
  readonly clock?: number;
  readonly recorder?: Recorder;
}

/** The clock of steps, as a feed has it. */
export function clockOf(first: number, steps: number, dt: number): Uint32Array<ArrayBuffer> {
  const words = new Uint32Array(4 * steps);
  const numbers = new Float32Array(words.buffer);
  for (let i = 0; i < steps; i++) {
    const step = first + i;
    words[4 * i] = step % two32;
    words[4 * i + 1] = Math.floor(step / two32);
    numbers[4 * i + 2] = step;
    numbers[4 * i + 3] = step * dt;
  }
  return words;
}

type Command =
  { readonly record: number; readonly launch: Launch } | { readonly backup: "keep" | "return" };

/** Commands in their order. They are written when all are known: buffers may have to grow for them. */
class Commands {
  readonly #list: Command[] = [];

  launch(record: number, launches: readonly Launch[]): void {
    for (const launch of launches) this.#list.push({ record, launch });
  }

  backup(direction: "keep" | "return"): void {
    this.#list.push({ backup: direction });
  }

  /** Writes the commands; copies of buffers stand between passes. */
  encode(onDevice: OnDevice, parts: readonly Part[]): CommandEncoder {
    const encoder = onDevice.encoder();
    let pass: ComputePass | undefined;
    for (const command of this.#list) {
      if ("launch" in command) {
        pass ??= encoder.beginComputePass();
        onDevice.launch(pass, command.record, command.launch);
      } else {
        pass?.end();
        pass = undefined;
        onDevice.copyBackup(encoder, parts, command.backup);
      }
    }
    pass?.end();
    return encoder;
  }
}

const launchOf = ({ kernel, threads }: Sample): Launch => ({
  entry: sampling[kernel],
  threads,
  copies: 1,
});

/** Launches blocks of a Program. */
export class Blocks {
  readonly #compiled: Compiled;
  readonly #onDevice: OnDevice;
  readonly #mirror: Mirror;
  readonly #records: Records;
  /** What settling writes, to be kept while somebody looks. */
  readonly #settled: readonly Part[];

  constructor(compiled: Compiled, onDevice: OnDevice, mirror: Mirror, dt: number) {
    this.#compiled = compiled;
    this.#onDevice = onDevice;
    this.#mirror = mirror;
    this.#records = new Records(dt);
    const names = new Set(compiled.settling.flatMap(({ writes }) => writes));
    this.#settled = [...names].flatMap((name) => partsOf(compiled.places.of(name)));
  }

  /** Launches of one step, samples not counted. */
  get launchesPerStep(): number {
    const { before, after, whole } = this.#compiled;
    return whole === undefined ? before.length + after.length : 1;
  }

  /** Begins commands outside of a block: nothing is stopped, the position is 0. */
  #begin(): Commands {
    const { pushedAtSample } = this.#compiled;
    const table = this.#mirror.controlTable(controlWords(this.#compiled), pushedAtSample);
    this.#onDevice.write("control", 0, table);
    this.#records.clear();
    return new Commands();
  }

  #encode(commands: Commands): CommandEncoder {
    this.#records.send(this.#onDevice);
    return commands.encode(this.#onDevice, this.#settled);
  }

  /** Settles everything that is concerned and forgets what was pending. */
  settleForGood(done: number, isConcerned: (concernsAll: boolean) => boolean): void {
    const settlings = this.#compiled.settling.filter(({ concernsAll }) => isConcerned(concernsAll));
    if (settlings.length === 0) return;
    const commands = this.#begin();
    for (const { launches, ahead, forget = [] } of settlings) {
      commands.launch(this.#records.add(Math.max(0, done - ahead), 0), [...launches, ...forget]);
    }
    this.#submit(commands);
  }

  /** Computes anew what is a function of other states. */
  rebuild(done: number): void {
    if (this.#compiled.rebuild.length === 0) return;
    const commands = this.#begin();
    commands.launch(this.#records.add(done, 0), this.#compiled.rebuild);
    this.#submit(commands);
  }

  #submit(commands: Commands): void {
    this.#onDevice.submit(this.#encode(commands));
    this.#mirror.forget();
  }

  /** Fetches arrays as they are when settled, and takes the settling back. */
  async fetchSettled(done: number, names: readonly string[]): Promise<void> {
    const commands = this.#begin();
    commands.backup("keep");
    for (const { launches, ahead } of this.#compiled.settling) {
      commands.launch(this.#records.add(Math.max(0, done - ahead), 0), launches);
    }
    const parts = this.#mirror.partsFor(names);
    const fetched = this.#onDevice.fetch(this.#encode(commands), parts);
    const back = this.#onDevice.encoder();
    this.#onDevice.copyBackup(back, this.#settled, "return");
    this.#onDevice.submit(back);
    this.#mirror.forget();
    this.#mirror.take(names, parts, await fetched);
  }

  /** Samples where they are due; gives the place behind the words that they fill. */
  #sample(commands: Commands, step: number, position: number, plan: BlockPlan, at: number): number {
    const due = plan.recorder?.due(step);
    if (due === undefined) return at;
    let place = at;
    const takeAll = (samples: readonly Sample[]): void => {
      for (const sample of samples) {
        const { a, b, d, words } = sample;
        const record = this.#records.add(step, position, { a, b, c: place, d });
        commands.launch(record, [launchOf(sample)]);
        place += words;
      }
    };
    takeAll(due.plain);
    if (due.settled.length === 0) return place;
    commands.backup("keep");
    for (const { launches, ahead } of this.#compiled.settlingInStep) {
      commands.launch(this.#records.add(Math.max(0, step + 1 - ahead), position), launches);
    }
    takeAll(due.settled);
    commands.backup("return");
    return place;
  }

  /** Adds the steps of a block; gives how many words of samples they fill. */
  #encodeSteps(commands: Commands, plan: BlockPlan): number {
    const { before, after, whole } = this.#compiled;
    const { first, steps, feed, clock, recorder } = plan;
    // One entry point may do all of a step, samples too, and many steps without looking up.
    const isDense = whole !== undefined && recorder?.isDense === true;
    const idleSteps = (step: number): number =>
      isDense || recorder === undefined ? steps : recorder.idleSteps(step);
    let sampled = 0;
    for (let position = 0; position < steps;) {
      const step = first + position;
      const idle = Math.min(idleSteps(step), steps - position);
      const together = whole === undefined || clock === undefined ? 1 : Math.max(1, idle);
      const w = isDense ? recorder.wordsPerStep : 0;
      const record = this.#records.add(step, position, {
        ...{ a: feed === undefined ? 0 : feed.at + position * feed.width, b: together },
        ...{ c: (clock ?? 0) + 4 * position, d: feed?.width ?? 0, e: feed === undefined ? 0 : 1 },
        ...(isDense && { f: recorder.descriptors.count, g: recorder.descriptors.at }),
        ...{ h: sampled, w },
      });
      if (whole !== undefined && idle > 0) {
        commands.launch(record, [whole]);
        sampled += w * together;
      } else {
        const isDue = ({ every, isFeed }: Launch): boolean =>
          (every === undefined || step % every === 0) && (isFeed !== true || feed !== undefined);
        commands.launch(record, before.filter(isDue));
        sampled = this.#sample(commands, step, position, plan, sampled);
        commands.launch(record, after.filter(isDue));
      }
      position += together;
    }
    return sampled;
  }

  /** Does the steps of a block; gives the flags and the samples, and takes the arrays `names`. */
  async run(
    plan: BlockPlan,
    names: readonly string[],
  ): Promise<{ readonly flags: Uint32Array; readonly words: Uint32Array }> {
    const { scan } = this.#compiled;
    const { first, steps } = plan;
    if (plan.recorder !== undefined) {
      this.#onDevice.grow("records", 4 * plan.recorder.wordsPerStep * steps);
    }
    const commands = this.#begin();
    const sampled = this.#encodeSteps(commands, plan);
    commands.launch(this.#records.add(first + steps, 0), scan);
    const parts = this.#mirror.partsFor(names);
    const encoder = this.#encode(commands);
    this.#mirror.forget();
    const [flags, words, ...data] = await this.#onDevice.fetch(encoder, [
      { buffer: "control", at: 0, count: control.rings },
      { buffer: "records", at: 0, count: sampled },
      ...parts,
    ]);
    const found = new Uint32Array(flags!);
    this.#mirror.take(names, parts, data);
    return { flags: found, words: new Uint32Array(words!) };
  }
}
