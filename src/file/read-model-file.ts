// Reads a compiled model from the bytes of a .myelin file. Invariant: nothing of the file is run; every
// file that cannot be read, or would take more memory or work than it is worth, is a LoadError.

import { LoadError } from "../errors.js";
import { arrayBytes } from "../ir/array-bytes.js";
import type { Program } from "../ir/program.js";
import { stepWork } from "../ir/work.js";
import { refuseFile } from "./container.js";
import { list, record, section, text, truth, type Form, type Place } from "./forms.js";
import type { SavedModel } from "./model-file.js";
import { decodeContainer } from "./read-container.js";
import { readProgram } from "./read-program.js";

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
