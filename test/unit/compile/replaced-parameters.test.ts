// Parameters of connections that later ones have replaced in part or as a whole: what get() gives is
// what set() takes, tunable or not, and a write that could have no effect is refused.

import { Network, neurons, synapses } from "../../../src/index.js";
import type { CompileOptions, ConnectivityOption, Model, SynapseType } from "../../../src/index.js";

const options = { dt: 0.1, backend: "iterative", onWarning: () => {} } as const;

/** A network in which connections replace earlier ones, from `a` to `b`, both of shape [2, 2]. */
function network(compat: object = { overwriteSamePair: true }): Network {
  const net = new Network({ compat });
  net.addPopulation(neurons.nonSpiking(), [2, 2], { name: "a", initialValue: [1, 2, 3, 4] });
  net.addPopulation(neurons.nonSpiking(), [2, 2], { name: "b" });
  net.addOutput("b");
  return net;
}
/** Four pairs for a list, and those of them that are replaced. */
const four = { sources: [0, 1, 2, 3], targets: [0, 0, 2, 3] };
const late = { sources: [1, 3], targets: [0, 3] };

interface Way {
  readonly early: SynapseType;
  readonly connectivity?: ConnectivityOption;
  /** Number of values as declared, and what is left of 1, 2, 3, ... */
  readonly declared: number;
  readonly left: readonly number[];
}
const counted = (length: number): number[] => Array.from({ length }, (_, i) => i + 1);
const square = (values: readonly number[]): number[][] =>
  [0, 4, 8, 12].map((row) => values.slice(row, row + 4));
const gaps = counted(16).map((value, i) => (i % 5 === 0 ? 0 : value));
const nonSpiking = (maxConductance: number | number[]): SynapseType =>
  synapses.nonSpiking({ maxConductance });

const without = (...places: readonly number[]): number[] =>
  counted(16).filter((_, i) => !places.includes(i));

/** All kinds of connectivity, with a value of its own wherever there can be one. */
const ways: Readonly<Record<string, Way>> = {
  "all-to-all": { early: nonSpiking(counted(16)), declared: 16, left: without(1, 15) },
  "one-to-one": {
    ...{ early: nonSpiking(counted(4)), connectivity: "one-to-one" },
    ...{ declared: 4, left: [1, 2, 3] },
  },
  "a list": {
    ...{ early: nonSpiking(counted(4)), connectivity: four },
    ...{ declared: 4, left: [1, 3] },
  },
  "compressed rows": {
    ...{
      early: nonSpiking(counted(4)),
      connectivity: { start: [0, 1, 2, 3, 4], targets: [0, 0, 2, 3] },
    },
    ...{ declared: 4, left: [1, 3] },
  },
  "a matrix": {
    early: synapses.matrix(synapses.nonSpiking, { maxConductance: square(gaps) }),
    ...{ declared: 16, left: without(0, 1, 5, 10, 15) },
  },
  "a kernel": {
    early: synapses.pattern(synapses.nonSpiking, {
      maxConductance: [
        [1, 2, 3],
        [4, 5, 6],
        [7, 8, 9],
      ],
    }),
    ...{ declared: 9, left: counted(9) },
  },
};

async function compiled(way: Way, more: Partial<CompileOptions> = {}): Promise<Model> {
  const net = network();
  const { early, connectivity } = way;
  const how = connectivity === undefined ? {} : { connectivity };
  net.addConnection(early, "a", "b", { name: "early", ...how });
  net.addConnection(nonSpiking(0.5), "a", "b", { name: "late", connectivity: late });
  return net.compile({ ...options, ...more, backend: "iterative" });
}

const name = "early.maxConductance";

describe.each(Object.entries(ways))("%s that was replaced in part", (_, way) => {
  const doubled = way.left.map((value) => 2 * value);

  test.each([[[]], [[name, "early.reversalPotential"]]])(
    "gives the values that are left, and takes them (tunable: %j)",
    async (tunable: string[]) => {
      const model = await compiled(way, { tunable });
      expect([...model.params.get(name)]).toEqual(way.left);
      model.params.set(name, doubled);
      expect([...model.params.get(name)]).toEqual(doubled);
      const whole = counted(way.declared).map((value) => 3 * value);
      const isMatrix = way === ways["a matrix"];
      model.params.set(name, isMatrix ? gaps.map((value) => 3 * value) : whole);
      expect([...model.params.get(name)]).toEqual(way.left.map((value) => 3 * value));
      model.params.set("early.reversalPotential", 7);
      expect([...model.params.get("early.reversalPotential")]).toEqual([7]);
      const tooMany = () => model.params.set(name, counted(way.declared + 1));
      expect(tooMany).toThrow(expect.objectContaining({ code: "wrong-length" }));
    },
  );

  test("does the same whether a parameter is tunable or not, and brings back no lost synapse", async () => {
    const net = network({});
    const [fixed, tunable] = [await compiled(way), await compiled(way, { tunable: [name] })];
    for (const model of [fixed, tunable]) {
      model.params.set(name, doubled);
      model.params.set("late.maxConductance", 0);
      model();
    }
    expect([...tunable.state.get("b.V")]).toEqual([...fixed.state.get("b.V")]);
    const { weights, ...connectivity } = remaining(way, doubled);
    net.addConnection(nonSpiking(weights), "a", "b", { connectivity });
    const plain = await net.compile(options);
    plain();
    for (const [i, V] of [...plain.state.get("b.V")].entries()) {
      expect(fixed.state.get("b.V")[i]).toBeCloseTo(V, 12);
    }
  });

  test("has values of its own for each copy of a batch", async () => {
    const model = await compiled(way, { batch: 2, perCopy: [name] });
    expect([...model.params.get(name)]).toEqual([...way.left, ...way.left]);
    model.params.set(name, [way.left, doubled]);
    expect([...model.params.get(name)]).toEqual([...way.left, ...doubled]);
    model.params.set(name, model.params.get(name));
    expect([...model.params.get(name)]).toEqual([...way.left, ...doubled]);
    const shared = await compiled(way, { batch: 2 });
    shared.params.set(name, doubled);
    expect([...shared.params.get(name)]).toEqual(doubled);
    const each = () => shared.params.set(name, [way.left, doubled]);
    expect(each).toThrow(expect.objectContaining({ code: "wrong-length" }));
  });
});

