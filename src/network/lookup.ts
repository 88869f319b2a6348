// Finding a population, connection, input or output by name, flat number or handle.

import { ValidationError } from "../errors.js";
import { unknownName } from "./names.js";
import type { NameTable } from "./names.js";

/** A list that can be searched. */
export interface Searchable {
  /** "population", "connection", "input" or "output", as error messages say it. */
  readonly kind: string;
  readonly names: NameTable;
  readonly length: number;
}

/** Position of the first thing of this name. */
export function findName(where: string, list: Searchable, name: unknown): number {
  if (typeof name !== "string") {
    throw new ValidationError({
      code: "wrong-kind",
      where,
      problem: `a ${list.kind} must be named by text here`,
      got: name,
      allowed: "a name",
    });
  }
  const index = list.names.find(name);
  if (index === undefined) throw unknownName(where, list.kind, name, list.names.names());
  return index;
}

/** A position that exists; negative ones count from the end where they are allowed. */
export function findIndex(
  where: string,
  list: Searchable,
  index: number,
  mayBeNegative = false,
): number {
  const lowest = mayBeNegative ? -list.length : 0;
  if (Number.isInteger(index) && index >= lowest && index < list.length) {
    return index < 0 ? index + list.length : index + 0;
  }
  throw new ValidationError({
    code: "out-of-range",
    where,
    problem: `there is no ${list.kind} of this number`,
    got: index,
    allowed: list.length === 0 ? `nothing: there are no ${list.kind}s` : rangeOf(list.length),
  });
}

const rangeOf = (length: number): string => (length === 1 ? "0" : `0 to ${length - 1}`);

/** Position of what a name or number stands for. */
export function findEither(where: string, list: Searchable, like: unknown): number {
  if (typeof like === "number") return findIndex(where, list, like);
  if (typeof like === "string") return findName(where, list, like);
  throw wrongKind(where, list, like);
}

/** The error for something that cannot stand for an entry of the list. */
export function wrongKind(where: string, list: Searchable, like: unknown): ValidationError {
  return new ValidationError({
    code: "wrong-kind",
    where,
    problem: `not a ${list.kind}`,
    got: like,
    allowed: `a ${list.kind} of this network, its name or its number`,
  });
}
