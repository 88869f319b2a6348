// All documented Programs, in the order of docs/design/program.md.

import type { ProgramCase } from "./case.js";
import { controlCases } from "./control.js";
import { learningCases } from "./learning.js";
import { neuronCases } from "./neurons.js";
import { plasticityCases } from "./plasticity.js";
import { synapseCases } from "./synapses.js";

export const programCases: readonly ProgramCase[] = [
  ...synapseCases,
  ...neuronCases,
  ...plasticityCases,
  ...learningCases,
  ...controlCases,
];
