// The verifier: a Program that passes runs on every backend without reaching outside an array or
// reading what is not there yet. Invariant: finds all problems of anything that has the fields and
// field types of a Program; whether it has those is for the reader of a file to check.

import { InternalError } from "../errors.js";
import { isKnownOp } from "./access.js";
import { printProgram } from "./print.js";
import type { Program } from "./program.js";
import { checkArrays, checkNames, checkPorts } from "./verify-arrays.js";
import { checkBooks } from "./verify-books.js";
import { checkOps } from "./verify-ops.js";
import { isCount, reportOn, type Report } from "./verify-report.js";
import { checkVersions } from "./verify-versions.js";

function checkHead(report: Report): void {
  const { need, program } = report;
  const { format, dt, precision, seed, batch } = program;
  need(format === 1, "program", `has the format ${format}; allowed 1`);
  need(Number.isFinite(dt) && dt > 0, "program", `has the step ${dt}; allowed > 0 [ms]`);
  const isPrecision = precision === "float64" || precision === "float32";
  need(isPrecision, "program", `has the precision ${precision}`);
  need(isCount(seed), "program", `has the seed ${seed}; allowed whole numbers from 0`);
  need(isCount(batch, 1) && batch <= 2 ** 22, "program", `has ${batch} copies`);
}

/** Every defect of a Program, one line each; empty for a sound one. */
export function problemsOf(program: Program): string[] {
  const report = reportOn(program);
  checkHead(report);
  checkArrays(report);
  // Ops are checked against the arrays, so a broken table would only repeat itself there.
  if (report.problems.length === 0) {
    checkOps(report);
    const { setup, ops, settle = [], rebuild = [] } = program;
    if ([...setup, ...ops, ...settle, ...rebuild].every(isKnownOp)) {
      checkVersions(report);
      checkBooks(report);
    }
  }
  checkNames(report);
  checkPorts(report);
  return report.problems;
}

/** Throws with all defects and the printed Program unless it is sound. */
export function verify(program: Program): void {
  const problems = problemsOf(program);
  if (problems.length === 0) return;
  const list = problems.map((problem) => `\n- ${problem}`).join("");
  let printed: string;
  try {
    printed = printProgram(program);
  } catch {
    printed = "(the Program is too broken to be printed)";
  }
  throw new InternalError(`program ${program.name}`, `is not sound:${list}`, printed);
}
