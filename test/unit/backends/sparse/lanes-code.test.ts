// What code the lanes write: nothing twice, nothing for names and known numbers, no branch anywhere;
// what is made in a scope stays there; and what is refused.

import { compileBody, compileExpr } from "../../../../backends/sparse/lanes/compile.js";
import {
  lanesOf,
  type Lanes,
  type LaneValue,
  type Shape,
} from "../../../../backends/sparse/lanes/lanes.js";
import { FunctionBuilder } from "../../../../backends/sparse/wasm/function-builder.js";
import { ModuleBuilder } from "../../../../backends/sparse/wasm/module-builder.js";
import { printModule } from "../../../../backends/sparse/wasm/text.js";
import { call, functionArity, name, num } from "../../../../src/expr/ast.js";
import { parseExpression } from "../../../../src/expr/parse.js";
import { generated, moduleOf, shapes, validate } from "./lanes-run.js";
import { functionNames } from "./lanes-trees.js";

interface Bench {
  readonly fn: FunctionBuilder;
  readonly lanes: Lanes;
  readonly symbols: Map<string, LaneValue>;
  /** The value of a text, whose code is written now. */
  readonly of: (text: string) => LaneValue;
}

/** A function with the symbols x, y and z as parameters. */
function bench(shape: Shape): Bench {
  const type = shape === "f64" || shape === "f32" ? shape : "v128";
  const fn = new FunctionBuilder("f", [type, type, type], []);
  const lanes = lanesOf(fn, shape);
  const symbols = new Map(
    ["x", "y", "z"].map((symbol, i) => [symbol, lanes.value(fn.parameters[i]!)]),
  );
  const of = (text: string) => compileExpr(parseExpression(text), symbols, lanes);
  return { fn, lanes, symbols, of };
}

