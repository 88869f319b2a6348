// Runs all recorded cases below a folder: the whole command but for the process around it.
// Invariant: every file ends as passed or failed; what is unknown or unreadable has failed.

import { MyelinError } from "../errors.js";
import { findCaseFiles, readCaseFile } from "./case-files.js";
import { readFlags, usage } from "./flags.js";
import type { RunSettings } from "./flags.js";
import { caseJson, caseLine, casePassed } from "./report.js";
import type { CaseResult } from "./report.js";
import { runnerFor } from "./schemas.js";

/** Where a command writes. */
export interface Sinks {
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
}

const messageOf = (cause: unknown): string => {
  if (cause instanceof MyelinError) return cause.message;
  // Anything else is a defect, and its place matters.
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
};

/** Reads and runs one case file; never throws. */
export async function runCaseFile(file: string, settings: RunSettings): Promise<CaseResult> {
  const start = performance.now();
  const done = (result: Omit<CaseResult, "file" | "milliseconds">): CaseResult => ({
    file,
    ...result,
    milliseconds: performance.now() - start,
  });
  try {
    const { schema, run } = runnerFor(readCaseFile(file));
    return done({ schema, ...(await run(settings)) });
  } catch (cause) {
    return done({ name: file, error: messageOf(cause), variants: [] });
  }
}

/** The command `golden`; gives back its exit code. */
export async function golden(args: readonly string[], sinks: Sinks): Promise<number> {
  let flags: ReturnType<typeof readFlags>;
  try {
    flags = readFlags(args);
  } catch (cause) {
    sinks.error(`${messageOf(cause)}\n`);
    return 2;
  }
  if (flags === "help") {
    sinks.out(usage);
    return 0;
  }
  const { dir, json, ...settings } = flags;
  let files: readonly string[];
  try {
    files = findCaseFiles(dir);
  } catch (cause) {
    sinks.error(`${messageOf(cause)}\n`);
    return 1;
  }
  let passed = 0;
  for (const file of files) {
    const result = await runCaseFile(file, settings);
    if (casePassed(result)) passed += 1;
    sinks.out(`${json ? caseJson(result) : caseLine(result)}\n`);
  }
  const failed = files.length - passed;
  const summary = { passed, failed, ...settings };
  sinks.out(json ? `${JSON.stringify({ summary })}\n` : `${passed} passed, ${failed} failed\n`);
  return failed === 0 ? 0 : 1;
}
