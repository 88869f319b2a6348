// What several test files need and takes seconds to make is made once in a run of jest, by the file that
// comes first. Invariant: nothing is left after the run; see share-folder.cjs, which makes the place.

import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Files run in processes of their own, at the same time: only one of them can make a folder. */
function isFirst(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch {
    return false;
  }
}

/** A folder that `make` has filled, here or in another file of this run; nobody may change it. */
export async function onceInRun(
  name: string,
  make: (folder: string) => Promise<void>,
): Promise<string> {
  const folder = join(process.env["MYELIN_TEST_FOLDER"]!, name);
  const outcome = `${folder}.outcome`;
  if (isFirst(folder)) {
    const said = await make(folder).then(
      () => "",
      (error: unknown) => `${name} cannot be made: ${String(error)}`,
    );
    // Under its name only when it is complete.
    writeFileSync(`${outcome}.new`, said);
    renameSync(`${outcome}.new`, outcome);
  }
  while (!existsSync(outcome)) await new Promise((resolve) => setTimeout(resolve, 20));
  const said = readFileSync(outcome, "utf8");
  if (said !== "") throw new Error(said);
  return folder;
}
