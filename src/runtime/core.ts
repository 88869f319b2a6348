// What a model is inside, the same for synchronous and asynchronous ones: the loaded Program, its
// names, its buffers and the checks before each call. Invariant: a call that is refused changes
// nothing, and nobody else holds the executable.

import { CompileError, ValidationError } from "../errors.js";
import { encodeModel } from "../file/model-file.js";
import { refuseDiverged } from "../ir/diverged.js";
import type { Program } from "../ir/program.js";
import { libraryVersion } from "../util/version.js";
import type { Executable, LoadOptions, Values } from "./backend.js";
import { checkRecord, checkWord, refuse } from "./checks.js";
import { explain } from "./explain.js";
import type { Explanation } from "./explain.js";
import { nameTable } from "./lookup.js";
import type { NameTable } from "./lookup.js";
import { planRun } from "./run.js";
import type { RunPlan } from "./run.js";
import type { Choice } from "./select.js";
import { newValues } from "./vectors.js";
import type { InputLayout, VectorShape } from "./vectors.js";

/** A Program in which a parameter has another value. */
export interface Lowered {
  readonly program: Program;
  readonly warnings: readonly string[];
  /** Whether the Program starts with the value; else it is written once the Program is loaded. */
  readonly isApplied: boolean;
  /** Makes the change the base of later ones; called when the new Program runs. */
  commit(): void;
}

/** What the layers above lend to a model that still knows its network. */
export interface ParameterSource {
  /**
   * Checks a value as when the network was built; the result is in the units of the Program. `copies`:
   * how many copies of a batch have values of their own.
   */
  check(path: string, value: unknown, copies: number): number | Float64Array;
  /** Lowers again with this value; the parameter is tunable from then on where it can be. */
  lower(path: string, value: number | Float64Array): Lowered;
  /** A tunable parameter has got this value; later checks and lowerings start from it. */
  written(path: string, value: number | Float64Array): void;
}

/** Everything a model is made of. */
export interface ModelParts {
  readonly program: Program;
  readonly choice: Choice;
  readonly executable: Executable;
  readonly load: LoadOptions;
  readonly warnings: readonly string[];
  readonly onWarning: (text: string) => void;
  /** Short names, for example of a population for its output variable. */
  readonly aliases: ReadonlyMap<string, string>;
  /** Arrays that belong to synapses and delays. */
  readonly synapticArrays: (program: Program) => ReadonlySet<string>;
  /** Whether reset() without options leaves those as they are. */
  readonly resetKeepsSynapses: boolean;
  /** Absent in a model that was loaded from a file. */
  readonly parameters?: ParameterSource;
  /** Makes an ONNX model of a Program whose tunable arrays hold these values. */
  readonly toOnnx: (
    program: Program,
    parameters: ReadonlyMap<string, ArrayLike<number>>,
  ) => Promise<Uint8Array>;
}

/** What reset() leaves as it is. */
export interface ResetOptions {
  /** `synapses`: synaptic states and delays stay, and the step count goes on. */
  readonly keep?: "synapses" | "nothing";
}

const sizeOf = (ports: Program["inputs"]): number =>
  ports.reduce((end, { offset, size }) => Math.max(end, offset + size), 0);

const disposed = (call: string): ValidationError =>
  new ValidationError({
    code: "model-disposed",
    where: `model.${call}`,
    problem: "this model has been disposed",
    hint: "Compile the network again.",
  });

export class ModelCore {
  readonly parts: ModelParts;
  readonly layout: InputLayout;
  readonly stepShape: VectorShape;
  readonly outputLength: number;
  /** Input of the step at hand. */
  readonly x: Values;
  readonly warnings: string[];
  #table: NameTable;
  #executable: Executable;
  #scratch: Values | undefined;
  /** Synaptic arrays of the Program that runs now, once somebody has asked. */
  #synaptic: ReadonlySet<string> | undefined;
  #busy = "";
  #isDisposed = false;
  /** The run under way, so that it can be ended. */
  #plan: RunPlan | undefined;
  /** Parameters for which a warning has been given. */
  readonly #loweredFor = new Set<string>();

  constructor(parts: ModelParts) {
    const { program } = parts;
    const size = sizeOf(program.inputs);
    this.parts = parts;
    this.layout = { ports: program.inputs, size, copies: program.batch };
    this.stepShape = { where: "model input", size, copies: program.batch, spread: size > 0 };
    this.outputLength = sizeOf(program.outputs) * program.batch;
    this.x = newValues(program.precision, size * program.batch);
    this.warnings = [...parts.warnings];
    this.#table = nameTable(program, parts.aliases);
    this.#executable = parts.executable;
  }

  get program(): Program {
    return this.#table.program;
  }

  /** Names of the Program that runs now. */
  get table(): NameTable {
    return this.#table;
  }

  get isDisposed(): boolean {
    return this.#isDisposed;
  }

