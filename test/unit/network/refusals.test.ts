// Whatever is wrong is said at the call, and a refused call changes nothing.

import { ValidationError } from "../../../src/errors.js";
import type { NetworkBase } from "../../../src/network/network.js";
import type { InitialValues } from "../../../src/network/initial-values.js";
import {
  errorOf,
  firing,
  gap,
  graded,
  leaky,
  leakyWith,
  matrix,
  net,
  numbers,
  other,
  pattern,
  spiking,
} from "./fixtures.js";

function sample(): NetworkBase {
  const network = net({ name: "net" });
  network.addPopulation(leaky, [2, 3], { name: "grid" });
  network.addPopulation(firing, 6, { name: "line" });
  network.addNeuron(other, { name: "other" });
  network.addConnection(graded(), "grid", "line", { name: "down" });
  network.addInput("grid", { name: "in" });
  network.addOutput("grid", { name: "out" });
  return network;
}

/** Calls in which some argument has the wrong type on purpose. */
const loose = (value: unknown) => value as never;
type Call = (network: NetworkBase) => unknown;

const foreign = net({ name: "elsewhere" }).addNeuron(leaky, { name: "stranger" });
const list = (sources: unknown, targets: unknown) => ({
  connectivity: loose({ sources, targets }),
});

const refused: readonly (readonly [what: string, code: string, call: Call])[] = [
  ["a neuron type that is none", "wrong-kind", (n) => n.addNeuron(loose({}))],
  ["a factory in place of a type", "wrong-kind", (n) => n.addNeuron(loose(() => leaky))],
  ["null for a type", "wrong-kind", (n) => n.addPopulation(loose(null), 2)],
  ["a synapse for a neuron", "wrong-kind", (n) => n.addNeuron(loose(graded()))],
  ["options that are no record", "wrong-kind", (n) => n.addNeuron(leaky, loose("x"))],
  ["null for options", "wrong-kind", (n) => n.addInput(0, loose(null))],
  ["an unknown option", "unknown-name", (n) => n.addNeuron(leaky, loose({ nam: "x" }))],
  ["a taken name", "name-taken", (n) => n.addNeuron(leaky, { name: "grid" })],
  ["a number for a name", "wrong-kind", (n) => n.addNeuron(leaky, { name: loose(3) })],
  ["a colour that is none", "bad-color", (n) => n.addNeuron(leaky, { color: '"><script>' })],
  ["a number for a colour", "bad-color", (n) => n.addOutput(0, { color: loose(1) })],
  ["length 0", "out-of-range", (n) => n.addPopulation(leaky, 0)],
  ["a length that is not whole", "out-of-range", (n) => n.addPopulation(leaky, [2, 1.5])],
  ["a negative length", "out-of-range", (n) => n.addPopulation(leaky, -1)],
  ["no lengths", "out-of-range", (n) => n.addPopulation(leaky, [])],
  ["a text for a shape", "wrong-kind", (n) => n.addPopulation(leaky, loose("3"))],
  ["too many neurons", "out-of-range", (n) => n.addPopulation(leaky, [65536, 65536])],
  [
    "a parameter array of the wrong length",
    "wrong-length",
    (n) => n.addPopulation(leakyWith({ capacitance: numbers(1, 2) }), 3),
  ],
  ["NaN at the start", "not-finite", (n) => n.addNeuron(leaky, { initialValue: NaN })],
  [
    "infinity in an array",
    "not-finite",
    (n) => n.addPopulation(leaky, 2, { initialValue: [1, Infinity] }),
  ],
  ["a text at the start", "wrong-kind", (n) => n.addNeuron(leaky, { initialValue: loose("0") })],
  [
    "too few initial values",
    "wrong-length",
    (n) => n.addPopulation(leaky, 3, { initialValue: [1, 2] }),
  ],
  [
    "too many initial values",
    "wrong-length",
    (n) => n.addPopulation(leaky, 1, { initialValue: [1, 2] }),
  ],
  [
    "nested values of another shape",
    "wrong-length",
    (n) =>
      n.addPopulation(leaky, [2, 3], {
        initialValue: [
          [1, 2],
          [3, 4],
          [5, 6],
        ],
      }),
  ],
  [
    "values nested too deeply",
    "wrong-kind",
    (n) => n.addPopulation(leaky, [1, 1], { initialValue: [[[1]]] as InitialValues }),
  ],
  [
    "an unknown state at the start",
    "unknown-name",
    (n) => n.addNeuron(leaky, { initialValue: { W: 1 } }),
  ],
  [
    "a Map at the start",
    "wrong-kind",
    (n) => n.addNeuron(leaky, { initialValue: loose(new Map()) }),
  ],

  ["a synapse type that is none", "wrong-kind", (n) => n.addConnection(loose(leaky), 0, 1)],
  ["an unknown source", "unknown-name", (n) => n.addConnection(graded(), "gird", "line")],
  ["an unknown target", "unknown-name", (n) => n.addConnection(graded(), "grid", "__proto__")],
  ["a source number that is too large", "out-of-range", (n) => n.addConnection(graded(), 3, 0)],
  ["a negative source number", "out-of-range", (n) => n.addConnection(graded(), -1, 0)],
  ["a source number that is not whole", "out-of-range", (n) => n.addConnection(graded(), 0.5, 0)],
  ["NaN for a source", "out-of-range", (n) => n.addConnection(graded(), NaN, 0)],
  ["a source of a wrong kind", "wrong-kind", (n) => n.addConnection(graded(), loose(true), 0)],
  ["undefined for a target", "wrong-kind", (n) => n.addConnection(graded(), 0, loose(undefined))],
  [
    "a forged handle",
    "foreign-handle",
    (n) => n.addConnection(graded(), loose({ kind: "population", name: "grid", index: 0 }), 0),
  ],
  [
    "a handle of another kind",
    "wrong-kind",
    (n) => n.addConnection(graded(), loose(n.addInput.call(n.copy(), 0)), 0),
  ],
  [
    "a population of another network",
    "foreign-handle",
    (n) => n.addConnection(graded(), foreign, 0),
  ],
  [
    "a label that is not boolean",
    "wrong-kind",
    (n) => n.addConnection(graded(), 0, 1, { showLabel: loose(1) }),
  ],
  [
    "an unknown connectivity",
    "unknown-name",
    (n) => n.addConnection(graded(), 0, 1, { connectivity: loose("one-to-all") }),
  ],
  [
    "a connectivity of a wrong kind",
    "wrong-kind",
    (n) => n.addConnection(graded(), 0, 1, { connectivity: loose(3) }),
  ],
  [
    "one-to-one of unequal sizes",
    "size-mismatch",
    (n) => n.addConnection(graded(), 0, 2, { connectivity: "one-to-one" }),
  ],
  ["edges to nowhere", "out-of-range", (n) => n.addConnection(graded(), 0, 1, list([0], [6]))],
  ["edges of text", "wrong-kind", (n) => n.addConnection(graded(), 0, 1, list(["0"], [1]))],
  ["sources that are no list", "wrong-kind", (n) => n.addConnection(graded(), 0, 1, list(0, [1]))],
  [
    "unequally many sources and targets",
    "wrong-length",
    (n) => n.addConnection(graded(), 0, 1, list([0, 1], [1])),
  ],
  [
    "a matrix with the wrong rows",
    "size-mismatch",
    (n) => n.addConnection(graded({}, matrix(5, 6)), 0, 1),
  ],
  [
    "a matrix with the wrong columns",
    "size-mismatch",
    (n) => n.addConnection(graded({}, matrix(6, 5)), 0, 1),
  ],
  [
    "a matrix with a connectivity",
    "wrong-kind",
    (n) => n.addConnection(graded({}, matrix(6, 6)), 0, 1, { connectivity: "all-to-all" }),
  ],
  [
    "a pattern between unequal shapes",
    "size-mismatch",
    (n) => n.addConnection(graded({}, pattern(3)), 0, 1),
  ],
  [
    "a kernel with too few axes",
    "size-mismatch",
    (n) => n.addConnection(graded({}, pattern(3)), 0, 0),
  ],
  [
    "a kernel without a centre",
    "size-mismatch",
    (n) => n.addConnection(graded({}, pattern(2)), 1, 1),
  ],
  [
    "too few values for all-to-all",
    "wrong-length",
    (n) => n.addConnection(graded({ conductance: numbers(1, 2) }), 0, 1),
  ],
  [
    "too few values for one-to-one",
    "wrong-length",
    (n) =>
      n.addConnection(graded({ conductance: numbers(1, 2) }), 0, 1, { connectivity: "one-to-one" }),
  ],
  [
    "too few values for edges",
    "wrong-length",
    (n) => n.addConnection(graded({ conductance: numbers(1, 2) }), 0, 1, list([0], [0])),
  ],
  ["spikes from a neuron that never fires", "cannot-fire", (n) => n.addConnection(spiking(), 0, 1)],
  ["a variable that the source lacks", "missing-variable", (n) => n.addConnection(graded(), 2, 0)],
  ["an input that the target lacks", "missing-variable", (n) => n.addConnection(graded(), 0, 2)],
  ["a variable that the far end lacks", "missing-variable", (n) => n.addConnection(gap(), 0, 2)],
  [
    "contradicting couplings",
    "not-symmetric",
    (n) =>
      n.addConnection(
        gap({ conductance: numbers(...Array.from({ length: 36 }, (_, i) => i)) }),
        1,
        1,
      ),
  ],
  [
    "contradicting taps",
    "not-symmetric",
    (n) => n.addConnection(gap({ conductance: numbers(1, 2, 3) }, pattern(3)), 1, 1),
  ],

  ["an unknown target of an input", "unknown-name", (n) => n.addInput("Grid")],
  ["a negative target of an input", "out-of-range", (n) => n.addInput(-1)],
  ["an input of a size that does not fit", "size-mismatch", (n) => n.addInput("grid", { size: 3 })],
  ["an input of size 0", "out-of-range", (n) => n.addInput("grid", { size: 0 })],
  [
    "an input of a size that is text",
    "wrong-kind",
    (n) => n.addInput("grid", { size: loose("6") }),
  ],
  ["an unknown port", "unknown-name", (n) => n.addInput("grid", { port: "J" })],
  ["a port of a wrong kind", "wrong-kind", (n) => n.addInput("grid", { port: loose(0) })],
  ["an input of a neuron without inputs", "unknown-name", (n) => n.addInput("other")],
  ["a taken name of an input", "name-taken", (n) => n.addInput("grid", { name: "in" })],

  ["an output of nothing", "out-of-range", (n) => n.addOutput(9)],
  ["an output of an unknown state", "unknown-name", (n) => n.addOutput("grid", { variable: "v" })],
  ["an output of a wrong kind", "wrong-kind", (n) => n.addOutput("grid", { variable: loose(0) })],
  [
    "spiking that is not boolean",
    "wrong-kind",
    (n) => n.addOutput("grid", { spiking: loose("yes") }),
  ],
  [
    "spiking that contradicts",
    "contradiction",
    (n) => n.addOutput("grid", { spiking: true, variable: "V" }),
  ],

  ["a network that is none", "wrong-kind", (n) => n.addNetwork(loose({}))],
  ["a network in itself", "network-cycle", (n) => n.addNetwork(n)],
  ["a suffix with a slash", "bad-name", (n) => n.addNetwork(net(), { suffix: "/x" })],
  ["a suffix that is not text", "bad-name", (n) => n.addNetwork(net(), { suffix: loose(1) })],
  [
    "a bad colour for a network",
    "bad-color",
    (n) => n.addNetwork(net(), { color: "#12345678901" }),
  ],
];

