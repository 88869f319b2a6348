// The type of a model follows from the options of compile(). Invariant: it depends on the options
// alone, never on what is installed.

import type { AsyncModel } from "./async-model.js";
import type { Model } from "./model.js";
import type { AsyncBackend, CompileOptions, SyncBackend } from "./options.js";

type BackendOf<O> = O extends { backend: infer B } ? B : "auto";
/** `auto` stays synchronous unless a batch or a device other than the CPU is asked for. */
type AutoModel<O> = O extends { batch: number }
  ? AsyncModel
  : O extends { device: infer D }
    ? [D] extends ["cpu"]
      ? Model
      : AsyncModel
    : Model;
/** Distributes over a union of names. */
type ModelFor<B, O> = B extends AsyncBackend
  ? AsyncModel
  : B extends SyncBackend
    ? Model
    : AutoModel<O>;

/** What compile() gives for these options: a Model where the backend is synchronous. */
export type ModelOf<O extends CompileOptions> = ModelFor<BackendOf<O>, O>;
