// Writing parameters of a running model. A tunable one is written into its array; any other one
// makes the network be lowered again, with the running state carried over. Invariant: a write never
// has no effect, and a refused one changes nothing.

import type { NamedValue } from "../ir/program.js";
import type { Values } from "./backend.js";
import { refuse } from "./checks.js";
import type { ModelCore } from "./core.js";
import { copiesOf, requireValue } from "./lookup.js";
import type { NameTable } from "./lookup.js";
import { checkValues, constantValues, parameterKinds } from "./state.js";
import { newValues } from "./vectors.js";
import { isArrayLike } from "../util/array-like.js";

/** What a write to a parameter comes to. */
export type ParameterWrite =
  | {
      readonly kind: "write";
      readonly named: NamedValue;
      readonly values: Values;
      /** To be called when the values have been written. */
      readonly done: () => void;
    }
  | { readonly kind: "lower"; readonly path: string; readonly value: number | Float64Array }
  /** What is to be written is there already. */
  | { readonly kind: "nothing" };

/** One vector for each copy becomes one vector; all are equally long. */
function joinCopies(where: string, value: unknown, copies: number): unknown {
  if (!isArrayLike(value) || !isArrayLike(value[0])) return value;
  const { length } = value[0];
  if (value.length !== copies) {
    refuse(where, "wrong-length", "there must be a vector for each copy that has its own values", {
      got: value.length,
      allowed: `${copies}`,
      hint: "For a value for each copy of a batch, name the parameter in `perCopy` when compiling.",
    });
  }
  const joined: number[] = [];
  for (let copy = 0; copy < value.length; copy++) {
    const part = value[copy];
    if (!isArrayLike(part)) {
      refuse(`${where}[${copy}]`, "wrong-kind", "must be a vector, like the first one", {
        got: part,
      });
    }
    if (part.length !== length) {
      refuse(`${where}[${copy}]`, "wrong-length", "must be as long as the first vector", {
        got: part.length,
        allowed: `${length}`,
      });
    }
    for (let i = 0; i < length; i++) joined.push(part[i] as number);
  }
  return joined;
}

/** Whether a value that is part of the structure is the one that is to be written. */
function isThere(table: NameTable, named: NamedValue, value: unknown): boolean {
  if (typeof value !== "number" && !isArrayLike(value)) return false;
  if (typeof value !== "number" && value.length !== named.count) return false;
  const { precision } = table.program;
  const rounded = newValues(precision, named.count);
  for (let i = 0; i < named.count; i++) {
    rounded[i] = Number(typeof value === "number" ? value : value[i]);
  }
  const values = constantValues(table, named);
  return rounded.every((each, i) => each === values[i]);
}

/** A connection without synapses has no values, so only none can be written. */
function planNothing(where: string, value: unknown): ParameterWrite {
  if (isArrayLike(value) && value.length === 0) return { kind: "nothing" };
  refuse(where, "no-synapses", "this connection has no synapses, so this would have no effect", {
    got: value,
    allowed: "an empty array",
    hint: "Write the parameters of a connection that has synapses.",
  });
}

/** Checks a value for a parameter and decides how it gets into the model. */
export function planParameter(core: ModelCore, name: string, given: unknown): ParameterWrite {
  const { table, parts } = core;
  const named = requireValue(table, "model.params", name, parameterKinds);
  const where = `model.params "${named.path}"`;
  const copies = copiesOf(table, named.array);
  const joined = joinCopies(where, given, copies);
  const value = parts.parameters?.check(named.path, joined, copies) ?? joined;
  const { count } = named;
  if (count === 0) return planNothing(where, value);
  if (named.kind === "constant" && isThere(table, named, value)) return { kind: "nothing" };
  const fits = !isArrayLike(value) || value.length === count || value.length === count * copies;
  // A parameter with a value per copy stays one, so a wrong length there is a mistake.
  if (named.kind === "tunable" && (fits || copies > 1 || parts.parameters === undefined)) {
    const values = checkValues(table, "model.params", named, value);
    // The network has one value for all copies, so it cannot follow those with one for each.
    const done = () => {
      if (copies === 1) parts.parameters?.written(named.path, value as number | Float64Array);
    };
    return { kind: "write", named, values, done };
  }
  if (parts.parameters !== undefined) {
    return { kind: "lower", path: named.path, value: value as number | Float64Array };
  }
  refuse(
    where,
    "not-tunable",
    "this model was loaded without its network, and this is fixed in it",
    {
      hint: "Compile the network with this parameter in `tunable`, and save that model.",
    },
  );
}
