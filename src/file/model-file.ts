// A compiled model as the bytes of a .myelin file. Invariant: a file holds all that a model needs in
// order to go on (its Program, parameters, running state, delays, random counters) and nothing that
// could be run; read-model-file.ts reads it.

import type { Program } from "../ir/program.js";
import { encodeContainer } from "./container.js";
import { programForm, SectionList } from "./program-form.js";

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
