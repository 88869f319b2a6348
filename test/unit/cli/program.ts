// The command as files that Node runs: built into a folder of their own, so that tests need no build
// and cannot see an old one. Types are not checked here; that is for another check.

import { join } from "node:path";
import { onceInRun } from "../../helpers/once-in-run.js";
import { translatePackage } from "../../helpers/translate.js";

/** The build competes with other tests for the processor. */
const longestBuild = 120_000;

/** Gives the path of the command's main file, made before the tests of a file. */
export function useProgram(): () => string {
  let folder = "";
  beforeAll(async () => {
    folder = await onceInRun("program", translatePackage);
  }, longestBuild);
  return () => join(folder, "dist/src/cli/main.js");
}
