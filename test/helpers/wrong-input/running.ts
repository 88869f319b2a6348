// @table
// Wrong calls of a model: steps, runs, states, parameters.

import { CompileError, LoadError } from "../../../src/index.js";
import { above0, loose, row } from "./row.js";
import type { Wrong } from "./row.js";

export const steps: readonly Wrong[] = [
  row("too few inputs", "wrong-length", ["model input", "of 5", "6 numbers"], ({ model }) =>
    model([1, 2, 3, 4, 5]),
  ),
  row("too many inputs", "wrong-length", ["of 7", "6 numbers"], ({ model }) =>
    model(new Float64Array(7)),
  ),
  row(
    "two numbers for six inputs",
    "wrong-length",
    ["of 2", "a number for all or 6"],
    ({ model }) => model([1, 2]),
  ),
  row("an input of NaN", "not-a-number", ["model input[2]", "NaN", "finite"], ({ model }) =>
    model([1, 2, NaN, 4, 5, 6]),
  ),
  row("an input of infinity", "not-a-number", ["model input[0]", "Infinity"], ({ model }) =>
    model([Infinity, 2, 3, 4, 5, 6]),
  ),
  row("an input of text", "wrong-kind", ["model input", '"1"'], ({ model }) => model(loose("1"))),
  row("a list with a text", "not-a-number", ["model input[1]", '"2"'], ({ model }) =>
    model(loose([1, "2", 3, 4, 5, 6])),
  ),
  row(
    "an output array of the wrong length",
    "wrong-length",
    ["out", "got 3", "2 values"],
    ({ model }) => model.step([1, 2, 3, 4, 5, 6], new Float64Array(3)),
  ),
  row("an output array of a wrong kind", "wrong-kind", ["out", "Float64Array"], ({ model }) =>
    model.step([1, 2, 3, 4, 5, 6], loose([0, 0])),
  ),
];

const runRow = (what: string, code: string, says: readonly string[], options: unknown): Wrong =>
  row(what, code, says, ({ model }) => model.run(loose(options)));

export const runs: readonly Wrong[] = [
  runRow("no options", "wrong-kind", ["run", "undefined"], undefined),
  runRow("neither steps nor duration", "wrong-length", ["steps", "duration"], {}),
  runRow("both steps and duration", "wrong-length", ["steps", "duration"], {
    steps: 1,
    duration: 1,
  }),
  runRow("a negative number of steps", "wrong-number", ["run.steps", "got -1"], { steps: -1 }),
  runRow("steps that are not whole", "wrong-number", ["run.steps", "1.5"], { steps: 1.5 }),
  runRow("NaN steps", "wrong-number", ["NaN"], { steps: NaN }),
  runRow("a duration that is not whole", "not-whole", ["run.duration", "0.25", "0.2 or 0.3"], {
    duration: 0.25,
  }),
  runRow("a negative duration", "wrong-number", ["run.duration", "got -1"], { duration: -1 }),
  runRow("an unknown option", "unknown-option", ["run.recrod", '"record"'], {
    steps: 1,
    recrod: [],
  }),
  runRow("an unknown record", "unknown-name", ["cells.v", "cells.V"], {
    steps: 1,
    record: ["cells.v"],
  }),
  runRow("a record that is no list", "wrong-kind", ["run.record"], { steps: 1, record: "cells.V" }),
  runRow("a record of a constant", "not-recordable", ["loop.transmissionDelay", "params.get"], {
    steps: 1,
    record: ["loop.transmissionDelay"],
  }),
  runRow("every 0 steps", "wrong-number", ["run.every", "got 0"], { steps: 1, every: 0 }),
  runRow("no samples at most", "wrong-number", ["run.maxSamples"], { steps: 1, maxSamples: 0 }),
  runRow("a stream that is no function", "wrong-kind", ["run.stream"], { steps: 1, stream: [] }),
  runRow("a signal that is none", "wrong-kind", ["run.signal", "AbortController"], {
    steps: 1,
    signal: {},
  }),
  runRow("a chunk of 0", "wrong-number", ["run.chunk"], { steps: 1, chunk: 0 }),
  runRow("progress that is none", "wrong-kind", ["run.progress"], { steps: 1, progress: 3 }),
  runRow("a held input of the wrong length", "wrong-length", ["run.input", "of 2"], {
    steps: 1,
    input: [1, 2],
  }),
  runRow("a held input of NaN", "not-a-number", ["run.input[1]", "NaN"], {
    steps: 1,
    input: [1, NaN, 3, 4, 5, 6],
  }),
  runRow("a series that is too short", "series-too-short", ["got 1", "at least 2"], {
    steps: 2,
    input: { series: [[1, 2, 3, 4, 5, 6]] },
  }),
  runRow("a series with a wrong row", "wrong-length", ["series[1]", "got"], {
    steps: 2,
    input: { series: [[1, 2, 3, 4, 5, 6], [1]] },
  }),
  runRow("a series with NaN", "not-a-number", ["series[3]", "NaN"], {
    steps: 1,
    input: { series: [1, 2, 3, NaN, 5, 6] },
  }),
  runRow("an input of an unknown name", "unknown-input", ["inn", '"in"'], {
    steps: 1,
    input: { inn: 1 },
  }),
  runRow("an event before the run", "wrong-number", ["events[0].step", "got -1"], {
    steps: 1,
    input: { events: [{ step: -1, value: 1 }] },
  }),
  runRow("an event of NaN", "not-a-number", ["events[0].value", "NaN"], {
    steps: 1,
    input: { events: [{ step: 0, value: NaN }] },
  }),
  runRow("an event for an unknown input", "unknown-input", ["inn", '"in"'], {
    steps: 1,
    input: { events: [{ step: 0, input: "inn", value: 1 }] },
  }),
  runRow("an event for an element that is not there", "wrong-number", ["index", "got 6"], {
    steps: 1,
    input: { events: [{ step: 0, index: 6, value: 1 }] },
  }),
  row(
    "a reset that keeps an unknown thing",
    "unknown-name",
    ["reset.keep", "synapses"],
    ({ model }) => model.reset({ keep: loose("synapse") }),
  ),
  row(
    "a snapshot that is none",
    "snapshot",
    ["ends too early", "same network"],
    ({ model }) => model.restore(new Uint8Array(5)),
    LoadError,
  ),
  row(
    "a snapshot that is cut off",
    "snapshot",
    ["ends too early", "same network"],
    ({ model }) => model.restore(model.snapshot().slice(0, -3)),
    LoadError,
  ),
];

