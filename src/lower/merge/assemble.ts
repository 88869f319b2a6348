// What the assembly of merged ops shares: where arrays went, and parameters in the order in which a
// merged op needs them. Invariant: parameters have no place of their own; each op gets its values in
// its own order, and equal ones are stored once.

import type { ArraySpec, Op, Operand } from "../../ir/program.js";
import { commonOrigin, stemOf, type NewArrays } from "../support/new-arrays.js";
import { rewireOp } from "../support/rewire.js";
import { elementOf, initialAt } from "../support/values.js";
import type { Inventory } from "./inventory.js";
import type { Part } from "./part.js";
import type { Placement } from "./placement.js";

export interface Assembly {
  readonly inventory: Inventory;
  readonly placement: Placement;
  /** The name of the array that a base became. */
  readonly nameOf: (base: number) => string;
  readonly created: NewArrays;
}

/** An array's new name and the place where it begins there. */
export function movedTo(assembly: Assembly, name: string): { array: string; start: number } {
  const { inventory, placement, nameOf } = assembly;
  const id = inventory.idOf(name);
  const base = placement.baseOf(id);
  return { array: nameOf(base), start: placement.startOf(id) };
}

type Shifted = { readonly array: string; readonly offset?: number };

function shift<T extends Shifted>(assembly: Assembly, ref: T): T {
  const { array, start } = movedTo(assembly, ref.array);
  if (array === ref.array && start === 0) return ref;
  const offset = (ref.offset ?? 0) + start;
  const { offset: _offset, ...rest } = ref;
  return { ...rest, array, ...(offset === 0 ? {} : { offset }) } as T;
}

/** The op as it is, on the arrays where they are now. */
export function rebaseOp<T extends Op>(assembly: Assembly, op: T): T {
  const move = <R extends Shifted>(ref: R): R => shift(assembly, ref);
  const whole = <R extends { readonly array: string }>(ref: R): R => ({
    ...ref,
    array: movedTo(assembly, ref.array).array,
  });
  const slice = <R extends Shifted>(ref: R): R => ({ offset: 0, ...move(ref) });
  return rewireOp(op, {
    operand: move,
    spikes: move,
    write: move,
    readSlice: slice,
    writeSlice: slice,
    readWhole: whole,
    writeWhole: whole,
    emit(emit) {
      const { array, start } = movedTo(assembly, emit.list);
      return array === emit.list && start === 0
        ? emit
        : { ...emit, list: array, offset: (emit.offset ?? 0) + start };
    },
  });
}

/** One part's share of a parameter: its operand, and how many values of it come next. */
export interface Share {
  readonly operand: Operand;
  readonly spec: ArraySpec;
}

/** The one value of a parameter that every part reads as a single value, if it is one. */
export function sharedValue(shares: readonly Share[]): number | undefined {
  const valueOf = ({ operand, spec }: Share): number | undefined =>
    operand.at === "one" ? initialAt(spec.initial, operand.offset ?? 0) : undefined;
  const first = valueOf(shares[0]!);
  if (first === undefined) return undefined;
  return shares.every((share) => Object.is(valueOf(share), first)) ? first : undefined;
}

/** An empty list of values of a parameter's type. */
export const emptyValues = (spec: ArraySpec, length: number): Float64Array | Int32Array =>
  spec.type === "int" ? new Int32Array(length) : new Float64Array(length);

/** The value of a parameter at index i of its operand's domain. */
export const valueAt = ({ operand, spec }: Share, i: number): number =>
  initialAt(spec.initial, elementOf(operand, i));

/** The share of each part in read number `read`, which is a parameter in all of them. */
export function sharesOf(assembly: Assembly, parts: readonly Part[], read: number): Share[] {
  const { specs } = assembly.inventory;
  const { reads } = parts[0]!.op as { readonly reads: readonly Operand[] };
  // Payload columns are no references.
  const columns = reads.slice(0, read).filter(({ at }) => at === "spike" || at === "event").length;
  return parts.map(({ op, refs }) => {
    const operand = (op as { readonly reads: readonly Operand[] }).reads[read]!;
    return { operand, spec: specs[refs.reads[read - columns]!]! };
  });
}

/** The operand that reads new values in order. */
export function readNew(
  assembly: Assembly,
  shares: readonly Share[],
  values: Float64Array | Int32Array,
  at: Operand["at"],
): Operand {
  const { operand, spec } = shares[0]!;
  const array = assembly.created.addValues(values, "parameter", stemOf(spec.name));
  return { symbol: operand.symbol, array, version: 0, at };
}

/** What a merged op keeps from its parts. */
export function mergedHead(parts: readonly Part[]): {
  readonly id: string;
  readonly phase: string;
  readonly origin?: string;
  merged: number;
} {
  const { id, phase } = parts[0]!.op;
  const origin = commonOrigin(parts.map(({ op }) => op.origin));
  const merged = parts.reduce((sum, { op }) => sum + (op.merged ?? 1), 0);
  return { id, phase, ...(origin === undefined ? {} : { origin }), merged };
}
