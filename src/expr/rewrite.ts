// Walking and rebuilding expression trees. Invariant: never changes a tree in place; a rewrite that
// changes nothing gives back the same object.

import type { Expr } from "./ast.js";

/** The direct children of a node, in order of evaluation. */
export function childrenOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case "number":
    case "name":
      return [];
    case "unary":
      return [expr.arg];
    case "binary":
      return [expr.left, expr.right];
    case "conditional":
      return [expr.test, expr.then, expr.else];
    case "call":
      return expr.args;
  }
}

function withChildren(expr: Expr, next: readonly Expr[]): Expr {
  const [first, second, third] = next;
  switch (expr.kind) {
    case "number":
    case "name":
      return expr;
    case "unary":
      return { ...expr, arg: first! };
    case "binary":
      return { ...expr, left: first!, right: second! };
    case "conditional":
      return { ...expr, test: first!, then: second!, else: third! };
    case "call":
      return { ...expr, args: next };
  }
}

/** Rebuilds bottom-up: `change` sees each node after its children have been rebuilt. */
export function mapExpr(expr: Expr, change: (node: Expr) => Expr): Expr {
  const children = childrenOf(expr);
  const next = children.map((child) => mapExpr(child, change));
  const same = next.every((child, i) => child === children[i]);
  return change(same ? expr : withChildren(expr, next));
}

/** Calls `visit` on every node, parents first. */
export function visitExpr(expr: Expr, visit: (node: Expr) => void): void {
  visit(expr);
  for (const child of childrenOf(expr)) visitExpr(child, visit);
}

/** All names in an expression, each once, in order of first appearance. */
export function namesIn(expr: Expr): Set<string> {
  const found = new Set<string>();
  visitExpr(expr, (node) => {
    if (node.kind === "name") found.add(node.name);
  });
  return found;
}

/** Replaces names by expressions. Names that are not in the table stay. */
export function substitute(expr: Expr, table: ReadonlyMap<string, Expr>): Expr {
  return mapExpr(expr, (node) => (node.kind === "name" ? (table.get(node.name) ?? node) : node));
}

const mostNodes = 50_000;
const greatestHeight = 1_000;

/**
 * Whether a tree is small enough to be walked. What the parser makes always is; but a substitution
 * shares subtrees, so that 40 lines such as `b = a + a` can stand for a tree of 2^40 nodes.
 */
export function isWalkable(expr: Expr): boolean {
  let left = mostNodes;
  const visit = (node: Expr, height: number): boolean => {
    left -= 1;
    if (left < 0 || height > greatestHeight) return false;
    return childrenOf(node).every((child) => visit(child, height + 1));
  };
  return visit(expr, 1);
}

/** Equality of structure; positions in the text do not count. */
export function sameExpr(a: Expr, b: Expr): boolean {
  if (a === b) return true;
  if (a.kind === "number") {
    return b.kind === "number" && Object.is(a.value, b.value) && a.unit === b.unit;
  }
  if (a.kind === "name") return b.kind === "name" && a.name === b.name;
  if (a.kind === "unary" && (b.kind !== "unary" || a.op !== b.op)) return false;
  if (a.kind === "binary" && (b.kind !== "binary" || a.op !== b.op)) return false;
  if (a.kind === "call" && (b.kind !== "call" || a.fn !== b.fn)) return false;
  if (a.kind !== b.kind) return false;
  const left = childrenOf(a);
  const right = childrenOf(b);
  return left.length === right.length && left.every((child, i) => sameExpr(child, right[i]!));
}
