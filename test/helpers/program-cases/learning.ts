// Programs of Nengo's learning rules and of a convolution.

import { array, body, program, read, write } from "../../../src/ir/build.js";
import type { ProgramCase } from "./case.js";

/** 4 neurons decode 2 dimensions; the change of one step acts at the beginning of the next. */
const pes = program({
  name: "PES",
  dt: 1,
  order: "nengo",
  inputs: [
    { name: "activity", offset: 0, size: 4 },
    { name: "error", offset: 4, size: 2 },
  ],
  arrays: [
    array({ name: "x", role: "input", length: 6 }),
    array({ name: "conn.weights", length: 8 }),
    array({ name: "conn.delta", length: 8 }),
    array({ name: "conn.filtered", length: 4 }),
    array({ name: "conn.value", role: "scratch", length: 2 }),
  ],
  ops: [
    {
      kind: "map",
      id: "map0",
      phase: "update",
      count: 8,
      reads: [read("w", "conn.weights@0"), read("delta", "conn.delta@0")],
      body: body("w = w + delta"),
      writes: [write("w", "conn.weights@1")],
    },
    {
      kind: "gather",
      id: "gather1",
      phase: "update",
      layout: { kind: "dense", sources: 4, targets: 2 },
      reads: [read("w", "conn.weights@1", "edge"), read("a", "x@0", "source")],
      body: body("term = w * a"),
      writes: [write("term", "conn.value@1", "target")],
    },
    {
      kind: "map",
      id: "map2",
      phase: "plasticity",
      count: 4,
      reads: [read("a", "x@0"), read("f", "conn.filtered@0")],
      body: body("f = f + (a - f) * -expm1(-dt / 5)"),
      writes: [write("f", "conn.filtered@1")],
    },
    {
      kind: "edges",
      id: "edges3",
      phase: "plasticity",
      trigger: { on: "every", steps: 1 },
      layout: { kind: "dense", sources: 4, targets: 2 },
      reads: [
        read("a", "conn.filtered@1", "source"),
        read("error", "x@0", "target", { offset: 4 }),
      ],
      body: body("delta = -0.0001 * 0.001 / 4 * error * a"),
      writes: [write("delta", "conn.delta@1", "edge")],
    },
  ],
});

/** Encoders of 3 neurons move towards the 2-dimensional input while they fire and the gate is open. */
const voja = program({
  name: "Voja",
  dt: 1,
  order: "nengo",
  inputs: [
    { name: "value", offset: 0, size: 2 },
    { name: "activity", offset: 2, size: 3 },
    { name: "gate", offset: 5, size: 1 },
  ],
  arrays: [
    array({ name: "x", role: "input", length: 6 }),
    array({ name: "ens.encoders", length: 6, initial: Float64Array.of(1, 0, 0, 1, -1, 0) }),
    array({ name: "ens.delta", length: 6 }),
    array({ name: "ens.filtered", length: 3 }),
    array({ name: "ens.scale", role: "parameter", initial: Float64Array.of(2, 3, 4) }),
  ],
  ops: [
    {
      kind: "map",
      id: "map0",
      phase: "update",
      count: 6,
      reads: [read("E", "ens.encoders@0"), read("delta", "ens.delta@0")],
      body: body("E = E + delta"),
      writes: [write("E", "ens.encoders@1")],
    },
    {
      kind: "map",
      id: "map1",
      phase: "plasticity",
      count: 3,
      reads: [read("a", "x@0", "element", { offset: 2 }), read("f", "ens.filtered@0")],
      body: body("f = f + (a - f) * -expm1(-dt / 5)"),
      writes: [write("f", "ens.filtered@1")],
    },
    {
      kind: "edges",
      id: "edges2",
      phase: "plasticity",
      trigger: { on: "every", steps: 1 },
      layout: { kind: "dense", sources: 2, targets: 3 },
      reads: [
        read("E", "ens.encoders@1", "edge"),
        read("value", "x@0", "source"),
        read("b", "ens.filtered@1", "target"),
        read("scale", "ens.scale@0", "target"),
        read("gate", "x@0", "one", { offset: 5 }),
      ],
      body: body("delta = 0.01 * 0.001 * (1 + gate) * b * (scale * value - E)"),
      writes: [write("delta", "ens.delta@1", "edge")],
    },
  ],
});

