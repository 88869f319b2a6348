// Programs around the network: random spikes, a watchdog, a batch, a user's function.

import { array, body, program, read, write } from "../../../src/ir/build.js";
import type { ProgramCase } from "./case.js";

/** One number per spike: the gap to the next spike, over neurons and steps, is geometric. */
const poisson = program({
  name: "1000 Poisson neurons at 5 Hz, one random number per spike",
  dt: 0.1,
  order: "auryn",
  seed: 7,
  arrays: [
    array({ name: "source.position" }),
    array({ name: "source.draws", type: "int" }),
    array({ name: "source.spikes", type: "spikes", length: 1000 }),
  ],
  ops: [
    {
      kind: "random",
      id: "random0",
      phase: "update",
      how: "skip",
      stream: 1,
      count: 1000,
      reads: [],
      body: body("skip = floor(-log(u) * (200 - dt) / dt + 1.5)"),
      position: write("position", "source.position@1", "one"),
      draws: write("draws", "source.draws@1", "one"),
      emit: { list: "source.spikes", version: 1 },
    },
  ],
});

const watchdog = program({
  name: "a rate watchdog that stops a run",
  dt: 0.1,
  inputs: [{ name: "x", offset: 0, size: 100 }],
  arrays: [
    array({ name: "x", role: "input", length: 100 }),
    array({ name: "cell.spikes", type: "spikes", length: 100 }),
    array({ name: "watch.count", role: "scratch" }),
    array({ name: "watch.rate" }),
    array({ name: "watch.tripped", role: "scratch" }),
  ],
  ops: [
    {
      kind: "map",
      id: "map0",
      phase: "update",
      count: 100,
      reads: [read("x", "x@0")],
      body: body("fired = x > 0"),
      writes: [],
      emit: { when: "fired", list: "cell.spikes", version: 1 },
    },
    {
      kind: "reduce",
      id: "reduce1",
      phase: "record",
      fn: "count",
      from: read("spikes", "cell.spikes@1"),
      count: 100,
      write: write("n", "watch.count@1", "one"),
    },
    {
      kind: "map",
      id: "map2",
      phase: "record",
      count: 1,
      reads: [read("n", "watch.count@1"), read("rate", "watch.rate@0")],
      body: body("rate = rate + dt / 100 * (1000 * n / (100 * dt) - rate); tripped = rate > 200"),
      writes: [write("rate", "watch.rate@1"), write("tripped", "watch.tripped@1")],
    },
    {
      kind: "stop",
      id: "stop3",
      phase: "record",
      when: read("tripped", "watch.tripped@1", "one"),
      reason: "mean rate above 200 Hz",
    },
  ],
});

/** Three copies: state and bias are per copy, the time constant is shared. */
const batch = program({
  name: "a batch of 3 with shared and per-copy parameters",
  dt: 0.1,
  batch: 3,
  inputs: [{ name: "x", offset: 0, size: 2 }],
  outputs: [{ name: "V", offset: 0, size: 2 }],
  arrays: [
    array({ name: "x", role: "input", length: 2 }),
    array({ name: "cell.V", length: 2 }),
    array({ name: "cell.tau", role: "parameter", initial: 5 }),
    array({ name: "cell.bias", role: "tunable", length: 2, perCopy: true }),
    array({ name: "y", role: "output", length: 2 }),
  ],
  ops: [
    {
      kind: "map",
      id: "map0",
      phase: "update",
      count: 2,
      reads: [
        read("V", "cell.V@0"),
        read("I", "x@0"),
        read("tau", "cell.tau@0", "one"),
        read("bias", "cell.bias@0"),
      ],
      body: body("V = V + dt / tau * (I + bias - V)"),
      writes: [write("V", "cell.V@1")],
    },
    {
      kind: "io",
      id: "io1",
      phase: "outputs",
      into: "y",
      version: 1,
      pieces: [{ array: "cell.V", version: 1, offset: 0, count: 2, position: 0 }],
    },
  ],
});

const host = program({
  name: "a user's function inside the step",
  dt: 1,
  arrays: [
    array({ name: "motor.V", length: 2, initial: Float64Array.of(1, -1) }),
    array({ name: "sensor.I", role: "scratch", length: 3 }),
    array({ name: "sensor.V", length: 3 }),
  ],
  ops: [
    {
      kind: "host",
      id: "host0",
      phase: "currents",
      name: "body",
      reads: [{ array: "motor.V", version: 0, offset: 0, count: 2 }],
      writes: [{ array: "sensor.I", version: 1, offset: 0, count: 3 }],
    },
    {
      kind: "map",
      id: "map1",
      phase: "update",
      count: 3,
      reads: [read("V", "sensor.V@0"), read("I", "sensor.I@1")],
      body: body("V = V + dt / 5 * (I - V)"),
      writes: [write("V", "sensor.V@1")],
    },
  ],
});

export const controlCases: readonly ProgramCase[] = [
  { name: "poisson-skip", program: poisson },
  { name: "watchdog", program: watchdog },
  { name: "batch", program: batch },
  { name: "host", program: host },
];
