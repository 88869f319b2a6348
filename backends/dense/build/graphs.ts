// The graphs that the executable runs: one step, many steps by `Scan`, and the ops that settle or
// rebuild states between steps. Invariant: tensors have short names of their own inside, so that
// nothing depends on how a user names things; inputs that a graph does not use are not among them.

import { booksOf } from "../../../src/ir/books.js";
import type { Op, Program } from "../../../src/ir/program.js";
import { Graph, type Value } from "../onnx/graph.js";
import type { GraphRecord, PortRecord, TensorData } from "../onnx/model.js";
import { Tensors } from "../tensors/tensors.js";
import { valueOf, type Values } from "../context.js";
import { slotsOf, sortSlots, type Slot, type Slots } from "./slots.js";
import { contextFor, emitOps, emitStep, sharedOf } from "./step.js";

/** Gives the data of what never changes, in the shape of its slot. */
export type DataOf = (slot: Slot) => TensorData;

/** A graph, with what goes in and comes out by name. */
export interface BuiltGraph {
  readonly record: GraphRecord;
  /** Slots to be given, by the name of their input. */
  readonly inputs: ReadonlyMap<string, Slot>;
  /** Slots that come back, by the name of their output. */
  readonly outputs: ReadonlyMap<string, Slot>;
  /** Slots that are sampled in every step, by the name of their output. */
  readonly records: ReadonlyMap<string, Slot>;
}

export const stepName = "step";
export const stopName = "stop";

/** What building a graph needs. */
export interface Source {
  readonly program: Program;
  readonly dataOf: DataOf;
}

class Builder {
  readonly graph = new Graph();
  readonly t: Tensors;
  readonly slots: Slots;
  readonly values: Values = new Map();
  readonly inputs = new Map<string, Slot>();
  readonly outputs = new Map<string, Slot>();
  readonly records = new Map<string, Slot>();

  constructor(readonly source: Source) {
    this.t = new Tensors(this.graph, source.program.precision);
    this.slots = sortSlots(source.program);
    for (const slot of this.slots.fixed) {
      const { key, type, shape } = slot;
      this.values.set(key, this.graph.tensor(type, shape, source.dataOf(slot)));
    }
    this.slots.tunable.forEach((slot, i) => this.values.set(slot.key, this.take(`p${i}`, slot)));
  }

  /** An input of the whole graph. */
  take(name: string, slot: Slot, leading: readonly string[] = []): Value {
    this.inputs.set(name, slot);
    const { type, shape } = slot;
    return this.graph.input({ name, type, shape: [...leading, ...shape] }, shape);
  }

  takeAll(prefix: string, slots: readonly Slot[]): void {
    slots.forEach((slot, i) => this.values.set(slot.key, this.take(`${prefix}${i}`, slot)));
  }

  finish(
    name: string,
    outputs: readonly { readonly port: PortRecord; readonly value?: Value }[],
  ): BuiltGraph {
    const record = this.graph.finish(name, outputs);
    const used = new Set(record.inputs.map((input) => input.name));
    const inputs = new Map([...this.inputs].filter(([input]) => used.has(input)));
    return {
      record,
      inputs,
      outputs: this.outputs,
      records: this.records,
    };
  }
}

const stepPort: PortRecord = { name: stepName, type: "int64", shape: [] };
const stopPort: PortRecord = { name: stopName, type: "int32", shape: [] };

type Output = { readonly port: PortRecord; readonly value?: Value };

const portOf = (name: string, { type, shape }: Slot): PortRecord => ({ name, type, shape });

/** One step: from inputs, states and parameters to states and outputs. */
export function buildStep(source: Source): BuiltGraph {
  const builder = new Builder(source);
  const { graph, t, slots, values } = builder;
  const { program } = source;
  const step = graph.input(stepPort);
  builder.takeAll("x", slots.inputs);
  builder.takeAll("s", slots.state);
  const context = contextFor(t, program, sharedOf(program), { values, step });
  const { after, stop } = emitStep(context, []);
  const outputs: Output[] = slots.state.map((slot, i) => {
    builder.outputs.set(`n${i}`, slot);
    return { port: portOf(`n${i}`, slot), value: after.get(slot.key)! };
  });
  if (stop !== undefined) outputs.push({ port: stopPort, value: stop });
  return builder.finish("step", outputs);
}

