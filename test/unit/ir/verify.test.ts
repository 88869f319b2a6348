// The verifier accepts a Program that uses everything, and finds each way to break it, one at a time.
import { InternalError } from "../../../src/errors.js";
import { body, read, write } from "../../../src/ir/build.js";
import type { ArraySpec, Layout, Op, OpKind, Program } from "../../../src/ir/program.js";
import { problemsOf, verify } from "../../../src/ir/verify.js";
import { everything } from "../../helpers/everything.js";

const good = everything({ stop: true });

/** The good Program with fields of one op replaced. */
function changeOp(id: string, change: object): Program {
  const apply = (op: Op): Op => (op.id === id ? ({ ...op, ...change } as Op) : op);
  return { ...good, setup: good.setup.map(apply) as Program["setup"], ops: good.ops.map(apply) };
}

/** With fields of one array replaced. */
function changeArray(name: string, change: object): Program {
  const apply = (spec: ArraySpec): ArraySpec =>
    spec.name === name ? ({ ...spec, ...change } as ArraySpec) : spec;
  return { ...good, arrays: good.arrays.map(apply) };
}

function find<K extends OpKind>(id: string, _kind: K): Extract<Op, { kind: K }> {
  return good.ops.find((op) => op.id === id) as Extract<Op, { kind: K }>;
}

const ints = (...values: number[]): Int32Array => Int32Array.from(values);
const map1 = find("map1", "map");
const deliver1 = find("deliver1", "deliver");
const edges1 = find("edges1", "edges");
const random1 = good.ops.find((op) => op.id === "random1")!;
const remember0 = find("remember0", "remember");
const io0 = find("io0", "io");
const csr = deliver1.layout as Extract<Layout, { kind: "csr" }>;

/** Two ops in the other order. */
function swapped(first: string, second: string): Program {
  const place = (id: string): number => good.ops.findIndex((op) => op.id === id);
  const ops = [...good.ops];
  [ops[place(first)], ops[place(second)]] = [ops[place(second)]!, ops[place(first)]!];
  return { ...good, ops };
}

test("a sound Program has no problems", () => {
  expect(problemsOf(good)).toEqual([]);
  expect(problemsOf(everything({ batch: 3, precision: "float32", chance: false }))).toEqual([]);
});

type Case = readonly [Program, RegExp];

const heads: Case[] = [
  [{ ...good, dt: 0 }, /step 0/],
  [{ ...good, dt: Infinity }, /step Infinity/],
  [{ ...good, format: 2 as 1 }, /format 2/],
  [{ ...good, seed: 1.5 }, /seed 1.5/],
  [{ ...good, batch: 0 }, /0 copies/],
  [{ ...good, precision: "float16" as "float32" }, /float16/],
];

const arrayCases: Case[] = [
  [{ ...good, arrays: [...good.arrays, good.arrays[0]!] }, /array x: is there more than once/],
  [changeArray("V", { type: "complex" }), /unknown type complex/],
  [changeArray("V", { length: -1 }), /length -1/],
  [changeArray("V", { length: 5 }), /4 initial values for 5/],
  [changeArray("V", { initial: ints(1, 2, 3, 4) }), /is real, but its initial values are int/],
  [changeArray("V", { initial: NaN }), /not a number or not finite/],
  [changeArray("lags", { initial: 0.5 }), /is int, but starts with 0.5/],
  [changeArray("lags", { type: "real", initial: 0 }), /real and cannot have the role index/],
  [changeArray("trains", { slots: 0 }), /0 slots/],
  [changeArray("past", { role: "scratch" }), /is a ring and must be state/],
  [changeArray("events", { capacity: 0 }), /needs a capacity/],
  [changeArray("V", { payload: ["a"] }), /cannot have a payload/],
  [changeArray("fired", { payload: ["strength", "strength"] }), /payload strength twice/],
  [{ ...changeArray("noise", { perCopy: false }), batch: 2 }, /must be per copy/],
  [{ ...changeArray("V", { perCopy: false }), batch: 2 }, /map1: writes V, which all copies share/],
  [{ ...changeArray("since", { perCopy: false }), batch: 2 }, /which all copies share/],
];

