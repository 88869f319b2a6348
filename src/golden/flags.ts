// The flags of the golden runner. Invariant: whatever is not understood is refused, never ignored.

import { ValidationError } from "../errors.js";
import type { Precision } from "../ir/program.js";
import { asyncBackends, syncBackends } from "../runtime/options.js";
import type { BackendName } from "../runtime/options.js";
import { nearestNames } from "../util/nearest.js";

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

const words = {
  "--backend": ["auto", ...syncBackends, ...asyncBackends],
  "--precision": ["float64", "float32"],
  "--optimize": ["none", "default"],
} as const;
const valueFlags = ["--dir", ...Object.keys(words)];
const knownFlags = [...valueFlags, "--json", "--help"];

function refuse(where: string, problem: string, more: { got?: string; allowed?: string }): never {
  throw new ValidationError({
    code: "wrong-flag",
    where,
    problem,
    ...more,
    hint: "See --help.",
  });
}

function unknownFlag(flag: string): never {
  const near = nearestNames(flag, knownFlags);
  const allowed = near.length > 0 ? near.join(" or ") : knownFlags.join(", ");
  refuse(flag, flag.startsWith("-") ? "unknown flag" : "not a flag", { got: flag, allowed });
}

function oneOf<K extends keyof typeof words>(
  given: ReadonlyMap<string, string>,
  flag: K,
): (typeof words)[K][number] | undefined {
  const value = given.get(flag);
  if (value === undefined) return undefined;
  const found = words[flag].find((word) => word === value);
  return found ?? refuse(flag, "unknown value", { got: value, allowed: words[flag].join(", ") });
}

/** Reads the arguments; `"help"` where help is asked for. Throws a ValidationError for wrong flags. */
export function readFlags(args: readonly string[]): Flags | "help" {
  const given = new Map<string, string>();
  for (let i = 0; i < args.length; i += 1) {
    const [flag, attached] = splitFlag(args[i]!);
    if (flag === "--help" || flag === "-h") return "help";
    if (!knownFlags.includes(flag)) unknownFlag(flag);
    if (given.has(flag)) refuse(flag, "is given twice", {});
    if (flag === "--json") {
      if (attached !== undefined) refuse(flag, "takes no value", { got: attached });
      given.set(flag, "");
      continue;
    }
    const value = attached ?? args[(i += 1)];
    if (value === undefined || value === "" || (attached === undefined && value.startsWith("--"))) {
      refuse(flag, "needs a value", {});
    }
    given.set(flag, value);
  }
  const dir = given.get("--dir");
  if (dir === undefined) refuse("--dir", "is missing", { allowed: "a folder with case files" });
  const backend = oneOf(given, "--backend") ?? "iterative";
  return {
    dir,
    json: given.has("--json"),
    backend,
    precision: oneOf(given, "--precision") ?? (backend === "gpu" ? "float32" : "float64"),
    optimize: oneOf(given, "--optimize") ?? "default",
  };
}

/** `--dir=x` is the same as `--dir x`. */
function splitFlag(argument: string): [flag: string, value?: string] {
  const at = argument.startsWith("--") ? argument.indexOf("=") : -1;
  return at < 0 ? [argument] : [argument.slice(0, at), argument.slice(at + 1)];
}
