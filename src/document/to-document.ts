// From a network to a document. Invariant: reading it back gives the same lists, names and numbers, so
// that both networks compile to the same Program; what is written shares no memory with the network.

import { ValidationError } from "../errors.js";
import { quirkNames } from "../models/quirks.js";
import type { Compat } from "../models/quirks.js";
import type { ChannelType, Model, NeuronType, ParameterValue } from "../models/types.js";
import type { SynapseType } from "../models/types.js";
import { checkOptions } from "../network/checks.js";
import type { Contents } from "../network/contents.js";
import { contentsOf } from "../network/network.js";
import type { NetworkBase } from "../network/network.js";
import type { Connection, InitialValue, Population } from "../network/types.js";
import type {
  ArrayDocument,
  ConnectionDocument,
  ConnectivityDocument,
  DefinitionDocument,
  NestedDocument,
  NetworkDocument,
  NumberDocument,
  ParametersDocument,
  PopulationDocument,
  ReferenceDocument,
} from "./document.js";
import { documentLimits, documentVersion } from "./document.js";
import { writeDefinition } from "./definition-form.js";
import { ModelPaths } from "./models.js";
import { writeNumber, writeNumbers } from "./numbers.js";
import { refuseReserved, wrongKind } from "./place.js";

export interface ToDocumentOptions {
  /** Called with each long list, which the document then only names: for files beside it. */
  readonly arrays?: (name: string, values: Float64Array | Int32Array) => void;
  /** How many numbers make a list long; default 1000. */
  readonly least?: number;
}

interface Writer {
  readonly contents: Contents;
  readonly paths: ModelPaths;
  /** Puts a long list into a file; undefined for short ones. */
  readonly aside: (values: Float64Array | Int32Array) => ArrayDocument | undefined;
}

const defaultColor = "white";
const defaultLeast = 1_000;

/** Describes a network as plain data that JSON.stringify() keeps in full. */
export function toDocument(network: NetworkBase, options: ToDocumentOptions = {}): NetworkDocument {
  const contents = contentsOf(network);
  const paths = new ModelPaths();
  const writer: Writer = { contents, paths, aside: asideOf(options) };
  const populations = contents.populations.map(({ population }) =>
    writePopulation(writer, population),
  );
  const connections = contents.connections.map(({ given }) => writeConnection(writer, given));
  const own = [...paths.own].map(([model, path]) => {
    const definition = writeDefinition(model.definition) as DefinitionDocument;
    return [path, definition] as const;
  });
  return {
    myelin: "network",
    version: documentVersion,
    name: network.name,
    ...compatOf(network),
    ...(own.length === 0 ? {} : { models: Object.fromEntries(own) }),
    populations,
    connections,
    inputs: contents.inputs.map(({ name, target, size, port, color }) => ({
      name,
      target: referTo(writer, target),
      ...(size === 1 ? {} : { size }),
      port,
      ...colorOf(color),
    })),
    outputs: contents.outputs.map(({ name, source, variable, color }) => ({
      name,
      source: referTo(writer, source),
      variable,
      ...colorOf(color),
    })),
    ...addedOf(contents),
  };
}

function asideOf(options: ToDocumentOptions): Writer["aside"] {
  const where = "toDocument";
  checkOptions(where, options, ["arrays", "least"]);
  const { arrays, least = defaultLeast } = options;
  if (arrays === undefined) return () => undefined;
  if (typeof arrays !== "function") throw wrongKind(`${where}.arrays`, arrays, "a function");
  let count = 0;
  return (values) => {
    if (values.length < least) return undefined;
    const name = `array${count}.bin`;
    count += 1;
    arrays(name, values.slice());
    return { arrays: name, type: values instanceof Int32Array ? "int32" : "float64" };
  };
}

function compatOf({ quirks }: NetworkBase): { readonly compat?: Compat } {
  if (quirks.size === 0) return {};
  if (quirkNames.every((name) => quirks.has(name))) return { compat: "sns-toolbox" };
  return { compat: Object.fromEntries([...quirks].map((name) => [name, true])) };
}

const colorOf = (color: string): { readonly color?: string } =>
  color === defaultColor ? {} : { color };

function addedOf({ networks }: Contents): Pick<NetworkDocument, "networks"> {
  if (networks.length === 0) return {};
  return {
    networks: networks.map(({ name, first, populations, color }) => ({
      name,
      first,
      count: populations.length,
      ...(color === undefined ? {} : { color }),
    })),
  };
}