const versionCases: Case[] = [
  [swapped("map1", "ring1"), /ring1: reads V@1, but V@0/],
  [swapped("deliver0", "deliver1"), /deliver1: writes g@2; the next is g@1/],
  [swapped("map0", "gather0"), /gather0: adds to drive before its first write/],
  [changeOp("map1", { writes: [write("V", "V@2")] }), /map1: writes V@2; the next is V@1/],
  [changeOp("map0", { reads: [read("x", "drive@0")] }), /reads drive before its first write/],
  [
    changeOp("map1", { emit: { ...map1.emit, append: true } }),
    /map1: adds to fired before its first write/,
  ],
  [changeOp("map0", { writes: [write("drive", "coupling@1")] }), /which is parameter/],
  [changeOp("map0", { writes: [write("drive", "tau@1")] }), /which is tunable/],
  [changeOp("map0", { writes: [write("drive", "decay@1")] }), /which is derived/],
  [changeOp("map0", { writes: [write("drive", "ends@1")] }), /which is index/],
  [changeOp("map0", { writes: [write("drive", "since@1")] }), /belongs to a history/],
  [changeOp("map4", { writes: [write("decay", "V@1")] }), /map4: writes V, which is state/],
  [changeOp("map4", { reads: [read("tau", "V@0")] }), /in the setup and reads V, which is state/],
  [changeOp("map4", { writes: [] }), /decay: is derived, but no setup op writes it/],
  [swapped("remember0", "map2"), /remember0: settles by edges1, which reads pre@0, at @1/],
  [swapped("remember0", "edges1"), /edges1: reads events@0, but events@1/],
];

const bodyCases: Case[] = [
  [changeOp("map0", { reads: [] }), /map0: uses x before it is defined/],
  [changeOp("map0", { body: body("drive = 2 * drive; drive = x") }), /uses drive before/],
  [changeOp("map0", { body: body("dt = x; drive = dt") }), /assigns dt, which is given/],
  [changeOp("map0", { writes: [write("other", "drive@1")] }), /writes other, which is not defined/],
  [changeOp("map0", { reads: [read("x", "x@0", "element")] }), /reads x from x\[3\] of 2/],
  [changeOp("map0", { reads: [read("x", "nowhere@0")] }), /names no array: "nowhere"/],
  [changeOp("map0", { reads: [read("x", "fired@0")] }), /from fired, which is spikes/],
  [changeOp("map0", { reads: [read("x", "x@0", "edge")] }), /reads x at edge/],
  [changeOp("map0", { reads: [read("x", "x@0", "one", { offset: 2 })] }), /x\[2\] of 2/],
  [changeOp("map0", { reads: [read("x", "x@0", "element", { repeat: 0 })] }), /no count/],
  [
    changeOp("map0", { reads: [read("x", "x@0", "one", { lag: 0 })] }),
    /gives a lag for x, which is no ring/,
  ],
  [
    changeOp("map0", { reads: [read("x", "V@0", "one"), read("x", "V@0", "one")] }),
    /map0: binds x twice/,
  ],
  [changeOp("map0", { writes: [write("drive", "drive@1", "one")] }), /allowed element/],
  [changeOp("map0", { writes: [write("drive", "past@1")] }), /a ring; only ring ops may/],
  [
    changeOp("map1", { reads: [...map1.reads, read("left", "V@0", "element", { period: 3 })] }),
    /reads left from elements of V it writes/,
  ],
  [
    changeOp("map1", { writes: [...map1.writes, write("g", "V@1", "one")], count: 1 }),
    /writes elements of V twice/,
  ],
  [changeOp("map1", { emit: { ...map1.emit, when: "never" } }), /emits when never/],
  [changeOp("map1", { emit: { ...map1.emit, payload: [] } }), /emits 0 values for 1 columns/],
  [changeOp("map1", { emit: { ...map1.emit, offset: 1 } }), /emits 1 \+ 4 into fired of 4/],
  [changeOp("map1", { emit: { ...map1.emit, list: "V" } }), /emits into V, which is real/],
];

