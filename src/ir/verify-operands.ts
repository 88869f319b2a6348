// The verifier's part for what ops bind: operands, writes, spike lists and bodies.

import type { Assignment } from "../expr/ast.js";
import { namesIn } from "../expr/rewrite.js";
import type { Domain, Emit, HostValue, Operand, SpikeRef, Write } from "./program.js";
import { findArray, isCount, rangeOf, type Report } from "./verify-report.js";
import { repeated } from "../util/repeated.js";

/** What the operands of one op may run over; a domain that is absent is not allowed. */
export interface Scope {
  readonly report: Report;
  readonly where: string;
  readonly sizes: { readonly [K in Domain]?: number };
  /** Payload columns of the spikes or events at hand. */
  readonly columns?: readonly string[];
  /** Entries that an array of lags needs; absent where there are no edges. */
  readonly edges?: number;
}

/** Symbols that every body has without asking. */
const reserved: readonly string[] = ["step", "t", "dt"];

function checkLag(scope: Scope, lag: number | string | undefined, place: Place): void {
  const { report, where, edges } = scope;
  const { need } = report;
  const { name, slots } = place;
  if (slots === undefined) {
    need(lag === undefined, where, `gives a lag for ${name}, which is no ring`);
    return;
  }
  if (lag === undefined) return;
  if (typeof lag === "number") {
    const fits = isCount(lag) && lag < slots;
    need(fits, where, `reads ${name} at lag ${lag}; allowed 0 to ${slots - 1}`);
    return;
  }
  if (!need(edges !== undefined, where, `gives a lag for each edge, but has no edges`)) return;
  const spec = findArray(report, lag, where);
  if (spec === undefined) return;
  const known = spec.type === "int" && (spec.role === "index" || spec.role === "parameter");
  if (!need(known, where, `takes lags from ${lag}, which is ${spec.type} ${spec.role}`)) return;
  need(spec.slots === undefined, where, `takes lags from ${lag}, which is a ring`);
  need(spec.length >= edges!, where, `has ${spec.length} lags for ${edges} edges`);
  if (spec.length === 0) return;
  const { least, most } = rangeOf(spec);
  const fits = least >= 0 && most < slots;
  need(fits, where, `reads ${name} at lags ${least} to ${most}; allowed 0 to ${slots - 1}`);
}

interface Place {
  readonly name: string;
  readonly slots?: number | undefined;
}

/** The largest index that an operand or write reaches, or -1 where its domain is empty. */
function lastOf(place: Operand | Write, size: number): number {
  const offset = place.offset ?? 0;
  if (place.at === "one") return offset;
  if (size === 0) return -1;
  const repeat = "repeat" in place ? (place.repeat ?? 1) : 1;
  const period = "period" in place ? (place.period ?? Infinity) : Infinity;
  return offset + Math.min(Math.floor((size - 1) / repeat), period - 1);
}

/** Checks one operand: domain, type, range and lag. */
export function checkOperand(scope: Scope, operand: Operand): void {
  const { report, where, sizes, columns } = scope;
  const { need } = report;
  const { at, array, symbol } = operand;
  const size = sizes[at];
  if (!need(size !== undefined, where, `reads ${symbol} at ${at}, which it does not have`)) return;
  if (at === "spike" || at === "event") {
    const has = columns?.includes(array) === true;
    need(has, where, `reads ${symbol} from ${JSON.stringify(array)}, which no ${at} carries`);
    return;
  }
  const spec = findArray(report, array, where);
  if (spec === undefined) return;
  const isValue = spec.type === "real" || spec.type === "int";
  if (!need(isValue, where, `reads ${symbol} from ${array}, which is ${spec.type}`)) return;
  const whole =
    isCount(operand.offset ?? 0) &&
    isCount(operand.repeat ?? 1, 1) &&
    isCount(operand.period ?? 1, 1);
  if (!need(whole, where, `reads ${symbol} with an offset, repeat or period that is no count`)) {
    return;
  }
  const last = lastOf(operand, size!);
  if (last >= spec.length) {
    need(false, where, `reads ${symbol} from ${array}[${last}] of ${spec.length}`);
  }
  checkLag(scope, operand.lag, spec);
}

