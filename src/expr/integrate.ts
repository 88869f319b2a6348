// Turns the differential equations of one block into plain assignments over the same symbols.
// Invariant: all right-hand sides see the values that the states have when the block begins.
// Temporaries carry a `$`, which no name in a user's text can contain.

import { SpecError } from "../errors.js";
import { binary, call, name, num } from "./ast.js";
import type { Assignment, Expr } from "./ast.js";
import { dependsOn, linearParts } from "./derivative.js";
import { isWalkable, substitute, visitExpr } from "./rewrite.js";
import { isNumber, negative, product, quotient } from "./simplify.js";

export type IntegrationMethod = "euler" | "exact" | "exponentialEuler" | "rk4";

/** `coefficient d(target)/dt = value`. */
export interface Equation {
  readonly target: string;
  /** Absent means 1. */
  readonly coefficient?: Expr;
  readonly value: Expr;
}

export interface DifferentialBlock {
  readonly equations: readonly Equation[];
  /** Locals that the right-hand sides use, in order. */
  readonly intermediates: readonly Assignment[];
  readonly method: IntegrationMethod;
  /** Only for rk4: the step is divided into so many; 1 if absent. */
  readonly substeps?: number;
  /** Path of the model, for errors. */
  readonly where: string;
  /** The step, usually the name `dt`. */
  readonly dt: Expr;
}

const plus = (a: Expr, b: Expr): Expr => binary("+", a, b);
const times = (a: Expr, b: Expr): Expr => binary("*", a, b);
const over = (a: Expr, b: Expr): Expr => binary("/", a, b);

/** dt * rhs, or (dt / C) * rhs: the right-hand side stays as it was written. */
function increment({ coefficient, value }: Equation, dt: Expr): Expr {
  return times(coefficient === undefined ? dt : over(dt, coefficient), value);
}

/**
 * The targets of assignments that can change with one of the names, directly or through each other.
 * Where a local is assigned twice its name alone does not say which value is meant; then all count.
 */
function localsDependingOn(locals: readonly Assignment[], names: readonly string[]): Set<string> {
  const targets = locals.map(({ target }) => target);
  if (new Set(targets).size < targets.length) return new Set(targets);
  const found = new Set<string>();
  for (const { target, value } of locals) {
    if (dependsOn(value, [...names, ...found])) found.add(target);
  }
  return found;
}

/** An expression with those locals written out that depend on the names. */
function inlined(expr: Expr, locals: readonly Assignment[], names: readonly string[]): Expr {
  const chosen = localsDependingOn(locals, names);
  const table = new Map<string, Expr>();
  for (const { target, value } of locals) {
    if (chosen.has(target)) table.set(target, substitute(value, table));
  }
  return substitute(expr, table);
}

/** Right-hand side = slope * target + rest, divided by `divisor` where there is one. */
interface LinearEquation {
  readonly slope: Expr;
  readonly rest: Expr;
  readonly divisor: Expr | undefined;
}

function asLinear(
  equation: Equation,
  intermediates: readonly Assignment[],
): LinearEquation | undefined {
  const { target, coefficient, value } = equation;
  const written = inlined(value, intermediates, [target]);
  const divisor =
    coefficient === undefined ? undefined : inlined(coefficient, intermediates, [target]);
  if (!isWalkable(written) || (divisor !== undefined && !isWalkable(divisor))) return undefined;
  if (divisor !== undefined && dependsOn(divisor, [target])) {
    const parts = linearParts(over(written, divisor), target);
    return parts && { ...parts, divisor: undefined };
  }
  const parts = linearParts(written, target);
  return parts && { ...parts, divisor };
}

/**
 * The a of d(target)/dt = a * target + b, or undefined where it depends on the target itself: explicit
 * Euler is stable for |a| * dt < 2.
 */
export function slopeOf(
  equation: Equation,
  intermediates: readonly Assignment[] = [],
): Expr | undefined {
  const linear = asLinear(equation, intermediates);
  if (linear === undefined || linear.divisor === undefined) return linear?.slope;
  return quotient(linear.slope, linear.divisor);
}

/** slope * dt, multiplied where it rounds least: -1 / tau becomes -dt / tau. */
function timesStep(slope: Expr, dt: Expr): Expr {
  if (slope.kind === "unary" && slope.op === "-") return negative(timesStep(slope.arg, dt));
  if (slope.kind === "binary" && slope.op === "/") {
    return quotient(timesStep(slope.left, dt), slope.right);
  }
  return product(slope, dt);
}

