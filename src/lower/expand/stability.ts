// Checks the step size against the time constants of explicitly integrated equations, while the
// network is compiled. Invariant: only slopes that parameters alone determine are judged.

import { CompileError } from "../../errors.js";
import type { Expr } from "../../expr/ast.js";
import { evaluateElements } from "../../expr/elements.js";
import { slopeOf } from "../../expr/integrate.js";
import type { Equation } from "../../expr/integrate.js";
import { namesIn } from "../../expr/rewrite.js";
import type { Model, ParameterModel, ParameterValue } from "../../models/types.js";
import { asNumbers } from "./bind.js";
import type { ExpandContext } from "./context.js";

/** At 2 explicit Euler diverges, from 1 on it oscillates, from 1/2 on it is inaccurate. */
const refusedRatio = 2;
const warnedRatio = 0.5;
/** Below this, a float32 state stops moving before it arrives. */
const stallingRatio = 1e-5;

/** The thing whose equations are checked. */
interface Owner {
  readonly path: string;
  readonly model: Model;
  readonly values: ReadonlyMap<string, ParameterValue>;
}

/** What the right side of an equation changes by with its state. */
interface Slope {
  readonly expr: Expr;
  /** The names in it, and the parameters of the model among them. */
  readonly names: readonly string[];
  readonly parameters: ReadonlyMap<string, ParameterModel>;
}

/** The slopes of equations that thousands of neurons and synapses share; null where not constant. */
const slopes = new WeakMap<Equation, Slope | null>();

function slopeOnce(
  equation: Equation,
  intermediates: Parameters<typeof slopeOf>[1],
  model: Model,
): Slope | undefined {
  let slope = slopes.get(equation);
  if (slope === undefined) {
    const expr = slopeOf(equation, intermediates);
    const names = expr === undefined ? [] : [...namesIn(expr)];
    const named = model.parameters.filter(({ symbol }) => names.includes(symbol));
    const parameters = new Map(named.map((parameter) => [parameter.symbol, parameter]));
    slope = expr === undefined ? null : { expr, names, parameters };
    slopes.set(equation, slope);
  }
  return slope ?? undefined;
}

/** Refuses (or, where old behaviour is asked for, warns of) steps that are too large for a time constant. */
export function checkStability(context: ExpandContext, owner: Owner): void {
  const { model } = owner;
  const dt = model.system === "SI" ? context.options.dt / 1000 : context.options.dt;
  for (const block of model.blocks) {
    if (block.kind !== "differential" || block.method === "exact") continue;
    for (const equation of block.equations) {
      const slope = slopeOnce(equation, block.intermediates, model);
      if (slope === undefined) continue;
      const ratio = largestRatio(slope, owner, context, dt);
      if (ratio === undefined) continue;
      if (block.method === "euler") judgeEuler(context, owner, equation.target, ratio);
      judgePrecision(context, owner, equation.target, ratio);
    }
  }
}

function largestRatio(
  { expr, names, parameters }: Slope,
  owner: Owner,
  context: ExpandContext,
  dt: number,
): number | undefined {
  const scope = new Map<string, number | Float64Array>();
  const quirks: readonly string[] = owner.model.quirks;
  for (const symbol of names) {
    const parameter = parameters.get(symbol);
    if (quirks.includes(symbol)) {
      scope.set(symbol, Number((context.network.quirks as ReadonlySet<string>).has(symbol)));
    } else if (parameter !== undefined) {
      scope.set(symbol, asNumbers(owner.values.get(parameter.publicName)!));
    } else return undefined;
  }
  const values = evaluateElements(expr, scope);
  if (typeof values === "number") return -values * dt;
  return values.reduce((largest, value) => Math.max(largest, -value * dt), 0);
}

function judgeEuler(context: ExpandContext, owner: Owner, target: string, ratio: number): void {
  const { dt } = context.options;
  const where = `${owner.path}.${target}`;
  const found = `dt = ${dt} ms is ${ratio.toPrecision(3)} times its time constant`;
  if (ratio >= refusedRatio && context.network.quirks.size === 0) {
    throw new CompileError({
      code: "unstable-step",
      where,
      problem: `the step is too large for explicit Euler integration: ${found}`,
      got: dt,
      allowed: `dt < ${((refusedRatio * dt) / ratio).toPrecision(4)} ms`,
      hint: "Compile with a smaller dt, or give the model another integration method.",
    });
  }
  if (ratio > warnedRatio) {
    context.warnings.push(`${where}: ${found}; results are inaccurate above 0.5.`);
  }
}

function judgePrecision(context: ExpandContext, owner: Owner, target: string, ratio: number): void {
  if (context.options.precision !== "float32" || ratio <= 0 || ratio >= stallingRatio) return;
  context.warnings.push(
    `${owner.path}.${target}: dt is ${ratio.toPrecision(3)} of the time constant; in float32 the state stops moving before it arrives. Use float64 or a larger dt.`,
  );
}
