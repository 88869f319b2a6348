// How far a result may be from a recorded one. Invariant: follows from the case and the precision
// alone, never from the result.

import type { Precision } from "../ir/program.js";
import type { FlatNetwork } from "../network/types.js";

/** What rounding may do to a recorded case. */
export interface Tolerance {
  /** Largest |difference| / max(1, |value|). */
  readonly relative: number;
  /** Why it is not the usual one. */
  readonly reason?: string;
}

const usual: Readonly<Record<Precision, number>> = { float64: 1e-9, float32: 1e-4 };
/**
 * SNS-Toolbox's own float32 backend is 0.012 away from its float64 one on its half-centre
 * oscillators (phase drift) and 1e-5 everywhere else.
 */
const oscillatorInFloat32 = 0.03;

/**
 * The tolerance for a network. Wider in float32 for oscillators: networks that never fire and have
 * neurons with voltage-gated channels in a loop of synapses among themselves. Their phase drifts
 * with rounding, and no spike times hold it.
 */
export function toleranceFor(network: FlatNetwork, precision: Precision): Tolerance {
  if (precision === "float32" && isGatedOscillator(network)) {
    return { relative: oscillatorInFloat32, reason: "gated neurons in a loop" };
  }
  return { relative: usual[precision] };
}

function isGatedOscillator({ populations, connections }: FlatNetwork): boolean {
  if (populations.some(({ type }) => type.model.spike !== undefined)) return false;
  const isGated = (index: number): boolean => populations[index]!.type.channels.length > 0;
  const targets = populations.map((): number[] => []);
  for (const { source, target } of connections) {
    // A coupling of one neuron with itself is part of that neuron, not a loop of several.
    const isOne = source === target && populations[source]!.size === 1;
    if (isGated(source) && isGated(target) && !isOne) targets[source]!.push(target);
  }
  return populations.some((_, start) => reaches(targets, start));
}

/** Whether a walk from `start` comes back to it. */
function reaches(targets: readonly (readonly number[])[], start: number): boolean {
  const seen = new Set<number>();
  const waiting = [...targets[start]!];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next === start) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    waiting.push(...targets[next]!);
  }
  return false;
}
