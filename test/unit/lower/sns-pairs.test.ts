// Replacing connections and shared reversal potentials, against full matrices written one
// connection after the other as SNS-Toolbox does it.

import fc from "fast-check";
import { flatten } from "../../../src/lower/flatten.js";
import { applySnsPairs } from "../../../src/lower/sns-pairs.js";
import type { Compat } from "../../../src/models/quirks.js";
import type { SynapseType } from "../../../src/models/types.js";
import { forEachEdge, isMirrored } from "../../../src/network/connectivity.js";
import { synapseKind } from "../../../src/network/kinds.js";
import type { ConnectionOptions, NetworkBase } from "../../../src/network/network.js";
import type { Connection, FlatNetwork, Population } from "../../../src/network/types.js";
import {
  firing,
  gap,
  graded,
  gradedWithoutStrength,
  leaky,
  matrix,
  net,
  numbers,
  pattern,
  rectified,
  spiking,
} from "../network/fixtures.js";

const both = { overwriteSamePair: true, sharedReversalPotential: true } as const;

function network(compat: Compat = both, shape: number | number[] = 2): NetworkBase {
  const result = net({ compat });
  result.addPopulation(firing, shape, { name: "a" });
  result.addPopulation(leaky, shape, { name: "b" });
  return result;
}
/** Two neurons below each other: patterns of SNS-Toolbox have two dimensions. */
const column = (): NetworkBase => network(both, [2, 1]);
const applied = (of: NetworkBase): readonly Connection[] => applySnsPairs(flatten(of)).connections;
const edgesOf = (connection: Connection | undefined) => {
  const ends = { shape: [2], size: 2 };
  const edges: [number, number][] = [];
  if (connection !== undefined) forEachEdge(connection, ends, ends, (s, t) => edges.push([s, t]));
  return edges;
};

test("nothing happens without these oddities, nor where nothing meets", () => {
  const plain = network({ snsOrder: true });
  plain.addConnection(graded(), "a", "b");
  plain.addConnection(graded(), "a", "b");
  const flat = flatten(plain);
  expect(applySnsPairs(flat)).toBe(flat);
  const apart = network();
  apart.addConnection(graded(), "a", "b");
  apart.addConnection(graded(), "b", "a");
  apart.addConnection(gap(), "a", "b");
  apart.addConnection(rectified(), "a", "b");
  const before = flatten(apart).connections;
  applied(apart).forEach((connection, i) => expect(connection).toBe(before[i]));
});

test("a later connection of one kind replaces the earlier one, which stays known by name", () => {
  const of = network();
  of.addConnection(graded({ conductance: 2 }), "a", "b", { name: "early" });
  of.addConnection(graded({ conductance: 3 }), "a", "b", { name: "late" });
  const [early, late] = applied(of);
  expect(early?.name).toBe("early");
  expect(edgesOf(early)).toEqual([]);
  for (const value of early?.values.values() ?? []) expect(value).toEqual(numbers());
  expect(early?.replacedBy).toEqual(["late"]);
  expect(late).toBe(flatten(of).connections[1]);
});

test("matrices and patterns replace whole blocks, also where they have no synapse", () => {
  for (const synapse of [
    graded({ conductance: numbers(0, 0, 0, 1) }, matrix(2, 2)),
    graded({}, pattern(1, 1)),
  ]) {
    const of = column();
    of.addConnection(graded(), "a", "b");
    of.addConnection(synapse, "a", "b");
    expect(edgesOf(applied(of)[0])).toEqual([]);
  }
});

test("kinds that SNS-Toolbox cannot run write only the synapses that they have", () => {
  for (const synapse of [
    spiking({ conductance: numbers(0, 0, 0, 1) }, matrix(2, 2)),
    spiking({}, pattern(1)),
  ]) {
    const of = network();
    of.addConnection(spiking(), "a", "b");
    of.addConnection(synapse, "a", "b");
    expect(edgesOf(applied(of)[0])).toContainEqual([0, 1]);
    expect(edgesOf(applied(of)[0])).not.toContainEqual([1, 1]);
  }
});

