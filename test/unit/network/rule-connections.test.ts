// Connections made by rules and compressed rows: drawn at the call, the same every time, and refused
// in full where something is wrong.

import { rules } from "../../../src/index.js";
import { MyelinError, ValidationError } from "../../../src/errors.js";
import { edgeCount, forEachEdge, isMirrored } from "../../../src/network/connectivity.js";
import type { ConnectivityOption } from "../../../src/network/read-connectivity.js";
import type { NetworkBase } from "../../../src/network/network.js";
import { errorOf, firing, gap, graded, leaky, net } from "./fixtures.js";

type Ends = readonly [source: string, target: string];

function sample(name = "net"): NetworkBase {
  const network = net({ name });
  network.addPopulation(firing, 20, { name: "a" });
  network.addPopulation(leaky, [2, 5], { name: "b" });
  return network;
}

function add(
  network: NetworkBase,
  connectivity: ConnectivityOption,
  [source, target]: Ends = ["a", "b"],
): string[] {
  const ref = network.addConnection(graded(), source, target, { connectivity });
  return edgesOf(network, ref.index);
}

function edgesOf(network: NetworkBase, index: number): string[] {
  const connection = network.connection(index);
  const { populations } = network;
  const edges: string[] = [];
  const ends = [populations[connection.source]!, populations[connection.target]!] as const;
  forEachEdge(connection, ...ends, (from, to, value) => {
    edges.push(`${from}>${to}`);
    expect(value).toBe(edges.length - 1);
  });
  expect(edgeCount(connection.connectivity, ...ends)).toBe(edges.length);
  return edges;
}

test("a network built twice has the same synapses, and no two connections the same draw", () => {
  const build = (): string[][] => {
    const network = sample();
    return [
      add(network, rules.fixedProbability({ probability: 0.3 })),
      add(network, rules.fixedProbability({ probability: 0.3 })),
      add(network, rules.fixedProbability({ probability: 0.3, seed: 1 })),
      add(network, rules.fixedInDegree({ inDegree: 3 })),
      add(network, rules.fixedInDegree({ inDegree: 3 })),
    ];
  };
  const [first, again] = [build(), build()];
  expect(again).toEqual(first);
  expect(new Set(first.map((edges) => edges.join())).size).toBe(5);
});

test("what is drawn follows from the names, not from what stands in between", () => {
  const rule = rules.fixedTotalNumber({ number: 30 });
  const drawn = (network: NetworkBase): string[] => {
    const options = { name: "wanted", connectivity: rule };
    return edgesOf(network, network.addConnection(graded(), "a", "b", options).index);
  };
  const alone = drawn(sample());
  const crowded = sample();
  add(crowded, rule);
  expect(drawn(crowded)).toEqual(alone);
  expect(drawn(sample("other"))).not.toEqual(alone);
});

test("a rule knows itself by its complete form, which draws the same again", () => {
  const network = sample();
  const before = add(network, rules.fixedOutDegree({ outDegree: 4, seed: 3 }));
  const { connectivity } = network.connection(0);
  if (connectivity.kind !== "csr" || connectivity.rule === undefined) throw new Error("no rule");
  expect(connectivity.rule).toMatchObject({ rule: "fixed-out-degree", outDegree: 4, seed: 3 });
  expect(Object.isFrozen(connectivity.rule)).toBe(true);
  expect(add(network, connectivity.rule)).toEqual(before);
});

test("self-connections are those inside one population", () => {
  const network = sample();
  const apart = { allowSelfConnections: false };
  expect(add(network, rules.allToAll(apart), ["a", "a"])).toHaveLength(380);
  expect(add(network, rules.allToAll(apart), ["a", "b"])).toHaveLength(200);
  expect(network.connection(1).connectivity).toEqual({ kind: "all-to-all" });
  const certain = rules.fixedProbability({ probability: 1, ...apart });
  expect(add(network, certain, ["b", "b"])).not.toContain("3>3");
  expect(add(network, certain, ["a", "b"])).toContain("3>3");
});

