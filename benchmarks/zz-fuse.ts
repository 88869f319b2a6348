import { Network, neurons, synapses } from "../src/index.js";
import type { NeuronType } from "../src/index.js";
import { passNames } from "../src/lower/pipeline.js";
function ring(size: number): Network {
  const net = new Network({ name: `ring ${size}` });
  const kinds: NeuronType[] = [neurons.nonSpiking(), neurons.spiking()];
  const cells = Array.from({ length: size }, (_, i) => net.addNeuron(kinds[i % 2]!, { name: `cell ${i}`, initialValue: i % 11 }));
  const graded = synapses.nonSpiking({ maxConductance: 0.05 });
  const spiking = synapses.spiking({ maxConductance: 0.05, timeConstant: 5 });
  cells.forEach((cell, i) => {
    for (const hop of [1, 3, 7]) net.addConnection(i % 2 === 0 ? graded : spiking, cell, cells[(i + hop) % size]!);
    net.addOutput(cell);
  });
  return net;
}
for (const size of []) {
  const net = ring(size);
  const off = Object.fromEntries(passNames.map((n) => [n, false]));
  for (const [label, optimize] of [["none", off], ["three", { ...off, pointwise: true, startSums: true, fuse: true }], ["unmerged", { merge: false }]] as const) {
    const t = performance.now();
    const model = await net.compile({ dt: 0.1, backend: "iterative", optimize, onWarning: () => {} });
    console.log(size, label, model.program.ops.length, (performance.now() - t).toFixed(0), "ms");
  }
}
import { passes } from "../src/lower/pipeline.js";
for (const size of [1000, 2000]) {
  const model = await ring(size).compile({ dt: 0.1, backend: "iterative", optimize: "none", onWarning: () => {} });
  let p = model.program;
  for (const name of ["pointwise", "startSums", "fuse", "merge", "deadArrays"] as const) {
    const t = performance.now();
    const q = passes[name].run(p);
    if (name !== "merge") p = q;
    console.log(size, name, p.ops.length, (performance.now() - t).toFixed(0), "ms");
  }
}