/**
 * The exact solution for a and b held constant over the step. In general it is
 * x + dt (a x + b) exprel(a dt): right for a = 0, leaves a steady state where it is, and for a short
 * step loses nothing, whereas x exp(a dt) + ... would lose the digits that exp(a dt) shares with 1.
 * For b = 0 it is x exp(a dt): there the sum would cancel when the step is long.
 */
function exponentialStep(equation: Equation, linear: LinearEquation, dt: Expr): Expr {
  const x = name(equation.target);
  const { slope, rest, divisor } = linear;
  if (isNumber(slope, 0)) return plus(x, increment(equation, dt));
  const scaled = timesStep(slope, dt);
  const exponent = divisor === undefined ? scaled : quotient(scaled, divisor);
  if (isNumber(rest, 0)) return times(x, call("exp", exponent));
  return plus(x, times(increment(equation, dt), call("exprel", exponent)));
}

/** Throws where locals that build on each other stand for more than can be taken apart. */
function requireWalkable(block: DifferentialBlock, { target, coefficient, value }: Equation): void {
  const states = block.equations.map((each) => each.target);
  const parts = coefficient === undefined ? [value] : [value, coefficient];
  if (parts.every((part) => isWalkable(inlined(part, block.intermediates, states)))) return;
  throw new SpecError({
    code: "limit",
    where: block.where,
    problem: `the equation of ${target} is too long with its intermediate values written out`,
    got: block.method,
    allowed: '"rk4" or "euler"',
    hint: "Choose rk4, or make a state of an intermediate value that others build on.",
  });
}

function requireLinear(block: DifferentialBlock, equation: Equation): LinearEquation {
  const linear = asLinear(equation, block.intermediates);
  if (linear !== undefined) return linear;
  const { target } = equation;
  throw new SpecError({
    code: "not-linear",
    where: block.where,
    problem: `the equation of ${target} is not linear in ${target}, as ${block.method} needs it`,
    got: block.method,
    allowed: '"rk4" or "euler"',
    hint: `Choose rk4, or write the equation of ${target} as a * ${target} + b for exponentialEuler.`,
  });
}

function requireUncoupled(block: DifferentialBlock, equation: Equation): void {
  const { target, coefficient, value } = equation;
  const others = block.equations.map((each) => each.target).filter((each) => each !== target);
  const parts = coefficient === undefined ? [value] : [value, coefficient];
  const written = parts.map((part) => inlined(part, block.intermediates, others));
  const other = others.find((each) => written.some((part) => dependsOn(part, [each])));
  if (other === undefined) return;
  throw new SpecError({
    code: "coupled",
    where: block.where,
    problem: `the equation of ${target} depends on ${other}, which is integrated with it`,
    got: block.method,
    allowed: '"exponentialEuler", "rk4" or "euler"',
    hint: "Choose exponentialEuler, which holds the other states constant over a step, or rk4.",
  });
}

/** Assigns all at once: a state that a later value still reads waits in a temporary. */
function simultaneously(updates: readonly Assignment[]): Assignment[] {
  const now: Assignment[] = [];
  const afterwards: Assignment[] = [];
  updates.forEach(({ target, value }, i) => {
    const isReadLater = updates.slice(i + 1).some((later) => dependsOn(later.value, [target]));
    const direct = isReadLater ? `${target}$1` : target;
    now.push({ target: direct, value });
    if (isReadLater) afterwards.push({ target, value: name(direct) });
  });
  return [...now, ...afterwards];
}

function oneStep(block: DifferentialBlock): Assignment[] {
  const { equations, intermediates, method, dt } = block;
  const updates = equations.map((equation) => {
    const { target } = equation;
    if (method === "euler") return { target, value: plus(name(target), increment(equation, dt)) };
    requireWalkable(block, equation);
    if (method === "exact") requireUncoupled(block, equation);
    return { target, value: exponentialStep(equation, requireLinear(block, equation), dt) };
  });
  return [...intermediates, ...simultaneously(updates)];
}

/** `t` is the one name besides the states that moves on during a step. */
const time = "t";

/** The time at a stage of rk4 as an assignment to `t$s`; nothing if no right-hand side reads it. */
function stageTime(block: DifferentialBlock, s: number, elapsed: number): Assignment[] {
  const { equations, intermediates, dt } = block;
  const coefficients = equations.flatMap(({ coefficient }) => coefficient ?? []);
  const values = [...intermediates, ...equations].map(({ value }) => value);
  if (![...values, ...coefficients].some((each) => dependsOn(each, [time]))) return [];
  const passed = elapsed === 1 ? dt : times(num(elapsed), dt);
  return [{ target: `${time}$${s}`, value: plus(name(time), passed) }];
}

