// Deferred updates of edges: events of targets that are remembered and applied when a source fires
// must give the weights of the immediate rule, whenever one looks, and looking must change nothing.
import { array, body, program, read, readColumn, write } from "../../../../src/ir/build.js";
import type { ArraySpec, EdgesOp, Layout, Op, Program } from "../../../../src/ir/program.js";
import { philox4x32Into } from "../../../../src/util/philox.js";
import { job, load, numbers, type Loaded } from "./load.js";

const ints = (...values: number[]): Int32Array => Int32Array.from(values);
const phase = "";

/** Three sources, four targets, six synapses; the last two connect the same pair. */
const bySource: Layout = {
  ...{ kind: "csr", rows: "source", sources: 3, targets: 4, edges: 6 },
  ...{ start: "start", other: "ends" },
};
const byTarget: Layout = {
  ...{ kind: "csr", rows: "target", sources: 3, targets: 4, edges: 6 },
  ...{ start: "inStart", other: "inEnds", edge: "inEdges" },
};

const connectivity: readonly ArraySpec[] = [
  array({ name: "start", role: "index", initial: ints(0, 2, 4, 6) }),
  array({ name: "ends", role: "index", initial: ints(0, 2, 0, 3, 2, 2) }),
  array({ name: "inStart", role: "index", initial: ints(0, 2, 2, 5, 6) }),
  array({ name: "inEnds", role: "index", initial: ints(0, 1, 0, 2, 2, 1) }),
  array({ name: "inEdges", role: "index", initial: ints(0, 2, 1, 4, 5, 3) }),
];

const arrays: readonly ArraySpec[] = [
  ...connectivity,
  array({ name: "x", role: "input", length: 7 }),
  array({ name: "sources", type: "spikes", role: "scratch", length: 3 }),
  array({ name: "targets", type: "spikes", role: "scratch", length: 4 }),
  array({ name: "flag", role: "scratch", length: 7 }),
  array({ name: "pre", length: 3 }),
  array({ name: "post", length: 4 }),
  array({ name: "w", length: 6, initial: 1 }),
  array({ name: "gain", role: "tunable", initial: 0.1 }),
];

const emit = (id: string, list: string, count: number, offset: number, version: number): Op => ({
  ...{ kind: "map", id, phase, count },
  reads: [read("x", "x@0", "element", { offset })],
  body: body("spike = x > 0"),
  writes: [write("spike", `flag@${version}`, "element", { offset })],
  emit: { when: "spike", list, version: 1 },
});

const traces: readonly Op[] = [
  {
    ...{ kind: "map", id: "map2", phase, count: 3 },
    reads: [read("pre", "pre@0"), read("spike", "flag@2")],
    body: body("pre = pre * exp(-dt / 20) + spike"),
    writes: [write("pre", "pre@1")],
  },
  {
    ...{ kind: "map", id: "map3", phase, count: 4 },
    reads: [read("post", "post@0"), read("spike", "flag@2", "element", { offset: 3 })],
    body: body("post = post * exp(-dt / 30) + spike"),
    writes: [write("post", "post@1")],
  },
];

const atSources = { array: "sources", version: 1 };
const atTargets = { array: "targets", version: 1 };

const depress = (version: number): EdgesOp => ({
  ...{ kind: "edges", id: "edges0", phase, layout: bySource },
  trigger: { on: "source", spikes: atSources },
  reads: [read("w", `w@${version - 1}`, "edge"), read("post", "post@0", "target")],
  body: body("w = w - 0.12 * post"),
  writes: [write("w", `w@${version}`, "edge")],
});

const potentiate = (version: number, preVersion: number): EdgesOp => ({
  ...{ kind: "edges", id: "edges1", phase, layout: byTarget },
  trigger: { on: "target", spikes: atTargets },
  reads: [
    read("w", `w@${version - 1}`, "edge"),
    read("pre", `pre@${preVersion}`, "source"),
    read("gain", "gain@0", "one"),
  ],
  body: body("w = w + gain * pre"),
  writes: [write("w", `w@${version}`, "edge")],
});

const deferred = (version: number, age: string, events: number): EdgesOp => ({
  ...{ kind: "edges", id: "edges1", phase, layout: bySource },
  trigger: {
    ...{ on: "history", spikes: atSources, history: "events", version: events, since: "since" },
  },
  reads: [
    read("w", `w@${version - 1}`, "edge"),
    read("pre", "pre@0", "source"),
    read("gain", "gain@0", "one"),
    readColumn("scale", "scale", "event"),
  ],
  body: body(`w = w + gain * scale * pre * exp(${age} * dt / 20)`),
  writes: [write("w", `w@${version}`, "edge")],
});

const remember: Op = {
  ...{ kind: "remember", id: "remember0", phase, spikes: atTargets, history: "events", version: 1 },
  values: [read("scale", "scale@0", "target")],
  settle: "edges1",
};

