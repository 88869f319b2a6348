// Question: does `auto` take the fastest backend? A grid of sizes, densities, batches and kinds of neurons
// on every backend that there is, and what `auto` takes of them.

import { strict as assert } from "node:assert";
import type { AsyncModel, BackendName, Model } from "../src/index.js";
import { median } from "./harness/alternate.js";
import type { Benchmark, Context, Result } from "./harness/benchmark.js";
import { show } from "./harness/report.js";
import { tileChart } from "./harness/tile-chart.js";
import type { Tile } from "./harness/tile-chart.js";
import { buildNetwork } from "./networks/build.js";
import type { NetworkSpec } from "./networks/build.js";

const sizes = [10, 30, 100, 300, 1000, 3000, 10_000, 30_000] as const;
const fans = [1, 8, 80, "all"] as const;
const batches = [1, 16, 64] as const;
const kinds = ["graded", "low", "high"] as const;
const kindNames = {
  graded: "not spiking",
  low: "spiking, low activity",
  high: "spiking, high activity",
} as const;
/** What takes longer is left out: bytes of all states and weights, and time of a step [ms]. */
const mostBytes = 1.5e9;
const mostStep = 1500;
/** How long one look takes [ms], and how many there are. */
const look = 25;
const looks = 3;
/** Where the best two are nearer than this, it does not matter which is taken. */
const even = 1.25;

interface Cell {
  readonly neurons: number;
  readonly fan: (typeof fans)[number];
  readonly batch: (typeof batches)[number];
  readonly kind: (typeof kinds)[number];
}

const nameOf = ({ neurons, fan, batch, kind }: Cell): string =>
  `${kindNames[kind]}, batch ${batch}, N = ${neurons}, k = ${fan}`;

const specOf = ({ neurons, fan: synapsesPerNeuron, kind }: Cell): NetworkSpec => ({
  ...{ of: "grid", neurons, synapsesPerNeuron, kind },
});

/** Bytes of weights, lists and states, from above. */
function bytesOf({ neurons, fan, batch, kind }: Cell): number {
  const edges = neurons * (fan === "all" ? neurons : fan);
  const states = kind === "graded" ? 0 : edges;
  return 8 * (3 * edges + batch * (states + 8 * neurons));
}

type AnyModel = Model | AsyncModel;

async function compileFor(cell: Cell, backend: BackendName): Promise<AnyModel> {
  const { network } = buildNetwork(specOf(cell));
  const batch = cell.batch === 1 ? {} : { batch: cell.batch };
  return network.compile({ dt: 0.1, backend, ...batch, onWarning: () => {} });
}

/** Milliseconds of a step in runs of many; Infinity where one step takes too long. */
async function measure(model: AnyModel): Promise<number> {
  const timed = async (steps: number): Promise<number> => {
    const start = performance.now();
    await model.run({ steps });
    return (performance.now() - start) / steps;
  };
  const first = await timed(1);
  if (first > mostStep) return first;
  const once = await timed(Math.max(1, Math.min(100, Math.round(look / first))));
  const steps = Math.max(1, Math.min(5000, Math.round(look / once)));
  let best = once;
  for (let i = 0; i < looks; i += 1) best = Math.min(best, await timed(steps));
  return best;
}

interface Found {
  readonly cell: Cell;
  /** Milliseconds of a step by backend. */
  readonly times: ReadonlyMap<string, number>;
  readonly taken: string;
}

/** Backends that a choice is between: synchronous ones where there is no batch. */
const contestants = ({ batch }: Cell): readonly BackendName[] =>
  batch === 1 ? ["sparse", "iterative"] : ["sparse", "dense", "iterative"];

async function runCell(cell: Cell): Promise<Found> {
  const chosen = await compileFor(cell, "auto");
  const taken = chosen.backend;
  const estimates = new Map(
    chosen.explain().candidates.map(({ name, estimate }) => [name, estimate?.nanoseconds]),
  );
  chosen.dispose();
  const times = new Map<string, number>();
  for (const backend of contestants(cell)) {
    // One that would take a hundred times as long is not worth the wait, unless it was taken.
    const soFar = Math.min(Infinity, ...times.values());
    const expected = (estimates.get(backend) ?? 0) / 1e6;
    if (backend !== taken && (expected > 100 * soFar || expected > mostStep)) continue;
    try {
      const model = await compileFor(cell, backend);
      times.set(backend, await measure(model));
      await model.dispose();
    } catch (error) {
      if (backend === taken || !(error instanceof Error)) throw error;
    }
  }
  return { cell, times, taken };
}

/** How many times longer than the best the one that was taken is. */
const lossOf = ({ times, taken }: Found): number => times.get(taken)! / Math.min(...times.values());

/** Whether it matters which one is taken. */
function matters({ times }: Found): boolean {
  const [best, second] = [...times.values()].sort((a, b) => a - b);
  return second !== undefined && second > even * best!;
}

