// Programs of synapses that are hard to say: saturation, rectification, delays, values that travel.

import { array, body, program, read, readColumn, write } from "../../../src/ir/build.js";
import type { ArraySpec, MapOp, Op } from "../../../src/ir/program.js";
import type { ProgramCase } from "./case.js";

const dense = { kind: "dense", sources: 2, targets: 3 } as const;

/** Sources that fire when their input is positive. */
const sources: readonly ArraySpec[] = [
  array({ name: "x", role: "input", length: 2 }),
  array({ name: "pre.spikes", type: "spikes", length: 2 }),
];
const fire = (id: string): Op => ({
  kind: "map",
  id,
  phase: "update",
  count: 2,
  reads: [read("x", "x@0")],
  body: body("fired = x > 0"),
  writes: [],
  emit: { when: "fired", list: "pre.spikes", version: 1 },
});

const clear = (id: string, ...sums: string[]): Op => ({
  kind: "map",
  id,
  phase: "clear",
  count: 3,
  reads: [],
  body: body("zero = 0"),
  writes: sums.map((sum) => write("zero", `${sum}@1`)),
});

const membrane = (id: string, sums: number): Op => ({
  kind: "map",
  id,
  phase: "update",
  count: 3,
  reads: [
    read("V", "post.V@0"),
    read("drive", `post.drive@${sums}`),
    read("conductance", `post.conductance@${sums}`),
  ],
  body: body("I = drive - V * conductance; V = V + dt / 5 * (I - V)"),
  writes: [write("V", "post.V@1")],
});

const perEdge = program({
  name: "saturating synapses, one conductance per synapse",
  dt: 0.1,
  order: "sns",
  inputs: [{ name: "x", offset: 0, size: 2 }],
  arrays: [
    ...sources,
    array({ name: "syn.g", length: 6 }),
    array({ name: "post.V", length: 3 }),
    array({ name: "post.drive", role: "scratch", length: 3 }),
    array({ name: "post.conductance", role: "scratch", length: 3 }),
  ],
  ops: [
    {
      kind: "map",
      id: "map0",
      phase: "synapses",
      count: 6,
      reads: [read("g", "syn.g@0")],
      body: body("g = g + dt / 5 * -g"),
      writes: [write("g", "syn.g@1")],
    },
    clear("map1", "post.drive", "post.conductance"),
    {
      kind: "gather",
      id: "gather2",
      phase: "currents",
      layout: dense,
      reads: [read("g", "syn.g@1", "edge")],
      body: body("drive = g * 40"),
      writes: [
        write("drive", "post.drive@2", "target", { mode: "add" }),
        write("g", "post.conductance@2", "target", { mode: "add" }),
      ],
    },
    membrane("map3", 2),
    fire("map4"),
    {
      kind: "deliver",
      id: "deliver5",
      phase: "deliver",
      spikes: { array: "pre.spikes", version: 1 },
      layout: dense,
      reads: [read("g", "syn.g@1", "edge")],
      body: body("g = g + min(0.2, 1 - g)"),
      writes: [write("g", "syn.g@2", "edge")],
    },
  ],
});

const zeroes = (id: string, name: string, count: number): MapOp => ({
  kind: "map",
  id,
  phase: "synapses",
  count,
  reads: [],
  body: body("zero = 0"),
  writes: [write("zero", `${name}@1`)],
});

