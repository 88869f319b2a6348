// Synapses that share an activation curve: what depends on the source alone is computed once for
// each source, not once for each edge. Invariant: the same operations on the same operands; only
// their number changes.

import { name, type Assignment, type Expr } from "../expr/ast.js";
import { childrenOf, namesIn, visitExpr } from "../expr/rewrite.js";
import { indexArraysOf, sourcesOf, visitsOf } from "../ir/layout.js";
import type { GatherOp, MapOp, Op, Operand, Program } from "../ir/program.js";
import { freshSymbol, neededBody, pruneBody, resultsOf } from "./support/bodies.js";
import { replaceChildren } from "./support/hoist.js";
import { keyOfExpr } from "./merge/body-key.js";
import { NewArrays, stemOf } from "./support/new-arrays.js";
import type { Pass } from "./pass.js";
import { dropUnreferenced } from "./support/references.js";
import { renumberVersions } from "./support/rewire.js";
import {
  isCurve,
  sourceOperands,
  type SourceContext,
  type SourceOperand,
} from "./support/source-curves.js";

/** A curve that was found: the array that holds it. */
interface Curve {
  readonly array: string;
}

class Sharing {
  readonly created: NewArrays;
  readonly #context: SourceContext;
  readonly #curves = new Map<string, Curve>();
  readonly #ids: Set<string>;
  #count = 0;

  constructor(readonly program: Program) {
    this.created = new NewArrays(program);
    const specs = new Map(program.arrays.map((spec) => [spec.name, spec]));
    this.#context = { specs, arrays: indexArraysOf(program) };
    this.#ids = new Set([...program.setup, ...program.ops].map((op) => op.id));
  }

  #freshId(): string {
    while (this.#ids.has(`curve${this.#count}`)) this.#count += 1;
    const id = `curve${this.#count}`;
    this.#ids.add(id);
    return id;
  }

