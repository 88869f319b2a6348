// The form of a network as a document: plain JSON without code. Types only; what the parts mean is in
// docs/network-documents.md. Invariant: what toDocument() writes and what fromDocument() reads are
// both of these types, and the JSON schema beside this file says the same.

import type { Compat } from "../models/quirks.js";
import type { ChannelDefinition, NeuronDefinition, SynapseDefinition } from "../models/types.js";
import type { Rule } from "../network/rules/rule.js";

/** A part of a file beside the document, which the caller of fromDocument() provides by its name. */
export interface ArrayDocument {
  /** A plain file name: letters, digits, "_", "-" and "."; neither a path nor a URL. */
  readonly arrays: string;
  /** Needed where the caller gives bytes, which are read as little-endian. */
  readonly type?: ArrayTypeName;
  /** [bytes] where the part begins; default 0. */
  readonly offset?: number;
  /** How many numbers; default all that follow. */
  readonly length?: number;
}
export type ArrayTypeName = "float64" | "float32" | "int32" | "uint32" | "uint8";

/** The text stands for negative zero, which JSON.stringify() does not keep. */
export type NumberDocument = number | "-0";
/** Numbers in a row, or in rows of rows. */
export type NestedDocument = readonly (NumberDocument | NestedDocument)[];
/** One value for all, a text with a unit such as "20 pA", or a value for each element. */
export type ValueDocument =
  number | boolean | string | NestedDocument | readonly boolean[] | ArrayDocument;
/** By public name; parameters that are left out have their defaults. */
export type ParametersDocument = Readonly<Record<string, ValueDocument>>;

/** A definition as text; its name may be left out: then it is the part of its key after the dot. */
export type DefinitionDocument =
  Optional<NeuronDefinition> | Optional<ChannelDefinition> | Optional<SynapseDefinition>;
type Optional<D extends { readonly name: string }> = Omit<D, "name"> & Partial<Pick<D, "name">>;

export interface ChannelDocument {
  /** For example "channels.gated". */
  readonly model: string;
  readonly parameters?: ParametersDocument;
}
export interface PopulationDocument {
  readonly name?: string;
  /** For example "neurons.nonSpiking", of the catalogue or of `models`. */
  readonly model: string;
  readonly parameters?: ParametersDocument;
  readonly channels?: readonly ChannelDocument[];
  /** Default 1. */
  readonly shape?: number | readonly number[];
  /** For the membrane potential, or for each state. */
  readonly initialValue?:
    InitialDocument | Readonly<Record<string, InitialDocument | ArrayDocument>>;
  readonly color?: string;
}
export type InitialDocument = NumberDocument | NestedDocument;

/** A population by its name or by its place in the list. */
export type ReferenceDocument = string | number;

export type RuleName = "all-to-all" | "one-to-one" | "matrix" | "pattern";
export type IndicesDocument = readonly number[] | ArrayDocument;
export type ConnectivityDocument =
  | RuleName
  | { readonly rule: RuleName; readonly kernel?: readonly number[] }
  | Rule
  | { readonly sources: IndicesDocument; readonly targets: IndicesDocument }
  | { readonly start: IndicesDocument; readonly targets: IndicesDocument };
export interface ConnectionDocument {
  readonly name?: string;
  /** For example "synapses.nonSpiking", of the catalogue or of `models`. */
  readonly model: string;
  readonly parameters?: ParametersDocument;
  /** What connections of this type are called; default the name of the model. */
  readonly synapseName?: string;
  readonly source: ReferenceDocument;
  readonly target: ReferenceDocument;
  /** Default "all-to-all". */
  readonly connectivity?: ConnectivityDocument;
  readonly showLabel?: boolean;
}
export interface InputDocument {
  readonly name?: string;
  readonly target: ReferenceDocument;
  /** 1 (default): one value for all neurons; else the size of the target. */
  readonly size?: number;
  readonly port?: string;
  readonly color?: string;
}
export interface OutputDocument {
  readonly name?: string;
  readonly source: ReferenceDocument;
  /** Symbol of a state, or "spikes". */
  readonly variable?: string;
  readonly color?: string;
}
/** Which populations came from a network that was added. */
export interface AddedDocument {
  readonly name: string;
  readonly first: number;
  readonly count: number;
  readonly color?: string;
}

/** A network as plain JSON. */
export interface NetworkDocument {
  /** For editors; ignored here and never fetched. */
  readonly $schema?: string;
  readonly myelin: "network";
  readonly version: 1;
  readonly name?: string;
  readonly compat?: Compat;
  /** Models that the catalogue does not have, by "neurons.x", "channels.x" or "synapses.x". */
  readonly models?: Readonly<Record<string, DefinitionDocument>>;
  readonly populations?: readonly PopulationDocument[];
  readonly connections?: readonly ConnectionDocument[];
  readonly inputs?: readonly InputDocument[];
  readonly outputs?: readonly OutputDocument[];
  readonly networks?: readonly AddedDocument[];
}

/** The version that is written, and the only one there is so far. */
export const documentVersion = 1;

/** What a document may hold at most; beyond it a typed error comes before any memory is taken. */
export const documentLimits = {
  /** Characters of a text; 256 Mi. */
  text: 2 ** 28,
  /** Lists and objects inside each other. */
  depth: 64,
  /** Keys of one object. */
  keys: 100_000,
  /** Lists and objects of a text. */
  containers: 10_000_000,
  /** Entries of `populations`, `connections`, `inputs`, `outputs` and `networks`, each. */
  entries: 1_000_000,
  /** Neurons of all populations. */
  neurons: 2 ** 31 - 1,
  /** Axes of a population. */
  axes: 1_000,
  /** Channels of a population. */
  channels: 10_000,
  /** Parameters, states, inputs, texts of equations and so on of a definition, each. */
  definition: 1_000,
  /**
   * Synapses that rules draw, and neurons they draw them for, where the reader does not say more: a
   * short text from a stranger must not keep anybody busy.
   */
  drawn: 2 ** 20,
  /** Pairs of a matrix and taps of a kernel for which the document lists no values. */
  unlisted: 2 ** 20,
} as const;