test("lists and one-to-one replace only their own edges", () => {
  const of = network();
  of.addConnection(graded({ conductance: 5 }), "a", "b");
  of.addConnection(graded(), "a", "b", { connectivity: { sources: [1], targets: [0] } });
  expect(edgesOf(applied(of)[0])).toEqual([
    [0, 0],
    [0, 1],
    [1, 1],
  ]);
  expect(applied(of)[0]?.values.get("conductance")).toBe(5);
  const other = network();
  other.addConnection(graded({ conductance: numbers(5, 6) }), "a", "b", {
    connectivity: "one-to-one",
  });
  other.addConnection(graded({ conductance: numbers(1, 2, 3) }), "a", "b", {
    connectivity: { sources: [0, 1, 0], targets: [0, 0, 1] },
  });
  const late = { connectivity: { sources: [1], targets: [0] } };
  other.addConnection(graded(), "a", "b", { ...late, name: "late" });
  const [one, list] = applied(other);
  expect(edgesOf(one)).toEqual([[1, 1]]);
  expect(one?.values.get("conductance")).toEqual(numbers(6));
  expect(one?.replacedBy).toEqual([flatten(other).connections[1]?.name]);
  expect(edgesOf(list)).toEqual([
    [0, 0],
    [0, 1],
  ]);
  expect(list?.values.get("conductance")).toEqual(numbers(1, 3));
  expect(list?.declared?.places).toEqual(Int32Array.of(0, 2));
  expect(list?.replacedBy).toEqual(["late"]);
});

test("a matrix keeps its other entries, and a pattern its taps", () => {
  const of = network();
  of.addConnection(graded({ conductance: numbers(1, 2, 3, 4) }, matrix(2, 2)), "a", "b");
  of.addConnection(graded(), "a", "b", { connectivity: "one-to-one" });
  expect(applied(of)[0]?.values.get("conductance")).toEqual(numbers(2, 3));
  expect(applied(of)[0]?.declared?.places).toEqual(Int32Array.of(1, 2));
  const other = network();
  other.addConnection(graded({ conductance: numbers(1, 2, 3) }, pattern(3)), "a", "b");
  other.addConnection(graded(), "a", "b", { connectivity: "one-to-one" });
  const [kernel] = applied(other);
  expect(edgesOf(kernel)).toEqual([
    [1, 0],
    [0, 1],
  ]);
  expect(kernel?.values.get("conductance")).toEqual(numbers(1, 2, 3));
});

test("a synapse model without a strength loses the edges themselves", () => {
  const of = network();
  of.addConnection(gradedWithoutStrength({ conductance: numbers(1, 2) }), "a", "b", {
    connectivity: "one-to-one",
  });
  of.addConnection(gradedWithoutStrength(), "a", "b", {
    connectivity: { sources: [0], targets: [0] },
  });
  expect(edgesOf(applied(of)[0])).toEqual([[1, 1]]);
  expect(applied(of)[0]?.values.get("conductance")).toEqual(numbers(2));
});

test("electrical synapses meet from either end, rectified ones only in one direction", () => {
  const of = network();
  of.addConnection(gap(), "a", "b");
  of.addConnection(gap(), "b", "a");
  of.addConnection(rectified(), "a", "b");
  of.addConnection(rectified(), "b", "a");
  expect(applied(of).map((connection) => edgesOf(connection).length)).toEqual([0, 4, 4, 4]);
});

test("inside a population an electrical list replaces both directions of a coupling", () => {
  const of = network(both, 3);
  of.addConnection(gap({ conductance: 2 }), "a", "a");
  of.addConnection(gap(), "a", "a", { connectivity: { sources: [0], targets: [1] } });
  expect(edgesOf(applied(of)[0])).toEqual([
    [0, 2],
    [1, 2],
  ]);
  of.addConnection(gap(), "a", "a", { connectivity: { sources: [2, 2], targets: [0, 1] } });
  // What is left joins each neuron with itself, and carries no current.
  expect(edgesOf(applied(of)[0])).toEqual([]);
});

test("an electrical kernel inside a population keeps both directions of a coupling", () => {
  const of = network();
  of.addConnection(gap({ conductance: numbers(2, 5, 2) }, pattern(3)), "a", "a");
  of.addConnection(gap(), "a", "a", { connectivity: { sources: [0], targets: [0] } });
  const [kernel] = applied(of);
  expect(edgesOf(kernel)).toEqual([
    [1, 0],
    [0, 1],
    [1, 1],
  ]);
  expect(kernel?.values.get("conductance")).toEqual(numbers(2, 5, 2));
});

test("both kinds of chemical synapse use the reversal potential written last", () => {
  const of = network();
  of.addConnection(graded({ reversal: 100 }), "a", "b");
  of.addConnection(spiking({ reversal: -30 }), "a", "b");
  expect(applied(of).map(({ values }) => values.get("reversal"))).toEqual([-30, -30]);
  expect(applied(of).map(({ values }) => values.get("conductance"))).toEqual([1, 1]);
});

