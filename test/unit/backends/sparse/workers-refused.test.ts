// What several threads cannot run is refused when the network is compiled, with the op, its place in
// the network and what to do; nothing is refused on one thread.

import { CompileError, Network, neurons, rules, synapses } from "../../../../src/index.js";
import { delayedNetwork } from "../../../helpers/divisible-networks.js";
import { useThreads } from "../../../helpers/threads.js";

const threads = useThreads();
const options = { dt: 0.1, backend: "sparse" } as const;

function network(build: (net: Network) => void): Network {
  const net = new Network({ name: "net" });
  net.addPopulation(neurons.spiking({ bias: 1.1 }), 60, { name: "a" });
  build(net);
  return net;
}
const connectivity = rules.fixedProbability({ probability: 0.2, seed: 1 });

const cases: Readonly<Record<string, [Network, RegExp]>> = {
  "spikes without delay, in an order that delivers at once": [
    network((net) => net.addConnection(synapses.spiking(), "a", "a", { name: "s", connectivity })),
    /deliver.*in the step in which they come to be.*Give these synapses a delay/,
  ],
  "graded synapses": [
    network((net) =>
      net.addConnection(synapses.nonSpiking(), "a", "a", { name: "g", connectivity }),
    ),
    /gather.*in the step in which they come to be.*graded and electrical synapses/,
  ],
};

test.each(Object.entries(cases))("%s", async (name, [net, text]) => {
  const order = name.includes("at once") ? { order: "sns" } : {};
  const refused = net.compile({ ...options, ...order, workers: 2 });
  await expect(refused).rejects.toThrow(text);
  await expect(refused).rejects.toBeInstanceOf(CompileError);
  await expect(refused).rejects.toMatchObject({ code: "unsupported" });
  (await net.compile({ ...options, ...order, workers: 1 })).dispose();
  expect(threads.started).toHaveLength(0);
});

test("a single neuron, and kernels of spiking synapses", async () => {
  const single = new Network({ name: "single" });
  single.addNeuron(neurons.spiking());
  await expect(single.compile({ ...options, workers: 2 })).rejects.toThrow(/is one piece/);
  const sheet = new Network({ name: "sheet" });
  sheet.addPopulation(neurons.spiking(), [8, 8], { name: "a" });
  const maxConductance = [0.1, 0.1, 0.1].map(() => [0.1, 0.2, 0.1]);
  const kernel = synapses.pattern(synapses.spiking, { maxConductance, transmissionDelay: 0.5 });
  sheet.addConnection(kernel, "a", "a", { name: "kernel" });
  const refused = sheet.compile({ ...options, workers: 2 });
  await expect(refused).rejects.toMatchObject({ code: "unsupported", where: "kernel" });
});

test("a batch, other backends and numbers that are none", async () => {
  const net = delayedNetwork();
  const wrong = (more: object) => net.compile({ ...options, ...more } as typeof options);
  await expect(wrong({ workers: 2, batch: 3 })).rejects.toThrow(/batch of 3 copies/);
  await expect(wrong({ workers: 2, backend: "iterative" })).rejects.toMatchObject({
    code: "no-workers",
  });
  await expect(wrong({ workers: 2, backend: "auto" })).rejects.toThrow(/backend: "sparse"/);
  for (const workers of [0, 1.5, "2", 65]) {
    await expect(wrong({ workers })).rejects.toMatchObject({ code: "wrong-number" });
  }
});