const shared = program({
  name: "saturating synapses, one accumulator per target",
  dt: 0.1,
  order: "sns",
  inputs: [{ name: "x", offset: 0, size: 2 }],
  arrays: [
    ...sources,
    array({ name: "syn.g", length: 6 }),
    array({ name: "syn.last", length: 6 }),
    array({ name: "syn.clock", length: 1 }),
    array({ name: "syn.sum", length: 3 }),
    array({ name: "post.V", length: 3 }),
    array({ name: "post.drive", role: "scratch", length: 3 }),
    array({ name: "post.conductance", role: "scratch", length: 3 }),
  ],
  ops: [
    {
      kind: "map",
      id: "map0",
      phase: "synapses",
      count: 3,
      reads: [read("sum", "syn.sum@0")],
      body: body("sum = sum * (1 - dt / 5)"),
      writes: [write("sum", "syn.sum@1")],
    },
    {
      kind: "map",
      id: "map1",
      phase: "synapses",
      count: 1,
      reads: [read("clock", "syn.clock@0")],
      body: body("clock = clock + 1"),
      writes: [write("clock", "syn.clock@1")],
    },
    clear("map2", "post.drive", "post.conductance"),
    {
      kind: "gather",
      id: "gather3",
      phase: "currents",
      layout: { kind: "diagonal", count: 3 },
      reads: [read("sum", "syn.sum@1", "source")],
      body: body("drive = sum * 40"),
      writes: [
        write("drive", "post.drive@2", "target", { mode: "add" }),
        write("sum", "post.conductance@2", "target", { mode: "add" }),
      ],
    },
    membrane("map4", 2),
    fire("map5"),
    {
      kind: "deliver",
      id: "deliver6",
      phase: "deliver",
      spikes: { array: "pre.spikes", version: 1 },
      layout: dense,
      reads: [
        read("g", "syn.g@0", "edge"),
        read("last", "syn.last@0", "edge"),
        read("clock", "syn.clock@1", "one"),
      ],
      body: body(
        "g = g * (1 - dt / 5)^(clock - last); old = g; g = g + min(0.2, 1 - g); change = g - old",
      ),
      writes: [
        write("g", "syn.g@1", "edge"),
        write("clock", "syn.last@1", "edge"),
        write("change", "syn.sum@2", "target", { mode: "add" }),
      ],
    },
  ],
  settle: [
    {
      kind: "map",
      id: "settle0",
      phase: "synapses",
      count: 6,
      reads: [
        read("g", "syn.g@0"),
        read("last", "syn.last@0"),
        read("clock", "syn.clock@0", "one"),
      ],
      body: body("g = g * (1 - dt / 5)^(clock - last)"),
      writes: [write("g", "syn.g@1"), write("clock", "syn.last@1")],
    },
  ],
  rebuild: [
    zeroes("rebuild0", "syn.clock", 1),
    zeroes("rebuild1", "syn.last", 6),
    {
      kind: "gather",
      id: "rebuild2",
      phase: "currents",
      layout: dense,
      reads: [read("g", "syn.g@0", "edge")],
      body: [],
      writes: [write("g", "syn.sum@1", "target")],
    },
  ],
});

const rectified = program({
  name: "rectified electrical synapse",
  dt: 0.1,
  arrays: [
    array({ name: "a.V", length: 4, initial: Float64Array.of(0, 5, 10, 15) }),
    array({ name: "b.V", length: 4, initial: 8 }),
    ...["a", "b"].flatMap((cell) => [
      array({ name: `${cell}.drive`, role: "scratch", length: 4 }),
      array({ name: `${cell}.conductance`, role: "scratch", length: 4 }),
    ]),
  ],
  ops: [
    {
      kind: "gather",
      id: "gather0",
      phase: "currents",
      layout: { kind: "diagonal", count: 4 },
      reads: [read("V_pre", "a.V@0", "source"), read("V_post", "b.V@0", "target")],
      body: body("g = V_pre > V_post ? 0.5 : 0; drive = g * V_pre"),
      writes: [write("drive", "b.drive@1", "target"), write("g", "b.conductance@1", "target")],
    },
    {
      kind: "gather",
      id: "gather1",
      phase: "currents",
      layout: { kind: "diagonal", count: 4 },
      reads: [read("V_pre", "a.V@0", "target"), read("V_post", "b.V@0", "source")],
      body: body("g = V_pre > V_post ? 0.5 : 0; drive = g * V_post"),
      writes: [write("drive", "a.drive@1", "target"), write("g", "a.conductance@1", "target")],
    },
    ...["a", "b"].map((cell, index): Op => ({
      kind: "map",
      id: `map${index + 2}`,
      phase: "update",
      count: 4,
      reads: [
        read("V", `${cell}.V@0`),
        read("drive", `${cell}.drive@1`),
        read("conductance", `${cell}.conductance@1`),
      ],
      body: body("V = V + dt / 5 * (-V + (drive - V * conductance))"),
      writes: [write("V", `${cell}.V@1`)],
    })),
  ],
});

