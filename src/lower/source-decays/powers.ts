// The powers by which bodies bring lazily kept values up to date: a factor to the number of decays
// since a time. Invariant: what is not known for every edge before anything runs is no such power.

import { name, type Assignment, type Expr } from "../../expr/ast.js";
import { childrenOf, namesIn, sameExpr } from "../../expr/rewrite.js";
import { portable64 } from "../../expr/portable.js";
import type { ArraySpec, EdgesOp, DeliverOp, MapOp } from "../../ir/program.js";
import { replaceChildren } from "../support/hoist.js";
import { elementOf, initialAt, isKnown } from "../support/values.js";

type PoweredOp = MapOp | EdgesOp | DeliverOp;

/** The symbols of the present time and of the time that is kept. */
export interface Times {
  readonly now: string;
  readonly last: string;
}

/** What is taken to the power. */
export interface Power {
  /** The factor of one decay, or its logarithm. */
  readonly factor: Expr;
  readonly isLog: boolean;
}

function isAge(expr: Expr, { now, last }: Times): boolean {
  if (expr.kind !== "binary" || expr.op !== "-") return false;
  const { left, right } = expr;
  return left.kind === "name" && left.name === now && right.kind === "name" && right.name === last;
}

/** The power that an expression is, as `accumulators` writes it. */
export function powerOf(expr: Expr, times: Times): Power | undefined {
  if (expr.kind === "binary" && expr.op === "^" && isAge(expr.right, times)) {
    return { factor: expr.left, isLog: false };
  }
  const [exponent] = expr.kind === "call" && expr.fn === "exp" ? expr.args : [];
  if (exponent?.kind !== "binary" || exponent.op !== "*") return undefined;
  return isAge(exponent.left, times) ? { factor: exponent.right, isLog: true } : undefined;
}

const isSame = (a: Power, b: Power): boolean => a.isLog === b.isLog && sameExpr(a.factor, b.factor);

/** A body with a symbol in the place of the one power in it; undefined where times are used otherwise. */
export function replacePower(
  body: readonly Assignment[],
  times: Times,
  symbol: string,
): { readonly body: readonly Assignment[]; readonly power: Power } | undefined {
  const found: Power[] = [];
  const replace = (expr: Expr): Expr => {
    const power = powerOf(expr, times);
    if (power !== undefined) {
      found.push(power);
      return name(symbol);
    }
    return replaceChildren(expr, new Map(childrenOf(expr).map((one) => [one, replace(one)])));
  };
  const replaced = body.map(({ target, value }) => ({ target, value: replace(value) }));
  const [power] = found;
  if (power === undefined || !found.every((one) => isSame(one, power))) return undefined;
  const isChanged = body.some(({ target }) => target === times.now || target === times.last);
  const isLeft = replaced.some(({ value }) => namesIn(value).has(times.last));
  return isChanged || isLeft ? undefined : { body: replaced, power };
}

/** By what the edges of an op decay in one step; undefined where that is not known of all of them. */
export function ratesIn(
  op: PoweredOp,
  { factor, isLog }: Power,
  specs: ReadonlyMap<string, ArraySpec>,
): ((edge: number) => number) | undefined {
  const change = isLog ? portable64.exp : (value: number): number => value;
  if (factor.kind === "number") {
    const rate = change(factor.value);
    return () => rate;
  }
  const symbol = factor.kind === "name" ? factor.name : undefined;
  const read = op.reads.find((one) => one.symbol === symbol);
  const spec = specs.get(read?.array ?? "");
  const isAssigned = op.body.some(({ target }) => target === symbol);
  if (read === undefined || spec === undefined || !isKnown(spec) || isAssigned) return undefined;
  if (!["edge", "element", "one"].includes(read.at)) return undefined;
  // Neighbours are mostly alike, and an exponential is slow.
  let before = NaN;
  let rate = NaN;
  return (edge) => {
    const value = initialAt(spec.initial, elementOf(read, edge));
    if (value !== before) rate = change(value);
    before = value;
    return rate;
  };
}
