// Changed files: whatever happens to the bytes, or to what the header says with all checksums made
// right again, is a model that runs or a typed error, soon and in little memory.

import { decodeContainer, encodeContainer } from "../../src/file/container.js";
import { LoadError, loadModel, Network, neurons, synapses } from "../../src/index.js";
import { BackendUnavailableError } from "../../src/errors.js";
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

/** Values that readers stumble over. */
const strange: readonly unknown[] = [
  ...[0, -1, 1, 2, 3, 7, 1e9, 1e15, 2 ** 53, -0.5, 0.5, 1e308],
  ...["", "NaN", "-0", "Infinity", "__proto__", "constructor", "a.V", "x"],
  ...[null, true, false, [], {}, [[]], { section: 0 }, { section: 1e9 }, ["+", "x", "x"]],
];

/** Changes something in plain data, anywhere. */
function change(value: unknown, dice: Dice): unknown {
  if (typeof value !== "object" || value === null || dice.below(40) === 0) {
    return strange[dice.below(strange.length)];
  }
  if (Array.isArray(value)) {
    const copy = [...(value as unknown[])];
    if (copy.length === 0) return strange[dice.below(strange.length)];
    const at = dice.below(copy.length);
    const how = dice.below(8);
    if (how === 0) copy.splice(at, 1);
    else if (how === 1) copy.splice(at, 0, copy[dice.below(copy.length)]);
    else copy[at] = change(copy[at], dice);
    return copy;
  }
  const entries = Object.entries(value);
  if (entries.length === 0) return strange[dice.below(strange.length)];
  const at = dice.below(entries.length);
  const how = dice.below(10);
  if (how === 0) entries.splice(at, 1);
  else if (how === 1) entries.push(["__proto__", strange[dice.below(strange.length)]]);
  else entries[at] = [entries[at]![0], change(entries[at]![1], dice)];
  // As JSON.parse does it, also for the key __proto__.
  return Object.fromEntries(entries);
}

function mutate(bytes: Uint8Array, dice: Dice): Uint8Array {
  if (dice.below(4) === 0) {
    const copy = bytes.slice(0, dice.below(3) === 0 ? dice.below(bytes.length) : bytes.length);
    for (let i = 0; i <= dice.below(4) && copy.length > 0; i++) {
      copy[dice.below(copy.length)] = dice.below(256);
    }
    return copy;
  }
  const { content, sections } = decodeContainer(bytes);
  let changed = content;
  for (let i = 0; i <= dice.below(3); i++) changed = change(changed, dice);
  const kept = sections.map((section) => {
    if (dice.below(6) > 0 || section.length === 0) return section;
    const copy = section.slice();
    copy[dice.below(copy.length)] = dice.below(5) - 1;
    return copy;
  });
  return encodeContainer({ content: changed, sections: kept });
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
    const changed = mutate(bytes, dice);
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
