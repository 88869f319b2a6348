// The flags of the golden runner, and what they mean together.

import { readArguments, wrongUse } from "../cli/flags.js";
import type { Precision } from "../ir/program.js";
import { asyncBackends, syncBackends } from "../runtime/options.js";
import type { BackendName } from "../runtime/options.js";

/** How cases are run. */
export interface RunSettings {
  readonly backend: BackendName;
  readonly precision: Precision;
  readonly optimize: "none" | "default";
}
export interface Flags extends RunSettings {
  readonly dir: string;
  readonly json: boolean;
}

export const usage = `usage: npm run golden -- --dir DIR [--backend NAME] [--precision float64|float32]
                         [--optimize none|default] [--json]
  Runs all recorded cases (*.json) below DIR and compares every value in them.
  --backend    iterative (default), sparse, dense, gpu or auto
  --precision  float64 (default; float32 for gpu) or float32
  --optimize   default (default) or none: which passes run
  --json       one JSON object for each case, then one with the totals
Exit code 0: all passed; 1: some failed; 2: wrong flags.
`;

const hint = "See --help.";
const flags = {
  "--dir": { value: "a folder with case files" },
  "--backend": { value: "a backend", words: ["auto", ...syncBackends, ...asyncBackends] },
  "--precision": { value: "a precision", words: ["float64", "float32"] },
  "--optimize": { value: "a word", words: ["none", "default"] },
  "--json": {},
} as const;

/** Reads the arguments; `"help"` where help is asked for. Throws a ValidationError for wrong flags. */
export function readFlags(args: readonly string[]): Flags | "help" {
  const given = readArguments(args, { flags, places: [], hint });
  if (given === "help") return "help";
  const dir = given.one("--dir");
  if (dir === undefined) {
    wrongUse("--dir", "is missing", { allowed: flags["--dir"].value, hint });
  }
  const backend = given.one("--backend") ?? "iterative";
  return {
    dir,
    json: given.has("--json"),
    backend,
    precision: given.one("--precision") ?? (backend === "gpu" ? "float32" : "float64"),
    optimize: given.one("--optimize") ?? "default",
  };
}
