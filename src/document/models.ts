// Models of documents: those of the catalogue by their paths, and those that a document defines.
// Invariant: a path means one model, and models are compared by identity, never by name.

import { ValidationError } from "../errors.js";
import { catalogue } from "../models/catalogue.js";
import { defineChannel } from "../models/define/define-channel.js";
import { defineNeuron } from "../models/define/define-neuron.js";
import { defineSynapse } from "../models/define/define-synapse.js";
import type { ModelKind } from "../models/define/definition.js";
import type { BuildOptions } from "../models/define/factory.js";
import type { ChannelDefinition, NeuronDefinition, SynapseDefinition } from "../models/types.js";
import type {
  ChannelType,
  Model,
  NeuronType,
  ParameterModel,
  SynapseType,
} from "../models/types.js";
import { readDefinitionForm } from "./definition-form.js";
import { keyPath, ownKeys, ownValue, refuseReserved, unknownName } from "./place.js";
import { at } from "./relocate.js";

type TypeOf = {
  readonly neuron: NeuronType;
  readonly channel: ChannelType;
  readonly synapse: SynapseType;
};
/** A factory of types of one kind, its parameters' names not known in advance. */
export interface TypeFactory<K extends ModelKind = ModelKind> {
  readonly model: Model;
  readonly parameters: readonly ParameterModel[];
  readonly build: (values: Readonly<Record<string, unknown>>, options?: BuildOptions) => TypeOf[K];
}

/** `neurons`, `channels` and `synapses`, with what they hold. */
const groups: ReadonlyMap<string, ModelKind> = new Map([
  ["neurons", "neuron"],
  ["channels", "channel"],
  ["synapses", "synapse"],
]);

const library: ReadonlyMap<string, TypeFactory> = new Map(
  Object.entries(catalogue).flatMap(([group, members]) =>
    Object.entries<TypeFactory>(members as unknown as Record<string, TypeFactory>).map(
      ([name, factory]) => [`${group}.${name}`, factory] as const,
    ),
  ),
);

/** Path of the factory that makes types of a model without changing any default. */
const libraryPaths: ReadonlyMap<Model, string> = new Map(
  [...library]
    .filter(([, { model, parameters }]) => parameters === model.parameters)
    .map(([path, { model }]) => [model, path]),
);

const define: {
  readonly [K in ModelKind]: (definition: Record<string, unknown>) => TypeFactory<K>;
} = {
  neuron: (definition) => defineNeuron(definition as unknown as NeuronDefinition),
  channel: (definition) => defineChannel(definition as unknown as ChannelDefinition),
  synapse: (definition) => defineSynapse(definition as unknown as SynapseDefinition),
};

/** The models that a document can name. */
export class Models {
  readonly #own = new Map<string, TypeFactory>();

  /** Defines all models of the `models` part. */
  constructor(where: string, given: unknown) {
    if (given === undefined) return;
    for (const path of ownKeys(where, given)) {
      const place = keyPath(where, path);
      const kind = checkPath(place, path);
      this.#own.set(path, defineAt(place, path, { kind, given: ownValue(given, path) }));
    }
  }

  /** A factory by its path; throws unless there is one that makes types of this kind. */
  find<K extends ModelKind>(where: string, path: string, kind: K): TypeFactory<K> {
    const factory = this.#own.get(path) ?? library.get(path);
    if (factory?.model.kind === kind) return factory as TypeFactory<K>;
    const known = [...this.#own, ...library];
    const fitting = known.filter(([, { model }]) => model.kind === kind).map(([each]) => each);
    throw unknownName(where, `${kind} model`, path, fitting);
  }
}

function checkPath(where: string, path: string): ModelKind {
  const [group = "", name = "", ...more] = path.split(".");
  refuseReserved(where, name);
  const kind = groups.get(group);
  const isFree = !library.has(path);
  if (kind !== undefined && name !== "" && more.length === 0 && isFree) return kind;
  throw new ValidationError({
    code: isFree ? "bad-name" : "name-taken",
    where,
    problem: isFree
      ? "the name of a model says first what it is a model of"
      : "the catalogue has a model of this name",
    got: path,
    allowed: isFree ? '"neurons.x", "channels.x" or "synapses.x"' : "another name",
  });
}

function defineAt(
  where: string,
  path: string,
  { kind, given }: { readonly kind: ModelKind; readonly given: unknown },
): TypeFactory {
  const definition = readDefinitionForm(where, given, kind);
  const { name = path.slice(path.indexOf(".") + 1) } = definition;
  const known = (): readonly string[] => [`${kind}s.${String(name)}`, `${kind}s`];
  return at({ where, known }, () => define[kind]({ ...definition, name }));
}

/** Gives each model a path: that of the catalogue, or one of the document's own. */
export class ModelPaths {
  readonly #own = new Map<Model, string>();
  readonly #taken = new Set<string>();

  pathOf(model: Model): string {
    const known = libraryPaths.get(model) ?? this.#own.get(model);
    if (known !== undefined) return known;
    const wanted = `${model.kind}s.${model.name}`;
    refuseReserved(wanted, model.name);
    let path = wanted;
    for (let i = 1; library.has(path) || this.#taken.has(path); i += 1) path = `${wanted}${i}`;
    this.#own.set(model, path);
    this.#taken.add(path);
    return path;
  }

  /** The models that have to be defined in the document. */
  get own(): ReadonlyMap<Model, string> {
    return this.#own;
  }
}
