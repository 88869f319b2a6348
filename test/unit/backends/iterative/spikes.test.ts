// Ops on spikes, against lists written by hand: emitting, rings of lists, deliver and edges.
import { array, body, program, read, readColumn, write } from "../../../../src/ir/build.js";
import type { ArraySpec, EdgesOp, Layout, MapOp, Op } from "../../../../src/ir/program.js";
import type { Monitor, Values } from "../../../../src/runtime/backend.js";
import { job, load, numbers, type Loaded } from "./load.js";

const reals = (...values: number[]): Float64Array => Float64Array.from(values);
const ints = (...values: number[]): Int32Array => Int32Array.from(values);
const phase = "";

/** Emits the sources whose input is above 0, with the input as payload `size`. */
const emitInput = (count: number): MapOp => ({
  ...{ kind: "map", id: "map0", phase, count, writes: [] },
  reads: [read("x", "x@0")],
  body: body("fires = x > 0"),
  emit: { when: "fires", list: "spikes", version: 1, payload: ["x"] },
});

const spikeList = {
  ...({ name: "spikes", type: "spikes", role: "scratch" } as const),
  payload: ["size"],
};

const sources = (count: number): ArraySpec[] => [
  array({ name: "x", role: "input", length: count }),
  array({ ...spikeList, length: count }),
];

const pushSpikes: Op = {
  ...{ kind: "ring", id: "ring0", phase },
  from: { array: "spikes", version: 1 },
  into: { array: "train", version: 1 },
};

const none: Values = new Float64Array(0);

/** Steps through inputs and gives the values of an array after each. */
function play(loaded: Loaded, inputs: readonly (readonly number[])[], name: string): number[][] {
  return inputs.map((x) => {
    loaded.step(Float64Array.from(x), none);
    return numbers(loaded, name);
  });
}

/** For each source the edges to (target, edge), as compressed rows. */
function rowsOf(rows: readonly (readonly (readonly [number, number])[])[], targets: number) {
  const flat = rows.flat();
  const starts = rows.map((_, i) => rows.slice(0, i).flat().length);
  const layout: Layout = {
    ...{ kind: "csr", rows: "source", sources: rows.length, targets, edges: flat.length },
    ...{ start: "start", other: "ends", edge: "numbers" },
  };
  const arrays = [
    array({ name: "start", role: "index", initial: ints(...starts, flat.length) }),
    array({ name: "ends", role: "index", initial: ints(...flat.map(([end]) => end)) }),
    array({ name: "numbers", role: "index", initial: ints(...flat.map(([, edge]) => edge)) }),
  ];
  return { layout, arrays };
}

test("lists stay ascending when ops append to them in any order, with their payload", () => {
  const emit = (id: string, version: number, offset: number): MapOp => ({
    ...{ kind: "map", id, phase, count: 2, writes: [] },
    reads: [read("x", "x@0", "element", { offset })],
    body: body("fires = x > 0"),
    emit: {
      ...{ when: "fires", list: "spikes", version, offset, payload: ["x"] },
      append: version > 1,
    },
  });
  const made = program({
    arrays: [
      ...sources(6),
      array({ name: "order", length: 6 }),
      array({ name: "source", initial: reals(0, 1, 2, 3, 4, 5) }),
    ],
    ops: [
      emit("map0", 1, 4),
      emit("map1", 2, 0),
      emit("map2", 3, 2),
      {
        ...{ kind: "deliver", id: "deliver0", phase, spikes: { array: "spikes", version: 3 } },
        layout: { kind: "diagonal", count: 6 },
        reads: [readColumn("size", "size", "spike"), read("source", "source@0", "source")],
        body: body("seen = 100 * size + source"),
        writes: [write("seen", "order@1", "target")],
      },
    ],
  });
  const loaded = load(made);
  const spikes: number[][] = [];
  const sample = (_step: number, values: ArrayLike<number>, n: number): void => {
    spikes.push(Array.from({ length: n }, (_, i) => values[i]!));
  };
  const monitors: readonly Monitor[] = [
    { array: "spikes", kind: "spikes", offset: 0, count: 6, every: 1, write: sample },
    { array: "spikes", kind: "spikes", offset: 3, count: 2, every: 1, write: sample },
    {
      ...{ array: "spikes", kind: "spikes", offset: 2, count: 2, every: 1, write: sample },
      order: ints(3, 1),
    },
  ];
  const input = (_step: number, x: Values): void => x.set([1, 0, 0, 4, 5, 6]);
  loaded.runSync(job({ steps: 1, monitors, input }));
  expect(spikes).toEqual([
    [0, 3, 4, 5],
    [0, 1],
    [1, 0],
  ]);
  expect(numbers(loaded, "order")).toEqual([100, 0, 0, 403, 504, 605]);
});