const layoutCases: Case[] = [
  [changeArray("start", { initial: ints(0, 2, 1, 5, 7) }), /row start that falls, at row 2/],
  [changeArray("start", { initial: ints(0, 2, 4, 5), length: 4 }), /4 row starts for 4 rows/],
  [changeArray("start", { initial: ints(0, 2, 4, 5, 8) }), /rows up to 8/],
  [changeArray("ends", { initial: ints(1, 2, 0, 3, 4, 1, 0) }), /0 to 4 in ends; allowed 0 to 3/],
  [changeArray("lags", { initial: ints(0, 4, 1, 2, 0, 3, 1) }), /lags 0 to 4; allowed 0 to 3/],
  [changeOp("deliver1", { layout: { ...csr, rows: "target" } }), /needs rows by source/],
  [changeOp("deliver1", { layout: { ...csr, edges: 8 } }), /reads w from w\[7\] of 7/],
  [changeOp("deliver1", { layout: { ...csr, edges: 8 } }), /has 7 lags for 8 edges/],
  [changeOp("deliver1", { layout: { ...csr, edge: "lags", edges: 3 } }), /0 to 3 in lags/],
  [changeOp("deliver1", { layout: { ...csr, other: "coupling" } }), /which is real parameter/],
  [changeOp("gather0", { layout: { kind: "dense", sources: 5, targets: 4 } }), /k from coupling/],
  [changeOp("gather0", { layout: { kind: "spiral" } }), /unknown layout spiral/],
  [changeOp("gather0", { layout: { kind: "uniform", sources: 4, targets: 4 } }), /k at edge/],
  [
    changeOp("gather0", { layout: { kind: "stencil", shape: [4], kernel: [3, 3] } }),
    /lists of different lengths/,
  ],
  [changeOp("gather0", { writes: [write("current", "drive@2", "edge")] }), /allowed target/],
  [changeOp("edges0", { writes: [write("w", "g@3", "target")] }), /allowed edge/],
  [changeOp("deliver1", { writes: [write("jump", "g@2", "source")] }), /allowed edge, target/],
];

const spikeCases: Case[] = [
  [changeOp("deliver1", { spikes: { array: "V", version: 0 } }), /takes spikes from V: real/],
  [
    changeOp("deliver1", { spikes: { array: "trains", version: 0, lag: 4 } }),
    /reads trains at lag 4; allowed 0 to 3/,
  ],
  [
    changeOp("deliver0", { spikes: { array: "background", version: 1, lag: 1 } }),
    /which is no ring/,
  ],
  [
    changeOp("deliver0", { spikes: { array: "background", version: 1, offset: 1 } }),
    /sees sources 1 \+ 4 of background of 4/,
  ],
  [changeArray("trains", { payload: [] }), /"strength", which no spike carries/],
  [changeArray("trains", { payload: [] }), /ring0: pushes spikes with another payload/],
  [changeOp("ring1", { from: { array: "w", version: 2 } }), /7 elements into a ring of 4/],
  [changeOp("ring1", { into: { array: "g", version: 4 } }), /into g, which is no ring/],
  [changeOp("remember0", { settle: "edges0" }), /settles by edges0, which is no op that reads/],
  [changeOp("remember0", { values: [] }), /gives 0 values for 1 columns/],
  [changeOp("remember0", { history: "V" }), /remembers in V, a real/],
  [
    changeOp("remember0", { spikes: { ...remember0.spikes, array: "trains", lag: "lags" } }),
    /gives a lag for each edge, but has no edges/,
  ],
  [
    changeOp("edges1", { trigger: { ...edges1.trigger, since: "draws" } }),
    /has 1 steps for 7 edges/,
  ],
  [changeOp("edges1", { trigger: { ...edges1.trigger, since: "w" } }), /must be int state/],
  [changeArray("events", { payload: ["other"] }), /"trace", which no event carries/],
  [changeOp("edges0", { trigger: { on: "every", steps: 0 } }), /every 0 steps/],
];

