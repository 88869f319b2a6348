// One step of a Program as an ONNX model of its own, for any runtime: named inputs, outputs and
// states, parameters that can be given, and where a run begins. docs/onnx.md says how it is used.
// Invariant: the file says all that is needed; nothing of this library takes part when it runs.

import { allNames } from "../../src/ir/names.js";
import { BackendUnavailableError } from "../../src/errors.js";
import { booksOf } from "../../src/ir/books.js";
import type { ArraySpec, Port, Program } from "../../src/ir/program.js";
import { bindSetup } from "../../src/ir/setup.js";
import { allocateMemory } from "../../src/memory/allocate.js";
import { importValues } from "../../src/memory/exchange.js";
import { valuesIn, type Memory } from "../../src/memory/memory.js";
import { sortSlots, type Slot } from "./build/slots.js";
import { contextFor, emitOps, emitStep, sharedOf } from "./build/step.js";
import { shapeOf, type Context, type Values } from "./context.js";
import { supports } from "./limits.js";
import { Graph, type Value } from "./onnx/graph.js";
import { encodeOnnx, type PortRecord } from "./onnx/model.js";
import { emitMap } from "./ops/map.js";
import { producer } from "./sessions.js";
import { dataFrom } from "./state.js";
import { Tensors } from "./tensors/tensors.js";

/** Values of tunable parameters by the name of their array, where they are not the initial ones. */
export type Parameters = ReadonlyMap<string, ArrayLike<number>>;

/** A state in the file: what it is called there, and what it is of the Program. */
interface StateNames {
  readonly slot: Slot;
  readonly input: string;
  readonly output: string;
}

/** Names that are all different, whatever users call things; ONNX has UTF-8 and ends texts at NUL. */
class Names {
  readonly #taken = new Set<string>();

