// What users build: populations, connections, inputs, outputs, and networks inside networks.
// Invariant: every call is checked in full before it changes anything. Added networks are copied
// and dissolved at once, so all lists are in flat order.

import { ValidationError } from "../errors.js";
import type { Compat, QuirkName } from "../models/quirks.js";
import type { NeuronType, SynapseType } from "../models/types.js";
import { product } from "../util/product.js";
import { checkBoolean, checkColor, checkOptions, checkShape } from "./checks.js";
import { resolveQuirks } from "./compat.js";
import { checkSynapseType, recordConnection } from "./connection.js";
import { Contents } from "./contents.js";
import type { ListName, NetworkRef } from "./contents.js";
import { checkEnds } from "./ends.js";
import { readInitialValues } from "./initial-values.js";
import type { InitialValues } from "./initial-values.js";
import { findEither, findIndex, findName, wrongKind } from "./lookup.js";
import { mergeNetwork } from "./merge.js";
import { checkName, checkPath, checkSuffix } from "./names.js";
import { checkNeuronArrays, checkNeuronType } from "./population.js";
import type { ConnectionRef, PopulationLike, PopulationRef, PortRef } from "./population.js";
import { readInputSize, readPort, readVariable } from "./ports.js";
import { readConnectivity } from "./read-connectivity.js";
import type { ConnectivityOption } from "./read-connectivity.js";
import { summarize } from "./summary.js";
import type { Connection, Input, Output, Population } from "./types.js";
import { samePairWarnings } from "./warnings.js";
import type { NetworkWarning } from "./warnings.js";

export interface NetworkOptions {
  /** Default "network". */
  readonly name?: string;
  /** Ways of another system, or single oddities of it; they also apply to networks that are added. */
  readonly compat?: Compat;
}
export interface PopulationOptions {
  /** Default: the name of the neuron's model, with a number where it is taken. */
  readonly name?: string;
  /** SVG colour name or #rrggbb; default "white". */
  readonly color?: string;
  /** For the membrane potential, or for any state: `{ V: -60, w: [0, 1] }`. */
  readonly initialValue?: InitialValues;
}
export interface ConnectionOptions {
  readonly name?: string;
  /** Default "all-to-all"; matrices and patterns say themselves who is joined. */
  readonly connectivity?: ConnectivityOption;
  /** Whether a drawing shows the name; default false. */
  readonly showLabel?: boolean;
}
export interface InputOptions {
  readonly name?: string;
  /** 1 (default): one value for all neurons; else the size of the target. */
  readonly size?: number;
  /** Symbol of the neuron model's input; default its first. */
  readonly port?: string;
  readonly color?: string;
}
export interface OutputOptions {
  readonly name?: string;
  /** Symbol of a state, or "spikes"; default the membrane potential. */
  readonly variable?: string;
  /** True: the same as `variable: "spikes"`. */
  readonly spiking?: boolean;
  readonly color?: string;
}
export interface AddNetworkOptions {
  /** First part of the paths; default the network's own name, with a number where it is taken. */
  readonly name?: string;
  /** Appended to the names of populations, connections, inputs and outputs. */
  readonly suffix?: string;
  /** Replaces the colours of everything in it. */
  readonly color?: string;
}

/** The lists as they are shown, for one version of the contents. */
interface Views {
  readonly version: number;
  readonly populations: readonly Population[];
  readonly connections: readonly Connection[];
  readonly inputs: readonly Input[];
  readonly outputs: readonly Output[];
  readonly networks: readonly NetworkRef[];
}

const defaultColor = "white";

/** What a network holds, for documents; users have no way to it. */
export let contentsOf: (network: NetworkBase) => Contents;

/** A network as a description. Subclasses must accept the same constructor options. */
export class NetworkBase {
  readonly name: string;
  /** Oddities of another system that are on; empty for none. */
  readonly quirks: ReadonlySet<QuirkName>;
  readonly #compat: Compat | undefined;
  readonly #identity = Symbol("network");
  /** Identities of all networks that were added, directly or not. */
  readonly #contained = new Set<symbol>();
  #contents = new Contents();
  #views: Views | undefined;

  static {
    contentsOf = (network) => network.#contents;
  }

  constructor(options: NetworkOptions = {}) {
    checkOptions("new Network", options, ["name", "compat"]);
    const { name, compat } = options;
    this.name = name === undefined ? "network" : checkName("new Network", name);
    this.quirks = resolveQuirks("new Network", compat);
    this.#compat = typeof compat === "object" ? Object.freeze({ ...compat }) : compat;
  }

