// Wrong input of every kind through the public API: each is refused at once with a typed error that
// says where it is, what was given and what to do, and nothing has changed afterwards.

import { MyelinError, ValidationError } from "../../src/index.js";
import { building, connecting, joining } from "../helpers/wrong-input/building.js";
import { compiling } from "../helpers/wrong-input/compiling.js";
import { fixture } from "../helpers/wrong-input/row.js";
import type { Fixture, Wrong } from "../helpers/wrong-input/row.js";
import { runs, steps, values } from "../helpers/wrong-input/running.js";
import { channelTypes, neuronTypes } from "../helpers/wrong-input/types.js";
import { shapedTypes, synapseTypes } from "../helpers/wrong-input/types.js";

const table: readonly Wrong[] = [
  ...[neuronTypes, channelTypes, synapseTypes, shapedTypes],
  ...[building, joining, connecting, compiling, steps, runs, values],
].flat();

async function errorOf(call: () => unknown): Promise<MyelinError> {
  try {
    await call();
  } catch (error) {
    if (error instanceof MyelinError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

/** Everything that a refused call must leave alone. */
function stateOf({ net, model }: Fixture): unknown {
  const { state, params } = model;
  return [
    net.summary(),
    net.warnings,
    model.stepCount,
    Array.from(model.snapshot()),
    state.names().map((name) => Array.from(state.get(name))),
    params.names().map((name) => [name, Array.from(params.get(name))]),
    model.warnings,
  ];
}

/** What a message must hold besides the parts that its row names. */
function lacksOf({ message, where, details }: MyelinError): readonly string[] {
  const { allowed, hint, problem } = details;
  const parts: Readonly<Record<string, boolean>> = {
    place: where !== "" && message.startsWith(where),
    problem: problem !== "",
    remedy: allowed !== undefined || hint !== undefined,
    end: /[.?]$/.test(message.split("\n")[0]!),
  };
  return Object.keys(parts).filter((part) => parts[part] !== true);
}

test.each(table)("refused: $what", async ({ does, code, says, type = ValidationError }) => {
  const on = await fixture();
  const before = stateOf(on);
  const error = await errorOf(() => does(on));
  const { message } = error;
  const missing = says.filter((part) => !message.includes(part));
  expect({ message, type: error.constructor, code: error.code, missing }).toEqual({
    ...{ message, type, code, missing: [] },
  });
  expect({ message, lacks: lacksOf(error) }).toEqual({ message, lacks: [] });
  expect(stateOf(on)).toEqual(before);
});
