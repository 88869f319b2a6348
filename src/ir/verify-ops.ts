// The verifier's part for ops: one total table over the kinds.

import { isKnownOp } from "./access.js";
import { edgesOf, sourcesOf, targetsOf } from "./layout.js";
import type { Domain, EdgesOp, Layout, Op, RandomOp } from "./program.js";
import { checkLayout } from "./verify-layout.js";
import * as bind from "./verify-operands.js";
import { findArray, isCount, type Report } from "./verify-report.js";
import { repeated } from "../util/repeated.js";
import { checkOverlap } from "./verify-versions.js";

type OpTable = {
  readonly [K in Op["kind"]]: (report: Report, op: Extract<Op, { kind: K }>) => void;
};

/** What the operands of an op over edges may run over. */
function edgeScope(report: Report, where: string, layout: Layout): bind.Scope {
  const edges = edgesOf(layout);
  const sizes = { source: sourcesOf(layout), target: targetsOf(layout), one: 1 };
  return layout.kind === "uniform"
    ? { report, where, sizes }
    : { report, where, sizes: { ...sizes, edge: edges }, edges };
}

function needRows(report: Report, op: { id: string; layout: Layout }, rows: string): void {
  const { layout, id } = op;
  const fits = layout.kind !== "csr" || layout.rows === rows;
  report.need(fits, id, `needs rows by ${rows}, but its layout has them by the other end`);
}

const sizeAt =
  (scope: bind.Scope) =>
  (at: Domain): number =>
    scope.sizes[at] ?? 0;

function checkHistory(
  report: Report,
  op: EdgesOp,
  trigger: Extract<EdgesOp["trigger"], { on: "history" }>,
): readonly string[] {
  const { need, program } = report;
  const spec = findArray(report, trigger.history, op.id);
  const since = findArray(report, trigger.since, op.id);
  const remembers = program.ops.filter(
    (one) => one.kind === "remember" && one.history === trigger.history,
  );
  // Whether events of this very step are older or younger than its source spikes must be the same
  // for all of them.
  const isEdge = trigger.version === 0 || trigger.version === remembers.length;
  need(isEdge, op.id, `reads ${trigger.history} between two ops that write it`);
  if (since !== undefined) {
    const fits = since.type === "int" && since.role === "state" && since.slots === undefined;
    need(fits, op.id, `keeps its steps in ${trigger.since}, which must be int state`);
    const edges = edgesOf(op.layout);
    need(since.length >= edges, op.id, `has ${since.length} steps for ${edges} edges`);
    const isShared = program.batch > 1 && !since.perCopy;
    need(!isShared, op.id, `keeps its steps in ${trigger.since}, which all copies share`);
  }
  if (spec === undefined) return [];
  need(spec.type === "history", op.id, `takes events from ${trigger.history}: ${spec.type}`);
  const targets = targetsOf(op.layout);
  need(spec.length === targets, op.id, `has ${targets} targets, its history ${spec.length}`);
  return spec.payload ?? [];
}

function checkEdges(report: Report, op: EdgesOp): void {
  const { id, layout, trigger, reads, body, writes } = op;
  if (!checkLayout(report, id, layout)) return;
  const plain = edgeScope(report, id, layout);
  let scope = plain;
  let given: readonly string[] = [];
  if (trigger.on === "every") {
    report.need(isCount(trigger.steps, 1), id, `runs every ${trigger.steps} steps`);
  } else if (trigger.on === "history") {
    bind.checkSpikes(plain, trigger.spikes, sourcesOf(layout));
    const columns = checkHistory(report, op, trigger);
    needRows(report, op, "source");
    scope = { ...plain, sizes: { ...plain.sizes, event: 1 }, columns };
    given = ["age"];
  } else {
    const ends = trigger.on === "source" ? sourcesOf(layout) : targetsOf(layout);
    const columns = bind.checkSpikes(plain, trigger.spikes, ends);
    needRows(report, op, trigger.on);
    scope = { ...plain, sizes: { ...plain.sizes, spike: 1 }, columns };
  }
  const known = bind.checkBody(scope, reads, body, given);
  bind.checkWrites(scope, writes, known, ["edge"]);
  checkOverlap(report, id, op, sizeAt(scope));
}

