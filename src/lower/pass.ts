// What a pass is: a pure function from Program to Program with a name and a promise about results.
// Invariant: a pass never changes the Program it is given, and gives the same answer every time.

import type { Program } from "../ir/program.js";

export interface Pass {
  readonly name: string;
  /** What it does and how close its results stay to those without it. */
  readonly doc: string;
  readonly run: (program: Program) => Program;
}
