// Reads a Program from plain data, as program-form.ts writes it. Invariant: what has not the fields and
// field types of one is refused, and so is what the verifier finds unsound.

import type {
  ArraySpec,
  DeliverOp,
  EdgesOp,
  GatherOp,
  HostOp,
  Initial,
  IoOp,
  Layout,
  MapOp,
  NamedValue,
  Op,
  Operand,
  Port,
  Program,
  RandomOp,
  RecordOp,
  ReduceOp,
  RememberOp,
  RingOp,
  SpikeRef,
  StopOp,
  Trigger,
  Write,
} from "../ir/program.js";
import { problemsOf } from "../ir/verify.js";
import type { Section } from "./container.js";
import {
  either,
  list,
  maybe,
  number,
  oneOf,
  record,
  refuseForm,
  section,
  text,
  truth,
  whole,
  word,
  type Form,
  type Place,
} from "./forms.js";
import { assignment } from "./read-expr.js";

const isNumber = (value: unknown): boolean =>
  typeof value === "number" || typeof value === "string";
const sectionOf = <S extends Section>(...types: readonly (new (length: number) => S)[]) => {
  const form = record({ section: section(...types) });
  return (value: unknown, at: Place): S => form(value, at).section;
};
const initial: Form<Initial> = either(
  isNumber,
  number,
  sectionOf<Exclude<Initial, number>>(Float64Array, Float32Array, Int32Array),
);
const lag: Form<number | string> = either((value) => typeof value === "string", text, whole);

const arraySpec: Form<ArraySpec> = record({
  name: text,
  type: word("real", "int", "spikes", "history"),
  role: word("state", "parameter", "tunable", "derived", "input", "output", "scratch", "index"),
  length: whole,
  initial,
  perCopy: truth,
  slots: maybe(whole),
  payload: maybe(list(text)),
  capacity: maybe(whole),
  unit: maybe(text),
  origin: maybe(text),
});

const domain = word("element", "source", "target", "edge", "spike", "event", "one");
const operand: Form<Operand> = record({
  ...{ symbol: text, array: text, version: whole, at: domain },
  ...{ offset: maybe(whole), repeat: maybe(whole), period: maybe(whole), lag: maybe(lag) },
});
const write: Form<Write> = record({
  ...{ symbol: text, array: text, version: whole, at: domain },
  ...{ offset: maybe(whole), mode: word("set", "add") },
});
const spikeRef: Form<SpikeRef> = record({
  ...{ array: text, version: whole, lag: maybe(lag), offset: maybe(whole) },
});
const versioned = record({ array: text, version: whole });

const kind = <const K extends string>(name: K) => ({ kind: word(name) });
const counts = list(whole);
const layout: Form<Layout> = oneOf<Layout>("kind", {
  dense: record({ ...kind("dense"), sources: whole, targets: whole }),
  diagonal: record({ ...kind("diagonal"), count: whole }),
  segments: record({ ...kind("segments"), targets: whole, size: whole }),
  block: record({ ...kind("block"), blocks: whole, sources: whole, targets: whole }),
  csr: record({
    ...{ ...kind("csr"), rows: word("target", "source"), sources: whole, targets: whole },
    ...{ edges: whole, start: text, other: text, edge: maybe(text) },
  }),
  stencil: record({ ...kind("stencil"), shape: counts, kernel: counts }),
  convolution: record({
    ...{ ...kind("convolution"), input: counts, output: counts, kernel: counts },
    ...{ strides: counts, pad: counts, channels: whole, filters: whole, groups: whole },
  }),
  uniform: record({ ...kind("uniform"), sources: whole, targets: whole }),
});

const base = { id: text, phase: text, origin: maybe(text), merged: maybe(whole) };
const body = { reads: list(operand), body: list(assignment), writes: list(write) };

