// Inputs of a run: every form gives the same vectors as steps that are given by hand, and what
// cannot be meant is refused before the first step.

import type { RunInput } from "../../../src/runtime/inputs.js";
import { planInput } from "../../../src/runtime/inputs.js";
import type { Values } from "../../../src/runtime/backend.js";

const ports = [
  { name: "drive", offset: 0, size: 1 },
  { name: "push", offset: 1, size: 2 },
];
const make = (length: number): Values => new Float64Array(length);
const code = (code: string, where?: string) =>
  expect.objectContaining(where === undefined ? { code } : { code, where });

/** The input vectors of a run that starts after `start` steps. */
function vectors(input: unknown, steps = 4, { copies = 1, start = 0 } = {}): number[][] {
  const layout = { ports, size: 3, copies };
  const fill = planInput(input, layout, { start, steps }, make);
  return Array.from({ length: steps }, (_, i) => {
    const x = new Float64Array(3 * copies).fill(fill === undefined ? 0 : 99);
    fill?.(start + i, x);
    return Array.from(x);
  });
}

test("without input everything is 0", () => {
  expect(planInput(undefined, { ports, size: 3, copies: 1 }, { start: 0, steps: 2 }, make)).toBe(
    undefined,
  );
  expect(vectors({})).toEqual(Array(4).fill([0, 0, 0]));
});

test("a vector is held, also when the user changes it meanwhile", () => {
  const given = [1, 2, 3];
  const layout = { ports, size: 3, copies: 1 };
  const fill = planInput(given, layout, { start: 0, steps: 2 }, make)!;
  given[0] = 7;
  const x = new Float64Array(3);
  fill(0, x);
  expect(Array.from(x)).toEqual([1, 2, 3]);
});

test("a number is held for all inputs and all copies, and a function may return one", () => {
  expect(vectors(5, 2)).toEqual(Array(2).fill([5, 5, 5]));
  expect(vectors(5, 1, { copies: 2 })).toEqual([[5, 5, 5, 5, 5, 5]]);
  expect(vectors((step: number) => step, 2)).toEqual([
    [0, 0, 0],
    [1, 1, 1],
  ]);
  const layout = { ports: [], size: 0, copies: 1 };
  const none = () => planInput(5, layout, { start: 0, steps: 1 }, make);
  expect(none).toThrow(code("wrong-length", "run.input"));
});

test("an input may be called like a form of inputs", () => {
  const named = ["series", "events"].map((name, offset) => ({ name, offset, size: 1 }));
  const filled = (input: unknown): number[] => {
    const x = new Float64Array(2);
    planInput(input, { ports: named, size: 2, copies: 1 }, { start: 0, steps: 1 }, make)!(0, x);
    return Array.from(x);
  };
  expect(filled({ series: 3, events: { series: [4] } })).toEqual([3, 4]);
  expect(filled({ series: [[5, 6]] })).toEqual([5, 6]);
  expect(filled({ events: [{ step: 0, input: "events", value: 7 }] })).toEqual([0, 7]);
});

test("a series is given by rows or in one array; more rows than steps are fine", () => {
  const rows = [0, 1, 2, 3, 4].map((i) => [i, 10 + i, 20 + i]);
  expect(vectors({ series: rows })).toEqual(rows.slice(0, 4));
  expect(vectors({ series: Float32Array.from(rows.flat()) })).toEqual(rows.slice(0, 4));
  expect(vectors({ series: rows.flat() }, 2, { start: 100 })).toEqual(rows.slice(0, 2));
});

test("a function fills the vector or returns values; steps count from the reset", () => {
  const seen: number[][] = [];
  const fill = (step: number, x: Values, index: number) => {
    seen.push([step, index, x[0]!]);
    x[0] = step;
  };
  expect(vectors(fill, 2, { start: 10 })).toEqual([
    [10, 0, 0],
    [11, 0, 0],
  ]);
  expect(seen).toEqual([
    [10, 0, 0],
    [11, 1, 0],
  ]);
  expect(vectors((step: number) => [step, 1, 2], 2)).toEqual([
    [0, 1, 2],
    [1, 1, 2],
  ]);
});

test("inputs by name: a number is for all elements, and those left out are 0", () => {
  expect(vectors({ push: 5 }, 1)).toEqual([[0, 5, 5]]);
  const input = {
    drive: (step: number) => step,
    push: {
      series: [
        [1, 2],
        [3, 4],
      ],
    },
  };
  expect(vectors(input, 2)).toEqual([
    [0, 1, 2],
    [1, 3, 4],
  ]);
});

test("events add their values for their stretch, and leave no rounding behind", () => {
  const events = [
    { step: 2, input: "push", index: 1, value: 0.1 },
    { step: 0, steps: 3, input: "push", value: 0.2 },
    { step: 3, value: 1 },
    { step: 0, input: "drive", value: 4 },
  ];
  expect(vectors({ events }, 5)).toEqual([
    [4, 0.2, 0.2],
    [0, 0.2, 0.2],
    [0, 0.2, 0.2 + 0.1],
    [1, 1, 1],
    [0, 0, 0],
  ]);
});