/** Checks one write: domain, type and range. */
export function checkWrite(scope: Scope, write: Write, allowed: readonly Domain[]): void {
  const { report, where, sizes } = scope;
  const { need } = report;
  const { at, array, symbol } = write;
  const size = sizes[at];
  const fits = size !== undefined && allowed.includes(at);
  if (!need(fits, where, `writes ${symbol} at ${at}; allowed ${allowed.join(", ")}`)) return;
  const spec = findArray(report, array, where);
  if (spec === undefined) return;
  const isValue = spec.type === "real" || spec.type === "int";
  if (!need(isValue, where, `writes ${symbol} to ${array}, which is ${spec.type}`)) return;
  need(spec.slots === undefined, where, `writes ${symbol} to ${array}, a ring; only ring ops may`);
  if (!need(isCount(write.offset ?? 0), where, `writes ${symbol} at a broken offset`)) return;
  const last = lastOf(write, size!);
  need(last < spec.length, where, `writes ${symbol} to ${array}[${last}] of ${spec.length}`);
  need(write.mode === "set" || write.mode === "add", where, `writes ${symbol} by ${write.mode}`);
}

/** Checks that every symbol is defined before it is used; gives the symbols known at the end. */
export function checkBody(
  scope: Scope,
  reads: readonly Operand[],
  body: readonly Assignment[],
  given: readonly string[] = [],
): Set<string> {
  const { need } = scope.report;
  const fixed = [...reserved, ...given];
  for (const symbol of repeated([...fixed, ...reads.map((read) => read.symbol)])) {
    need(false, scope.where, `binds ${symbol} twice`);
  }
  for (const read of reads) checkOperand(scope, read);
  const known = new Set([...fixed, ...reads.map((read) => read.symbol)]);
  for (const { target, value } of body) {
    for (const name of namesIn(value)) {
      if (!known.has(name)) need(false, scope.where, `uses ${name} before it is defined`);
    }
    if (fixed.includes(target)) need(false, scope.where, `assigns ${target}, which is given`);
    known.add(target);
  }
  return known;
}

/** Checks that the symbols of writes exist and their places fit. */
export function checkWrites(
  scope: Scope,
  writes: readonly Write[],
  known: ReadonlySet<string>,
  allowed: readonly Domain[],
): void {
  for (const write of writes) {
    const { symbol } = write;
    scope.report.need(known.has(symbol), scope.where, `writes ${symbol}, which is not defined`);
    checkWrite(scope, write, allowed);
  }
}

/** Checks a spike list that an op reads; `sources` is how many of its numbers the op sees. */
export function checkSpikes(scope: Scope, ref: SpikeRef, sources: number): readonly string[] {
  const { report, where } = scope;
  const { need } = report;
  const spec = findArray(report, ref.array, where);
  if (spec === undefined) return [];
  const isList = need(
    spec.type === "spikes",
    where,
    `takes spikes from ${ref.array}: ${spec.type}`,
  );
  if (!isList) return [];
  const offset = ref.offset ?? 0;
  const fits = isCount(offset) && offset + sources <= spec.length;
  need(fits, where, `sees sources ${offset} + ${sources} of ${ref.array} of ${spec.length}`);
  checkLag(scope, ref.lag, spec);
  return spec.payload ?? [];
}

/** Checks what a map emits. */
export function checkEmit(
  scope: Scope,
  emit: Emit,
  count: number,
  known: ReadonlySet<string>,
): void {
  const { report, where } = scope;
  const { need } = report;
  need(known.has(emit.when), where, `emits when ${emit.when}, which is not defined`);
  const spec = findArray(report, emit.list, where);
  if (spec === undefined) return;
  need(spec.type === "spikes", where, `emits into ${emit.list}, which is ${spec.type}`);
  need(spec.slots === undefined, where, `emits into ${emit.list}, a ring; only ring ops may`);
  const offset = emit.offset ?? 0;
  const fits = isCount(offset) && offset + count <= spec.length;
  need(fits, where, `emits ${offset} + ${count} into ${emit.list} of ${spec.length}`);
  const payload = emit.payload ?? [];
  for (const symbol of payload) {
    need(known.has(symbol), where, `emits ${symbol}, which is not defined`);
  }
  const columns = spec.payload?.length ?? 0;
  need(payload.length === columns, where, `emits ${payload.length} values for ${columns} columns`);
}

/** Checks a slice of a plain array of numbers. */
export function checkSlice(scope: Scope, slice: HostValue, verb: "reads" | "writes"): void {
  const { report, where } = scope;
  const { need } = report;
  const spec = findArray(report, slice.array, where);
  if (spec === undefined) return;
  need(spec.type === "real", where, `${verb} ${slice.array}, which is ${spec.type}`);
  need(spec.slots === undefined, where, `${verb} ${slice.array}, which is a ring`);
  const { offset, count } = slice;
  const fits = isCount(offset) && isCount(count) && offset + count <= spec.length;
  need(fits, where, `${verb} ${offset} + ${count} of ${slice.array} of ${spec.length}`);
}