test.each(refused)("%s is refused and changes nothing", (_what, code, call) => {
  const network = sample();
  const before = network.summary();
  const next = network.copy();
  const error = errorOf(() => call(network));
  expect(error).toBeInstanceOf(ValidationError);
  expect(error.code).toBe(code);
  expect(error.where.length).toBeGreaterThan(0);
  expect(network.summary()).toBe(before);
  expect(network.warnings).toEqual([]);
  for (const each of [network, next]) {
    each.addNetwork(net({ name: "inner" }));
    each.addNeuron(leaky);
    each.addConnection(graded(), 0, 1);
    each.addInput(0);
    each.addOutput(0);
  }
  expect(network.summary()).toBe(next.summary());
});

test("messages name the place, what was given, what is allowed and the nearest names", () => {
  const network = sample();
  expect(errorOf(() => network.addConnection(graded(), "gird", "line")).message).toBe(
    'net.addConnection.source: there is no such population; got "gird", ' +
      'allowed "grid", "line", "other". Did you mean "grid"?',
  );
  expect(errorOf(() => network.addConnection(graded(), 2, 0, { name: "up" })).message).toBe(
    "up.source: the synapse model graded uses V_pre, but the neuron model other of other has no V; " +
      'allowed "u", "C".',
  );
  expect(errorOf(() => network.addOutput(7)).message).toBe(
    "net.addOutput.source: there is no population of this number; got 7, allowed 0 to 2.",
  );
});

