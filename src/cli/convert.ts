// `myelin convert`: writes a network document or a saved model in a form that other programs read.
// Invariant: one row of the table for each form; the file is written in full or not at all.

import { extname, resolve } from "node:path";

import type { AsyncModel } from "../runtime/async-model.js";
import type { Model } from "../runtime/model.js";
import { codes, compileFor } from "./command.js";
import type { Context } from "./command.js";
import { compileFlags, readCompileFlags } from "./compile-flags.js";
import { checkWritable, writeAtomically } from "./files.js";
import { readArguments, wrongUse } from "./flags.js";
import { arraysAsJson } from "./json-arrays.js";
import { loadNetwork, namePorts } from "./load-network.js";
import { isSaved, loadFor, readLoadFlags } from "./load-saved.js";

/** A form that a model can be written in. */
interface Target {
  /** What its files end in. */
  readonly ending: string;
  /** The file, in pieces. */
  readonly write: (model: Model | AsyncModel) => Promise<Iterable<string | Uint8Array>>;
}

const targets = {
  json: { ending: ".json", write: arraysAsJson },
  safetensors: {
    ending: ".safetensors",
    write: async (model) => [await model.toSafetensors()],
  },
  onnx: { ending: ".onnx", write: async (model) => [await model.toOnnx()] },
} as const satisfies Readonly<Record<string, Target>>;
type TargetName = keyof typeof targets;

export const convertFlags = {
  ...compileFlags,
  "--to": { value: "a form", words: Object.keys(targets) as TargetName[] },
  "--out": { value: "a file" },
} as const;

function readTarget(flags: { one(flag: "--to" | "--out"): string | undefined }) {
  const [to, out] = [flags.one("--to"), flags.one("--out")];
  const names = Object.keys(targets).join(", ");
  if (to === undefined) wrongUse("--to", "is missing", { allowed: names });
  const target: Target = targets[to as TargetName];
  const allowed = `a name that ends in ${target.ending}`;
  if (out === undefined) wrongUse("--out", "is missing", { allowed });
  if (extname(out).toLowerCase() !== target.ending) {
    wrongUse("--out", "its ending does not say what the file holds", { got: out, allowed });
  }
  return { target, out };
}

/** Runs the command with its arguments. */
export async function convert(args: readonly string[], context: Context): Promise<number> {
  const hint = "See myelin convert --help.";
  const rules = { flags: convertFlags, places: [{ name: "FILE" }], hint };
  const flags = readArguments(args, rules);
  if (flags === "help") throw new TypeError("help is answered before");
  const { target, out } = readTarget(flags);
  const file = flags.places[0]!;
  const to = resolve(context.cwd, out);
  let model: Model | AsyncModel;
  if (isSaved(file)) {
    const options = readLoadFlags(flags);
    checkWritable("--out", to, [resolve(context.cwd, file)]);
    model = await loadFor(context, file, options);
  } else {
    const options = readCompileFlags(flags, undefined);
    const { network, files } = await loadNetwork(file, context);
    checkWritable("--out", to, files);
    model = await compileFor(context, namePorts(network).network, options);
  }
  try {
    writeAtomically(to, await target.write(model));
    await context.out.write([`wrote ${out}\n`]);
  } finally {
    model.dispose();
  }
  return codes.done;
}
