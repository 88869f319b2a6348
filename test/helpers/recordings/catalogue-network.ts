// The Vogels-Abbott network from models of the catalogue, in mV, nA, uS and nF.

import { projections, sizes } from "../../../benchmarks/networks/vogels-abbott.js";
import type { Rows } from "../../../benchmarks/networks/vogels-abbott.js";
import { Network, neurons, synapses } from "../../../src/index.js";

const transmissionDelay = 0.8;
const { exponentialConductance } = synapses;

/** The same cells and synapses as catalogue models. */
export function catalogueNetwork(rows: Rows): Network {
  const net = new Network({ name: "Vogels-Abbott" });
  const cell = neurons.conductanceIntegrateAndFire({ bias: "200 pA" });
  for (const [name, size] of Object.entries(sizes)) net.addPopulation(cell, size, { name });
  const kinds = {
    exc: exponentialConductance({ weight: "4 nS", transmissionDelay }),
    inh: exponentialConductance({ weight: "51 nS", transmissionDelay, receptor: "gI" }),
  };
  for (const { from, to, connectivity } of projections(rows)) {
    net.addConnection(kinds[from], from, to, { connectivity });
  }
  return net;
}
