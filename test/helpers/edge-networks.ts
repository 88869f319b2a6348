// Networks of spiking neurons in which edges hold states, each with another twist in who is joined to
// whom; and everything that a user does with the states of edges, as a list of what is seen. Invariant:
// the first population fires when its input says so and nothing else makes it fire.

import { Network, neurons, rules, synapses } from "../../src/index.js";
import type { Model, Values } from "../../src/index.js";
import { fadingCurrent, tiring } from "./spiking-network.js";
import { Dice } from "./random-program.js";
import { userSynapses } from "./wide-models.js";

export interface EdgeNetwork {
  readonly name: string;
  readonly build: () => Network;
  /** Whether edges are in the way of each other: some keep their own times, or are summed in each step. */
  readonly isHard?: true;
}

/** Cells that are driven, by names, and more that only listen. */
function population(): Network {
  const net = new Network({ name: "edges" });
  net.addPopulation(neurons.spiking({ thresholdInitialValue: 2 }), 6, { name: "driven" });
  net.addPopulation(neurons.spiking({ thresholdInitialValue: 1000 }), 5, { name: "cells" });
  net.addPopulation(neurons.nonSpiking({ membraneCapacitance: 20 }), 4, { name: "slow" });
  net.addInput("driven", { size: 6 });
  net.addOutput("slow");
  net.addOutput("cells");
  return net;
}

interface Joined {
  readonly from?: string;
  readonly to?: string;
  readonly seed?: number;
  readonly edges?: number;
}

/** Any cells joined to any, some twice and some not at all. */
function join(net: Network, name: string, values: object, joined: Joined = {}): void {
  const { from = "driven", to = "cells", seed = 1, edges = 17 } = joined;
  const dice = new Dice(seed);
  const sizes = new Map(net.populations.map((one) => [one.name, one.size]));
  const sources = Int32Array.from({ length: edges }, () => dice.below(sizes.get(from)! - 1));
  const targets = Int32Array.from({ length: edges }, () => dice.below(sizes.get(to)!));
  const increments = dice.values(edges, 0.05, 0.3);
  const type = synapses.spiking({ conductanceIncrement: increments, ...values });
  net.addConnection(type, from, to, { name, connectivity: { sources, targets } });
}

/** A network with these connections. */
const made = (name: string, connect: (net: Network) => void, isHard?: true): EdgeNetwork => ({
  name,
  build() {
    const net = population();
    connect(net);
    return net;
  },
  ...(isHard && { isHard }),
});

const pairing = userSynapses.find(({ model }) => model.name === "pairing")!;

export const edgeNetworks: readonly EdgeNetwork[] = [
  made("any cells, some of them twice", (net) => join(net, "one", {})),
  made("two connections that share arrays", (net) => {
    join(net, "one", {});
    join(net, "two", { reversalPotential: -40 }, { seed: 2, edges: 12 });
  }),
  made("two delays from one population", (net) => {
    join(net, "one", { transmissionDelay: 0.2 });
    join(net, "two", { transmissionDelay: 0.5 }, { seed: 2, edges: 12 });
  }),
  made("two rates, from two populations", (net) => {
    net.addPopulation(neurons.spiking({ thresholdInitialValue: 2 }), 6, { name: "others" });
    net.addInput("others", { size: 6 });
    join(net, "one", { timeConstant: 2 });
    join(net, "two", { timeConstant: 5 }, { seed: 2, from: "others" });
  }),
  made(
    "two rates from one population",
    (net) => {
      join(net, "one", { timeConstant: 2 });
      join(net, "two", { timeConstant: 5 }, { seed: 2, to: "slow", edges: 14 });
    },
    true,
  ),
  made("a population joined to itself", (net) => {
    net.addConnection(
      synapses.spiking({ maxConductance: 0.001, conductanceIncrement: 0.0005 }),
      ...(["driven", "driven"] as const),
      { name: "one", connectivity: rules.allToAll() },
    );
    join(net, "two", {});
  }),
  made("all cells joined to all", (net) => {
    const type = synapses.spiking({ conductanceIncrement: 0.1 });
    net.addConnection(type, "driven", "cells", { name: "one", connectivity: "all-to-all" });
  }),
  made("a connection without synapses", (net) => {
    const nobody = { sources: new Int32Array(0), targets: new Int32Array(0) };
    net.addConnection(synapses.spiking(), "driven", "cells", { name: "two", connectivity: nobody });
    join(net, "one", {});
  }),
  made("more cells than synapses", (net) => join(net, "one", {}, { edges: 5 }), true),
  made(
    "a delay for each synapse",
    (net) => {
      const transmissionDelay = Float64Array.from({ length: 17 }, (_, i) => (i % 4) / 10);
      join(net, "one", { transmissionDelay });
    },
    true,
  ),
  made(
    "a rate for each synapse",
    (net) => join(net, "one", { timeConstant: new Dice(3).values(17, 1, 5) }),
    true,
  ),
  made("synapses that tire", (net) => {
    const connectivity = rules.fixedInDegree({ inDegree: 4, seed: 3 });
    net.addConnection(tiring({ weight: 0.2 }), "driven", "slow", { name: "one", connectivity });
    net.addConnection(fadingCurrent(), "driven", "cells", { name: "two", connectivity });
  }),
  made(
    "synapses that learn from both ends",
    (net) => {
      const connectivity = rules.fixedInDegree({ inDegree: 4, seed: 3 });
      net.addConnection(pairing({}), "driven", "cells", { name: "one", connectivity });
      join(net, "two", {}, { seed: 5 });
    },
    true,
  ),
];

