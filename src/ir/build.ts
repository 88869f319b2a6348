// Short ways to write a Program by hand, for tests and documentation. Invariant: gives the same plain
// records as the compiler does, filled up with defaults and verified.

import { binary, name, type Assignment, type Statement } from "../expr/ast.js";
import { parseStatements } from "../expr/parse.js";
import { InternalError } from "../errors.js";
import type { ArraySpec, Domain, Operand, Program, Role, Write } from "./program.js";
import { verify } from "./verify.js";

const copied: readonly Role[] = ["state", "scratch", "input", "output"];

/** An array; without more it is one real state that starts at 0. Index arrays are int. */
export function array(given: Partial<ArraySpec> & { readonly name: string }): ArraySpec {
  const role = given.role ?? "state";
  return {
    type: role === "index" ? "int" : "real",
    role,
    length: typeof given.initial === "object" ? given.initial.length : 1,
    initial: 0,
    perCopy: copied.includes(role),
    ...given,
  };
}

/** Splits `V@1` into array and version. */
function splitVersioned(text: string): { array: string; version: number } {
  const at = text.lastIndexOf("@");
  const version = Number(text.slice(at + 1));
  if (at <= 0 || !Number.isInteger(version)) {
    throw new InternalError(text, "is not of the form array@version");
  }
  return { array: text.slice(0, at), version };
}

/** What an operand may say beyond symbol, array, version and domain. */
export type ReadExtra = Pick<Operand, "offset" | "repeat" | "period" | "lag">;

/** An operand: `read("V", "V@0")` is `V[element]` at version 0. */
export function read(
  symbol: string,
  versioned: string,
  at: Domain = "element",
  extra: ReadExtra = {},
): Operand {
  return { symbol, ...splitVersioned(versioned), at, ...extra };
}

/** A payload column of the spike or event at hand. */
export const readColumn = (symbol: string, column: string, at: "spike" | "event"): Operand => ({
  symbol,
  array: column,
  version: 0,
  at,
});

/** A write; sets unless told to add. */
export function write(
  symbol: string,
  versioned: string,
  at: Domain = "element",
  extra: Partial<Pick<Write, "mode" | "offset">> = {},
): Write {
  return { symbol, ...splitVersioned(versioned), at, mode: "set", ...extra };
}

function toAssignment(statement: Statement): Assignment {
  if (statement.kind !== "assign") {
    throw new InternalError(statement.target, "is a differential equation, not an assignment");
  }
  const { target, value, op } = statement;
  if (op === "=") return { target, value };
  const operator = op.slice(0, 1) as "+" | "-" | "*" | "/";
  return { target, value: binary(operator, name(target), value) };
}

/** A body from text: `body("V = V + dt * (I - V) / tau; spike = V > 1")`. */
export const body = (text: string): Assignment[] => parseStatements(text).map(toAssignment);

/** A Program from its arrays and ops; everything else has a default. Verified. */
export function program(given: Partial<Program> & Pick<Program, "arrays" | "ops">): Program {
  const made: Program = {
    format: 1,
    name: "by hand",
    dt: 1,
    precision: "float64",
    order: "custom",
    seed: 0,
    batch: 1,
    setup: [],
    inputs: [],
    outputs: [],
    names: [],
    ...given,
  };
  verify(made);
  return made;
}