test("in a batch one vector goes to all copies, or each copy has its own", () => {
  const both = { copies: 2 };
  expect(vectors([1, 2, 3], 1, both)).toEqual([[1, 2, 3, 1, 2, 3]]);
  expect(
    vectors(
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
      1,
      both,
    ),
  ).toEqual([[1, 2, 3, 4, 5, 6]]);
  expect(vectors({ push: [5, 6] }, 1, both)).toEqual([[0, 5, 6, 0, 5, 6]]);
  expect(vectors({ push: [5, 6, 7, 8] }, 1, both)).toEqual([[0, 5, 6, 0, 7, 8]]);
  const events = [{ step: 0, input: "drive", copy: 1, value: 2 }];
  expect(vectors({ events }, 1, both)).toEqual([[0, 0, 0, 2, 0, 0]]);
  expect(vectors({ series: [[1, 2, 3]] }, 1, both)).toEqual([[1, 2, 3, 1, 2, 3]]);
  expect(vectors({ series: [1, 2, 3, 4, 5, 6] }, 1, both)).toEqual([[1, 2, 3, 4, 5, 6]]);
});

test.each<[unknown, string, string]>([
  [NaN, "not-a-number", "run.input[0]"],
  [[1, 2], "wrong-length", "run.input"],
  ["abc", "wrong-kind", "run.input"],
  [null, "wrong-kind", "run.input"],
  [new Map([["drive", 1]]), "wrong-kind", "run.input"],
  [[1, NaN, 2], "not-a-number", "run.input[1]"],
  [{ drve: 1 }, "unknown-input", "run.input.drve"],
  [{ drive: "1" }, "wrong-kind", "run.input.drive"],
  [{ drive: undefined }, "wrong-kind", "run.input.drive"],
  [{ push: [1, 2, 3] }, "wrong-length", "run.input.push"],
  [{ series: [[1, 2, 3]] }, "series-too-short", "run.input.series"],
  [{ series: [1, 2, 3] }, "series-too-short", "run.input.series"],
  [{ series: Array(13).fill(0) }, "wrong-length", "run.input.series"],
  [{ series: 3 }, "wrong-kind", "run.input.series"],
  [{ series: Array(12).fill(NaN) }, "not-a-number", "run.input.series[0]"],
  [{ series: Array(4).fill([1, 2]) }, "wrong-length", "run.input.series[0]"],
  [{ series: [[1, 2, 3], [1, 2, 3], 4, 5] }, "wrong-length", "run.input.series[2]"],
  [{ series: [], every: 2 }, "unknown-option", "run.input.every"],
  [{ push: { series: [[1, 2]] } }, "series-too-short", "run.input.push.series"],
  [{ events: {} }, "wrong-kind", "run.input.events"],
  [{ events: [{ step: 4, value: 1 }] }, "wrong-number", "run.input.events[0].step"],
  [{ events: [{ step: -1, value: 1 }] }, "wrong-number", "run.input.events[0].step"],
  [{ events: [{ step: 0, value: NaN }] }, "not-a-number", "run.input.events[0].value"],
  [{ events: [{ step: 0, value: 1, input: "a" }] }, "unknown-input", "run.input.events[0].input"],
  [{ events: [{ step: 0, value: 1, index: 3 }] }, "wrong-number", "run.input.events[0].index"],
  [{ events: [{ step: 0, value: 1, copy: 1 }] }, "wrong-number", "run.input.events[0].copy"],
  [{ events: [{ step: 0, value: 1, steps: 0 }] }, "wrong-number", "run.input.events[0].steps"],
  [{ events: [{ step: 0, val: 1 }] }, "unknown-option", "run.input.events[0].val"],
])("%j is refused before the first step: %s", (input, expected, where) => {
  expect(() => vectors(input)).toThrow(code(expected, where));
});

test("what a function gives is checked in its step", () => {
  expect(() => vectors(() => [1, 2])).toThrow(code("wrong-length"));
  expect(() => vectors(() => "1")).toThrow(code("wrong-kind"));
  expect(() => vectors(async () => [1, 2, 3])).toThrow(/asynchronous/);
  expect(() => vectors((_step: number, x: Values) => void (x[1] = NaN))).toThrow(
    code("not-a-number", "run.input[1]"),
  );
});

test("the types accept every form", () => {
  const forms: RunInput[] = [
    ...[1, [1, 2], Float32Array.of(1), [[1], [2]], { series: [1] }, { series: [[1]] }],
    ...[{ events: [{ step: 0, value: 1 }] }, { a: 1, b: { series: [1] }, c: () => 1 }],
    (_step, x) => void x.fill(1),
    () => [1, 2],
  ];
  expect(forms).toHaveLength(10);
});
