// Proofs about bodies: that a decay is x' = a x, that the terms of a sum are multiples of states, and
// that what a spike does to one edge concerns no other. Invariant: `a` and the factors are constant
// over time; what is not proven is refused with a reason.

import { num, type Assignment, type Expr } from "../../expr/ast.js";
import { derivative, isLinearIn } from "../../expr/derivative.js";
import { isWalkable, namesIn, substitute } from "../../expr/rewrite.js";
import { isNumber, tidy } from "../../expr/simplify.js";
import type { ArraySpec, DeliverOp, GatherOp, Operand, Write } from "../../ir/program.js";
import { neededBody, resultsOf } from "../support/bodies.js";
import type { DecayUse } from "./uses.js";

export type Specs = ReadonlyMap<string, ArraySpec>;

/** An expression with the operands that it reads. */
export interface Bound {
  readonly expr: Expr;
  readonly reads: readonly Operand[];
}
/** Why something was not proven. */
export interface Refusal {
  readonly reason: string;
}

export const isRefusal = (found: object): found is Refusal => "reason" in found;
const refuse = (reason: string): Refusal => ({ reason });

/** The value of a symbol after a body, in terms of what the body reads; undefined where it is huge. */
function finalValue(body: readonly Assignment[], symbol: string): Expr | undefined {
  const table = new Map<string, Expr>();
  for (const { target, value } of body) {
    const next = substitute(value, table);
    if (!isWalkable(next)) return undefined;
    table.set(target, next);
  }
  return table.get(symbol) ?? { kind: "name", name: symbol };
}

const constantRoles: ReadonlySet<string> = new Set(["parameter", "tunable", "derived", "index"]);

/** The operands of an expression that is constant over time. */
function constantReads(expr: Expr, reads: readonly Operand[], specs: Specs): Operand[] | undefined {
  const found: Operand[] = [];
  for (const symbol of namesIn(expr)) {
    if (symbol === "dt") continue;
    const read = reads.find((one) => one.symbol === symbol);
    if (read === undefined || read.at === "spike" || read.lag !== undefined) return undefined;
    if (!constantRoles.has(specs.get(read.array)!.role)) return undefined;
    found.push(read);
  }
  return found;
}

/** The `a` of x' = a x. */
export function slopeOf({ op, symbol, write }: DecayUse, specs: Specs): Bound | Refusal {
  const value = finalValue(op.body, write.symbol);
  if (value === undefined || !isLinearIn(value, [symbol])) {
    return refuse(`${op.id} does not make it a multiple of itself`);
  }
  if (!isNumber(tidy(substitute(value, new Map([[symbol, num(0)]]))), 0)) {
    return refuse(`${op.id} adds something to it`);
  }
  const others = resultsOf({ ...op, writes: op.writes.filter((one) => one !== write) });
  if (neededBody(op.body, others).needed.has(symbol)) {
    return refuse(`${op.id} makes something else of it, too`);
  }
  const expr = derivative(value, symbol);
  const reads = constantReads(expr, op.reads, specs);
  return reads === undefined
    ? refuse(`${op.id} makes it smaller at a rate that changes`)
    : { expr, reads };
}

/** What one write of a sum adds for each state that it reads; 0 where a state takes no part. */
export type Terms = ReadonlyMap<string, Bound>;

function termsOf(
  op: GatherOp,
  write: Write,
  symbols: readonly string[],
  specs: Specs,
): Terms | Refusal {
  const value = finalValue(op.body, write.symbol);
  if (value === undefined || !isLinearIn(value, symbols)) {
    return refuse(`${op.id} adds what is not a multiple of it`);
  }
  const zeros = new Map(symbols.map((symbol) => [symbol, num(0)]));
  if (!isNumber(tidy(substitute(value, zeros)), 0)) {
    return refuse(`${op.id} adds something besides a multiple of it`);
  }
  const terms = new Map<string, Bound>();
  for (const symbol of symbols) {
    const expr = derivative(value, symbol);
    const reads = constantReads(expr, op.reads, specs);
    if (reads === undefined) return refuse(`${op.id} adds it with a factor that changes`);
    terms.set(symbol, { expr, reads });
  }
  return terms;
}

/** The factors of the states behind some symbols, by write; a refusal where terms are anything else. */
export function factorsOf(
  op: GatherOp,
  symbols: readonly string[],
  specs: Specs,
): ReadonlyMap<Write, Terms> | Refusal {
  const factors = new Map<Write, Terms>();
  for (const write of op.writes) {
    const terms = termsOf(op, write, symbols, specs);
    if (isRefusal(terms)) return terms;
    factors.set(write, terms);
  }
  return factors;
}

/** What one op does with a state. */
export interface Touch {
  readonly symbol: string | undefined;
  readonly write: Write | undefined;
}

/**
 * A delivery may only change its own edge and add to targets, so that edges can be done in any order;
 * and where it changes several lazily kept states, or adds to targets, none of those states may take
 * part in anything else.
 */
export function checkDelivery(op: DeliverOp, touches: readonly Touch[]): Refusal | undefined {
  const isOnTarget = (place: Operand | Write): boolean => place.at === "target";
  if (op.reads.some(isOnTarget)) return refuse(`${op.id} reads the target`);
  const onTarget = op.writes.filter(isOnTarget);
  if (onTarget.some(({ mode }) => mode !== "add")) {
    return refuse(`${op.id} changes the target as well`);
  }
  if (touches.length < 2 && onTarget.length === 0) return undefined;
  const lazy = new Set(touches.map(({ write }) => write));
  const parts = op.writes.filter((write) => lazy.has(write)).map((write) => [write]);
  parts.push(op.writes.filter((write) => !lazy.has(write)));
  for (const writes of parts) {
    const results = writes.map((write) => write.symbol);
    const { needed } = neededBody(op.body, results);
    const others = touches.filter(({ write }) => write === undefined || !writes.includes(write));
    if (others.some(({ symbol }) => symbol !== undefined && needed.has(symbol))) {
      const made = writes.some(isOnTarget)
        ? "changes the target by a state that is kept lazily"
        : "makes one state that is kept lazily from another";
      return refuse(`${op.id} ${made}`);
    }
  }
  return undefined;
}
