// Equations become blocks: each text is one block of assignments, or one system to integrate with
// the values that it needs. Invariant: every line has been checked for names and units, and within
// a block nothing is used before it is computed.

import { SpecError } from "../../errors.js";
import { name } from "../../expr/ast.js";
import type { Expr } from "../../expr/ast.js";
import { checkExpression, requireDimension } from "../../expr/check.js";
import type { AnyDimension, Checked, CheckOptions } from "../../expr/check.js";
import { integrate } from "../../expr/integrate.js";
import { isWalkable, substitute } from "../../expr/rewrite.js";
import { overDimension, parseUnit, timesDimension } from "../../expr/units.js";
import { didYouMean } from "../../util/nearest.js";
import { isEndName, scopeFor } from "./definition.js";
import type { Definition, Draft } from "./definition.js";
import { readLines, readsOf, refuseLine, sortLines } from "./lines.js";
import type { Line } from "./lines.js";
import type { BlockModel, DifferentialModel, GuardedAssignment, StateModel } from "../types.js";

export interface Blocks {
  readonly blocks: readonly BlockModel[];
  /** States that some line changes. */
  readonly changed: ReadonlySet<string>;
  /**
   * Outside the equations an intermediate value stands for its text: what each one that is assigned
   * by a single line means, in terms of declared symbols.
   */
  readonly meanings: ReadonlyMap<string, Expr>;
}

/** An expression outside the equations, with intermediate values written out. */
export function writeOut(expr: Expr, { meanings }: Pick<Blocks, "meanings">, where: string): Expr {
  const whole = substitute(expr, meanings);
  if (isWalkable(whole)) return whole;
  throw new SpecError({
    code: "limit",
    where,
    problem: "with its intermediate values written out this is too long",
    hint: "Make a state of an intermediate value that others build on.",
  });
}

interface Work {
  readonly draft: Draft;
  readonly states: ReadonlySet<string>;
  readonly declared: ReadonlySet<string>;
  readonly canRest: boolean;
  readonly integrate: Pick<Definition, "integrate" | "substeps">;
  readonly advanced: Set<string>;
  readonly changed: Set<string>;
  readonly meanings: Map<string, Expr>;
}

/**
 * Reads all texts of equations. Intermediate values join the draft's scope, except those that
 * several lines assign: outside the equations it would not be clear what they mean.
 */
export function readBlocks(
  draft: Draft,
  equations: string | readonly string[] | undefined,
  options: Pick<Definition, "integrate" | "substeps"> & {
    readonly states: readonly StateModel[];
    /** Whether `(unless refractory)` has a meaning. */
    readonly canRest: boolean;
  },
): Blocks {
  const { states, canRest } = options;
  const work: Work = {
    draft,
    states: new Set(states.map(({ symbol }) => symbol)),
    declared: new Set(draft.scope.keys()),
    canRest,
    integrate: options,
    advanced: new Set(),
    changed: new Set(),
    meanings: new Map(),
  };
  const where = `${draft.where}.equations`;
  if (equations === undefined)
    return { blocks: [], changed: work.changed, meanings: work.meanings };
  if (typeof equations !== "string" && !Array.isArray(equations)) {
    const problem = "must be a text or a list of texts";
    const hint = 'For example "C dV/dt = G (Er - V) + I".';
    throw new SpecError({ code: "not-a-text", where, problem, got: equations, hint });
  }
  const isList = typeof equations !== "string";
  const texts: readonly unknown[] = isList ? equations : [equations];
  const blocks = texts.map((text, i) => readBlock(work, text, isList ? `${where}[${i}]` : where));
  for (const symbol of draft.scope.keys()) {
    const isKnown = work.declared.has(symbol) || work.meanings.has(symbol);
    if (!isKnown) draft.scope.delete(symbol);
  }
  return { blocks, changed: work.changed, meanings: work.meanings };
}

function readBlock(work: Work, text: unknown, where: string): BlockModel {
  const lines = readLines(text, where);
  for (const line of lines) checkTarget(work, line);
  const differential = lines.filter(({ kind }) => kind === "differential");
  const assigned = lines.filter(({ kind }) => kind === "assign");
  const mixed = assigned.find(({ target }) => work.states.has(target));
  if (differential.length > 0 && mixed !== undefined) {
    refuseLine(mixed, {
      code: "mixed-block",
      problem: "this text integrates some states and assigns to others",
      got: mixed.target,
      hint: "Split it into two texts, in the order in which they shall run.",
    });
  }
  const single = singleIntermediates(work, assigned);
  const company = { assigned: new Set(assigned.map(({ target }) => target)), single };
  const body = sortLines(assigned, single).map((line) => readAssignment(work, line, company));
  if (differential.length === 0) return Object.freeze({ kind: "assign", body });
  const block = {
    kind: "differential",
    intermediates: body.map(({ target, value }) => Object.freeze({ target, value })),
    equations: differential.map((line) => readDifferential(work, line)),
    method: work.integrate.integrate ?? "euler",
    substeps: work.integrate.substeps ?? 1,
  } as const;
  // Throws where the method cannot integrate these equations.
  integrate({ ...block, where, dt: name("dt") });
  return Object.freeze(block);
}