/** A name where it means this population, else its number: an oddity allows equal names. */
function referTo({ contents }: Writer, index: number): ReferenceDocument {
  const { name } = contents.populations[index]!.population;
  return contents.names.population.find(name) === index ? name : index;
}

function writePopulation(writer: Writer, population: Population): PopulationDocument {
  const { name, type, shape, initialValues, color } = population;
  if (shape.length > documentLimits.axes) {
    throw new ValidationError({
      code: "too-large",
      where: `${name}.shape`,
      problem: "a document cannot hold a population with so many axes",
      got: shape.length,
      allowed: `at most ${documentLimits.axes}`,
    });
  }
  const initial = [...initialValues].map(([symbol, value]) => {
    refuseReserved(`${name}.initialValue`, symbol);
    return [symbol, writeInitial(writer, value)] as const;
  });
  return {
    name,
    ...writeType(writer, type),
    ...(type.channels.length === 0
      ? {}
      : { channels: type.channels.map((channel) => writeType(writer, channel)) }),
    ...(shape.length === 1 && shape[0] === 1 ? {} : { shape: [...shape] }),
    ...(initial.length === 0 ? {} : { initialValue: Object.fromEntries(initial) }),
    ...colorOf(color),
  };
}

function writeInitial(
  { aside }: Writer,
  value: InitialValue,
): NumberDocument | NestedDocument | ArrayDocument {
  return typeof value === "number" ? writeNumber(value) : (aside(value) ?? writeNumbers(value));
}

function writeType(
  writer: Writer,
  type: NeuronType | ChannelType | SynapseType,
): { readonly model: string; readonly parameters: ParametersDocument } {
  const rows = rowsOf(type);
  const parameters = [...type.values].map(([name, value]) => {
    refuseReserved(type.model.name, name);
    return [name, writeValue(writer, value, rows)] as const;
  });
  const model = writer.paths.pathOf(generalOf(type.model));
  return { model, parameters: { ...Object.fromEntries(parameters), ...receptorsOf(type.model) } };
}

/** The model that the definition gives, without the user's choice of receptors. */
const generalOf = (model: Model): Model =>
  (model.kind === "synapse" ? model.general : undefined) ?? model;

function receptorsOf(model: Model): Readonly<Record<string, string>> {
  if (model.kind !== "synapse" || model.general === undefined) return {};
  return Object.fromEntries(model.receptors.map(({ publicName, state }) => [publicName, state]));
}

/** Matrices and kernels are written as rows. */
function rowsOf(type: NeuronType | ChannelType | SynapseType): readonly number[] | undefined {
  if (type.kind !== "synapse" || type.shape.kind === "free") return undefined;
  return type.shape.kind === "pattern" ? type.shape.kernel : [type.shape.rows, type.shape.columns];
}

function writeValue(
  { aside }: Writer,
  value: ParameterValue,
  rows: readonly number[] | undefined,
): ParametersDocument[string] {
  if (typeof value === "boolean") return value;
  if (typeof value === "number") return writeNumber(value);
  return aside(value) ?? writeNumbers(value, rows);
}

function writeConnection(writer: Writer, given: Connection): ConnectionDocument {
  const { name, synapse, source, target, showLabel } = given;
  const connectivity = writeConnectivity(writer, given);
  return {
    name,
    ...writeType(writer, synapse),
    ...(synapse.name === synapse.model.name ? {} : { synapseName: synapse.name }),
    source: referTo(writer, source),
    target: referTo(writer, target),
    ...(connectivity === undefined ? {} : { connectivity }),
    ...(showLabel ? { showLabel } : {}),
  };
}

function writeConnectivity(
  { aside }: Writer,
  { connectivity }: Connection,
): ConnectivityDocument | undefined {
  const indices = (list: Int32Array) => aside(list) ?? [...list];
  switch (connectivity.kind) {
    case "all-to-all":
      return undefined;
    case "edges":
      return { sources: indices(connectivity.sources), targets: indices(connectivity.targets) };
    case "csr":
      return connectivity.rule === undefined
        ? { start: indices(connectivity.start), targets: indices(connectivity.targets) }
        : { ...connectivity.rule };
    case "pattern":
      return { rule: "pattern", kernel: [...connectivity.kernel] };
    default:
      return { rule: connectivity.kind };
  }
}
