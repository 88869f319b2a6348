// Programs of spike-timing dependent plasticity: both orders of coinciding spikes, and updates that
// wait for the next source spike.

import { array, body, program, read, readColumn, write } from "../../../src/ir/build.js";
import type { ArraySpec, Op, Program } from "../../../src/ir/program.js";
import type { ProgramCase } from "./case.js";

const layout = { kind: "dense", sources: 2, targets: 2 } as const;

const spiking = (name: string, input: string): readonly ArraySpec[] => [
  array({ name: input, role: "scratch", length: 2 }),
  array({ name: `${name}.spikes`, type: "spikes", length: 2 }),
];

/** Both populations fire where their part of the input vector is positive. */
const fire = (id: string, name: string, offset: number): Op => ({
  kind: "map",
  id,
  phase: "update",
  count: 2,
  reads: [read("x", "x@0", "element", offset === 0 ? {} : { offset })],
  body: body("fired = x > 0"),
  writes: [write("fired", `${name}.fired@1`)],
  emit: { when: "fired", list: `${name}.spikes`, version: 1 },
});

const trace = (id: string, name: string, tau: number): Op => ({
  kind: "map",
  id,
  phase: "plasticity",
  count: 2,
  reads: [read("trace", `${name}.trace@0`), read("fired", `${name}.fired@1`)],
  body: body(`trace = (trace + fired) * exp(-dt / ${tau})`),
  writes: [write("trace", `${name}.trace@1`)],
});

const pairArrays: readonly ArraySpec[] = [
  array({ name: "x", role: "input", length: 4 }),
  ...spiking("pre", "pre.fired"),
  ...spiking("post", "post.fired"),
  array({ name: "pre.trace", length: 2 }),
  array({ name: "post.trace", length: 2 }),
  array({ name: "post.I", length: 2 }),
  array({ name: "syn.w", length: 4, initial: 0.5 }),
];

/** Source spikes transmit and depress, target spikes potentiate. */
function pairRule(first: "source" | "target"): Program {
  const [before, after] = first === "source" ? ["deliver2", "edges3"] : ["deliver3", "edges2"];
  const atSource = first === "source" ? [0, 1] : [1, 2];
  const atTarget = first === "source" ? [1, 2] : [0, 1];
  const deliver: Op = {
    kind: "deliver",
    id: before!,
    phase: "deliver",
    spikes: { array: "pre.spikes", version: 1 },
    layout,
    reads: [read("w", `syn.w@${atSource[0]}`, "edge"), read("y", "post.trace@0", "target")],
    body: body("sent = w; w = clip(w - 0.00105 * y, 0, 1)"),
    writes: [
      write("w", `syn.w@${atSource[1]}`, "edge"),
      write("sent", "post.I@1", "target", { mode: "add" }),
    ],
  };
  const edges: Op = {
    kind: "edges",
    id: after!,
    phase: "plasticity",
    trigger: { on: "target", spikes: { array: "post.spikes", version: 1 } },
    layout,
    reads: [read("w", `syn.w@${atTarget[0]}`, "edge"), read("x", "pre.trace@0", "source")],
    body: body("w = clip(w + 0.001 * x, 0, 1)"),
    writes: [write("w", `syn.w@${atTarget[1]}`, "edge")],
  };
  return program({
    name: `pair STDP, ${first} spikes first`,
    dt: 0.1,
    order: "auryn",
    inputs: [{ name: "x", offset: 0, size: 4 }],
    arrays: pairArrays,
    ops: [
      fire("map0", "pre", 0),
      fire("map1", "post", 2),
      ...(first === "source" ? [deliver, edges] : [edges, deliver]),
      trace("map4", "pre", 20),
      trace("map5", "post", 20),
    ],
  });
}

/** Steps of the source's last spike, and its trace just after it: between spikes it only decays. */
const lastSpike: Op = {
  kind: "map",
  id: "map5",
  phase: "plasticity",
  count: 2,
  reads: [read("peak", "pre.peak@0"), read("last", "pre.last@0"), read("fired", "pre.fired@1")],
  body: body(`
    peak = fired ? peak * exp(-(step - last) * dt / 16.8) + 1 : peak
    last = fired ? step : last`),
  writes: [write("peak", "pre.peak@1"), write("last", "pre.last@1")],
};

/**
 * w += 0.0065 x y_slow at target spikes, done when the source fires next: x follows from the last
 * spike of the source, y_slow is kept with the event. An event in the step of that spike has not
 * seen it.
 */
const tripletDeferred = program({
  name: "triplet STDP, target spikes settled at the next source spike",
  dt: 0.1,
  order: "auryn",
  inputs: [{ name: "x", offset: 0, size: 4 }],
  arrays: [
    ...pairArrays.filter(({ name }) => name !== "post.I" && name !== "pre.trace"),
    array({ name: "pre.peak", length: 2 }),
    array({ name: "pre.last", type: "int", length: 2, initial: -1 }),
    array({ name: "post.slow", length: 2 }),
    array({ name: "post.events", type: "history", length: 2, capacity: 8, payload: ["slow"] }),
    array({ name: "syn.since", type: "int", length: 4, initial: -1 }),
  ],
  ops: [
    fire("map0", "pre", 0),
    fire("map1", "post", 2),
    {
      kind: "edges",
      id: "edges2",
      phase: "plasticity",
      trigger: {
        on: "history",
        spikes: { array: "pre.spikes", version: 1 },
        history: "post.events",
        version: 0,
        since: "syn.since",
      },
      layout,
      reads: [
        read("w", "syn.w@0", "edge"),
        read("peak", "pre.peak@0", "source"),
        read("last", "pre.last@0", "source"),
        readColumn("slow", "slow", "event"),
      ],
      body: body(`
        gap = step - age - last
        x = gap > 0 ? peak * exp(-gap * dt / 16.8) : peak - 1
        w = clip(w + 0.0065 * x * slow, 0, 1)`),
      writes: [write("w", "syn.w@1", "edge")],
    },
    {
      kind: "edges",
      id: "edges3",
      phase: "plasticity",
      trigger: { on: "source", spikes: { array: "pre.spikes", version: 1 } },
      layout,
      reads: [read("w", "syn.w@1", "edge"), read("y", "post.trace@0", "target")],
      body: body("w = clip(w - 0.0035 * y, 0, 1)"),
      writes: [write("w", "syn.w@2", "edge")],
    },
    {
      kind: "remember",
      id: "remember4",
      phase: "plasticity",
      spikes: { array: "post.spikes", version: 1 },
      history: "post.events",
      version: 1,
      values: [read("slow", "post.slow@0", "target")],
      settle: "edges2",
    },
    lastSpike,
    trace("map6", "post", 33.7),
    {
      kind: "map",
      id: "map7",
      phase: "plasticity",
      count: 2,
      reads: [read("slow", "post.slow@0"), read("fired", "post.fired@1")],
      body: body("slow = (slow + fired) * exp(-dt / 114)"),
      writes: [write("slow", "post.slow@1")],
    },
  ],
});

export const plasticityCases: readonly ProgramCase[] = [
  { name: "pair-stdp-source-first", program: pairRule("source") },
  { name: "pair-stdp-target-first", program: pairRule("target") },
  { name: "triplet-deferred", program: tripletDeferred },
];
