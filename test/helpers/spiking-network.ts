// Random networks of spiking neurons whose synapses hold decaying conductances: of SNS-Toolbox, with
// two time constants, exact, as currents, with parameters that edges share and that they do not.
// Invariant: a seed always gives the same network, and every network compiles.

import { defineSynapse, Network, neurons, synapses } from "../../src/index.js";
import type { SynapseType } from "../../src/index.js";
import { Dice } from "./random-program.js";

export const dt = 0.1;

const decayTime = { symbol: "tau", default: 2, unit: "ms", above: 0, doc: "of the decay" } as const;
const weight = { symbol: "w", default: 0.1, unit: "uS", doc: "what a spike adds" } as const;
const reversal = { symbol: "E", default: 50, unit: "mV", doc: "where no current flows" } as const;

/** Rises and falls with time constants of its own. */
export const risingAndFalling = defineSynapse({
  name: "risingAndFalling",
  doc: "Difference of two exponentials.",
  params: {
    weight,
    decayTime,
    riseTime: { symbol: "tau_r", default: 0.6, unit: "ms", above: 0, doc: "of the rise" },
    reversalPotential: reversal,
  },
  state: {
    a: { initial: 0, unit: "uS", doc: "falling part" },
    b: { initial: 0, unit: "uS", doc: "rising part" },
  },
  equations: "tau da/dt = -a\ntau_r db/dt = -b",
  integrate: "exact",
  onPre: "a += w\nb += w",
  graded: { conductance: "a - b", reversal: "E" },
  strength: "weight",
});

/** A current that a spike raises, the less the higher it is; it starts with a value. */
export const fadingCurrent = defineSynapse({
  name: "fadingCurrent",
  doc: "Decaying current with a ceiling.",
  params: {
    weight: { symbol: "w", default: 1, unit: "nA", doc: "current of a first spike" },
    decayTime,
    share: { symbol: "p", default: 0.5, doc: "of what is left that a spike adds" },
  },
  state: { s: { initial: 0.25, doc: "part that is open" } },
  equations: "tau ds/dt = -s",
  integrate: "exact",
  onPre: "s = s + p * (1 - s)",
  graded: { current: "w * s" },
  strength: "weight",
});

/** Tires with use, so that what a spike adds depends on a state that is no conductance. */
export const tiring = defineSynapse({
  name: "tiring",
  doc: "Conductance whose increments become smaller.",
  params: { weight, decayTime, reversalPotential: reversal },
  state: {
    g: { initial: 0, unit: "uS", doc: "conductance" },
    left: { initial: 1, doc: "what is left for the next spike" },
  },
  equations: "tau dg/dt = -g",
  onPre: "g = g + w * left\nleft = 0.3 + 0.5 * left",
  graded: { conductance: "g", reversal: "E" },
  strength: "weight",
});

type Values = Record<string, number | Float64Array>;
type Wiring = "all-to-all" | "one-to-one" | "edges" | "matrix";

/** Numbers for all edges or for each; of some there are only a few different ones. */
function drawValues(names: readonly string[], count: number, dice: Dice): Values {
  const ranges: Readonly<Record<string, readonly [number, number]>> = {
    ...{ maxConductance: [0.1, 0.6], conductanceIncrement: [0.05, 0.3], weight: [0.1, 0.6] },
    ...{ timeConstant: [0.6, 5], decayTime: [1, 5], riseTime: [0.3, 0.9] },
    ...{ reversalPotential: [-60, 100], share: [0.2, 0.8] },
  };
  const values: Values = {};
  for (const name of names) {
    const [low, high] = ranges[name]!;
    const few = [0, 1].map(() => dice.between(low, high));
    const kind = dice.below(4);
    if (kind === 0) continue;
    const one = (): number => (kind === 2 ? few[dice.below(2)]! : dice.between(low, high));
    values[name] = kind === 1 ? few[0]! : Float64Array.from({ length: count }, one);
  }
  return values;
}

function drawSynapse(count: number, dice: Dice): SynapseType {
  switch (dice.below(5)) {
    case 0:
      return risingAndFalling(
        drawValues(["weight", "decayTime", "riseTime", "reversalPotential"], count, dice) as never,
      );
    case 1:
      return fadingCurrent(drawValues(["weight", "decayTime", "share"], count, dice) as never);
    case 2:
      return tiring(drawValues(["weight", "decayTime", "reversalPotential"], count, dice) as never);
    default: {
      const names = ["maxConductance", "conductanceIncrement", "timeConstant", "reversalPotential"];
      const lag = (): number => dice.below(5) * dt;
      const delays = [{}, { transmissionDelay: lag() }];
      const each = { transmissionDelay: Float64Array.from({ length: count }, lag) };
      const values = drawValues(names, count, dice);
      return synapses.spiking({ ...values, ...[...delays, each][dice.below(3)]! } as never);
    }
  }
}

function connect(net: Network, from: number, to: number, name: string, dice: Dice): void {
  const [source, target] = [net.populations[from]!.size, net.populations[to]!.size];
  const wirings: Wiring[] = ["all-to-all", "edges", "matrix"];
  if (source === target) wirings.push("one-to-one");
  const wiring = wirings[dice.below(wirings.length)]!;
  if (wiring === "matrix") {
    const cell = (): number => (dice.chance(0.4) ? 0 : dice.between(0.1, 0.6));
    const maxConductance = Float64Array.from({ length: source * target }, cell);
    const shaped = { maxConductance, reversalPotential: dice.between(-60, 100) };
    const shape = [target, source] as const;
    const type = synapses.matrix(synapses.spiking, shaped as never, { shape } as never);
    net.addConnection(type, from, to, { name });
    return;
  }
  const count = wiring === "edges" ? 1 + dice.below(2 * source * target) : source * target;
  const length = wiring === "one-to-one" ? source : count;
  const picks = (below: number): Int32Array =>
    Int32Array.from({ length: count }, () => dice.below(below));
  const connectivity =
    wiring === "edges" ? { sources: picks(source), targets: picks(target) } : wiring;
  net.addConnection(drawSynapse(length, dice), from, to, { name, connectivity });
}

/** A network from a seed. */
export function spikingNetwork(seed: number): Network {
  const dice = new Dice(seed);
  const net = new Network({ name: `spiking ${seed}` });
  const count = 2 + dice.below(3);
  for (let i = 0; i < count; i++) {
    const size = 1 + dice.below(5);
    const values = { bias: dice.between(1, 6), refractoryPeriod: dice.below(3) * dt };
    const isSpiking = i === 0 || dice.chance(0.6);
    const type = isSpiking ? neurons.spiking(values) : neurons.nonSpiking();
    net.addPopulation(type, size, { name: `p${i}` });
  }
  const spiking = net.populations.flatMap(({ type }, i) => (type.model.spike ? [i] : []));
  const connections = 1 + dice.below(6);
  for (let i = 0; i < connections; i++) {
    connect(net, spiking[dice.below(spiking.length)]!, dice.below(count), `c${i}`, dice);
  }
  net.addInput(0, { size: net.populations[0]!.size });
  net.addOutput(count - 1);
  return net;
}
