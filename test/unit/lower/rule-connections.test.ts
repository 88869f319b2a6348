// Connections without an object for each synapse: they run as the same synapses added one by one do,
// and their arrays are held once from the network to the Program.

import { Network, neurons, rules, synapses } from "../../../src/index.js";
import type { ConnectivityOption, Model, Program } from "../../../src/index.js";
import { forEachEdge } from "../../../src/network/connectivity.js";

const size = 12;
const quiet = { dt: 0.1, backend: "iterative", onWarning: () => {} } as const;

/** A kind of cells that drive each other, and synapses between them with one weight each. */
interface Kind {
  readonly cell: () => Parameters<Network["addPopulation"]>[0];
  readonly synapse: (weights: number | Float64Array) => Parameters<Network["addConnection"]>[0];
  readonly drive: number;
}
const kinds: Readonly<Record<string, Kind>> = {
  "spikes that raise a state of each synapse": {
    cell: () => neurons.spiking({ thresholdInitialValue: 2 }),
    synapse: (maxConductance) => synapses.spiking({ maxConductance, transmissionDelay: 0.3 }),
    drive: 9,
  },
  "spikes that raise a state of the target": {
    cell: () => neurons.conductanceIntegrateAndFire(),
    synapse: (weight) => synapses.exponentialConductance({ weight, transmissionDelay: 0.2 }),
    drive: 0.2,
  },
  "graded synapses": {
    cell: () => neurons.nonSpiking(),
    synapse: (maxConductance) => synapses.nonSpiking({ maxConductance }),
    drive: 9,
  },
  couplings: {
    cell: () => neurons.nonSpiking(),
    synapse: (conductance) => synapses.electrical({ conductance }),
    drive: 9,
  },
};
const wirings: Readonly<Record<string, ConnectivityOption>> = {
  "fixed probability": rules.fixedProbability({ probability: 0.3 }),
  "fixed in-degree": rules.fixedInDegree({ inDegree: 3 }),
  "fixed out-degree": rules.fixedOutDegree({ outDegree: 3, allowSelfConnections: false }),
  "fixed total number": rules.fixedTotalNumber({ number: 40 }),
  "all-to-all but self": rules.allToAll({ allowSelfConnections: false }),
  rows: {
    start: Int32Array.from([0, 3, ...new Array<number>(11).fill(5)]),
    targets: [1, 1, 0, 9, 2],
  },
};
const cases = Object.keys(kinds).flatMap((kind) =>
  Object.keys(wirings).map((wiring) => [kind, wiring] as const),
);

function byRule(kind: Kind, connectivity: ConnectivityOption, weights: number | Float64Array) {
  const net = new Network();
  net.addPopulation(kind.cell(), size, { name: "cells" });
  net.addConnection(kind.synapse(weights), "cells", "cells", { name: "loop", connectivity });
  net.addInput("cells", { size });
  net.addOutput("cells");
  return net;
}

function pairsOf(net: Network): [number, number][] {
  const pairs: [number, number][] = [];
  const [cells] = net.populations;
  forEachEdge(net.connection(0), cells!, cells!, (from, to) => pairs.push([from, to]));
  return pairs;
}

const weightOf = (edge: number): number => 0.01 * (1 + (edge % 4));

/** The same cells and synapses, each added by itself. */
function oneByOne(kind: Kind, pairs: readonly (readonly [number, number])[]): Network {
  const net = new Network();
  for (let i = 0; i < size; i += 1) net.addNeuron(kind.cell());
  pairs.forEach(([from, to], edge) => net.addConnection(kind.synapse(weightOf(edge)), from, to));
  for (let i = 0; i < size; i += 1) net.addInput(i);
  for (let i = 0; i < size; i += 1) net.addOutput(i);
  return net;
}

async function run(net: Network, drive: number, optimize: "none" | "default"): Promise<number[]> {
  const model = await net.compile({ ...quiet, optimize });
  const shown: number[] = [];
  for (let step = 0; step < 120; step += 1) {
    const x = Array.from({ length: size }, (_, i) => drive * (0.5 + ((step + 5 * i) % 11) / 10));
    shown.push(...model.step(x));
  }
  return shown;
}

