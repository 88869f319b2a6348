// The tensors that a Program's arrays become: one for plain values, one of marks and one for each
// payload column for lists of spikes. Invariant: the same list, in the order of the Program, for every
// graph, so that state moves between graphs and the memory without looking anything up by meaning.

import type { ArraySpec, Program } from "../../../src/ir/program.js";
import { keyOf, shapeOf } from "../context.js";
import type { Element } from "../onnx/model.js";
import type { Real } from "../tensors/tensors.js";

/** One tensor of an array. */
export interface Slot {
  /** Name in the values of a context. */
  readonly key: string;
  readonly spec: ArraySpec;
  readonly type: Element;
  readonly shape: readonly number[];
  /** Number of the payload column that it holds, for lists of spikes. */
  readonly column?: number;
}

/** Element type of the plain values of an array. */
const elementOf = (spec: ArraySpec, real: Real): Element =>
  spec.type === "int" ? "int32" : spec.type === "spikes" ? "bool" : real;

/** The tensors of one array; none where it has no elements. */
export function slotsOf(program: Program, spec: ArraySpec): readonly Slot[] {
  if (spec.length === 0) return [];
  const shape = shapeOf(program, spec);
  const real = program.precision;
  const first: Slot = { key: spec.name, spec, type: elementOf(spec, real), shape };
  const columns = spec.type === "spikes" ? (spec.payload ?? []) : [];
  return [
    first,
    ...columns.map((name, column): Slot => {
      return { key: keyOf(spec.name, name), spec, type: real, shape, column };
    }),
  ];
}

/** The arrays of a Program by what they are to a graph. */
export interface Slots {
  /** What a step takes over from the one before, outputs included. */
  readonly state: readonly Slot[];
  readonly inputs: readonly Slot[];
  /** What may be written between steps, and what the setup makes of it. */
  readonly tunable: readonly Slot[];
  /** What never changes. */
  readonly fixed: readonly Slot[];
}

/** Derived arrays that follow a tunable parameter. */
export function tunedArrays(program: Program): ReadonlySet<string> {
  const tuned = new Set<string>();
  for (const { name, role } of program.arrays) if (role === "tunable") tuned.add(name);
  for (const { reads, writes } of program.setup) {
    if (reads.some(({ array }) => tuned.has(array)))
      for (const { array } of writes) tuned.add(array);
  }
  return tuned;
}

/** Sorts the arrays of a Program. */
export function sortSlots(program: Program): Slots {
  const tuned = tunedArrays(program);
  const state: Slot[] = [];
  const inputs: Slot[] = [];
  const tunable: Slot[] = [];
  const fixed: Slot[] = [];
  for (const spec of program.arrays) {
    const slots = slotsOf(program, spec);
    if (spec.role === "state" || spec.role === "output") state.push(...slots);
    else if (spec.role === "input") inputs.push(...slots);
    else if (tuned.has(spec.name)) tunable.push(...slots);
    else if (spec.role !== "scratch") fixed.push(...slots);
  }
  return { state, inputs, tunable, fixed };
}