test("zero entries of a matrix and the surroundings of a kernel write their reversal potential, too", () => {
  const of = network();
  of.addConnection(spiking({ reversal: 100 }), "a", "b");
  of.addConnection(
    graded({ conductance: numbers(1, 0, 0, 1), reversal: numbers(1, 0, 3, 4) }, matrix(2, 2)),
    "a",
    "b",
  );
  expect(applied(of)[0]?.values.get("reversal")).toEqual(numbers(1, 0, 3, 4));
  expect(applied(of)[0]?.connectivity).toEqual({ kind: "all-to-all" });
  const other = column();
  other.addConnection(spiking({ reversal: 100 }), "a", "b");
  other.addConnection(graded({ reversal: 7 }, pattern(1, 1)), "a", "b");
  expect(applied(other)[0]?.values.get("reversal")).toEqual(numbers(7, 0, 0, 7));
});

test("a pattern under another pattern stays a pattern", () => {
  const of = column();
  of.addConnection(spiking({ reversal: 100 }, pattern(5, 1)), "a", "b");
  of.addConnection(graded({ reversal: numbers(1, 2, 3) }, pattern(3, 1)), "a", "b");
  const [first] = applied(of);
  expect(first?.connectivity).toEqual({ kind: "pattern", kernel: [5, 1] });
  expect(first?.values.get("reversal")).toEqual(numbers(0, 1, 2, 3, 0));
});

test("a pattern under different reversal potentials becomes a list", () => {
  const of = network();
  of.addConnection(spiking({ reversal: 100 }, pattern(3)), "a", "b");
  of.addConnection(graded({ reversal: numbers(1, 2, 3, 4) }), "a", "b");
  const [first] = applied(of);
  expect(edgesOf(first)).toEqual([
    [0, 0],
    [1, 0],
    [0, 1],
    [1, 1],
  ]);
  expect(first?.values.get("reversal")).toEqual(numbers(1, 2, 3, 4));
});

test("single pairs that are written after a whole block keep their reversal potential", () => {
  const of = network();
  of.addConnection(spiking({ reversal: 1 }), "a", "b");
  of.addConnection(graded({ reversal: 2 }), "a", "b");
  of.addConnection(graded({ reversal: 3 }), "a", "b", { connectivity: "one-to-one" });
  expect(applied(of)[0]?.values.get("reversal")).toEqual(numbers(3, 2, 2, 3));
});

test("without replacing, reversal potentials are shared all the same", () => {
  const of = network({ sharedReversalPotential: true });
  of.addConnection(graded({ reversal: 1 }), "a", "b");
  of.addConnection(graded({ reversal: 2 }), "a", "b");
  expect(applied(of).map((each) => [edgesOf(each).length, each.values.get("reversal")])).toEqual([
    [4, 2],
    [4, 2],
  ]);
});

// The oracle: for each kind a full matrix of strengths, and one of reversal potentials.

type Matrices = Map<string, number>;
const end = ({ populations }: FlatNetwork, index: number): Population => populations[index]!;

/** First number of each population. */
function offsetsOf({ populations }: FlatNetwork): number[] {
  let next = 0;
  return populations.map(({ size }) => (next += size) - size);
}

function valueAt(connection: Connection, name: string, index: number): number {
  const value = connection.values.get(name) ?? 0;
  return typeof value === "object" ? (value[index] ?? 0) : Number(value);
}

/** What SNS-Toolbox writes, in order: blocks with their fill, then edges. */
function written(flat: FlatNetwork): Matrices {
  const entries: Matrices = new Map();
  const offsets = offsetsOf(flat);
  for (const connection of flat.connections) {
    const { source, target, synapse, connectivity } = connection;
    const kind = synapseKind(synapse.model);
    const isChemical = kind === "spiking" || kind === "non-spiking";
    const isSymmetric = kind === "electrical";
    const write = (s: number, t: number, g: number, E: number): void => {
      const [from, to] = [offsets[source]! + s, offsets[target]! + t];
      entries.set(`${kind} ${from} ${to}`, g);
      if (isSymmetric) entries.set(`${kind} ${to} ${from}`, g);
      if (isChemical) entries.set(`E ${from} ${to}`, E);
    };
    const [from, to] = [end(flat, source), end(flat, target)];
    const { shape } = synapse;
    const isBlock =
      shape.kind === "matrix" || (shape.kind === "pattern" && shape.kernel.length === 2);
    const isFilled = kind === "non-spiking" && isBlock;
    for (let t = 0; isFilled && t < to.size; t += 1) {
      for (let s = 0; s < from.size; s += 1) {
        const index = t * from.size + s;
        write(s, t, 0, connectivity.kind === "matrix" ? valueAt(connection, "reversal", index) : 0);
      }
    }
    forEachEdge(connection, from, to, (s, t, index) => {
      write(
        s,
        t,
        valueAt(connection, "conductance", index),
        valueAt(connection, "reversal", index),
      );
    });
  }
  return entries;
}