/** Number of steps in a call, which is known only when it is made. */
const many = "steps";

/** Many steps in one call; the arrays in `watched` come back with a row for each step. */
export function buildRun(source: Source, watched: readonly string[]): BuiltGraph {
  const builder = new Builder(source);
  const { graph, t, slots, values } = builder;
  const { program } = source;
  const { state, inputs } = slots;
  const steps = graph.input({ name: stepName, type: "int64", shape: [many] }, []);
  const series = inputs.map((slot, i) => builder.take(`x${i}`, slot, [many]));
  const before = state.map((slot, i) => builder.take(`s${i}`, slot));

  const body = graph.inner();
  state.forEach((slot, i) => values.set(slot.key, body.input(portOf(`b${i}`, slot))));
  const step = body.input({ ...stepPort, name: "now" });
  inputs.forEach((slot, i) => values.set(slot.key, body.input(portOf(`u${i}`, slot))));
  const context = contextFor(t.with(body), program, sharedOf(program), { values, step });
  const { after, sampled, stop } = emitStep(context, watched);

  const recorded = recordedSlots(program, watched).map((slot, i) => ({ slot, name: `r${i}` }));
  const innerOutputs: Output[] = [
    ...state.map((slot, i) => ({ port: portOf(`e${i}`, slot), value: after.get(slot.key)! })),
    ...recorded.map(({ slot, name }) => {
      const value = valueOf({ ...context, values: sampled }, slot.spec.name);
      return { port: portOf(`${name}i`, slot), value: newest(context.t, value, slot) };
    }),
    ...(stop === undefined ? [] : [{ port: { ...stopPort, name: "halt" }, value: stop }]),
  ];
  const names = [
    ...state.map((_, i) => `n${i}`),
    ...recorded.map(({ name }) => name),
    ...(stop === undefined ? [] : [stopName]),
  ];
  const inner = body.finish("body", innerOutputs);
  graph.block("Scan", [...before, steps, ...series], names, {
    body: inner,
    num_scan_inputs: 1 + series.length,
  });
  state.forEach((slot, i) => builder.outputs.set(`n${i}`, slot));
  for (const { slot, name } of recorded) builder.records.set(name, slot);
  const outputs: Output[] = [
    ...state.map((slot, i) => ({ port: portOf(`n${i}`, slot) })),
    ...recorded.map(({ slot, name }) => {
      return { port: { name, type: slot.type, shape: [many, ...slot.shape] } };
    }),
    ...(stop === undefined ? [] : [{ port: { ...stopPort, shape: [many] } }]),
  ];
  return builder.finish("run", outputs);
}

/** Ops on the state between two steps: what they write comes back. */
export function buildBetween(
  source: Source,
  ops: readonly Op[],
  written: ReadonlySet<string>,
): BuiltGraph {
  const builder = new Builder(source);
  const { t, slots, values } = builder;
  const { program } = source;
  builder.takeAll("s", slots.state);
  const context = contextFor(t, program, sharedOf(program), { values });
  emitOps(ops, context);
  const outputs = slots.state
    .filter(({ spec }) => written.has(spec.name))
    .map((slot, i) => {
      builder.outputs.set(`n${i}`, slot);
      return { port: portOf(`n${i}`, slot), value: values.get(slot.key)! };
    });
  return builder.finish("between", outputs);
}

/** The settling of a Program's lazily kept states. */
export const buildSettling = (source: Source): BuiltGraph =>
  buildBetween(source, source.program.settle ?? [], booksOf(source.program).settled);

/** The rebuilding of what is a function of other states. */
export const buildRebuilding = (source: Source): BuiltGraph =>
  buildBetween(source, source.program.rebuild ?? [], booksOf(source.program).rebuilt);

/** What monitors get of an array: its values or marks, of a ring only what was pushed last. */
function recordedSlots(program: Program, watched: readonly string[]): readonly Slot[] {
  return program.arrays
    .filter(({ name }) => watched.includes(name))
    .flatMap((spec) => slotsOf(program, spec).slice(0, 1))
    .map((slot) => ({ ...slot, shape: [slot.shape[0]!, slot.spec.length] }));
}

/** The newest slot of a ring; other arrays as they are. */
const newest = (t: Tensors, value: Value, { shape }: Slot): Value =>
  value.shape.length === shape.length ? value : t.reshape(t.slice(value, 1, 0, 1), shape);
