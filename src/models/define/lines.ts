// Lines of equations before and after sorting: what each assigns, reads and must wait for.
// Invariant: lines that share a variable which changes keep the order of the text; an intermediate
// value stands before the lines that use it.

import { SpecError } from "../../errors.js";
import { binary, name } from "../../expr/ast.js";
import type { Expr, Statement } from "../../expr/ast.js";
import { parseStatements } from "../../expr/parse.js";
import { specErrorAt } from "../../expr/place.js";
import type { Complaint } from "../../expr/place.js";
import { visitExpr } from "../../expr/rewrite.js";
import { checkText } from "./definition.js";

/** A statement together with the text it stands in. */
export interface Line {
  readonly kind: Statement["kind"];
  readonly target: string;
  readonly coefficient?: Expr;
  /** With `x += e` written out as `x + e`. */
  readonly value: Expr;
  readonly unit?: string;
  readonly unlessRefractory: boolean;
  readonly statement: Statement;
  readonly text: string;
  readonly where: string;
}

/** Lines are compared with each other to sort them, so that their number must have a bound. */
const mostLines = 2_000;
const refractoryFlag = "unless refractory";

/** Throws an error that shows the line. */
export function refuseLine(
  line: Pick<Line, "text" | "where" | "statement">,
  complaint: Complaint,
): never {
  throw specErrorAt(line, line.statement.span, complaint);
}

/** Parses a text into lines; refuses flags that do not exist. */
export function readLines(text: unknown, where: string): Line[] {
  checkText(text, where, true);
  const source = text as string;
  const statements = parseStatements(source, where);
  if (statements.length === 0) {
    const hint = "Leave the field out where nothing is to happen.";
    throw new SpecError({ code: "empty", where, problem: "has no lines", got: source, hint });
  }
  if (statements.length > mostLines) {
    throw new SpecError({
      code: "limit",
      where,
      problem: "this text has too many lines",
      got: statements.length,
      allowed: `at most ${mostLines} lines`,
      hint: "Split it into a list of texts.",
    });
  }
  return statements.map((statement) => {
    const { kind, target, value, unit, flags } = statement;
    const unknown = flags.find((flag) => flag !== refractoryFlag);
    if (unknown !== undefined) {
      refuseLine(
        { text: source, where, statement },
        {
          code: "unknown-flag",
          problem: "this flag does not exist",
          got: unknown,
          allowed: `(${refractoryFlag})`,
        },
      );
    }
    const isCompound = statement.kind === "assign" && statement.op !== "=";
    return {
      kind,
      target,
      value: isCompound ? writeOut(statement, value) : value,
      ...(statement.kind === "differential" && statement.coefficient !== undefined
        ? { coefficient: statement.coefficient }
        : {}),
      ...(unit === undefined ? {} : { unit }),
      unlessRefractory: flags.length > 0,
      statement,
      text: source,
      where,
    };
  });
}

function writeOut(statement: Extract<Statement, { kind: "assign" }>, value: Expr): Expr {
  const op = statement.op.charAt(0) as "+" | "-" | "*" | "/";
  const { start } = statement.span;
  const left = { ...name(statement.target), span: { start, end: start + statement.target.length } };
  return { ...binary(op, left, value), span: statement.span };
}

/** All names that a line reads; `m` of `2 m` may turn out to be one, so it counts. */
export function readsOf(line: Line): Set<string> {
  const found = new Set<string>();
  const visit = (node: Expr) => {
    if (node.kind === "name") found.add(node.name);
    if (node.kind === "number" && node.unit !== undefined) found.add(node.unit);
  };
  visitExpr(line.value, visit);
  if (line.coefficient !== undefined) visitExpr(line.coefficient, visit);
  return found;
}

/**
 * What each line waits for: an intermediate's only line for nothing but what it reads; a variable
 * that changes is read and written in the order of the text.
 */
function prerequisites(lines: readonly Line[], single: ReadonlySet<string>): Set<number>[] {
  const definedAt = new Map<string, number>();
  lines.forEach(({ target }, i) => definedAt.set(target, i));
  const written = new Map<string, number>();
  const readSince = new Map<string, number[]>();
  return lines.map((line, i) => {
    const before = new Set<number>();
    for (const each of readsOf(line)) {
      const at = single.has(each) ? definedAt.get(each) : written.get(each);
      if (at !== undefined) before.add(at);
      if (single.has(each)) continue;
      const since = readSince.get(each);
      if (since === undefined) readSince.set(each, [i]);
      else since.push(i);
    }
    const { target } = line;
    if (!single.has(target)) {
      for (const at of readSince.get(target) ?? []) before.add(at);
      const last = written.get(target);
      if (last !== undefined) before.add(last);
      readSince.delete(target);
      written.set(target, i);
    }
    // A state line may read itself; of an intermediate that does, the reader of the line complains.
    before.delete(i);
    return before;
  });
}

/** Lines in an order in which they can run; `single` are the intermediates assigned by one line. */
export function sortLines(lines: readonly Line[], single: ReadonlySet<string>): Line[] {
  const before = prerequisites(lines, single);
  const sorted: Line[] = [];
  const waiting = new Set(lines.keys());
  const isReady = (i: number): boolean => ![...before[i]!].some((each) => waiting.has(each));
  while (waiting.size > 0) {
    let next: number | undefined;
    for (const i of waiting) {
      if (!isReady(i)) continue;
      next = i;
      break;
    }
    if (next === undefined) refuseCycle([...waiting].map((i) => lines[i]!));
    waiting.delete(next);
    sorted.push(lines[next]!);
  }
  return sorted;
}

function refuseCycle(lines: readonly Line[]): never {
  const names = [...new Set(lines.map(({ target }) => target))];
  refuseLine(lines[0]!, {
    code: "cycle",
    problem: `these lines need each other: ${names.join(", ")}`,
    hint: "Break the circle: write one of them without the others.",
  });
}
