// The verifier's part for `settle` and `rebuild`: they may run at any time between two ops, see
// states and parameters only, and what is rebuilt is a function of what is not.

import { namesIn } from "../expr/rewrite.js";
import { accessOf } from "./access.js";
import { booksOf } from "./books.js";
import { nameOf } from "./names.js";
import type { EdgesOp, GatherOp, MapOp } from "./program.js";
import type { Report } from "./verify-report.js";
import { walkVersions } from "./verify-versions.js";

type BookOp = MapOp | GatherOp | EdgesOp;

const readable: readonly string[] = ["state", "parameter", "tunable", "derived", "index"];

function checkReads({ need, arrays }: Report, op: BookOp, list: string): void {
  for (const { array } of accessOf(op).reads) {
    const spec = arrays.get(array);
    if (spec === undefined) continue;
    const where = `is in ${list} and reads ${array}, which is`;
    need(readable.includes(spec.role), op.id, `${where} ${spec.role}`);
    need(spec.slots === undefined, op.id, `${where} a ring`);
  }
  for (const { value } of op.body) {
    for (const name of namesIn(value)) {
      const isTime = name === "t" || name === "step";
      need(!isTime, op.id, `is in ${list} and uses ${name}, which means nothing there`);
    }
  }
}

function checkWrites({ need, arrays, program }: Report, op: BookOp, list: string): void {
  for (const { array } of accessOf(op).writes) {
    const spec = arrays.get(array);
    if (spec === undefined) continue;
    const problem = `is in ${list} and writes ${array}, which is`;
    need(spec.role === "state", op.id, `${problem} ${spec.role}`);
    const isShared = program.batch > 1 && !spec.perCopy;
    need(!isShared, op.id, `${problem} shared by all copies`);
  }
}

/** Updates of edges are there for edges whose source matters, not for spikes. */
const runsAlways = (op: GatherOp | EdgesOp): boolean =>
  op.kind === "gather" || (op.trigger.on === "every" && op.trigger.steps === 1);

function checkList(report: Report, ops: readonly BookOp[], list: string, kinds: string[]): void {
  for (const op of ops) {
    const isPlain = op.kind === "map" ? op.emit === undefined : runsAlways(op);
    const fits = kinds.includes(op.kind) && isPlain;
    if (!report.need(fits, op.id, `is in ${list}; allowed there: plain ${kinds.join(", ")}`)) {
      continue;
    }
    checkReads(report, op, list);
    checkWrites(report, op, list);
  }
  walkVersions(report, ops, new Map());
}

/** Checks the ops that keep lazy states and sums of states in order. */
export function checkBooks(report: Report): void {
  const { program, need } = report;
  const { settle = [], rebuild = [] } = program;
  checkList(report, settle, "settle", ["map", "edges"]);
  checkList(report, rebuild, "rebuild", ["map", "gather"]);
  const { rebuilt } = booksOf(program);
  for (const op of rebuild) {
    const { reads, writes } = accessOf(op);
    const old = [
      ...reads.filter(({ version }) => version === 0),
      ...writes.filter(({ version, mode }) => version === 1 && mode === "add"),
    ];
    for (const { array } of old) {
      need(!rebuilt.has(array), op.id, `builds on ${array}, which is itself to be rebuilt`);
    }
  }
  for (const named of program.names) {
    const { array, kind } = named;
    if (kind === "constant" || !rebuilt.has(array)) continue;
    need(false, `name ${nameOf(named)}`, `names ${array}, which is rebuilt from others`);
  }
}
