// The network of Vogels and Abbott (2005) on the page: 4000 neurons, joined at random by rule, whose
// input current and weights can be changed while they run.

import { Network, neurons, rules, synapses } from "../../src/index.js";
import type { Recording } from "../../src/index.js";
import { find, useSlider } from "./controls.js";
import type { Scene } from "./live.js";
import { Sweep } from "./sweep.js";

const dt = 0.1;
const groups = [
  { name: "exc", colour: "excitatory", size: 3200, first: 0 },
  { name: "inh", colour: "inhibitory", size: 800, first: 3200 },
] as const;
const record = groups.map(({ name }) => `${name}.spikes`);
const biases = groups.map(({ name }) => `${name}.bias`);
const weightsFrom = (source: string): string[] =>
  groups.map((target) => `${source}->${target.name}.weight`);

function build(): Network {
  const net = new Network({ name: "Vogels-Abbott" });
  const cell = neurons.conductanceIntegrateAndFire();
  for (const { name, size } of groups) net.addPopulation(cell, size, { name });
  const from = {
    exc: synapses.exponentialConductance({ transmissionDelay: 0.8 }),
    inh: synapses.exponentialConductance({ transmissionDelay: 0.8, receptor: "gI" }),
  };
  const connectivity = rules.fixedProbability({ probability: 0.02, seed: 1 });
  for (const source of groups) {
    for (const target of groups) {
      const name = `${source.name}->${target.name}`;
      net.addConnection(from[source.name], source.name, target.name, { name, connectivity });
    }
  }
  return net;
}

/** Compiles the network and binds it to its part of the page. */
export async function balanced(part: HTMLElement): Promise<Scene> {
  const tunable = [...biases, ...weightsFrom("exc"), ...weightsFrom("inh")];
  const model = await build().compile({ dt, tunable });
  const useParameter = (id: string, names: readonly string[], unit: number): void =>
    useSlider(id, (value) => names.forEach((name) => model.params.set(name, value * unit)));
  useParameter("current", biases, 1);
  useParameter("excitation", weightsFrom("exc"), 0.001);
  useParameter("inhibitory-weight", weightsFrom("inh"), 0.001);

  const span = 500;
  const raster = new Sweep(find(part, ".raster", HTMLCanvasElement), { span, low: 0, high: 4000 });
  const rates = new Sweep(find(part, ".rates", HTMLCanvasElement), { span, low: 0, high: 60 });
  const block = 10;
  // Rates are means over five blocks; those that are shown as numbers follow them slowly.
  const bin = 5 * block;
  let steps = 0;
  let counts = groups.map(() => 0);
  let shown = groups.map(() => 0);
  const drawRates = (): void => {
    const time = steps * dt;
    rates.advance(time);
    groups.forEach(({ colour, size }, i) => {
      const rate = (1000 * counts[i]!) / (size * bin * dt);
      rates.line(colour, [time], [rate]);
      shown[i] = 0.95 * shown[i]! + 0.05 * rate;
    });
    counts = groups.map(() => 0);
  };
  return {
    dt,
    block,
    backend: model.backend,
    run: () => model.runSync({ steps: block, record }),
    draw({ spikes }: Recording) {
      steps += block;
      raster.advance(steps * dt);
      groups.forEach(({ name, colour, first }, i) => {
        const fired = spikes[`${name}.spikes`]!;
        raster.dots(colour, fired, first);
        counts[i]! += fired.index.length;
      });
      if (steps % bin === 0) drawRates();
    },
    restart() {
      model.reset();
      steps = 0;
      counts = groups.map(() => 0);
      shown = groups.map(() => 0);
      raster.clear(0);
      rates.clear(0);
    },
    readouts: () =>
      Object.fromEntries(
        groups.map(({ colour }, i) => [`Rate, ${colour}`, `${shown[i]!.toFixed(1)} Hz`]),
      ),
  };
}