test("a list that is emitted anew forgets the last step, and count counts a part of it", () => {
  const made = program({
    arrays: [...sources(4), array({ name: "n" })],
    ops: [
      emitInput(4),
      {
        ...{ kind: "reduce", id: "reduce0", phase, fn: "count", count: 2 },
        from: read("", "spikes@1", "element", { offset: 1 }),
        write: write("n", "n@1", "one"),
      },
    ],
  });
  const counts = play(
    load(made),
    [
      [1, 1, 1, 1],
      [1, 0, 1, 1],
      [1, 0, 0, 1],
    ],
    "n",
  );
  expect(counts).toEqual([[2], [1], [0]]);
});

test("deliver walks rows in their order and each edge sees what the edges before it wrote", () => {
  const { layout, arrays } = rowsOf(
    [
      [
        [1, 2],
        [0, 0],
        [1, 1],
      ],
      [],
      [[1, 3]],
    ],
    2,
  );
  const made = program({
    arrays: [
      ...sources(3),
      ...arrays,
      array({ name: "g", length: 2 }),
      array({ name: "w", initial: reals(1, 2, 4, 8) }),
      array({ name: "order", length: 4 }),
      array({ name: "count" }),
    ],
    ops: [
      emitInput(3),
      {
        ...{ kind: "deliver", id: "deliver0", phase, layout },
        spikes: { array: "spikes", version: 1 },
        reads: [
          read("w", "w@0", "edge"),
          read("g", "g@0", "target"),
          readColumn("size", "size", "spike"),
        ],
        body: body("g = g / 2 + w * size; w = w + g"),
        writes: [write("g", "g@1", "target"), write("w", "w@1", "edge")],
      },
    ],
  });
  const loaded = load(made);
  const w = [1, 2, 4, 8];
  const g = [0, 0];
  const rows = [
    [
      [1, 2],
      [0, 0],
      [1, 1],
    ],
    [],
    [[1, 3]],
  ];
  for (const x of [
    [2, 1, 0],
    [0, 1, 3],
    [1, 0, 2],
  ]) {
    x.forEach((size, source) => {
      if (size === 0) return;
      for (const [target, edge] of rows[source]!) {
        g[target!] = g[target!]! / 2 + w[edge!]! * size;
        w[edge!] = w[edge!]! + g[target!]!;
      }
    });
    loaded.step(Float64Array.from(x), none);
    expect(numbers(loaded, "g")).toEqual(g);
    expect(numbers(loaded, "w")).toEqual(w);
  }
});

