// Finds recordings of other simulators: whole ones in shared/golden beside the checkout, or the
// excerpts that are part of it.

import { existsSync, readFileSync } from "node:fs";

const whole = "../shared/golden";
const excerpts = "test/data/golden";

/** What an excerpt says about the recording that it was taken from. */
interface Excerpt {
  /** Cases that are only in the whole recording. */
  readonly skipped: number;
}

/** Reads a recording by its path below the folder; undefined where not even an excerpt is there. */
export function findGolden<T extends object>(path: string): T | undefined {
  const file = [whole, excerpts]
    .map((folder) => `${folder}/${path}`)
    .find((each) => existsSync(each));
  return file === undefined ? undefined : (JSON.parse(readFileSync(file, "utf8")) as T);
}

/** Reads a recording of which there is at least an excerpt; the report shows what is missing. */
export function readGolden<T extends object>(path: string): T {
  const found = findGolden<T & { readonly excerpt?: Excerpt }>(path);
  if (found === undefined) throw new Error(`${path}: there is no such recording`);
  const skipped = found.excerpt?.skipped ?? 0;
  if (skipped > 0) {
    test.skip(`${path}: ${skipped} cases, which only the whole recording has`, () => undefined);
  }
  return found;
}
