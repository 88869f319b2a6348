// Every operator and function of the expression language as nodes, against the portable definitions, in
// both precisions: ordinary numbers, tiny and large ones, and those that are none.

import { functionArity } from "../../../../src/expr/ast.js";
import { array, body, program as programOf, read, write } from "../../../../src/ir/build.js";
import type { Precision, Program } from "../../../../src/ir/program.js";
import { dense, iterative } from "./side-by-side.js";

const tiny = [1e-3, -1e-3, 1e-6, -1e-6, 1e-9, -1e-9, 1e-12, 1e-20];
const ordinary = [0.5, -0.5, 1, -1, 1.5, -2.25, 3, -4, 7.75, 20, -20, 40];
const odd = [0, NaN, Infinity, -Infinity];
const xs = Float64Array.of(...ordinary, ...tiny, ...odd);
/** The second argument, for each number of the first in another order. */
const ys = xs.map((_, i) => xs[(i * 7 + 3) % xs.length]!);

const argumentsOf = (arity: number): string => ["x", "y", "0.25"].slice(0, arity).join(", ");
const texts: readonly string[] = [
  ...Object.entries(functionArity)
    .filter(([name]) => name !== "prev")
    .map(([name, arity]) => `${name}(${argumentsOf(arity)})`),
  ...["x + y", "x - y", "x * y", "x / y", "-x", "x ^ y"],
  ...["x ^ 0", "x ^ 1", "x ^ 2", "x ^ 7", "x ^ -3", "x ^ 16", "x ^ 17", "x ^ 0.5", "x ^ -1.5"],
  ...["x < y", "x <= y", "x > y", "x >= y", "x == y", "x != y", "x and y", "x or y", "not x"],
  ...["x ? y : 2", "x > y ? x < y : x == x", "(x > 0) + (y > 0)", "not (x > 0) * 3"],
];

/** A program with one scratch array for each text, copied to the output. */
function computing(precision: Precision): Program {
  const { length } = xs;
  return programOf({
    precision,
    arrays: [
      array({ name: "x", role: "input", length }),
      array({ name: "y", role: "input", length }),
      array({ name: "out", role: "output", length: length * texts.length }),
      ...texts.map((_, i) => array({ name: `r${i}`, role: "scratch", length })),
    ],
    ops: [
      ...texts.map((text, i) => ({
        ...({ kind: "map", id: `map${i}`, phase: "update", count: length } as const),
        reads: [read("x", "x@0"), read("y", "y@0")],
        body: body(`r = ${text}`),
        writes: [write("r", `r${i}@1`)],
      })),
      {
        ...{ kind: "io", id: "io0", phase: "outputs", into: "out", version: 1 },
        pieces: texts.map((_, i) => ({
          ...{ array: `r${i}`, version: 1, offset: 0, count: length, position: i * length },
        })),
      },
    ],
    inputs: [
      { name: "x", offset: 0, size: length },
      { name: "y", offset: length, size: length },
    ],
    outputs: [{ name: "out", offset: 0, size: length * texts.length }],
  });
}

/** Relative difference; tiny results count as they are, not against 1. */
function relative(a: number, b: number): number {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return 0;
  const gap = Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b));
  return Number.isNaN(gap) ? Infinity : gap;
}

describe.each(["float64", "float32"] as const)("in %s", (precision) => {
  const most = precision === "float64" ? 1e-13 : 4e-6;
  const results = (async () => {
    const program = computing(precision);
    const Reals = precision === "float64" ? Float64Array : Float32Array;
    const x = Reals.from([...xs, ...ys]);
    const options = { device: "cpu", hosts: new Map() };
    const outputs = [new Reals(xs.length * texts.length), new Reals(xs.length * texts.length)];
    for (const [i, backend] of [iterative, dense].entries()) {
      await (await backend.load(program, options)).stepAsync(x, outputs[i]!);
    }
    return outputs;
  })();

  test.each(texts.map((text, i) => [text, i] as const))("%s", async (text, i) => {
    const [wanted, found] = await results;
    xs.forEach((x, k) => {
      const at = i * xs.length + k;
      const [one, two] = [wanted![at]!, found![at]!];
      if (relative(one, two) <= most) return;
      throw new Error(`${text} at x = ${x}, y = ${ys[k]}: wanted ${one}, got ${two}`);
    });
  });
});
