// Several gated channels of one neuron at once, written as one array per parameter.

import { ValidationError } from "../../errors.js";
import { isArrayLike } from "../../util/array-like.js";
import type { ValuesOf } from "../define/factory.js";
import type { ChannelType } from "../types.js";
import { gated } from "../channels/gated.js";

const path = "channels.gatedChannels";

/**
 * One gated channel for each element of the arrays; single values hold for all channels.
 *
 * @example
 * ```ts
 * import { channels, neurons } from "myelin";
 *
 * const two = channels.gatedChannels({
 *   maxConductance: [1, 0.5],
 *   reversalPotential: [110, -80],
 *   gateAPower: 1,
 *   gateASteepness: 1,
 *   gateASlope: 0.05,
 *   gateAMidpoint: [20, 0],
 * });
 * console.log(neurons.nonSpiking({ channels: two }).channels.length); // 2
 * ```
 */
export const gatedChannels = (values: ValuesOf<typeof gated>): readonly ChannelType[] => {
  const arrays = Object.entries(values).filter(([, value]) => isArrayLike(value));
  const lengths = arrays.map(([, value]) => (value as ArrayLike<unknown>).length);
  const count = lengths[0] ?? 1;
  const wrong = lengths.findIndex((length) => length !== count || length === 0);
  if (wrong >= 0) {
    throw new ValidationError({
      code: "length-mismatch",
      where: `${path}.${arrays[wrong]![0]}`,
      problem: "all arrays must have one element for each channel",
      got: lengths[wrong],
      allowed: count > 0 ? String(count) : "at least 1",
    });
  }
  return Object.freeze(
    Array.from({ length: count }, (_, i) => {
      const one = Object.entries(values).map(([key, value]: [string, unknown]) => {
        return [key, isArrayLike(value) ? value[i] : value] as const;
      });
      return gated.build(Object.fromEntries(one), { where: `${path}[${i}]` });
    }),
  );
};
