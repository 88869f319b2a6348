// From the blocks of a model to assignments in order: integrates differential equations, resolves
// prev() and the refractory guard. Invariant: the result has no calls of prev, only plain names.

import { binary, conditional, name, num } from "../../expr/ast.js";
import type { Assignment, Expr } from "../../expr/ast.js";
import type { UnitChecking } from "../../expr/check.js";
import { integrate } from "../../expr/integrate.js";
import { mapExpr, substitute } from "../../expr/rewrite.js";
import type { BlockModel } from "../../models/types.js";

const milliseconds = 1000;

/** Time in a model's text is in its own units: `dt` and `t` of a Program are in ms. */
export function timeInUnits(system: UnitChecking): ReadonlyMap<string, Expr> {
  if (system !== "SI") return new Map();
  return new Map([
    ["dt", binary("/", name("dt"), num(milliseconds))],
    ["t", binary("/", name("t"), num(milliseconds))],
  ]);
}

function guarded(target: string, value: Expr, held: string): Assignment {
  return { target, value: conditional(name("refractory"), name(held), value) };
}

function blockToBody(block: BlockModel, where: string): Assignment[] {
  if (block.kind === "assign") {
    return block.body.map(({ target, value, unlessRefractory }) =>
      unlessRefractory ? guarded(target, value, target) : { target, value },
    );
  }
  const { equations, intermediates, method, substeps } = block;
  const held = equations.filter((equation) => equation.unlessRefractory);
  return [
    ...held.map(({ target }) => ({ target: `${target}$held`, value: name(target) })),
    ...integrate({ equations, intermediates, method, substeps, where, dt: name("dt") }),
    ...held.map(({ target }) => guarded(target, name(target), `${target}$held`)),
  ];
}

/** Replaces `prev(x)` by a copy of x that is taken before everything else. */
function resolvePrevious(body: readonly Assignment[]): Assignment[] {
  const kept = new Set<string>();
  const resolved = body.map(({ target, value }) => ({
    target,
    value: mapExpr(value, (node) => {
      if (node.kind !== "call" || node.fn !== "prev") return node;
      const [inner] = node.args;
      if (inner?.kind !== "name") return node;
      kept.add(inner.name);
      return name(`${inner.name}$prev`);
    }),
  }));
  const copies = [...kept].map((symbol) => ({ target: `${symbol}$prev`, value: name(symbol) }));
  return [...copies, ...resolved];
}

/** All blocks of a model as one body; `extra` runs after them and sees the same names. */
export function equationsToBody(
  blocks: readonly BlockModel[],
  system: UnitChecking,
  where: string,
  extra: readonly Assignment[] = [],
): Assignment[] {
  const body = [...blocks.flatMap((block) => blockToBody(block, where)), ...extra];
  const time = timeInUnits(system);
  return resolvePrevious(body).map(({ target, value }) => ({
    target,
    value: time.size === 0 ? value : substitute(value, time),
  }));
}
