// Models over the fake backend, as compile() would put them together.

import type { AsyncModel } from "../../src/runtime/async-model.js";
import type { Lowered, ModelParts, ParameterSource } from "../../src/runtime/core.js";
import type { Model } from "../../src/runtime/model.js";
import { QueuedModel } from "../../src/runtime/queued-model.js";
import { SyncModel } from "../../src/runtime/sync-model.js";
import { ValidationError } from "../../src/errors.js";
import { fakeBackend, fakeProgram, loadFake } from "./fake-backend.js";
import type { FakeExecutable, FakeOptions } from "./fake-backend.js";

export interface FakeModelOptions extends FakeOptions {
  readonly keepsSynapses?: boolean;
  /** Whether the network is known, so that parameters can be lowered again. */
  readonly isLoaded?: boolean;
  /** Whether lowering again lays the arrays out differently. */
  readonly movesArrays?: boolean;
}

/** What a test sees of a fake model besides the model. */
export interface Seen {
  readonly warnings: string[];
  readonly loaded: FakeExecutable[];
  commits: number;
}

function parameterSource(options: FakeModelOptions, seen: Seen): ParameterSource {
  return {
    check(path, value) {
      const numbers = typeof value === "number" ? [value] : Array.from(value as number[]);
      if (numbers.every((one) => typeof one === "number" && one >= 0)) {
        return typeof value === "number" ? value : Float64Array.from(numbers);
      }
      throw new ValidationError({ code: "out-of-range", where: path, problem: "must not be < 0" });
    },
    written: () => {},
    lower(_path, value): Lowered {
      const isOtherLayout = options.movesArrays === true;
      const program = fakeProgram({ ...options, gain: value, tunable: true, isOtherLayout });
      return { program, warnings: [], isApplied: true, commit: () => void (seen.commits += 1) };
    },
  };
}

function partsOf(options: FakeModelOptions, synchronous: boolean, seen: Seen): ModelParts {
  const program = fakeProgram(options);
  const backend = fakeBackend(
    { synchronous, name: synchronous ? "iterative" : "dense" },
    seen.loaded,
  );
  const load = { device: "cpu", hosts: new Map() };
  const estimate = backend.estimate(program);
  const candidates = [{ name: backend.name, status: "chosen" as const, estimate }];
  const executable = loadFake(program, synchronous, seen.loaded);
  return {
    ...{ program, executable, load, warnings: [] },
    choice: { backend, reason: "given", candidates },
    onWarning: (text) => void seen.warnings.push(text),
    aliases: new Map([
      ["left", "left.V"],
      ["right", "right.V"],
    ]),
    synapticArrays: () => new Set(["past", "spikes"]),
    resetKeepsSynapses: options.keepsSynapses ?? false,
    // What was asked for, as text.
    toOnnx: async ({ name }, parameters) =>
      new TextEncoder().encode(JSON.stringify([name, ...[...parameters].map(([key]) => key)])),
    ...(options.isLoaded === true ? {} : { parameters: parameterSource(options, seen) }),
  };
}

const newSeen = (): Seen => ({ warnings: [], loaded: [], commits: 0 });

export function fakeModel(options: FakeModelOptions = {}): { model: Model; seen: Seen } {
  const seen = newSeen();
  return { model: new SyncModel(partsOf(options, true, seen)), seen };
}

export function fakeAsyncModel(options: FakeModelOptions = {}): { model: AsyncModel; seen: Seen } {
  const seen = newSeen();
  return { model: new QueuedModel(partsOf(options, false, seen)), seen };
}
