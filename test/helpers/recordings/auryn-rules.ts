// Auryn's rules for single plastic synapses: the traces that they need, and what a source spike
// that arrives and a target spike do to the weight.

import type { PlasticityCase } from "./auryn-protocols.js";

/** Time constant [s], and value at the start. */
export interface Trace {
  readonly tau: number;
  readonly initial?: number;
}

export interface Rule {
  /** Traces of sources and targets, by symbol. */
  readonly source: Readonly<Record<string, Trace>>;
  readonly target: Readonly<Record<string, Trace>>;
  /** Statement that changes `w` when a source spike arrives, and when the target fires. */
  readonly onSource: string;
  readonly onTarget: string;
}

type RuleOf = (recorded: PlasticityCase) => Rule;

/** STDPConnection: additive pairs. */
const pair: RuleOf = ({ params, wmax }) => ({
  source: { x: { tau: params["tau_pre_s"]! } },
  target: { y: { tau: params["tau_post_s"]! } },
  onSource: `w = clip(w + (${params["A_post_pre"]}) * y, 0, ${wmax})`,
  onTarget: `w = clip(w + ${params["B_pre_post"]} * x, 0, ${wmax})`,
});

/** STDPwdConnection: changes that depend on the weight. */
function weightDependent({ params, wmax }: PlasticityCase): Rule {
  const { lambda, alpha, mu_plus: up, mu_minus: down } = params;
  return {
    source: { x: { tau: params["tau_pre_s"]! } },
    target: { y: { tau: params["tau_post_s"]! } },
    onSource: `
      w = clip(w, 0, ${wmax})
      w = w - ${lambda} * ${alpha} * ${wmax}^(1 - ${down}) * w^${down} * y`,
    onTarget: `w = w + ${lambda} * ${wmax}^(1 - ${up}) * (${wmax} - w)^${up} * x`,
  };
}

/** TripletConnection: depression follows a slow estimate of the target's rate. */
function triplet({ params, wmax }: PlasticityCase): Rule {
  const [plus, minus] = [params["tau_plus_s"]!, params["tau_minus_s"]!];
  const [slow, hom] = [params["tau_long_s"]!, params["tau_hom_s"]!];
  const { A3_plus: A, kappa_hz: kappa, hom_trace_init: initial } = params;
  const beta = `${A} * ${plus} * ${slow} / (${minus} * ${kappa} * ${hom}^2)`;
  return {
    source: { x: { tau: plus } },
    target: { y: { tau: minus }, slow: { tau: slow }, hom: { tau: hom, initial: initial! } },
    onSource: `w = max(w - ${beta} * y * hom^2, 0)`,
    onTarget: `w = min(w + ${A} * x * slow, ${wmax})`,
  };
}

/** MinimalTripletConnection: depression by pairs, potentiation by pairs and triplets. */
const minimalTriplet: RuleOf = ({ params, wmax }) => ({
  source: { x: { tau: params["tau_plus_s"]! } },
  target: { y: { tau: params["tau_minus_s"]! }, slow: { tau: params["tau_long_s"]! } },
  onSource: `w = max(w - ${params["A2_minus"]} * y, 0)`,
  onTarget: `w = min(w + x * (${params["A2_plus"]} + ${params["A3_plus"]} * slow), ${wmax})`,
});

/** SymmetricSTDPConnection: inhibition that finds a target rate. */
function symmetric({ params, wmax }: PlasticityCase): Rule {
  const { eta, kappa_hz: kappa } = params;
  const tau = params["tau_s"]!;
  return {
    source: { x: { tau } },
    target: { y: { tau } },
    onSource: `w = max(w + ${eta} * (y - 2 * ${kappa} * ${tau}), 0)`,
    onTarget: `w = min(w + ${eta} * x, ${wmax})`,
  };
}

/** By the name of the recorded case. */
export const aurynRules: Readonly<Record<string, RuleOf>> = {
  stdp: pair,
  stdpwd: weightDependent,
  triplet,
  mintriplet: minimalTriplet,
  symstdp: symmetric,
};
