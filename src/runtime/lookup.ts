// Finds what users name: states, parameters, spikes, ports. Invariant: a name that is not found is
// an error that lists the nearest known ones, and one of the wrong kind says where it belongs.

import { allNames } from "../ir/names.js";
import type { ArraySpec, NamedValue, Program } from "../ir/program.js";
import { refuse, suggest } from "./checks.js";

export type NamedKind = NamedValue["kind"];

/** Everything that has a name in one Program. */
export interface NameTable {
  readonly program: Program;
  readonly values: ReadonlyMap<string, NamedValue>;
  readonly arrays: ReadonlyMap<string, ArraySpec>;
  /** Shorter names: a population stands for its output variable. */
  readonly aliases: ReadonlyMap<string, string>;
}

export function nameTable(program: Program, aliases: ReadonlyMap<string, string>): NameTable {
  const arrays = new Map(program.arrays.map((spec) => [spec.name, spec]));
  let values: ReadonlyMap<string, NamedValue> | undefined;
  return {
    ...{ program, arrays, aliases },
    // Networks of single neurons have thousands of names: listed for the first who asks.
    get values() {
      values ??= new Map(allNames(program).map((named) => [named.path, named]));
      return values;
    },
  };
}

/** The value with this name or short name, if there is one. */
export function findValue(table: NameTable, name: string): NamedValue | undefined {
  return table.values.get(name) ?? table.values.get(table.aliases.get(name) ?? "");
}

/** Paths of all values of some kinds, in the order of the Program. */
export function namesOf(table: NameTable, kinds: readonly NamedKind[]): readonly string[] {
  return allNames(table.program)
    .filter(({ kind }) => kinds.includes(kind))
    .map(({ path }) => path);
}

/** How many copies of an array there are. */
export const copiesOf = (table: NameTable, array: string): number =>
  table.arrays.get(array)?.perCopy === true ? table.program.batch : 1;

const homes: { readonly [K in NamedKind]: string } = {
  state: "model.state",
  spikes: "model.state",
  parameter: "model.params",
  tunable: "model.params",
  constant: "model.params",
};

/** The value with this name; `where` is the call that asks, for example `model.state`. */
export function requireValue(
  table: NameTable,
  where: string,
  name: unknown,
  kinds: readonly NamedKind[],
): NamedValue {
  if (typeof name !== "string") {
    refuse(where, "wrong-kind", "must be asked by name", { got: name, allowed: "text" });
  }
  const named = findValue(table, name);
  if (named === undefined) {
    const known = [...namesOf(table, kinds), ...table.aliases.keys()];
    refuse(where, "unknown-name", "unknown name", { got: name, hint: suggest(name, known) });
  }
  if (kinds.includes(named.kind)) return named;
  const home = homes[named.kind];
  const hint =
    home === where ? "It can be read, but not written." : `Use ${home} to read or write it.`;
  refuse(where, "wrong-kind", `"${named.path}" is of the kind ${named.kind}`, {
    allowed: kinds.join(", "),
    hint,
  });
}
