// `--reset-at`: the model is reset inside a run, while inputs and the steps of results go on counting.

import { documentOf, parsed, sampleNetwork, useFolder } from "./helper.js";
import { Network, neurons, synapses } from "../../../src/index.js";
import type { Model } from "../../../src/index.js";

const folder = useFolder();
const { run, write } = folder;
const start = ["run", "network.json", "--dt", "0.5"];
const steps = 60;
const resets = [20, 50];
const recorded = ["--record", "left.V,cells.V,cells.spikes", "--json"];

/** Step by step in code; `inputAt` gives the input of a step of the whole run. */
async function stepByStep(
  inputAt: (step: number) => readonly number[],
  precision: "float64" | "float32" = "float64",
) {
  const model: Model = await sampleNetwork().compile({ dt: 0.5, precision, onWarning: () => {} });
  const left: number[][] = [];
  const cells: number[][] = [];
  const spikes: [number, number][] = [];
  for (let step = 0; step < steps; step += 1) {
    if (resets.includes(step)) model.reset();
    model.step(inputAt(step));
    left.push([...model.state.get("left.V")]);
    cells.push([...model.state.get("cells.V")]);
    model.state.get("cells.spikes").forEach((fired, i) => fired && spikes.push([step, i]));
  }
  return { left, cells, spikes };
}

const at = (step: number): number[] => [Math.sin(step), 4, step % 7, 6];
const series = Array.from({ length: steps }, (_, step) => at(step));
const event = { step: 15, steps: 10, input: "each", index: 1, value: 9 };
const eventAt = (step: number): number[] => [0, 0, step >= 15 && step < 25 ? 9 : 0, 0];

const forms: readonly [string, unknown, (step: number) => number[]][] = [
  ["rows", { series }, at],
  ["all rows in one list", { series: series.flat() }, at],
  [
    "inputs by name",
    { drive: 1, each: { series: series.map((row) => row.slice(1)) } },
    (step) => [1, ...at(step).slice(1)],
  ],
  ["an event across a reset", { events: [event] }, eventAt],
  ["a held vector", [1, 2, 5, 6], () => [1, 2, 5, 6]],
];
test.each(forms)("a reset does not disturb %s", async (_what, data, inputAt) => {
  write("in.json", JSON.stringify(data));
  const length = ["--steps", String(steps), "--input", "in.json", "--reset-at", "20,50"];
  const answer = await run(...start, ...length, ...recorded);
  expect(answer).toMatchObject({ code: 0, error: "" });
  const printed = parsed(answer);
  const expected = await stepByStep(inputAt);
  expect(printed.done).toBe(steps);
  expect(printed.steps).toEqual(Array.from({ length: steps }, (_, i) => i));
  expect(printed.time).toEqual(Array.from({ length: steps }, (_, i) => (i + 1) * 0.5));
  expect(printed.traces["left.V"]!.values).toEqual(expected.left);
  expect(printed.traces["cells.V"]!.values).toEqual(expected.cells);
  const { step, index, time } = printed.spikes["cells.spikes"]!;
  expect(step.map((each, i) => [each, index[i]])).toEqual(expected.spikes);
  expect(time).toEqual(step.map((each) => (each + 1) * 0.5));
});

test("a table of inputs gives the length, resets in any order, several flags and twice the same", async () => {
  const rows = series.map((row) => row.join(","));
  write("in.csv", ["drive,each[0],each[1],each[2]", ...rows].join("\n"));
  const flags = ["--reset-at", "50", "--reset-at=20, 50", "--reset-at", "0"];
  const printed = parsed(await run(...start, "--input", "in.csv", ...flags, ...recorded));
  const expected = await stepByStep(at);
  expect(printed.traces["cells.V"]!.values).toEqual(expected.cells);
});

test("samples lie where a run without resets has them", async () => {
  const length = ["--duration", "30", "--constant", "5", "--every", "10", "--reset-at", "20,50"];
  const { steps: sampled, traces } = parsed(await run(...start, ...length, ...recorded));
  expect(sampled).toEqual([9, 19, 29, 39, 49, 59]);
  const expected = await stepByStep(() => [5, 5, 5, 5]);
  expect(traces["left.V"]!.values).toEqual(sampled.map((step) => expected.left[step]));
});

