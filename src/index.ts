// The public entry of Myelin: what users import. Re-exports only.

export { circuits, compile, loadModel, Network } from "./compile.js";
export type { LoadModelOptions } from "./compile/load-model.js";
export { readSafetensors, writeSafetensors } from "./file/safetensors.js";
export type { ReadSafetensorsOptions, ReadTensor, Tensor } from "./file/safetensors.js";
export type { TensorArray, TensorType } from "./file/tensor-types.js";
export { catalogue } from "./models/catalogue.js";
export * from "./models/index.js";
export * as rules from "./network/rules/rules.js";
export { defineChannel } from "./models/define/define-channel.js";
export { defineNeuron } from "./models/define/define-neuron.js";
export { defineSynapse } from "./models/define/define-synapse.js";
export { quirkDocs, quirkNames } from "./models/quirks.js";
export * from "./errors.js";

export { plotRaster } from "./plot/raster.js";
export type { RasterGroup, RasterOptions, RasterSpikes } from "./plot/raster.js";
export { plotTraces } from "./plot/traces.js";
export type { Trace, TracesOptions } from "./plot/traces.js";

export { AsyncModel } from "./runtime/async-model.js";
export { Model } from "./runtime/model.js";
export type { StepInput } from "./runtime/model.js";
export type { VectorInput } from "./runtime/vectors.js";
export type { ModelOf } from "./runtime/model-of.js";
export type {
  AsyncBackend,
  BackendName,
  CompileOptions,
  DebugChannel,
  Device,
  OptimizeOption,
  SyncBackend,
} from "./runtime/options.js";
export type { Recording, RunOptions } from "./runtime/run.js";
export type { Stream } from "./runtime/monitors.js";
export type { SpikeRecord } from "./runtime/recorders.js";
export type { InputEvent } from "./runtime/events.js";
export type { InputFunction, InputSeries, PortInput, RunInput } from "./runtime/inputs.js";
export type { ProgressInfo, ProgressOption } from "./runtime/progress.js";
export type { AsyncValueAccess, ValueAccess, ValueInfo } from "./runtime/state.js";
export type { ResetOptions } from "./runtime/core.js";
export type { Explanation } from "./runtime/explain.js";
export type { Candidate } from "./runtime/select.js";
export type { Cost, HostFunction, Values } from "./runtime/backend.js";
export type { Port, Precision, Program } from "./ir/program.js";
/** The parts of a Program. */
export type * as ir from "./ir/program.js";
/** Expressions and statements as trees. */
export type * as expr from "./expr/ast.js";

export type {
  AddedDocument,
  ArrayDocument,
  ArrayTypeName,
  ChannelDocument,
  ConnectionDocument,
  ConnectivityDocument,
  DefinitionDocument,
  IndicesDocument,
  InitialDocument,
  InputDocument,
  NestedDocument,
  NetworkDocument,
  NumberDocument,
  OutputDocument,
  ParametersDocument,
  PopulationDocument,
  ReferenceDocument,
  RuleName,
  ValueDocument,
} from "./document/document.js";
export type { ArraySource } from "./document/arrays.js";
export type { FromDocumentOptions } from "./document/from-document.js";
export type { ToDocumentOptions } from "./document/to-document.js";

export type {
  CompressedRowsOption,
  ConnectivityOption,
  EdgeListOption,
} from "./network/read-connectivity.js";
export type {
  AllToAll,
  DrawOptions,
  FixedInDegree,
  FixedOutDegree,
  FixedProbability,
  FixedTotalNumber,
  OneToOne,
  Rule,
} from "./network/rules/rule.js";
export type { CompressedRows } from "./network/rules/rows.js";
export type { DrawSizes } from "./network/rules/rules.js";
export type { NetworkRef } from "./network/contents.js";
export type { InitialNumbers, InitialValues, NestedNumbers } from "./network/initial-values.js";
export type {
  AddNetworkOptions,
  ConnectionOptions,
  InputOptions,
  NetworkBase,
  NetworkOptions,
  OutputOptions,
  PopulationOptions,
} from "./network/network.js";
export type {
  ConnectionRef,
  PopulationLike,
  PopulationRef,
  PortRef,
} from "./network/population.js";
export type {
  Connection,
  Connectivity,
  InitialValue,
  Input,
  Output,
  Population,
} from "./network/types.js";
export type { NetworkWarning } from "./network/warnings.js";
export type { Compat, QuirkName } from "./models/quirks.js";
export type { ChannelFactory } from "./models/define/define-channel.js";
export type { NeuronExtras, NeuronFactory } from "./models/define/define-neuron.js";
export type { SynapseExtras, SynapseFactory } from "./models/define/define-synapse.js";
export type { ReceptorNames } from "./models/define/receptors.js";
export type {
  BooleanValue,
  BuildOptions,
  Factory,
  NumberValue,
  ValuesFor,
  ValuesOf,
} from "./models/define/factory.js";
export type { MatrixOptions, MatrixValues } from "./models/arrays/matrix.js";
export type { PatternOptions, PatternValues } from "./models/arrays/pattern.js";
export type { MatrixLike, Rows } from "./models/arrays/shapes.js";
export type { Circuits } from "./circuits/circuits.js";
export type { AdditionOptions } from "./circuits/addition.js";
export type { DifferentiationOptions } from "./circuits/differentiation.js";
export type { DivisionOptions } from "./circuits/division.js";
export type { IntegrationOptions } from "./circuits/integration.js";
export type { MultiplicationOptions } from "./circuits/multiplication.js";
export type { UnitChecking } from "./expr/check.js";
export type { ElementValue } from "./expr/elements.js";
export type { Equation, IntegrationMethod } from "./expr/integrate.js";
export type { UnitSystem } from "./expr/units.js";
export type {
  BlockModel,
  ChannelDefinition,
  ChannelModel,
  ChannelType,
  CommonDefinition,
  CommonModel,
  DifferentialModel,
  GradedDefinition,
  GradedModel,
  GuardedAssignment,
  InputDefinition,
  InputModel,
  NeuronDefinition,
  NeuronModel,
  NeuronType,
  ParameterDefinition,
  ParameterModel,
  ParameterValue,
  ReceptorDefinition,
  ReceptorModel,
  RequirementDefinition,
  RequirementModel,
  StateDefinition,
  StateModel,
  SynapseDefinition,
  SynapseModel,
  SynapseType,
  ValueShape,
} from "./models/types.js";
