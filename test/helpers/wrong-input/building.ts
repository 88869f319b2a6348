// @table
// Wrong calls while a network is built.

import { Network, neurons, synapses } from "../../../src/index.js";
import { loose, row } from "./row.js";
import type { Wrong } from "./row.js";

const cell = neurons.nonSpiking();
const graded = synapses.nonSpiking();

export const building: readonly Wrong[] = [
  row("a network's name", "wrong-kind", ["name", "got 3"], () => new Network({ name: loose(3) })),
  row("an empty name", "bad-name", ["name", '""'], () => new Network({ name: "" })),
  row(
    "an unknown option of a network",
    "unknown-name",
    ["nam", '"name"'],
    () => new Network(loose({ nam: "x" })),
  ),
  row(
    "an unknown system",
    "unknown-name",
    ["sns", "sns-toolbox"],
    () => new Network({ compat: loose("sns") }),
  ),
  row("no neuron type", "wrong-kind", ["addNeuron", "an object"], ({ net }) =>
    net.addNeuron(loose({})),
  ),
  row("a factory for a type", "wrong-kind", ["a function"], ({ net }) =>
    net.addNeuron(loose(neurons.spiking)),
  ),
  row("a text for a shape", "wrong-kind", ["shape", '"3"'], ({ net }) =>
    net.addPopulation(cell, loose("3")),
  ),
  row("a shape of 0", "out-of-range", ["shape", "got 0"], ({ net }) => net.addPopulation(cell, 0)),
  row("a negative shape", "out-of-range", ["shape", "got -2"], ({ net }) =>
    net.addPopulation(cell, [3, -2]),
  ),
  row("a shape of NaN", "out-of-range", ["shape", "NaN"], ({ net }) =>
    net.addPopulation(cell, NaN),
  ),
  row("an empty shape", "out-of-range", ["shape"], ({ net }) => net.addPopulation(cell, [])),
  row("a name that is no text", "wrong-kind", ["name", "got 5"], ({ net }) =>
    net.addNeuron(cell, { name: loose(5) }),
  ),
  row("a taken name", "name-taken", ["grid", "grid1"], ({ net }) =>
    net.addNeuron(cell, { name: "grid" }),
  ),
  row("no colour", "bad-color", ["color", "#rrggbb"], ({ net }) =>
    net.addNeuron(cell, { color: "very red" }),
  ),
  row("an initial value of NaN", "not-finite", ["initialValue", "NaN"], ({ net }) =>
    net.addNeuron(cell, { initialValue: NaN }),
  ),
  row("too few initial values", "wrong-length", ["initialValue", "got 2", "3"], ({ net }) =>
    net.addPopulation(cell, 3, { initialValue: [1, 2] }),
  ),
  row("too many initial values", "wrong-length", ["got 4", "3"], ({ net }) =>
    net.addPopulation(cell, 3, { initialValue: [1, 2, 3, 4] }),
  ),
  row("initial values of another shape", "wrong-length", ["2 x 3"], ({ net }) =>
    net.addPopulation(cell, [2, 3], {
      initialValue: [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
    }),
  ),
  row("an initial value for an unknown state", "unknown-name", ["W", "V"], ({ net }) =>
    net.addNeuron(cell, { initialValue: { W: 1 } }),
  ),
  row("a parameter array of the wrong length", "wrong-length", ["bias", "got 2", "3"], ({ net }) =>
    net.addPopulation(neurons.nonSpiking({ bias: [1, 2] }), 3),
  ),
];

export const joining: readonly Wrong[] = [
  row("no synapse type", "wrong-kind", ["addConnection"], ({ net }) =>
    net.addConnection(loose(cell), 0, 1),
  ),
  row("an unknown source", "unknown-name", ['"gird"', '"grid"'], ({ net }) =>
    net.addConnection(graded, "gird", "cells"),
  ),
  row("an unknown target", "unknown-name", ['"cell"', '"cells"'], ({ net }) =>
    net.addConnection(graded, "grid", "cell"),
  ),
  row("a negative source", "out-of-range", ["got -1", "0 to 1"], ({ net }) =>
    net.addConnection(graded, -1, 0),
  ),
  row("a source that is too large", "out-of-range", ["got 2", "0 to 1"], ({ net }) =>
    net.addConnection(graded, 2, 0),
  ),
  row("a source of NaN", "out-of-range", ["NaN"], ({ net }) => net.addConnection(graded, NaN, 0)),
  row("a source of a wrong kind", "wrong-kind", ["true"], ({ net }) =>
    net.addConnection(graded, loose(true), 0),
  ),
  row("a connection's name", "wrong-kind", ["name", "got 1"], ({ net }) =>
    net.addConnection(graded, 0, 1, { name: loose(1) }),
  ),
  row("a label that is no boolean", "wrong-kind", ["showLabel"], ({ net }) =>
    net.addConnection(graded, 0, 1, { showLabel: loose("yes") }),
  ),
  row("spikes of a neuron that never fires", "cannot-fire", ["grid"], ({ net }) =>
    net.addConnection(synapses.spiking(), "grid", "cells"),
  ),
  row("one-to-one of unequal sizes", "size-mismatch", ["2 x 3", "2"], ({ net }) =>
    net.addConnection(graded, 0, 1, { connectivity: "one-to-one" }),
  ),
  row("an unknown connectivity", "unknown-name", ["all-to-all"], ({ net }) =>
    net.addConnection(graded, 0, 1, { connectivity: loose("all") }),
  ),
  row("edges to nowhere", "out-of-range", ["targets[0]", "got 2", "0 to 1"], ({ net }) =>
    net.addConnection(graded, 0, 1, { connectivity: { sources: [0], targets: [2] } }),
  ),
  row("unequally many ends", "wrong-length", ["got 1", "allowed 2"], ({ net }) =>
    net.addConnection(graded, 0, 1, { connectivity: { sources: [0, 1], targets: [1] } }),
  ),
  row("a pattern between unequal shapes", "size-mismatch", ["2 x 3"], ({ net }) =>
    net.addConnection(synapses.pattern(synapses.nonSpiking, { maxConductance: [1, 1, 1] }), 0, 1),
  ),
  row("a kernel with too few axes", "size-mismatch", ["2 dimensions"], ({ net }) =>
    net.addConnection(synapses.pattern(synapses.nonSpiking, { maxConductance: [1, 1, 1] }), 0, 0),
  ),
  row(
    "a matrix that has to be transposed",
    "size-mismatch",
    ["6 x 2", "2 x 6", "transposed"],
    ({ net }) =>
      net.addConnection(
        synapses.matrix(synapses.nonSpiking, { maxConductance: Array(6).fill([1, 1]) }),
        0,
        1,
      ),
  ),
  row("a matrix of a wrong size", "size-mismatch", ["1 x 2", "2 x 6"], ({ net }) =>
    net.addConnection(synapses.matrix(synapses.nonSpiking, { maxConductance: [[1, 1]] }), 0, 1),
  ),
  row(
    "a value for each edge, of a wrong length",
    "wrong-length",
    ["maxConductance", "got 3", "12"],
    ({ net }) => net.addConnection(synapses.nonSpiking({ maxConductance: [1, 2, 3] }), 0, 1),
  ),
];

export const connecting: readonly Wrong[] = [
  row("an input of size 0", "out-of-range", ["size", "got 0"], ({ net }) =>
    net.addInput("grid", { size: 0 }),
  ),
  row("an input of a size that does not fit", "size-mismatch", ["got 5", "6"], ({ net }) =>
    net.addInput("grid", { size: 5 }),
  ),
  row("an input of a size of text", "wrong-kind", ["size"], ({ net }) =>
    net.addInput("grid", { size: loose("6") }),
  ),
  row("an input to nowhere", "unknown-name", ['"grids"', '"grid"'], ({ net }) =>
    net.addInput("grids"),
  ),
  row("an input to a negative number", "out-of-range", ["got -1"], ({ net }) => net.addInput(-1)),
  row("an input to a number that is too large", "out-of-range", ["got 2"], ({ net }) =>
    net.addInput(2),
  ),
  row("an input to a wrong kind", "wrong-kind", ["null"], ({ net }) => net.addInput(loose(null))),
  row("an unknown port", "unknown-name", ["J", "I"], ({ net }) =>
    net.addInput("grid", { port: "J" }),
  ),
  row("an output of a negative number", "out-of-range", ["got -1"], ({ net }) => net.addOutput(-1)),
  row("an output of a number that is too large", "out-of-range", ["got 9"], ({ net }) =>
    net.addOutput(9),
  ),
  row("an output of a wrong kind", "wrong-kind", ["addOutput"], ({ net }) =>
    net.addOutput(loose({})),
  ),
  row("spiking that is no boolean", "wrong-kind", ["spiking"], ({ net }) =>
    net.addOutput(0, { spiking: loose(1) }),
  ),
  row("an unknown variable", "unknown-name", ["v", "V"], ({ net }) =>
    net.addOutput(0, { variable: "v" }),
  ),
  row("a network that is none", "wrong-kind", ["addNetwork"], ({ net }) =>
    net.addNetwork(loose({})),
  ),
  row("a network in itself", "network-cycle", ["itself", "copy()"], ({ net }) =>
    net.addNetwork(net),
  ),
  row("networks in each other", "network-cycle", ["already contains", "third"], ({ net }) => {
    const outer = new Network({ name: "outer" });
    outer.addNetwork(net);
    net.addNetwork(outer);
  }),
  row("a suffix of a wrong kind", "bad-name", ["suffix"], ({ net }) =>
    net.addNetwork(new Network(), { suffix: loose(1) }),
  ),
  row("an unknown population", "unknown-name", ['"gird"', '"grid"'], ({ net }) =>
    net.population("gird"),
  ),
  row("an unknown population's index", "unknown-name", ["x"], ({ net }) =>
    net.populationIndex("x"),
  ),
  row("an index of a wrong kind", "wrong-kind", ["got 1"], ({ net }) => net.inputIndex(loose(1))),
  row("an unknown connection", "unknown-name", ['"down"'], ({ net }) => net.connection("dwon")),
];
