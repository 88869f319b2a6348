// A compiled model as the bytes of a .myelin file, and back. Invariant: a file holds all that a model
// needs in order to go on (its Program, parameters, running state, delays, random counters) and nothing
// that could be run; every file that cannot be read is a LoadError.

import { LoadError } from "../errors.js";
import { arrayBytes } from "../ir/array-bytes.js";
import type { Program } from "../ir/program.js";
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

/** How much more than itself a file may take in memory. */
const freeBytes = 64 * 2 ** 20;
const bytesPerByte = 64;

/** A short file must not ask for more memory than its model could ever be worth. */
function checkSize(program: Program, fileBytes: number, mostBytes?: number): void {
  const needed = program.arrays.reduce((sum, spec) => sum + arrayBytes(spec, program), 0);
  const allowed = mostBytes ?? freeBytes + bytesPerByte * fileBytes;
  if (needed <= allowed) return;
  throw new LoadError({
    code: "too-large",
    where: "file",
    problem: "the model needs much more memory than a file of this size should",
    got: needed,
    allowed: `at most ${allowed} bytes`,
    hint: "Give mostBytes if you trust the file.",
  });
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