const otherCases: Case[] = [
  [changeOp("random1", { body: body("jump = u") }), /does not define skip/],
  [changeOp("random1", { stream: 1 }), /stream 1: is used by two ops/],
  [
    changeOp("random1", { ...random1, draws: write("draws", "total@1", "one") }),
    /counts its draws in an array that is not int/,
  ],
  [changeOp("reduce0", { count: 0 }), /has 0 elements/],
  [changeOp("reduce0", { count: 5 }), /V from V\[4\] of 4/],
  [changeOp("reduce1", { from: read("V", "V@1") }), /takes spikes from V: real/],
  [changeOp("stop0", { when: read("late", "flag@1") }), /reads late at element/],
  [
    changeOp("host0", { reads: [{ array: "total", version: 2, offset: 1, count: 2 }] }),
    /reads 1 \+ 2 of total of 2/,
  ],
  [changeOp("host0", { reads: [{ array: "past", version: 1, offset: 0, count: 1 }] }), /a ring/],
  [changeOp("io0", { into: "V" }), /copies into V, which is state/],
  [changeOp("io0", { pieces: [{ ...io0.pieces[0]!, position: 3 }] }), /writes 3 \+ 3 of y of 5/],
  [changeOp("map0", { id: "map1" }), /map1: is there more than once/],
  [changeOp("map0", { id: "first" }), /does not end in a number/],
  [changeOp("record0", { kind: "dance" }), /unknown kind dance/],
  [{ ...good, ops: [...good.ops, { kind: "record", id: "record1", phase: "" }] }, /2 times/],
  [{ ...good, names: [good.names[0]!, good.names[0]!] }, /name cells.V: is there more than once/],
  [{ ...good, names: [{ ...good.names[0]!, offset: 1 }] }, /reaches beyond the end of V/],
  [{ ...good, names: [{ ...good.names[0]!, shape: [5] }] }, /shape 5 for 4/],
  [{ ...good, names: [{ ...good.names[0]!, array: "U" }] }, /names no array/],
  [{ ...good, names: [{ ...good.names[1]!, kind: "state" }] }, /but fired is spikes/],
  [{ ...good, names: [{ ...good.names[2]!, offset: 1 }] }, /reaches outside w/],
  [{ ...good, inputs: [{ name: "a", offset: 1, size: 2 }] }, /1 \+ 2 in a vector of 2/],
  [{ ...good, outputs: [good.outputs[0]!, good.outputs[0]!] }, /all: is there more than once/],
];

const cases = [
  ...heads,
  ...arrayCases,
  ...versionCases,
  ...bodyCases,
  ...layoutCases,
  ...spikeCases,
  ...otherCases,
].map(([broken, message]) => [message.source, broken, message] as const);

test.each(cases)("a defect is found: %s", (_source, broken, message) => {
  expect(problemsOf(broken).join("\n")).toMatch(message);
});

test("two ops may not emit the same sources into one list", () => {
  const again: Op = {
    ...find("map1", "map"),
    id: "map9",
    reads: [],
    body: body("spike = 1; strength = 1"),
    writes: [],
    emit: { when: "spike", list: "fired", version: 2, append: true, payload: ["strength"] },
  };
  const place = good.ops.indexOf(map1) + 1;
  const ops = [...good.ops.slice(0, place), again, ...good.ops.slice(place)];
  expect(problemsOf({ ...good, ops }).join("\n")).toMatch(
    /map9: emits sources into fired that map1/,
  );
});

test("a list that is appended to is emptied first, and holds each source once", () => {
  const random = find("random1", "random");
  const append = (version: number): Op => ({
    ...{ kind: "map", id: "map9", phase: "inputs", count: 4, reads: [], writes: [] },
    body: body("spike = 1"),
    emit: { when: "spike", list: "background", version, append: true },
  });
  const place = good.ops.indexOf(random);
  const instead = [...good.ops.slice(0, place), append(1), ...good.ops.slice(place + 1)];
  expect(problemsOf({ ...good, ops: instead }).join("\n")).toMatch(
    /map9: appends to background, which nothing empties before/,
  );
  const after = [...good.ops.slice(0, place + 1), append(2), ...good.ops.slice(place + 1)];
  expect(problemsOf({ ...good, ops: after }).join("\n")).toMatch(
    /map9: emits sources into background that random1 emits too/,
  );
});

test("all defects are reported at once, with the printed Program", () => {
  const broken = { ...good, dt: -1, seed: -1 };
  let caught: unknown;
  try {
    verify(broken);
  } catch (error) {
    caught = error;
  }
  expect(caught).toBeInstanceOf(InternalError);
  const { message } = caught as InternalError;
  expect(message).toMatch(/step -1[^]*seed -1[^]*program "everything" {2}format 1/);
});

test("a Program that cannot be printed is still reported", () => {
  const broken = { ...good, ops: [{ ...map1, body: [{ target: "V", value: null }] }] };
  expect(() => verify({ ...broken, dt: 0, arrays: [] } as unknown as Program)).toThrow(/step 0/);
});
