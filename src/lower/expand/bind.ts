// Binds the names in a model's equations to arrays and literals. Invariant: after binding, every
// name that a body reads is a read symbol, was assigned before, or is dt, t or step.

import { num } from "../../expr/ast.js";
import type { Assignment, Expr } from "../../expr/ast.js";
import { namesIn, substitute } from "../../expr/rewrite.js";
import type { Domain, Operand } from "../../ir/program.js";
import { makeOperand } from "../../ir/records.js";
import type { OperandExtra } from "../../ir/records.js";
import type { ParameterModel } from "../../models/types.js";
import type { ParameterValue } from "../../models/types.js";
import type { QuirkName } from "../../models/quirks.js";
import type { Binding, ExpandContext, Owner, ParameterArray } from "./context.js";
import { Kept } from "../../util/kept.js";
import { product } from "../../util/product.js";

export type Bindings = Map<string, Binding>;

export const literal = (value: number): Binding => ({ kind: "literal", value });
export function element(array: string, at: Domain, extra?: OperandExtra): Binding {
  return { kind: "operand", array, version: 0, at, extra };
}

/** A parameter value as numbers: booleans are 1 and 0. */
export function asNumbers(value: ParameterValue): number | Float64Array {
  return typeof value === "boolean" ? Number(value) : value;
}

/** A body without literals, and the names that are left in it. */
interface BoundBody {
  readonly body: readonly Assignment[];
  readonly used: ReadonlySet<string>;
}

/** Bodies come from models, which many populations and connections share. */
const boundBodies = new Kept<readonly Assignment[], BoundBody>();

function withLiterals(
  body: readonly Assignment[],
  bindings: ReadonlyMap<string, Binding>,
): BoundBody {
  const literals = new Map<string, Expr>();
  for (const [symbol, binding] of bindings) {
    if (binding.kind === "literal") literals.set(symbol, num(binding.value));
  }
  const bound = body.map(({ target, value }) => ({ target, value: substitute(value, literals) }));
  const used = new Set<string>();
  for (const { value } of bound) for (const name of namesIn(value)) used.add(name);
  return { body: bound, used };
}

/** Replaces literals in a body and lists the reads that the rest needs, in the order of the table. */
export function bindBody(
  body: readonly Assignment[],
  bindings: ReadonlyMap<string, Binding>,
): { readonly reads: Operand[]; readonly body: readonly Assignment[] } {
  let text = "";
  bindings.forEach((binding, symbol) => {
    if (binding.kind !== "literal") return;
    const { value } = binding;
    text += `${symbol}=${Object.is(value, -0) ? "-0" : String(value)};`;
  });
  const { body: bound, used } = boundBodies.get(body, text, () => withLiterals(body, bindings));
  const reads: Operand[] = [];
  bindings.forEach((binding, symbol) => {
    if (binding.kind === "literal" || !used.has(symbol)) return;
    reads.push(makeOperand(symbol, binding, binding.at, binding.extra));
  });
  return { reads, body: bound };
}

/** The oddities a model asks for, as literals. */
export function bindQuirks(
  bindings: Bindings,
  asked: readonly QuirkName[],
  quirks: ReadonlySet<QuirkName>,
): void {
  for (const quirk of asked) bindings.set(quirk, literal(quirks.has(quirk) ? 1 : 0));
}

/** One parameter as an operand of an op whose index runs over what the parameter belongs to. */
export function parameterBinding(
  parameter: ParameterArray,
  at: Domain,
  extra?: OperandExtra,
): Binding {
  if (parameter.kind === "literal") return parameter;
  return parameter.single ?? element(parameter.array, at, extra);
}

/** The parameters of something that has some. */
export interface Parameters {
  readonly models: readonly ParameterModel[];
  readonly values: ReadonlyMap<string, ParameterValue>;
  /** Shape under which array values are shown. */
  readonly shape: readonly number[];
  /** A value that is part of the structure, the delay: named, but never an array of the Program. */
  readonly structural?: string | undefined;
}

/** Makes an array of each parameter and names it; booleans are structure and become literals. */
export function addParameters(
  context: ExpandContext,
  owner: Owner,
  parameters: Parameters,
): Map<string, ParameterArray> {
  const arrays = new Map<string, ParameterArray>();
  for (const model of parameters.models) {
    arrays.set(model.symbol, addParameter(context, owner, parameters, model));
  }
  return arrays;
}

function addParameter(
  context: ExpandContext,
  owner: Owner,
  parameters: Parameters,
  model: ParameterModel,
): ParameterArray {
  const { publicName } = model;
  const value = parameters.values.get(publicName)!;
  const single = typeof value !== "object";
  const count = single ? 1 : value.length;
  const initial = asNumbers(value);
  const { unit } = model;
  const shape = single ? [] : count === product(parameters.shape) ? parameters.shape : [count];
  if (typeof value === "boolean" || parameters.structural === publicName) {
    const constant = { array: "", kind: "constant", unit, values: initial } as const;
    context.addNames(owner, publicName, constant, { shape, each: "number" });
    return { kind: "literal", value: typeof initial === "number" ? initial : Number.NaN };
  }
  const { isTunable, isPerCopy } = context.tuningOf(owner, publicName);
  const array = context.addArray({
    name: `${owner.name}.${publicName}`,
    role: isTunable ? "tunable" : "parameter",
    length: count,
    initial,
    unit,
    origin: owner.name,
    perCopy: isPerCopy,
  });
  const named = { array, kind: isTunable ? "tunable" : "parameter", unit } as const;
  context.addNames(owner, publicName, named, { shape, each: "number" });
  return { kind: "array", array, single: single ? element(array, "one") : undefined };
}
