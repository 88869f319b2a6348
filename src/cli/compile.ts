// `myelin compile`: makes a network document a file with a compiled model. Invariant: the file is
// written in full or not at all, and holds a model at step 0.

import { extname, resolve } from "node:path";

import { codes, compileFor } from "./command.js";
import type { Context } from "./command.js";
import { compileFlags, readCompileFlags } from "./compile-flags.js";
import { checkWritable } from "./files.js";
import { readArguments, wrongUse } from "./flags.js";
import { loadNetwork, namePorts } from "./load-network.js";
import { savedEnding } from "./load-saved.js";
import { showBytes } from "./text.js";

export const compilingFlags = { ...compileFlags, "--out": { value: "a file" } } as const;

/** Runs the command with its arguments. */
export async function compile(args: readonly string[], context: Context): Promise<number> {
  const hint = "See myelin compile --help.";
  const rules = { flags: compilingFlags, places: [{ name: "FILE" }], hint };
  const flags = readArguments(args, rules);
  if (flags === "help") throw new TypeError("help is answered before");
  const options = readCompileFlags(flags, undefined);
  const out = flags.one("--out");
  const allowed = `a name that ends in ${savedEnding}`;
  if (out === undefined) wrongUse("--out", "is missing", { allowed });
  if (extname(out).toLowerCase() !== savedEnding) {
    wrongUse("--out", "its ending does not say what the file holds", { got: out, allowed });
  }
  const target = resolve(context.cwd, out);
  const { network, files } = await loadNetwork(flags.places[0]!, context);
  checkWritable("--out", target, files);
  const model = await compileFor(context, namePorts(network).network, options);
  try {
    await model.save(target);
    const { bytes } = model.explain();
    await context.out.write([`wrote ${out}; the model takes ${showBytes(bytes)} of memory\n`]);
  } finally {
    model.dispose();
  }
  return codes.done;
}
