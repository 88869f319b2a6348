// Assignments that run at an event: a reset, or a spike that arrives. Invariant: only the allowed
// targets are assigned to, with the right units, and intermediate values are written out.

import { SpecError } from "../../errors.js";
import type { Assignment } from "../../expr/ast.js";
import { checkExpression, requireDimension } from "../../expr/check.js";
import { didYouMean } from "../../util/nearest.js";
import { writeOut } from "./blocks.js";
import type { Blocks } from "./blocks.js";
import { scopeFor } from "./definition.js";
import type { Draft } from "./definition.js";
import { readLines, readsOf, refuseLine } from "./lines.js";
import type { StateModel } from "../types.js";

/** Reads assignments that run at an event. Intermediate values are replaced by their texts. */
export function readAssignments(
  draft: Draft,
  text: string,
  options: {
    readonly where: string;
    readonly blocks: Blocks;
    readonly isTarget: (target: string) => boolean;
    /** What may be assigned to, for messages. */
    readonly targets: readonly string[];
  },
): readonly Assignment[] {
  const { where, blocks, isTarget, targets } = options;
  return readLines(text, where).map((line) => {
    const { target, kind, unlessRefractory, unit } = line;
    if (kind === "differential" || unlessRefractory || unit !== undefined) {
      refuseLine(line, {
        code: "not-an-assignment",
        problem: "only plain assignments can run at an event",
        got: target,
        allowed: "x = ... or x += ...",
        hint: "Write what changes with time into the equations.",
      });
    }
    if (!isTarget(target)) {
      refuseLine(line, {
        code: "not-a-state",
        problem: "only states can be assigned to here",
        got: target,
        allowed: targets.join(", ") || "no state is declared",
        hint: didYouMean(target, targets) ?? "Declare it under state.",
      });
    }
    const place = { system: draft.system, where, text };
    const scope = scopeFor(draft, readsOf(line));
    const checked = checkExpression(line.value, scope, place);
    const wanted = draft.scope.get(target)?.dimension ?? "any";
    requireDimension(checked, wanted, `the value of ${target}`, place);
    return Object.freeze({ target, value: writeOut(checked.expr, blocks, where) });
  });
}

/** A state that nothing changes is a parameter, or a forgotten equation. */
export function refuseIdleStates(
  draft: Draft,
  states: readonly StateModel[],
  changed: ReadonlySet<string>,
  places: string,
): void {
  const idle = states.find(({ symbol }) => !changed.has(symbol));
  if (idle === undefined) return;
  throw new SpecError({
    code: "no-equation",
    where: `${draft.where}.state.${idle.symbol}`,
    problem: "nothing changes this state",
    allowed: `d${idle.symbol}/dt = ... or ${idle.symbol} = ... in the ${places}`,
    hint: didYouMean(idle.symbol, changed) ?? "If it is constant, make it a parameter.",
  });
}
