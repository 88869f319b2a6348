// A compiled network on a synchronous backend: `y = model(x)` advances it by one step. Invariant:
// every call either takes effect as a whole or throws before it changes anything.

import { AsyncOnlyError } from "../errors.js";
import type { NamedValue } from "../ir/program.js";
import type { Executable, Values } from "./backend.js";
import { carryOverSync } from "./carry.js";
import { ModelCore } from "./core.js";
import type { ModelParts, ParameterSource, ResetOptions } from "./core.js";
import { fillStep } from "./inputs.js";
import { nameTable, requireValue } from "./lookup.js";
import type { NamedKind, NameTable } from "./lookup.js";
import { ModelBase } from "./model-base.js";
import { planParameter } from "./params.js";
import type { Recording, RunOptions } from "./run.js";
import { checkPath, writeDurably } from "./save.js";
import { checkValues, constantValues, describeValues, parameterKinds } from "./state.js";
import { putSlice, stateKinds, takeSlice } from "./state.js";
import type { ValueAccess } from "./state.js";
import { tensorBytes } from "./tensors.js";
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
export class Model extends ModelBase {
  readonly #core: ModelCore;
  /** States and spikes by name, for example `left.V`; spikes can only be read. */
  readonly state: ValueAccess;
  /** Parameters by name, for example `left.bias`. */
  readonly params: ValueAccess;

  constructor(parts: ModelParts) {
    const core = new ModelCore(parts);
    super(core, (x?: StepInput) => stepOnce(core, x, undefined));
    this.#core = core;
    this.state = stateOf(core);
    this.params = paramsOf(core);
  }

  /** Advances by one step; with `out` nothing is allocated, and `out` is returned. */
  step(x?: StepInput, out?: Values): Values {
    return stepOnce(this.#core, x, out);
  }

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
  async run(options: RunOptions): Promise<Recording> {
    const executable = this.#core.begin("run");
    try {
      const plan = this.#core.beginRun(options);
      const result = await executable.run(plan.job);
      await plan.checkpoint?.();
      return plan.finish(result);
    } finally {
      this.#core.end();
    }
  }

  /** Advances by many steps without giving way to other tasks. */
  runSync(options: RunOptions): Recording {
    return change(this.#core, "runSync", (executable) => {
      if (executable.runSync === undefined) onlyAsync("runSync", "model.run");
      const plan = this.#core.beginRun(options);
      if (plan.checkpoint !== undefined) onlyAsync("runSync with a checkpoint", "model.run");
      return plan.finish(executable.runSync(plan.job));
    });
  }

  /** Back to the initial values and step 0; parameters stay as they were written. */
  reset(options?: ResetOptions): void {
    change(this.#core, "reset", (executable) => executable.reset(this.#core.keptBy(options)));
  }

  /** The whole running state as bytes, for `restore` of this model. */
  snapshot(): Uint8Array {
    const executable = this.#core.executableFor("snapshot");
    return executable.snapshotSync?.() ?? onlyAsync("snapshot");
  }

  /**
   * The whole model with its running state, as the bytes of a file; `loadModel` gives it back, on any
   * backend. Throws a ValidationError if the network calls functions of yours.
   */
  toBytes(): Uint8Array {
    return this.#core.toBytes(this.snapshot());
  }

  /**
   * Saves the whole model with its running state. The file is replaced as a whole: after a crash it is
   * the old one or the new one. Throws a SaveError.
   */
  async save(path: string): Promise<void> {
    await writeDurably(checkPath("model.save", path), this.toBytes());
  }

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
  toSafetensors(): Uint8Array {
    const executable = this.#core.executableFor("toSafetensors");
    return tensorBytes(this.#core, executable.stepCount, (array) => {
      return executable.readSync?.(array) ?? onlyAsync("toSafetensors");
    });
  }

  /** Continues where a snapshot was taken. */
  restore(bytes: Uint8Array): void {
    change(this.#core, "restore", (executable) => {
      if (executable.restoreSync === undefined) onlyAsync("restore");
      executable.restoreSync(bytes);
    });
  }
}