/** Spikes at irregular times from all cells but the last, which never fires. */
export function irregular(step: number, x: Values): void {
  for (let i = 0; i < x.length; i++) {
    const cell = i % 6;
    x[i] = cell < 5 && (step * step + 7 * i) % (23 + 2 * i) < 4 + cell ? 12 : 0;
  }
}

/** What is seen of a model, one after the other. */
export type Seen = readonly { readonly what: string; readonly values: ArrayLike<number> }[];

/** The states of a model that edges have. */
const edgeStates = ({ state }: Model): string[] =>
  state.names().filter((name) => state.info(name).kind === "state" && /^(one|two)\./.test(name));

/** Does with a model what users do with states of edges, and tells what they see. */
export function usesOf(model: Model): Seen {
  const seen: { what: string; values: ArrayLike<number> }[] = [];
  const record = model.state.names().filter((name) => model.state.info(name).kind === "state");
  const look = (when: string): void => {
    for (const name of record)
      seen.push({ what: `${name} ${when}`, values: model.state.get(name) });
  };
  const run = (steps: number, when: string): void => {
    const { traces } = model.runSync({ steps, input: irregular, record, every: 3 });
    for (const name of record) seen.push({ what: `${name} during ${when}`, values: traces[name]! });
    look(`after ${when}`);
  };
  run(40, "a run");
  for (const name of edgeStates(model)) {
    // Each edge another value, in the order of the user.
    model.state.set(
      name,
      model.state.get(name).map((value, i) => 0.8 * value + 0.001 * i),
    );
  }
  look("after writing it");
  run(25, "a run from what was written");
  const bytes = model.snapshot();
  run(20, "going on");
  model.restore(bytes);
  run(20, "going back");
  for (const name of model.params.names()) {
    if (!/\.(conductanceIncrement|weight|reversalPotential)$/.test(name)) continue;
    model.params.set(
      name,
      model.params.get(name).map((value, i) => value * (1 + 0.02 * (i % 5))),
    );
  }
  look("after a parameter");
  run(25, "another parameter");
  model.reset({ keep: "synapses" });
  look("after a reset that keeps it");
  run(20, "what was kept");
  model.reset();
  run(15, "a reset");
  return seen;
}

/** The largest difference of what was seen, relative to the larger value or 1. */
export function gapBetween(a: Seen, b: Seen): number {
  expect(b.map(({ what }) => what)).toEqual(a.map(({ what }) => what));
  let most = 0;
  for (const [k, { values }] of a.entries()) {
    const other = b[k]!.values;
    if (other.length !== values.length) return Infinity;
    for (let i = 0; i < values.length; i++) {
      const [p, q] = [values[i]!, other[i]!];
      if (Object.is(p, q)) continue;
      const gap = Math.abs(p - q) / Math.max(1, Math.abs(p), Math.abs(q));
      most = Math.max(most, Number.isNaN(gap) ? Infinity : gap);
    }
  }
  return most;
}

/** Both precisions, alone and three copies at once. */
export const variants = (["float64", "float32"] as const).flatMap((precision) =>
  [1, 3].map((batch) => ({ precision, batch })),
);