/** What the passes left: strengths and reversal potentials of all edges, which may not meet. */
function remaining(flat: FlatNetwork, expected: Matrices): Matrices {
  const entries: Matrices = new Map();
  const offsets = offsetsOf(flat);
  for (const connection of flat.connections) {
    const { source, target, synapse } = connection;
    const kind = synapseKind(synapse.model);
    forEachEdge(connection, end(flat, source), end(flat, target), (s, t, index) => {
      const g = valueAt(connection, "conductance", index);
      if (g === 0) return;
      const [from, to] = [offsets[source]! + s, offsets[target]! + t];
      const add = (a: number, b: number): void => {
        const key = `${kind} ${a} ${b}`;
        expect(entries.has(key)).toBe(false);
        entries.set(key, g);
      };
      add(from, to);
      if (kind === "electrical" && !isMirrored(connection) && from !== to) add(to, from);
      if (kind !== "spiking" && kind !== "non-spiking") return;
      expect(valueAt(connection, "reversal", index)).toBe(expected.get(`E ${from} ${to}`));
    });
  }
  return entries;
}

const value = fc.integer({ min: 1, max: 9 });
const values = (length: number) =>
  fc.array(value, { minLength: length, maxLength: length }).map((list) => numbers(...list));
const chemical = fc.constantFrom(graded, spiking);
type Drawn = readonly [synapse: SynapseType, options: ConnectionOptions];

/** Connections between populations of three. Each pair is listed once, as matrices hold one entry. */
const drawn: fc.Arbitrary<Drawn> = fc.oneof(
  fc
    .record({
      make: chemical,
      conductance: fc.oneof(value, values(9)),
      reversal: fc.oneof(value, values(9)),
    })
    .map(({ make, ...given }): Drawn => [make(given), {}]),
  fc
    .record({ make: chemical, conductance: value, reversal: fc.oneof(value, values(3)) })
    .map(({ make, conductance, reversal }): Drawn => [
      make({ conductance, reversal }),
      { connectivity: "one-to-one" },
    ]),
  fc
    .record({
      make: fc.constantFrom(graded, spiking, gap, rectified),
      conductance: value,
      pairs: fc.uniqueArray(fc.tuple(fc.nat(2), fc.nat(2)), {
        selector: ([s, t]) => `${Math.min(s, t)} ${Math.max(s, t)}`,
      }),
    })
    .map(({ make, conductance, pairs }): Drawn => [
      make({ conductance }),
      { connectivity: { sources: pairs.map(([s]) => s), targets: pairs.map(([, t]) => t) } },
    ]),
  fc
    .record({
      make: chemical,
      weights: fc.array(fc.nat(2), { minLength: 9, maxLength: 9 }),
      reversal: values(9),
    })
    .map(({ make, weights, reversal }): Drawn => [
      make({ conductance: numbers(...weights), reversal }, matrix(3, 3)),
      {},
    ]),
  fc
    .record({ make: chemical, half: fc.nat(2) })
    .chain(({ make, half }) =>
      fc
        .record({ conductance: values(2 * half + 1), reversal: values(2 * half + 1) })
        .map((given): Drawn => [make(given, pattern(2 * half + 1, 1)), {}]),
    ),
  fc
    .record({ make: fc.constantFrom(gap, rectified), conductance: value })
    .map(({ make, conductance }): Drawn => [make({ conductance }), {}]),
);

test("whatever is connected, strengths and reversal potentials are those of the full matrices", () => {
  const index = fc.constantFrom(0, 0, 0, 1);
  fc.assert(
    fc.property(fc.array(fc.tuple(drawn, index, index), { maxLength: 8 }), (list) => {
      const of = net({ compat: both });
      of.addPopulation(firing, [3, 1]);
      of.addPopulation(firing, [3, 1]);
      for (const [[synapse, options], source, target] of list) {
        of.addConnection(synapse, source, target, options);
      }
      const flat = flatten(of);
      const expected = written(flat);
      const found = remaining(applySnsPairs(flat), expected);
      for (const [key, g] of expected) {
        const [kind, from, to] = key.split(" ");
        // An electrical synapse of a neuron with itself carries no current, and may be dropped.
        const isIdle = kind === "electrical" && from === to;
        if (kind !== "E" && !isIdle) expect(found.get(key) ?? 0).toBe(g);
      }
      for (const key of found.keys()) expect(expected.has(key)).toBe(true);
    }),
    { numRuns: 150 },
  );
});
