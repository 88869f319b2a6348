// One step of a model by substituting numbers into its parsed text: what the definitions mean,
// without anything below them.
import { evaluate } from "../../../src/expr/evaluate.js";
import type { Expr } from "../../../src/expr/ast.js";
import type { ChannelType, NeuronType, SynapseType } from "../../../src/models/types.js";

export type Numbers = Record<string, number>;

/** Parameters by symbol, oddities off, and the numbers given. */
export function scopeOf(type: NeuronType | ChannelType | SynapseType, more: Numbers = {}): Numbers {
  const { parameters, quirks } = type.model;
  const scope: Numbers = Object.fromEntries(quirks.map((quirk) => [quirk, 0]));
  for (const { publicName, symbol } of parameters) {
    scope[symbol] = Number(type.values.get(publicName));
  }
  return { ...scope, ...more };
}

export const valueOf = (expr: Expr, scope: Numbers): number =>
  evaluate(expr, new Map(Object.entries(scope)));

/** Runs all blocks once with Euler's method and gives the scope after it. */
export function stepBlocks(
  type: NeuronType | ChannelType | SynapseType,
  before: Numbers,
  dt: number,
): Numbers {
  const scope: Numbers = { ...before, dt };
  for (const block of type.model.blocks) {
    if (block.kind === "assign") {
      for (const { target, value } of block.body) scope[target] = valueOf(value, scope);
      continue;
    }
    for (const { target, value } of block.intermediates) scope[target] = valueOf(value, scope);
    const slopes = block.equations.map(({ target, value, coefficient }) => {
      const factor = coefficient === undefined ? 1 : valueOf(coefficient, scope);
      return [target, valueOf(value, scope) / factor] as const;
    });
    for (const [target, slope] of slopes) scope[target] = scope[target]! + dt * slope;
  }
  return scope;
}

/** Runs assignments in order. */
export function runAll(
  body: readonly { readonly target: string; readonly value: Expr }[],
  before: Numbers,
): Numbers {
  const scope = { ...before };
  for (const { target, value } of body) scope[target] = valueOf(value, scope);
  return scope;
}

/** The message of the error that a call throws; fails where it throws none. */
export function messageOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("expected an error");
}

/** The stable code of the error that a call throws. */
export function codeOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    return (error as { code: string }).code;
  }
  throw new Error("expected an error");
}