const emitters = [emit("map0", "sources", 3, 0, 1), emit("map1", "targets", 4, 3, 2)];

const historyArrays = (capacity: number): ArraySpec[] => [
  array({ name: "since", type: "int", length: 6, initial: -1 }),
  array({ name: "events", type: "history", length: 4, capacity, payload: ["scale"] }),
  array({ name: "scale", role: "parameter", length: 4, initial: 1 }),
];

/** Coinciding spikes: the target's update first; it sees the trace before the source's spike. */
const targetFirst = {
  immediate: program({ arrays, ops: [...emitters, potentiate(1, 0), depress(2), ...traces] }),
  deferred: (capacity: number): Program =>
    program({
      arrays: [...arrays, ...historyArrays(capacity)],
      ops: [...emitters, remember, deferred(1, "age", 1), depress(2), ...traces],
    }),
};

/** Coinciding spikes: the source's update first; the target's sees the source's spike. */
const sourceFirst = {
  immediate: program({ arrays, ops: [...emitters, depress(1), ...traces, potentiate(2, 1)] }),
  deferred: (capacity: number): Program =>
    program({
      arrays: [...arrays, ...historyArrays(capacity)],
      ops: [...emitters, deferred(1, "(age - 1)", 0), depress(2), remember, ...traces],
    }),
};

const words = new Uint32Array(4);

/** Random spikes, with the same ones for the same step. */
function spikesInto(x: { [i: number]: number }, step: number): void {
  for (let i = 0; i < 7; i++) {
    philox4x32Into(words, [step, i, 0, 0], [1, 2]);
    x[i] = words[0]! / 2 ** 32 < 0.2 ? 1 : 0;
  }
}

function play(loaded: Loaded, steps: number): void {
  loaded.runSync(job({ steps, input: (step, x) => spikesInto(x, step) }));
}

function expectClose(found: readonly number[], expected: readonly number[]): void {
  expected.forEach((value, i) => expect(Math.abs(found[i]! - value)).toBeLessThan(1e-12));
}

describe.each([
  ["target first", targetFirst],
  ["source first", sourceFirst],
] as const)("pair rule, %s", (_name, rule) => {
  test.each([1, 2, 50])("with room for %i events equals the immediate rule at any time", (room) => {
    const immediate = load(rule.immediate);
    const looked = load(rule.deferred(room));
    const alone = load(rule.deferred(room));
    for (let step = 0; step < 300; step++) {
      play(immediate, 1);
      play(looked, 1);
      expectClose(numbers(looked, "w"), numbers(immediate, "w"));
    }
    play(alone, 300);
    expect(looked.snapshotSync()).toEqual(alone.snapshotSync());
    const change = numbers(alone, "w").map((w) => Math.abs(w - 1));
    expect(Math.min(...change)).toBeGreaterThan(0.1);
  });

  test("monitors record settled values and change nothing", () => {
    const immediate = load(rule.immediate);
    const watched = load(rule.deferred(3));
    const alone = load(rule.deferred(3));
    const samples: number[][] = [];
    const monitor = {
      ...({
        array: "w",
        kind: "values",
        offset: 1,
        count: 2,
        order: ints(3, 0),
        every: 10,
      } as const),
      write(_step: number, values: ArrayLike<number>): void {
        samples.push(Array.from(values));
      },
    };
    const input = (step: number, x: { [i: number]: number }): void => spikesInto(x, step);
    watched.runSync(job({ steps: 100, input, monitors: [monitor] }));
    play(alone, 100);
    expect(samples).toHaveLength(10);
    for (const sample of samples) {
      play(immediate, 10);
      const w = numbers(immediate, "w");
      expectClose(sample, [w[4]!, w[1]!]);
    }
    expect(watched.snapshotSync()).toEqual(alone.snapshotSync());
  });

  test("a write settles first, so that old events act with the old parameters", () => {
    const immediate = load(rule.immediate);
    const other = load(rule.deferred(20));
    for (const [steps, gain] of [
      [37, 0.7],
      [41, 0.01],
      [50, 0.3],
    ] as const) {
      for (const loaded of [immediate, other]) {
        play(loaded, steps);
        loaded.writeSync("gain", [gain]);
      }
      expect(numbers(other, "events")).toEqual([0, 0, 0, 0]);
      expectClose(numbers(other, "w"), numbers(immediate, "w"));
    }
  });

  test("a reset that keeps the weights keeps what was pending for them", () => {
    const immediate = load(rule.immediate);
    const other = load(rule.deferred(20));
    for (const loaded of [immediate, other]) {
      play(loaded, 60);
      loaded.reset(new Set(["w"]));
      expect(loaded.stepCount).toBe(60);
      play(loaded, 60);
    }
    expectClose(numbers(other, "w"), numbers(immediate, "w"));
  });
});
