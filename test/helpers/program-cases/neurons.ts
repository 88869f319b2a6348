// Programs of neurons and the order of a step: channels, patterns, reset before or after delivery.

import { array, body, program, read, write } from "../../../src/ir/build.js";
import type { Op, Program } from "../../../src/ir/program.js";
import type { ProgramCase } from "./case.js";

/** Three neurons with two channels each; element = neuron * 2 + channel. */
const gated = program({
  name: "gated channels",
  dt: 0.1,
  arrays: [
    array({ name: "cell.V", length: 3 }),
    array({ name: "cell.gated.h", length: 6, initial: 0.5 }),
    array({ name: "cell.gated.g", role: "parameter", initial: Float64Array.of(1.05, 0.3) }),
    array({ name: "cell.gated.E", role: "parameter", initial: Float64Array.of(110, -40) }),
    array({ name: "cell.gated.current", role: "scratch", length: 6 }),
    array({ name: "cell.I", role: "scratch", length: 3 }),
  ],
  ops: [
    {
      kind: "map",
      id: "map0",
      phase: "channels",
      count: 6,
      reads: [
        read("V", "cell.V@0", "element", { repeat: 2 }),
        read("h", "cell.gated.h@0"),
        read("g", "cell.gated.g@0", "element", { period: 2 }),
        read("E", "cell.gated.E@0", "element", { period: 2 }),
      ],
      body: body(`
        m = 1 / (1 + exp(0.05 * (20 - V)))
        q = 0.5 * exp(-0.05 * (0 - V))
        h_inf = 1 / (1 + q)
        h = h + dt * ((h_inf - h) / (300 * h_inf * sqrt(q)))
        current = g * m * h * (E - V)`),
      writes: [write("h", "cell.gated.h@1"), write("current", "cell.gated.current@1")],
    },
    {
      kind: "gather",
      id: "gather1",
      phase: "channels",
      layout: { kind: "segments", targets: 3, size: 2 },
      reads: [read("current", "cell.gated.current@1", "source")],
      body: [],
      writes: [write("current", "cell.I@1", "target")],
    },
    {
      kind: "map",
      id: "map2",
      phase: "update",
      count: 3,
      reads: [read("V", "cell.V@0"), read("I", "cell.I@1")],
      body: body("V = V + dt / 5 * (I - V)"),
      writes: [write("V", "cell.V@1")],
    },
  ],
});

const kernel = Float64Array.from({ length: 25 }, (_, tap) => (tap === 12 ? 24 : -1));
/** 16 384 neurons, 25 numbers of connectivity. */
const pattern = program({
  name: "a 5 x 5 pattern over 128 x 128",
  dt: 0.1,
  inputs: [{ name: "x", offset: 0, size: 16_384 }],
  outputs: [{ name: "edges", offset: 0, size: 16_384 }],
  arrays: [
    array({ name: "x", role: "input", length: 16_384 }),
    array({ name: "kernel.w", role: "parameter", initial: kernel }),
    array({ name: "edges.I", role: "scratch", length: 16_384 }),
    array({ name: "y", role: "output", length: 16_384 }),
  ],
  ops: [
    {
      kind: "gather",
      id: "gather0",
      phase: "currents",
      layout: { kind: "stencil", shape: [128, 128], kernel: [5, 5] },
      reads: [read("x", "x@0", "source"), read("w", "kernel.w@0", "edge")],
      body: body("term = w * x"),
      writes: [write("term", "edges.I@1", "target")],
    },
    {
      kind: "io",
      id: "io1",
      phase: "outputs",
      into: "y",
      version: 1,
      pieces: [{ array: "edges.I", version: 1, offset: 0, count: 16_384, position: 0 }],
    },
  ],
});

/** A neuron that excites itself: whether the reset wipes its own kick out is a matter of order. */
function selfExciting(order: "brian2" | "default"): Program {
  const update: Op = {
    kind: "map",
    id: order === "brian2" ? "map0" : "map1",
    phase: "update",
    count: 1,
    reads: [read("V", order === "brian2" ? "cell.V@0" : "cell.V@1")],
    body: body("V = V + dt / 10 * (20 - V); fired = V > 10"),
    writes: [
      write("V", order === "brian2" ? "cell.V@1" : "cell.V@2"),
      write("fired", "cell.fired@1"),
    ],
    emit: { when: "fired", list: "cell.spikes", version: 1 },
  };
  const deliver: Op = {
    kind: "deliver",
    id: order === "brian2" ? "deliver1" : "deliver0",
    phase: "deliver",
    spikes: { array: "cell.spikes", version: order === "brian2" ? 1 : 0 },
    layout: { kind: "diagonal", count: 1 },
    reads: [],
    body: body("w = 1.5"),
    writes: [write("w", order === "brian2" ? "cell.V@2" : "cell.V@1", "target", { mode: "add" })],
  };
  const reset: Op = {
    kind: "map",
    id: "map2",
    phase: "reset",
    count: 1,
    reads: [read("V", "cell.V@2"), read("fired", "cell.fired@1")],
    body: body("V = fired ? 0 : V"),
    writes: [write("V", "cell.V@3")],
  };
  return program({
    name: `${order}: a kick to the neuron that fired ${order === "brian2" ? "is wiped out" : "counts"}`,
    dt: 0.1,
    order,
    arrays: [
      array({ name: "cell.V" }),
      array({ name: "cell.fired", role: "scratch" }),
      array({ name: "cell.spikes", type: "spikes" }),
    ],
    ops: order === "brian2" ? [update, deliver, reset] : [deliver, update, reset],
  });
}

/** Two state variables for each channel of the filter: x' = A x + B u, y = C x. */
const stateSpace = program({
  name: "a state-space synapse of order 2",
  dt: 1,
  order: "nengo",
  inputs: [{ name: "u", offset: 0, size: 3 }],
  outputs: [{ name: "y", offset: 0, size: 3 }],
  arrays: [
    array({ name: "u", role: "input", length: 3 }),
    array({ name: "filter.x0", length: 3 }),
    array({ name: "filter.x1", length: 3 }),
    array({ name: "filter.y", length: 3 }),
    array({ name: "y", role: "output", length: 3 }),
  ],
  ops: [
    {
      kind: "io",
      id: "io0",
      phase: "outputs",
      into: "y",
      version: 1,
      pieces: [{ array: "filter.y", version: 0, offset: 0, count: 3, position: 0 }],
    },
    {
      kind: "map",
      id: "map1",
      phase: "synapses",
      count: 3,
      reads: [read("u", "u@0"), read("x0", "filter.x0@0"), read("x1", "filter.x1@0")],
      body: body(`
        next = 1.63746 * x0 - 0.67032 * x1 + u
        x1 = x0
        x0 = next
        y = 0.0175231 * x0 + 0.0153368 * x1`),
      writes: [write("x0", "filter.x0@1"), write("x1", "filter.x1@1"), write("y", "filter.y@1")],
    },
  ],
});

export const neuronCases: readonly ProgramCase[] = [
  { name: "gated-channels", program: gated },
  { name: "pattern-5x5", program: pattern },
  { name: "order-brian2", program: selfExciting("brian2") },
  { name: "order-default", program: selfExciting("default") },
  { name: "state-space", program: stateSpace },
];