const delays = program({
  name: "a delay for every synapse",
  dt: 0.1,
  order: "sns",
  inputs: [{ name: "x", offset: 0, size: 2 }],
  arrays: [
    ...sources,
    array({ name: "pre.past", type: "spikes", length: 2, slots: 5 }),
    array({ name: "syn.lag", role: "index", initial: Int32Array.of(0, 4, 1, 3, 2, 2) }),
    array({ name: "post.I", length: 3 }),
  ],
  ops: [
    fire("map0"),
    {
      kind: "ring",
      id: "ring1",
      phase: "emit",
      from: { array: "pre.spikes", version: 1 },
      into: { array: "pre.past", version: 1 },
    },
    {
      kind: "deliver",
      id: "deliver2",
      phase: "deliver",
      spikes: { array: "pre.past", version: 1, lag: "syn.lag" },
      layout: dense,
      reads: [],
      body: body("w = 0.5"),
      writes: [write("w", "post.I@1", "target", { mode: "add" })],
    },
  ],
});

const shortTerm = program({
  name: "short-term plasticity: the efficacy travels with the spike",
  dt: 0.1,
  order: "auryn",
  inputs: [{ name: "x", offset: 0, size: 2 }],
  arrays: [
    array({ name: "x", role: "input", length: 2 }),
    array({ name: "pre.resource", length: 2, initial: 1 }),
    array({ name: "pre.release", length: 2, initial: 0.5 }),
    array({ name: "pre.spikes", type: "spikes", length: 2, payload: ["efficacy"] }),
    array({ name: "pre.past", type: "spikes", length: 2, payload: ["efficacy"], slots: 9 }),
    array({ name: "post.g", length: 3 }),
  ],
  ops: [
    {
      kind: "map",
      id: "map0",
      phase: "update",
      count: 2,
      reads: [read("x", "x@0"), read("R", "pre.resource@0"), read("u", "pre.release@0")],
      body: body(`
        fired = x > 0
        efficacy = R * u
        R = fired ? R - efficacy : R
        u = fired ? u + 0.5 * (1 - u) : u
        R = R + dt / 800 * (1 - R)
        u = u + dt / 10 * (0.5 - u)`),
      writes: [write("R", "pre.resource@1"), write("u", "pre.release@1")],
      emit: { when: "fired", list: "pre.spikes", version: 1, payload: ["efficacy"] },
    },
    {
      kind: "ring",
      id: "ring1",
      phase: "emit",
      from: { array: "pre.spikes", version: 1 },
      into: { array: "pre.past", version: 1 },
    },
    {
      kind: "deliver",
      id: "deliver2",
      phase: "deliver",
      spikes: { array: "pre.past", version: 1, lag: 8 },
      layout: dense,
      reads: [readColumn("efficacy", "efficacy", "spike")],
      body: body("jump = 0.4 * efficacy"),
      writes: [write("jump", "post.g@1", "target", { mode: "add" })],
    },
  ],
});

export const synapseCases: readonly ProgramCase[] = [
  { name: "saturating-per-synapse", program: perEdge },
  { name: "saturating-shared", program: shared },
  { name: "rectified-electrical", program: rectified },
  { name: "per-synapse-delays", program: delays },
  { name: "short-term-plasticity", program: shortTerm },
];
