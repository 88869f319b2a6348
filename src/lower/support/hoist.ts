// Moves expressions of parameters out of the step: into new parameters where all values are known,
// else into setup maps that run when a tunable parameter is written. Invariant: the same operations
// on the same operands, only earlier.

import { name, type Assignment, type Expr } from "../../expr/ast.js";
import { compileExpr } from "../../expr/evaluate.js";
import { childrenOf, namesIn, substitute, visitExpr } from "../../expr/rewrite.js";
import type { ArraySpec, MapOp, Op, Operand, Program } from "../../ir/program.js";
import { domainSize, freshSymbol, isBodyOp, pruneBody, type BodyOp } from "./bodies.js";
import { keyOfExpr } from "../merge/body-key.js";
import { NewArrays } from "./new-arrays.js";
import { renumberVersions } from "./rewire.js";
import { elementOf, initialAt, isKnown, reachOf } from "./values.js";
import { float64s } from "../../util/tabulate.js";

/** Longer arrays are only made where they take the place of another one. */
const mostAdded = 2 ** 20;

/** Cost of one operation, in additions. */
function costOf(expr: Expr): number {
  let cost = 0;
  visitExpr(expr, (node) => {
    if (node.kind === "call") cost += node.args.length > 1 ? 1 : 8;
    else if (node.kind === "binary") cost += node.op === "/" ? 4 : node.op === "^" ? 16 : 1;
    else if (node.kind === "unary" || node.kind === "conditional") cost += 1;
  });
  return cost;
}

/** Where hoisted expressions go; equal ones of several ops share an array. */
class Store {
  readonly created: NewArrays;
  readonly setup: MapOp[] = [];
  readonly #specs: ReadonlyMap<string, ArraySpec>;
  readonly #known = new Map<string, string | undefined>();
  readonly #ids: Set<string>;

  constructor(readonly program: Program) {
    this.created = new NewArrays(program);
    this.#specs = new Map(program.arrays.map((spec) => [spec.name, spec]));
    this.#ids = new Set([...program.setup, ...program.ops].map((op) => op.id));
  }

  specOf(array: string): ArraySpec | undefined {
    return this.#specs.get(array);
  }

  #freshId(): string {
    let number = this.setup.length;
    while (this.#ids.has(`hoisted${number}`)) number += 1;
    this.#ids.add(`hoisted${number}`);
    return `hoisted${number}`;
  }

  /** The array that holds an expression of these operands for `count` indices, if one may. */
  arrayFor(
    expr: Expr,
    reads: readonly Operand[],
    count: number,
    wanted: string,
  ): string | undefined {
    const places = reads.map(
      ({ symbol, array, at, offset = 0 }) =>
        `${symbol}=${array}+${offset}${at === "one" ? "!" : ""}`,
    );
    const key = [keyOfExpr(expr), count, ...places].join("|");
    if (this.#known.has(key)) return this.#known.get(key);
    const isFixed = reads.every((read) => isKnown(this.specOf(read.array)!));
    const array = isFixed
      ? this.#evaluate(expr, reads, count, wanted)
      : this.#defer(expr, reads, count, wanted);
    this.#known.set(key, array);
    return array;
  }

  #evaluate(
    expr: Expr,
    reads: readonly Operand[],
    count: number,
    wanted: string,
  ): string | undefined {
    const slots = new Map(reads.map((read, i) => [read.symbol, i]));
    // In the precision of the step, so that it makes no difference when it is computed.
    const run = compileExpr(expr, slots, this.program.precision);
    const frame = new Float64Array(reads.length);
    const specs = reads.map((read) => this.specOf(read.array)!);
    const values = float64s(count, (i) => {
      reads.forEach((read, k) => {
        frame[k] = initialAt(specs[k]!.initial, elementOf(read, i));
      });
      return run(frame);
    });
    // Not a number somewhere, perhaps in a branch that is never taken: left to the step.
    return values.some(Number.isNaN)
      ? undefined
      : this.created.addValues(values, "parameter", wanted);
  }

