// Judges one case: its outcome, the time of the processor and the memory that it takes. Invariant: what
// is called slow or large is so each time that it is tried.

import { InternalError, MyelinError } from "../../src/errors.js";
import type { Case } from "./cases.js";

/** What a call may take. */
export const limits = { milliseconds: 100, bytes: 64 * 2 ** 20 } as const;

export interface Verdict {
  /** `valid`, or the name of the error. */
  readonly outcome: string;
  readonly milliseconds: number;
  readonly bytes: number;
  /** What should not be. */
  readonly problem?: string;
}

/** Of the processor [ms]: what others do on the machine does not count. */
function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Numbers in typed arrays and all else that is not free again [bytes]. */
function heldBytes(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

interface Outcome {
  readonly milliseconds: number;
  readonly bytes: number;
  readonly result?: unknown;
  readonly error?: unknown;
}

/** Tries once by a clock: to ask for the time of the processor costs more than most cases. */
async function attempt({ read }: Case, clock: () => number): Promise<Outcome> {
  const before = heldBytes();
  const start = clock();
  let found: Pick<Outcome, "result" | "error">;
  try {
    found = { result: await read() };
  } catch (error) {
    found = { error };
  }
  return { ...found, milliseconds: clock() - start, bytes: heldBytes() - before };
}

/** An error made on purpose, for the user. */
const isTyped = (error: unknown): error is MyelinError =>
  error instanceof MyelinError && !(error instanceof InternalError);
const nameOf = (error: unknown): string =>
  error === undefined ? "valid" : error instanceof MyelinError ? error.name : "untyped";

const textOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

/** Runs what was read: what a file makes of a model may diverge, but not break. */
function useResult(one: Case, result: unknown): string | undefined {
  try {
    one.use?.(result);
    return undefined;
  } catch (error) {
    return isTyped(error) ? undefined : `running it: ${textOf(error)}`;
  }
}

function problemOf(one: Case, { milliseconds, bytes, error, result }: Outcome): string | undefined {
  if (milliseconds > limits.milliseconds) return `takes ${milliseconds.toFixed(0)} ms`;
  if (bytes > limits.bytes) return `takes ${(bytes / 2 ** 20).toFixed(0)} MiB`;
  if (error === undefined) return useResult(one, result);
  return isTyped(error) ? undefined : textOf(error);
}

/** Below this a clock says enough [ms]. */
const soon = 20;

/** Tries once; again where something else may have taken the time. */
export async function judge(one: Case): Promise<Verdict> {
  let outcome = await attempt(one, () => performance.now());
  // Of the first time: later ones may free what it took.
  const { bytes } = outcome;
  for (let again = 0; again < 3 && outcome.milliseconds > soon; again += 1) {
    outcome = { ...(await attempt(one, cpuTime)), bytes };
    if (outcome.milliseconds <= limits.milliseconds) break;
  }
  const { milliseconds, error } = outcome;
  const found = { milliseconds, bytes, outcome: nameOf(error) };
  const problem = problemOf(one, outcome);
  return problem === undefined ? found : { ...found, problem };
}
