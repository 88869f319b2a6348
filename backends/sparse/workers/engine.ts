// The engine of a model that runs on several threads: the memory of the whole Program is here, as with
// one thread, and is brought up to date from those of the parts when somebody looks at it. Invariant:
// between two calls all parts are at the same step; after a fault the memory holds the last state that
// all parts had, as it was kept.

import type { Division } from "../../../src/ir/partition/types.js";
import type { Program } from "../../../src/ir/program.js";
import { refuse, Watch, type Found } from "../../../src/memory/divergence.js";
import type { Engine } from "../../../src/memory/executable.js";
import type { Memory } from "../../../src/memory/memory.js";
import type { Now } from "../../../src/memory/monitors.js";
import type { Settler } from "../../../src/memory/settling.js";
import { applySnapshot, takeSnapshot } from "../../../src/memory/snapshot.js";
import type { Copies } from "./copies.js";
import type { Command } from "./control.js";
import type { Lead } from "./lead.js";

/** Steps in one command. */
const mostSteps = 500;
/** Steps between two looks at the states. */
const stepsPerLook = 256;
/** A state is kept in case of a fault when this many times as long has passed as keeping it takes. */
const keepingShare = 20;

/** A part, seen from the thread that leads. */
export interface LoadedPart {
  readonly program: Program;
  readonly memory: Memory;
  /** Brings tables that copy tunable parameters up to date; absent where there are none. */
  readonly refresh?: () => void;
}

export interface WorkersParts {
  readonly program: Program;
  readonly division: Division;
  /** What keeps the memory of the whole, settles and rebuilds. */
  readonly base: Engine;
  readonly parts: readonly LoadedPart[];
  readonly copies: Copies;
  readonly lead: Lead;
  readonly generated: Engine["generated"];
}

/** The last state that all parts had. */
interface Kept {
  readonly step: number;
  /** Absent: it is what the memory holds. */
  readonly bytes?: Uint8Array;
}

const namesOf = ({ arrays }: Program, roles: readonly string[]): ReadonlySet<string> =>
  new Set(arrays.filter(({ role }) => roles.includes(role)).map(({ name }) => name));

export class WorkersEngine implements Engine {
  readonly #parts: WorkersParts;
  readonly memory: Memory;
  readonly now: Now;
  readonly settlers: readonly Settler[];
  readonly rebuild?: () => void;
  readonly advanceLater?: (count: number, isSampling: boolean) => Promise<void>;
  readonly #inputs: ReadonlySet<string>;
  readonly #outputs: ReadonlySet<string>;
  readonly #watches: readonly Watch[];
  /** Arrays that were written from outside since the parts have seen them; undefined: any. */
  #dirty: Set<string> | undefined;
  /** Whether the parts are ahead of the memory. */
  #isBehind = false;
  #kept: Kept = { step: 0 };
  #keptAt = performance.now();
  #keepingTime = 0;
  /** Arrays that the run samples. */
  #sampled: ReadonlySet<string> | undefined = new Set();
  #nextLook = stepsPerLook;
  /** The step at which the command at hand ends, while it is done in the background. */
  #end: number | undefined;

  constructor(parts: WorkersParts) {
    const { base, program } = parts;
    this.#parts = parts;
    this.memory = base.memory;
    this.now = base.now;
    this.settlers = base.settlers;
    if (base.rebuild !== undefined) this.rebuild = base.rebuild;
    if (parts.lead.doLater !== undefined) {
      this.advanceLater = (count, isSampling) => this.#doLater(count, isSampling);
    }
    this.#inputs = namesOf(program, ["input"]);
    this.#outputs = namesOf(program, ["output"]);
    this.#watches = parts.parts.map(
      (part) => new Watch(part.program, part.memory, (found) => this.#refuse(found)),
    );
  }

  /** Names a value that is not finite by its place in the whole. */
  #refuse(found: Found): never {
    this.collect();
    const place = this.#parts.copies.placeOf(found.array, found.at);
    return refuse(this.#parts.program, { ...found, ...place });
  }

  /** Takes samples; all parts wait for it at a barrier. */
  sample(): void {
    this.#parts.copies.outOfParts(this.#sampled);
    this.now.sample!();
    this.now.step += 1;
  }

