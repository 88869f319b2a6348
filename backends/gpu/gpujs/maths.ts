// Expressions and functions as gpu.js reads them: a small part of JavaScript that it turns into shaders.
// Invariant: built from + - * / and comparisons only, so that they are exact wherever those are; all
// names are made here; a whole number is never a literal inside an expression, because gpu.js would
// compute with integers.

import { portable, type Arithmetic, type Portable } from "../../../src/expr/portable.js";
import type { Dialect, FunctionLibrary } from "../expressions.js";
import { Text } from "../wgsl/text.js";

/** Shaders have no text for these: kernels get them as numbers, and give them on to functions. */
const special = ["infinity", "not_a_number"] as const;

const fround = Math.fround;

/** A number; the sign of zero is not kept. */
export function literal(value: number, text: Text): string {
  const rounded = fround(value);
  if (Number.isNaN(rounded)) return special[1];
  if (!Number.isFinite(rounded)) return rounded > 0 ? special[0] : `(-${special[0]})`;
  if (!Number.isInteger(rounded)) return rounded < 0 ? `(${rounded})` : String(rounded);
  return text.let(rounded < 0 ? `-${-rounded}` : String(Math.abs(rounded)), "whole");
}

const choice = (mask: string, a: string, b: string): string => `(${mask} ? ${a} : ${b})`;

const called = (name: string, args: readonly string[]): string =>
  `${name}(${[...args, ...special].join(", ")})`;

/** Arithmetic that writes a line for each operation. */
function writing(text: Text, library: FunctionLibrary): Arithmetic<string> {
  const own = (name: string, a: string): string => text.let(called(library.use(name), [a]));
  return {
    constant: (x) => literal(x, text),
    add: (a, b) => text.let(`${a} + ${b}`),
    sub: (a, b) => text.let(`${a} - ${b}`),
    mul: (a, b) => text.let(`${a} * ${b}`),
    div: (a, b) => text.let(`${a} / ${b}`),
    abs: (a) => text.let(`Math.abs(${a})`),
    less: (a, b) => `(${a} < ${b})`,
    equal: (a, b) => `(${a} == ${b})`,
    select: (mask, a, b) => text.let(choice(mask, a, b)),
    // Ties go up in place of to even: the functions only round to have less to compute.
    round: (a) => text.let(`Math.floor(${a} + 0.5)`),
    powerOfTwo: (n) => own("m_two", n),
    exponent: (a) => own("m_exponent", a),
    mantissa: (a) => {
      const exponent = own("m_exponent", a);
      return text.let(`${a} / ${own("m_two", exponent)}`);
    },
  };
}

/** Expressions for gpu.js. */
export const dialectWith = (library: FunctionLibrary): Dialect => ({
  literal,
  select: (otherwise, chosen, test) => choice(test, chosen, otherwise),
  builtIn: (name, args) => `Math.${name}(${args.join(", ")})`,
  call: called,
  writing: (text) => writing(text, library),
});

type PortableName = Exclude<keyof Portable<string>, "powConstant">;
const portableNames: readonly PortableName[] = [
  ...(["exp", "expm1", "exprel", "log", "log1p", "tanh", "sin", "cos", "pow"] as const),
];

/** A power of two from its bits, so that it is exact. */
const two = `let rest = Math.abs(x);
  let power = 1;
  let square = 2;
  if (x < 0) { square = 0.5; }
  for (let i = 0; i < 7; i++) {
    const half = Math.floor(rest * 0.5);
    if (rest - half - half > 0.5) { power = power * square; }
    square = square * square;
    rest = half;
  }
  return power;`;

/** How often a positive number has to be halved or doubled to lie between 1 and 2. */
function exponentText(): string {
  const lines = ["let rest = x;", "let exponent = 0;"];
  const change = (test: string, factor: number, by: string): void => {
    lines.push(`if (rest ${test}) { rest = rest * ${factor}; exponent = exponent ${by}; }`);
  };
  for (const n of [64, 32, 16, 8, 4, 2, 1]) change(`>= ${2 ** n}`, 2 ** -n, `+ ${n}`);
  for (const n of [64, 32, 16, 8, 4, 2, 1]) change(`< ${2 ** (1 - n)}`, 2 ** n, `- ${n}`);
  return [...lines, "return exponent;"].join("\n  ");
}

/** The others; min and max have JavaScript's meaning for NaN where the device keeps NaN. */
const own: Readonly<Record<string, { readonly args: readonly string[]; readonly text: string }>> = {
  m_min: { args: ["x", "y"], text: "return (((x < y) || (x != x)) ? x : y);" },
  m_max: { args: ["x", "y"], text: "return (((x > y) || (x != x)) ? x : y);" },
  m_sign: {
    args: ["x"],
    text: "let sign = x;\n  if (x > 0) { sign = 1; }\n  if (x < 0) { sign = -1; }\n  return sign;",
  },
  m_two: { args: ["x"], text: two },
  m_exponent: { args: ["x"], text: exponentText() },
};

/** The functions that a kernel calls. */
export class Library implements FunctionLibrary {
  readonly #used = new Map<string, { readonly text: string; readonly arguments: number }>();

  use(name: string): string {
    if (!this.#used.has(name)) this.#used.set(name, this.#make(name));
    return name;
  }

  #make(name: string): { readonly text: string; readonly arguments: number } {
    const series = portableNames.find((one) => `m_${one}` === name);
    const { args, text } = series === undefined ? own[name]! : this.#series(series);
    const all = [...args, ...special];
    return {
      text: `function ${name}(${all.join(", ")}) {\n  ${text.trim()}\n}`,
      arguments: all.length,
    };
  }

  #series(name: PortableName): { readonly args: readonly string[]; readonly text: string } {
    const text = new Text();
    const maths = portable(writing(text, this), "float32");
    const result = name === "pow" ? maths.pow("x", "y") : maths[name]("x");
    text.line(`return ${result};`);
    return { args: name === "pow" ? ["x", "y"] : ["x"], text: String(text) };
  }

  /** All of them. */
  functions(): readonly { readonly text: string; readonly arguments: number }[] {
    return [...this.#used.values()];
  }
}

/** Names the special numbers in a kernel, which finds them here among the changing ones. */
export const nameSpecials = (text: Text, first: number): void =>
  special.forEach((name, i) => text.line(`const ${name} = now[${first + i}];`));
export const specialValues = [Infinity, NaN] as const;