/** The synapses that are left, by hand, with these weights. */
function remaining(way: Way, weights: readonly number[]) {
  const lost = (from: number, to: number): boolean =>
    late.sources.some((source, i) => source === from && late.targets[i] === to);
  const edges: [from: number, to: number, weight: number][] = [];
  const isKernel = way === ways["a kernel"];
  let next = 0;
  for (let to = 0; to < 4; to += 1) {
    for (let from = 0; from < 4; from += 1) {
      const isThere =
        way.connectivity === undefined
          ? way !== ways["a matrix"] || gaps[to * 4 + from] !== 0
          : way.connectivity === "one-to-one"
            ? from === to
            : four.sources.some((source, i) => source === from && four.targets[i] === to);
      if (!isThere || lost(from, to)) continue;
      const [down, right] = [(from >> 1) - (to >> 1), (from & 1) - (to & 1)];
      edges.push([from, to, weights[isKernel ? (down + 1) * 3 + right + 1 : next]!]);
      next += 1;
    }
  }
  return {
    sources: edges.map(([from]) => from),
    targets: edges.map(([, to]) => to),
    weights: edges.map(([, , weight]) => weight),
  };
}

test("couplings that were replaced in part have one value for each pair that is left", async () => {
  for (const tunable of [[], ["gap.conductance"]]) {
    const net = network();
    const conductance = [0, 1, 2, 3, 1, 0, 4, 5, 2, 4, 0, 6, 3, 5, 6, 0];
    net.addConnection(synapses.electrical({ conductance }), "a", "a", { name: "gap" });
    net.addConnection(synapses.electrical({ conductance: 9 }), "a", "a", {
      connectivity: { sources: [0, 3], targets: [1, 2] },
    });
    const model = await net.compile({ ...options, tunable });
    // Pairs 0-2, 1-2, 0-3 and 1-3; those that were replaced are 0-1 and 2-3.
    expect([...model.params.get("gap.conductance")]).toEqual([2, 4, 3, 5]);
    model.params.set("gap.conductance", [1, 2, 3, 4]);
    expect([...model.params.get("gap.conductance")]).toEqual([1, 2, 3, 4]);
    model.params.set("gap.conductance", conductance);
    expect([...model.params.get("gap.conductance")]).toEqual([2, 4, 3, 5]);
    const lopsided = () => model.params.set("gap.conductance", counted(16));
    expect(lopsided).toThrow(expect.objectContaining({ code: "not-symmetric" }));
  }
});

test("spiking synapses keep the delays of those that are left", async () => {
  const net = new Network({ compat: "sns-toolbox" });
  net.addPopulation(neurons.spiking(), 2, { name: "a" });
  net.addPopulation(neurons.nonSpiking(), 2, { name: "b" });
  net.addConnection(synapses.spiking({ transmissionDelay: [0.1, 0.2, 0.3, 0.4] }), "a", "b", {
    name: "early",
  });
  net.addConnection(synapses.spiking(), "a", "b", {
    connectivity: { sources: [0], targets: [0] },
  });
  for (const precision of ["float64", "float32"] as const) {
    const model = await net.compile({ ...options, precision });
    const given = model.params.get("early.transmissionDelay");
    const rounded = precision === "float32" ? Math.fround : Number;
    expect([...given]).toEqual([0.2, 0.3, 0.4].map(rounded));
    model.params.set("early.transmissionDelay", given);
    expect(model.params.get("early.transmissionDelay")).toEqual(given);
    model.params.set("early.transmissionDelay", [0.5, 0.1, 0.2, 0.3]);
    expect([...model.params.get("early.transmissionDelay")]).toEqual([0.1, 0.2, 0.3].map(rounded));
  }
});

