// Changed files: whatever happens to the bytes, or to what the header says with all checksums made
// right again, is a model that runs or a typed error, soon and in little memory.

import { LoadError, loadModel, Network, neurons, synapses } from "../../src/index.js";
import { BackendUnavailableError } from "../../src/errors.js";
import { changeFile } from "../helpers/mutate-file.js";
import { Dice } from "../helpers/random-program.js";

const silent = { onWarning: () => {} };

function small(): Network {
  const net = new Network({ name: "small" });
  net.addPopulation(neurons.spiking({ bias: 1.5 }), 3, { name: "a" });
  net.addPopulation(neurons.nonSpiking(), 2, { name: "b" });
  net.addConnection(synapses.spiking({ transmissionDelay: 0.3 }), "a", "b");
  net.addInput("a", { size: 3 });
  net.addOutput("b");
  return net;
}

/** Time of the processor so far [ms]: what others do on the machine does not count. */
const cpuTime = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

const runs = 1500 * Number(process.env["MYELIN_RUNS"] ?? 1);
const seed = Number(process.env["MYELIN_SEED"] ?? 1);

test("a changed file gives a model or a typed error, soon and in little memory", async () => {
  const model = await small().compile({ dt: 0.1, backend: "iterative", ...silent });
  model.runSync({ steps: 20, input: 3 });
  const bytes = model.toBytes();
  const dice = new Dice(seed);
  const before = process.memoryUsage().rss;
  let [read, refused, longest] = [0, 0, 0];
  for (let i = 0; i < runs; i++) {
    const changed = changeFile(bytes, dice);
    const start = cpuTime();
    try {
      const again = await loadModel(changed, { backend: "iterative", ...silent });
      longest = Math.max(longest, cpuTime() - start);
      read += 1;
      try {
        again.runSync({ steps: 2 });
      } catch (error) {
        expect((error as Error).name).toMatch(/^(DivergenceError|ValidationError)$/);
      }
      again.dispose();
    } catch (error) {
      longest = Math.max(longest, cpuTime() - start);
      refused += 1;
      const isTyped = error instanceof LoadError || error instanceof BackendUnavailableError;
      if (!isTyped)
        throw new Error(`file ${i} of seed ${seed}: ${String(error)}`, { cause: error });
    }
  }
  expect(read).toBeGreaterThan(runs / 100);
  expect(refused).toBeGreaterThan(runs / 2);
  expect(process.memoryUsage().rss - before).toBeLessThan(256 * 2 ** 20);
  if (process.env["MYELIN_RUNS"] !== undefined) {
    console.log(`${read} read, ${refused} refused, the longest took ${longest.toFixed(1)} ms`);
  }
}, 3_600_000);
