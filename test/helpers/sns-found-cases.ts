// Small cases in which random networks once found a defect: kept, because few seeds meet them again.

import type { SnsCase, SnsConnection, SnsParams, SnsPopulation } from "./sns-types.js";

function leaky(shape: readonly number[], initial_value: number): SnsPopulation {
  const params = {
    ...{ membrane_capacitance: 5, membrane_conductance: 1, resting_potential: 0, bias: 0.5 },
  };
  return { name: "leaky", type: "NonSpikingNeuron", shape, params, initial_value };
}

/** Fires every few steps. */
function firing(shape: readonly number[]): SnsPopulation {
  const { params, ...rest } = leaky(shape, 0);
  const threshold = {
    ...{ threshold_time_constant: 5, threshold_initial_value: 1, threshold_leak_rate: 1 },
    ...{ threshold_proportionality_constant: 0, threshold_increment: 0, threshold_floor: 0 },
    reset_potential: 0,
  };
  return { ...rest, type: "SpikingNeuron", params: { ...params, bias: 7, ...threshold } };
}

function link(
  type: SnsConnection["type"],
  [source, destination]: readonly [number, number],
  params: SnsParams,
): SnsConnection {
  return { name: "link", type, source, destination, params };
}

function caseOf(
  name: string,
  populations: readonly SnsPopulation[],
  connections: readonly SnsConnection[],
): SnsCase {
  const outputs = populations.map((_, source) => ({ name: "y", source, spiking: false }));
  const network = { name, populations, connections, inputs: [], outputs };
  const inputs = { mode: "none" } as const;
  return { schema: "sns-golden/1", name, dt: 0.1, steps: 40, network, inputs, events: [] };
}

const gap = { conductance: 0.136, rect: false };
const graded = { max_conductance: 0.3, reversal_potential: -40, e_lo: -1, e_hi: 3 };
const gradedKernel = (taps: readonly number[]): SnsParams => ({
  max_conductance_kernel: taps,
  reversal_potential_kernel: taps.map((_, i) => 30 - 20 * i),
  e_lo_kernel: taps.map(() => -1),
  e_hi_kernel: taps.map((_, i) => 2 + i),
});
const spikingKernel = (taps: readonly number[]): SnsParams => ({
  max_conductance_kernel: taps,
  reversal_potential_kernel: taps.map((_, i) => 50 - 30 * i),
  time_constant_kernel: taps.map((_, i) => 2 + i),
  transmission_delay_kernel: taps.map((_, i) => i),
});

export const foundCases: readonly SnsCase[] = [
  caseOf(
    "couplings of one neuron with itself and with an earlier one are summed together",
    [leaky([1], 1), leaky([1], 2), leaky([1], 3)],
    [
      link("ElectricalSynapse", [2, 2], gap),
      link("NonSpikingSynapse", [0, 2], { ...graded, max_conductance: 0 }),
      link("ElectricalSynapse", [1, 2], gap),
    ],
  ),
  caseOf(
    "a tap without conductance in one dimension leaves the earlier kernel's synapse",
    [leaky([6], 1)],
    [
      link("NonSpikingPatternConnection", [0, 0], gradedKernel([0.1, 0.2, 0.3])),
      link("NonSpikingPatternConnection", [0, 0], gradedKernel([0, 0.2, 0, 0.1, 0.3])),
    ],
  ),
  caseOf(
    "a tap without conductance leaves the earlier spiking matrix's synapse",
    [firing([2, 2])],
    [
      link("SpikingMatrixConnection", [0, 0], {
        max_conductance: Array.from({ length: 4 }, () => [0.1, 0.2, 0.3, 0.4]),
        reversal_potential: Array.from({ length: 4 }, () => [30, 20, 10, -10]),
        time_constant: Array.from({ length: 4 }, () => [2, 3, 4, 5]),
        transmission_delay: Array.from({ length: 4 }, () => [0, 1, 2, 3]),
      }),
      link("SpikingPatternConnection", [0, 0], {
        max_conductance_kernel: [[0.05, 0, 0.2]],
        reversal_potential_kernel: [[120, -140, 20]],
        time_constant_kernel: [[5, 2, 6]],
        transmission_delay_kernel: [[0, 4, 1]],
      }),
    ],
  ),
  caseOf(
    "a tap without conductance shares no reversal potential",
    [leaky([6], 1), leaky([6], 0)],
    [
      link("NonSpikingSynapse", [0, 1], graded),
      link("SpikingPatternConnection", [0, 1], spikingKernel([0, 0.2, 0.3])),
    ],
  ),
  caseOf(
    "a tap without conductance compiles to no synapse",
    [firing([5])],
    [link("SpikingPatternConnection", [0, 0], spikingKernel([0.2, 0, 0]))],
  ),
];