/** P and the decoders are both edge values; a' P a is a reduction. */
const rls = program({
  name: "RLS",
  dt: 1,
  order: "nengo",
  inputs: [
    { name: "activity", offset: 0, size: 3 },
    { name: "error", offset: 3, size: 1 },
  ],
  arrays: [
    array({ name: "x", role: "input", length: 4 }),
    array({ name: "conn.weights", length: 3 }),
    array({ name: "conn.delta", length: 3 }),
    array({ name: "conn.P", initial: Float64Array.of(0.1, 0, 0, 0, 0.1, 0, 0, 0, 0.1) }),
    array({ name: "conn.Pa", role: "scratch", length: 3 }),
    array({ name: "conn.product", role: "scratch", length: 3 }),
    array({ name: "conn.aPa", role: "scratch" }),
  ],
  ops: [
    {
      kind: "map",
      id: "map0",
      phase: "update",
      count: 3,
      reads: [read("w", "conn.weights@0"), read("delta", "conn.delta@0")],
      body: body("w = w + delta"),
      writes: [write("w", "conn.weights@1")],
    },
    {
      kind: "gather",
      id: "gather1",
      phase: "plasticity",
      layout: { kind: "dense", sources: 3, targets: 3 },
      reads: [read("P", "conn.P@0", "edge"), read("a", "x@0", "source")],
      body: body("term = P * a"),
      writes: [write("term", "conn.Pa@1", "target")],
    },
    {
      kind: "map",
      id: "map2",
      phase: "plasticity",
      count: 3,
      reads: [read("Pa", "conn.Pa@1"), read("a", "x@0")],
      body: body("product = a * Pa"),
      writes: [write("product", "conn.product@1")],
    },
    {
      kind: "reduce",
      id: "reduce3",
      phase: "plasticity",
      fn: "sum",
      from: read("product", "conn.product@1"),
      count: 3,
      write: write("sum", "conn.aPa@1", "one"),
    },
    {
      kind: "edges",
      id: "edges4",
      phase: "plasticity",
      trigger: { on: "every", steps: 1 },
      layout: { kind: "dense", sources: 3, targets: 1 },
      reads: [
        read("Pa", "conn.Pa@1", "source"),
        read("aPa", "conn.aPa@1", "one"),
        read("error", "x@0", "target", { offset: 3 }),
      ],
      body: body("delta = -error * Pa / (1 + aPa)"),
      writes: [write("delta", "conn.delta@1", "edge")],
    },
    {
      kind: "edges",
      id: "edges5",
      phase: "plasticity",
      trigger: { on: "every", steps: 1 },
      layout: { kind: "dense", sources: 3, targets: 3 },
      reads: [
        read("P", "conn.P@0", "edge"),
        read("Pa_s", "conn.Pa@1", "source"),
        read("Pa_t", "conn.Pa@1", "target"),
        read("aPa", "conn.aPa@1", "one"),
      ],
      body: body("P = P - Pa_t * Pa_s / (1 + aPa)"),
      writes: [write("P", "conn.P@1", "edge")],
    },
  ],
});

const convolution = program({
  name: "a convolution with stride and padding",
  dt: 1,
  inputs: [{ name: "picture", offset: 0, size: 60 }],
  outputs: [{ name: "features", offset: 0, size: 45 }],
  arrays: [
    array({ name: "x", role: "input", length: 60 }),
    array({
      name: "kernel",
      role: "parameter",
      initial: Float64Array.from({ length: 36 }, (_, i) => (i % 7) - 3),
    }),
    array({ name: "features", role: "scratch", length: 45 }),
    array({ name: "y", role: "output", length: 45 }),
  ],
  ops: [
    {
      kind: "gather",
      id: "gather0",
      phase: "currents",
      layout: {
        kind: "convolution",
        input: [6, 5],
        output: [3, 5],
        kernel: [3, 2],
        strides: [2, 1],
        pad: [0, 0],
        channels: 2,
        filters: 3,
        groups: 1,
      },
      reads: [read("x", "x@0", "source"), read("w", "kernel@0", "edge")],
      body: body("term = w * x"),
      writes: [write("term", "features@1", "target")],
    },
    {
      kind: "io",
      id: "io1",
      phase: "outputs",
      into: "y",
      version: 1,
      pieces: [{ array: "features", version: 1, offset: 0, count: 45, position: 0 }],
    },
  ],
});

export const learningCases: readonly ProgramCase[] = [
  { name: "pes", program: pes },
  { name: "voja", program: voja },
  { name: "rls", program: rls },
  { name: "convolution", program: convolution },
];
