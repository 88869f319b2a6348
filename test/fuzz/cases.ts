// One case: something changed, and the call that reads it. Invariant: a case follows from the seed and
// its number alone.

import { encodeContainer } from "../../src/file/container.js";
import { decodeContainer } from "../../src/file/read-container.js";
import { loadModel, Network, readSafetensors } from "../../src/index.js";
import type { Model } from "../../src/index.js";
import { changeBytes, changeHeaderText, changeMeaning } from "../helpers/mutate-file.js";
import { mutant } from "../helpers/mutate-document.js";
import { Dice } from "../helpers/random-program.js";
import type { Samples } from "./samples.js";

export const kinds = ["bytes", "header", "meaning", "state", "document", "tensors"] as const;
export type Kind = (typeof kinds)[number];

/** Of ten cases, how many of each kind: what reaches deep comes often. */
const shares: Readonly<Record<Kind, number>> = {
  ...{ bytes: 1, header: 1, meaning: 4, state: 1, document: 2, tensors: 1 },
};
const drawn = kinds.flatMap((kind) => Array<Kind>(shares[kind]).fill(kind));

export interface Case {
  readonly kind: Kind;
  /** What is read, for reports. */
  readonly given: Uint8Array | string;
  /** The call that is judged. */
  readonly read: () => Promise<unknown>;
  /** Runs what was read; what goes wrong there has errors of its own. */
  readonly use?: (result: unknown) => void;
}

const pick = <T>(list: readonly T[], dice: Dice): T => list[dice.below(list.length)]!;

function useModel(model: unknown): void {
  const { runSync, dispose } = model as Model;
  try {
    runSync.call(model, { steps: 2 });
  } finally {
    dispose.call(model);
  }
}

/** Changes the running state; the Program that it is of stays sound. */
function changeState(bytes: Uint8Array, dice: Dice): Uint8Array {
  const { content, sections } = decodeContainer(bytes);
  const { state } = content as { readonly state: number };
  const changed = changeBytes(sections[state] as Uint8Array, dice);
  return encodeContainer({
    content,
    sections: sections.map((section, i) => (i === state ? changed : section)),
  });
}

const changes = {
  bytes: changeBytes,
  header: changeHeaderText,
  meaning: changeMeaning,
  state: changeState,
} as const;

function fileCase(kind: keyof typeof changes, { files }: Samples, dice: Dice): Case {
  const bytes = changes[kind](pick(files, dice), dice);
  // The sparse backend makes code of what it reads: dearer, so not for all.
  const backend = dice.below(8) === 0 ? "sparse" : "iterative";
  const read = () => loadModel(bytes, { backend, onWarning: () => {} });
  return { kind, given: bytes, read, use: useModel };
}

/** The case with this number. */
export function makeCase(samples: Samples, seed: number, number: number): Case {
  // Dice take so many seeds exactly; the first numbers of neighbouring ones are alike.
  const dice = new Dice(number % 2 ** 21);
  const skipped = 5 + (seed % 1000) + 1009 * Math.floor(number / 2 ** 21);
  for (let i = 0; i < skipped; i += 1) dice.next();
  const kind = pick(drawn, dice);
  if (kind === "document") {
    const text = mutant(Math.floor(dice.next() * 2 ** 32), samples.documents);
    const arrays = (): ArrayBuffer => new ArrayBuffer(24);
    const read = async () => Network.fromDocument(text, { arrays });
    return { kind, given: text, read };
  }
  if (kind === "tensors") {
    const bytes = changeBytes(pick(samples.tensors, dice), dice);
    return { kind, given: bytes, read: async () => readSafetensors(bytes) };
  }
  return fileCase(kind, samples, dice);
}