const badNames: readonly string[] = [
  "",
  "a/b",
  "__proto__",
  "constructor",
  "prototype",
  "a\nb",
  "a\u0000",
  "a\u2028b",
  "\ud800",
  "x".repeat(1001),
];

test.each(badNames)("the name %j is refused everywhere", (name) => {
  const network = sample();
  const before = network.summary();
  const calls = [
    () => network.addNeuron(leaky, { name }),
    () => network.addConnection(graded(), 0, 1, { name }),
    () => network.addInput(0, { name }),
    () => network.addOutput(0, { name }),
    () => network.addNetwork(net(), { name }),
    () => net({ name }),
  ];
  for (const call of calls) expect(errorOf(call).code).toBe("bad-name");
  expect(network.summary()).toBe(before);
});

test.each([
  '"',
  "'",
  "${x}",
  "*",
  "<script>",
  "a.b",
  "NaN",
  "toString",
  "hasOwnProperty",
  "ü 神経 \u{1f9e0}",
  " ",
  "\\",
  "x".repeat(1000),
])("the name %j is harmless", (name) => {
  const network = net();
  network.addNeuron(leaky, { name });
  expect(network.populationIndex(name)).toBe(0);
  expect(network.addInput(name).index).toBe(0);
});

test("names that all objects have are not found by accident", () => {
  for (const name of ["toString", "__proto__", "constructor", "valueOf"]) {
    expect(errorOf(() => sample().population(name)).code).toBe("unknown-name");
  }
});

