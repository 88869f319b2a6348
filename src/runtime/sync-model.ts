// Does what a model on a synchronous backend promises. Invariant: every call either takes effect as a
// whole or throws before it changes anything.

import { AsyncOnlyError } from "../errors.js";
import type { NamedValue } from "../ir/program.js";
import type { Executable, Values } from "./backend.js";
import { carryOverSync } from "./carry.js";
import { checkPath } from "./checks.js";
import { ModelCore } from "./core.js";
import type { ModelParts, ParameterSource, ResetOptions } from "./core.js";
import { fillStep } from "./inputs.js";
import { nameTable, requireValue } from "./lookup.js";
import type { NamedKind, NameTable } from "./lookup.js";
import { Model } from "./model.js";
import type { StepInput } from "./model.js";
import { planParameter } from "./params.js";
import type { Recording, RunOptions } from "./run.js";
import { checkValues, constantValues, describeValues, parameterKinds } from "./state.js";
import { putSlice, stateKinds, takeSlice } from "./state.js";
import type { ValueAccess } from "./state.js";
import { tensorBytes } from "./tensors.js";

/** A model that does what `Model` says. */
export class SyncModel extends Model {
  readonly #core: ModelCore;
  override readonly state: ValueAccess;
  override readonly params: ValueAccess;

  constructor(parts: ModelParts) {
    const core = new ModelCore(parts);
    super(core, (x?: StepInput) => stepOnce(core, x, undefined));
    this.#core = core;
    this.state = stateOf(core);
    this.params = paramsOf(core);
  }

  override step(x?: StepInput, out?: Values): Values {
    return stepOnce(this.#core, x, out);
  }

  override async run(options: RunOptions): Promise<Recording> {
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

  override runSync(options: RunOptions): Recording {
    return change(this.#core, "runSync", (executable) => {
      if (executable.runSync === undefined) onlyAsync("runSync", "model.run");
      const plan = this.#core.beginRun(options);
      if (plan.checkpoint !== undefined) onlyAsync("runSync with a checkpoint", "model.run");
      return plan.finish(executable.runSync(plan.job));
    });
  }

  override reset(options?: ResetOptions): void {
    change(this.#core, "reset", (executable) => executable.reset(this.#core.keptBy(options)));
  }

  override snapshot(): Uint8Array {
    const executable = this.#core.executableFor("snapshot");
    return executable.snapshotSync?.() ?? onlyAsync("snapshot");
  }

  override toBytes(): Uint8Array {
    return this.#core.toBytes(this.snapshot());
  }

  override async save(path: string): Promise<void> {
    const checked = checkPath("model.save", path);
    // What the model does while the rest is loaded comes too late.
    const bytes = this.toBytes();
    const { writeDurably } = await import("./save.js");
    await writeDurably(checked, bytes);
  }

  override async toOnnx(): Promise<Uint8Array> {
    return this.#core.toOnnx(this.#core.executableFor("toOnnx"));
  }

  override toSafetensors(): Uint8Array {
    const executable = this.#core.executableFor("toSafetensors");
    return tensorBytes(this.#core, executable.stepCount, (array) => {
      return executable.readSync?.(array) ?? onlyAsync("toSafetensors");
    });
  }

  override restore(bytes: Uint8Array): void {
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