function checkRandom(report: Report, op: RandomOp): void {
  const { need } = report;
  const { id, count, stream } = op;
  need(isCount(stream) && stream < 2 ** 32, id, `has the stream ${stream}`);
  if (!need(isCount(count), id, `has ${count} elements`)) return;
  const scope = { report, where: id, sizes: { element: count, one: 1 } };
  if (op.how !== "skip") {
    bind.checkWrite(scope, op.write, ["element"]);
    return;
  }
  const known = bind.checkBody(scope, op.reads, op.body, ["u"]);
  need(known.has("skip"), id, "does not define skip");
  for (const own of [op.position, op.draws]) {
    bind.checkWrite(scope, own, ["one"]);
    need(own.mode === "set", id, `adds to ${own.array}, which it keeps itself`);
    const role = report.arrays.get(own.array)?.role;
    need(role === undefined || role === "state", id, `keeps ${own.array}, which must be state`);
  }
  const draws = report.arrays.get(op.draws.array);
  need(
    draws === undefined || draws.type === "int",
    id,
    "counts its draws in an array that is not int",
  );
  const position = report.arrays.get(op.position.array);
  need(position === undefined || position.type === "real", id, "needs a position that is real");
  const emit = { when: "u", list: op.emit.list, version: op.emit.version };
  bind.checkEmit(scope, emit, count, known);
}

const opTable: OpTable = {
  map(report, op) {
    const { id, count, reads, body, writes, emit } = op;
    if (!report.need(isCount(count), id, `has ${count} elements`)) return;
    const scope = { report, where: id, sizes: { element: count, one: 1 } };
    const known = bind.checkBody(scope, reads, body);
    bind.checkWrites(scope, writes, known, count === 1 ? ["element", "one"] : ["element"]);
    if (emit !== undefined) bind.checkEmit(scope, emit, count, known);
    checkOverlap(report, id, op, sizeAt(scope));
  },
  gather(report, op) {
    const { id, layout, reads, body, writes } = op;
    if (!checkLayout(report, id, layout)) return;
    needRows(report, op, "target");
    const scope = edgeScope(report, id, layout);
    const known = bind.checkBody(scope, reads, body);
    bind.checkWrites(scope, writes, known, ["target"]);
    if (layout.kind === "uniform") {
      const ofTarget = reads.some((read) => read.at === "target");
      report.need(!ofTarget, id, "has one sum for all targets and cannot read at target");
    }
    checkOverlap(report, id, op, sizeAt(scope));
  },
  deliver(report, op) {
    const { id, layout, reads, body, writes, spikes } = op;
    if (!checkLayout(report, id, layout)) return;
    needRows(report, op, "source");
    const plain = edgeScope(report, id, layout);
    const columns = bind.checkSpikes(plain, spikes, sourcesOf(layout));
    const scope = { ...plain, sizes: { ...plain.sizes, spike: 1 }, columns };
    const known = bind.checkBody(scope, reads, body);
    bind.checkWrites(scope, writes, known, ["edge", "target"]);
    checkOverlap(report, id, op, sizeAt(scope));
  },
  edges: checkEdges,
  ring(report, { id, from, into }) {
    const source = findArray(report, from.array, id);
    const ring = findArray(report, into.array, id);
    if (source === undefined || ring === undefined) return;
    const { need } = report;
    need(ring.slots !== undefined, id, `pushes into ${ring.name}, which is no ring`);
    need(source.slots === undefined, id, `pushes ${source.name}, which is itself a ring`);
    need(source.type === ring.type, id, `pushes ${source.type} into a ring of ${ring.type}`);
    const sizes = `${source.length} elements into a ring of ${ring.length}`;
    need(source.length === ring.length, id, `pushes ${sizes}`);
    const same = (source.payload ?? []).join() === (ring.payload ?? []).join();
    need(same, id, "pushes spikes with another payload than the ring has");
  },
  remember(report, { id, spikes, history, values, settle }) {
    const { need, program } = report;
    const spec = findArray(report, history, id);
    if (spec === undefined) return;
    if (!need(spec.type === "history", id, `remembers in ${history}, a ${spec.type}`)) return;
    const scope = { report, where: id, sizes: { target: spec.length, one: 1 } };
    bind.checkSpikes(scope, spikes, spec.length);
    const columns = spec.payload?.length ?? 0;
    need(values.length === columns, id, `gives ${values.length} values for ${columns} columns`);
    for (const value of values) bind.checkOperand(scope, value);
    const settler = program.ops.find((op) => op.id === settle);
    const fits =
      settler?.kind === "edges" &&
      settler.trigger.on === "history" &&
      settler.trigger.history === history;
    need(fits, id, `settles by ${settle}, which is no op that reads ${history}`);
  },
  random: checkRandom,
  reduce(report, { id, fn, from, count, write }) {
    const { need } = report;
    const known = ["sum", "mean", "min", "max", "count"].includes(fn);
    need(known, id, `has the unknown function ${fn}`);
    if (!need(isCount(count, 1), id, `has ${count} elements`)) return;
    const scope = { report, where: id, sizes: { element: count, one: 1 } };
    if (fn === "count") {
      const { lag } = from;
      const plain = { array: from.array, version: from.version, offset: from.offset ?? 0 };
      bind.checkSpikes(scope, lag === undefined ? plain : { ...plain, lag }, count);
    } else {
      bind.checkOperand({ ...scope, sizes: { element: count } }, from);
    }
    bind.checkWrite(scope, write, ["one"]);
  },
  stop(report, { id, when }) {
    bind.checkOperand({ report, where: id, sizes: { one: 1 } }, when);
  },
  host(report, { id, reads, writes }) {
    const scope = { report, where: id, sizes: {} };
    for (const slice of reads) bind.checkSlice(scope, slice, "reads");
    for (const slice of writes) bind.checkSlice(scope, slice, "writes");
  },
  io(report, { id, into, pieces }) {
    const scope = { report, where: id, sizes: {} };
    const target = findArray(report, into, id);
    if (target === undefined) return;
    report.need(target.role === "output", id, `copies into ${into}, which is ${target.role}`);
    for (const piece of pieces) {
      bind.checkSlice(scope, piece, "reads");
      const { position, count } = piece;
      const fits = isCount(position) && position + count <= target.length;
      report.need(fits, id, `writes ${position} + ${count} of ${into} of ${target.length}`);
    }
  },
  record: () => undefined,
};