test.each(cases)("%s run as if they were added one by one: %s", async (name, wiring) => {
  const kind = kinds[name]!;
  const connectivity = wirings[wiring]!;
  const pairs = pairsOf(byRule(kind, connectivity, 1));
  const weights = Float64Array.from(pairs, (_, edge) => weightOf(edge));
  const [sources, targets] = [0, 1].map((end) => pairs.map((pair) => pair[end]!));
  const list = { sources: sources!, targets: targets! };
  for (const optimize of ["none", "default"] as const) {
    const shown = await run(byRule(kind, connectivity, weights), kind.drive, optimize);
    expect(shown.some((value) => value !== shown[0])).toBe(true);
    expect(await run(byRule(kind, list, weights), kind.drive, optimize)).toEqual(shown);
    const single = await run(oneByOne(kind, pairs), kind.drive, optimize);
    single.forEach((value, i) => expect(value).toBeCloseTo(shown[i]!, 9));
  }
});

const pulse = (weight: number | Float64Array, connectivity: ConnectivityOption): Network =>
  byRule(kinds["spikes that raise a state of the target"]!, connectivity, weight);

/** Typed arrays of a Program with at least so many elements. */
const largeArrays = ({ arrays }: Program, least: number): unknown[] =>
  arrays.flatMap(({ initial, length }) =>
    typeof initial === "object" && length >= least ? [initial] : [],
  );

test.each(["none", "default"] as const)(
  "the Program refers to the rows that were drawn, and to nothing as long: %s",
  async (optimize) => {
    const net = pulse(0.004, rules.fixedInDegree({ inDegree: 5 }));
    const { connectivity } = net.connection(0);
    if (connectivity.kind !== "csr") throw new Error("not drawn");
    const { program } = await net.compile({ ...quiet, optimize });
    expect(largeArrays(program, 60)).toEqual([connectivity.targets]);
    expect(largeArrays(program, 60)[0]).toBe(connectivity.targets);
    const starts = largeArrays(program, size + 1).filter((array) => array === connectivity.start);
    expect(starts).toHaveLength(1);
  },
);

test("weights of each synapse are held once, too", async () => {
  const drawn = rules.draw(rules.fixedOutDegree({ outDegree: 5 }), {
    sources: size,
    targets: size,
  });
  const net = pulse(
    drawn.targets.reduce((all, _, i) => all.fill(weightOf(i), i), new Float64Array(60)),
    drawn,
  );
  const { connectivity, values } = net.connection(0);
  if (connectivity.kind !== "csr") throw new Error("not drawn");
  const { program } = await net.compile(quiet);
  const found = new Set(largeArrays(program, 60));
  expect(found).toEqual(new Set([connectivity.targets, values.get("weight")]));
  expect(found.has(values.get("weight"))).toBe(true);
});

const weightsOf = (model: Model): number[] => Array.from(model.params.get("loop.weight"));

test("weights can be read and written, for all and for each synapse", async () => {
  const model = await pulse(0.25, rules.fixedTotalNumber({ number: 6 })).compile(quiet);
  expect(weightsOf(model)).toEqual([0.25]);
  model.params.set("loop.weight", [1, 2, 3, 4, 5, 6]);
  expect(weightsOf(model)).toEqual([1, 2, 3, 4, 5, 6]);
  model.step(new Float64Array(size));
  model.params.set("loop.weight", 0.5);
  expect(new Set(weightsOf(model))).toEqual(new Set([0.5]));
  expect(() => model.params.set("loop.weight", [1, 2])).toThrow(/6/);
});

test("tunable weights stay an array in the order of the rows", async () => {
  const weights = Float64Array.from({ length: 6 }, (_, i) => i + 1);
  const connectivity = rules.fixedTotalNumber({ number: 6 });
  const model = await pulse(weights, connectivity).compile({ ...quiet, tunable: ["loop.weight"] });
  expect(weightsOf(model)).toEqual([1, 2, 3, 4, 5, 6]);
  model.params.set("loop.weight", [6, 5, 4, 3, 2, 1]);
  model.step(new Float64Array(size));
  expect(weightsOf(model)).toEqual([6, 5, 4, 3, 2, 1]);
});
