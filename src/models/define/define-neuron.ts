// defineNeuron: a neuron model from text. Invariant: whatever is wrong with a definition is said
// here, with its place; what comes out needs no further checks.

import { SpecError, ValidationError } from "../../errors.js";
import type { Assignment, Expr } from "../../expr/ast.js";
import { readBlocks, writeOut } from "./blocks.js";
import type { Blocks } from "./blocks.js";
import { commonFields, readCommon, readInputs } from "./common.js";
import { checkPresent, checkText, copyDefinition, openDraft } from "./definition.js";
import { readExpression, refuseUnknown } from "./definition.js";
import type { Draft } from "./definition.js";
import { readAssignments, refuseIdleStates } from "./events.js";
import { makeFactory, readValues } from "./factory.js";
import type { BuildOptions, Factory, ValuesFor } from "./factory.js";
import { refuseSharedNames } from "./parameters.js";
import type { ChannelType, NeuronDefinition, NeuronModel, NeuronType } from "../types.js";
import type { ParameterModel, StateModel } from "../types.js";
import { commonLength } from "./read-values.js";

export interface NeuronExtras {
  /** Conductances in the membrane. */
  readonly channels?: readonly ChannelType[] | undefined;
}
export type NeuronFactory<P extends NeuronDefinition["params"] = NeuronDefinition["params"]> =
  Factory<ValuesFor<P> & NeuronExtras, NeuronModel, NeuronType>;

const fields = [
  ...commonFields,
  ...["inputs", "equations", "output", "spike", "reset", "refractory"],
];

/**
 * Checks a definition at once and gives back the factory of its neurons.
 *
 * @example
 * ```ts
 * import { defineNeuron, Network } from "myelin";
 *
 * const leaky = defineNeuron({
 *   name: "leaky",
 *   doc: "Leaky integrator.",
 *   params: { timeConstant: { symbol: "tau", default: 5, unit: "ms", above: 0, doc: "leak" } },
 *   state: { V: { initial: 0, unit: "mV", doc: "membrane potential" } },
 *   inputs: { U: { unit: "mV", doc: "where the potential goes" } },
 *   equations: "tau dV/dt = U - V",
 *   output: "V",
 * });
 * const net = new Network();
 * net.addPopulation(leaky({ timeConstant: [5, 10] }), 2);
 * console.log(net.neuronCount); // 2
 * ```
 */
export function defineNeuron<const D extends NeuronDefinition>(
  definition: D,
): NeuronFactory<D["params"]> {
  const model = readNeuron(copyDefinition<NeuronDefinition>("neuron", definition, fields));
  return makeFactory({
    model,
    path: `neurons.${model.name}`,
    parameters: model.parameters,
    build: (values, options) => buildNeuron(model, values, options),
  });
}

function readNeuron(definition: NeuronDefinition): NeuronModel {
  const draft = openDraft("neuron", definition);
  const common = readCommon(draft, definition);
  const { parameters, states } = common;
  const inputs = readInputs(draft, definition.inputs);
  refuseSharedNames(draft, common.parameters, inputs);
  checkOutput(draft, definition.output, states);
  const refractory = readRefractory(draft, definition, parameters);
  const canRest = refractory !== undefined;
  checkPresent(definition.equations, `${draft.where}.equations`);
  const blocks = readBlocks(draft, definition.equations, { ...definition, states, canRest });
  const spike = readSpike(draft, definition, blocks);
  const reset = readReset(draft, definition, states, blocks);
  const changed = new Set([...blocks.changed, ...reset.map(({ target }) => target)]);
  refuseIdleStates(draft, states, changed, "equations or in the reset");
  return Object.freeze({
    kind: "neuron",
    ...common,
    inputs,
    blocks: blocks.blocks,
    output: definition.output,
    ...(spike === undefined ? {} : { spike }),
    reset,
    ...(refractory === undefined ? {} : { refractory }),
    definition,
  });
}

