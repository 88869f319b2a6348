// Inputs and outputs as they are added.

import { ValidationError } from "../errors.js";
import { checkCount } from "./checks.js";
import { unknownName } from "./names.js";
import type { Population } from "./types.js";

/** How many numbers an input takes: one for all neurons, or one for each. */
export function readInputSize(where: string, given: unknown, target: Population): number {
  if (given === undefined) return 1;
  const size = checkCount(`${where}.size`, given);
  if (size === 1 || size === target.size) return size;
  throw new ValidationError({
    code: "size-mismatch",
    where: `${where}.size`,
    problem: `the size of an input must fit its target ${target.name}`,
    got: size,
    allowed: target.size === 1 ? "1" : `1, or ${target.size} (one value for each neuron)`,
  });
}

/** The neuron model's input that receives the values; by default its first one. */
export function readPort(where: string, given: unknown, target: Population): string {
  const { model } = target.type;
  const known = model.inputs.map((input) => input.symbol);
  const port = given ?? known[0];
  if (typeof port === "string" && known.includes(port)) return port;
  if (port === undefined || typeof port === "string") {
    const kind = `input of the neuron model ${model.name}`;
    throw unknownName(`${where}.port`, kind, port ?? "", known);
  }
  throw new ValidationError({
    code: "wrong-kind",
    where: `${where}.port`,
    problem: "must be the symbol of an input",
    got: port,
    allowed: known.join(", "),
  });
}

/** What an output shows: a state, by default the output state, or `"spikes"`. */
export function readVariable(
  where: string,
  given: { readonly variable?: unknown; readonly spiking?: boolean },
  source: Population,
): string {
  const { model } = source.type;
  const { variable, spiking } = given;
  if (variable === undefined) return spiking === true ? "spikes" : model.output;
  const known = [...model.states.map((state) => state.symbol), "spikes"];
  if (typeof variable !== "string") {
    throw new ValidationError({
      code: "wrong-kind",
      where: `${where}.variable`,
      problem: "must be the symbol of a state",
      got: variable,
      allowed: known.join(", "),
    });
  }
  if (!known.includes(variable)) {
    const kind = `state of the neuron model ${model.name}`;
    throw unknownName(`${where}.variable`, kind, variable, known);
  }
  if (spiking === undefined || spiking === (variable === "spikes")) return variable;
  throw new ValidationError({
    code: "contradiction",
    where: `${where}.variable`,
    problem: `spiking: ${spiking} contradicts the variable`,
    got: variable,
    allowed: spiking ? '"spikes"' : "a state",
    hint: "Give only one of the two options.",
  });
}
