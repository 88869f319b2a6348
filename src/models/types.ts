// What a model is after its definition has been parsed and checked. Invariant: plain data; the
// layers below read these fields and never ask for a model's name.

import type { Assignment, Expr } from "../expr/ast.js";
import type { UnitChecking } from "../expr/check.js";
import type { ElementValue } from "../expr/elements.js";
import type { Equation, IntegrationMethod } from "../expr/integrate.js";
import type { QuirkName } from "./quirks.js";

/** One parameter as the author of a model writes it. */
export interface ParameterDefinition {
  /** Its name in equations; the key under which it stands is its public name. */
  readonly symbol: string;
  /** Absent: must be given. Text: an expression of other parameters' symbols, for example `"Er"`. */
  readonly default?: number | boolean | string;
  readonly unit?: string;
  readonly min?: number;
  readonly max?: number;
  /** Exclusive bounds. */
  readonly above?: number;
  readonly below?: number;
  readonly doc: string;
}
export interface StateDefinition {
  /** A number, or an expression of parameters and of states declared before. */
  readonly initial: number | string;
  readonly unit?: string;
  readonly doc: string;
}
export interface InputDefinition {
  readonly unit?: string;
  readonly doc: string;
}

export interface RequirementDefinition {
  /** Boolean expression of parameters. */
  readonly holds: string;
  /** What to do where it does not hold, as a full sentence. */
  readonly hint?: string;
}

export interface CommonDefinition {
  readonly name: string;
  readonly doc: string;
  /** Paper and equation, or the system it comes from. */
  readonly reference?: string;
  readonly params: Readonly<Record<string, ParameterDefinition>>;
  readonly state?: Readonly<Record<string, StateDefinition>>;
  /** In which units text, constants and parameters are; default "consistent". */
  readonly units?: UnitChecking;
  readonly integrate?: IntegrationMethod;
  /** Only with rk4: sub-steps in one step. */
  readonly substeps?: number;
  /** Conditions between parameters that hold for every element, for example `e_hi != e_lo`. */
  readonly requires?: readonly RequirementDefinition[];
  /** Oddities of other systems that the text asks for by name; true where the network selects them. */
  readonly quirks?: readonly QuirkName[];
  /** The step convention this model needs; absent: fits any. */
  readonly order?: string;
}

/**
 * Blocks of equations run one after the other. Inside a block assignments run in order and all
 * differential equations are integrated together, from the values at the start of the block.
 */
export interface NeuronDefinition extends CommonDefinition {
  readonly state: Readonly<Record<string, StateDefinition>>;
  /** Summed inputs: total synaptic and external current, for example. The first one is the default. */
  readonly inputs?: Readonly<Record<string, InputDefinition>>;
  readonly equations: string | readonly string[];
  /** State that outputs show and that synapses read as the membrane potential. */
  readonly output: string;
  /** Condition under which it fires; the reset runs for those that do. */
  readonly spike?: string;
  readonly reset?: string;
  /** Expression of parameters [time]: after a spike, equations flagged `(unless refractory)` rest, and no spike, for so long. */
  readonly refractory?: string;
}
/** A conductance in the membrane of a neuron; several may share one neuron. `V` is the neuron's output state. */
export interface ChannelDefinition extends CommonDefinition {
  readonly equations: string | readonly string[];
  /** Current into the neuron's first input. */
  readonly current: string;
}
/** `V_pre`, `V_post`: any state, parameter or input of the neurons at the two ends, by suffix. */
export interface GradedDefinition {
  /** Either conductance and reversal: adds conductance * (reversal - V) to the input; or a current. */
  readonly conductance?: string;
  readonly reversal?: string;
  readonly current?: string;
  /** Input of the neuron that receives it; default its first. */
  readonly into?: string;
}
/** A state of the target that users of a synapse choose; in the text it is `<symbol>_post`. */
export interface ReceptorDefinition {
  readonly symbol: string;
  /** Symbol of the target's state that it stands for where nothing else is said. */
  readonly default: string;
  readonly doc: string;
}
export interface SynapseDefinition extends CommonDefinition {
  /** Per-step change of its states. */
  readonly equations?: string | readonly string[];
  readonly graded?: GradedDefinition;
  /** The same for the neuron at the source end (electrical synapses). */
  readonly gradedBack?: GradedDefinition;
  /** True: every pair of neurons shares one coupling (a self-connection of a population counts each pair once). */
  readonly symmetric?: boolean;
  /** Assignments run for each edge when a spike arrives, and when the target fires. */
  readonly onPre?: string;
  readonly onPost?: string;
  /** By the name under which users choose, for example `receptor`. */
  readonly receptors?: Readonly<Record<string, ReceptorDefinition>>;
  /** Public name of the parameter that is the transmission delay [ms]. */
  readonly delay?: string;
  /** Public name of the parameter whose value 0 means: no synapse. */
  readonly strength?: string;
  /** Public names of the parameters that a network dividing by the source population's size divides. */
  readonly divided?: readonly string[];
}

