// Named access to states and parameters: which slice of which array a name means, and how it is read
// from and put back into the whole array. Invariant: users get copies, and give copies.

import type { NamedValue } from "../ir/program.js";
import type { Values } from "./backend.js";
import { refuse } from "./checks.js";
import { copiesOf, namesOf, requireValue } from "./lookup.js";
import type { NamedKind, NameTable } from "./lookup.js";
import { fillVector, newValues } from "./vectors.js";
import type { VectorInput } from "./vectors.js";

/** What a named value looks like. */
export interface ValueInfo {
  readonly path: string;
  readonly kind: NamedKind;
  /** Shape of one copy; empty for a single number. */
  readonly shape: readonly number[];
  /** Copies in a batch that have values of their own; 1 where all share them. */
  readonly copies: number;
  readonly unit?: string;
}

/**
 * Named values of a model. Vectors hold all copies of a batch, one after the other. A parameter has
 * one value where all share it. Else it has one for each neuron, synapse or kernel tap; of couplings
 * inside one population one for each pair. What `get` gives `set` takes.
 */
export interface ValueAccess {
  /** All names, in the order of the network. */
  names(): readonly string[];
  info(name: string): ValueInfo;
  /** A copy of the values. */
  get(name: string): Values;
  /**
   * Replaces all values of this name; a single number stands for all of them. Where a connection has
   * fewer synapses than its arrays had places, because a matrix has zeros or a later connection
   * replaced some, arrays as they were declared are taken, too: of them the values of the synapses
   * that are there. A connection without synapses has no values, and takes none.
   */
  set(name: string, values: VectorInput): void;
}

/** As `ValueAccess`, for models whose backend answers later. */
export interface AsyncValueAccess {
  names(): readonly string[];
  info(name: string): ValueInfo;
  get(name: string): Promise<Values>;
  set(name: string, values: VectorInput): Promise<void>;
}

export const stateKinds: readonly NamedKind[] = ["state", "spikes"];
export const parameterKinds: readonly NamedKind[] = ["tunable", "parameter", "constant"];

/** Names, shapes and units of one family of values. */
export function describeValues(
  table: NameTable,
  where: string,
  kinds: readonly NamedKind[],
): Pick<ValueAccess, "names" | "info"> {
  return {
    names: () => namesOf(table, kinds),
    info(name) {
      const { path, kind, shape, unit, array } = requireValue(table, where, name, kinds);
      const copies = copiesOf(table, array);
      return { path, kind, shape, copies, ...(unit !== undefined && { unit }) };
    },
  };
}

const placeOf = ({ offset, order }: NamedValue, i: number): number =>
  offset + (order === undefined ? i : order[i]!);

/** Copies a named slice out of the whole array, all copies of it. */
export function takeSlice(table: NameTable, named: NamedValue, whole: Values): Values {
  const copies = copiesOf(table, named.array);
  const stride = whole.length / copies;
  const slice = newValues(table.program.precision, named.count * copies);
  for (let copy = 0; copy < copies; copy++) {
    for (let i = 0; i < named.count; i++) {
      slice[copy * named.count + i] = whole[copy * stride + placeOf(named, i)]!;
    }
  }
  return slice;
}

/** Puts a named slice, all copies of it, into the whole array. */
export function putSlice(
  table: NameTable,
  named: NamedValue,
  whole: Values,
  slice: ArrayLike<number>,
): void {
  const copies = copiesOf(table, named.array);
  const stride = whole.length / copies;
  for (let copy = 0; copy < copies; copy++) {
    for (let i = 0; i < named.count; i++) {
      whole[copy * stride + placeOf(named, i)] = slice[copy * named.count + i]!;
    }
  }
}

/** What the Program says of a value that is in no array. */
export function constantValues(table: NameTable, named: NamedValue): Values {
  const values = newValues(table.program.precision, named.count);
  if (typeof named.values === "object") values.set(named.values);
  else values.fill(named.values ?? 0);
  return values;
}

/** Checks what a user gives for a named value; the result holds all copies, one after the other. */
export function checkValues(
  table: NameTable,
  where: string,
  named: NamedValue,
  given: unknown,
): Values {
  const copies = copiesOf(table, named.array);
  const values = newValues(table.program.precision, named.count * copies);
  const shape = { where: `${where} "${named.path}"`, size: named.count, copies, spread: true };
  fillVector(values, given, shape);
  if (table.arrays.get(named.array)?.type !== "int") return values;
  values.forEach((value, i) => {
    if (Number.isInteger(value)) return;
    const allowed = "whole numbers";
    refuse(`${shape.where}[${i}]`, "wrong-number", "must be whole", { got: value, allowed });
  });
  return values;
}
