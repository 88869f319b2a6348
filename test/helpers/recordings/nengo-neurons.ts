// Nengo's neuron types as bodies of a step: from the input current J to the output, in Hz. Time
// constants are in seconds, and so is `h`, the length of the step.

import type { NeuronParameters } from "./nengo-cases.js";

export interface NeuronBody {
  /** Symbols of the states, by the names that the recordings give them. */
  readonly states: Readonly<Record<string, string>>;
  readonly text: string;
  /** Symbol that is not 0 in a step with a spike; absent for rates. */
  readonly fires?: string;
}

type Numbers = Readonly<Record<string, number>>;

function lif({ tau_rc, tau_ref, amplitude, min_voltage }: Numbers): NeuronBody {
  const held = min_voltage === -Infinity ? "V" : `max(V, ${min_voltage})`;
  return {
    states: { voltage: "V", refractory_time: "r" },
    fires: "fired",
    text: `
      h = dt / 1000
      r = r - h
      free = clip(h - r, 0, h)
      V = V - (J - V) * expm1(-free / ${tau_rc})
      fired = V > 1
      late = fired ? h + ${tau_rc} * log1p(-(V - 1) / (J - 1)) : 0
      V = fired ? 0 : ${held}
      r = fired ? ${tau_ref} + late : r
      out = fired ? ${amplitude} / h : 0`,
  };
}

const lifRate = ({ tau_rc, tau_ref, amplitude }: Numbers): NeuronBody => ({
  states: {},
  text: `out = J > 1 ? ${amplitude} / (${tau_ref} + ${tau_rc} * log1p(1 / (J - 1))) : 0`,
});

const tanh = ({ tau_ref }: Numbers): NeuronBody => ({
  states: {},
  text: `out = 1 / ${tau_ref} * tanh(J)`,
});

const spikingRectified = ({ amplitude }: Numbers): NeuronBody => ({
  states: { voltage: "V" },
  fires: "count",
  text: `
    h = dt / 1000
    V = V + max(J, 0) * h
    count = floor(V)
    V = V - count
    out = count * ${amplitude} / h`,
});

const izhikevich = (given: Numbers): NeuronBody => ({
  states: { voltage: "V", recovery: "u" },
  fires: "fired",
  text: `
    h = dt / 1000
    J = max(J, -30)
    V = V + h * 1000 * (0.04 * V^2 + 5 * V + 140 - u + J)
    fired = V >= 30
    V = fired ? ${given["reset_voltage"]} : V
    u = u + h * 1000 * ${given["tau_recovery"]} * (${given["coupling"]} * V - u)
    u = fired ? u + ${given["reset_recovery"]} : u
    out = fired ? 1 / h : 0`,
});

const bodies: Readonly<Record<string, (given: Numbers) => NeuronBody>> = {
  LIF: lif,
  LIFRate: lifRate,
  Tanh: tanh,
  SpikingRectifiedLinear: spikingRectified,
  Izhikevich: izhikevich,
};

/** Numbers of the recordings; those that JSON does not have are written as texts there. */
export const numberOf = (value: number | string): number =>
  value === "-inf" ? -Infinity : value === "inf" ? Infinity : Number(value);

/** The step of a neuron type. */
export function neuronBody({ type, ...given }: NeuronParameters): NeuronBody {
  const make = bodies[type];
  if (make === undefined) throw new Error(`unknown neuron type ${type}`);
  return make(
    Object.fromEntries(Object.entries(given).map(([key, value]) => [key, numberOf(value)])),
  );
}