  #defer(expr: Expr, reads: readonly Operand[], count: number, wanted: string): string {
    const perCopy = reads.some((read) => this.specOf(read.array)!.perCopy);
    const spec = { type: "real", role: "derived", length: count, initial: 0, perCopy } as const;
    const array = this.created.add(spec, wanted);
    this.setup.push({
      kind: "map",
      id: this.#freshId(),
      phase: "setup",
      count,
      reads,
      body: [{ target: "value", value: expr }],
      writes: [{ symbol: "value", array, version: 1, at: "element", mode: "set" }],
    });
    return array;
  }
}

/** One op on its way: which symbols are constant over time, and what was hoisted so far. */
class Hoisting {
  readonly #operands = new Map<string, Operand>();
  /** What a symbol that is constant over time is, in terms of the operands as they were read. */
  readonly #constant = new Map<string, Expr>();
  /** How often each operand is used; a long array may only take the place of others. */
  readonly #uses = new Map<string, number>();
  readonly #reads: Operand[] = [];
  readonly #symbols = new Map<string, string>();

  constructor(
    readonly store: Store,
    readonly op: BodyOp,
  ) {
    for (const read of op.reads) {
      if (!this.#isConstant(read)) continue;
      this.#operands.set(read.symbol, read);
      this.#constant.set(read.symbol, name(read.symbol));
    }
    for (const { value } of op.body) {
      visitExpr(value, (node) => {
        if (node.kind !== "name") return;
        this.#uses.set(node.name, (this.#uses.get(node.name) ?? 0) + 1);
      });
    }
  }

  #isConstant({ at, array, lag }: Operand): boolean {
    if (at === "spike" || at === "event" || lag !== undefined) return false;
    const role = this.store.specOf(array)?.role;
    return role === "parameter" || role === "tunable" || role === "derived";
  }

  /** The expression over operands, if all of it is constant over time. */
  #constantForm(expr: Expr): Expr | undefined {
    let isConstant = true;
    visitExpr(expr, (node) => {
      if (node.kind === "call" && node.fn === "prev") isConstant = false;
      if (node.kind === "name" && !this.#constant.has(node.name)) isConstant = false;
    });
    return isConstant ? substitute(expr, this.#constant) : undefined;
  }

  /** The operands of an expression, if one index can serve all of them. */
  #commonOperands(form: Expr): { reads: Operand[]; lead: Operand } | undefined {
    const reads = [...namesIn(form)].map((symbol) => this.#operands.get(symbol)!);
    const along = reads.filter((read) => read.at !== "one");
    const lead = along[0] ?? reads[0];
    if (lead === undefined) return undefined;
    const fits = along.every(
      ({ at, repeat = 1, period }) =>
        at === lead.at && repeat === (lead.repeat ?? 1) && period === lead.period,
    );
    return fits ? { reads, lead } : undefined;
  }

  #isWorth(expr: Expr, form: Expr, reads: readonly Operand[], count: number): boolean {
    const along = reads.filter((read) => read.at !== "one");
    const inside = new Map<string, number>();
    visitExpr(expr, (node) => {
      if (node.kind === "name") inside.set(node.name, (inside.get(node.name) ?? 0) + 1);
    });
    const isFreed = ({ symbol }: Operand): boolean =>
      (inside.get(symbol) ?? 0) > 0 && inside.get(symbol) === this.#uses.get(symbol);
    const replaces = along.length > 0 && along.every(isFreed);
    if (count > mostAdded && !replaces) return false;
    return costOf(form) > 1 || (along.length > 1 && replaces);
  }

