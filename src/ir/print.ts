// The text form of a Program, for people and for snapshot tests. Invariant: the same Program always
// prints the same text, two that behave differently print differently, and a broken one still prints.

import { allNames } from "./names.js";
import { printAssignment } from "../expr/print.js";
import { describeLayout, printCount, printValues } from "./print-parts.js";
import { edgesOf } from "./layout.js";
import type {
  ArraySpec,
  Domain,
  EdgesOp,
  Emit,
  HostValue,
  NamedValue,
  Op,
  Operand,
  Port,
  Program,
  SpikeRef,
  Write,
} from "./program.js";

const shownLag = (lag: number | string | undefined): string =>
  lag === undefined ? "" : ` lag ${typeof lag === "number" ? lag : `${lag}[edge]`}`;

/** `[source / 2 % 5 + 3]`; nothing for the plain index over the op's own domain. */
function shownPlace(place: Operand | Write, own: Domain): string {
  const offset = place.offset ?? 0;
  if (place.at === "one") return `[${offset}]`;
  const repeat = "repeat" in place && place.repeat !== undefined ? ` / ${place.repeat}` : "";
  const period = "period" in place && place.period !== undefined ? ` % ${place.period}` : "";
  const shift = offset === 0 ? "" : ` + ${offset}`;
  const index = `${repeat}${period}${shift}`;
  return index === "" && place.at === own ? "" : `[${place.at}${index}]`;
}

function shownRead(operand: Operand, own: Domain): string {
  const { symbol, array, version, at, lag } = operand;
  if (at === "spike" || at === "event") return `${symbol} = ${at}.${array}`;
  const value = `${array}@${version}${shownPlace(operand, own)}${shownLag(lag)}`;
  return symbol === array ? value : `${symbol} = ${value}`;
}

function shownWrite(write: Write, own: Domain): string {
  const { symbol, array, version, mode } = write;
  const value = `${array}@${version}${shownPlace(write, own)}`;
  if (mode === "add") return `${value} += ${symbol}`;
  return symbol === array ? value : `${value} = ${symbol}`;
}

const shownSpikes = (ref: SpikeRef): string => {
  const offset = ref.offset === undefined || ref.offset === 0 ? "" : `[${ref.offset}...]`;
  return `${ref.array}@${ref.version}${offset}${shownLag(ref.lag)}`;
};

/** First element and the one after the last. */
const shownSlice = ({ array, version, offset, count }: HostValue): string =>
  `${array}@${version}[${offset}:${offset + count}]`;

function shownEmit({ when, list, version, offset, append, payload }: Emit): string {
  const shift = offset === undefined || offset === 0 ? "" : ` from ${offset}`;
  const values = payload === undefined || payload.length === 0 ? "" : ` with ${payload.join(", ")}`;
  return `${append === true ? "appends to" : "emits"} ${list}@${version}${shift} when ${when}${values}`;
}

function shownTrigger({ trigger }: EdgesOp): string {
  if (trigger.on === "every") return `every ${trigger.steps} steps`;
  const spikes = `at ${shownSpikes(trigger.spikes)}`;
  if (trigger.on !== "history") return `on ${trigger.on} ${spikes}`;
  return `on history ${trigger.history}@${trigger.version} since ${trigger.since} ${spikes}`;
}

interface Shown {
  /** What follows id and phase in the first line. */
  readonly head: string;
  readonly lines: readonly string[];
}

type Bodied = Extract<Op, { kind: "map" | "gather" | "deliver" | "edges" }>;

function shownBody(op: Bodied, own: Domain, first: readonly string[]): readonly string[] {
  const lines = [...first];
  if (op.reads.length > 0) {
    lines.push(`reads ${op.reads.map((read) => shownRead(read, own)).join(", ")}`);
  }
  lines.push(...op.body.map(printAssignment));
  if (op.writes.length > 0) {
    lines.push(`writes ${op.writes.map((write) => shownWrite(write, own)).join(", ")}`);
  }
  return lines;
}

const overEdges = (op: Exclude<Bodied, { kind: "map" }>): string =>
  `${printCount(edgesOf(op.layout))} edges  reads ${op.reads.length} writes ${op.writes.length}`;

type PrintTable = {
  readonly [K in Op["kind"]]: (op: Extract<Op, { kind: K }>) => Shown;
};

