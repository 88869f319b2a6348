// The file with the synapses of the Vogels-Abbott network. Invariant: the shared one where it is
// there, to which the recordings belong, and one that is drawn elsewhere.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { drawRows } from "../networks/draw-rows.js";
import { sharedFile } from "./files.js";

export interface RowsFile {
  readonly file: string;
  readonly isShared: boolean;
}

/** The file, written into a folder where there is no shared one. */
export function findRows(folder: string): RowsFile {
  const shared = sharedFile("data/va/va4000.csr.bin");
  const file = shared ?? join(folder, "rows.bin");
  if (shared === undefined) writeFileSync(file, drawRows());
  return { file, isShared: shared !== undefined };
}
