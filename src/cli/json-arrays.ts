// The parameters and states of a model as JSON. Invariant: the numbers and names are those of
// model.params and model.state; numbers that JSON cannot hold are texts.

import { product } from "../util/product.js";
import type { AsyncModel } from "../runtime/async-model.js";
import type { Model } from "../runtime/model.js";
import type { AsyncValueAccess, ValueAccess } from "../runtime/state.js";
import { jsonPieces } from "./json.js";
import type { Json } from "./json.js";

async function valuesOf(access: ValueAccess | AsyncValueAccess): Promise<Record<string, Json>> {
  const found: [string, Json][] = [];
  for (const name of access.names()) {
    const { kind, shape, copies, unit } = access.info(name);
    // Spikes are events of one step.
    if (kind === "spikes") continue;
    const values = await access.get(name);
    const one = product(shape) * copies === values.length ? shape : [values.length / copies];
    found.push([name, { unit, shape: copies > 1 ? [copies, ...one] : one, values }]);
  }
  return Object.fromEntries(found);
}

/** One JSON object, in pieces. */
export async function arraysAsJson(model: Model | AsyncModel): Promise<Iterable<string>> {
  const { name, dt, precision } = model.program;
  const parameters = await valuesOf(model.params);
  const states = await valuesOf(model.state);
  const facts = { network: name, dt, precision, step: model.stepCount };
  return (function* () {
    yield* jsonPieces({ ...facts, parameters, states });
    yield "\n";
  })();
}
