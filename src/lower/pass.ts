// What a pass is: a pure function from Program to Program with a name and a promise about results.
// Invariant: a pass never changes the Program it is given, and gives the same answer every time.

import type { Program } from "../ir/program.js";

export interface Pass {
  readonly name: string;
  /** What it does and how close its results stay to those without it. */
  readonly doc: string;
  /** How far results may part in one step from equal states, relative; absent: not in one bit. */
  readonly tolerance?: number;
  readonly run: (program: Program) => Program;
}
