// The public entry of Myelin: what users import. Re-exports only.

export { circuits, compile, Network } from "./compile.js";
export { catalogue } from "./models/catalogue.js";
export * from "./models/index.js";
export { defineChannel } from "./models/define/define-channel.js";
export { defineNeuron } from "./models/define/define-neuron.js";
export { defineSynapse } from "./models/define/define-synapse.js";
export { quirkDocs, quirkNames } from "./models/quirks.js";
export * from "./errors.js";

export { plotTraces } from "./plot/traces.js";
export type { Trace, TracesOptions } from "./plot/traces.js";

export { AsyncModel } from "./runtime/async-model.js";
export { Model } from "./runtime/model.js";
export type { StepInput } from "./runtime/model.js";
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

export type { ConnectivityOption } from "./network/connection.js";
export type { NetworkRef } from "./network/contents.js";
export type { InitialValues } from "./network/initial-values.js";
export type {
  AddNetworkOptions,
  ConnectionOptions,
  InputOptions,
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
export type { Connection, Connectivity, Input, Output, Population } from "./network/types.js";
export type { NetworkWarning } from "./network/warnings.js";
export type { Compat, QuirkName } from "./models/quirks.js";
export type { BooleanValue, NumberValue } from "./models/define/factory.js";
export type {
  ChannelDefinition,
  ChannelType,
  NeuronDefinition,
  NeuronType,
  ParameterValue,
  SynapseDefinition,
  SynapseType,
} from "./models/types.js";
