// All hand-written cases. Invariant: names differ, since lists of unsupported cases go by name.

import type { Case } from "../case.js";
import { channelCases } from "./channels.js";
import { conductanceCases } from "./conductances.js";
import { electricalCases } from "./electrical.js";
import { gradedCases } from "./graded.js";
import { neuronCases } from "./neurons.js";
import { portCases } from "./ports.js";
import { spikeCases } from "./spikes.js";
import { userModelCases } from "./user-models.js";

export const cases: readonly Case[] = [
  ...neuronCases,
  ...userModelCases,
  ...gradedCases,
  ...electricalCases,
  ...channelCases,
  ...spikeCases,
  ...conductanceCases,
  ...portCases,
];
