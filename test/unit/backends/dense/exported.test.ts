// Exported ONNX models run in a session of their own, from their bytes alone, and give the numbers of
// the model that they were made from.

import { InferenceSession, Tensor } from "onnxruntime-node";
import { Network, neurons, synapses } from "../../../../src/index.js";
import type { AsyncModel, Model, Precision } from "../../../../src/index.js";
import { loadModel } from "../../../../src/index.js";
import { hostileNames } from "../../../helpers/hostile-names.js";
import { networkOf } from "../../../helpers/hostile-network.js";
import { decodeFields, textOf } from "./decode.js";
import { gapOf } from "./side-by-side.js";

/** What a file says of itself. */
interface Described {
  readonly dt: number;
  readonly precision: Precision;
  readonly batch: number;
  readonly inputs: readonly { readonly name: string; readonly port: string }[];
  readonly outputs: readonly { readonly name: string; readonly port: string }[];
  readonly states: readonly { readonly input: string; readonly output: string }[];
  readonly names: readonly {
    readonly path: string;
    readonly state: string;
    readonly offset: number;
    readonly count: number;
  }[];
  readonly lazy: readonly string[];
  readonly stops: readonly { readonly code: number; readonly reason: string }[];
}

function describedIn(bytes: Uint8Array): Described {
  const entries = decodeFields(bytes)
    .filter(({ field }) => field === 14)
    .map(({ bytes: entry }) => decodeFields(entry!).map((one) => textOf(one.bytes!)));
  const [, text] = entries.find(([key]) => key === "myelin")!;
  return JSON.parse(text!) as Described;
}

const arrays = {
  float32: Float32Array,
  float64: Float64Array,
  bool: Uint8Array,
  int32: Int32Array,
  int64: BigInt64Array,
} as const;

function zeros({ type, shape }: { type: string; shape: readonly (number | string)[] }): Tensor {
  const size = shape.reduce<number>((all, one) => all * Number(one), 1);
  const data = new arrays[type as keyof typeof arrays](size);
  return new Tensor(type as "float64", data as unknown as Float64Array, shape as number[]);
}

/** Runs an exported model from its beginning; `x` gives the inputs of a step, all copies. */
async function outputsOf(
  bytes: Uint8Array,
  steps: number,
  x: (step: number) => ArrayLike<number>,
): Promise<number[][]> {
  const { inputs, outputs, states, batch } = describedIn(bytes);
  const session = await InferenceSession.create(bytes, { logSeverityLevel: 4 });
  const ports = session.inputMetadata.filter((one) => one.isTensor);
  const feeds: Record<string, Tensor> = {};
  for (const port of ports) feeds[port.name] = zeros(port as never);
  const rows: number[][] = [];
  for (let step = 0; step < steps; step += 1) {
    feeds["step"] = new Tensor("int64", BigInt64Array.of(BigInt(step)), []);
    if ("reset" in feeds)
      feeds["reset"] = new Tensor("bool", Uint8Array.of(Number(step === 0)), []);
    let at = 0;
    const given = x(step);
    for (const { port } of inputs) {
      const data = feeds[port]!.data as Float64Array;
      const width = data.length / batch;
      const all = given.length / batch;
      for (let i = 0; i < data.length; i += 1) {
        data[i] = given[Math.floor(i / width) * all + at + (i % width)]!;
      }
      at += width;
    }
    const found = await session.run(feeds);
    for (const { input, output } of states) feeds[input] = found[output]!;
    const row: number[] = [];
    for (let copy = 0; copy < batch; copy += 1) {
      for (const { port } of outputs) {
        const data = Array.from(found[port]!.data as Float64Array);
        row.push(...data.slice((copy * data.length) / batch, ((copy + 1) * data.length) / batch));
      }
    }
    rows.push(row);
  }
  await session.release();
  return rows;
}

async function expectSameRun(
  model: Model | AsyncModel,
  bytes: Uint8Array,
  x: (step: number) => Float64Array,
  steps = 60,
): Promise<void> {
  const tolerance = model.program.precision === "float64" ? 1e-9 : 1e-4;
  const rows = await outputsOf(bytes, steps, x);
  for (const [step, row] of rows.entries()) {
    const wanted = Array.from(await model.step(x(step)));
    expect(row.length).toBe(wanted.length);
    row.forEach((value, i) => {
      if (gapOf(value, wanted[i]!) <= tolerance) return;
      throw new Error(`output ${i} of step ${step}: wanted ${wanted[i]}, got ${value}`);
    });
  }
}

