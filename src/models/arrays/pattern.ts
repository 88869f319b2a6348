// Synapses given by a kernel: each target reads its neighbourhood in the source, the kernel's centre
// lying on its own place. The kernel is not flipped.

import { ValidationError } from "../../errors.js";
import type { Factory, ValuesOf } from "../define/factory.js";
import { flattenAll, readShape } from "./shapes.js";
import type { MatrixLike, Rows } from "./shapes.js";
import type { SynapseModel, SynapseType } from "../types.js";

/** Values of a synapse where each may also be a kernel of one or two dimensions. */
export type PatternValues<V> = { readonly [K in keyof V]: V[K] | Rows | MatrixLike };

export interface PatternOptions {
  /** Lengths of the kernel: for flat arrays of a kernel of two dimensions, read row after row. */
  readonly kernel?: readonly number[];
}

/**
 * A synapse for each tap of a kernel with odd lengths; a tap of strength 0 is no synapse.
 *
 * @example
 * ```ts
 * import { Network, neurons, synapses } from "myelin";
 *
 * const net = new Network();
 * net.addPopulation(neurons.nonSpiking(), 10, { name: "line" });
 * const blur = synapses.pattern(synapses.nonSpiking, { maxConductance: [1, 2, 1] });
 * net.addConnection(blur, "line", "line");
 * console.log(net.synapseCount); // 28
 * ```
 */
export const pattern = <F extends Factory<never, SynapseModel, SynapseType>>(
  factory: F,
  values: PatternValues<ValuesOf<F>>,
  options: PatternOptions = {},
): SynapseType => {
  const where = `${factory.path} (pattern)`;
  const given = readShape(options.kernel, where);
  const { values: flat, shape: kernel } = flattenAll(
    values as Readonly<Record<string, unknown>>,
    where,
    given,
  );
  if (kernel === undefined) {
    throw new ValidationError({
      code: "not-a-kernel",
      where,
      problem: "no value is a kernel",
      allowed: "an array of numbers, or rows of numbers",
      hint: "Give maxConductance as [...] or [[...], [...], [...]].",
    });
  }
  if (kernel.some((length) => length % 2 === 0)) {
    throw new ValidationError({
      code: "even-kernel",
      where,
      problem: "the lengths of a kernel must be odd, or it has no centre",
      got: kernel.join(" x "),
      hint: "Add a row or column of zeros.",
    });
  }
  return factory.build(flat, {
    where,
    shape: { kind: "pattern", kernel: Object.freeze([...kernel]) },
  });
};
