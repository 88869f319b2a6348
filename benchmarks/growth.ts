// Question: how do the time of a step and the memory of a network grow with its neurons and synapses,
// on both backends, and what is the largest network? Drawn as figures, too.

import { strict as assert } from "node:assert";
import { median } from "./harness/alternate.js";
import type { Benchmark, Context, Result } from "./harness/benchmark.js";
import { barChart, lineChart, type Line } from "./harness/chart.js";
import { show, showIn, showTime } from "./harness/report.js";
import { startWorker } from "./harness/workers.js";
import type { Stepping } from "./workers/stepping.js";

const backends = ["sparse", "iterative"] as const;
type BackendName = (typeof backends)[number];
interface Size {
  readonly neurons: number;
  readonly synapsesPerNeuron: number;
}

const byNeurons = [1e2, 1e3, 1e4, 1e5, 1e6].map((neurons) => ({ neurons, synapsesPerNeuron: 10 }));
const bySynapses = [1e3, 1e4].flatMap((neurons) =>
  [1, 10, 100, 1000].map((synapsesPerNeuron) => ({ neurons, synapsesPerNeuron })),
);
/** From the first two it follows what a synapse takes, and with the third what a neuron takes. */
const thin = { neurons: 1e5, synapsesPerNeuron: 10 };
const dense = { neurons: 1e5, synapsesPerNeuron: 100 };
const wide = { neurons: 1e6, synapsesPerNeuron: 10 };
/** Near what the memory of a module can hold. */
const largest = { neurons: 450_000, synapsesPerNeuron: 1000 };
const precision = "float32";
/** Steps until cells fire as they will. */
const settling = 200;
/** How long a measurement takes [ms], and the rounds of it. */
const turn = 200;
const mostRounds = 3;
const gibibyte = 2 ** 30;
/** What the memory of one module can hold [bytes]. */
const mostMemory = 4 * gibibyte;
/** Matrices of N x N numbers of 8 bytes that a network in matrices has at least. */
const matrices = { "non-spiking": 4, spiking: 8 } as const;

const nameOf = ({ neurons, synapsesPerNeuron }: Size): string =>
  `N = ${neurons}, k = ${synapsesPerNeuron}`;

interface Found {
  /** [ms] */
  readonly step: number;
  /** Beyond the loaded library [bytes]. */
  readonly held: number;
}

async function tryOut(size: Size, backend: BackendName): Promise<Found> {
  const worker = startWorker<Stepping>("workers/stepping");
  try {
    const library = (await worker.ask("memory")).now;
    await worker.ask("compile", { of: "large", ...size }, { backend, precision });
    await worker.ask("advance", size.neurons > 1e5 ? 5 : settling, false);
    const step = await worker.ask("measure", turn, size.neurons > 1e5 ? 1 : 10);
    const { most } = await worker.ask("memory");
    return { step, held: most - library };
  } finally {
    worker.end();
  }
}

/** A small one gives the same on both backends. */
async function check(): Promise<void> {
  const sums: number[] = [];
  for (const backend of backends) {
    const worker = startWorker<Stepping>("workers/stepping");
    const spec = { of: "large", neurons: 300, synapsesPerNeuron: 10 } as const;
    await worker.ask("compile", spec, { backend, precision });
    sums.push(await worker.ask("advance", 400, false));
    worker.end();
  }
  assert.equal(sums[0], sums[1], "300 cells on both backends");
}

type Measured = Readonly<Record<BackendName, readonly Found[]>>;

/** What has been measured, because some sizes are asked for twice. */
const measured = new Map<string, Measured>();

/** Both backends in turns. */
async function measure(size: Size, rounds: number): Promise<Measured> {
  const known = measured.get(nameOf(size));
  if (known !== undefined) return known;
  const found: Record<BackendName, Found[]> = { sparse: [], iterative: [] };
  for (let round = 0; round < Math.min(rounds, mostRounds); round += 1) {
    for (const backend of backends) found[backend].push(await tryOut(size, backend));
  }
  measured.set(nameOf(size), found);
  return found;
}

const medianOf = (found: readonly Found[], key: keyof Found): number =>
  median(found.map((each) => each[key]));

function reportStep(context: Context, quantity: string, size: Size, found: Measured): void {
  const { sparse, iterative } = found;
  const [fast, slow] = [medianOf(sparse, "step"), medianOf(iterative, "step")];
  context.report({
    ...{ case: nameOf(size), quantity, unit: "x" },
    value: median(iterative.map(({ step }, i) => step / sparse[i]!.step)),
    columns: {
      sparse: showTime(fast),
      iterative: showTime(slow),
      "for each neuron, sparse": showTime(fast / size.neurons),
    },
    raw: {
      neurons: [size.neurons],
      synapsesPerNeuron: [size.synapsesPerNeuron],
      sparse: sparse.map(({ step }) => step),
      iterative: iterative.map(({ step }) => step),
    },
    notes: { unit: "ms per step" },
  });
}

const stepsByNeurons = "iterative / sparse, by neurons";
const stepsBySynapses = "iterative / sparse, by synapses";
const perNeuron = "memory for each neuron";
const ceiling = "neurons that fit into 4 GiB";

