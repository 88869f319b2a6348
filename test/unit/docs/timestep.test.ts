// docs/timestep.md equals the code line by line: its phases, its conventions, and what it says of
// delays, of refractory periods and of which convention is taken.

import { readFileSync } from "node:fs";
import { Network, neurons, synapses } from "../../../src/index.js";
import { orderNames, orders } from "../../../src/lower/orders.js";

const page = readFileSync("docs/timestep.md", "utf8");

/** The cells of each table of the page, head first. */
const tables = (page.match(/(^\|.*\n)+/gm) ?? []).map((table) =>
  table
    .trim()
    .split("\n")
    .filter((_row, i) => i !== 1)
    .map((row) =>
      row
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.replaceAll(/[*`]/g, "").trim()),
    ),
);
const [phaseTable = [], orderTable = []] = tables;
const phases = phaseTable.slice(1).map(([name = ""]) => name);

test("the table of phases has every phase once", () => {
  expect(tables.length).toBe(2);
  expect([...phases].sort()).toEqual([...orders.default].sort());
  expect(new Set(phases).size).toBe(phases.length);
});

test("every convention has each phase once", () => {
  for (const name of orderNames) expect([...orders[name]].sort()).toEqual([...phases].sort());
});

test("the table of conventions is what the code says, line by line", () => {
  const [head = [], ...rows] = orderTable;
  expect(head).toEqual(orderNames);
  expect(rows).toEqual(phases.map((_, line) => orderNames.map((name) => orders[name][line])));
});

test("every convention is explained", () => {
  const explained = [...page.matchAll(/^- \*\*`(\w+)`\*\*/gm)].map(([, name]) => name);
  expect(explained).toEqual(orderNames);
});

const dt = 0.5;

/** The step in which the target of a spike first moves, counted from the step of the spike. */
async function stepsUntilEffect(order: string, delay: number): Promise<number> {
  const net = new Network();
  // The potential is far below the threshold without the input, which comes in one step only.
  net.addNeuron(neurons.spiking(), { name: "source" });
  net.addNeuron(neurons.nonSpiking(), { name: "target" });
  net.addConnection(synapses.spiking({ transmissionDelay: delay * dt, timeConstant: 5 }), 0, 1);
  net.addInput("source");
  const model = await net.compile({ dt, order, onWarning: () => {} });
  const record = ["source.spikes", "target.V"];
  const events = [{ step: 3, input: "input", value: 100 }];
  const { spikes, traces } = await model.run({ steps: 20, input: { events }, record });
  const fired = spikes["source.spikes"]!.step[0]!;
  const moved = [...traces["target.V"]!].findIndex((V) => V !== 0);
  expect(fired).toBe(3);
  return moved - fired;
}

test.each(orderNames)(
  "%s: a delay of d steps acts on the update of step k + d + 1",
  async (order) => {
    for (const delay of [0, 1, 4]) expect(await stepsUntilEffect(order, delay)).toBe(delay + 1);
  },
);

test("a delay that is no whole number of steps is refused, naming its neighbours", async () => {
  const net = new Network();
  net.addNeuron(neurons.spiking());
  net.addConnection(synapses.spiking({ transmissionDelay: 1.25 * dt }), 0, 0);
  await expect(net.compile({ dt })).rejects.toThrow(/0\.5 and 1 ms/);
});

test("a refractory period of n steps leaves n + 1 steps between spikes", async () => {
  const net = new Network();
  net.addNeuron(neurons.spiking({ bias: 1000, refractoryPeriod: 4 * dt }), { name: "cell" });
  const model = await net.compile({ dt });
  const { spikes, traces } = await model.run({ steps: 16, record: ["cell.spikes", "cell.V"] });
  expect([...spikes["cell.spikes"]!.step]).toEqual([0, 5, 10, 15]);
  // The potential was reset by the spike and rests until the next one.
  expect([...traces["cell.V"]!]).toEqual(new Array(16).fill(0));
});

test("the convention is the one asked for, or the compat one, or the default", async () => {
  const orderOf = async (net: Network, order?: string): Promise<string> => {
    net.addNeuron(neurons.nonSpiking());
    return (await net.compile({ dt, ...(order !== undefined && { order }) })).program.order;
  };
  expect(await orderOf(new Network())).toBe("default");
  expect(await orderOf(new Network({ compat: "sns-toolbox" }))).toBe("sns");
  expect(await orderOf(new Network({ compat: "sns-toolbox" }), "auryn")).toBe("auryn");
});
