// Checkpoints of a run: a state that has diverged never takes the place of a good one, and a run that
// goes on from a checkpoint records on, as if it had never stopped.

import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineNeuron, DivergenceError, loadModel, Network } from "../../../src/index.js";
import { neurons, synapses } from "../../../src/index.js";
import type { Model, Recording, RunOptions } from "../../../src/index.js";
import { refuseDiverged } from "../../../src/ir/diverged.js";
import { decodeState, encodeState, isSaved, type StateEntry } from "../../../src/ir/state-bytes.js";
import { everything } from "../../helpers/everything.js";

const silent = { onWarning: () => {} };
const backends = ["iterative", "sparse"] as const;
let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "myelin-"));
  file = join(folder, "run.myelin");
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Grows a billion-fold in each step; in float64 its value after step 34, from 0, is infinite. */
const exploding = defineNeuron({
  name: "exploding",
  doc: "Grows without bounds.",
  params: {},
  state: { V: { initial: 1, unit: "1", doc: "what grows" } },
  equations: "V = V * 1e9",
  output: "V",
});

function explosion(): Network {
  const net = new Network({ name: "explosion" });
  net.addPopulation(exploding(), 3, { name: "cells" });
  net.addOutput("cells");
  return net;
}

describe.each(backends)("on %s", (backend) => {
  const compiled = () => explosion().compile({ dt: 1, backend, ...silent });

  test("a state that has diverged does not replace a good checkpoint", async () => {
    const model = await compiled();
    const run = model.run({ steps: 200, checkpoint: { file, every: 10 } });
    const error: unknown = await run.catch((failure: unknown) => failure);
    expect(error).toBeInstanceOf(DivergenceError);
    expect((error as DivergenceError).where).toBe("cells.V");
    expect((error as DivergenceError).message).toMatch(/step(s \d+ to 39| 34); got Infinity/);
    expect((await loadModel(file, silent)).stepCount).toBe(30);
    expect((await loadModel(`${file}.previous`, silent)).stepCount).toBe(20);
  });

  test("nor does the checkpoint at the end", async () => {
    const model = await compiled();
    await model.run({ steps: 25, checkpoint: { file, every: 1000 } });
    const before = readFileSync(file);
    const run = model.run({ steps: 20, checkpoint: { file, every: 1000 } });
    await expect(run).rejects.toThrow(/cells\.V.*step(s \d+ to 44| 34)/);
    expect(readFileSync(file)).toEqual(before);
    expect(existsSync(`${file}.previous`)).toBe(false);
  });
});

test("every state that is not finite is found, also one that travels with a spike", () => {
  const program = everything({ precision: "float64" });
  const entries = new Map(
    program.arrays.filter(isSaved).map((spec): [string, StateEntry] => {
      const { length, slots = 1, payload = [], type, perCopy } = spec;
      const copies = perCopy ? program.batch : 1;
      const lists = Array.from({ length: copies * slots }, () => ({
        items: Int32Array.of(length - 1),
        columns: payload.map(() => new Float64Array(1)),
      }));
      const rows = Array.from({ length: copies * length }, () => ({
        steps: new Float64Array(1),
        columns: payload.map(() => new Float64Array(1)),
      }));
      const size = copies * slots * length;
      const data = type === "int" ? new Int32Array(size) : new Float64Array(size);
      if (type === "spikes") return [spec.name, { kind: "spikes", slots: lists }];
      if (type === "history") return [spec.name, { kind: "history", rows }];
      return [spec.name, { kind: "values", data }];
    }),
  );
  const bytes = () => encodeState(program, { stepCount: 50, entries });
  expect(() => refuseDiverged(program, bytes(), 7)).not.toThrow();
  const kinds = new Set<string>();
  for (const spec of program.arrays.filter(({ role }) => role === "state")) {
    const entry = entries.get(spec.name)!;
    const parts =
      entry.kind === "spikes" ? entry.slots : entry.kind === "history" ? entry.rows : [];
    const last = entry.kind === "values" ? entry.data : parts.at(-1)?.columns.at(-1);
    if (last === undefined || spec.type === "int") continue;
    kinds.add(spec.type);
    last[last.length - 1] = NaN;
    expect(() => refuseDiverged(program, bytes(), 7)).toThrow(
      /element \d+.* one of the steps 7 to 49; got NaN/,
    );
    last[last.length - 1] = 0;
  }
  expect([...kinds].sort()).toEqual(["history", "real", "spikes"]);
  expect(decodeState(program, bytes()).stepCount).toBe(50);
});