const printTable: PrintTable = {
  map(op) {
    const lines = shownBody(op, "element", []);
    const emit = op.emit === undefined ? [] : [shownEmit(op.emit)];
    return { head: `${op.count} elements`, lines: [...lines, ...emit] };
  },
  gather: (op) => ({
    head: overEdges(op),
    lines: shownBody(op, "target", [describeLayout(op.layout)]),
  }),
  deliver: (op) => ({
    head: overEdges(op),
    lines: shownBody(op, "target", [`at ${shownSpikes(op.spikes)}`, describeLayout(op.layout)]),
  }),
  edges: (op) => ({
    head: overEdges(op),
    lines: shownBody(op, "edge", [shownTrigger(op), describeLayout(op.layout)]),
  }),
  ring: ({ from, into }) => ({
    head: `${from.array}@${from.version} into ${into.array}@${into.version}`,
    lines: [],
  }),
  remember({ spikes, history, version, values, settle }) {
    const shown = values.map((value) => shownRead(value, "target")).join(", ");
    const lines = [`at ${shownSpikes(spikes)}`, `settles by ${settle}`];
    return {
      head: `into ${history}@${version}`,
      lines: shown === "" ? lines : [`reads ${shown}`, ...lines],
    };
  },
  random(op) {
    const head = `${op.how}  ${op.count} elements  stream ${op.stream}`;
    if (op.how !== "skip") return { head, lines: [`writes ${shownWrite(op.write, "element")}`] };
    const reads = op.reads.map((read) => shownRead(read, "element")).join(", ");
    const state = [op.position, op.draws].map((write) => shownWrite(write, "element"));
    return {
      head,
      lines: [
        ...(reads === "" ? [] : [`reads ${reads}`]),
        ...op.body.map(printAssignment),
        `writes ${state.join(", ")}`,
        `emits ${op.emit.list}@${op.emit.version}`,
      ],
    };
  },
  reduce: ({ fn, from, count, write }) => ({
    head: `${fn} of ${count}`,
    lines: [`reads ${shownRead(from, "element")}`, `writes ${shownWrite(write, "one")}`],
  }),
  stop: ({ when, reason }) => ({
    head: `when ${shownRead(when, "one")}: ${JSON.stringify(reason)}`,
    lines: [],
  }),
  host({ name, reads, writes }) {
    const lines = [];
    if (reads.length > 0) lines.push(`reads ${reads.map(shownSlice).join(", ")}`);
    if (writes.length > 0) lines.push(`writes ${writes.map(shownSlice).join(", ")}`);
    return { head: JSON.stringify(name), lines };
  },
  io: ({ into, version, pieces }) => ({
    head: `into ${into}@${version}`,
    lines: pieces.map((piece) => `${into}[${piece.position}...] = ${shownSlice(piece)}`),
  }),
  record: () => ({ head: "", lines: [] }),
};

/** One op as a block: a line of what it is, then what it reads, does and writes, indented. */
export function printOp(op: Op): string {
  const { head, lines } = (printTable[op.kind] as (op: Op) => Shown)(op);
  const parts = [op.id, op.phase, head];
  if (op.merged !== undefined) parts.push(`merged ${op.merged}`);
  if (op.origin !== undefined) parts.push(`from ${op.origin}`);
  const first = parts.filter((part) => part !== "").join("  ");
  return [first, ...lines.map((line) => `  ${line}`)].join("\n");
}

function printArray(spec: ArraySpec, width: number): string {
  const { name, type, role, length, initial, perCopy, slots, payload, capacity, unit } = spec;
  const parts = [name.padEnd(width), type.padEnd(7), role.padEnd(9), String(length).padStart(7)];
  if (slots !== undefined) parts.push(`x ${slots} slots`);
  if (capacity !== undefined) parts.push(`x ${capacity} events`);
  parts.push(`= ${printValues(initial)}`);
  if (unit !== undefined) parts.push(`[${unit}]`);
  if (payload !== undefined) parts.push(`payload ${payload.join(", ")}`);
  parts.push(perCopy ? "per copy" : "shared");
  if (spec.origin !== undefined) parts.push(`from ${spec.origin}`);
  return parts.join("  ");
}

function printName(named: NamedValue): string {
  const { path, array, offset, count, shape, kind, unit, values, order } = named;
  const parts = [
    path,
    kind,
    kind === "constant" ? `${count}` : `${array}[${offset}:${offset + count}]`,
  ];
  if (shape.length > 0) parts.push(shape.join(" x "));
  if (values !== undefined) parts.push(`= ${printValues(values)}`);
  if (order !== undefined) parts.push(`order ${printValues(order)}`);
  if (unit !== undefined) parts.push(`[${unit}]`);
  return parts.join("  ");
}

const indent = (text: string): string => text.replace(/^/gm, "  ");

const section = (title: string, blocks: readonly string[]): string[] =>
  blocks.length === 0 ? [] : [title, ...blocks.map(indent)];

/** The whole Program as text. */
export function printProgram(program: Program): string {
  const { name, format, dt, precision, order, seed, batch, arrays } = program;
  const width = Math.min(40, Math.max(0, ...arrays.map((spec) => spec.name.length)));
  const port = (one: Port): string => `${one.name}  ${one.offset}:${one.offset + one.size}`;
  const head = [
    `program ${JSON.stringify(name)}`,
    `format ${format}`,
    `dt ${dt} ms`,
    precision,
    `order ${order}`,
    `seed ${seed}`,
    `batch ${batch}`,
  ];
  const lines = [
    head.join("  "),
    ...section(
      "arrays",
      arrays.map((spec) => printArray(spec, width)),
    ),
    ...section("setup", program.setup.map(printOp)),
    ...section("ops", program.ops.map(printOp)),
    ...section("settle", (program.settle ?? []).map(printOp)),
    ...section("rebuild", (program.rebuild ?? []).map(printOp)),
    ...section("inputs", program.inputs.map(port)),
    ...section("outputs", program.outputs.map(port)),
    ...section("names", allNames(program).map(printName)),
  ];
  return `${lines.join("\n")}\n`;
}