interface Range {
  readonly id: string;
  readonly from: number;
  readonly to: number;
}

/** What an op puts into a list of spikes. */
interface Filling extends Range {
  readonly list: string;
  readonly append: boolean;
}

function fillingOf(op: Op): Filling | undefined {
  if (op.kind === "random" && op.how === "skip") {
    return { id: op.id, list: op.emit.list, append: false, from: 0, to: op.count };
  }
  if (op.kind !== "map" || op.emit === undefined) return undefined;
  const { list, offset = 0, append = false } = op.emit;
  return { id: op.id, list, append, from: offset, to: offset + op.count };
}

/**
 * A source fires at most once in a step, so ops that fill one list together emit other numbers, and
 * the first of them empties it: else there would be more spikes than there is room for.
 */
function checkEmitters(report: Report): void {
  const { need, program } = report;
  const filled = new Map<string, Filling[]>();
  for (const op of program.ops) {
    const filling = fillingOf(op);
    if (filling === undefined) continue;
    const { list, append, from, to } = filling;
    const known = filled.get(list);
    need(!append || known !== undefined, op.id, `appends to ${list}, which nothing empties before`);
    const before = append ? (known ?? []) : [];
    for (const other of before) {
      const apart = from >= other.to || other.from >= to;
      need(apart, op.id, `emits sources into ${list} that ${other.id} emits too`);
    }
    filled.set(list, [...before, filling]);
  }
}

/** Checks every op on its own, and what they must not share. */
export function checkOps(report: Report): void {
  const { program, need } = report;
  const { settle = [], rebuild = [] } = program;
  const all: readonly Op[] = [...program.setup, ...program.ops, ...settle, ...rebuild];
  for (const id of repeated(all.map((op) => op.id))) need(false, id, "is there more than once");
  const streams = program.ops.flatMap((op) => (op.kind === "random" ? [`${op.stream}`] : []));
  for (const stream of repeated(streams)) need(false, `stream ${stream}`, "is used by two ops");
  const records = program.ops.filter((op) => op.kind === "record");
  need(records.length <= 1, "record", `is there ${records.length} times; allowed once`);
  for (const op of all) {
    need(/[0-9]$/.test(op.id), op.id, "has an id that does not end in a number");
    if (!need(isKnownOp(op), op.id, `has the unknown kind ${op.kind}`)) continue;
    (opTable[op.kind] as (report: Report, op: Op) => void)(report, op);
  }
  checkEmitters(report);
}