/** All backends give the same, where that is soon seen. */
async function check(): Promise<void> {
  for (const kind of kinds) {
    const cell = { neurons: 30, fan: 8, batch: 16, kind } as const;
    const shown: Float64Array[] = [];
    for (const backend of contestants(cell)) {
      const model = await compileFor(cell, backend);
      const { traces } = await model.run({ steps: 60, record: ["cells.V"] });
      shown.push(Float64Array.from(traces["cells.V"]!));
      await model.dispose();
    }
    for (const other of shown.slice(1)) {
      other.forEach((value, i) => assert.ok(Math.abs(value - shown[0]![i]!) < 1e-6, kind));
    }
  }
}

function cellsOf(kind: Cell["kind"], batch: Cell["batch"]): Cell[] {
  const cells = fans.flatMap((fan) =>
    sizes.map((neurons): Cell => ({ neurons, fan, batch, kind })),
  );
  return cells.filter(
    (cell) => bytesOf(cell) <= mostBytes && (cell.fan === "all" || cell.fan < cell.neurons),
  );
}

function report(context: Context, name: string, found: readonly Found[]): void {
  const counted = found.filter(matters);
  const near = counted.filter((each) => lossOf(each) <= even);
  const losses = counted.map(lossOf);
  const raw: Record<string, number[]> = {};
  for (const { cell, times, taken } of found) {
    for (const [backend, time] of times) {
      raw[
        `N = ${cell.neurons}, k = ${cell.fan}: ${backend}${backend === taken ? " (taken)" : ""}`
      ] = [time];
    }
  }
  const worst = Math.max(1, ...losses);
  context.report({
    case: name,
    quantity: `share of cells within ${even}x of the best`,
    value: counted.length === 0 ? 1 : near.length / counted.length,
    unit: "",
    goal: { atLeast: 0.95 },
    columns: {
      cells: String(found.length),
      "where it matters": String(counted.length),
      worst: `${show(worst)} x`,
      median: losses.length === 0 ? "1 x" : `${show(median(losses))} x`,
    },
    raw,
    notes: { unit: "ms per step" },
  });
}

const colours = { sparse: "#56b4e9", dense: "#e69f00", iterative: "#cccccc", gpu: "#009e73" };

/** What was taken, and how much the next one would have cost or the best one less, from a result. */
function tilesOf({ raw }: Result): Tile[] {
  const byCell = new Map<string, { answer: string; own: number; times: number[] }>();
  for (const [key, [time]] of Object.entries(raw)) {
    const [cell, backend] = key.split(": ") as [string, string];
    const known = byCell.get(cell) ?? { answer: "", own: NaN, times: [] };
    known.times.push(time!);
    if (backend.endsWith(" (taken)")) {
      known.answer = backend.replace(" (taken)", "");
      known.own = time!;
    }
    byCell.set(cell, known);
  }
  return [...byCell].map(([cell, { answer, own, times }]) => {
    const [, neurons, fan] = /N = (\d+), k = (\w+)/.exec(cell)!;
    const [best, second] = times.sort((a, b) => a - b);
    const x = sizes.findIndex((size) => String(size) === neurons);
    const y = fans.findIndex((each) => String(each) === fan);
    const next = second === undefined ? "" : `next ${show(second / best!)} x`;
    return { x, y, answer, note: own > best! ? `${show(own / best!)} x the best` : next };
  });
}

/** By the number of neurons alone, for about one synapse for each; it has no batches. */
const elsewhere: readonly (readonly [upTo: number, answer: string])[] = [
  [300, "NumPy"],
  [7000, "Torch, GPU"],
  [11_000, "sparse, GPU"],
  [Infinity, "plain loop"],
];

const recommended = (): Tile[] =>
  sizes.map((size, x) => {
    const [, answer] = elsewhere.find(([upTo]) => size < upTo)!;
    return { x, y: 0, answer, note: "" };
  });

export const selection: Benchmark = {
  question: "does auto take the fastest backend?",
  async run(context) {
    await check();
    for (const kind of kinds) {
      for (const batch of batches) {
        const name = `${kindNames[kind]}, batch ${batch}`;
        if (!context.wants(name)) continue;
        const found: Found[] = [];
        for (const cell of cellsOf(kind, batch)) {
          found.push(await runCell(cell));
          const last = found.at(-1)!;
          const times = [...last.times].map(
            ([backend, time]) => `${backend} ${show(1000 * time)} us`,
          );
          context.say(`${nameOf(cell)}: ${last.taken} of ${times.join(", ")}`);
        }
        report(context, name, found);
      }
    }
  },
  draw: (results) => ({
    "selection.svg": tileChart({
      title: "What auto takes",
      x: { name: "neurons", labels: sizes.map(String) },
      y: { name: "synapses for each neuron", labels: fans.map(String) },
      fields: [
        ...results.map((result) => ({ title: result.case, tiles: tilesOf(result) })),
        { title: "What SNS-Toolbox's documentation recommends", tiles: recommended() },
      ],
      colours,
    }),
  }),
};