/** The statements of a function, without declarations. */
function statements(fn: FunctionBuilder): string[] {
  const module = new ModuleBuilder();
  module.add(fn);
  validate(module.encode(0));
  const lines = printModule(module, 0).split("\n");
  return lines
    .map((line) => line.trim())
    .filter((line) => /^\((?!module|import|func|local )/.test(line));
}

function written(shape: Shape, text: string): string[] {
  const { fn, of } = bench(shape);
  of(text);
  return statements(fn);
}

describe.each(shapes)("in %s", (shape) => {
  test("the same operation on the same values is made once", () => {
    const { of } = bench(shape);
    expect(of("exp(x) * y")).toBe(of("y * exp(x)"));
    expect(of("x + y")).not.toBe(of("x - y"));
    expect(of("x - y")).not.toBe(of("y - x"));
    expect(of("x < y")).toBe(of("y > x"));
    expect(of("min(x, y)")).toBe(of("min(y, x)"));
    expect(of("not (x == y)")).toBe(of("y != x"));
    expect(of("x ? y : z")).toBe(of("x ? y : z"));
    expect(of("not (not (x < y))")).toBe(of("x < y"));
  });

  test("names, known numbers and what changes nothing cost no code", () => {
    const { fn, of, symbols } = bench(shape);
    for (const text of [
      "x",
      "x * 1",
      "1 * x",
      "x / 1",
      "x - 0",
      "-0 + x",
      "max(x, x)",
      "1 ? x : y",
    ]) {
      expect(of(text)).toBe(symbols.get("x"));
    }
    expect(of("exp(2) ^ 0.3 < sin(1) ? 4 : 2").constant).toBe(2);
    expect(statements(fn)).toEqual([]);
  });

  test("what changes the sign of zero is not left out", () => {
    const { symbols, of } = bench(shape);
    for (const text of ["x + 0", "0 - x", "x * 0"]) expect(of(text)).not.toBe(symbols.get("x"));
    expect(of("0 - x")).not.toBe(of("-x"));
    expect(of("-0 - x")).toBe(of("-x"));
    expect(of("x * -1")).toBe(of("-x"));
  });

  test("division by a power of two is a product, by other numbers it is not", () => {
    const { of } = bench(shape);
    expect(of("x / 4")).toBe(of("x * 0.25"));
    expect(of("x / -2")).toBe(of("x * -0.5"));
    expect(of("x / 3")).not.toBe(of(`x * ${1 / 3}`));
    expect(of("x / 0")).not.toBe(of("x * inf"));
  });

  test("a value made in a scope is forgotten, one made before it is not", () => {
    const { lanes, of } = bench(shape);
    const before = of("x + y");
    const inside = lanes.scope(() => {
      expect(of("x + y")).toBe(before);
      const made = of("x * y");
      expect(lanes.scope(() => of("x * y"))).toBe(made);
      return made;
    });
    expect(of("x * y")).not.toBe(inside);
    expect(() => lanes.scope(() => of("nothing"))).toThrow();
    expect(of("x * y")).toBe(of("x * y"));
  });

  test("a local that is wrapped again is another value", () => {
    const { fn, lanes } = bench(shape);
    const one = lanes.value(fn.parameters[0]!);
    const other = lanes.value(fn.parameters[0]!);
    expect(lanes.sqrt(one)).toBe(lanes.sqrt(one));
    expect(lanes.sqrt(one)).not.toBe(lanes.sqrt(other));
  });

  test("masks stay masks until a number is needed", () => {
    const { lanes, of } = bench(shape);
    const below = of("x < y");
    expect(below.kind).toBe("mask");
    for (const text of ["x < y and z", "not x", "int(x)", "x < y ? 1 : 0", "x < y ? y < z : 1"]) {
      expect(of(text).kind).toBe("mask");
    }
    expect(of("x < y ? 1 : 0")).toBe(below);
    expect(of("(x < y) + 0").kind).toBe("number");
    const asNumber = lanes.toNumber(below);
    expect(asNumber.kind).toBe("number");
    expect(lanes.toNumber(asNumber)).toBe(asNumber);
    expect(lanes.toMask(asNumber)).toBe(below);
    expect(of("1 < 2")).toMatchObject({ kind: "mask", constant: 1 });
    expect(lanes.toNumber(of("1 < 2"))).toMatchObject({ kind: "number", constant: 1 });
  });

  test("a known mask has a local, and a mask of other code can be used", () => {
    const type = shape === "f64" || shape === "f32" ? "i32" : "v128";
    const inputs = { x: [3, 4, 5, 6], y: [0, 1, 0, 1] };
    const outputs = ["all", "none", "chosen", "other"];
    const run = generated(
      (symbols, lanes) => {
        const { fn } = lanes;
        const copied = (value: LaneValue): LaneValue => {
          const local = fn.local(type);
          fn.get(value.local).set(local);
          return lanes.mask(local);
        };
        symbols.set("all", copied(lanes.toMask(lanes.constant(7))));
        symbols.set("none", copied(lanes.toMask(lanes.constant(-0))));
        const flag = copied(lanes.toMask(symbols.get("y")!));
        symbols.set("chosen", lanes.select(flag, symbols.get("x")!, lanes.constant(9)));
        symbols.set("other", lanes.and(lanes.not(flag), symbols.get("x")!));
      },
      shape,
      inputs,
      outputs,
    );
    expect(Object.fromEntries(run)).toEqual({
      all: [1, 1, 1, 1],
      none: [0, 0, 0, 0],
      chosen: [9, 4, 9, 6],
      other: [1, 0, 1, 0],
    });
  });

  test.each(functionNames)("%s has no branch and nothing that traps", (fn) => {
    const args = ["x", "y", "z"].slice(0, functionArity[fn]).map(name);
    const module = moduleOf(
      (symbols, lanes) => symbols.set("result", compileExpr(call(fn, ...args), symbols, lanes)),
      shape,
      { inputs: ["x", "y", "z"], outputs: ["result"], length: 4 },
    );
    const text = printModule(module, 1);
    expect(text.match(/\b(if|block|call|br_if|\w+\.(div|rem)_[su]|\w+\.trunc_[fs]\w*)\b/g)).toEqual(
      ["br_if"],
    );
  });

  test("what the interpreter refuses is refused", () => {
    const { of, symbols, lanes } = bench(shape);
    expect(() => of("a + x")).toThrow('no value for the symbol "a"; known are: x, y, z');
    expect(() => of("prev(x)")).toThrow("prev() was not resolved");
    expect(() => compileExpr(call("max", name("x")), symbols, lanes)).toThrow(
      "max() was given 1 arguments",
    );
    const withUnit = { ...num(1), unit: "mV" };
    expect(() => compileExpr(withUnit, symbols, lanes)).toThrow("the unit mV of a number");
  });

  test("assignments see those before them, and a plain name is the same value", () => {
    const { lanes, symbols, fn } = bench(shape);
    const [x, y] = [symbols.get("x"), symbols.get("y")];
    const body = ["y", "x", "z"].map((target, i) => ({ target, value: name(["x", "y", "x"][i]!) }));
    compileBody(body, symbols, lanes);
    expect(symbols.get("y")).toBe(x);
    expect(symbols.get("x")).toBe(x);
    expect(symbols.get("z")).toBe(x);
    expect(symbols.get("z")).not.toBe(y);
    expect(statements(fn)).toEqual([]);
  });
});

test("limits and choices are written in the shortest exact way", () => {
  const shown = ["clip(x, 0, 1)", "min(x, -0)", "x < y ? y : x", "x < y ? -z : z", "x > 0 ? x : 0"];
  const texts = shown.map((text) => [text, ...written("f64x2", text)].join("\n"));
  expect(texts.join("\n\n")).toMatchInlineSnapshot(`
    "clip(x, 0, 1)
    (local.set $v3 (f64x2.splat (f64.const 1)))
    (local.set $v5 (f64x2.splat (f64.const 0)))
    (local.set $v4 (f64x2.pmin (local.get $v0) (local.get $v3)))
    (local.set $v6 (f64x2.pmax (local.get $v4) (local.get $v5)))
    (local.set $v7 (f64x2.add (local.get $v6) (local.get $v5)))

    min(x, -0)
    (local.set $v3 (f64x2.splat (f64.const -0)))
    (local.set $v4 (f64x2.min (local.get $v0) (local.get $v3)))

    x < y ? y : x
    (local.set $v3 (f64x2.lt (local.get $v0) (local.get $v1)))
    (local.set $v4 (f64x2.pmax (local.get $v0) (local.get $v1)))

    x < y ? -z : z
    (local.set $v5 (f64x2.splat (f64.const -0)))
    (local.set $v3 (f64x2.lt (local.get $v0) (local.get $v1)))
    (local.set $v4 (f64x2.neg (local.get $v2)))
    (local.set $v6 (v128.and (local.get $v3) (local.get $v5)))
    (local.set $v7 (v128.xor (local.get $v2) (local.get $v6)))

    x > 0 ? x : 0
    (local.set $v3 (f64x2.splat (f64.const 0)))
    (local.set $v4 (f64x2.lt (local.get $v3) (local.get $v0)))
    (local.set $v5 (v128.and (local.get $v0) (local.get $v4)))"
  `);
});

test("constants of float32 are rounded", () => {
  const { lanes } = bench("f32x4");
  expect(lanes.constant(0.1).constant).toBe(Math.fround(0.1));
  expect(lanes.constant(1e300).constant).toBe(Infinity);
  expect(lanes.constant(1e-300)).toBe(lanes.constant(0));
  expect(lanes.constant(0)).not.toBe(lanes.constant(-0));
});
