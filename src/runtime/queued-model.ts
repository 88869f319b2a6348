// Does what a model promises that answers later. Invariant: calls take effect one after the other, in
// the order in which they were made, also when none is awaited.

import { AsyncOnlyError } from "../errors.js";
import { AsyncModel } from "./async-model.js";
import type { NamedValue } from "../ir/program.js";
import type { Executable, Values } from "./backend.js";
import { carryOver } from "./carry.js";
import { checkPath } from "./checks.js";
import { ModelCore } from "./core.js";
import type { ModelParts, ParameterSource, ResetOptions } from "./core.js";
import { fillStep } from "./inputs.js";
import { nameTable, requireValue } from "./lookup.js";
import type { NamedKind, NameTable } from "./lookup.js";
import type { StepInput } from "./model.js";
import { planParameter } from "./params.js";
import type { Recording, RunOptions } from "./run.js";
import { checkValues, constantValues, describeValues, parameterKinds } from "./state.js";
import { putSlice, stateKinds, takeSlice } from "./state.js";
import type { AsyncValueAccess } from "./state.js";
import { tensorArrays, tensorBytes } from "./tensors.js";
import { newValues } from "./vectors.js";
import type { VectorInput } from "./vectors.js";

/** What is given now must not change until its turn comes. */
function keep(given: VectorInput): VectorInput {
  if (typeof given !== "object") return given;
  if (ArrayBuffer.isView(given)) return (given as unknown as Values).slice();
  return Array.from(given as ArrayLike<VectorInput>, keep) as VectorInput;
}

/** Runs one call after the other. */
type Queue = <T>(call: string, act: (executable: Executable) => T | Promise<T>) => Promise<T>;

function queueOf(core: ModelCore): Queue {
  let last: Promise<unknown> = Promise.resolve();
  return (call, act) => {
    const turn = async () => {
      const executable = core.begin(call);
      try {
        return await act(executable);
      } finally {
        core.end();
      }
    };
    const result = last.then(turn);
    last = result.catch(() => {});
    return result;
  };
}

/** A model that does what `AsyncModel` says. */
export class QueuedModel extends AsyncModel {
  readonly #core: ModelCore;
  readonly #queue: Queue;
  override readonly state: AsyncValueAccess;
  override readonly params: AsyncValueAccess;

  constructor(parts: ModelParts) {
    const core = new ModelCore(parts);
    const queue = queueOf(core);
    super(core, (x?: StepInput) => stepOnce(core, queue, x, undefined));
    this.#core = core;
    this.#queue = queue;
    this.state = stateOf(core, queue);
    this.params = paramsOf(core, queue);
  }

  override step(x?: StepInput, out?: Values): Promise<Values> {
    return stepOnce(this.#core, this.#queue, x, out);
  }

  override run(options: RunOptions): Promise<Recording> {
    return this.#queue("run", async (executable) => {
      const plan = this.#core.beginRun(options);
      const result = await executable.run(plan.job);
      await plan.checkpoint?.();
      return plan.finish(result);
    });
  }

  override runSync(): never {
    throw new AsyncOnlyError({
      code: "async-only",
      where: "model.runSync",
      problem: `the ${this.backend} backend answers later, so this call cannot return at once`,
      hint: 'Use await model.run, or compile with backend: "iterative" or "sparse".',
    });
  }

  override reset(options?: ResetOptions): Promise<void> {
    return this.#queue("reset", (executable) => executable.reset(this.#core.keptBy(options)));
  }

  override snapshot(): Promise<Uint8Array> {
    return this.#queue("snapshot", (executable) => executable.snapshot());
  }

  override async toBytes(): Promise<Uint8Array> {
    return this.#core.toBytes(await this.snapshot());
  }

  override async save(path: string): Promise<void> {
    const checked = checkPath("model.save", path);
    const bytes = await this.toBytes();
    const { writeDurably } = await import("./save.js");
    await writeDurably(checked, bytes);
  }

  override toOnnx(): Promise<Uint8Array> {
    return this.#queue("toOnnx", (executable) => this.#core.toOnnx(executable));
  }

  override toSafetensors(): Promise<Uint8Array> {
    return this.#queue("toSafetensors", async (executable) => {
      const names = tensorArrays(this.#core.table);
      const values = await executable.read(names);
      const arrays = new Map(names.map((name, i) => [name, values[i]!]));
      return tensorBytes(this.#core, executable.stepCount, (name) => arrays.get(name)!);
    });
  }

  override restore(bytes: Uint8Array): Promise<void> {
    return this.#queue("restore", (executable) => executable.restore(bytes));
  }
}