  /** The operand of the map that computes a curve. */
  #operandFor({ operand, ...found }: SourceOperand): Operand {
    if (found.kind === "operand") {
      return operand.at === "one" ? operand : { ...operand, at: "element" };
    }
    const { values } = found as Extract<SourceOperand, { kind: "values" }>;
    const isInt = this.#context.specs.get(operand.array)!.type === "int";
    const list = isInt ? Int32Array.from(values) : values;
    const array = this.created.addValues(list, "parameter", stemOf(operand.array));
    return { symbol: operand.symbol, array, version: 0, at: "element" };
  }

  /** The array of a curve, and the map that fills it where it is new. */
  #curve(
    op: GatherOp,
    body: readonly Assignment[],
    result: Expr,
    operands: ReadonlyMap<string, SourceOperand>,
  ): { readonly array: string; readonly map?: MapOp } {
    const symbol = "curve$";
    const whole = neededBody([...body, { target: symbol, value: result }], [symbol]);
    const reads = [...whole.needed]
      .filter((one) => operands.has(one))
      .map((one) => this.#operandFor(operands.get(one)!));
    const count = sourcesOf(op.layout);
    const places = reads.map(({ array, version, at, offset = 0, lag = "", ...rest }) =>
      [array, version, at, offset, lag, rest.symbol, rest.repeat ?? 1, rest.period ?? 0].join(":"),
    );
    const text = whole.body.map(({ target, value }) => `${target}=${keyOfExpr(value)}`);
    const key = [count, ...places, ...text].join("|");
    const known = this.#curves.get(key);
    if (known !== undefined) return known;
    const spec = { type: "real", role: "scratch", length: count, initial: 0 } as const;
    const array = this.created.add({ ...spec, perCopy: true }, "curve");
    this.#curves.set(key, { array });
    const { phase, origin } = op;
    const map: MapOp = {
      kind: "map",
      id: this.#freshId(),
      phase,
      ...(origin === undefined ? {} : { origin }),
      count,
      reads,
      body: whole.body,
      writes: [{ symbol, array, version: 1, at: "element", mode: "set" }],
    };
    return { array, map };
  }

  /** The gather with curves read instead of computed, after the maps that compute them. */
  share(op: GatherOp): Op[] {
    const { layout, body } = op;
    if (layout.kind === "diagonal" || layout.kind === "segments") return [op];
    if (visitsOf(layout) <= sourcesOf(layout)) return [op];
    const operands = sourceOperands(this.#context, op, worthLooking(op));
    const maps: MapOp[] = [];
    const reads: Operand[] = [];
    /** Symbols that depend on the source alone, so far. */
    const own = new Set(operands.keys());
    const before: Assignment[] = [];
    const replace = (expr: Expr): Expr => {
      if (
        isOwn(expr, own) &&
        isCurve(inlined(expr, before)) &&
        readsSource(expr, before, operands)
      ) {
        const at = expr.kind === "name" ? lastAssignment(before, expr.name) : -1;
        const { array, map } =
          at < 0
            ? this.#curve(op, before, expr, operands)
            : this.#curve(op, before.slice(0, at), before[at]!.value, operands);
        if (map !== undefined) maps.push(map);
        const known = reads.find((read) => read.array === array);
        if (known !== undefined) return name(known.symbol);
        const symbol = freshSymbol(op, "curve", new Set(reads.map((read) => read.symbol)));
        reads.push({ symbol, array, version: 1, at: "source" });
        return name(symbol);
      }
      if (childrenOf(expr).length === 0) return expr;
      const parts = new Map(childrenOf(expr).map((child) => [child, replace(child)] as const));
      return replaceChildren(expr, parts);
    };
    const results = new Set(resultsOf(op));
    const next = body.map(({ target, value }, i): Assignment => {
      const isWhole = isOwn(value, own);
      // A part of an expression that is the source's own as a whole is found where that is used.
      const isUsedOnly = isWhole && !results.has(target);
      const changed = isUsedOnly ? value : replace(value);
      if (isWhole) own.add(target);
      else own.delete(target);
      before.push(body[i]!);
      return { target, value: changed };
    });
    if (reads.length === 0) return [op];
    return [...maps, pruneBody({ ...op, body: next, reads: [...op.reads, ...reads] })];
  }
}

/** Symbols that stand in an operation of the body; values by edge are compared for these only. */
function worthLooking(op: GatherOp): Set<string> {
  const found = new Set<string>();
  for (const { value } of op.body) for (const symbol of namesIn(value)) found.add(symbol);
  return found;
}

const always: ReadonlySet<string> = new Set(["dt", "t", "step"]);

function isOwn(expr: Expr, own: ReadonlySet<string>): boolean {
  let holds = true;
  visitExpr(expr, (node) => {
    if (node.kind === "name" && !own.has(node.name) && !always.has(node.name)) holds = false;
    if (node.kind === "call" && node.fn === "prev") holds = false;
  });
  return holds;
}

const lastAssignment = (body: readonly Assignment[], symbol: string): number =>
  body.map(({ target }) => target).lastIndexOf(symbol);

/** A name stands for the value that was assigned to it last: its cost counts, and equal curves are one. */
function inlined(expr: Expr, before: readonly Assignment[]): Expr {
  if (expr.kind !== "name") return expr;
  return before[lastAssignment(before, expr.name)]?.value ?? expr;
}

/** Whether the source's state takes part; what does not is a constant, and not ours to move. */
function readsSource(
  expr: Expr,
  before: readonly Assignment[],
  operands: ReadonlyMap<string, SourceOperand>,
): boolean {
  const { needed } = neededBody([...before, { target: "curve$", value: expr }], ["curve$"]);
  return [...needed].some((symbol) => operands.get(symbol)?.operand.at === "source");
}

function shareCurves(program: Program): Program {
  const sharing = new Sharing(program);
  const ops = program.ops.flatMap((op) => (op.kind === "gather" ? sharing.share(op) : [op]));
  if (ops.length === program.ops.length) return program;
  const arrays = [...program.arrays, ...sharing.created.added];
  return renumberVersions({ ...program, ops, arrays });
}

/** Computes what edges share once for each source. */
export const sharedCurves: Pass = {
  name: "sharedCurves",
  doc:
    "Computes what depends on the source alone once for each source instead of once for each " +
    "edge. Bit for bit equal.",
  run: (program) => dropUnreferenced(shareCurves(program)),
};