test("single precision stays single", async () => {
  write("in.json", JSON.stringify({ series }));
  const length = ["--steps", String(steps), "--input", "in.json", "--reset-at", "20,50"];
  const printed = parsed(await run(...start, ...length, "--precision", "float32", ...recorded));
  const expected = await stepByStep(at, "float32");
  expect(printed.traces["cells.V"]!.values).toEqual(expected.cells);
});

test("the ways of SNS-Toolbox hold: synapses keep what they have", async () => {
  const build = (compat?: "sns-toolbox"): Network => {
    const net = new Network({ name: "n", ...(compat === undefined ? {} : { compat }) });
    const cell = net.addNeuron(neurons.spiking({ thresholdInitialValue: 1, bias: 10 }), {
      name: "a",
    });
    const other = net.addNeuron(neurons.nonSpiking(), { name: "b" });
    const synapse = synapses.spiking({
      maxConductance: 1,
      reversalPotential: 100,
      timeConstant: 50,
    });
    net.addConnection(synapse, cell, other);
    net.addOutput(other, { name: "y" });
    return net;
  };
  const valuesOf = async (net: Network): Promise<number[]> => {
    write("n.json", documentOf(net));
    const flags = ["--dt", "1", "--steps", "40", "--reset-at", "20", "--json"];
    return parsed(await run("run", "n.json", ...flags)).traces["y"]!.values.flat();
  };
  const anew = await valuesOf(build());
  expect(anew.slice(20)).toEqual(anew.slice(0, 20));
  const kept = await valuesOf(build("sns-toolbox"));
  expect(kept[21]).toBeGreaterThan(kept[1]! + 1);
});

test("progress is that of the whole run", async () => {
  const flags = ["--steps", "3000", "--reset-at", "1000,2000", "--out", "y.csv"];
  const { error } = await folder.runIn({ isTerminal: true }, ...start, ...flags);
  expect(error).toMatch(/100 % {2}3000 of 3000 steps/);
  expect(error).not.toMatch(/of 1000 steps/);
  expect(error.split("\n")).toHaveLength(2);
});

test("an interrupted run ends for good", async () => {
  const onInterrupt = (stop: () => void): (() => void) => {
    setTimeout(stop, 50);
    return () => {};
  };
  const flags = ["--steps", "2000000000", "--every", "1000000", "--reset-at", "1000000000"];
  const { code, out } = await folder.runIn({ onInterrupt }, ...start, ...flags, "--json");
  expect(code).toBe(130);
  const { done, stopped } = parsed({ code, out, error: "" });
  expect(stopped!.step).toBe(done - 1);
  expect(done).toBeLessThan(1e9);
});

const wrong: readonly (readonly [string, readonly string[], RegExp])[] = [
  ["words", ["--reset-at", "soon"], /--reset-at: must be a number of a step; got "soon"/],
  ["a hole in the list", ["--reset-at", "2,,3"], /--reset-at: must be a number of a step; got ""/],
  ["half a step", ["--reset-at", "1.5"], /--reset-at: must be a number of a step; got "1\.5"/],
  ["a step before the first", ["--reset-at=-1"], /--reset-at: must be a number of a step/],
  ["the end", ["--reset-at", "5"], /--reset-at: is not within the run; got 5, allowed 0 to 4/],
  [
    "a step between samples",
    ["--every", "2", "--reset-at", "3"],
    /--reset-at: is not between two samples.*got 3, allowed multiples of 2/,
  ],
];
test.each(wrong)("%s is wrong use", async (_what, flags, message) => {
  const { code, out, error } = await run(...start, "--steps", "5", ...flags);
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(error).toMatch(message);
  expect(error).toContain("See myelin run --help.");
});

test("inputs that end too early are refused before the first step", async () => {
  write("in.json", JSON.stringify({ series: series.slice(0, 30) }));
  const flags = ["--steps", "40", "--input", "in.json", "--reset-at", "20", "--out", "y.csv"];
  const { code, error } = await run(...start, ...flags);
  expect(code).toBe(1);
  expect(error).toMatch(
    /in\.json \.series: has too few rows for the run; got 30, allowed at least 40/,
  );
  expect(folder.names()).not.toContain("y.csv");
});