async function stepOnce(
  core: ModelCore,
  queue: Queue,
  input: StepInput | undefined,
  out: Values | undefined,
): Promise<Values> {
  const x = newValues(core.program.precision, core.x.length);
  fillStep(x, input, core.stepShape);
  return queue("step", async (executable) => {
    const y = core.outputFor(out);
    await executable.stepAsync(x, y);
    if (out === undefined || out === y) return y;
    out.set(y);
    return out;
  });
}

async function readNamed(
  core: ModelCore,
  executable: Executable,
  where: string,
  { name, kinds }: { readonly name: string; readonly kinds: readonly NamedKind[] },
): Promise<Values> {
  const named = requireValue(core.table, where, name, kinds);
  if (named.kind === "constant") return constantValues(core.table, named);
  const [whole] = await executable.read([named.array]);
  return takeSlice(core.table, named, whole!);
}

async function writeSlice(
  table: NameTable,
  executable: Executable,
  named: NamedValue,
  values: Values,
): Promise<void> {
  const [whole] = await executable.read([named.array]);
  putSlice(table, named, whole!, values);
  await executable.write(named.array, whole!);
}

function stateOf(core: ModelCore, queue: Queue): AsyncValueAccess {
  const kinds = stateKinds;
  return {
    names: () => describeValues(core.table, "model.state", kinds).names(),
    info: (name) => describeValues(core.table, "model.state", kinds).info(name),
    get: (name) =>
      queue("state.get", (executable) =>
        readNamed(core, executable, "model.state", { name, kinds }),
      ),
    set(name, given) {
      const kept = keep(given);
      return queue("state.set", (executable) => {
        const named = requireValue(core.table, "model.state", name, ["state"]);
        const values = checkValues(core.table, "model.state", named, kept);
        return writeSlice(core.table, executable, named, values);
      });
    },
  };
}

function paramsOf(core: ModelCore, queue: Queue): AsyncValueAccess {
  const kinds = parameterKinds;
  return {
    names: () => describeValues(core.table, "model.params", kinds).names(),
    info: (name) => describeValues(core.table, "model.params", kinds).info(name),
    get: (name) =>
      queue("params.get", (executable) =>
        readNamed(core, executable, "model.params", { name, kinds }),
      ),
    set(name, given) {
      const kept = keep(given);
      return queue("params.set", async (executable) => {
        const write = planParameter(core, name, kept);
        if (write.kind === "nothing") return;
        if (write.kind === "lower") {
          return lowerAgain(core, executable, core.parts.parameters!, write);
        }
        await writeSlice(core.table, executable, write.named, write.values);
        write.done();
      });
    },
  };
}

/** Lowers again, loads, carries the state over, and only then takes the old executable's place. */
async function lowerAgain(
  core: ModelCore,
  old: Executable,
  source: ParameterSource,
  { path, value }: { readonly path: string; readonly value: number | Float64Array },
): Promise<void> {
  const { parts } = core;
  const lowered = source.lower(path, value);
  core.checkSupport(lowered.program);
  const next = await parts.choice.backend.load(lowered.program, parts.load);
  try {
    const table = nameTable(lowered.program, parts.aliases);
    await carryOver({ table: core.table, executable: old }, { table, executable: next }, path);
    const named = requireValue(table, "model.params", path, parameterKinds);
    if (!lowered.isApplied) {
      const values = checkValues(table, "model.params", named, value);
      await writeSlice(table, next, named, values);
    }
  } catch (error) {
    next.dispose();
    throw error;
  }
  core.replace(path, lowered, next);
}
