// A Program that uses every kind of op, for tests of the verifier, the printer and the backends: four
// neurons with delayed plastic synapses, graded coupling, noise, a Poisson source and a user function.
import { array, body, program, read, readColumn, write } from "../../src/ir/build.js";
import type { ArraySpec, Op, Precision, Program } from "../../src/ir/program.js";
import type { HostFunction } from "../../src/runtime/backend.js";

const ints = (...values: number[]): Int32Array => Int32Array.from(values);
const reals = (...values: number[]): Float64Array => Float64Array.from(values);

/** Seven synapses among four neurons, listed by source. */
const layout = {
  kind: "csr",
  rows: "source",
  sources: 4,
  targets: 4,
  edges: 7,
  start: "start",
  other: "ends",
} as const;

const arrays: readonly ArraySpec[] = [
  array({ name: "x", role: "input", length: 2 }),
  array({ name: "y", role: "output", length: 5 }),
  array({ name: "V", initial: reals(-3, 2, 0.5, 1), unit: "mV", origin: "cells" }),
  array({ name: "g", length: 4 }),
  array({ name: "pre", length: 4 }),
  array({ name: "post", length: 4 }),
  array({ name: "w", initial: reals(0.5, 0.4, 0.3, 0.6, 0.2, 0.7, 0.1) }),
  array({ name: "since", type: "int", length: 7, initial: -1 }),
  array({ name: "events", type: "history", length: 4, capacity: 2, payload: ["trace"] }),
  array({ name: "trains", type: "spikes", length: 4, slots: 4, payload: ["strength"] }),
  array({ name: "past", length: 4, slots: 3, initial: 0.25 }),
  array({ name: "position", initial: 0.5 }),
  array({ name: "draws", type: "int" }),
  array({ name: "total", length: 2 }),
  array({ name: "fired", type: "spikes", role: "scratch", length: 4, payload: ["strength"] }),
  array({ name: "background", type: "spikes", role: "scratch", length: 4 }),
  array({ name: "noise", role: "scratch", length: 4 }),
  array({ name: "drive", role: "scratch", length: 4 }),
  array({ name: "flag", role: "scratch", length: 4 }),
  array({ name: "answer", role: "scratch", length: 2 }),
  array({ name: "tau", role: "tunable", initial: reals(10, 12, 14, 16), unit: "ms" }),
  array({ name: "decay", role: "derived", length: 4 }),
  array({ name: "coupling", role: "parameter", length: 16, initial: 0.01 }),
  array({ name: "start", role: "index", initial: ints(0, 2, 4, 5, 7) }),
  array({ name: "ends", role: "index", initial: ints(1, 2, 0, 3, 3, 1, 0) }),
  array({ name: "lags", role: "index", initial: ints(0, 3, 1, 2, 0, 3, 1) }),
];

const spikesNow = { array: "fired", version: 1 };

const noise: readonly Op[] = [
  {
    kind: "random",
    id: "random0",
    phase: "inputs",
    how: "normal",
    stream: 1,
    count: 4,
    write: write("value", "noise@1"),
  },
  {
    kind: "random",
    id: "random1",
    phase: "inputs",
    how: "skip",
    stream: 2,
    count: 4,
    reads: [],
    body: body("skip = 1 - 5 * log(u)"),
    position: write("position", "position@1", "one"),
    draws: write("draws", "draws@1", "one"),
    emit: { list: "background", version: 1 },
  },
];

/** The same without chance: copies of a batch then differ by their inputs alone. */
const quiet: readonly Op[] = [
  {
    kind: "map",
    id: "map3",
    phase: "inputs",
    count: 4,
    reads: [],
    body: body("value = 0.3; spike = 0"),
    writes: [write("value", "noise@1")],
    emit: { when: "spike", list: "background", version: 1 },
  },
];

const arrivals: readonly Op[] = [
  {
    kind: "deliver",
    id: "deliver0",
    phase: "arrive",
    spikes: { array: "background", version: 1 },
    layout: { kind: "diagonal", count: 4 },
    reads: [],
    body: body("jump = 1"),
    writes: [write("jump", "g@1", "target", { mode: "add" })],
  },
  {
    kind: "deliver",
    id: "deliver1",
    phase: "arrive",
    spikes: { array: "trains", version: 0, lag: "lags" },
    layout,
    reads: [read("w", "w@0", "edge"), readColumn("strength", "strength", "spike")],
    body: body("jump = 0.2 * w * strength"),
    writes: [write("jump", "g@2", "target", { mode: "add" })],
    merged: 2,
  },
  {
    kind: "map",
    id: "map0",
    phase: "arrive",
    count: 4,
    reads: [read("x", "x@0", "element", { period: 2 })],
    body: body("drive = 0.7 * x"),
    writes: [write("drive", "drive@1")],
  },
  {
    kind: "gather",
    id: "gather0",
    phase: "arrive",
    layout: { kind: "dense", sources: 4, targets: 4 },
    reads: [read("k", "coupling@0", "edge"), read("v", "past@0", "source", { lag: 1 })],
    body: body("current = k * v"),
    writes: [write("current", "drive@2", "target", { mode: "add" })],
  },
];

const update: readonly Op[] = [
  {
    kind: "map",
    id: "map1",
    phase: "update",
    count: 4,
    reads: [
      read("V", "V@0"),
      read("g", "g@2"),
      read("drive", "drive@2"),
      read("noise", "noise@1"),
      read("decay", "decay@0"),
    ],
    body: body(`
      V = V * decay + (drive + g + 0.1 * noise) * dt
      g = g * 0.8
      spike = V > 3
      strength = V > 4 ? 1.5 : 1
      V = spike ? 0 : V`),
    writes: [write("V", "V@1"), write("g", "g@3"), write("spike", "flag@1")],
    emit: { when: "spike", list: "fired", version: 1, payload: ["strength"] },
  },
];

