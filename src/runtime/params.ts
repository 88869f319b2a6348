// Writing parameters of a running model. A tunable one is written into its array; any other one
// makes the network be lowered again, with the running state carried over. Invariant: a write never
// has no effect, and a refused one changes nothing.

import type { NamedValue } from "../ir/program.js";
import type { Values } from "./backend.js";
import { refuse } from "./checks.js";
import type { ModelCore } from "./core.js";
import { copiesOf, requireValue } from "./lookup.js";
import { checkValues, parameterKinds } from "./state.js";
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
  | { readonly kind: "lower"; readonly path: string; readonly value: number | Float64Array };

/** One vector for each copy becomes one vector. */
function joinCopies(where: string, value: unknown): unknown {
  if (!isArrayLike(value) || !isArrayLike(value[0])) return value;
  const joined: number[] = [];
  for (let copy = 0; copy < value.length; copy++) {
    const part = value[copy];
    if (!isArrayLike(part)) {
      refuse(`${where}[${copy}]`, "wrong-kind", "must be a vector, like the first one", {
        got: part,
      });
    }
    for (let i = 0; i < part.length; i++) joined.push(part[i] as number);
  }
  return joined;
}

/** Checks a value for a parameter and decides how it gets into the model. */
export function planParameter(core: ModelCore, name: string, given: unknown): ParameterWrite {
  const { table, parts } = core;
  const named = requireValue(table, "model.params", name, parameterKinds);
  const where = `model.params "${named.path}"`;
  const joined = joinCopies(where, given);
  const value = parts.parameters?.check(named.path, joined) ?? joined;
  const copies = copiesOf(table, named.array);
  const { count } = named;
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
