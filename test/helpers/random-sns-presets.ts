// The ready networks of SNS-Toolbox with random arguments, and what each consists of, written from
// their description alone.

import type { Dice } from "./random-program.js";
import { round } from "./random-sns-numbers.js";
import type { SnsConnection, SnsParams, SnsPopulation } from "./sns-types.js";

/** The arguments of a preset, and its populations and connections. */
export interface Preset {
  readonly preset: string;
  readonly args: { readonly [name: string]: unknown };
  readonly populations: readonly SnsPopulation[];
  readonly connections: readonly SnsConnection[];
}

const plain = { membrane_capacitance: 5, membrane_conductance: 1, resting_potential: 0, bias: 0 };

function neuron(name: string, params: Partial<typeof plain> = {}): SnsPopulation {
  const all = { ...plain, ...params };
  const initial_value = all.resting_potential;
  return { name, type: "NonSpikingNeuron", shape: [1], params: all, initial_value };
}

/** What a transmission synapse computes from its gain. */
export function transmissionParams(gain: number, E: number, R = 20, e_lo = 0): SnsParams {
  const max_conductance = (gain * R) / (E - gain * R);
  return { max_conductance, reversal_potential: E, e_lo, e_hi: e_lo + R };
}

/** What a modulation synapse computes from its ratio. */
export function modulationParams(ratio: number, e_hi = 20): SnsParams {
  return { max_conductance: 1 / ratio - 1, reversal_potential: 0, e_lo: 0, e_hi };
}

function link(source: number, destination: number, params: SnsParams): SnsConnection {
  return { name: "link", type: "NonSpikingSynapse", source, destination, params };
}

/** Arguments that are given by chance; what is not has its default. */
function someOf<T extends object>(dice: Dice, drawn: T): Partial<T> {
  const entries = Object.entries(drawn).filter(() => dice.chance(0.6));
  return Object.fromEntries(entries) as Partial<T>;
}

function someNeuron(dice: Dice, rest: number): { args: object; params: Partial<typeof plain> } {
  if (dice.chance(0.5)) return { args: {}, params: {} };
  const params = someOf(dice, {
    membrane_capacitance: round(dice.between(2, 10)),
    membrane_conductance: round(dice.between(0.5, 2)),
    resting_potential: rest,
    bias: round(dice.between(-1, 3)),
  });
  return { args: { neuron_type: { type: "NonSpikingNeuron", params } }, params };
}

function addition(dice: Dice): Preset {
  const gains = Array.from({ length: 1 + dice.below(4) }, () =>
    round((dice.chance(0.5) ? 1 : -1) * dice.between(0.1, 1.5)),
  );
  const given = someOf(dice, {
    add_del_e: round(dice.between(60, 160)),
    sub_del_e: round(dice.between(-160, -60)),
    name: "Plus",
    R: 10,
  });
  const { add_del_e = 100, sub_del_e = -40, name = "Add" } = given;
  const { args, params } = someNeuron(dice, round(dice.between(-60, 5)));
  const rest = params.resting_potential ?? 0;
  return {
    preset: "AdditionNetwork",
    args: { gains, ...given, ...args },
    populations: [
      neuron(`${name}Sum`, params),
      ...gains.map((_, i) => neuron(`${name}Src${i}`, params)),
    ],
    connections: gains.map((gain, i) =>
      link(i + 1, 0, transmissionParams(gain, gain > 0 ? add_del_e : sub_del_e, 20, rest)),
    ),
  };
}

function multiplication(dice: Dice): Preset {
  const given = someOf(dice, { name: "Times", R: round(dice.between(5, 30)) });
  const { name = "Multiply", R = 20 } = given;
  const { args, params } = someNeuron(dice, 0);
  const inhibition = { max_conductance: R, reversal_potential: -1, e_lo: 0, e_hi: 20 };
  return {
    preset: "MultiplicationNetwork",
    args: { ...given, ...args },
    populations: ["0", "1", "Inter", "Result"].map((part) => neuron(name + part, params)),
    connections: [
      link(0, 3, transmissionParams(1, 40, R)),
      link(1, 2, inhibition),
      link(2, 3, inhibition),
    ],
  };
}

function division(dice: Dice): Preset {
  const [gain, ratio] = [round(dice.between(0.2, 1.2)), round(dice.between(0.1, 1))];
  const given = someOf(dice, { name: "Over", R: round(dice.between(5, 30)) });
  const { name = "Divide", R = 20 } = given;
  const { args, params } = someNeuron(dice, 0);
  return {
    preset: "DivisionNetwork",
    args: { gain, ratio, ...given, ...args },
    populations: ["Transmit", "Modulate", "Results"].map((part) => neuron(name + part, params)),
    connections: [
      link(0, 2, transmissionParams(gain, 40, R)),
      link(1, 2, modulationParams(ratio, 20)),
    ],
  };
}

function differentiator(dice: Dice): Preset {
  const given = someOf(dice, {
    slew_rate: round(dice.between(0.5, 3)),
    tau_fast: round(dice.between(0.6, 4)),
    R: round(dice.between(5, 30)),
    name: "Change",
  });
  const { slew_rate = 1, tau_fast = 1, R = 20 } = given;
  const fast = { membrane_capacitance: tau_fast };
  const slow = { membrane_capacitance: tau_fast + R / slew_rate };
  return {
    preset: "DifferentiatorNetwork",
    args: given,
    populations: [
      ...[neuron("Uin", fast), neuron("Ufast", fast)],
      ...[neuron("Uslow", slow), neuron("Uout", fast)],
    ],
    connections: [
      link(0, 1, transmissionParams(1, 40, R)),
      link(0, 2, transmissionParams(1, 40, R)),
      link(1, 3, transmissionParams(1, 40, R)),
      link(2, 3, transmissionParams(-1, -40, R)),
    ],
  };
}

function integrator(dice: Dice): Preset {
  const given = someOf(dice, {
    integration_gain: round(dice.between(0.02, 0.3)),
    relative_reversal_potential: round(dice.between(-80, -25)),
    R: round(dice.between(5, 24)),
    name: "Total",
  });
  const { integration_gain = 0.1, relative_reversal_potential: E = -40, R = 20 } = given;
  const params = { membrane_capacitance: 1 / (2 * integration_gain), bias: R };
  const inhibition = { max_conductance: -R / E, reversal_potential: E, e_lo: 0, e_hi: 20 };
  return {
    preset: "IntegratorNetwork",
    args: given,
    populations: [neuron("Uint", params), neuron("Neuron", params)],
    connections: [link(0, 1, inhibition), link(1, 0, inhibition)],
  };
}

const presets = [addition, multiplication, division, differentiator, integrator];

/** One of the ready networks. */
export function randomPreset(dice: Dice): Preset {
  return presets[dice.below(presets.length)]!(dice);
}