/** What a neuron and a synapse take, and the largest network that follows from it. */
async function runMemory(context: Context): Promise<void> {
  const found: Measured[] = [];
  for (const size of [thin, dense, wide]) found.push(await measure(size, context.rounds));
  for (const backend of backends) {
    const held = found.map((each) => medianOf(each[backend], "held"));
    const [few, many, more] = held as [number, number, number];
    const k = thin.synapsesPerNeuron;
    const synapse = (many - few) / ((dense.synapsesPerNeuron - k) * thin.neurons);
    const neuron = (more - few) / (wide.neurons - thin.neurons) - synapse * k;
    const raw = { thin: [few], dense: [many], wide: [more] };
    context.report({
      ...{ case: backend, quantity: perNeuron, value: neuron, unit: "bytes", raw },
      columns: { "each synapse": showIn(synapse, "bytes") },
      notes: { perSynapse: synapse },
    });
    for (const k of [10, 100, 1000]) {
      const value = mostMemory / (neuron + k * synapse);
      context.report({
        ...{ case: `${backend}, k = ${k}`, quantity: ceiling, value, unit: "neurons" },
        columns: { synapses: (k * value).toExponential(1) },
        raw: { neuron: [neuron], synapse: [synapse] },
      });
    }
  }
  for (const [kind, count] of Object.entries(matrices)) {
    const value = Math.sqrt(mostMemory / (8 * count));
    context.report({
      ...{ case: `${count} matrices, ${kind}, any k`, quantity: ceiling, value, unit: "neurons" },
      columns: { synapses: (value * value).toExponential(1) },
      raw: { matrices: [count] },
    });
  }
}

/** One that is nearly as large as the memory of a module. */
async function runLargest(context: Context): Promise<void> {
  const { step, held } = await tryOut(largest, "sparse");
  context.report({
    ...{ case: nameOf(largest), quantity: "the largest that was run", unit: "GiB" },
    value: held / gibibyte,
    columns: {
      synapses: (largest.neurons * largest.synapsesPerNeuron).toExponential(1),
      step: showTime(step),
    },
    raw: { held: [held], step: [step] },
    notes: { unit: "bytes, ms per step" },
  });
}

/** A line for each backend from the results of a quantity. */
function linesOf(
  results: readonly Result[],
  quantity: string,
  by: "neurons" | "synapsesPerNeuron",
) {
  const those = results.filter((result) => result.quantity === quantity);
  const groups = by === "neurons" ? [undefined] : [1e3, 1e4];
  return groups.flatMap((neurons) =>
    backends.map((backend): Line => ({
      name: neurons === undefined ? backend : `${backend}, ${neurons} neurons`,
      points: those
        .filter(({ raw }) => neurons === undefined || raw["neurons"]![0] === neurons)
        .map(({ raw }) => [raw[by]![0]!, median(raw[backend]!)]),
    })),
  );
}

const showBytes = (bytes: number): string => {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const place = Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3 + 1e-9));
  return `${show(bytes / 1000 ** place).replace(/\.0+$/, "")} ${units[place]}`;
};
const showStep = (milliseconds: number): string =>
  milliseconds < 1000
    ? showTime(milliseconds).replace(/\.0+ /, " ")
    : showIn(milliseconds / 1000, "s").replace(/\.0+ /, " ");

/** What networks of ten synapses for each neuron take, beside networks in matrices. */
function drawMemory(results: readonly Result[]): string {
  const sizes = [2, 2.5, 3, 3.5, 4, 4.5, 5, 5.5, 6, 6.5, 7].map((power) => 10 ** power);
  const ours = results
    .filter(({ quantity }) => quantity === perNeuron)
    .map((result): Line => {
      const each = result.value + thin.synapsesPerNeuron * Number(result.notes!["perSynapse"]);
      return { name: result.case, points: sizes.map((n) => [n, n * each]), isComputed: true };
    });
  const theirs = Object.entries(matrices).map(([kind, count]): Line => ({
    name: `${count} matrices N × N, ${kind}`,
    points: sizes.map((n) => [n, 8 * count * n * n]),
    isComputed: true,
  }));
  const limit: Line = {
    name: "4 GiB",
    points: [sizes[0]!, sizes.at(-1)!].map((n) => [n, mostMemory]),
    isComputed: true,
  };
  return lineChart({
    title: "Memory of a network with 10 synapses for each neuron",
    ...{ x: "neurons", y: "memory", lines: [...ours, ...theirs, limit] },
    ...{ showY: showBytes, mostY: 1e11 },
  });
}

function draw(results: readonly Result[]): Record<string, string> {
  const steps = { y: "time of a step", showY: showStep } as const;
  const bytes = results.filter(({ quantity }) => quantity === perNeuron);
  return {
    "step-by-neurons.svg": lineChart({
      ...{ title: "A step, by neurons (10 synapses for each)", x: "neurons", ...steps },
      lines: linesOf(results, stepsByNeurons, "neurons"),
    }),
    "step-by-synapses.svg": lineChart({
      ...{ title: "A step, by synapses for each neuron", x: "synapses for each neuron", ...steps },
      lines: linesOf(results, stepsBySynapses, "synapsesPerNeuron"),
    }),
    "bytes.svg": barChart({
      title: "Memory for each neuron and each synapse",
      x: "bytes",
      bars: bytes.flatMap((result) => [
        { group: result.case, name: "a neuron", value: result.value },
        { group: result.case, name: "a synapse", value: Number(result.notes!["perSynapse"]) },
      ]),
    }),
    "memory-by-neurons.svg": drawMemory(results),
  };
}

export const growth: Benchmark = {
  question:
    "how do steps and memory grow with neurons and synapses, and what is the largest network?",
  async run(context) {
    await check();
    for (const size of byNeurons) {
      if (!context.wants(nameOf(size))) continue;
      reportStep(context, stepsByNeurons, size, await measure(size, context.rounds));
    }
    for (const size of bySynapses) {
      if (!context.wants(nameOf(size))) continue;
      reportStep(context, stepsBySynapses, size, await measure(size, context.rounds));
    }
    if (context.wants("memory")) await runMemory(context);
    if (context.wants("largest")) await runLargest(context);
  },
  draw,
};