function checkOutput(draft: Draft, output: unknown, states: readonly StateModel[]): void {
  const where = `${draft.where}.output`;
  checkText(output, where, true);
  const symbols = states.map(({ symbol }) => symbol);
  if (!symbols.includes(output as string)) refuseUnknown(where, output as string, symbols, "state");
}

function readRefractory(
  draft: Draft,
  definition: NeuronDefinition,
  parameters: readonly ParameterModel[],
): Expr | undefined {
  const where = `${draft.where}.refractory`;
  if (definition.refractory === undefined) return undefined;
  refuseWithoutSpike(definition, where);
  const scope = new Map(parameters.map(({ symbol }) => [symbol, draft.scope.get(symbol)!]));
  const { dimension } = draft.scope.get("dt")!;
  return readExpression(draft, definition.refractory, { where, scope, dimension });
}

function refuseWithoutSpike({ spike }: NeuronDefinition, where: string): void {
  if (spike !== undefined) return;
  throw new SpecError({
    code: "no-spike",
    where,
    problem: "this model never fires",
    hint: 'Give a condition, for example spike: "V > theta".',
  });
}

function readSpike(draft: Draft, { spike }: NeuronDefinition, blocks: Blocks): Expr | undefined {
  if (spike === undefined) return undefined;
  const where = `${draft.where}.spike`;
  return writeOut(readExpression(draft, spike, { where, isBoolean: true }), blocks, where);
}

function readReset(
  draft: Draft,
  definition: NeuronDefinition,
  states: readonly StateModel[],
  blocks: Blocks,
): readonly Assignment[] {
  const where = `${draft.where}.reset`;
  if (definition.reset === undefined) return [];
  refuseWithoutSpike(definition, where);
  return readAssignments(draft, definition.reset, {
    where,
    blocks,
    isTarget: (target) => states.some(({ symbol }) => symbol === target),
    targets: states.map(({ symbol }) => symbol),
  });
}

function buildNeuron(
  model: NeuronModel,
  values: Readonly<Record<string, unknown>>,
  options: BuildOptions = {},
): NeuronType {
  const where = options.where ?? `neurons.${model.name}`;
  const complete = readValues(model, values, { where });
  const channels = readChannels(model, values["channels"], `${where}.channels`);
  commonLength(
    new Map([
      ...complete.values,
      ...channels.flatMap((each, i) =>
        [...each.values].map(([key, value]) => [`channels[${i}].${key}`, value] as const),
      ),
    ]),
    where,
  );
  return Object.freeze({ kind: "neuron", model, values: complete.values, channels });
}

function readChannels(
  model: NeuronModel,
  channels: unknown,
  where: string,
): readonly ChannelType[] {
  if (channels === undefined) return Object.freeze([]);
  if (!Array.isArray(channels)) {
    const hint = "For example channels: [channels.persistentSodium()].";
    const problem = "must be a list of channels";
    throw new ValidationError({ code: "not-a-list", where, problem, got: channels, hint });
  }
  channels.forEach((each: unknown, i) => checkChannel(model, each, `${where}[${i}]`));
  return Object.freeze([...(channels as readonly ChannelType[])]);
}

function checkChannel(model: NeuronModel, channel: unknown, where: string): void {
  const isChannel =
    typeof channel === "object" &&
    channel !== null &&
    "kind" in channel &&
    channel.kind === "channel";
  if (!isChannel) {
    const problem = "is not a channel";
    const hint = "Channels are made by calling a factory, for example channels.gated({ ... }).";
    throw new ValidationError({ code: "not-a-channel", where, problem, got: channel, hint });
  }
  const { system, name } = (channel as ChannelType).model;
  if (model.inputs.length === 0) {
    const problem = "a channel needs a neuron with an input for its current";
    const hint = `Leave the channel out, or give the neuron model ${model.name} an input.`;
    throw new ValidationError({ code: "no-input", where, problem, got: name, hint });
  }
  if (system === model.system) return;
  throw new ValidationError({
    code: "unit-system",
    where,
    problem: "the channel and the neuron count in different units",
    got: `${name} in ${system}`,
    allowed: model.system,
    hint: "Define both with the same units.",
  });
}
