// What a synchronous and an asynchronous model have in common: everything that answers at once
// because it changes nothing. Invariant: nothing here touches the running state.

import type { Port, Program } from "../ir/program.js";
import { Callable } from "./callable.js";
import type { ModelCore } from "./core.js";
import type { Explanation } from "./explain.js";

export class ModelBase extends Callable {
  readonly #core: ModelCore;

  constructor(core: ModelCore, call: (...args: never[]) => unknown) {
    super(call, core.program.name);
    this.#core = core;
  }

  /** The Program that runs; another one after a write to a parameter that was not tunable. */
  get program(): Program {
    return this.#core.program;
  }

  /** Name of the backend. */
  get backend(): string {
    return this.#core.parts.choice.backend.name;
  }

  /** Inputs in the order of the input vector. */
  get inputs(): readonly Port[] {
    return this.program.inputs;
  }

  /** Outputs in the order of the output vector. */
  get outputs(): readonly Port[] {
    return this.program.outputs;
  }

  /** Steps done since the last full reset; calls that still wait do not count. */
  get stepCount(): number {
    return this.#core.executableFor("stepCount").stepCount;
  }

  /** Simulated time since the last full reset [ms]. */
  get time(): number {
    return this.stepCount * this.program.dt;
  }

  /** Notes on what is allowed but may not be meant. */
  get warnings(): readonly string[] {
    return [...this.#core.warnings];
  }

  /** Whether memory was given back; then only this can still be asked. */
  get isDisposed(): boolean {
    return this.#core.isDisposed;
  }

  /** The chosen backend and why, what it runs and how large that is; prints as a table. */
  explain(): Explanation {
    this.#core.executableFor("explain");
    return this.#core.explain();
  }

  /** Code that the backend generated. */
  generated(): readonly { readonly file: string; readonly text: string }[] {
    return this.#core.executableFor("generated").generated();
  }

  /** Gives memory back; a run under way and calls that wait end with an error, as any later one. */
  dispose(): void {
    this.#core.dispose();
  }
}
