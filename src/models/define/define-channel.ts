// defineChannel: a conductance in a neuron's membrane from text. Invariant: it sees its own names
// and `V`, the neuron's output state, and nothing else of the neuron.

import { readBlocks, writeOut } from "./blocks.js";
import { commonFields, readCommon } from "./common.js";
import { checkPresent, copyDefinition, dimensionOf, openDraft } from "./definition.js";
import { readExpression } from "./definition.js";
import { refuseIdleStates } from "./events.js";
import { makeFactory, readValues } from "./factory.js";
import type { Factory, ValuesFor } from "./factory.js";
import type { ChannelDefinition, ChannelModel, ChannelType } from "../types.js";

export type ChannelFactory<P extends ChannelDefinition["params"] = ChannelDefinition["params"]> =
  Factory<ValuesFor<P>, ChannelModel, ChannelType>;

const fields = [...commonFields, ...["equations", "current"]];

/**
 * Checks a definition at once and gives back the factory of its channels.
 *
 * @example
 * ```ts
 * import { defineChannel, neurons } from "myelin";
 *
 * const leak = defineChannel({
 *   name: "leak",
 *   doc: "A second leak.",
 *   params: { maxConductance: { symbol: "g", default: 1, unit: "uS", min: 0, doc: "conductance" } },
 *   state: { n: { initial: 1, doc: "opening" } },
 *   equations: "dn/dt = (0.5 - n) / (10 ms)",
 *   current: "g * n * ((-70 mV) - V)",
 * });
 * const cell = neurons.nonSpiking({ channels: [leak({ maxConductance: "500 nS" })] });
 * console.log(cell.channels[0]?.values.get("maxConductance")); // 0.5
 * ```
 */
export function defineChannel<const D extends ChannelDefinition>(
  definition: D,
): ChannelFactory<D["params"]> {
  const model = readChannel(copyDefinition<ChannelDefinition>("channel", definition, fields));
  return makeFactory({
    model,
    path: `channels.${model.name}`,
    parameters: model.parameters,
    build: (values, options = {}) => {
      const where = options.where ?? `channels.${model.name}`;
      const complete = readValues(model, values, { where });
      return Object.freeze({ kind: "channel", model, values: complete.values });
    },
  });
}

function readChannel(definition: ChannelDefinition): ChannelModel {
  const draft = openDraft("channel", definition);
  const { where, system } = draft;
  // Declared before everything else, so that initial values may name it.
  const voltage = dimensionOf(system === "SI" ? "V" : "mV", draft, where);
  draft.scope.set("V", { dimension: voltage });
  const common = readCommon(draft, definition);
  const { states } = common;
  const options = { ...definition, states, canRest: false };
  checkPresent(definition.equations, `${where}.equations`);
  const blocks = readBlocks(draft, definition.equations, options);
  refuseIdleStates(draft, states, blocks.changed, "equations");
  const path = `${where}.current`;
  const current = readExpression(draft, definition.current, { where: path });
  return Object.freeze({
    kind: "channel",
    ...common,
    blocks: blocks.blocks,
    current: writeOut(current, blocks, path),
    definition,
  });
}