  /** The executable, if the model has not been disposed; for calls that only read. */
  executableFor(call: string): Executable {
    if (!this.#isDisposed) return this.#executable;
    throw disposed(call);
  }

  /** The executable for a call that changes something; `end` must follow. */
  begin(call: string): Executable {
    const executable = this.executableFor(call);
    if (this.#busy !== "") {
      refuse(`model.${call}`, "model-busy", `model.${this.#busy} is still under way`, {
        hint: "Await it first, or stop it by the signal of the run.",
      });
    }
    this.#busy = call;
    return executable;
  }

  end(): void {
    this.#busy = "";
    this.#plan?.end();
    this.#plan = undefined;
    if (this.#isDisposed) this.#executable.dispose();
  }

  /** Where a step puts its output: what the user gives if it fits, else an array to copy from. */
  outputFor(out: unknown): Values {
    const { precision } = this.parts.program;
    if (out === undefined) return newValues(precision, this.outputLength);
    const isDouble = out instanceof Float64Array;
    if (!isDouble && !(out instanceof Float32Array)) {
      const allowed = "a Float64Array or a Float32Array";
      refuse("model.step.out", "wrong-kind", "must be a typed array", { got: out, allowed });
    }
    if (out.length !== this.outputLength) {
      refuse("model.step.out", "wrong-length", "has the wrong length", {
        got: out.length,
        allowed: `${this.outputLength} values`,
      });
    }
    if (isDouble === (precision === "float64")) return out;
    this.#scratch ??= newValues(precision, this.outputLength);
    return this.#scratch;
  }

  /** Checks and starts a run; `end` ends it, too. */
  beginRun(options: unknown): Pick<RunPlan, "job" | "checkpoint" | "finish"> {
    const { choice } = this.parts;
    const chosen = choice.candidates.find(({ status }) => status === "chosen");
    const stepTime = chosen?.estimate?.nanoseconds ?? 0;
    const { layout } = this;
    const toBytes = async (since: number): Promise<Uint8Array> => {
      const state = await this.#executable.snapshot();
      refuseDiverged(this.program, state, since);
      return this.toBytes(state);
    };
    const context = { table: this.#table, executable: this.#executable, layout, stepTime, toBytes };
    const plan = planRun(context, options);
    this.#plan = plan;
    plan.begin();
    return plan;
  }

  /** Arrays that a reset leaves as they are. */
  keptBy(options: unknown): ReadonlySet<string> | undefined {
    const { resetKeepsSynapses, synapticArrays } = this.parts;
    const given = options === undefined ? {} : checkRecord("reset", options, ["keep"]);
    const usual = resetKeepsSynapses ? "synapses" : "nothing";
    const keep =
      given["keep"] === undefined
        ? usual
        : checkWord("reset.keep", given["keep"], ["synapses", "nothing"]);
    if (keep === "nothing") return undefined;
    this.#synaptic ??= synapticArrays(this.program);
    return this.#synaptic;
  }

  /** Refuses a Program that the backend of this model cannot run. */
  checkSupport(program: Program): void {
    const [problem] = this.parts.choice.backend.supports(program);
    if (problem === undefined) return;
    throw new CompileError({
      code: problem.code,
      where: "model.params",
      problem: `with this value the ${this.parts.choice.backend.name} backend cannot run the network: ${problem.reason}`,
    });
  }

  /** Takes over a Program that was lowered again for a parameter, and says so once for each name. */
  replace(path: string, lowered: Lowered, executable: Executable): void {
    const old = this.#executable;
    this.#table = nameTable(lowered.program, this.parts.aliases);
    this.#executable = executable;
    this.#synaptic = undefined;
    lowered.commit();
    old.dispose();
    if (this.#loweredFor.has(path)) return;
    this.#loweredFor.add(path);
    const isTunable = this.#table.values.get(path)?.kind === "tunable";
    const advice = isTunable
      ? "Name the parameter in `tunable` when compiling, and writing it costs little from the start."
      : "It is part of the structure, so every write does this.";
    const said = "the network was lowered again for this value, and its state carried over";
    this.warn(`${path}: ${said}. ${advice}`);
    const texts = [...lowered.warnings, ...(executable.notes ?? [])];
    for (const text of texts) if (!this.warnings.includes(text)) this.warn(text);
  }

  warn(text: string): void {
    this.warnings.push(text);
    this.parts.onWarning(text);
  }

  /** The whole model as the bytes of a file, with this running state. */
  toBytes(state: Uint8Array): Uint8Array {
    const { program } = this;
    const { aliases, synapticArrays, resetKeepsSynapses } = this.parts;
    const host = program.ops.find(({ kind }) => kind === "host");
    if (host !== undefined) {
      refuse("model.save", "not-saveable", `the network calls a function of yours in ${host.id}`, {
        got: host.origin ?? host.id,
        hint: "Files hold no code. Save what the function does as part of the network, or snapshot().",
      });
    }
    // How it was loaded here is nothing that a file should say elsewhere.
    const { notes = [] } = this.#executable;
    const warnings = this.warnings.filter((text) => !notes.includes(text));
    const rest = { resetKeepsSynapses, warnings };
    const synaptic = [...synapticArrays(program)];
    const saved = { program, state, aliases, synapticArrays: synaptic, ...rest };
    return encodeModel(saved, libraryVersion);
  }

  /** One step of the network as an ONNX model, with the parameters as they are now. */
  async toOnnx(executable: Executable): Promise<Uint8Array> {
    const { program } = this;
    const tunable = program.arrays.filter(({ role }) => role === "tunable");
    const names = tunable.map(({ name }) => name);
    const values = await executable.read(names);
    return this.parts.toOnnx(program, new Map(names.map((name, i) => [name, values[i]!])));
  }

  explain(): Explanation {
    return explain(this.program, this.parts.choice, this.warnings);
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    // What is under way still uses the memory; `end` gives it back.
    if (this.#busy === "") this.#executable.dispose();
    else this.#plan?.fail(disposed(this.#busy));
  }
}