const plasticity: readonly Op[] = [
  {
    kind: "edges",
    id: "edges0",
    phase: "plasticity",
    trigger: { on: "source", spikes: spikesNow },
    layout,
    reads: [read("w", "w@0", "edge"), read("post", "post@0", "target")],
    body: body("w = max(0, w - 0.003 * post)"),
    writes: [write("w", "w@1", "edge")],
  },
  {
    kind: "edges",
    id: "edges1",
    phase: "plasticity",
    trigger: { on: "history", spikes: spikesNow, history: "events", version: 0, since: "since" },
    layout,
    reads: [
      read("w", "w@1", "edge"),
      read("pre", "pre@0", "source"),
      readColumn("trace", "trace", "event"),
    ],
    body: body("w = min(1, w + 0.002 * pre * exp(age * dt / 20) * (1 + 0.1 * trace))"),
    writes: [write("w", "w@2", "edge")],
  },
  {
    kind: "remember",
    id: "remember0",
    phase: "plasticity",
    spikes: spikesNow,
    history: "events",
    version: 1,
    values: [read("trace", "post@0", "target")],
    settle: "edges1",
  },
  {
    kind: "map",
    id: "map2",
    phase: "plasticity",
    count: 4,
    reads: [read("pre", "pre@0"), read("post", "post@0"), read("spike", "flag@1")],
    body: body("pre = pre * exp(-dt / 20) + spike; post = post * exp(-dt / 30) + spike"),
    writes: [write("pre", "pre@1"), write("post", "post@1")],
  },
];

const endOfStep: readonly Op[] = [
  {
    kind: "ring",
    id: "ring0",
    phase: "emit",
    from: { array: "fired", version: 1 },
    into: { array: "trains", version: 1 },
  },
  {
    kind: "ring",
    id: "ring1",
    phase: "emit",
    from: { array: "V", version: 1 },
    into: { array: "past", version: 1 },
  },
  {
    kind: "reduce",
    id: "reduce0",
    phase: "outputs",
    fn: "sum",
    from: read("V", "V@1"),
    count: 4,
    write: write("sum", "total@1", "one"),
  },
  {
    kind: "reduce",
    id: "reduce1",
    phase: "outputs",
    fn: "count",
    from: read("spikes", "fired@1"),
    count: 4,
    write: write("count", "total@2", "one", { offset: 1, mode: "add" }),
  },
  {
    kind: "host",
    id: "host0",
    phase: "outputs",
    name: "double",
    reads: [{ array: "total", version: 2, offset: 0, count: 2 }],
    writes: [{ array: "answer", version: 1, offset: 0, count: 2 }],
  },
  {
    kind: "io",
    id: "io0",
    phase: "outputs",
    into: "y",
    version: 1,
    pieces: [
      { array: "V", version: 1, offset: 1, count: 3, position: 0 },
      { array: "answer", version: 1, offset: 0, count: 2, position: 3 },
    ],
  },
  { kind: "record", id: "record0", phase: "outputs" },
  {
    kind: "stop",
    id: "stop0",
    phase: "outputs",
    when: read("late", "flag@1", "one", { offset: 3 }),
    reason: "the last neuron fired",
  },
];

export interface EverythingOptions {
  readonly precision?: Precision;
  readonly batch?: number;
  /** False: no random numbers. */
  readonly chance?: boolean;
  /** False: no stop op. */
  readonly stop?: boolean;
}

/** The Program; its host function is `double`, which is twice its input. */
export function everything(options: EverythingOptions = {}): Program {
  const { precision = "float64", batch = 1, chance = true, stop = false } = options;
  const ops = [...(chance ? noise : quiet), ...arrivals, ...update, ...plasticity, ...endOfStep];
  return program({
    name: "everything",
    precision,
    batch,
    seed: 5,
    arrays,
    setup: [
      {
        kind: "map",
        id: "map4",
        phase: "setup",
        count: 4,
        reads: [read("tau", "tau@0")],
        body: body("decay = exp(-dt / tau)"),
        writes: [write("decay", "decay@1")],
      },
    ],
    ops: stop ? ops : ops.filter((op) => op.kind !== "stop"),
    inputs: [{ name: "current", offset: 0, size: 2 }],
    outputs: [{ name: "all", offset: 0, size: 5 }],
    names: [
      { path: "cells.V", array: "V", offset: 0, count: 4, shape: [4], kind: "state", unit: "mV" },
      { path: "cells.spikes", array: "fired", offset: 0, count: 4, shape: [4], kind: "spikes" },
      {
        path: "synapses.w",
        array: "w",
        offset: 0,
        count: 7,
        shape: [7],
        kind: "state",
        order: ints(6, 5, 4, 3, 2, 1, 0),
      },
      {
        path: "cells.theta",
        array: "",
        offset: 0,
        count: 1,
        shape: [],
        kind: "constant",
        values: 3,
      },
    ],
  });
}

/** The host functions of `everything`. */
export const hosts: ReadonlyMap<string, HostFunction> = new Map([
  [
    "double",
    (_step, [from], [to]) => {
      for (let i = 0; i < from!.length; i++) to![i] = 2 * from![i]!;
    },
  ],
]);
