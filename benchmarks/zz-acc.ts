import { execFileSync } from "node:child_process";
import { Network, neurons, synapses } from "../src/index.js";
import { printProgram } from "../src/ir/print.js";
const args = process.argv.slice(2);
const net0 = JSON.parse(execFileSync("node", ["/work/shared/bench/make-sns-net.mjs", ...args], { maxBuffer: 1e9 }).toString());
const net = new Network();
const { n, spiking } = net0;
const cells = Array.from({ length: n }, (_, i) => net.addNeuron(spiking
  ? neurons.spiking({ bias: net0.bias[i], thresholdProportionality: net0.neuron.threshold_proportionality_constant })
  : neurons.nonSpiking({ bias: net0.bias[i], membraneCapacitance: 10 })));
for (const [s, d, g, r] of net0.edges) net.addConnection(spiking ? synapses.spiking({ maxConductance: g, reversalPotential: r, timeConstant: 1 }) : synapses.nonSpiking({ maxConductance: g, reversalPotential: r, lowerThreshold: 0, upperThreshold: 20 }), cells[s]!, cells[d]!);
for (const d of net0.input.destinations) net.addInput(cells[d]!);
for (const d of net0.outputs) net.addOutput(cells[d]!);
const model = await net.compile({ dt: 0.1, backend: "iterative", onWarning: () => {}, optimize: { accumulators: true } });
console.log(printProgram(model.program).split("\nnames")[0]);