function checkTarget({ states, declared, canRest }: Work, line: Line): void {
  const { target, kind } = line;
  const isState = states.has(target);
  if (!isState && (declared.has(target) || isEndName(target))) {
    refuseLine(line, {
      code: "not-a-state",
      problem: "only states and new names can be assigned to",
      got: target,
      allowed: [...states].join(", ") || "no state is declared",
    });
  }
  if (!isState && kind === "differential") {
    refuseLine(line, {
      code: "unknown-name",
      problem: "this state is not declared",
      got: target,
      allowed: [...states].join(", ") || "none",
      hint: didYouMean(target, states) ?? "Declare it under state.",
    });
  }
  if (line.unlessRefractory && !(isState && canRest)) {
    refuseLine(line, {
      code: "refractory",
      problem: canRest ? "only a state can rest" : "this model has no refractory period",
      got: target,
      hint: canRest ? "Flag the line that changes the state." : "Give the definition a refractory.",
    });
  }
}

/** Names that exactly one line of this text assigns; a second text may not assign them again. */
function singleIntermediates({ draft, states }: Work, assigned: readonly Line[]): Set<string> {
  const single = new Set<string>();
  const several = new Set<string>();
  for (const line of assigned) {
    const { target } = line;
    if (states.has(target)) continue;
    if (target === "refractory" || draft.scope.has(target)) {
      refuseLine(line, {
        code: "assigned-before",
        problem:
          target === "refractory" ? "this name is reserved" : "an earlier text assigns this name",
        got: target,
        hint: "Choose another name.",
      });
    }
    if (single.has(target)) several.add(target);
    single.add(target);
  }
  for (const target of several) single.delete(target);
  return single;
}

interface Company {
  /** All names that lines of this text assign. */
  readonly assigned: ReadonlySet<string>;
  readonly single: ReadonlySet<string>;
}

function readAssignment(work: Work, line: Line, company: Company): GuardedAssignment {
  const { draft, states, changed, meanings } = work;
  const { target, unlessRefractory } = line;
  refuseTooEarly(draft, line, company);
  const place = placeOf(work, line);
  const checked = checkLine(work, line, line.value);
  const declared = line.unit === undefined ? undefined : parseUnit(line.unit, line.where).dimension;
  const known = draft.scope.get(target)?.dimension;
  for (const wanted of [declared, known]) {
    if (wanted !== undefined) requireDimension(checked, wanted, `the value of ${target}`, place);
  }
  const dimension = known ?? declared ?? checked.dimension;
  if (known === undefined) draft.scope.set(target, { dimension, boolean: checked.isBoolean });
  if (states.has(target)) changed.add(target);
  else if (company.single.has(target)) meanings.set(target, substitute(checked.expr, meanings));
  return Object.freeze({ target, value: checked.expr, unlessRefractory });
}

function refuseTooEarly(draft: Draft, line: Line, { assigned }: Company): void {
  for (const each of readsOf(line)) {
    if (draft.scope.has(each) || !assigned.has(each)) continue;
    const isSelf = each === line.target;
    refuseLine(line, {
      code: isSelf ? "cycle" : "used-too-early",
      problem: `${each} is used before it has a value`,
      hint: isSelf
        ? "A name that is no state starts each step without a value."
        : "Move the line down, or give each value its own name.",
    });
  }
}

const placeOf = ({ draft }: Work, { where, text }: Line): CheckOptions => ({
  system: draft.system,
  where,
  text,
});

function checkLine(work: Work, line: Line, expr: Expr): Checked {
  const scope = scopeFor(work.draft, readsOf(line));
  return checkExpression(expr, scope, placeOf(work, line));
}

function readDifferential(work: Work, line: Line): DifferentialModel {
  const { draft, advanced, changed } = work;
  const { target, unlessRefractory } = line;
  if (advanced.has(target)) {
    refuseLine(line, {
      code: "two-equations",
      problem: "this state has a differential equation already",
      got: target,
      hint: "Add the two right sides up in one equation.",
    });
  }
  advanced.add(target);
  changed.add(target);
  const place = placeOf(work, line);
  const value = checkLine(work, line, line.value);
  const factor =
    line.coefficient === undefined ? undefined : checkLine(work, line, line.coefficient);
  const state = draft.scope.get(target)!.dimension;
  const side = leftSide(factor?.dimension, state, draft.scope.get("dt")!.dimension);
  requireDimension(value, side, `the right side of the equation of ${target}`, place);
  if (line.unit !== undefined) {
    // As in Brian, the unit after a differential equation is that of its variable.
    const dimension = draft.system === "none" ? "any" : parseUnit(line.unit, line.where).dimension;
    requireDimension({ expr: line.value, dimension }, state, `the unit of ${target}`, place);
  }
  return Object.freeze({
    target,
    ...(factor === undefined ? {} : { coefficient: factor.expr }),
    value: value.expr,
    unlessRefractory,
  });
}

/** Dimension of `coefficient * state / time`. */
function leftSide(
  coefficient: AnyDimension | undefined,
  state: AnyDimension,
  time: AnyDimension,
): AnyDimension {
  if (coefficient === "any" || state === "any" || time === "any") return "any";
  const rate = overDimension(state, time);
  return coefficient === undefined ? rate : timesDimension(coefficient, rate);
}
