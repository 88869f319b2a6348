// Random cases of the format sns-golden/1 over everything it can say, from a seed, with what the
// dense oracle expects of them. Cases that diverge, that amplify rounding or in which a potential
// comes too close to its threshold are thrown away: no implementation could be judged by them.

import { Dice } from "./random-program.js";
import { randomConnections } from "./random-sns-connections.js";
import { CoarseDice, round } from "./random-sns-numbers.js";
import { runOracle } from "./sns-oracle.js";
import type { OracleOptions, OracleResult } from "./sns-oracle.js";
import { sizeOf } from "./sns-types.js";
import type {
  SnsCase,
  SnsConnection,
  SnsExpected,
  SnsInputs,
  SnsNetwork,
  SnsParams,
  SnsPopulation,
  SnsSegment,
} from "./sns-types.js";

export interface SnsSettings {
  /** May any neuron or synapse spike? Drawn when left out. */
  readonly spiking?: boolean;
  /** One-channel neurons beside neurons of several channels, idle channels or repeated ones. */
  readonly singleChannel?: "repeat" | "pad";
  readonly mostSteps?: number;
}

export type JudgedCase = SnsCase & { readonly expected: SnsExpected };

interface Flavour {
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

function randomPopulation(
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

function randomPorts(
  dice: Dice,
  populations: readonly SnsPopulation[],
  isSpiking: boolean,
): Pick<SnsNetwork, "inputs" | "outputs"> {
  const inputs: { name: string; destination: number; size: number }[] = [];
  const outputs: { name: string; source: number; spiking: boolean }[] = [];
  const anyOf = (): number => dice.below(populations.length);
  for (let left = dice.below(2 * populations.length + 1); left > 0; left--) {
    const destination = anyOf();
    const size = dice.chance(0.5) ? 1 : sizeOf(populations[destination]!);
    inputs.push({ name: dice.chance(0.5) ? "Input" : `in${left}`, destination, size });
  }
  for (let left = 1 + dice.below(2 * populations.length + 1); left > 0; left--) {
    const spiking = isSpiking && dice.chance(0.5);
    outputs.push({ name: dice.chance(0.5) ? "Output" : `out${left}`, source: anyOf(), spiking });
  }
  return { inputs, outputs };
}

function randomInputs(dice: Dice, network: SnsNetwork, steps: number): SnsInputs {
  const size = network.inputs.reduce((sum, input) => sum + input.size, 0);
  if (size === 0 || dice.chance(0.15)) return { mode: "none" };
  const vector = (): number[] => Array.from({ length: size }, () => round(dice.between(-4, 9)));
  if (dice.chance(0.5)) {
    return { mode: "explicit", size, x: Array.from({ length: steps }, vector) };
  }
  const segments: SnsSegment[] = [];
  for (let start = dice.below(10); start < steps; start += dice.below(8)) {
    const end = start + 1 + dice.below(30);
    segments.push({ start, end, x: vector() });
    start = end;
  }
  return { mode: "segments", size, segments };
}

function flavourOf(dice: Dice, settings: SnsSettings): Flavour {
  const mixed = settings.singleChannel !== undefined;
  return {
    spiking: settings.spiking ?? dice.chance(0.7),
    gated: mixed || dice.chance(0.4),
    channels: mixed ? 2 + dice.below(2) : 1 + dice.below(3),
    mixed,
    rest: dice.chance(0.5) ? 0 : -60,
    crowded: dice.chance(0.25),
  };
}

/** A random case, not yet known to be bounded. */
export function randomSnsCase(dice: Dice, name: string, settings: SnsSettings = {}): SnsCase {
  const flavour = flavourOf(dice, settings);
  const populations: SnsPopulation[] = [];
  const count = flavour.crowded ? 6 + dice.below(15) : 1 + dice.below(5);
  for (let left = count; left > 0; left--) {
    populations.push(randomPopulation(dice, flavour, populations));
  }
  const connections: SnsConnection[] = randomConnections(dice, populations, flavour.spiking);
  const isSpiking =
    populations.some(({ type }) => type === "SpikingNeuron") ||
    connections.some(({ type }) => type.startsWith("Spiking"));
  const ports = randomPorts(dice, populations, isSpiking);
  const network = { name: "random", populations, connections, ...ports };
  const steps = 20 + dice.below((settings.mostSteps ?? 110) - 20);
  const events = dice.chance(0.6)
    ? []
    : Array.from({ length: 1 + dice.below(3) }, () => dice.below(steps))
        .sort((a, b) => a - b)
        .map((before_step) => ({ before_step, op: "reset" as const }));
  return {
    schema: "sns-golden/1",
    name,
    dt: dice.chance(0.5) ? 0.1 : round(dice.between(0.02, 0.2)),
    steps,
    network,
    inputs: randomInputs(dice, network, steps),
    events,
    quirks: [],
  };
}

function outputDifference(a: OracleResult, b: OracleResult): number {
  const [first, second] = [a, b].map(({ expected }) =>
    [...expected.outputs, ...expected.states.map(({ V }) => V)].flat(),
  );
  return first!.reduce((most, value, k) => Math.max(most, Math.abs(value - second![k]!)), 0);
}

/** Can a correct implementation, whatever its order of summation, be expected to agree? */
function isJudgeable(forward: OracleResult, reverse: OracleResult): boolean {
  if (!(forward.largest < 1e3) || forward.closest < 1e-7) return false;
  return forward.spikes === reverse.spikes && outputDifference(forward, reverse) < 1e-11;
}

/** The case of a seed: the first of its draws that an implementation can be judged by. */
export function judgedSnsCase(seed: number, settings: SnsSettings = {}): JudgedCase {
  for (let draw = 0; draw < 200; draw++) {
    const dice = new (seed % 3 === 0 ? CoarseDice : Dice)(seed * 211 + draw);
    const given = randomSnsCase(dice, `seed-${seed}-draw-${draw}`, settings);
    const { steps } = given;
    const resets = given.events.flatMap(({ before_step: k }) => (k > 0 ? [k - 1, k] : [k]));
    const states = new Set([0, steps - 1, ...resets, dice.below(steps), dice.below(steps)]);
    const size = given.network.populations.reduce((sum, p) => sum + sizeOf(p), 0);
    const options: OracleOptions = {
      recordedSteps: dice.chance(0.8)
        ? { start: dice.below(3), stop: steps, stride: 1 + dice.below(3) }
        : [...new Set([0, dice.below(steps), steps - 1])].sort((a, b) => a - b),
      stateSteps: [...states].sort((a, b) => a - b),
      withCompiled: size <= 12,
      ...(settings.singleChannel === undefined ? {} : { singleChannel: settings.singleChannel }),
    };
    const forward = runOracle(given, options);
    if (!isJudgeable(forward, runOracle(given, { ...options, reverse: true }))) continue;
    return { ...given, expected: forward.expected };
  }
  throw new Error(`no draw of seed ${seed} is bounded`);
}