  /** Gives the parts what was written from outside. */
  #distribute(): void {
    const { copies, parts } = this.#parts;
    const dirty = this.#dirty;
    if (dirty !== undefined && dirty.size === 0) {
      if (this.#inputs.size > 0) copies.intoParts(this.#inputs);
      return;
    }
    const all = dirty && new Set([...dirty, ...this.#inputs]);
    copies.intoParts(all);
    for (const { refresh } of parts) refresh?.();
    this.#dirty = new Set();
  }

  /** Keeps the state, so that it is there after a fault; not so often that it would cost much. */
  #keep(isSampling: boolean): void {
    const start = performance.now();
    const isDue = start - this.#keptAt >= keepingShare * this.#keepingTime;
    if (isSampling) {
      // Samples are taken in the memory of the whole, which then holds no state any more.
      if (this.#isBehind && !isDue && this.#kept.bytes !== undefined) return;
      this.collect();
      const { step } = this.now;
      this.#kept = { step, bytes: takeSnapshot(this.#parts.program, this.memory, step) };
    } else {
      if (!this.#isBehind || !isDue) return;
      this.collect();
    }
    this.#keptAt = performance.now();
    this.#keepingTime = this.#keptAt - start;
  }

  /** Goes back to the state that was kept. */
  #recover(): void {
    const { step, bytes } = this.#kept;
    if (bytes !== undefined) applySnapshot(this.#parts.program, this.memory, bytes);
    this.now.step = step;
    this.#kept = { step };
    this.#isBehind = false;
  }

  /** Gets everything ready for a command. */
  #prepare(steps: number, isSampling: boolean): Command {
    const { failure } = this.#parts.lead;
    if (failure !== undefined) throw failure;
    const isNew = this.#dirty === undefined;
    if (!this.#isBehind) this.#kept = { step: this.now.step };
    this.#distribute();
    this.#keep(isSampling);
    this.#isBehind = true;
    return { steps, isSampling, ...(isNew && { step: this.now.step }) };
  }

  #do(steps: number, isSampling: boolean): void {
    const end = this.now.step + steps;
    const command = this.#prepare(steps, isSampling);
    try {
      this.#parts.lead.do(command);
    } catch (error) {
      this.#recover();
      throw error;
    }
    this.#arrive(end);
  }

  async #doLater(most: number, isSampling: boolean): Promise<void> {
    const { lead } = this.#parts;
    const steps = Math.min(most, mostSteps, lead.stepsAtOnce!);
    const end = this.now.step + steps;
    const command = this.#prepare(steps, isSampling);
    this.#end = end;
    try {
      await lead.doLater!(command);
    } catch (error) {
      // Whoever looked at the model meanwhile may have found it before.
      if (this.#end !== undefined) this.#recover();
      this.#end = undefined;
      throw error;
    }
    this.#settle();
    this.#arrive(this.now.step);
  }

  /** Waits for what is done in the background. */
  #settle(): void {
    const end = this.#end;
    if (end === undefined) return;
    try {
      this.#parts.lead.settle!();
      this.now.step = end;
    } catch {
      // The run that began it throws it, too.
      this.#recover();
    }
    this.#end = undefined;
  }

  #arrive(step: number): void {
    this.now.step = step;
    if (step >= this.#nextLook) this.#look();
  }

  #look(): void {
    this.#nextLook = this.now.step + stepsPerLook;
    for (const watch of this.#watches) watch.look(this.now.step);
  }

  step(): void {
    this.#do(1, false);
    if (this.#outputs.size > 0) this.#parts.copies.outOfParts(this.#outputs);
  }

  advance(count: number, isSampling: boolean): void {
    this.#do(Math.min(count, mostSteps), isSampling);
  }

  finish(): void {
    this.#look();
  }

  written(arrays?: readonly string[]): void {
    this.#parts.base.written?.(arrays);
    if (arrays === undefined) {
      this.#dirty = undefined;
      for (const watch of this.#watches) watch.restart(this.now.step);
      this.#nextLook = this.now.step + stepsPerLook;
    }
    for (const array of arrays ?? []) this.#dirty?.add(array);
  }

  collect(): void {
    this.#settle();
    if (!this.#isBehind) return;
    this.#parts.copies.outOfParts();
    this.#isBehind = false;
    this.#kept = { step: this.now.step };
  }

  observe(arrays: readonly string[]): void {
    const settled = new Set(this.settlers.flatMap(({ writes }) => writes));
    const isLazy = arrays.some((array) => settled.has(array));
    // Lazily kept values are settled from whatever they depend on.
    this.#sampled = isLazy ? undefined : new Set(arrays);
  }

  generated(): ReturnType<Engine["generated"]> {
    return this.#parts.generated();
  }

  dispose(): void {
    this.#parts.lead.end();
  }
}
