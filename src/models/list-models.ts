// The catalogue as data, for suites that go over all models. Invariant: each entry can be made
// without knowing the model, from the sample values given here.

import { catalogue } from "./catalogue.js";
import type { Factory } from "./define/factory.js";
import type { Model, NeuronType, ChannelType, ParameterModel, SynapseType } from "./types.js";

export interface ModelEntry {
  /** For example `neurons.spiking`. */
  readonly path: string;
  readonly kind: Model["kind"];
  readonly model: Model;
  readonly parameters: readonly ParameterModel[];
  /** Allowed values for the parameters that must be given. */
  readonly sample: Readonly<Record<string, number>>;
  readonly make: (
    values?: Readonly<Record<string, unknown>>,
  ) => NeuronType | ChannelType | SynapseType;
}

type AnyFactory = Factory<never, Model, NeuronType | ChannelType | SynapseType>;

/** A number inside the bounds of a parameter, 1 where that is one. */
function sampleValue({ definition }: ParameterModel): number {
  const low = Math.max(definition.min ?? -Infinity, definition.above ?? -Infinity);
  const high = Math.min(definition.max ?? Infinity, definition.below ?? Infinity);
  if (low < 1 && high > 1) return 1;
  if (low === -Infinity) return high === Infinity ? 1 : high - 1;
  return high === Infinity ? low + 1 : (low + high) / 2;
}

/** Every factory of the catalogue. */
export function listModels(): readonly ModelEntry[] {
  return Object.entries(catalogue).flatMap(([group, members]) =>
    Object.entries<AnyFactory>(members).map(([name, { model, parameters, build }]) => {
      const required = parameters.filter((each) => each.default === undefined);
      const sample = Object.fromEntries(
        required.map((each) => [each.publicName, sampleValue(each)]),
      );
      return Object.freeze({
        path: `${group}.${name}`,
        kind: model.kind,
        model,
        parameters,
        sample: Object.freeze(sample),
        make: (values: Readonly<Record<string, unknown>> = {}) => build({ ...sample, ...values }),
      });
    }),
  );
}
