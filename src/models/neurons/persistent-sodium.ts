// The non-spiking neuron with a persistent sodium channel: oscillates with two of its kind.

import { persistentSodium as channel } from "../channels/persistent-sodium.js";
import type { NeuronExtras } from "../define/define-neuron.js";
import { makeFactory } from "../define/factory.js";
import type { Factory, ValuesOf } from "../define/factory.js";
import type { ChannelType, NeuronModel, NeuronType } from "../types.js";
import { refuseUnknownNames } from "../define/read-values.js";
import { nonSpiking } from "./non-spiking.js";

type Values = ValuesOf<typeof nonSpiking> & ValuesOf<typeof channel> & NeuronExtras;

const path = "neurons.persistentSodium";

/** Non-spiking neuron with one persistent sodium channel; takes the parameters of both. */
export const persistentSodium: Factory<Values, NeuronModel, NeuronType> = makeFactory({
  model: nonSpiking.model,
  path,
  parameters: [...nonSpiking.parameters, ...channel.parameters],
  build: (values, options = {}) => {
    const where = options.where ?? path;
    const ofNeuron = nonSpiking.parameters.map(({ publicName }) => publicName);
    const ofChannel = channel.parameters.map(({ publicName }) => publicName);
    refuseUnknownNames(values, [...ofNeuron, ...ofChannel, "channels"], where);
    const pick = (names: readonly string[]) =>
      Object.fromEntries(Object.entries(values).filter(([key]) => names.includes(key)));
    const sodium = channel.build(pick(ofChannel), { where });
    const more = (values["channels"] ?? []) as readonly ChannelType[];
    const channels = Array.isArray(more) ? [sodium, ...more] : more;
    return nonSpiking.build({ ...pick(ofNeuron), channels }, { where });
  },
});
