// What users know of a model on a backend that answers later: as Model, with promises. What it does is
// in queued-model.ts, which is loaded with the first model. Invariant: calls take effect one after the
// other, in the order in which they were made, also when none is awaited.

import type { Values } from "./backend.js";
import type { ResetOptions } from "./core.js";
import type { StepInput } from "./model.js";
import { ModelBase } from "./model-base.js";
import type { Recording, RunOptions } from "./run.js";
import type { AsyncValueAccess } from "./state.js";

// A class cannot declare that its instances are callable; an interface of the same name can.
// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging
export interface AsyncModel {
  /** Advances by one step and returns the outputs; without an argument inputs are 0. */
  (x?: StepInput): Promise<Values>;
}
/** A compiled network on a backend that answers later: as `Model`, with promises. */
// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging
export abstract class AsyncModel extends ModelBase {
  /** States and spikes by name, for example `left.V`; spikes can only be read. */
  abstract readonly state: AsyncValueAccess;
  /** Parameters by name, for example `left.bias`. */
  abstract readonly params: AsyncValueAccess;

  /** Advances by one step; the input is copied at once, `out` is filled when the promise resolves. */
  abstract step(x?: StepInput, out?: Values): Promise<Values>;

  /** Advances by many steps. */
  abstract run(options: RunOptions): Promise<Recording>;

  /** Not possible here; it is there to say so. */
  abstract runSync(): never;

  /** Back to the initial values and step 0; parameters stay as they were written. */
  abstract reset(options?: ResetOptions): Promise<void>;

  /** The whole running state as bytes, for `restore` of this model. */
  abstract snapshot(): Promise<Uint8Array>;

  /** The whole model with its running state, as the bytes of a file; `loadModel` gives it back. */
  abstract toBytes(): Promise<Uint8Array>;

  /** Saves the whole model with its running state; the file is replaced as a whole. */
  abstract save(path: string): Promise<void>;

  /** Parameters and states by name as a safetensors file; `readSafetensors` reads it. */
  abstract toSafetensors(): Promise<Uint8Array>;

  /** One step of the network as an ONNX model, which runs without this library; see docs/onnx.md. */
  abstract toOnnx(): Promise<Uint8Array>;

  /** Continues where a snapshot was taken. */
  abstract restore(bytes: Uint8Array): Promise<void>;
}
