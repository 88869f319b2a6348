// The verifier's part for time: versions of an array form one chain through the ops of a step, and
// inside one op no element is read after a neighbour has already changed it.

import { accessOf } from "./access.js";
import type { Op, Operand, RememberOp, Write } from "./program.js";
import type { Report } from "./verify-report.js";

/**
 * Walks ops in order; `known` holds how many writes each array has had. Texts are made only for what
 * is wrong: for tens of thousands of ops they took a tenth of the whole verification.
 */
export function walkVersions(report: Report, ops: readonly Op[], known: Map<string, number>): void {
  const { need, arrays } = report;
  for (const op of ops) {
    const access = accessOf(op);
    for (const { array, version } of access.reads) {
      const now = known.get(array) ?? 0;
      if (version !== now) {
        need(false, op.id, `reads ${array}@${version}, but ${array}@${now} is what is there`);
      }
      const role = arrays.get(array)?.role;
      const isEmpty = now === 0 && (role === "scratch" || known.get(array) === 0);
      if (isEmpty) need(false, op.id, `reads ${array} before its first write`);
    }
    for (const { array, version, mode } of access.writes) {
      const now = known.get(array) ?? 0;
      if (version !== now + 1) {
        need(false, op.id, `writes ${array}@${version}; the next is ${array}@${now + 1}`);
      }
      const role = arrays.get(array)?.role;
      const isFirst = now === 0 && (role === "scratch" || role === "derived");
      if (isFirst && mode === "add") need(false, op.id, `adds to ${array} before its first write`);
    }
    if (op.kind === "remember") checkSettling(report, op, known);
    for (const array of new Set(access.writes.map((write) => write.array))) {
      known.set(array, (known.get(array) ?? 0) + 1);
    }
  }
}

/**
 * A full history is settled where it is filled, so what the settling body reads must there be of the
 * same step as in its own place; else ages would be counted from the wrong step.
 */
function checkSettling(report: Report, op: RememberOp, known: ReadonlyMap<string, number>): void {
  const settler = report.program.ops.find((one) => one.id === op.settle);
  if (settler?.kind !== "edges") return;
  const own = new Set(settler.writes.map((write) => write.array));
  for (const { array, version, at } of settler.reads) {
    if (own.has(array) || at === "event" || at === "spike") continue;
    const now = known.get(array) ?? 0;
    const fits = version > 0 === now > 0;
    report.need(
      fits,
      op.id,
      `settles by ${settler.id}, which reads ${array}@${version}, at @${now}`,
    );
  }
}

/** Arrays that only a `since` may change. */
function sinceArrays(ops: readonly Op[]): Set<string> {
  return new Set(
    ops.flatMap((op) =>
      op.kind === "edges" && op.trigger.on === "history" ? [op.trigger.since] : [],
    ),
  );
}

/** Checks the versions of the setup and of the step, and that each op writes what it may write. */
export function checkVersions(report: Report): void {
  const { program, arrays, need } = report;
  const derived = program.arrays.filter((spec) => spec.role === "derived");
  const known = new Map(derived.map((spec) => [spec.name, 0]));
  walkVersions(report, program.setup, known);
  for (const { name } of derived) {
    need((known.get(name) ?? 0) > 0, `array ${name}`, "is derived, but no setup op writes it");
  }
  walkVersions(report, program.ops, new Map());

  const writable = ["state", "scratch", "input", "output"];
  const since = sinceArrays(program.ops);
  const check = (op: Op, allowed: readonly string[]): void => {
    for (const { array } of accessOf(op).writes) {
      const spec = arrays.get(array);
      if (spec === undefined) continue;
      need(allowed.includes(spec.role), op.id, `writes ${array}, which is ${spec.role}`);
      need(!since.has(array), op.id, `writes ${array}, which belongs to a history`);
      if (allowed === writable && program.batch > 1) {
        need(spec.perCopy, op.id, `writes ${array}, which all copies share`);
      }
    }
  };
  for (const op of program.ops) check(op, writable);
  for (const op of program.setup) {
    check(op, ["derived"]);
    checkSetup(report, op);
  }
}

function checkSetup(report: Report, op: Op): void {
  const { need, arrays, program } = report;
  const { reads, writes } = accessOf(op);
  need(
    op.kind === "map" && op.emit === undefined,
    op.id,
    "is in the setup and must be a plain map",
  );
  const allowed = ["parameter", "tunable", "derived", "index"];
  for (const { array } of reads) {
    const role = arrays.get(array)?.role;
    if (role === undefined) continue;
    need(allowed.includes(role), op.id, `is in the setup and reads ${array}, which is ${role}`);
    if (program.batch === 1 || arrays.get(array)?.perCopy !== true) continue;
    for (const write of writes) {
      const isShared = arrays.get(write.array)?.perCopy !== true;
      need(!isShared, op.id, `makes ${write.array} for all copies from ${array} of one copy`);
    }
  }
}

interface Slice {
  readonly from: number;
  readonly to: number;
}

function sliceOf(place: Operand | Write, size: number): Slice {
  const from = place.offset ?? 0;
  if (place.at === "one") return { from, to: from + 1 };
  const repeat = "repeat" in place ? (place.repeat ?? 1) : 1;
  const period = "period" in place ? (place.period ?? Infinity) : Infinity;
  return { from, to: from + Math.min(Math.ceil(size / repeat), period) };
}

const meet = (a: Slice, b: Slice): boolean => a.from < b.to && b.from < a.to;

/**
 * An operand that reads what the same op writes must read exactly the element it writes, else the
 * result would depend on the order in which a backend walks the elements.
 */
export function checkOverlap(
  report: Report,
  where: string,
  body: { readonly reads: readonly Operand[]; readonly writes: readonly Write[] },
  sizeAt: (at: Operand["at"]) => number,
): void {
  body.writes.forEach((write, i) => {
    const own = sliceOf(write, sizeAt(write.at));
    for (const read of body.reads) {
      if (read.array !== write.array || read.at === "spike" || read.at === "event") continue;
      if (!meet(own, sliceOf(read, sizeAt(read.at)))) continue;
      const inPlace =
        read.at === write.at &&
        (read.offset ?? 0) === own.from &&
        (read.repeat ?? 1) === 1 &&
        (read.period ?? Infinity) >= own.to - own.from;
      report.need(inPlace, where, `reads ${read.symbol} from elements of ${write.array} it writes`);
    }
    for (const other of body.writes.slice(i + 1)) {
      if (other.array !== write.array || (other.mode === "add" && write.mode === "add")) continue;
      const apart = !meet(own, sliceOf(other, sizeAt(other.at)));
      report.need(apart, where, `writes elements of ${write.array} twice`);
    }
  });
}
