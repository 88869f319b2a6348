// From a saved model to one that runs: read, choose a backend, load, go on. Invariant: nothing of the
// file is run; a file that cannot be read is a LoadError, and nothing stays loaded then.

import { LoadError, ValidationError } from "../errors.js";
import type { SavedModel } from "../file/model-file.js";
import { decodeModel } from "../file/read-model-file.js";
import type { AsyncModel } from "../runtime/async-model.js";
import { backendLoaders } from "../runtime/backend-list.js";
import { checkPath, checkPositive, checkRecord } from "../runtime/checks.js";
import type { ModelParts } from "../runtime/core.js";
import type { Model } from "../runtime/model.js";
import { checkCompileOptions } from "../runtime/options.js";
import type { CompileOptions, Settings } from "../runtime/options.js";
import { chooseBackend } from "../runtime/select.js";
import { SyncModel } from "../runtime/sync-model.js";
import { exportOnnx } from "./to-onnx.js";

/** How a saved model is loaded. */
export interface LoadModelOptions extends Pick<
  CompileOptions,
  "backend" | "device" | "workers" | "debug" | "debugSink" | "onWarning"
> {
  /**
   * What the arrays of the model may take in memory; default 32 MiB and 64 times the file. The work of
   * loading it may grow with this, too.
   */
  readonly mostBytes?: number;
}

const optionNames: readonly (keyof LoadModelOptions)[] = [
  ...(["backend", "device", "workers", "debug", "debugSink", "onWarning", "mostBytes"] as const),
];

async function read(source: unknown, mostBytes: number | undefined, settings: Settings) {
  if (source instanceof Uint8Array) return decodeModel(source, mostBytes);
  const isUrl = source instanceof URL && source.protocol === "file:";
  if (source instanceof URL && !isUrl) {
    throw new ValidationError({
      ...{
        code: "wrong-kind",
        where: "loadModel",
        problem: "files are not fetched",
        got: source.href,
      },
      allowed: "a path, a file: URL, or bytes",
      hint: "Fetch it and give the bytes: loadModel(new Uint8Array(await response.arrayBuffer())).",
    });
  }
  const path = isUrl ? decodeURIComponent(source.pathname) : source;
  const checked = checkPath("loadModel", path);
  const { readModelFile } = await import("../runtime/save.js");
  return readModelFile(checked, mostBytes, settings.onWarning);
}

/** Builds the model that a file holds. */
export async function loadSaved(source: unknown, options: unknown): Promise<Model | AsyncModel> {
  const { mostBytes, ...given } = checkRecord("loadModel", options, optionNames);
  const limit =
    mostBytes === undefined ? undefined : checkPositive("loadModel.mostBytes", mostBytes, "bytes");
  const wanted = checkCompileOptions({ ...given, dt: 1 });
  const saved: SavedModel = await read(source, limit, wanted);
  const { program, state, aliases, warnings, resetKeepsSynapses } = saved;
  const { precision } = program;
  const choice = await chooseBackend(backendLoaders, program, { ...wanted, precision });
  const { device, workers, onWarning } = wanted;
  const load = { device, workers, hosts: new Map<string, never>() };
  const executable = await choice.backend.load(program, load);
  try {
    await executable.restore(state);
  } catch (error) {
    executable.dispose();
    if (!(error instanceof LoadError)) throw error;
    throw new LoadError({ ...error.details, code: "broken-model", where: "file: state" });
  }
  const { notes = [] } = executable;
  for (const text of notes) onWarning(text);
  const synaptic = new Set(saved.synapticArrays);
  const parts: ModelParts = {
    ...{ program, choice, executable, load, aliases, resetKeepsSynapses, onWarning },
    warnings: [...warnings, ...notes],
    synapticArrays: () => synaptic,
    toOnnx: exportOnnx,
  };
  if (wanted.synchronous) return new SyncModel(parts);
  const { QueuedModel } = await import("../runtime/queued-model.js");
  return new QueuedModel(parts);
}