test("rules without chance are the words of old", () => {
  const network = sample();
  network.addConnection(graded(), "a", "b", { connectivity: rules.allToAll() });
  network.addConnection(graded(), "b", "b", { connectivity: { rule: "one-to-one" } });
  const kinds = network.connections.map(({ connectivity }) => connectivity);
  expect(kinds).toEqual([{ kind: "all-to-all" }, { kind: "one-to-one" }]);
});

test("compressed rows are copied, with their duplicates", () => {
  const network = net();
  network.addPopulation(leaky, 3, { name: "a" });
  const start = Uint32Array.from([0, 2, 2, 3]);
  const targets = Int32Array.from([1, 1, 0]);
  expect(add(network, { start, targets }, ["a", "a"])).toEqual(["0>1", "0>1", "2>0"]);
  start.fill(9);
  targets.fill(9);
  expect(edgesOf(network, 0)).toEqual(["0>1", "0>1", "2>0"]);
});

test("each listed coupling inside a population stands for itself", () => {
  const network = sample();
  const connectivity = rules.fixedInDegree({ inDegree: 2 });
  network.addConnection(gap(), "a", "a", { connectivity });
  expect(isMirrored(network.connection(0))).toBe(false);
});

test("added networks bring their synapses along, held once", () => {
  const outer = net({ name: "outer" });
  const inner = sample();
  add(inner, rules.fixedProbability({ probability: 0.4 }));
  outer.addNetwork(inner);
  outer.addNetwork(inner);
  const { connectivity } = inner.connection(0);
  expect(outer.connections.map((each) => each.connectivity)).toEqual([connectivity, connectivity]);
  for (const each of [...outer.connections, ...outer.copy().connections]) {
    expect(each.connectivity).toBe(connectivity);
  }
});

test("a summary shows the rule and how many synapses it gave", () => {
  const network = sample();
  add(network, rules.fixedProbability({ probability: 0.5 }));
  add(network, rules.fixedInDegree({ inDegree: 3 }));
  add(network, rules.fixedOutDegree({ outDegree: 2 }));
  add(network, rules.fixedTotalNumber({ number: 7 }));
  add(network, rules.allToAll({ allowSelfConnections: false }), ["a", "a"]);
  add(network, { start: new Int32Array(21), targets: [] });
  const text = network.summary();
  for (const shown of [
    "fixed-probability 0.5",
    "fixed-in-degree 3      30 synapses",
    "fixed-out-degree 2     40 synapses",
    "fixed-total-number     7 synapses",
    "all-to-all but self    380 synapses",
    "csr                    0 synapses",
  ]) {
    expect(text).toContain(shown);
  }
});