  /** The symbol that reads a hoisted expression, or undefined where it has to stay. */
  #hoist(expr: Expr, wanted: string): Expr | undefined {
    const form = this.#constantForm(expr);
    if (form === undefined || form.kind === "name" || form.kind === "number") return undefined;
    const common = this.#commonOperands(form);
    if (common === undefined) return undefined;
    const { reads, lead } = common;
    const count = reachOf(lead, domainSize(this.op, lead.at));
    if (count === 0 || !this.#isWorth(expr, form, reads, count)) return undefined;
    const places = reads.map(({ symbol, array, at, offset }): Operand => {
      const place = { symbol, array, version: 0, at: at === "one" ? at : ("element" as const) };
      return offset === undefined ? place : { ...place, offset };
    });
    const key = keyOfExpr(form);
    const known = this.#symbols.get(key);
    if (known !== undefined) return name(known);
    // A constant that the text gives a name keeps it.
    const stem = expr.kind === "name" ? expr.name : wanted;
    const array = this.store.arrayFor(form, places, count, stem);
    if (array === undefined) return undefined;
    const taken = new Set(this.#reads.map((read) => read.symbol));
    const symbol = freshSymbol(this.op, stem, taken);
    const { repeat, period } = lead;
    this.#reads.push({
      symbol,
      array,
      version: 0,
      at: lead.at,
      ...(repeat === undefined ? {} : { repeat }),
      ...(period === undefined ? {} : { period }),
    });
    this.#symbols.set(key, symbol);
    return name(symbol);
  }

  #rewrite(expr: Expr, wanted: string): Expr {
    const hoisted = this.#hoist(expr, wanted);
    if (hoisted !== undefined) return hoisted;
    if (childrenOf(expr).length === 0) return expr;
    const parts = new Map(
      childrenOf(expr).map((child) => [child, this.#rewrite(child, wanted)] as const),
    );
    return replaceChildren(expr, parts);
  }

  /** What a symbol is from an assignment on. */
  #assign(target: string, form: Expr | undefined): void {
    if (form === undefined) this.#constant.delete(target);
    else this.#constant.set(target, form);
  }

  run(): BodyOp {
    // Constant assignments stay at first; what is still needed of them is hoisted in the end.
    const varying: { readonly assignment: Assignment; readonly form: Expr | undefined }[] = [];
    for (const assignment of this.op.body) {
      const form = this.#constantForm(assignment.value);
      const value =
        form === undefined ? this.#rewrite(assignment.value, assignment.target) : assignment.value;
      varying.push({ assignment: { target: assignment.target, value }, form });
      this.#assign(assignment.target, form);
    }
    const body = varying.map(({ assignment }) => assignment);
    const draft = pruneBody({ ...this.op, body, reads: [...this.op.reads, ...this.#reads] });
    const isKept = new Set(draft.body);
    const finished = varying
      .filter(({ assignment }) => isKept.has(assignment))
      .map(({ assignment, form }) => {
        const value = form === undefined ? undefined : this.#whole(form, assignment.target);
        return value === undefined ? assignment : { target: assignment.target, value };
      });
    return pruneBody({ ...this.op, body: finished, reads: [...this.op.reads, ...this.#reads] });
  }

  /** Hoists an assignment that is constant as a whole; `form` is in terms of the operands. */
  #whole(form: Expr, wanted: string): Expr | undefined {
    this.#constant.clear();
    for (const symbol of this.#operands.keys()) this.#constant.set(symbol, name(symbol));
    return this.#hoist(form, wanted);
  }
}

/** The node with some of its direct children replaced. */
export function replaceChildren(expr: Expr, parts: ReadonlyMap<Expr, Expr>): Expr {
  switch (expr.kind) {
    case "unary":
      return { ...expr, arg: parts.get(expr.arg)! };
    case "binary":
      return { ...expr, left: parts.get(expr.left)!, right: parts.get(expr.right)! };
    case "conditional":
      return {
        ...expr,
        test: parts.get(expr.test)!,
        then: parts.get(expr.then)!,
        else: parts.get(expr.else)!,
      };
    case "call":
      return { ...expr, args: expr.args.map((arg) => parts.get(arg)!) };
    default:
      return expr;
  }
}

/** Hoists in every op of the step. */
export function hoistConstants(program: Program): Program {
  const store = new Store(program);
  const ops = program.ops.map((op): Op => (isBodyOp(op) ? new Hoisting(store, op).run() : op));
  if (store.created.added.length === 0) return { ...program, ops };
  return renumberVersions({
    ...program,
    ops,
    arrays: [...program.arrays, ...store.created.added],
    setup: [...program.setup, ...store.setup],
  });
}
