// Spiking synapses: arrival, decay, saturation, delays.

import { Network, neurons, synapses } from "../../../src/index.js";
import type { SynapseType } from "../../../src/index.js";
import { close, exact } from "../case.js";
import type { Case } from "../case.js";

/** Fires in step 0 if it starts at 16 mV, and never again by itself. */
const once = neurons.spiking({ membraneCapacitance: 4 });
/** One step of 0.5 ms moves 1/8 of the current. */
const target = neurons.nonSpiking({ membraneCapacitance: 4 });

/** Sources that all fire in step 0, and targets. */
function volley(
  sources: number,
  targets: number,
  synapse: SynapseType,
  connectivity?: "one-to-one",
): Network {
  const net = new Network();
  net.addPopulation(once, sources, { name: "from", initialValue: 16 });
  net.addPopulation(target, targets, { name: "to" });
  const more = connectivity === undefined ? {} : { connectivity };
  net.addConnection(synapse, "from", "to", { name: "synapse", ...more });
  return net;
}

/** With tau = 1 ms and dt = 0.5 ms half of a conductance is left after a step. */
const quarter = { maxConductance: 0.25, timeConstant: 1 } as const;

/** A conductance of 1/4 uS that arrives in step `arrival`, at the end of each step. */
const decaying = (arrival: number) => (step: number) =>
  step < arrival ? 0 : 0.25 * 0.5 ** (step - arrival + 1);

/** What that conductance does to a target: dt / C (g (E - V) - V), with g before its decay. */
function responseTo(arrival: number, reversal: number): (step: number) => number {
  const trace: number[] = [];
  let potential = 0;
  return (step) => {
    while (trace.length <= step) {
      const now = trace.length;
      const g = now < arrival ? 0 : 0.25 * 0.5 ** (now - arrival);
      potential += (g * (reversal - potential) - potential) / 8;
      trace.push(potential);
    }
    return trace[step]!;
  };
}

const delayed = (steps: number): Case => ({
  name: `a spike acts ${steps} steps after the step that follows it, with a delay of ${steps} steps`,
  build: () => volley(1, 1, synapses.spiking({ ...quarter, transmissionDelay: steps * 0.5 })),
  dt: 0.5,
  steps: 20,
  tolerance: exact,
  spikes: { "from.spikes": [[0]] },
  values: { "synapse.g_spike": decaying(1 + steps) },
});

const arrivals: readonly Case[] = [
  delayed(0),
  delayed(1),
  delayed(7),
  {
    name: "a target answers to the conductance before it has decayed",
    build: () =>
      volley(1, 1, synapses.spiking({ ...quarter, reversalPotential: 64, transmissionDelay: 1.5 })),
    dt: 0.5,
    steps: 40,
    tolerance: close(),
    values: { "to.V": responseTo(4, 64) },
  },
  {
    name: "in the order of SNS-Toolbox a spike arrives in its own step and acts after one decay",
    build: () => volley(1, 1, synapses.spiking({ ...quarter, transmissionDelay: 1 })),
    dt: 0.5,
    steps: 20,
    order: "sns",
    tolerance: exact,
    values: { "synapse.g_spike": (step) => (step < 2 ? 0 : 0.25 * 0.5 ** (step - 2)) },
  },
  {
    name: "each synapse of a connection has its own delay",
    build: () => {
      const type = synapses.spiking({ ...quarter, transmissionDelay: [2, 0, 0.5, 4] });
      return volley(4, 4, type, "one-to-one");
    },
    dt: 0.5,
    steps: 20,
    tolerance: exact,
    values: { "synapse.g_spike": (step) => [4, 0, 1, 8].map((delay) => decaying(1 + delay)(step)) },
  },
  {
    name: "connections from one population keep their own delays",
    build: () => {
      const net = volley(
        2,
        2,
        synapses.spiking({ ...quarter, transmissionDelay: 3 }),
        "one-to-one",
      );
      const late = synapses.spiking({ ...quarter, transmissionDelay: 1 });
      net.addConnection(late, "from", "to", { name: "other", connectivity: "one-to-one" });
      return net;
    },
    dt: 0.5,
    steps: 20,
    tolerance: exact,
    values: {
      "synapse.g_spike": (step) => [decaying(7)(step), decaying(7)(step)],
      "other.g_spike": (step) => [decaying(3)(step), decaying(3)(step)],
    },
  },
];

/** Fires in every step: one step of 100 nA lifts it by 12.5 mV. */
function bombarded(synapse: SynapseType): Network {
  const net = new Network();
  net.addNeuron(once, { name: "from" });
  net.addNeuron(target, { name: "to" });
  net.addInput("from");
  net.addConnection(synapse, "from", "to", { name: "synapse" });
  return net;
}

const conductances: readonly Case[] = [
  {
    // 0 + 3/4, then 3/8 + 5/8 = 1, halved after each arrival.
    name: "a conductance that spikes raise stays at its largest value at most",
    build: () => {
      const values = { maxConductance: 1, conductanceIncrement: 0.75, timeConstant: 1 };
      return bombarded(synapses.spiking(values));
    },
    dt: 0.5,
    steps: 12,
    input: 100,
    tolerance: exact,
    values: { "synapse.g_spike": (step) => [0, 0.375][step] ?? 0.5 },
  },
  {
    // tau = -1 / (f ln n) and g = R / ((E - R) tau f), with f = 0.1 kHz, n = 0.1, R = 20, E = 194.
    name: "spiking transmission derives conductance and time constant from its gain",
    build: () =>
      volley(1, 1, synapses.spikingTransmission({ maxFrequency: 0.1, nonLinearity: 0.1 })),
    dt: 0.5,
    steps: 30,
    tolerance: close(),
    values: {
      "synapse.g_spike": (step) => {
        const tau = -1 / (0.1 * Math.log(0.1));
        return step === 0 ? 0 : (20 / (174 * tau * 0.1)) * (1 - 0.5 / tau) ** step;
      },
    },
  },
  {
    // With E = 16 mV a conductance g moves a target at 0 by 2 g in one step.
    name: "a matrix of spiking synapses is a matrix product",
    build: () => {
      const maxConductance = [
        [0.5, 0, 2],
        [0, 0.25, 1],
      ];
      const values = { maxConductance, reversalPotential: 16, timeConstant: 1 };
      return volley(3, 2, synapses.matrix(synapses.spiking, values));
    },
    dt: 0.5,
    steps: 2,
    tolerance: exact,
    values: { "to.V": (step) => (step === 0 ? [0, 0] : [5, 2.5]) },
  },
  {
    name: "a pattern of spiking synapses ends at the border",
    build: () => {
      const values = { maxConductance: [0.5, 0.25, 1], reversalPotential: 16, timeConstant: 1 };
      return volley(4, 4, synapses.pattern(synapses.spiking, values));
    },
    dt: 0.5,
    steps: 2,
    tolerance: exact,
    values: { "to.V": (step) => (step === 0 ? [0, 0, 0, 0] : [2.5, 3.5, 3.5, 1.5]) },
  },
  {
    name: "all spikes of a volley are summed at each target",
    build: () => {
      const values = { ...quarter, reversalPotential: 16, transmissionDelay: 0.5 };
      return volley(6, 3, synapses.spiking(values));
    },
    dt: 0.5,
    steps: 3,
    tolerance: exact,
    values: { "to.V": (step) => [0, 1, 2].map(() => (step < 2 ? 0 : 6 * 0.25 * 2)) },
  },
];

export const spikeCases: readonly Case[] = [...arrivals, ...conductances];
