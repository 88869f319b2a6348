// Checks that the neurons at the two ends of a connection have what its synapse reads and writes.

import { ValidationError } from "../errors.js";
import type { GradedModel, NeuronModel, SynapseModel } from "../models/types.js";
import { didYouMean } from "../util/nearest.js";
import { someOf } from "./names.js";
import type { Population } from "./types.js";

const symbolsOf = (model: NeuronModel): readonly string[] =>
  [...model.states, ...model.parameters, ...model.inputs].map((entry) => entry.symbol);

/** One end of a connection that is being checked. */
interface End {
  readonly where: string;
  readonly suffix: "_pre" | "_post";
  readonly population: Population;
  readonly synapse: SynapseModel;
}

function checkVariables(end: End, needed: readonly string[]): void {
  const { model } = end.population.type;
  const known = symbolsOf(model);
  for (const symbol of needed) {
    if (known.includes(symbol)) continue;
    const hint = didYouMean(symbol, known);
    throw new ValidationError({
      code: "missing-variable",
      where: end.where,
      problem:
        `the synapse model ${end.synapse.name} uses ${symbol}${end.suffix}, ` +
        `but the neuron model ${model.name} of ${end.population.name} has no ${symbol}`,
      allowed: someOf(known, "variables"),
      ...(hint === undefined ? {} : { hint }),
    });
  }
}

function checkInto(end: End, graded: GradedModel | undefined): void {
  if (graded === undefined) return;
  const { model } = end.population.type;
  const known = model.inputs.map((input) => input.symbol);
  const wanted = graded.into ?? known[0];
  if (wanted !== undefined && known.includes(wanted)) return;
  const missing = graded.into === undefined ? "no input" : `no input ${graded.into}`;
  throw new ValidationError({
    code: "missing-variable",
    where: end.where,
    problem:
      `the synapse model ${end.synapse.name} adds to an input, ` +
      `but the neuron model ${model.name} of ${end.population.name} has ${missing}`,
    allowed: someOf(known, "inputs"),
  });
}

function checkFires(end: End, isNeeded: boolean): void {
  if (!isNeeded || end.population.type.model.spike !== undefined) return;
  throw new ValidationError({
    code: "cannot-fire",
    where: end.where,
    problem:
      `the synapse model ${end.synapse.name} acts when ${end.population.name} fires, ` +
      `but neurons of the model ${end.population.type.model.name} never do`,
    hint: 'Use a spiking neuron or a graded synapse; new Network({ compat: "sns-toolbox" }) allows it.',
  });
}

/** Throws unless both populations have all variables, inputs and spikes that the synapse uses. */
export function checkEnds(
  where: string,
  synapse: SynapseModel,
  ends: { readonly source: Population; readonly target: Population },
  mayBeSilent: boolean,
): void {
  const { pre, post } = synapse.ends;
  const source: End = {
    where: `${where}.source`,
    suffix: "_pre",
    population: ends.source,
    synapse,
  };
  const target: End = {
    where: `${where}.target`,
    suffix: "_post",
    population: ends.target,
    synapse,
  };
  checkVariables(source, pre);
  checkVariables(target, post);
  checkInto(target, synapse.graded);
  checkInto(source, synapse.gradedBack);
  if (mayBeSilent) return;
  checkFires(source, synapse.onPre.length > 0);
  checkFires(target, synapse.onPost.length > 0);
}
