// What comes into models that are saved and go on, different in each step. Invariant: it follows from
// the step and the element alone, so that another process gives the same.

import type { InputFunction } from "../../src/index.js";

export const resumeInput: InputFunction = (step, x) => {
  for (let i = 0; i < x.length; i++) x[i] = 12 * Math.sqrt(((step * 7 + i * 13) % 101) / 101) - 4;
};
