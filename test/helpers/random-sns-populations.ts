// Random populations of the three neuron types of the format sns-golden/1, of all shapes.

import type { Dice } from "./random-program.js";
import { round } from "./random-sns-numbers.js";
import { sizeOf } from "./sns-types.js";
import type { SnsParams, SnsPopulation } from "./sns-types.js";

/** What the populations of one network have in common. */
export interface Flavour {
  readonly spiking: boolean;
  readonly gated: boolean;
  readonly channels: number;
  readonly mixed: boolean;
  readonly rest: number;
  /** Many populations, most of a single neuron, instead of a few larger ones. */
  readonly crowded: boolean;
}

interface Membrane extends SnsParams {
  readonly membrane_conductance: number;
  readonly resting_potential: number;
}

function membraneParams(dice: Dice, flavour: Flavour): Membrane {
  const G = dice.chance(0.4) ? 1 : round(dice.between(0.3, 2.5));
  return {
    membrane_capacitance: dice.chance(0.3) ? 5 : round(dice.between(2, 10)),
    membrane_conductance: G,
    resting_potential: flavour.rest + (dice.chance(0.5) ? 0 : round(dice.between(-3, 3))),
    bias: dice.chance(0.3) ? 0 : round(G * dice.between(-2, 6)),
  };
}

function thresholdParams(dice: Dice, rest: number): SnsParams {
  const th0 = round(rest + dice.between(0.5, 5));
  return {
    threshold_time_constant: round(dice.between(1, 10)),
    threshold_initial_value: th0,
    threshold_proportionality_constant: dice.chance(0.4) ? 0 : round(dice.between(-1, 1)),
    threshold_leak_rate: dice.chance(0.4) ? 1 : round(dice.between(0, 2)),
    threshold_increment: dice.chance(0.5) ? 0 : round(dice.between(-0.5, 2)),
    threshold_floor: dice.chance(0.5) ? rest : round(rest + dice.between(-3, 2)),
    reset_potential: dice.chance(0.5) ? rest : round(rest + dice.between(-3, 1)),
  };
}

function channelParams(dice: Dice, channels: number, rest: number): SnsParams {
  const list = (draw: () => number): number[] =>
    Array.from({ length: channels }, () => round(draw()));
  const power = (): number[] =>
    list(() => (dice.chance(0.85) ? dice.below(4) : dice.between(0.2, 3)));
  const gate = (z: string): SnsParams => ({
    [`pow_${z}`]: power(),
    [`k_${z}`]: list(() => dice.between(0.2, 2)),
    [`slope_${z}`]: list(() => (dice.chance(0.1) ? 0 : dice.between(-0.1, 0.1))),
    [`e_${z}`]: list(() => rest + dice.between(-20, 20)),
    ...(z === "a" ? {} : { [`tau_max_${z}`]: list(() => dice.between(10, 300)) }),
  });
  return {
    g_ion: list(() => (dice.chance(0.1) ? 0 : dice.between(0.05, 1.2))),
    e_ion: list(() => rest + dice.between(-40, 110)),
    ...gate("a"),
    ...gate("b"),
    ...gate("c"),
  };
}

function randomShape(dice: Dice, others: readonly SnsPopulation[], crowded: boolean): number[] {
  if (crowded && dice.chance(0.8)) return [1];
  if (others.length > 0 && dice.chance(0.4)) return [...others[dice.below(others.length)]!.shape];
  if (dice.chance(0.3)) return [1];
  if (dice.chance(0.03)) return [1 + dice.below(3), 1 + dice.below(3), 2];
  return dice.chance(0.5) ? [1 + dice.below(7)] : [1 + dice.below(4), 1 + dice.below(4)];
}

export function randomPopulation(
  dice: Dice,
  flavour: Flavour,
  others: readonly SnsPopulation[],
): SnsPopulation {
  const shape = randomShape(dice, others, flavour.crowded);
  const size = sizeOf({ shape });
  const membrane = membraneParams(dice, flavour);
  const rest = membrane.resting_potential;
  const value = (): number => round(rest + dice.between(-1, 3));
  const initial_value = dice.chance(0.3)
    ? rest
    : dice.chance(0.5)
      ? value()
      : Array.from({ length: size }, value);
  // Names need not differ, and may look like paths.
  const name = ["a", "b", "c d", "leg.hip", "e/f", `p${others.length}`, `p${others.length}`];
  const base = { name: name[dice.below(name.length)]!, shape, initial_value };
  if (flavour.gated && dice.chance(0.45)) {
    const channels = flavour.mixed && dice.chance(0.5) ? 1 : flavour.channels;
    const params = { ...membrane, ...channelParams(dice, channels, rest) };
    return { ...base, type: "NonSpikingNeuronWithGatedChannels", params };
  }
  if (flavour.spiking && dice.chance(0.6)) {
    const bias = round(membrane.membrane_conductance * dice.between(0, 14));
    const params = { ...membrane, bias, ...thresholdParams(dice, rest) };
    return { ...base, type: "SpikingNeuron", params };
  }
  return { ...base, type: "NonSpikingNeuron", params: membrane };
}

/** What is given, and the rest by chance. */
export function flavourOf(dice: Dice, given: { mixed: boolean; spiking?: boolean }): Flavour {
  const { mixed } = given;
  return {
    spiking: given.spiking ?? dice.chance(0.7),
    gated: mixed || dice.chance(0.4),
    channels: mixed ? 2 + dice.below(2) : 1 + dice.below(3),
    mixed,
    rest: dice.chance(0.5) ? 0 : -60,
    crowded: dice.chance(0.25),
  };
}