/** Connectivity that is wrong on purpose. */
const loose = (value: unknown): ConnectivityOption => value as ConnectivityOption;
const p = (probability: unknown) => loose({ rule: "fixed-probability", probability });
const once = { allowMultapses: false };
const refused: readonly (readonly [what: string, code: string, at: string, ConnectivityOption])[] =
  [
    ["a negative probability", "out-of-range", "probability", p(-0.1)],
    ["a probability above 1", "out-of-range", "probability", p(1.01)],
    ["a probability that is no number", "out-of-range", "probability", p(Number.NaN)],
    ["a text for a probability", "wrong-kind", "probability", p("0.1")],
    ["no probability", "wrong-kind", "probability", p(undefined)],
    ["half a degree", "out-of-range", "inDegree", { rule: "fixed-in-degree", inDegree: 0.5 }],
    ["a negative degree", "out-of-range", "outDegree", { rule: "fixed-out-degree", outDegree: -1 }],
    ["a negative number", "out-of-range", "number", { rule: "fixed-total-number", number: -1 }],
    ["too many at once", "out-of-range", "number", { rule: "fixed-total-number", number: 2 ** 31 }],
    [
      "too many in all",
      "out-of-range",
      "inDegree",
      { rule: "fixed-in-degree", inDegree: 2 ** 31 - 1 },
    ],
    [
      "more sources than there are",
      "out-of-range",
      "inDegree",
      { rule: "fixed-in-degree", inDegree: 21, ...once },
    ],
    [
      "more targets than there are",
      "out-of-range",
      "outDegree",
      { rule: "fixed-out-degree", outDegree: 11, ...once },
    ],
    [
      "more pairs than there are",
      "out-of-range",
      "number",
      { rule: "fixed-total-number", number: 201, ...once },
    ],
    [
      "a negative seed",
      "out-of-range",
      "seed",
      { ...rules.fixedInDegree({ inDegree: 1 }), seed: -1 },
    ],
    [
      "a projection beyond 32 bits",
      "out-of-range",
      "projection",
      { ...rules.fixedInDegree({ inDegree: 1 }), projection: 2 ** 32 },
    ],
    [
      "a text for a switch",
      "wrong-kind",
      "allowSelfConnections",
      loose({ rule: "all-to-all", allowSelfConnections: "no" }),
    ],
    ["an unknown rule", "unknown-name", "rule", loose({ rule: "fixed-indegree" })],
    ["a number for a rule", "wrong-kind", "rule", loose({ rule: 1 })],
    ["a key of another rule", "unknown-name", "", loose({ rule: "one-to-one", seed: 1 })],
    ["one-to-one of unequal sizes", "size-mismatch", "", { rule: "one-to-one" }],
    ["too few starts", "wrong-length", "start", { start: [0, 0], targets: [] }],
    [
      "starts that fall",
      "out-of-range",
      "start[2]",
      { start: [0, 2, 1, ...new Array<number>(18).fill(3)], targets: [0, 1, 2] },
    ],
    [
      "starts that do not begin at 0",
      "out-of-range",
      "start[0]",
      { start: new Array<number>(21).fill(1), targets: [0] },
    ],
    [
      "starts that leave a target out",
      "out-of-range",
      "start[20]",
      { start: new Array<number>(21).fill(0), targets: [0] },
    ],
    ["a target beyond the last", "out-of-range", "targets[0]", { start: [0, 1], targets: [10] }],
    ["rows with sources", "unknown-name", "", loose({ start: [0], targets: [], sources: [] })],
    ["rows without targets", "wrong-kind", "targets", loose({ start: [0] })],
  ];

test.each(refused)("refused, and nothing changes: %s", (_what, code, at, connectivity) => {
  const network = sample();
  const before = network.summary();
  const error = errorOf(() =>
    network.addConnection(graded(), "a", "b", { name: "new", connectivity }),
  );
  expect(error).toBeInstanceOf(ValidationError);
  const where = at === "" ? "new.connectivity" : `new.connectivity.${at}`;
  expect({ code: error.code, where: error.where }).toEqual({ code, where });
  expect(network.summary()).toBe(before);
  expect(network.connections).toHaveLength(0);
});

test("values must be as many as the synapses that were drawn", () => {
  const network = sample();
  const connectivity = rules.fixedTotalNumber({ number: 5 });
  const weights = graded({ conductance: new Float64Array(4).fill(1) });
  const error = errorOf(() => network.addConnection(weights, "a", "b", { connectivity }));
  expect(error.message).toContain("got 4, allowed 5, for a -> b");
});

test("calls of rules say what is wrong with their options", () => {
  const where = (call: () => unknown): string => errorOf(call).where;
  expect(where(() => rules.fixedProbability({ probability: 2 }))).toBe(
    "rules.fixedProbability.probability",
  );
  expect(where(() => rules.fixedInDegree(null as never))).toBe("rules.fixedInDegree");
  expect(where(() => rules.allToAll({ seed: 1 } as never))).toBe("rules.allToAll");
  const rule = rules.oneToOne();
  expect(where(() => rules.draw({} as never, { sources: 1, targets: 1 }))).toBe("rules.draw.rule");
  expect(where(() => rules.draw(rule, { sources: 1, targets: 2 }))).toBe("rules.draw.sizes");
  expect(where(() => rules.draw(rule, { sources: 0, targets: 1 }))).toBe(
    "rules.draw.sizes.sources",
  );
  const much = rules.allToAll();
  const big = { sources: 2 ** 16, targets: 2 ** 16 };
  expect(errorOf(() => rules.draw(much, big))).toBeInstanceOf(MyelinError);
});
