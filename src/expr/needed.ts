// Which assignments of a body matter for some of its symbols. Invariant: a symbol means its value so
// far, so later assignments hide earlier ones.

import type { Assignment } from "./ast.js";
import { namesIn } from "./rewrite.js";

/** `x = x`, which is what a decided condition may leave. */
const isIdle = ({ target, value }: Assignment): boolean =>
  value.kind === "name" && value.name === target;

/** The assignments that matter for some symbols at the end, and the symbols they need before. */
export function neededBody(
  body: readonly Assignment[],
  results: Iterable<string>,
): { readonly body: Assignment[]; readonly needed: Set<string> } {
  const needed = new Set(results);
  const kept: Assignment[] = [];
  for (let i = body.length - 1; i >= 0; i--) {
    const assignment = body[i]!;
    if (!needed.has(assignment.target) || isIdle(assignment)) continue;
    needed.delete(assignment.target);
    for (const symbol of namesIn(assignment.value)) needed.add(symbol);
    kept.push(assignment);
  }
  return { body: kept.reverse(), needed };
}