  /** Adds one neuron: a population of shape [1]. Throws a ValidationError, and then changes nothing. */
  addNeuron(type: NeuronType, options: PopulationOptions = {}): PopulationRef {
    return this.#addPopulation(this.#at("addNeuron"), type, 1, options);
  }

  /** Adds a population; `shape` is its length, or its lengths along any number of axes. */
  addPopulation(
    type: NeuronType,
    shape: number | ArrayLike<number>,
    options: PopulationOptions = {},
  ): PopulationRef {
    return this.#addPopulation(this.#at("addPopulation"), type, shape, options);
  }

  #addPopulation(
    where: string,
    type: NeuronType,
    shape: number | ArrayLike<number>,
    options: PopulationOptions,
  ): PopulationRef {
    const checked = checkNeuronType(where, type);
    checkOptions(where, options, ["name", "color", "initialValue"]);
    const { name: given, color, initialValue } = options;
    const name = this.#newName(where, "population", given, checked.model.name);
    const lengths = checkShape(`${where}(${name})`, shape);
    const size = product(lengths);
    checkNeuronArrays(name, checked, lengths, size);
    const population: Population = Object.freeze({
      name,
      type: checked,
      shape: lengths,
      size,
      initialValues: readInitialValues(
        `${name}.initialValue`,
        initialValue,
        checked.model,
        lengths,
      ),
      color: color === undefined ? defaultColor : checkColor(name, color),
    });
    const index = this.#contents.populations.length;
    const ref: PopulationRef = Object.freeze({
      kind: "population",
      name,
      index,
      shape: lengths,
      size,
    });
    this.#contents.append({ populations: [{ population, refs: [ref] }] });
    return ref;
  }

  /** Joins two populations; all pairs share a synapse type, whose arrays give each edge its values. */
  addConnection(
    synapse: SynapseType,
    source: PopulationLike,
    target: PopulationLike,
    options: ConnectionOptions = {},
  ): ConnectionRef {
    const where = this.#at("addConnection");
    const type = checkSynapseType(where, synapse);
    checkOptions(where, options, ["name", "connectivity", "showLabel"]);
    const { name: given, connectivity, showLabel } = options;
    const name = this.#newName(where, "connection", given, type.name);
    const from = this.#populationIndex(`${where}.source`, source);
    const to = this.#populationIndex(`${where}.target`, target);
    const ends = { source: this.#populationAt(from), target: this.#populationAt(to) };
    const connection: Connection = {
      name,
      synapse: type,
      source: from,
      target: to,
      connectivity: readConnectivity(name, type, connectivity, { ...ends, network: this.name }),
      values: type.values,
      showLabel: showLabel === undefined ? false : checkBoolean(`${name}.showLabel`, showLabel),
    };
    checkEnds(name, type.model, ends, this.quirks.size > 0);
    const record = recordConnection(name, connection, ends, this.quirks);
    this.#contents.append({ connections: [record] });
    const index = this.#contents.connections.length - 1;
    return this.#contents.handle({ kind: "connection", name, index });
  }

  /** Adds values from outside, one for all neurons of the target or one for each. */
  addInput(target: PopulationLike, options: InputOptions = {}): PortRef {
    const where = this.#at("addInput");
    checkOptions(where, options, ["name", "size", "port", "color"]);
    const { name: given, size: wanted, port, color } = options;
    const name = this.#newName(where, "input", given, "input");
    const to = this.#populationIndex(
      `${where}.target`,
      target,
      this.quirks.has("negativeInputIndex"),
    );
    const population = this.#populationAt(to);
    const size = readInputSize(name, wanted, population);
    const input: Input = Object.freeze({
      name,
      target: to,
      size,
      port: readPort(name, port, population),
      color: color === undefined ? defaultColor : checkColor(name, color),
    });
    this.#contents.append({ inputs: [input] });
    const index = this.#contents.inputs.length - 1;
    return this.#contents.handle({ kind: "input", name, index, size });
  }

  /** Shows a variable of a population outside, one value for each neuron. */
  addOutput(source: PopulationLike, options: OutputOptions = {}): PortRef {
    const where = this.#at("addOutput");
    checkOptions(where, options, ["name", "variable", "spiking", "color"]);
    const { name: given, variable, spiking, color } = options;
    const name = this.#newName(where, "output", given, "output");
    const from = this.#populationIndex(`${where}.source`, source);
    const population = this.#populationAt(from);
    const flag = spiking === undefined ? {} : { spiking: checkBoolean(`${name}.spiking`, spiking) };
    const output: Output = Object.freeze({
      name,
      source: from,
      variable: readVariable(name, { variable, ...flag }, population),
      color: color === undefined ? defaultColor : checkColor(name, color),
    });
    this.#contents.append({ outputs: [output] });
    const index = this.#contents.outputs.length - 1;
    return this.#contents.handle({ kind: "output", name, index, size: population.size });
  }

  /** Copies another network into this one, as it is now; its names become paths `name/inner`. */
  addNetwork(network: NetworkBase, options: AddNetworkOptions = {}): NetworkRef {
    const where = this.#at("addNetwork");
    if (!(network instanceof NetworkBase)) {
      throw new ValidationError({
        code: "wrong-kind",
        where: `${where}.network`,
        problem: "not a network",
        got: network,
        allowed: "a Network",
      });
    }
    checkOptions(where, options, ["name", "suffix", "color"]);
    if (network === this || network.#contained.has(this.#identity)) {
      throw new ValidationError({
        code: "network-cycle",
        where: `${where}.network`,
        problem:
          network === this
            ? "a network cannot be added to itself"
            : `${network.name} already contains ${this.name}`,
        got: network.name,
        hint: network === this ? "Add a copy() of it." : "Add both to a third network.",
      });
    }
    const { name: given, suffix, color } = options;
    const parts = mergeNetwork({
      where,
      outer: this.#contents,
      inner: network.#contents,
      name: this.#newName(where, "network", given, network.name),
      suffix: suffix === undefined ? "" : checkSuffix(where, suffix),
      ...(color === undefined ? {} : { color: checkColor(where, color) }),
      quirks: this.quirks,
      innerQuirks: network.quirks,
    });
    this.#contents.append(parts);
    this.#contained.add(network.#identity);
    for (const inner of network.#contained) this.#contained.add(inner);
    return parts.network;
  }

  /** All populations in flat order, those of added networks at their place. */
  get populations(): readonly Population[] {
    return this.#view().populations;
  }

  /** All connections, with values as the oddities of this network make them. */
  get connections(): readonly Connection[] {
    return this.#view().connections;
  }

  /** All inputs; the input vector holds their values in this order. */
  get inputs(): readonly Input[] {
    return this.#view().inputs;
  }

  /** All outputs; the output vector holds their values in this order. */
  get outputs(): readonly Output[] {
    return this.#view().outputs;
  }

  /** The networks that were added, directly or not, with the place of their populations. */
  get networks(): readonly NetworkRef[] {
    return this.#view().networks;
  }

  /** Number of neurons of all populations. */
  get neuronCount(): number {
    return total(this.#contents.populations, ({ population }) => population.size);
  }

  /** Number of synapses; kernel taps that reach beyond the edge of a population do not count. */
  get synapseCount(): number {
    return total(this.#contents.connections, ({ edges }) => edges);
  }

  /** Length of the input vector. */
  get inputSize(): number {
    return total(this.#contents.inputs, ({ size }) => size);
  }

  /** Length of the output vector. */
  get outputSize(): number {
    return total(this.#contents.outputs, ({ source }) => this.#populationAt(source).size);
  }

  /** Notes on what is allowed but may not be meant. */
  get warnings(): readonly NetworkWarning[] {
    const { populations, connections } = this;
    const pairs = samePairWarnings(populations, connections, this.quirks);
    return Object.freeze([...this.#contents.warnings, ...pairs]);
  }

  /** A population by name, flat number or handle; throws where there is none. */
  population(like: PopulationLike): Population {
    return this.#populationAt(this.#populationIndex(this.#at("population"), like));
  }

  /** A connection by name, number or handle, with values as the oddities of this network make them. */
  connection(like: ConnectionRef | string | number): Connection {
    const index = this.#find(this.#at("connection"), "connection", like);
    return this.#contents.connections[index]!.resolved;
  }

  /** An input by name, number or handle. */
  input(like: PortRef | string | number): Input {
    return this.#contents.inputs[this.#find(this.#at("input"), "input", like)]!;
  }

  /** An output by name, number or handle. */
  output(like: PortRef | string | number): Output {
    return this.#contents.outputs[this.#find(this.#at("output"), "output", like)]!;
  }

  /** Flat number of a population, by name or by a handle from this network or an added one. */
  populationIndex(name: PopulationRef | string): number {
    return this.#indexOf("population", name);
  }

  /** Number of a connection, by name or handle. */
  connectionIndex(name: ConnectionRef | string): number {
    return this.#indexOf("connection", name);
  }

  /** Number of an input, by name or handle. */
  inputIndex(name: PortRef | string): number {
    return this.#indexOf("input", name);
  }

  /** Number of an output, by name or handle. */
  outputIndex(name: PortRef | string): number {
    return this.#indexOf("output", name);
  }

  /** An independent network with the same parts; handles of this one work there, too. */
  copy(): this {
    const { constructor } = this as unknown as {
      constructor: new (options: NetworkOptions) => NetworkBase;
    };
    const compat = this.#compat;
    const copy = new constructor({
      name: this.name,
      ...(compat === undefined ? {} : { compat }),
    });
    copy.#contents = this.#contents.copy();
    for (const inner of this.#contained) copy.#contained.add(inner);
    return copy as this;
  }

  /** Counts, and one line for each part. */
  summary(): string {
    const { name, quirks, populations, connections, inputs, outputs } = this;
    const synapseCounts = this.#contents.connections.map(({ edges }) => edges);
    return summarize({ name, quirks, populations, connections, inputs, outputs, synapseCounts });
  }

  /** The same as summary(). */
  toString(): string {
    return this.summary();
  }

  #at(call: string): string {
    return `${this.name}.${call}`;
  }

  #newName(
    where: string,
    kind: ListName | "network",
    given: string | undefined,
    fallback: string,
  ): string {
    const isShared = kind === "population" || kind === "connection";
    const space = this.#contents.spaces[isShared ? "parts" : kind];
    const isFlat = this.quirks.has("flatNames");
    if (given === undefined) {
      const own = checkName(where, fallback);
      return isFlat ? own : space.unused(own);
    }
    const name = (this.#contents.hasPaths ? checkPath : checkName)(where, given);
    if (isFlat || !space.isTaken(name)) return name;
    throw new ValidationError({
      code: "name-taken",
      where: `${where}.name`,
      problem: isShared
        ? "another population or connection has this name"
        : `another ${kind} has this name`,
      got: name,
      allowed: `a name that is not taken, for example ${JSON.stringify(space.unused(name))}`,
    });
  }

  #populationAt(index: number): Population {
    return this.#contents.populations[index]!.population;
  }

  #populationIndex(where: string, like: PopulationLike, mayBeNegative = false): number {
    if (typeof like === "number") {
      return findIndex(where, this.#contents.list("population"), like, mayBeNegative);
    }
    return this.#find(where, "population", like);
  }

  #indexOf(kind: ListName, name: unknown): number {
    const where = this.#at(`${kind}Index`);
    if (typeof name === "object") return this.#find(where, kind, name);
    return findName(where, this.#contents.list(kind), name);
  }

  /** Position of what a name, number or handle stands for. */
  #find(where: string, kind: ListName, like: unknown): number {
    const list = this.#contents.list(kind);
    if (typeof like !== "object" || like === null) return findEither(where, list, like);
    const index = this.#contents.indexOf(kind, like);
    if (typeof index === "number") return index;
    const { kind: given, name } = like as { readonly kind?: unknown; readonly name?: unknown };
    if (given !== kind || typeof name !== "string") throw wrongKind(where, list, like);
    const isAmbiguous = index === "ambiguous";
    throw new ValidationError({
      code: isAmbiguous ? "ambiguous-handle" : "foreign-handle",
      where,
      problem: isAmbiguous
        ? `the ${kind} is in this network several times`
        : `the ${kind} belongs to another network`,
      got: name,
      allowed: `a ${kind} of this network, its name or its number`,
      hint: isAmbiguous
        ? "Give its path, or a handle from what addNetwork gave back."
        : "Add that network first; what is added to it later stays out.",
    });
  }

  #view(): Views {
    const { version } = this.#contents;
    if (this.#views?.version === version) return this.#views;
    const { populations, connections, inputs, outputs, networks } = this.#contents;
    this.#views = {
      version,
      populations: Object.freeze(populations.map(({ population }) => population)),
      connections: Object.freeze(connections.map(({ resolved }) => resolved)),
      inputs: Object.freeze([...inputs]),
      outputs: Object.freeze([...outputs]),
      networks: Object.freeze([...networks]),
    };
    return this.#views;
  }
}

const total = <T>(items: readonly T[], sizeOf: (item: T) => number): number =>
  items.reduce((sum, item) => sum + sizeOf(item), 0);
