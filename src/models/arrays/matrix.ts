// Synapses with values of their own for each pair of neurons, written [target][source].

import { ValidationError } from "../../errors.js";
import type { Factory, ValuesOf } from "../define/factory.js";
import { flattenAll, readShape } from "./shapes.js";
import type { MatrixLike, Rows } from "./shapes.js";
import type { SynapseModel, SynapseType } from "../types.js";

/** Values of a synapse where each may also be a matrix [target][source]. */
export type MatrixValues<V> = { readonly [K in keyof V]: V[K] | Rows | MatrixLike };

export interface MatrixOptions {
  /** For flat arrays, which are read row after row: [targets, sources]. */
  readonly shape?: readonly [number, number];
}

/**
 * A synapse for each pair of neurons; where its strength is 0 there is none. Single numbers hold for
 * all pairs.
 *
 * @example
 * ```ts
 * import { Network, neurons, synapses } from "myelin";
 *
 * const net = new Network();
 * net.addPopulation(neurons.nonSpiking(), 3, { name: "sources" });
 * net.addPopulation(neurons.nonSpiking(), 2, { name: "targets" });
 * const maxConductance = [
 *   [1, 0, 0.5],
 *   [0, 2, 0],
 * ];
 * net.addConnection(synapses.matrix(synapses.nonSpiking, { maxConductance }), "sources", "targets");
 * console.log(net.synapseCount); // 3
 * ```
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
