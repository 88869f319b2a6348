// @table
// Wrong options of compile(), and networks that cannot be compiled as asked.

import { BackendUnavailableError, CompileError } from "../../../src/index.js";
import { defineNeuron, Network, synapses } from "../../../src/index.js";
import { loose, network, quiet, row } from "./row.js";
import type { Wrong } from "./row.js";

const compileRow = (what: string, code: string, says: readonly string[], more: object): Wrong =>
  row(what, code, says, ({ net }) => net.compile(loose({ ...quiet, ...more })));
const refusedCompile = (
  what: string,
  code: string,
  says: readonly string[],
  more: object,
): Wrong => ({ ...compileRow(what, code, says, more), type: CompileError });

/** A network with one spiking synapse of its own. */
const delayed = (transmissionDelay: number | number[]): Network => {
  const net = network();
  net.addConnection(synapses.spiking({ transmissionDelay }), "cells", "cells", { name: "late" });
  return net;
};

/** A neuron that needs a step convention. */
const ordered = (order: string) =>
  defineNeuron({
    ...{ name: `of${order}`, doc: "A neuron.", params: {}, order },
    state: { V: { initial: 0, unit: "mV", doc: "potential" } },
    equations: "dV/dt = -V / (5 ms)",
    output: "V",
  })();

export const compiling: readonly Wrong[] = [
  compileRow("no step", "wrong-number", ["compile.dt", "undefined", "> 0 [ms]"], { dt: undefined }),
  compileRow("a step of 0", "wrong-number", ["compile.dt", "got 0", "> 0 [ms]"], { dt: 0 }),
  compileRow("a negative step", "wrong-number", ["got -0.1"], { dt: -0.1 }),
  compileRow("a step of NaN", "wrong-number", ["NaN"], { dt: NaN }),
  compileRow("a step of infinity", "wrong-number", ["Infinity"], { dt: Infinity }),
  compileRow("a step of text", "wrong-number", ['"0.1"'], { dt: "0.1" }),
  compileRow("an unknown backend", "unknown-name", ['"numpy"', "iterative"], { backend: "numpy" }),
  compileRow("a backend of a wrong kind", "unknown-name", ["got 3"], { backend: 3 }),
  {
    ...compileRow("a backend that is not here", "backend-unavailable", ["iterative", "auto"], {
      backend: "gpu",
    }),
    type: BackendUnavailableError,
  },
  {
    ...compileRow("a device that the backend lacks", "device", ["cuda", "iterative"], {
      device: "cuda",
    }),
    type: BackendUnavailableError,
  },
  compileRow("an unknown device", "unknown-name", ['"cpus"', '"cpu"'], { device: "cpus" }),
  compileRow("an unknown precision", "unknown-name", ["float16", "float32"], {
    precision: "float16",
  }),
  compileRow("a batch of 0", "wrong-number", ["batch", "got 0"], { batch: 0 }),
  compileRow("a batch that is not whole", "wrong-number", ["batch", "1.5"], { batch: 1.5 }),
  compileRow("values per copy without a batch", "no-batch", ["perCopy", "batch"], {
    perCopy: ["cells.bias"],
  }),
  compileRow("tunable that is no list", "wrong-kind", ["tunable"], { tunable: "cells.bias" }),
  refusedCompile("an unknown tunable", "unknown-name", ["cells.bais", "cells.bias"], {
    tunable: ["cells.bais"],
  }),
  refusedCompile("an unknown per-copy name", "unknown-name", ["cells.bais"], {
    batch: 2,
    perCopy: ["cells.bais"],
  }),
  refusedCompile("a tunable delay", "not-tunable", ["transmissionDelay"], {
    tunable: ["loop.transmissionDelay"],
  }),
  refusedCompile("an unknown order", "unknown-order", ["snss", "sns"], { order: "snss" }),
  compileRow("an order of a wrong kind", "wrong-kind", ["order"], { order: 1 }),
  compileRow("an unknown pass", "unknown-pass", ["mrege", "merge"], { optimize: { mrege: true } }),
  compileRow("an unknown word for passes", "unknown-name", ["optimize", "none"], {
    optimize: "all",
  }),
  compileRow("an unknown option", "unknown-option", ["compile.backnd", '"backend"'], {
    backnd: "iterative",
  }),
  compileRow("a seed that is not whole", "wrong-number", ["seed", "0.5"], { seed: 0.5 }),
  compileRow("an unknown debug channel", "unknown-name", ["debug", "ir"], { debug: ["it"] }),
  compileRow("a sink that is no function", "wrong-kind", ["debugSink"], { debugSink: 3 }),
  compileRow("a function that nobody calls", "unknown-host", ["hosts.f"], {
    hosts: { f: () => {} },
  }),
  row("options that are none", "wrong-kind", ["compile", "an object"], ({ net }) =>
    net.compile(loose(null)),
  ),
  row(
    "a step too large for a time constant",
    "unstable-step",
    ["slow.V", "got 20", "dt < 10.00 ms"],
    ({ net }) => {
      const alone = new Network();
      alone.addNeuron(net.population("grid").type, { name: "slow" });
      return alone.compile({ ...quiet, dt: 20 });
    },
    CompileError,
  ),
  row(
    "a delay that is no whole number of steps",
    "delay-not-whole",
    ["late.transmissionDelay", "0.25", "0.2 and 0.3"],
    () => delayed(0.25).compile(quiet),
    CompileError,
  ),
  row(
    "a delay just above a number that is none in binary",
    "delay-not-whole",
    ["got 0.35,", "nearest are 0.3 and 0.4 ms"],
    () => delayed(0.35).compile(quiet),
    CompileError,
  ),
  row(
    "one delay of several that is not whole",
    "delay-not-whole",
    ["0.15"],
    () => delayed([0.1, 0.15, 0.2, 0]).compile(quiet),
    CompileError,
  ),
  row(
    "a delay that is too long",
    "delay-too-long",
    ["late.transmissionDelay", "1000000"],
    () => delayed(1e6).compile(quiet),
    CompileError,
  ),
  row(
    "models of two conventions",
    "mixed-orders",
    ["nest", "brian2", "order"],
    ({ net }) => {
      const mixed = net.copy();
      mixed.addNeuron(ordered("nest"), { name: "one" });
      mixed.addNeuron(ordered("brian2"), { name: "two" });
      return mixed.compile(quiet);
    },
    CompileError,
  ),
];
