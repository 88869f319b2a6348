// Cases that a backend cannot run are listed in its folder, in unsupported.ts, and run as expected
// failures. Invariant: an entry that starts to pass, or names no case, makes the suite fail.

import { existsSync } from "node:fs";
import { BackendUnavailableError } from "../../src/errors.js";

/** A case that a backend refuses, the code of the refusal, and why. */
export interface Unsupported {
  readonly case: string;
  readonly code: string;
  readonly reason: string;
}

/** The list of a backend; empty where it has no such file. */
export async function unsupportedBy(backend: string): Promise<readonly Unsupported[]> {
  const file = new URL(`../../backends/${backend}/unsupported.ts`, import.meta.url);
  if (!existsSync(file)) return [];
  const found = (await import(`../../backends/${backend}/unsupported.js`)) as {
    readonly unsupported: readonly Unsupported[];
  };
  return found.unsupported;
}

/** Entries that name no case. */
export const strayEntries = (
  entries: readonly Unsupported[],
  names: readonly string[],
): readonly string[] => entries.map((each) => each.case).filter((each) => !names.includes(each));

/** Runs a case that must be refused as its entry says. */
export async function expectRefusal(entry: Unsupported, run: () => Promise<void>): Promise<void> {
  let error: unknown;
  try {
    await run();
  } catch (thrown) {
    error = thrown;
  }
  if (error === undefined) {
    throw new Error(`"${entry.case}" passes now: delete its entry in unsupported.ts`);
  }
  if (error instanceof BackendUnavailableError && error.code === entry.code) return;
  throw new Error(`"${entry.case}" must be refused with the code ${entry.code}`, { cause: error });
}