test("options of the network itself are checked", () => {
  expect(errorOf(() => net(loose({ nmae: "x" }))).message).toContain('Did you mean "name"?');
  expect(errorOf(() => net({ compat: loose("sns-tolbox") })).message).toContain('"sns-toolbox"?');
  expect(errorOf(() => net({ compat: loose({ timefactorG: true }) })).message).toContain(
    "timeFactorG",
  );
  expect(errorOf(() => net({ compat: loose({ timeFactorG: 1 }) })).code).toBe("wrong-kind");
  expect(errorOf(() => net({ compat: loose(3) })).code).toBe("wrong-kind");
  expect(errorOf(() => net({ compat: loose(null) })).code).toBe("wrong-kind");
});

test("look-ups refuse what they cannot find", () => {
  const network = sample();
  expect(errorOf(() => network.connection("dwon")).message).toContain('Did you mean "down"?');
  expect(errorOf(() => network.input(1)).code).toBe("out-of-range");
  expect(errorOf(() => network.output("nothing")).code).toBe("unknown-name");
  expect(errorOf(() => network.populationIndex(loose(0))).code).toBe("wrong-kind");
  expect(errorOf(() => network.inputIndex(loose(null))).code).toBe("wrong-kind");
  expect(errorOf(() => net().population(0)).message).toContain("there are no populations");
});
