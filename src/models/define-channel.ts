// defineChannel: a conductance in a neuron's membrane from text. Invariant: it sees its own names
// and `V`, the neuron's output state, and nothing else of the neuron.

import { substitute } from "../expr/rewrite.js";
import { readBlocks } from "./blocks.js";
import {
  checkFields,
  checkPresent,
  copyPlain,
  dimensionOf,
  openDraft,
  titleOf,
} from "./definition.js";
import { readExpression, readQuirks, readStates } from "./definition.js";
import { refuseIdleStates } from "./events.js";
import { makeFactory, readValues } from "./factory.js";
import type { Factory, ValuesFor } from "./factory.js";
import { readParameters, readRequirements, refuseSharedNames } from "./parameters.js";
import type { ChannelDefinition, ChannelModel, ChannelType } from "./types.js";

export type ChannelFactory<P extends ChannelDefinition["params"] = ChannelDefinition["params"]> =
  Factory<ValuesFor<P>, ChannelModel, ChannelType>;

const fields = [
  ...["name", "doc", "reference", "params", "requires", "state", "units", "integrate", "substeps"],
  ...["quirks", "order", "equations", "current"],
];

/** Checks a definition at once and gives back the factory of its channels. */
export function defineChannel<const D extends ChannelDefinition>(
  definition: D,
): ChannelFactory<D["params"]> {
  const title = titleOf("channel", definition);
  checkFields(definition, fields, title);
  const model = readChannel(copyPlain<ChannelDefinition>(definition, title));
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
  const parameters = readParameters(draft, definition.params);
  const requires = readRequirements(draft, definition.requires, parameters);
  const quirks = readQuirks(draft, definition.quirks);
  const states = readStates(draft, definition.state);
  refuseSharedNames(draft, parameters, states);
  const options = { ...definition, states, canRest: false };
  checkPresent(definition.equations, `${where}.equations`);
  const { blocks, changed, meanings } = readBlocks(draft, definition.equations, options);
  refuseIdleStates(draft, states, changed, "equations");
  const current = readExpression(draft, definition.current, { where: `${where}.current` });
  const { reference, order } = definition;
  return Object.freeze({
    kind: "channel",
    name: definition.name,
    doc: definition.doc,
    ...(reference === undefined ? {} : { reference }),
    system,
    parameters,
    requires,
    states,
    blocks,
    quirks,
    ...(order === undefined ? {} : { order }),
    current: substitute(current, meanings),
    definition,
  });
}
