// What users know of a model on a synchronous backend: `y = model(x)` advances it by one step. What it
// does is in sync-model.ts, which is loaded with the first model. Invariant: every call either takes
// effect as a whole or throws before it changes anything.

import type { Values } from "./backend.js";
import type { ResetOptions } from "./core.js";
import { ModelBase } from "./model-base.js";
import type { Recording, RunOptions } from "./run.js";
import type { ValueAccess } from "./state.js";
import type { VectorInput } from "./vectors.js";

/** Input of one step: a number for all inputs, a vector, or a vector for each copy. */
export type StepInput = VectorInput;

// A class cannot declare that its instances are callable; an interface of the same name can.
// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging
export interface Model {
  /** Advances by one step and returns the outputs; without an argument inputs are 0. */
  (x?: StepInput): Values;
}
/** A compiled network on a synchronous backend: `y = model(x)` advances it by one step. */
// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging
export abstract class Model extends ModelBase {
  /** States and spikes by name, for example `left.V`; spikes can only be read. */
  abstract readonly state: ValueAccess;
  /** Parameters by name, for example `left.bias`. */
  abstract readonly params: ValueAccess;

  /** Advances by one step; with `out` nothing is allocated, and `out` is returned. */
  abstract step(x?: StepInput, out?: Values): Values;

  /**
   * Advances by many steps, giving way to other tasks now and then.
   *
   * @example
   * ```ts
   * import { Network, neurons } from "myelin";
   *
   * const net = new Network();
   * net.addNeuron(neurons.spiking({ bias: 20 }), { name: "cell" });
   * const model = await net.compile({ dt: 0.1 });
   * const { spikes, done } = await model.run({ duration: 10, record: ["cell.spikes"] });
   * console.log(done, spikes["cell.spikes"]?.step.slice(0, 3)); // 100 Float64Array(3) [ 2, 5, 8 ]
   * ```
   */
  abstract run(options: RunOptions): Promise<Recording>;

  /** Advances by many steps without giving way to other tasks. */
  abstract runSync(options: RunOptions): Recording;

  /** Back to the initial values and step 0; parameters stay as they were written. */
  abstract reset(options?: ResetOptions): void;

  /** The whole running state as bytes, for `restore` of this model. */
  abstract snapshot(): Uint8Array;

  /**
   * The whole model with its running state, as the bytes of a file; `loadModel` gives it back, on any
   * backend. Throws a ValidationError if the network calls functions of yours.
   */
  abstract toBytes(): Uint8Array;

  /**
   * Saves the whole model with its running state. The file is replaced as a whole: after a crash it is
   * the old one or the new one. Throws a SaveError.
   */
  abstract save(path: string): Promise<void>;

  /**
   * Parameters and states by name as a safetensors file, for other programs; `readSafetensors` reads it.
   *
   * @example
   * ```ts
   * import { Network, neurons, readSafetensors } from "myelin";
   *
   * const net = new Network();
   * net.addPopulation(neurons.nonSpiking({ bias: 1 }), 3, { name: "cells" });
   * const model = await net.compile({ dt: 0.1 });
   * const { shape, data } = readSafetensors(model.toSafetensors())["cells.V"]!;
   * console.log(shape, data); // [ 3 ] Float64Array(3) [ 0, 0, 0 ]
   * ```
   */
  abstract toSafetensors(): Uint8Array;

  /**
   * One step of the network as an ONNX model, which runs without this library: inputs, outputs and
   * states by name, parameters as they are now, and the initial values to begin with. docs/onnx.md
   * shows how it is used. Throws a BackendUnavailableError for what a graph cannot do.
   */
  abstract toOnnx(): Promise<Uint8Array>;

  /** Continues where a snapshot was taken. */
  abstract restore(bytes: Uint8Array): void;
}