export interface ParameterModel {
  readonly publicName: string;
  readonly symbol: string;
  readonly kind: "number" | "boolean";
  /** Absent: required. */
  readonly default?: Expr;
  readonly unit: string;
  readonly doc: string;
  readonly definition: ParameterDefinition;
}
export interface StateModel {
  readonly symbol: string;
  readonly initial: Expr;
  readonly unit: string;
  readonly doc: string;
}
export interface InputModel {
  readonly symbol: string;
  readonly unit: string;
  readonly doc: string;
}
export interface RequirementModel {
  readonly text: string;
  readonly condition: Expr;
  readonly hint?: string;
}
/** One block of equations: plain assignments, or a system to integrate. */
export type BlockModel =
  | { readonly kind: "assign"; readonly body: readonly GuardedAssignment[] }
  | {
      readonly kind: "differential";
      readonly intermediates: readonly Assignment[];
      readonly equations: readonly DifferentialModel[];
      readonly method: IntegrationMethod;
      readonly substeps: number;
    };
/** `prev(x)` is still a call here; it is resolved when the model is expanded. */
export interface GuardedAssignment extends Assignment {
  readonly unlessRefractory: boolean;
}
export interface DifferentialModel extends Equation {
  readonly unlessRefractory: boolean;
}

export interface CommonModel {
  readonly name: string;
  readonly doc: string;
  readonly reference?: string;
  readonly system: UnitChecking;
  readonly parameters: readonly ParameterModel[];
  readonly states: readonly StateModel[];
  readonly blocks: readonly BlockModel[];
  readonly requires: readonly RequirementModel[];
  readonly quirks: readonly QuirkName[];
  readonly order?: string;
}
export interface NeuronModel extends CommonModel {
  readonly kind: "neuron";
  readonly inputs: readonly InputModel[];
  readonly output: string;
  readonly spike?: Expr;
  readonly reset: readonly Assignment[];
  readonly refractory?: Expr;
  readonly definition: NeuronDefinition;
}
export interface ChannelModel extends CommonModel {
  readonly kind: "channel";
  readonly current: Expr;
  readonly definition: ChannelDefinition;
}
export type GradedModel = { readonly into?: string } & (
  | { readonly kind: "conductance"; readonly conductance: Expr; readonly reversal: Expr }
  | { readonly kind: "current"; readonly current: Expr }
);
export interface ReceptorModel {
  readonly publicName: string;
  readonly symbol: string;
  /** Symbol of the state that it stands for in this model. */
  readonly state: string;
  readonly doc: string;
}
export interface SynapseModel extends CommonModel {
  readonly kind: "synapse";
  readonly receptors: readonly ReceptorModel[];
  /** The model with the defaults of its receptors, where others were chosen in this one. */
  readonly general?: SynapseModel;
  readonly graded?: GradedModel;
  readonly gradedBack?: GradedModel;
  readonly symmetric: boolean;
  /** Symbols of the neurons at the two ends that it reads or assigns, without `_pre` and `_post`. */
  readonly ends: { readonly pre: readonly string[]; readonly post: readonly string[] };
  readonly onPre: readonly Assignment[];
  readonly onPost: readonly Assignment[];
  readonly delay?: string;
  readonly strength?: string;
  readonly divided: readonly string[];
  readonly definition: SynapseDefinition;
}
export type Model = NeuronModel | ChannelModel | SynapseModel;

/** A value for each element (or edge, or kernel tap), or one for all. Always in the model's units. */
export type ParameterValue = ElementValue;

/** A model with its parameter values: what a network is built from. Frozen; holds copies. */
export interface NeuronType {
  readonly kind: "neuron";
  readonly model: NeuronModel;
  readonly values: ReadonlyMap<string, ParameterValue>;
  readonly channels: readonly ChannelType[];
}
export interface ChannelType {
  readonly kind: "channel";
  readonly model: ChannelModel;
  readonly values: ReadonlyMap<string, ParameterValue>;
}
/** The shape that array values of a synapse have. */
export type ValueShape =
  | { readonly kind: "free" }
  /** [targets][sources]; entries whose strength is 0 are no synapse. */
  | { readonly kind: "matrix"; readonly rows: number; readonly columns: number }
  /** Odd lengths, one or two. */
  | { readonly kind: "pattern"; readonly kernel: readonly number[] };
export interface SynapseType {
  readonly kind: "synapse";
  readonly model: SynapseModel;
  readonly values: ReadonlyMap<string, ParameterValue>;
  readonly shape: ValueShape;
  /** Public names that were given, as against left to their defaults. */
  readonly given: ReadonlySet<string>;
  /** Default name of connections made with it. */
  readonly name: string;
}
