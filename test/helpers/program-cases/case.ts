// What a documented Program is: a name, and the Program built from its parts.

import type { Program } from "../../../src/ir/program.js";

export interface ProgramCase {
  /** As in docs/design/program.md: the fenced block that starts with `case NAME`. */
  readonly name: string;
  readonly program: Program;
}