/**
 * Evaluates the locals and then the slopes `x$k1` ... of stage `s`, for states that stand in `x$s`
 * (in the first stage: in x). `elapsed` is the fraction of the step that has passed.
 */
function stage(block: DifferentialBlock, s: number, elapsed: number): Assignment[] {
  const { equations, intermediates } = block;
  const states = equations.map(({ target }) => target);
  const renamed = new Map<string, Expr>();
  const out: Assignment[] = [];
  const assign = (target: string, value: Expr): void => {
    out.push({ target: `${target}$${s}`, value });
    renamed.set(target, name(`${target}$${s}`));
  };
  if (s > 1) for (const state of states) renamed.set(state, name(`${state}$${s}`));
  if (elapsed > 0) {
    for (const { value } of stageTime(block, s, elapsed)) assign(time, value);
    const varying = localsDependingOn(intermediates, [...states, time]);
    for (const { target, value } of intermediates) {
      if (varying.has(target)) assign(target, substitute(value, renamed));
    }
  }
  for (const { target, coefficient, value } of equations) {
    const slope = coefficient === undefined ? value : over(value, coefficient);
    out.push({ target: `${target}$k${s}`, value: substitute(slope, renamed) });
  }
  return out;
}

/** x + (h * share) * k, with h * share written as a quotient of dt. */
function moved(state: string, k: number, dt: Expr, divisor: number): Expr {
  const h = divisor === 1 ? dt : over(dt, num(divisor));
  return plus(name(state), times(h, name(`${state}$k${k}`)));
}

function rungeKutta(block: DifferentialBlock, substeps: number): Assignment[] {
  const states = block.equations.map(({ target }) => target);
  const { dt } = block;
  const out: Assignment[] = [...block.intermediates];
  for (let i = 0; i < substeps; i++) {
    out.push(...stage(block, 1, i / substeps));
    for (const [s, divisor] of [
      [2, 2],
      [3, 2],
      [4, 1],
    ] as const) {
      for (const state of states) {
        out.push({ target: `${state}$${s}`, value: moved(state, s - 1, dt, divisor * substeps) });
      }
      out.push(...stage(block, s, (i + 1 / divisor) / substeps));
    }
    for (const state of states) {
      const [k1, k2, k3, k4] = [1, 2, 3, 4].map((k) => name(`${state}$k${k}`));
      const first = plus(plus(k1!, times(num(2), k2!)), times(num(2), k3!));
      const change = times(over(dt, num(6 * substeps)), plus(first, k4!));
      out.push({ target: state, value: plus(name(state), change) });
    }
  }
  return out;
}

/** Sub-steps are written out, so that their number has to have a bound. */
const mostWrittenOut = 50_000;
/** Operations of a sub-step for each state besides its equation. */
const ownOperations = 10;

function refuseTooManySubsteps(block: DifferentialBlock, substeps: number): void {
  if (substeps === 1) return;
  let size = ownOperations * block.equations.length;
  const count = (): void => void (size += 1);
  for (const { value } of [...block.intermediates, ...block.equations]) visitExpr(value, count);
  if (substeps * size <= mostWrittenOut) return;
  throw new SpecError({
    code: "limit",
    where: block.where,
    problem: "too many sub-steps for equations of this length",
    got: substeps,
    allowed: `1 to ${Math.max(1, Math.floor(mostWrittenOut / size))}`,
    hint: "Choose a smaller dt in place of sub-steps.",
  });
}

function checkSubsteps(block: DifferentialBlock): number {
  const { method, substeps = 1, where } = block;
  const isAllowed = method === "rk4" || substeps === 1;
  if (isAllowed && Number.isInteger(substeps) && substeps >= 1) {
    refuseTooManySubsteps(block, substeps);
    return substeps;
  }
  throw new SpecError({
    code: "substeps",
    where,
    problem: `${method} cannot divide a step into this many`,
    got: substeps,
    allowed: method === "rk4" ? "a whole number from 1" : "1",
    hint: "Sub-steps are for rk4; for other methods choose a smaller dt.",
  });
}

/**
 * The assignments that carry out one step of a block: first the intermediates as given, then the
 * updates. euler keeps the association of the text: x + dt * (rhs), or x + (dt / C) * (rhs).
 */
export function integrate(block: DifferentialBlock): Assignment[] {
  const substeps = checkSubsteps(block);
  return block.method === "rk4" ? rungeKutta(block, substeps) : oneStep(block);
}
