// The flags of `myelin run`. Invariant: pure; what can be wrong with flags alone is found here, before
// any file is read.

import { extname, resolve } from "node:path";

import { compileFlags, numberOf, readCompileFlags, wholeOf } from "./compile-flags.js";
import { parseNumber, readArguments, wrongUse } from "./flags.js";
import { parseConstant } from "./inputs.js";
import { isSaved, readLoadFlags, savedEnding } from "./load-saved.js";
import type { LoadFlags } from "./load-saved.js";
import type { Constant } from "./inputs.js";

export const runFlags = {
  ...compileFlags,
  "--workers": { value: "a whole number" },
  "--steps": { value: "a whole number" },
  "--duration": { value: "a time [ms]" },
  "--input": { value: "a file ending in .json or .csv" },
  "--constant": { value: "name=value or value", many: true },
  "--record": { value: "names", many: true },
  "--every": { value: "a whole number" },
  "--reset-at": { value: "numbers of steps", many: true },
  "--out": { value: "a file ending in .json or .csv" },
  "--svg": { value: "a file" },
  "--checkpoint": { value: "a file ending in .myelin" },
  "--checkpoint-every": { value: "a time [ms]" },
  "--json": {},
} as const;

/** What the flags of a run say. */
export interface RunFlags {
  /** `-` is standard input. */
  readonly file: string;
  /** How to compile, or how to load a saved model. */
  readonly compile?: ReturnType<typeof readCompileFlags>;
  readonly load?: LoadFlags;
  readonly steps?: number;
  /** [ms] */
  readonly duration?: number;
  readonly inputFile?: string;
  readonly constants: readonly Constant[];
  /** As given: names, or lists of names with commas. */
  readonly record: readonly string[];
  readonly every?: number;
  /** Steps before which the model is reset; they rise. */
  readonly resets: readonly number[];
  readonly out?: string;
  readonly svg?: string;
  /** Where the model is saved while it runs, and how often [ms]. */
  readonly checkpoint?: { readonly file: string; readonly every: number };
  readonly json: boolean;
}

function checkEnding(flag: string, path: string | undefined, endings: readonly string[]): void {
  if (path === undefined || endings.includes(extname(path).toLowerCase())) return;
  const allowed = `a name that ends in ${endings.join(" or ")}`;
  wrongUse(flag, "its ending does not say what the file holds", { got: path, allowed });
}

/** Numbers of steps, as lists with commas; what is given twice counts once. */
function parseResets(given: readonly string[]): readonly number[] {
  const steps = given.flatMap((text) =>
    text.split(",").map((part) => {
      const step = parseNumber(part.trim());
      if (step !== undefined && Number.isSafeInteger(step) && step >= 0) return step;
      const allowed = "whole numbers of at least 0, such as 100 or 100,200";
      wrongUse("--reset-at", "must be a number of a step", { got: part, allowed });
    }),
  );
  return [...new Set(steps)].sort((a, b) => a - b);
}

/** Both flags of checkpoints, or none. */
function readCheckpoint(flags: {
  one(flag: "--checkpoint" | "--checkpoint-every"): string | undefined;
}): RunFlags["checkpoint"] {
  const file = flags.one("--checkpoint");
  const every = numberOf(flags, "--checkpoint-every", "> 0 [ms]");
  checkEnding("--checkpoint", file, [savedEnding]);
  if (file === undefined && every === undefined) return undefined;
  if (file === undefined) {
    wrongUse("--checkpoint", "is missing", { allowed: `a file ending in ${savedEnding}` });
  }
  if (every === undefined) {
    wrongUse("--checkpoint-every", "is missing", { allowed: "a time > 0 [ms]" });
  }
  return { file, every };
}

/** Reads the arguments; throws an error of wrong use. Help is asked for elsewhere. */
export function readRunFlags(args: readonly string[]): RunFlags {
  const hint = "See myelin run --help.";
  const flags = readArguments(args, { flags: runFlags, places: [{ name: "FILE" }], hint });
  if (flags === "help") throw new TypeError("help is answered before");
  const file = flags.places[0]!;
  const workers = wholeOf(flags, "--workers", 1);
  const making = isSaved(file)
    ? { load: { ...readLoadFlags(flags), ...(workers !== undefined && { workers }) } }
    : { compile: readCompileFlags(flags, undefined, workers) };
  const steps = wholeOf(flags, "--steps", 0);
  const duration = numberOf(flags, "--duration", ">= 0 [ms]");
  const [inputFile, out, svg] = [flags.one("--input"), flags.one("--out"), flags.one("--svg")];
  if (steps !== undefined && duration !== undefined) {
    wrongUse("--steps and --duration", "are two lengths of one run", { allowed: "one of them" });
  }
  if (duration !== undefined && duration < 0) {
    wrongUse("--duration", "must not be negative", { got: duration, allowed: ">= 0 [ms]" });
  }
  checkEnding("--input", inputFile, [".json", ".csv"]);
  checkEnding("--out", out, [".json", ".csv"]);
  checkEnding("--svg", svg, [".svg"]);
  const hasRows = inputFile !== undefined && extname(inputFile).toLowerCase() === ".csv";
  if (steps === undefined && duration === undefined && !hasRows) {
    const allowed = "--steps or --duration, or a CSV file of inputs with a row for each step";
    wrongUse("run", "has no length", { allowed });
  }
  if (out !== undefined && svg !== undefined && resolve(out) === resolve(svg)) {
    wrongUse("--svg", "is the same file as --out", { got: svg });
  }
  const every = wholeOf(flags, "--every", 1);
  const checkpoint = readCheckpoint(flags);
  return {
    file,
    ...making,
    ...(steps === undefined ? {} : { steps }),
    ...(duration === undefined ? {} : { duration }),
    ...(inputFile === undefined ? {} : { inputFile }),
    constants: flags.all("--constant").map(parseConstant),
    record: flags.all("--record"),
    ...(every === undefined ? {} : { every }),
    resets: parseResets(flags.all("--reset-at")),
    ...(out === undefined ? {} : { out }),
    ...(svg === undefined ? {} : { svg }),
    ...(checkpoint === undefined ? {} : { checkpoint }),
    json: flags.has("--json"),
  };
}
