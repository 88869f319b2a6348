// Synapses with values of their own for each pair of neurons, written [target][source].

import { ValidationError } from "../../errors.js";
import type { Factory, ValuesOf } from "../define/factory.js";
import { flattenAll, readShape } from "./shapes.js";
import type { MatrixLike, Rows } from "./shapes.js";
import type { SynapseModel, SynapseType } from "../types.js";

/** Values of a synapse where each may also be a matrix [target][source]. */
export type MatrixValues<V> = { readonly [K in keyof V]: V[K] | Rows | MatrixLike };

export interface MatrixOptions {
  /** [targets, sources]: for flat arrays, which are read row after row. */
  readonly shape?: readonly [number, number];
}

/**
 * A synapse for each pair of neurons; where its strength is 0 there is none. Single numbers hold for
 * all pairs.
 */
export const matrix = <F extends Factory<never, SynapseModel, SynapseType>>(
  factory: F,
  values: MatrixValues<ValuesOf<F>>,
  options: MatrixOptions = {},
): SynapseType => {
  const where = `${factory.path} (matrix)`;
  const given = readShape(options.shape, where);
  const flat = flattenAll(values as Readonly<Record<string, unknown>>, where, given);
  const [rows, columns] = flat.shape ?? [];
  if (rows === undefined || columns === undefined || rows * columns === 0) {
    throw new ValidationError({
      code: "not-a-matrix",
      where,
      problem: "no value has rows and columns",
      ...(flat.shape && { got: flat.shape.join(" x ") }),
      allowed: "rows of numbers [target][source], or flat arrays and the option shape",
      hint: "Give maxConductance as [[...], [...]], one row for each target neuron.",
    });
  }
  return factory.build(flat.values, { where, shape: { kind: "matrix", rows, columns } });
};
