// A compiled model as the bytes of a .myelin file, and back. Invariant: a file holds all that a model
// needs in order to go on (its Program, parameters, running state, delays, random counters) and nothing
// that could be run; every file that cannot be read is a LoadError.

import { LoadError } from "../errors.js";
import { arrayBytes } from "../ir/array-bytes.js";
import type { Program } from "../ir/program.js";
import { stepWork } from "../ir/work.js";
import { decodeContainer, encodeContainer, refuseFile } from "./container.js";
import { list, record, section, text, truth, type Form, type Place } from "./forms.js";
import { programForm, readProgram, SectionList } from "./program-form.js";

/** What a file holds. */
export interface SavedModel {
  readonly program: Program;
  /** The running state, as `snapshot()` gives it. */
  readonly state: Uint8Array;
  /** Short names, for example of a population for its output variable. */
  readonly aliases: ReadonlyMap<string, string>;
  /** Arrays that belong to synapses and delays. */
  readonly synapticArrays: readonly string[];
  /** Whether reset() without options leaves those as they are. */
  readonly resetKeepsSynapses: boolean;
  readonly warnings: readonly string[];
}

/** The bytes of a file. */
export function encodeModel(model: SavedModel, library: string): Uint8Array {
  const { program, state, aliases, synapticArrays, resetKeepsSynapses, warnings } = model;
  const into = new SectionList();
  const content = {
    library,
    program: programForm(program, into),
    state: into.add(state),
    aliases: [...aliases],
    ...{ synapticArrays, resetKeepsSynapses, warnings },
  };
  return encodeContainer({ content, sections: into.sections });
}

const modelForm = record({
  library: text,
  program: readProgram,
  state: section(Uint8Array),
  aliases: list(list(text)),
  synapticArrays: list(text),
  resetKeepsSynapses: truth,
  warnings: list(text),
}) satisfies Form<unknown>;

/** How much more than itself a file may take in memory; with what a backend adds, below 64 MiB. */
const freeBytes = 32 * 2 ** 20;
const bytesPerByte = 64;

/** How many operations loading it may take, some tens of nanoseconds each. */
const freeWork = 2 ** 20;
const workPerByte = 64;
/** A function such as exp is so many operations. */
const workPerCall = 30;

function refuseSize(problem: string, got: number, allowed: string): never {
  const hint = "Give mostBytes if you trust the file.";
  throw new LoadError({ code: "too-large", where: "file", problem, got, allowed, hint });
}

/** A short file must not ask for more memory and time than its model could ever be worth. */
function checkSize(program: Program, fileBytes: number, mostBytes?: number): void {
  const needed = program.arrays.reduce((sum, spec) => sum + arrayBytes(spec, program), 0);
  const bytes = mostBytes ?? freeBytes + bytesPerByte * fileBytes;
  if (!(needed <= bytes)) {
    const problem = "the model needs much more memory than a file of this size should";
    refuseSize(problem, needed, `at most ${bytes} bytes`);
  }
  // What is computed when a model is loaded follows from what is in the file, element by element.
  const ops = [...program.setup, ...(program.rebuild ?? [])];
  const { work, calls } = stepWork({ ...program, ops });
  const most = freeWork + workPerByte * Math.max(fileBytes, mostBytes ?? 0);
  if (!(work + workPerCall * calls <= most)) {
    const problem = "the model takes much more work to load than a file of this size should";
    refuseSize(problem, Math.round(work + workPerCall * calls), `at most ${most} operations`);
  }
}

/** Reads the bytes of a file; `mostBytes`: what the arrays of the model may take in memory. */
export function decodeModel(bytes: Uint8Array, mostBytes?: number): SavedModel {
  const { content, sections } = decodeContainer(bytes);
  const at: Place = { path: "model", depth: 0, sections };
  const { aliases, library: _library, ...read } = modelForm(content, at);
  checkSize(read.program, bytes.length, mostBytes);
  const pairs = aliases.map(([from, to, ...more]) => {
    if (from === undefined || to === undefined || more.length > 0) {
      refuseFile("broken-model", "has a short name without meaning");
    }
    return [from, to] as const;
  });
  return { ...read, aliases: new Map(pairs) };
}
