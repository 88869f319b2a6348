// Models that `myelin compile` or model.save() wrote. Invariant: what is fixed in such a file cannot be
// asked for by a flag.

import { extname, resolve } from "node:path";

import { loadModel } from "../compile.js";
import { MyelinError } from "../errors.js";
import type { AsyncModel } from "../runtime/async-model.js";
import type { Model } from "../runtime/model.js";
import { note } from "./command.js";
import type { Context } from "./command.js";
import { sayAsFlag } from "./compile-flags.js";
import type { compileFlags } from "./compile-flags.js";
import { wrongUse } from "./flags.js";
import type { Flags } from "./flags.js";

/** What files with models end in. */
export const savedEnding = ".myelin";

export const isSaved = (file: string): boolean => extname(file).toLowerCase() === savedEnding;

/** How a saved model is loaded. */
export type LoadFlags = NonNullable<Parameters<typeof loadModel>[1]>;

/** A file of the user's own may be as large as a memory. */
const mostBytes = 2 ** 32;

const fixed = ["--dt", "--precision", "--optimize", "--order", "--seed"] as const;

/** Options for loadModel() from flags. */
export function readLoadFlags(flags: Flags<typeof compileFlags>): LoadFlags {
  for (const flag of fixed) {
    if (!flags.has(flag)) continue;
    wrongUse(flag, "is fixed in a saved model", { got: flags.one(flag), allowed: "no such flag" });
  }
  const [backend, device] = [flags.one("--backend"), flags.one("--device")];
  return {
    ...(backend !== undefined && { backend: backend as NonNullable<LoadFlags["backend"]> }),
    ...(device !== undefined && { device: device as NonNullable<LoadFlags["device"]> }),
  };
}

/** Loads a saved model; warnings go to standard error. */
export async function loadFor(
  context: Context,
  file: string,
  options: LoadFlags,
): Promise<Model | AsyncModel> {
  try {
    return await loadModel(resolve(context.cwd, file), {
      onWarning: (text) => note(context, "warning", text),
      mostBytes,
      ...options,
    });
  } catch (error) {
    if (error instanceof MyelinError) sayAsFlag(error);
    throw error;
  }
}