function mixed(): Network {
  const net = new Network({ name: "mixed" });
  net.addPopulation(neurons.spiking(), 4, { name: "cells" });
  net.addPopulation(neurons.nonSpiking(), 3, { name: "rates" });
  net.addConnection(synapses.spiking({ transmissionDelay: 0.3 }), "cells", "rates");
  net.addConnection(synapses.nonSpiking({ maxConductance: 0.2 }), "rates", "cells");
  net.addInput("cells", { name: "drive", size: 4 });
  net.addInput("rates", { name: "more", size: 3 });
  net.addOutput("rates");
  net.addOutput("cells", { spiking: true });
  return net;
}

const ramp =
  (size: number) =>
  (step: number): Float64Array =>
    Float64Array.from({ length: size }, (_, i) => 12 + 8 * Math.sin(0.1 * step * (i + 1)));

describe.each(["float64", "float32"] as const)("in %s", (precision) => {
  test("spikes, delays, states and outputs go on as in the model", async () => {
    const model = await mixed().compile({ dt: 0.1, precision, backend: "iterative" });
    await expectSameRun(model, await model.toOnnx(), ramp(7), 120);
  });
});

test("copies of a batch run side by side, with parameters of their own", async () => {
  const options = { dt: 0.1, batch: 2, backend: "iterative", perCopy: ["cells.bias"] } as const;
  const model = await mixed().compile({ ...options, tunable: ["cells.bias"] });
  model.params.set("cells.bias", [1, 5]);
  const bytes = await model.toOnnx();
  expect(describedIn(bytes).batch).toBe(2);
  await expectSameRun(model, bytes, ramp(14));
});

test("parameters have the values of the model, also where others are computed from them", async () => {
  const net = new Network();
  net.addNeuron(neurons.nonSpiking(), { name: "cell" });
  net.addInput("cell");
  net.addOutput("cell");
  const tunable = ["cell.membraneConductance", "cell.membraneCapacitance"];
  const model = await net.compile({ dt: 0.1, tunable, backend: "iterative" });
  model.params.set("cell.membraneConductance", 2.5);
  await expectSameRun(model, await model.toOnnx(), ramp(1));
});

test("what is computed from other states is there from the beginning", async () => {
  const optimize = { accumulators: true };
  const net = mixed();
  net.addConnection(synapses.spiking(), "cells", "cells", { name: "inner" });
  const model = await net.compile({ dt: 0.1, optimize, backend: "iterative" });
  expect(model.program.rebuild).toBeDefined();
  const bytes = await model.toOnnx();
  expect(describedIn(bytes).lazy.length).toBeGreaterThan(0);
  await expectSameRun(model, bytes, ramp(7), 120);
});

test("a saved model and one on the dense backend export the same bytes", async () => {
  const model = await mixed().compile({ dt: 0.1, backend: "iterative" });
  const bytes = await model.toOnnx();
  expect(await (await loadModel(model.toBytes())).toOnnx()).toEqual(bytes);
  const dense = await mixed().compile({ dt: 0.1, backend: "dense" });
  expect(await dense.toOnnx()).toEqual(bytes);
});

test("named values say where they lie", async () => {
  const model = await mixed().compile({ dt: 0.1, backend: "iterative" });
  const { names, states, dt, precision } = describedIn(await model.toOnnx());
  expect({ dt, precision }).toEqual({ dt: 0.1, precision: "float64" });
  const V = names.find(({ path }) => path === "cells.V")!;
  expect(V.count).toBe(4);
  expect(states.map(({ input }) => input)).toContain(V.state);
});

test("names of any kind survive", async () => {
  const names = hostileNames.filter((_, i) => i % 9 === 0);
  const net = networkOf(names);
  const model = await net.compile({ dt: 0.1, backend: "iterative", onWarning: () => {} });
  const bytes = await model.toOnnx();
  const size = model.inputs.reduce((sum, port) => sum + port.size, 0);
  expect(describedIn(bytes).outputs.map(({ name }) => name)).toEqual(
    model.outputs.map(({ name }) => name),
  );
  await expectSameRun(model, bytes, ramp(size), 5);
});

test("a network that a graph cannot do is refused with the reason", async () => {
  const net = new Network();
  net.addNeuron(neurons.spiking(), { name: "cell" });
  const model = await net.compile({ dt: 0.1, backend: "iterative" });
  const program = {
    ...model.program,
    ops: [
      ...model.program.ops,
      { kind: "host", id: "host99", phase: "x", name: "f", reads: [], writes: [] } as const,
    ],
  };
  const { toOnnx } = await import("../../../../backends/dense/export.js");
  expect(() => toOnnx(program)).toThrow(/cannot become an ONNX model: calls a function of yours/);
});