test("spikes arrive after a constant lag, and only those of the op's own sources", () => {
  const made = program({
    arrays: [
      ...sources(4),
      array({ ...spikeList, name: "train", role: "state", length: 4, slots: 3 }),
      array({ name: "g", length: 2 }),
    ],
    ops: [
      emitInput(4),
      {
        ...{ kind: "deliver", id: "deliver0", phase, layout: { kind: "diagonal", count: 2 } },
        spikes: { array: "train", version: 0, lag: 1, offset: 1 },
        reads: [readColumn("size", "size", "spike")],
        body: [],
        writes: [write("size", "g@1", "target", { mode: "add" })],
      },
      pushSpikes,
    ],
  });
  const loaded = load(made);
  const inputs = [
    [1, 2, 3, 4],
    [0, 10, 0, 20],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
  ];
  expect(play(loaded, inputs, "g")).toEqual([
    [0, 0],
    [0, 0],
    [2, 3],
    [12, 3],
    [12, 3],
  ]);
  // Newest list first: nothing, nothing, nothing.
  expect(numbers(loaded, "train")).toEqual(new Array(12).fill(0));
  loaded.step(reals(0, 0, 0, 9), none);
  expect(numbers(loaded, "train")).toEqual([0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
});

test("with a lag for each edge the oldest spikes come first, then ascending sources", () => {
  const { layout, arrays } = rowsOf(
    [
      [
        [0, 0],
        [0, 1],
      ],
      [[0, 2]],
    ],
    1,
  );
  const made = program({
    arrays: [
      ...sources(2),
      ...arrays,
      array({ ...spikeList, name: "train", role: "state", length: 2, slots: 4 }),
      array({ name: "lags", role: "index", initial: ints(0, 3, 2) }),
      array({ name: "name", initial: reals(1, 2, 3) }),
      array({ name: "trace" }),
    ],
    ops: [
      {
        ...{ kind: "map", id: "map1", phase, count: 1, reads: [], body: body("trace = 0") },
        writes: [write("trace", "trace@1")],
      },
      emitInput(2),
      pushSpikes,
      {
        ...{ kind: "deliver", id: "deliver0", phase, layout },
        spikes: { array: "train", version: 1, lag: "lags" },
        reads: [read("trace", "trace@1", "target"), read("name", "name@0", "edge")],
        body: body("trace = 10 * trace + name"),
        writes: [write("trace", "trace@2", "target")],
      },
    ],
  });
  const inputs = [
    [1, 0],
    [0, 1],
    [0, 0],
    [1, 0],
    [0, 0],
    [1, 0],
    [1, 0],
  ];
  // Step 3: the newest spike of source 0 by edge 0, its spike of step 0 by edge 1, and source 1's of
  // step 1 by edge 2; lags 3, 2, 0 in this order.
  expect(play(load(made), inputs, "trace").flat()).toEqual([1, 0, 0, 231, 0, 1, 21]);
});

test("edges run for the outgoing edges of sources, the incoming ones of targets, or for all", () => {
  const edgeOp = (trigger: EdgesOp["trigger"], factor: number, version: number): EdgesOp => ({
    ...{ kind: "edges", id: `edges${version}`, phase, trigger },
    layout: { kind: "dense", sources: 2, targets: 3 },
    reads: [
      read("w", `w@${version - 1}`, "edge"),
      read("s", "one@0", "source"),
      read("end", "three@0", "target"),
    ],
    body: body(`w = w + ${factor} * (10 * end + s)`),
    writes: [write("w", `w@${version}`, "edge")],
  });
  const made = program({
    arrays: [
      array({ name: "x", role: "input", length: 3 }),
      array({ ...spikeList, length: 3 }),
      array({ name: "w", length: 6 }),
      array({ name: "one", initial: reals(0, 1) }),
      array({ name: "three", initial: reals(0, 1, 2) }),
    ],
    ops: [
      emitInput(3),
      edgeOp({ on: "source", spikes: { array: "spikes", version: 1 } }, 1, 1),
      edgeOp({ on: "target", spikes: { array: "spikes", version: 1 } }, 100, 2),
      edgeOp({ on: "every", steps: 2 }, 10_000, 3),
    ],
  });
  const loaded = load(made);
  const code = [0, 1, 10, 11, 20, 21];
  const w = [0, 0, 0, 0, 0, 0];
  [
    [0, 0, 0],
    [1, 0, 0],
    [0, 1, 1],
    [1, 1, 1],
  ].forEach((x, step) => {
    for (let edge = 0; edge < 6; edge++) {
      const bySource = x[edge % 2]!;
      const byTarget = x[Math.floor(edge / 2)]!;
      w[edge]! += code[edge]! * (bySource + 100 * byTarget + (step % 2 === 0 ? 10_000 : 0));
    }
    loaded.step(Float64Array.from(x), none);
    expect(numbers(loaded, "w")).toEqual(w);
  });
});
