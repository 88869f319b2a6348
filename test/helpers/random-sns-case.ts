// Random cases of the format sns-golden/1 over everything it can say, from a seed, with what the
// dense oracle expects of them. Cases that diverge, that amplify rounding or in which a potential
// comes too close to its threshold are thrown away: no implementation could be judged by them.

import { Dice } from "./random-program.js";
import { randomBuild } from "./random-sns-build.js";
import type { SnsOp } from "./random-sns-build.js";
import { randomConnections } from "./random-sns-connections.js";
import { CoarseDice, round } from "./random-sns-numbers.js";
import { flavourOf, randomPopulation } from "./random-sns-populations.js";
import { runOracle } from "./sns-oracle.js";
import type { OracleOptions, OracleResult } from "./sns-oracle.js";
import { sizeOf } from "./sns-types.js";
import type {
  SnsCase,
  SnsConnection,
  SnsExpected,
  SnsInput,
  SnsInputs,
  SnsNetwork,
  SnsOutput,
  SnsPopulation,
  SnsSegment,
} from "./sns-types.js";

export interface SnsSettings {
  /** May any neuron or synapse spike? Drawn when left out. */
  readonly spiking?: boolean;
  /** One-channel neurons beside neurons of several channels, idle channels or repeated ones. */
  readonly singleChannel?: "repeat" | "pad";
  /** Built by calls, from sub-networks, presets and derived types, with parameters left out. */
  readonly nested?: boolean;
  readonly mostSteps?: number;
}

export type JudgedCase = SnsCase & { readonly expected: SnsExpected };

function randomPorts(
  dice: Dice,
  populations: readonly SnsPopulation[],
  isSpiking: boolean,
): Pick<SnsNetwork, "inputs" | "outputs"> {
  const inputs: SnsInput[] = [];
  const outputs: SnsOutput[] = [];
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

/** A random case, not yet known to be bounded. */
export function randomSnsCase(dice: Dice, name: string, settings: SnsSettings = {}): SnsCase {
  const mixed = settings.singleChannel !== undefined;
  const flavour = flavourOf(dice, { ...settings, mixed });
  if (settings.nested === true) return caseAround(dice, name, randomBuild(dice, flavour), settings);
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
  return caseAround(dice, name, { network }, settings);
}

/** Inputs, resets and times for a network. */
function caseAround(
  dice: Dice,
  name: string,
  { network, build }: { network: SnsNetwork; build?: readonly SnsOp[] },
  settings: SnsSettings,
): SnsCase {
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
    ...(build === undefined ? {} : { build }),
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
