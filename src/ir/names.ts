// The names of a Program one by one. Invariant: the order is that of the user's network, whether values
// stand together in pools or not; nothing is spelled out before somebody asks.

import { Kept } from "../util/kept.js";
import { repeated } from "../util/repeated.js";
import type { Initial, Named, NamedPool, NamedValue, Program } from "./program.js";

type Names = Program["names"];

interface Ranked {
  readonly rank: number;
  readonly value: NamedValue;
}

const valueAt = (values: Initial, i: number): number =>
  typeof values === "number" ? values : values[i]!;

function memberOf(pool: NamedPool, i: number): Ranked {
  const { members, array, kind, count, unit, values, order } = pool;
  const { names, symbol, ranks, shapes } = members;
  const element = count === 1 ? 0 : i;
  const value = {
    path: `${names[i]!}.${symbol}`,
    ...{ array, kind, count: 1, shape: shapes?.[i] ?? [] },
    offset: kind === "constant" ? 0 : pool.offset + (order?.[element] ?? element),
    ...(unit !== undefined && { unit }),
    ...(values !== undefined && { values: valueAt(values, element) }),
  };
  return { rank: ranks[i]!, value };
}

function spellOut(names: Names): readonly NamedValue[] {
  if (names.every((named) => named.rank === undefined && "path" in named)) {
    return names as readonly NamedValue[];
  }
  const all = names.flatMap((named): Ranked[] => {
    if ("members" in named) return named.members.names.map((_, i) => memberOf(named, i));
    const { rank = 0, ...value } = named;
    return [{ rank, value }];
  });
  all.sort((a, b) => a.rank - b.rank);
  return all.map(({ value }) => value);
}

/** A name as messages give it; of a pool, that of its first member. */
export const nameOf = (named: Named): string =>
  "path" in named ? named.path : `${named.members.names[0] ?? ""}.${named.members.symbol}`;

const spelledOut = new Kept<Names, readonly NamedValue[]>();

/** Every value that users can name, in the order of their network. */
export const allNames = ({ names }: Pick<Program, "names">): readonly NamedValue[] =>
  spelledOut.get(names, "", () => spellOut(names));

const ownerOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf(".")));

/** True only where no member of a pool can have the path of another value. */
function areApart(names: Names): boolean {
  const symbols = new Map<readonly string[], Set<string>>();
  for (const named of names) {
    if ("path" in named) continue;
    const { symbol, names: owners } = named.members;
    const known = symbols.get(owners) ?? new Set();
    if (symbol.includes(".") || known.has(symbol)) return false;
    symbols.set(owners, known.add(symbol));
  }
  const owners = new Set<string>();
  let count = 0;
  for (const pool of symbols.keys()) {
    for (const owner of pool) owners.add(owner);
    count += pool.length;
  }
  return (
    owners.size === count &&
    names.every((each) => !("path" in each && owners.has(ownerOf(each.path))))
  );
}

/** The paths that more than one value has. */
export function repeatedPaths(names: Names): readonly string[] {
  const listed = areApart(names)
    ? names.filter((named): named is NamedValue => "path" in named)
    : allNames({ names });
  return repeated(listed.map(({ path }) => path));
}