const map: Form<MapOp> = record({
  ...{ ...kind("map"), ...base, ...body, count: whole },
  emit: maybe(
    record({
      ...{ when: text, list: text, version: whole, offset: maybe(whole) },
      ...{ append: maybe(truth), payload: maybe(list(text)) },
    }),
  ),
});
const gather: Form<GatherOp> = record({ ...kind("gather"), ...base, ...body, layout });
const trigger: Form<Trigger> = oneOf<Trigger>("on", {
  source: record({ on: word("source"), spikes: spikeRef }),
  target: record({ on: word("target"), spikes: spikeRef }),
  every: record({ on: word("every"), steps: whole }),
  history: record({
    ...{ on: word("history"), spikes: spikeRef, history: text, version: whole, since: text },
  }),
});
const deliver: Form<DeliverOp> = record({
  ...{ ...kind("deliver"), ...base, ...body, layout, spikes: spikeRef },
});
const edges: Form<EdgesOp> = record({ ...kind("edges"), ...base, ...body, layout, trigger });
const ring: Form<RingOp> = record({ ...kind("ring"), ...base, from: versioned, into: versioned });
const remember: Form<RememberOp> = record({
  ...{ ...kind("remember"), ...base, spikes: spikeRef, history: text, version: whole },
  ...{ values: list(operand), settle: text },
});
const drawn = { ...kind("random"), ...base, stream: whole, count: whole };
const random: Form<RandomOp> = oneOf<RandomOp>("how", {
  uniform: record({ ...drawn, how: word("uniform"), write }),
  normal: record({ ...drawn, how: word("normal"), write }),
  skip: record({
    ...{ ...drawn, how: word("skip"), reads: list(operand), body: list(assignment) },
    ...{ position: write, draws: write, emit: record({ list: text, version: whole }) },
  }),
});
const reduce: Form<ReduceOp> = record({
  ...{ ...kind("reduce"), ...base, fn: word("sum", "mean", "min", "max", "count") },
  ...{ from: operand, count: whole, write },
});
const stop: Form<StopOp> = record({ ...kind("stop"), ...base, when: operand, reason: text });
const slice = { array: text, version: whole, offset: whole, count: whole };
const host: Form<HostOp> = record({
  ...{ ...kind("host"), ...base, name: text },
  ...{ reads: list(record(slice)), writes: list(record(slice)) },
});
const io: Form<IoOp> = record({
  ...{ ...kind("io"), ...base, into: text, version: whole },
  pieces: list(record({ ...slice, position: whole })),
});
const recordOp: Form<RecordOp> = record({ ...kind("record"), ...base });

/** One form for each kind of op. */
const opForms: { readonly [K in Op["kind"]]: Form<Extract<Op, { kind: K }>> } = {
  ...{ map, gather, deliver, edges, ring, remember, random, reduce, stop, host, io },
  record: recordOp,
};
const op: Form<Op> = oneOf<Op>("kind", opForms);

const port: Form<Port> = record({ name: text, offset: whole, size: whole });
const named: Form<NamedValue> = record({
  ...{ path: text, array: text, offset: whole, count: whole, shape: counts },
  kind: word("state", "parameter", "tunable", "spikes", "constant"),
  unit: maybe(text),
  values: maybe(initial),
  order: maybe(sectionOf(Int32Array)),
});

const books = list(oneOf<MapOp | EdgesOp>("kind", { map, edges }));
const program: Form<Program> = record({
  format: (value, at): 1 => (value === 1 ? 1 : refuseForm(at, "is not known", value)),
  ...{ name: text, dt: number, precision: word("float64", "float32"), order: text, seed: whole },
  ...{ batch: whole, arrays: list(arraySpec), setup: list(map), ops: list(op) },
  settle: maybe(books),
  rebuild: maybe(list(oneOf<MapOp | GatherOp>("kind", { map, gather }))),
  ...{ inputs: list(port), outputs: list(port), names: list(named) },
});

/** A sound Program from plain data. */
export const readProgram: Form<Program> = (value, at) => {
  const read = program(value, at);
  const [problem] = problemsOf(read);
  if (problem !== undefined) refuseForm(at, `is not a sound program: ${problem}`);
  return read;
};