function onlyAsync(call: string, other?: string): never {
  throw new AsyncOnlyError({
    code: "async-only",
    where: `model.${call}`,
    problem: "this takes longer than the call, so it cannot return at once",
    hint: other === undefined ? 'Compile with backend: "iterative".' : `Use await ${other}.`,
  });
}

/** A call that changes the model, with nothing else under way. */
function change<T>(core: ModelCore, call: string, act: (executable: Executable) => T): T {
  const executable = core.begin(call);
  try {
    return act(executable);
  } finally {
    core.end();
  }
}

function stepOnce(core: ModelCore, x: StepInput | undefined, out: Values | undefined): Values {
  const executable = core.begin("step");
  try {
    const y = core.outputFor(out);
    fillStep(core.x, x, core.stepShape);
    if (executable.step === undefined) onlyAsync("step", "model.run");
    executable.step(core.x, y);
    if (out === undefined || out === y) return y;
    out.set(y);
    return out;
  } finally {
    core.end();
  }
}

function readNamed(
  core: ModelCore,
  where: string,
  name: string,
  kinds: readonly NamedKind[],
): Values {
  const executable = core.executableFor(where.slice("model.".length));
  const named = requireValue(core.table, where, name, kinds);
  if (named.kind === "constant") return constantValues(core.table, named);
  if (executable.readSync === undefined) onlyAsync("state.get");
  return takeSlice(core.table, named, executable.readSync(named.array));
}

function writeSlice(
  table: NameTable,
  executable: Executable,
  named: NamedValue,
  values: Values,
): void {
  if (executable.readSync === undefined || executable.writeSync === undefined) onlyAsync("set");
  const whole = executable.readSync(named.array);
  putSlice(table, named, whole, values);
  executable.writeSync(named.array, whole);
}

function stateOf(core: ModelCore): ValueAccess {
  return {
    names: () => describeValues(core.table, "model.state", stateKinds).names(),
    info: (name) => describeValues(core.table, "model.state", stateKinds).info(name),
    get: (name) => readNamed(core, "model.state", name, stateKinds),
    set(name, given) {
      change(core, "state.set", (executable) => {
        const named = requireValue(core.table, "model.state", name, ["state"]);
        const values = checkValues(core.table, "model.state", named, given);
        writeSlice(core.table, executable, named, values);
      });
    },
  };
}

function paramsOf(core: ModelCore): ValueAccess {
  return {
    names: () => describeValues(core.table, "model.params", parameterKinds).names(),
    info: (name) => describeValues(core.table, "model.params", parameterKinds).info(name),
    get: (name) => readNamed(core, "model.params", name, parameterKinds),
    set(name, given) {
      change(core, "params.set", (executable) => {
        const write = planParameter(core, name, given);
        if (write.kind === "nothing") return;
        if (write.kind === "lower") {
          return lowerAgain(core, executable, core.parts.parameters!, write);
        }
        writeSlice(core.table, executable, write.named, write.values);
        write.done();
      });
    },
  };
}

/** Lowers again, loads, carries the state over, and only then takes the old executable's place. */
function lowerAgain(
  core: ModelCore,
  old: Executable,
  source: ParameterSource,
  { path, value }: { readonly path: string; readonly value: number | Float64Array },
): void {
  const { parts } = core;
  const lowered = source.lower(path, value);
  core.checkSupport(lowered.program);
  const { backend } = parts.choice;
  const next = backend.loadSync?.(lowered.program, parts.load) ?? onlyAsync("params.set");
  try {
    const table = nameTable(lowered.program, parts.aliases);
    const from = { table: core.table, executable: old };
    if (!carryOverSync(from, { table, executable: next }, path)) onlyAsync("params.set");
    const named = requireValue(table, "model.params", path, parameterKinds);
    if (!lowered.isApplied) {
      writeSlice(table, next, named, checkValues(table, "model.params", named, value));
    }
  } catch (error) {
    next.dispose();
    throw error;
  }
  core.replace(path, lowered, next);
}
