// What turning the ops of one Program into nodes needs to share. Invariant: while ops are turned into
// nodes one after the other, `values` holds for every array the value that it has at this place of
// the step; arrays are never changed, they get new values.

import { InternalError } from "../../src/errors.js";
import type { IndexArrays } from "../../src/ir/layout.js";
import type { ArraySpec, Program } from "../../src/ir/program.js";
import type { Value } from "./onnx/graph.js";
import type { Space } from "./places/space.js";
import type { Tensors } from "./tensors/tensors.js";

/** The arrays and lists of a Program as values, by `keyOf`. */
export type Values = Map<string, Value>;

/** Everything that an op needs. */
export interface Context {
  readonly program: Program;
  readonly t: Tensors;
  readonly values: Values;
  /** Number of the step at hand, int64; setup has none. */
  readonly step?: Value;
  readonly shared: Shared;
}

/** What follows from the Program alone and is made once. */
export interface Shared {
  readonly specs: ReadonlyMap<string, ArraySpec>;
  readonly indexes: IndexArrays;
  readonly spaces: Map<string, Space>;
  /** Lists of elements that are read or written, in the graph that is being built. */
  readonly lists: Map<string, Value>;
}

/** Name of an array, or of a payload column of a list of spikes. */
export const keyOf = (array: string, column?: string): string =>
  column === undefined ? array : `${array}\u0000${column}`;

/** Finds an array; the verifier has seen to it that it is there. */
export function specOf({ shared }: Context, array: string): ArraySpec {
  const spec = shared.specs.get(array);
  if (spec === undefined) throw new InternalError(array, "is not an array of the Program");
  return spec;
}

/** How many copies of an array there are. */
export const copiesOf = ({ batch }: Pick<Program, "batch">, spec: ArraySpec): number =>
  spec.perCopy ? batch : 1;

/** Shape of an array, or of the marks of a list of spikes: copies, slots of a ring, elements. */
export const shapeOf = (program: Pick<Program, "batch">, spec: ArraySpec): readonly number[] => [
  copiesOf(program, spec),
  ...(spec.slots === undefined ? [] : [spec.slots]),
  spec.length,
];

/** The value of an array here; zeros where nothing has been written in this step yet. */
export function valueOf(context: Context, array: string, column?: string): Value {
  const known = context.values.get(keyOf(array, column));
  if (known !== undefined) return known;
  const spec = specOf(context, array);
  const { t, program } = context;
  const shape = shapeOf(program, spec);
  if (spec.type === "spikes" && column === undefined) {
    return t.expand(t.graph.scalar("bool", 0), shape);
  }
  return t.expand(t.number(0, spec.type === "int" ? "int32" : t.real), shape);
}