  take(wanted: string): string {
    const plain = [...wanted]
      .map((each) => (/^[\ud800-\udfff]$|^\0$/.test(each) ? "\ufffd" : each))
      .join("");
    let name = plain;
    for (let i = 2; this.#taken.has(name); i++) name = `${plain} (${i})`;
    this.#taken.add(name);
    return name;
  }
}

/** The numbers of an array in a file: states and parameters as they are when a run begins. */
function beginningOf(program: Program, parameters: Parameters): Memory {
  const memory = allocateMemory(program);
  for (const [name, values] of parameters) importValues(valuesIn(memory, name), values);
  bindSetup(program, (name) => valuesIn(memory, name).data)();
  return memory;
}

/** Everything that writing one file needs. */
interface Writing {
  readonly program: Program;
  readonly t: Tensors;
  readonly names: Names;
  readonly memory: Memory;
  readonly values: Values;
  /** Parameters that can be given, and their values otherwise. */
  readonly adjustable: PortRecord[];
}

const portOf = (name: string, { type, shape }: Slot): PortRecord => ({ name, type, shape });

const constantOf = ({ t, memory }: Writing, slot: Slot, name?: string): Value => {
  const data = dataFrom(memory.get(slot.spec.name)!, slot);
  return t.graph.tensor(slot.type, slot.shape, data, name);
};

/** Parameters: those that never change, and those that can be given, with their values otherwise. */
function addParameters(writing: Writing): void {
  const { program, values, names, adjustable } = writing;
  const { fixed, tunable } = sortSlots(program);
  for (const slot of fixed) values.set(slot.key, constantOf(writing, slot));
  for (const slot of tunable.filter(({ spec }) => spec.role === "tunable")) {
    const name = names.take(`parameter:${slot.spec.name}`);
    values.set(slot.key, constantOf(writing, slot, name));
    adjustable.push(portOf(name, slot));
  }
}

/** What follows from parameters that can be given, computed in float64 as when a model is loaded. */
function addSetup({ program, t, values }: Writing): void {
  const derived = new Set(
    sortSlots(program)
      .tunable.filter(({ spec }) => spec.role === "derived")
      .map(({ spec }) => spec.name),
  );
  const wide = t.with(t.graph, "float64");
  for (const op of program.setup) {
    if (!op.writes.some(({ array }) => derived.has(array))) continue;
    const read = new Map(values);
    for (const { array } of op.reads) {
      const value = read.get(array)!;
      if (value.type !== "int32") read.set(array, wide.cast(value, "float64"));
    }
    for (const { array } of op.writes) {
      const known = read.get(array);
      if (known !== undefined && known.type !== "int32") {
        read.set(array, wide.cast(known, "float64"));
      }
    }
    emitMap(op, contextFor(wide, program, sharedOf(program), { values: read }));
    for (const { array } of op.writes) {
      const made = read.get(array)!;
      values.set(array, made.type === "int32" ? made : t.cast(made, t.real));
    }
  }
}

/** The states as they are at the beginning, those included that are computed from others. */
function beginning(writing: Writing, states: readonly Slot[]): Values {
  const { program, t, values } = writing;
  const begin = new Map(values);
  for (const slot of states) begin.set(slot.key, constantOf(writing, slot));
  emitOps(program.rebuild ?? [], contextFor(t, program, sharedOf(program), { values: begin }));
  return begin;
}

/** Inputs by port become the input arrays. */
function addInputs({ program, t, names, values }: Writing): readonly PortRecord[] {
  const { batch } = program;
  const arrays = program.arrays.filter(({ role }) => role === "input");
  const size = arrays.reduce((sum, { length }) => sum + length, 0);
  if (size === 0) return [];
  const ports = [...program.inputs].filter((port) => port.size > 0);
  ports.sort((a, b) => a.offset - b.offset);
  const records: PortRecord[] = [];
  const parts: Value[] = [];
  let at = 0;
  const fill = (to: number): void => {
    if (to > at) parts.push(t.expand(t.number(0), [batch, to - at]));
    at = Math.max(at, to);
  };
  for (const port of ports) {
    fill(port.offset);
    const shape = [batch, port.size];
    const record = { name: names.take(`input:${port.name}`), type: t.real, shape };
    records.push(record);
    parts.push(t.graph.input(record));
    at = port.offset + port.size;
  }
  fill(size);
  const vector = t.concat(parts, 1);
  let from = 0;
  for (const { name, length } of arrays) {
    if (length > 0) values.set(name, t.slice(vector, 1, from, from + length));
    from += length;
  }
  return records;
}

interface OutputRecord {
  readonly port: PortRecord;
  readonly value: Value;
}

/** The output vector by port. */
function outputsOf({ program, t, names }: Writing, after: Values): OutputRecord[] {
  const arrays = program.arrays.filter(({ role, length }) => role === "output" && length > 0);
  if (arrays.length === 0) return [];
  const zeros = (spec: ArraySpec): Value => t.expand(t.number(0), shapeOf(program, spec));
  const vector = t.concat(
    arrays.map((spec) => after.get(spec.name) ?? zeros(spec)),
    1,
  );
  return program.outputs
    .filter(({ size }) => size > 0)
    .map(({ name, offset, size }) => {
      const shape = [program.batch, size];
      const port: PortRecord = { name: names.take(`output:${name}`), type: t.real, shape };
      return { port, value: t.slice(vector, 1, offset, offset + size) };
    });
}

function stateNames({ names }: Writing, slots: readonly Slot[]): StateNames[] {
  return slots.map((slot) => {
    const { spec, column } = slot;
    const part = column === undefined ? spec.name : `${spec.name}:${spec.payload![column]!}`;
    return { slot, input: names.take(`state:${part}`), output: names.take(`next:${part}`) };
  });
}

const portInfo = ({ name }: Port, records: readonly PortRecord[], i: number) => ({
  name,
  port: records[i]?.name,
});

/** What the file says of itself, as JSON. */
function metadataOf(
  { program }: Writing,
  states: readonly StateNames[],
  ports: { readonly inputs: readonly PortRecord[]; readonly outputs: readonly PortRecord[] },
): string {
  const inFile = new Map(states.map(({ slot, input }) => [slot.key, input]));
  const named = allNames(program).flatMap(({ path, array, offset, count, shape, unit, order }) => {
    const state = inFile.get(array);
    if (state === undefined) return [];
    const list = order === undefined ? {} : { order: Array.from(order) };
    return [
      { path, state, offset, count, shape, ...(unit === undefined ? {} : { unit }), ...list },
    ];
  });
  const sorted = [...program.inputs].filter(({ size }) => size > 0);
  sorted.sort((a, b) => a.offset - b.offset);
  const { dt, precision, order, seed, batch, name } = program;
  return JSON.stringify({
    ...{ format: 1, name, dt, precision, order, seed, batch },
    inputs: sorted.map((port, i) => portInfo(port, ports.inputs, i)),
    outputs: program.outputs
      .filter(({ size }) => size > 0)
      .map((port, i) => portInfo(port, ports.outputs, i)),
    states: states.map(({ slot, input, output }) => {
      const { unit } = slot.spec;
      const isSpikes = slot.spec.type === "spikes";
      return { input, output, isSpikes, isRing: slot.spec.slots !== undefined, unit };
    }),
    // Kept as they were when something last happened to them.
    lazy: [...booksOf(program).settled].flatMap((array) => inFile.get(array) ?? []),
    names: named,
    stops: program.ops.flatMap((op, i) =>
      op.kind === "stop" ? [{ code: i + 1, reason: op.reason }] : [],
    ),
  });
}

/** States as they are given, or as they are at the beginning. */
function chooseStates(writing: Writing, states: readonly StateNames[]): void {
  const { t, values } = writing;
  const reset = t.graph.input({ name: "reset", type: "bool", shape: [] });
  const begin = beginning(
    writing,
    states.map(({ slot }) => slot),
  );
  for (const { slot, input } of states) {
    const given = t.graph.input(portOf(input, slot));
    values.set(slot.key, t.select(reset, begin.get(slot.key)!, given));
  }
}

const stateSlots = (program: Program): readonly Slot[] =>
  sortSlots(program).state.filter(({ spec }) => spec.role === "state");

function refuseUnsupported(program: Program): void {
  const [problem] = supports(program);
  if (problem === undefined) return;
  throw new BackendUnavailableError({
    code: problem.code,
    where: program.name,
    problem: `cannot become an ONNX model: ${problem.reason}`,
    hint: "model.save() keeps any model that calls no function of yours.",
  });
}

/** The bytes of an ONNX model that does one step of a Program; throws where there can be none. */
export function toOnnx(
  program: Program,
  parameters: Parameters = new Map(),
): Uint8Array<ArrayBuffer> {
  refuseUnsupported(program);
  const t = new Tensors(new Graph(), program.precision);
  const memory = beginningOf(program, parameters);
  const writing: Writing = {
    ...{ program, t, memory, names: new Names(), values: new Map(), adjustable: [] },
  };
  const step = t.graph.input({ name: writing.names.take("step"), type: "int64", shape: [] });
  writing.names.take("reset");
  writing.names.take("stop");
  addParameters(writing);
  addSetup(writing);
  const inputs = addInputs(writing);
  const states = stateNames(writing, stateSlots(program));
  if (states.length > 0) chooseStates(writing, states);
  const context: Context = contextFor(t, program, sharedOf(program), {
    values: writing.values,
    step,
  });
  const { after, stop } = emitStep(context, []);
  const outputs = outputsOf(writing, after);
  const stopPort: PortRecord = { name: "stop", type: "int32", shape: [] };
  const all = [
    ...outputs,
    ...states.map(({ slot, output }) => {
      return { port: portOf(output, slot), value: after.get(slot.key)! };
    }),
    ...(stop === undefined ? [] : [{ port: stopPort, value: stop }]),
  ];
  const graph = t.graph.finish("step", all, { keepsInputs: true });
  const ports = { inputs, outputs: outputs.map(({ port }) => port) };
  const known = new Set(graph.initialisers.map(({ name }) => name));
  const adjustable = writing.adjustable.filter(({ name }) => known.has(name));
  return encodeOnnx(
    {
      graph: { ...graph, inputs: [...graph.inputs, ...adjustable] },
      doc: `One step of ${program.dt} ms of the network "${program.name}".`,
      metadata: { myelin: metadataOf(writing, states, ports) },
    },
    producer,
  );
}
