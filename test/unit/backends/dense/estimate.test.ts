// What `auto` decides from: matrices in batches go to the dense backend, everything else does not.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Network, neurons, rules, synapses } from "../../../../src/index.js";
import { create as createSparse } from "../../../../backends/sparse/index.js";
import { writePaces } from "../../../../src/runtime/pace-file.js";
import { dense } from "./side-by-side.js";

const sparse = (await createSparse())!;

function matrix(count: number): Network {
  const net = new Network();
  net.addPopulation(neurons.nonSpiking(), count, { name: "cells" });
  const rows = Array.from({ length: count }, (_, i) =>
    Array.from({ length: count }, (_each, k) => (1 + ((i * 31 + k * 17) % 97)) / (97 * count)),
  );
  const synapse = synapses.matrix(synapses.nonSpiking, { maxConductance: rows });
  net.addConnection(synapse, "cells", "cells");
  net.addInput("cells", { size: count });
  net.addOutput("cells");
  return net;
}

function spiking(count: number): Network {
  const net = new Network();
  net.addPopulation(neurons.spiking(), count, { name: "cells" });
  const connectivity = rules.fixedOutDegree({ outDegree: 50, seed: 1 });
  net.addConnection(synapses.spiking({ maxConductance: 0.01 }), "cells", "cells", { connectivity });
  return net;
}

/** How many times longer the sparse backend is expected to take. */
async function gain(net: Network, batch: number): Promise<number> {
  const model = await net.compile({ dt: 0.1, batch, backend: "iterative", onWarning: () => {} });
  const [one, two] = [sparse, dense].map((backend) => backend.estimate(model.program));
  return one!.nanoseconds / two!.nanoseconds;
}

test("sixteen copies of 512 neurons joined all to all are worth a graph, one is not", async () => {
  const net = matrix(512);
  expect(await gain(net, 16)).toBeGreaterThan(1.5);
  expect(await gain(net, 1)).toBeLessThan(1);
});

test("small networks and sparse spikes are not, however many copies there are", async () => {
  expect(await gain(matrix(8), 16)).toBeLessThan(0.5);
  expect(await gain(spiking(1000), 16)).toBeLessThan(0.5);
});

test("auto takes it for a batch, and says what it decided from", async () => {
  // A machine that is as fast as estimates assume: a busy one may find otherwise.
  const folder = mkdtempSync(join(tmpdir(), "myelin-pace-"));
  process.env["MYELIN_CACHE"] = folder;
  const names = ["dense cpu float32", "sparse cpu float32"];
  writePaces(new Map(names.map((name) => [name, { fixed: 1, rest: 1 }])));
  const model = await matrix(512).compile({ dt: 0.1, batch: 16, precision: "float32" });
  expect(model.backend).toBe("dense");
  const { candidates } = model.explain();
  expect(candidates.map(({ name, status }) => [name, status])).toEqual(
    expect.arrayContaining([
      ["dense", "chosen"],
      ["sparse", "possible"],
    ]),
  );
  model.dispose();
  process.env["MYELIN_CACHE"] = "off";
  rmSync(folder, { recursive: true });
});