const stateRow = (
  what: string,
  code: string,
  says: readonly string[],
  name: string,
  values: unknown,
): Wrong => row(what, code, says, ({ model }) => model.state.set(name, loose(values)));
const paramRow = (
  what: string,
  code: string,
  says: readonly string[],
  name: string,
  values: unknown,
): Wrong => row(what, code, says, ({ model }) => model.params.set(name, loose(values)));

export const values: readonly Wrong[] = [
  stateRow(
    "a state of the wrong length",
    "wrong-length",
    ['"cells.V"', "of 3", "2 numbers"],
    "cells.V",
    [1, 2, 3],
  ),
  stateRow("a state of NaN", "not-a-number", ['"cells.V"', "NaN", "finite"], "cells.V", [1, NaN]),
  stateRow("a state of infinity", "not-a-number", ["Infinity"], "cells.V", Infinity),
  stateRow("a state of text", "wrong-kind", ['"cells.V"', '"0"'], "cells.V", "0"),
  stateRow(
    "a state without values",
    "wrong-kind",
    ['"cells.V"', "undefined"],
    "cells.V",
    undefined,
  ),
  stateRow("an unknown state", "unknown-name", ["cells.v", '"cells.V"'], "cells.v", 1),
  stateRow("spikes", "wrong-kind", ["cells.spikes", "read"], "cells.spikes", 1),
  stateRow("a parameter as a state", "wrong-kind", ["cells.bias", "model.params"], "cells.bias", 1),
  row("reading an unknown state", "unknown-name", ["grid.v", '"grid.V"'], ({ model }) =>
    model.state.get("grid.v"),
  ),
  row("a state by number", "wrong-kind", ["model.state", "got 0"], ({ model }) =>
    model.state.get(loose(0)),
  ),
  paramRow("a parameter of NaN", "not-finite", ["cells.bias", "NaN"], "cells.bias", NaN),
  paramRow(
    "a parameter of the wrong length",
    "wrong-length",
    ["cells.bias", "got 3", "2"],
    "cells.bias",
    [1, 2, 3],
  ),
  paramRow(
    "a parameter out of range",
    "out-of-range",
    ["cells.membraneCapacitance", "-1", above0],
    "cells.membraneCapacitance",
    -1,
  ),
  paramRow("a parameter of a wrong kind", "not-a-number", ["cells.bias"], "cells.bias", {}),
  paramRow("an unknown parameter", "unknown-name", ["cells.bais", '"cells.bias"'], "cells.bais", 1),
  paramRow("a state as a parameter", "wrong-kind", ["cells.V", "model.state"], "cells.V", 1),
  {
    ...paramRow(
      "a delay that is not whole",
      "delay-not-whole",
      ["loop.transmissionDelay", "0.25"],
      "loop.transmissionDelay",
      0.25,
    ),
    type: CompileError,
  },
  {
    ...paramRow(
      "a parameter that makes the step too large",
      "unstable-step",
      ["cells.V"],
      "cells.membraneCapacitance",
      0.01,
    ),
    type: CompileError,
  },
];