/** Cells that fire into each other with a delay. */
function ring(): Network {
  const net = new Network({ name: "ring" });
  net.addPopulation(neurons.spiking({ bias: 1.5 }), 4, { name: "cells" });
  const synapse = synapses.spiking({ maxConductance: 0.5, transmissionDelay: 0.7 });
  net.addConnection(synapse, "cells", "cells");
  net.addInput("cells", { size: 4 });
  net.addOutput("cells");
  return net;
}

const steps = 300;
const input: RunOptions["input"] = (step, x) => {
  for (let i = 0; i < x.length; i++) x[i] = 9 * Math.sin(0.21 * step + i);
};
const record = ["cells.V", "cells.spikes"];
const compiledRing = (): Promise<Model> =>
  ring().compile({ dt: 0.1, backend: "sparse", ...silent });

/** What one run after another recorded, as a list of rows. */
function rows(...recordings: readonly Recording[]) {
  const size = 4;
  return {
    samples: recordings.flatMap(({ steps: at, time, traces }) =>
      [...at].map((step, i) => {
        const values = traces["cells.V"]!.slice(i * size, (i + 1) * size);
        return [step, time[i], ...values];
      }),
    ),
    spikes: recordings.flatMap(({ spikes }) => {
      const { step, index, time } = spikes["cells.spikes"]!;
      return [...step].map((at, i) => [at, index[i], time[i]]);
    }),
  };
}

/** Runs until the first checkpoint at or after this step is written, as if the process ended then. */
async function interrupted(options: RunOptions, at: number): Promise<Recording> {
  const model = await compiledRing();
  return model.run({ ...options, steps: at, checkpoint: { file, every: at * model.program.dt } });
}

describe("a run that goes on records on", () => {
  test.each([
    [1, 100],
    [7, 100],
    [7, 98],
    [7, 97],
    [50, 49],
    [500, 100],
  ])("sampling every %i steps, from step %i", async (every, at) => {
    const options = { input, record, every };
    const straight = await (await compiledRing()).run({ ...options, steps });
    const first = await interrupted(options, at);
    for (const backend of backends) {
      const model = await loadModel(file, { backend, ...silent });
      const second = await model.run({ ...options, steps: steps - at });
      expect(rows(first, second)).toEqual(rows(straight));
    }
    expect(rows(straight).samples).toHaveLength(Math.floor(steps / every));
    expect(rows(straight).spikes.length).toBeGreaterThan(20);
  });

  test("the newest samples of both parts are the newest of all", async () => {
    const options = { input, record, every: 3, maxSamples: 40 };
    const straight = await (await compiledRing()).run({ ...options, steps });
    const first = await interrupted(options, 250);
    const second = await (await loadModel(file, silent)).run({ ...options, steps: steps - 250 });
    const joined = rows(first, second);
    expect(joined.samples.slice(-40)).toEqual(rows(straight).samples);
    expect(joined.spikes.slice(-40)).toEqual(rows(straight).spikes);
    expect(rows(straight).samples).toHaveLength(40);
  });

  test("a stream that ran ahead of its checkpoint joins when cut there", async () => {
    type Row = readonly [string, number, ...number[]];
    const streamed = async (model: Model, options: RunOptions): Promise<Row[]> => {
      const found: Row[] = [];
      const stream: RunOptions["stream"] = (name, step, values) =>
        void found.push([name, step, ...Array.from(values)]);
      await model.run({ input, record, every: 5, ...options, stream });
      return found;
    };
    const straight = await streamed(await compiledRing(), { steps });
    // What was saved last is 33 steps older than what was streamed last.
    const first = await streamed(await compiledRing(), { steps: 143 });
    await interrupted({ input }, 110);
    const model = await loadModel(file, silent);
    const kept = first.filter(([, step]) => step < model.stepCount);
    expect(kept.length).toBeLessThan(first.length);
    const second = await streamed(model, { steps: steps - model.stepCount });
    expect([...kept, ...second]).toEqual(straight);
  });
});
