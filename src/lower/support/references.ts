// Which arrays are still used, and what becomes of the rest. Invariant: what users can name keeps
// its name: a parameter that no op reads any more becomes a constant with the values it had.

import { visitAccess } from "../../ir/access.js";
import type { AccessVisitor } from "../../ir/access.js";
import { constantName } from "../../ir/records.js";
import type { ArraySpec, Initial, Named, Program } from "../../ir/program.js";

/** All arrays that ops read, write or refer to. */
export function referencedArrays(
  program: Pick<Program, "setup" | "ops" | "settle" | "rebuild">,
): Set<string> {
  const found = new Set<string>();
  const { setup, ops, settle = [], rebuild = [] } = program;
  const add = (array: string): void => void found.add(array);
  const visitor: AccessVisitor = { read: add, write: add, also: add };
  for (const list of [setup, ops, settle, rebuild]) {
    for (const op of list) visitAccess(op, visitor);
  }
  return found;
}

/** The values that a name stands for, in the order of the name. */
function namedValues(named: Named, spec: ArraySpec): Initial {
  const { offset, count, order } = named;
  const { initial } = spec;
  if (typeof initial === "number") return initial;
  if (order !== undefined) {
    const values = new Float64Array(count);
    order.forEach((place, i) => {
      values[i] = initial[offset + place]!;
    });
    return values;
  }
  return offset === 0 && count === initial.length
    ? initial
    : initial.subarray(offset, offset + count);
}

/** The same name for values that no array holds any more. */
export const asConstant = (named: Named, spec: ArraySpec): Named =>
  constantName(named, namedValues(named, spec));

/** True for parameters and connectivity that are not among the arrays used. */
export const isUnreferenced = (spec: ArraySpec, used: ReadonlySet<string>): boolean =>
  (spec.role === "parameter" || spec.role === "index") && !spec.perCopy && !used.has(spec.name);

/** Drops parameters and connectivity that nothing refers to; their names become constants. */
export function dropUnreferenced(program: Program): Program {
  const used = referencedArrays(program);
  const dropped = new Map<string, ArraySpec>();
  for (const spec of program.arrays) {
    if (isUnreferenced(spec, used)) dropped.set(spec.name, spec);
  }
  if (dropped.size === 0) return program;
  const names = program.names.map((named) => {
    const spec = named.kind === "constant" ? undefined : dropped.get(named.array);
    return spec === undefined ? named : asConstant(named, spec);
  });
  const arrays = program.arrays.filter((spec) => !dropped.has(spec.name));
  return { ...program, arrays, names };
}
