// Which assignments of a map change something only where an element fires. Invariant: done after all
// others, for the elements that fire, they give what the whole body gives.

import type { Assignment, Expr } from "../../../src/expr/ast.js";
import { namesIn } from "../../../src/expr/rewrite.js";
import type { MapOp } from "../../../src/ir/program.js";

export interface SplitBody {
  readonly always: readonly Assignment[];
  /** Of the form `x = fired ? ... : x`, for symbols that the op stores. */
  readonly fired: readonly Assignment[];
}

const isName = (expr: Expr, name: string): boolean => expr.kind === "name" && expr.name === name;

/** Symbols that may be stored once more. */
function storedAgain({ writes }: MapOp): Set<string> {
  const arrays = new Set(writes.map(({ array }) => array));
  if (arrays.size < writes.length) return new Set();
  const symbols = new Set(writes.map(({ symbol }) => symbol));
  for (const { symbol, mode } of writes) if (mode === "add") symbols.delete(symbol);
  return symbols;
}

/** Splits the body of a map that emits: few elements fire, and what happens to them costs little then. */
export function splitBody(op: MapOp): SplitBody {
  const { body, emit } = op;
  if (emit === undefined) return { always: body, fired: [] };
  const stored = storedAgain(op);
  const always: Assignment[] = [];
  const fired: Assignment[] = [];
  // Of what is always done and comes later.
  const read = new Set<string>();
  const assigned = new Set<string>();
  for (const assignment of [...body].reverse()) {
    const { target, value } = assignment;
    const names = [...namesIn(value)];
    const isChange =
      value.kind === "conditional" && isName(value.test, emit.when) && isName(value.else, target);
    const isFree = !read.has(target) && ![target, ...names].some((name) => assigned.has(name));
    if (isChange && isFree && target !== emit.when && stored.has(target)) fired.unshift(assignment);
    else {
      always.unshift(assignment);
      assigned.add(target);
      for (const name of names) read.add(name);
    }
  }
  return { always, fired };
}