test("an error names the place in the array that was given", async () => {
  const matrix = await compiled(ways["a matrix"]!);
  const wrong = gaps.map((value, i) => (i === 6 ? -1 : value));
  const code = "out-of-range";
  expect(() => matrix.params.set(name, wrong)).toThrow(
    expect.objectContaining({ code, where: `${name}[1][2]` }),
  );
  expect(() => matrix.params.set(name, [1, 2, -1, ...counted(8)])).toThrow(
    expect.objectContaining({ code, where: `${name}[2]` }),
  );
  const absent = gaps.map((value, i) => (i === 5 ? 1 : value));
  expect(() => matrix.params.set(name, absent)).toThrow(
    expect.objectContaining({ code: "no-synapse", where: `${name}[5]` }),
  );
});

describe("a connection all of whose synapses were replaced", () => {
  const replaced = (): Network => {
    const net = network();
    net.addConnection(nonSpiking(counted(16)), "a", "b", { name: "early" });
    net.addConnection(nonSpiking(0.5), "a", "b", { name: "late" });
    return net;
  };

  test.each([[[]], [[name, "early.reversalPotential"]]])(
    "has no values, and refuses every write that gives some (tunable: %j)",
    async (tunable: string[]) => {
      const model = await replaced().compile({ ...options, tunable });
      const names = model.params.names().filter((path) => path.startsWith("early."));
      expect(names).toContain("early.lowerThreshold");
      for (const path of names) {
        expect([...model.params.get(path)]).toEqual([]);
        model.params.set(path, model.params.get(path));
        for (const value of [1, [1], counted(16)]) {
          expect(() => model.params.set(path, value)).toThrow(
            expect.objectContaining({ name: "ValidationError", code: "no-synapses", where: path }),
          );
        }
      }
      expect(() => model.params.set(name, 3)).toThrow(
        'all synapses of this connection were replaced by "late" (overwriteSamePair), so this ' +
          'value would have no effect; got 3, allowed an empty array. Write the parameters of "late"',
      );
      expect(model.warnings.filter((text) => text.includes("lowered again"))).toEqual([]);
    },
  );

  test("has no values for any copy of a batch", async () => {
    const model = await replaced().compile({ ...options, batch: 2, perCopy: [name] });
    expect([...model.params.get(name)]).toEqual([]);
    model.params.set(name, [[], []]);
    const write = () => model.params.set(name, [[1], [2]]);
    expect(write).toThrow(expect.objectContaining({ code: "no-synapses" }));
  });
});

test.each([
  { sources: [], targets: [] },
  { start: [0, 0, 0, 0, 0], targets: [] },
])("a connection that was given no synapse refuses writes, too (%j)", async (connectivity) => {
  const net = network({});
  net.addConnection(nonSpiking(1), "a", "b", { name: "early", connectivity });
  const model = await net.compile(options);
  expect([...model.params.get(name)]).toEqual([]);
  expect(() => model.params.set(name, 1)).toThrow("this connection has no synapses");
});

test("reversal potentials that were shared are written one by one afterwards", async () => {
  for (const tunable of [[], ["one.reversalPotential", "other.reversalPotential"]]) {
    const net = new Network({ compat: { sharedReversalPotential: true } });
    net.addNeuron(neurons.spiking(), { name: "a" });
    net.addNeuron(neurons.nonSpiking(), { name: "b" });
    net.addConnection(synapses.nonSpiking({ reversalPotential: 30 }), "a", "b", { name: "one" });
    net.addConnection(synapses.spiking({ reversalPotential: 40 }), "a", "b", { name: "other" });
    const model = await net.compile({ ...options, tunable });
    expect([...model.params.get("one.reversalPotential")]).toEqual([40]);
    model.params.set("one.reversalPotential", 50);
    expect([...model.params.get("one.reversalPotential")]).toEqual([50]);
    model.params.set("other.reversalPotential", 60);
    expect([...model.params.get("one.reversalPotential")]).toEqual([50]);
    expect([...model.params.get("other.reversalPotential")]).toEqual([60]);
  }
});

test("a kernel under several reversal potentials has one value for each synapse", async () => {
  const net = new Network({ compat: "sns-toolbox" });
  net.addPopulation(neurons.spiking(), 3, { name: "a" });
  net.addPopulation(neurons.nonSpiking(), 3, { name: "b" });
  const kernel = synapses.pattern(synapses.nonSpiking, { maxConductance: [1, 2, 3] });
  net.addConnection(kernel, "a", "b", { name: "early" });
  net.addConnection(synapses.spiking({ reversalPotential: [10, 20, 30] }), "a", "b", {
    connectivity: "one-to-one",
  });
  const model = await net.compile(options);
  expect([...model.params.get(name)]).toEqual([2, 3, 1, 2, 3, 1, 2]);
  model.params.set(name, [4, 5, 6]);
  expect([...model.params.get(name)]).toEqual([5, 6, 4, 5, 6, 4, 5]);
  model.params.set(name, counted(7));
  expect([...model.params.get(name)]).toEqual(counted(7));
  const own = model.params.get("early.reversalPotential");
  expect([own[0], own[3], own[6]]).toEqual([10, 20, 30]);
});
