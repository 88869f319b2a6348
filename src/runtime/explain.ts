// What model.explain() gives: which backend runs the network and why, what it runs, and how large
// that is. Invariant: plain data; its text is the same data as lines.

import { arrayBytes } from "../ir/array-bytes.js";
import type { Op, Program } from "../ir/program.js";
import type { Candidate, Choice } from "./select.js";

export interface Explanation {
  readonly backend: string;
  readonly reason: string;
  readonly candidates: readonly Candidate[];
  readonly dt: number;
  readonly precision: string;
  readonly order: string;
  readonly batch: number;
  /** Number of ops in the step, by kind. */
  readonly ops: Readonly<Record<string, number>>;
  /** How many ops there were before equal ones were merged. */
  readonly opsBeforeMerging: number;
  /** Arrays and bytes by role. */
  readonly arrays: readonly {
    readonly role: string;
    readonly count: number;
    readonly bytes: number;
  }[];
  readonly bytes: number;
  readonly warnings: readonly string[];
  toString(): string;
}

function groupArrays(program: Program): Explanation["arrays"] {
  const roles = new Map<string, { role: string; count: number; bytes: number }>();
  for (const spec of program.arrays) {
    const group = roles.get(spec.role) ?? { role: spec.role, count: 0, bytes: 0 };
    group.count += 1;
    group.bytes += arrayBytes(spec, program);
    roles.set(spec.role, group);
  }
  return [...roles.values()];
}

function countOps(ops: readonly Op[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { kind } of ops) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

/** A number of bytes as people read it. */
function showBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const units = ["KiB", "MiB", "GiB", "TiB"];
  let value = bytes / 1024;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value.toPrecision(3)} ${units[unit]}`;
}

function showTime(nanoseconds: number): string {
  if (nanoseconds < 1e3) return `${nanoseconds.toPrecision(3)} ns`;
  if (nanoseconds < 1e6) return `${(nanoseconds / 1e3).toPrecision(3)} us`;
  return `${(nanoseconds / 1e6).toPrecision(3)} ms`;
}

/** Lines of equally wide columns. */
function columns(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, cell.length);
    });
  }
  return rows.map((row) =>
    `  ${row.map((cell, i) => cell.padEnd(widths[i]!)).join("  ")}`.trimEnd(),
  );
}

function candidateRow({ name, status, reason, estimate, isMeasured }: Candidate): string[] {
  if (estimate === undefined) return [name, status, reason ?? ""];
  const { nanoseconds, bytes, memory, startup } = estimate;
  const cost = [
    `${showTime(nanoseconds)} a step${isMeasured === true ? ", as measured here" : ""}`,
    `${showBytes(bytes)} touched`,
    `${showBytes(memory)} held`,
    `${startup.toPrecision(3)} ms to start`,
  ];
  return [name, status, cost.join(", ")];
}

/** What each backend would do and why it was taken or not, as lines of a table. */
export const backendLines = (candidates: readonly Candidate[]): string[] =>
  columns(candidates.map(candidateRow));

function describe(explanation: Omit<Explanation, "toString">, name: string): string {
  const { backend, reason, ops, arrays, warnings, dt, precision, order, batch } = explanation;
  const copies = batch === 1 ? "" : `, ${batch} copies`;
  const opList = Object.entries(ops).map(([kind, count]) => `${count} ${kind}`);
  const total = Object.values(ops).reduce((sum, count) => sum + count, 0);
  const before = explanation.opsBeforeMerging;
  const merged = before > total ? ` (${before} before merging)` : "";
  const groups = arrays.map(({ role, count, bytes }) => [role, `${count}`, showBytes(bytes)]);
  return [
    `${name}: ${backend}, ${reason}`,
    `  dt ${dt} ms, ${precision}, order ${order}${copies}`,
    "backends",
    ...backendLines(explanation.candidates),
    `ops in a step: ${total}${merged}: ${opList.join(", ")}`,
    `arrays: ${showBytes(explanation.bytes)}`,
    ...columns(groups),
    ...(warnings.length === 0 ? [] : ["warnings", ...warnings.map((text) => `  ${text}`)]),
  ].join("\n");
}

/** Explains a choice of backend and what it runs. */
export function explain(
  program: Program,
  choice: Pick<Choice, "reason" | "candidates"> & { readonly backend: { readonly name: string } },
  warnings: readonly string[],
): Explanation {
  const arrays = groupArrays(program);
  const { dt, precision, order, batch, ops } = program;
  const data = {
    backend: choice.backend.name,
    reason: choice.reason,
    candidates: choice.candidates,
    ...{ dt, precision, order, batch },
    ops: countOps(ops),
    opsBeforeMerging: ops.reduce((sum, op) => sum + (op.merged ?? 1), 0),
    arrays,
    bytes: arrays.reduce((sum, group) => sum + group.bytes, 0),
    warnings: [...warnings],
  };
  return { ...data, toString: () => describe(data, program.name) };
}
