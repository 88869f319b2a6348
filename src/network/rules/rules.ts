// The rules that users name in `connectivity`. Each gives plain, frozen data that a document may hold
// as it is; nothing is drawn before a connection is made.

import { ValidationError } from "../../errors.js";
import { checkBoolean, checkCount, checkOptions, isRecord } from "../checks.js";
import { drawRows } from "./draw.js";
import { evenStart } from "./rows.js";
import type { CompressedRows } from "./rows.js";
import { completeRule } from "./rule.js";
import type {
  AllToAll,
  FixedInDegree,
  FixedOutDegree,
  FixedProbability,
  FixedTotalNumber,
  OneToOne,
  Rule,
} from "./rule.js";

type Options<R> = Omit<R, "rule">;

/** Checks options at the call and names their rule. */
function ruleOf<R extends Rule>(rule: R["rule"], where: string, options: unknown): R {
  if (!isRecord(options)) checkOptions(`rules.${where}`, options, []);
  const given = Object.entries(options as object).filter(([, value]) => value !== undefined);
  const made = Object.fromEntries([["rule", rule], ...given]) as unknown as R;
  completeRule(`rules.${where}`, made, 0);
  return Object.freeze(made);
}

/** Joins every source to every target; perhaps without joining a neuron to itself. */
export const allToAll = (options: Options<AllToAll> = {}): AllToAll =>
  ruleOf<AllToAll>("all-to-all", "allToAll", options);

/** Joins neuron i to neuron i. */
export const oneToOne = (): OneToOne => Object.freeze({ rule: "one-to-one" });

/**
 * Joins every pair with the same probability, independently of the others: the random network of
 * Erdos and Renyi, with the generator geoskip-v1.
 *
 * @example
 * ```ts
 * import { Network, neurons, rules, synapses } from "myelin";
 *
 * const net = new Network();
 * net.addPopulation(neurons.spiking(), 800, { name: "exc" });
 * net.addPopulation(neurons.spiking(), 200, { name: "inh" });
 * net.addConnection(synapses.spiking({ maxConductance: 0.01 }), "exc", "inh", {
 *   connectivity: rules.fixedProbability({ probability: 0.02, seed: 1 }),
 * });
 * console.log(net.synapseCount > 3000, net.synapseCount < 3400); // true true
 * ```
 */
export const fixedProbability = (options: Options<FixedProbability>): FixedProbability =>
  ruleOf<FixedProbability>("fixed-probability", "fixedProbability", options);

/**
 * Gives every target the same number of sources, drawn at random.
 *
 * @example
 * ```ts
 * import { Network, neurons, rules, synapses } from "myelin";
 *
 * const net = new Network();
 * net.addPopulation(neurons.spiking(), 100, { name: "cells" });
 * net.addConnection(synapses.spiking(), "cells", "cells", {
 *   connectivity: rules.fixedInDegree({ inDegree: 10, allowSelfConnections: false }),
 * });
 * console.log(net.synapseCount); // 1000
 * ```
 */
export const fixedInDegree = (options: Options<FixedInDegree>): FixedInDegree =>
  ruleOf<FixedInDegree>("fixed-in-degree", "fixedInDegree", options);

/** Gives every source the same number of targets, drawn at random. */
export const fixedOutDegree = (options: Options<FixedOutDegree>): FixedOutDegree =>
  ruleOf<FixedOutDegree>("fixed-out-degree", "fixedOutDegree", options);

/** Makes so many synapses in all, with both ends drawn at random. */
export const fixedTotalNumber = (options: Options<FixedTotalNumber>): FixedTotalNumber =>
  ruleOf<FixedTotalNumber>("fixed-total-number", "fixedTotalNumber", options);

/** How many neurons there are on both sides. */
export interface DrawSizes {
  readonly sources: number;
  readonly targets: number;
  /** Whether the sources are the targets; default false. */
  readonly recurrent?: boolean;
}

/**
 * Draws the synapses of a rule without a network: for source s, targets[start[s]] to
 * targets[start[s + 1] - 1]. A connection takes them as its connectivity, for example to give each
 * synapse a weight. Seed and projection are 0 where the rule leaves them out.
 *
 * @example
 * ```ts
 * import { Network, neurons, rules, synapses } from "myelin";
 *
 * const net = new Network();
 * net.addPopulation(neurons.spiking(), 100, { name: "cells" });
 * const rule = rules.fixedProbability({ probability: 0.1, seed: 7 });
 * const drawn = rules.draw(rule, { sources: 100, targets: 100, recurrent: true });
 * const weights = Float64Array.from(drawn.targets, (_, i) => 0.1 + 0.01 * (i % 10));
 * const synapse = synapses.spiking({ maxConductance: weights });
 * net.addConnection(synapse, "cells", "cells", { connectivity: drawn });
 * console.log(net.synapseCount === weights.length); // true
 * ```
 */
export function draw(rule: Rule, sizes: DrawSizes): CompressedRows {
  const where = "rules.draw";
  const complete = completeRule(`${where}.rule`, rule, 0);
  checkOptions(`${where}.sizes`, sizes, ["sources", "targets", "recurrent"]);
  const sources = checkCount(`${where}.sizes.sources`, sizes.sources);
  const targets = checkCount(`${where}.sizes.targets`, sizes.targets);
  const { recurrent = false } = sizes;
  const isRecurrent = checkBoolean(`${where}.sizes.recurrent`, recurrent);
  if (sources !== targets && (isRecurrent || complete.rule === "one-to-one")) {
    throw new ValidationError({
      code: "size-mismatch",
      where: `${where}.sizes`,
      problem: "there must be as many targets as sources",
      got: `${sources} sources and ${targets} targets`,
    });
  }
  if (complete.rule === "one-to-one") {
    const start = evenStart(sources, 1);
    return Object.freeze({ start, targets: start.slice(0, sources) });
  }
  return drawRows(complete, { where: `${where}.rule`, sources, targets, isRecurrent });
}
