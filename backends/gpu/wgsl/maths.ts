// The functions that kernels call: the portable ones, printed from their one definition, and those
// whose meaning for NaN, -0 and whole numbers WGSL leaves open. Invariant: only what a module uses is
// in it, each function after those that it calls.

import { portable, type Arithmetic, type Portable } from "../../../src/expr/portable.js";
import type { Dialect } from "../expressions.js";
import { literal, Text } from "./text.js";

/** Arithmetic that writes a line for each operation; a value is the name of a `let`. */
export function writing(text: Text): Arithmetic<string> {
  const bits = (a: string): string => `bitcast<u32>(${a})`;
  return {
    constant: literal,
    add: (a, b) => text.let(`${a} + ${b}`),
    sub: (a, b) => text.let(`${a} - ${b}`),
    mul: (a, b) => text.let(`${a} * ${b}`),
    div: (a, b) => text.let(`${a} / ${b}`),
    abs: (a) => text.let(`abs(${a})`),
    less: (a, b) => text.let(`${a} < ${b}`),
    equal: (a, b) => text.let(`${a} == ${b}`),
    select: (mask, a, b) => text.let(`select(${b}, ${a}, ${mask})`),
    round: (a) => text.let(`round(${a})`),
    powerOfTwo: (n) => text.let(`bitcast<f32>(u32(clamp(i32(${n}) + 127, 1, 254)) << 23u)`),
    exponent: (a) => text.let(`f32(i32((${bits(a)} >> 23u) & 0xffu) - 127)`),
    mantissa: (a) => text.let(`bitcast<f32>((${bits(a)} & 0x007fffffu) | 0x3f800000u)`),
  };
}

const called = (name: string, args: readonly string[]): string => `${name}(${args.join(", ")})`;

/** Expressions in WGSL. */
export const wgsl: Dialect = {
  literal,
  select: (otherwise, chosen, test) => `select(${otherwise}, ${chosen}, ${test})`,
  builtIn: called,
  call: called,
  writing,
};

type PortableName = Exclude<keyof Portable<string>, "powConstant">;

function portableFunction(name: PortableName): string {
  const text = new Text();
  const maths = portable(writing(text), "float32");
  const isPower = name === "pow";
  const result = isPower ? maths.pow("x", "y") : maths[name]("x");
  text.line(`return ${result};`);
  return `fn m_${name}(x: f32${isPower ? ", y: f32" : ""}) -> f32 {\n${text}\n}`;
}

const written = (lines: readonly string[]): string => lines.join("\n");

const minMax = (name: "min" | "max", zero: "|" | "&", sign: "<" | ">"): string =>
  written([
    `fn m_${name}(a: f32, b: f32) -> f32 {`,
    "  if (is_nan(a)) { return a; }",
    "  if (is_nan(b)) { return b; }",
    "  if (a == 0.0f && b == 0.0f) {",
    `    return bitcast<f32>(bitcast<u32>(a) ${zero} bitcast<u32>(b));`,
    "  }",
    `  return select(b, a, a ${sign} b);`,
    "}",
  ]);

/** Every function by name; those that are there in any case have no entry. */
const own: Readonly<Record<string, { readonly text: () => string; readonly needs?: string[] }>> = {
  m_min: { text: () => minMax("min", "|", "<") },
  m_max: { text: () => minMax("max", "&", ">") },
  m_sign: {
    text: () =>
      written([
        "fn m_sign(a: f32) -> f32 {",
        "  return select(select(select(a, 1.0f, a > 0.0f), -1.0f, a < 0.0f), a, is_nan(a));",
        "}",
      ]),
  },
  to_int: {
    // Cut towards zero, inside the range of int32; NaN becomes 0.
    text: () =>
      written([
        "fn to_int(a: f32) -> i32 {",
        "  if (is_nan(a)) { return 0; }",
        "  if (a >= 2147483648.0f) { return 2147483647; }",
        "  if (a <= -2147483648.0f) { return bitcast<i32>(0x80000000u); }",
        "  return i32(a);",
        "}",
      ]),
  },
  add_int: {
    // Whole numbers add as such: as float32 they would lose digits.
    text: () =>
      written([
        "fn add_int(a: i32, b: f32) -> i32 {",
        "  if (b == floor(b) && abs(b) < 1073741824.0f && abs(a) < 1073741824) {",
        "    return a + i32(b);",
        "  }",
        "  return to_int(f32(a) + b);",
        "}",
      ]),
    needs: ["to_int"],
  },
  product: {
    // The 64 bits of a product of two words, from halves: low word, then high word.
    text: () =>
      written([
        "fn product(a: u32, b: u32) -> vec2u {",
        "  let a0 = a & 0xffffu;",
        "  let a1 = a >> 16u;",
        "  let b0 = b & 0xffffu;",
        "  let b1 = b >> 16u;",
        "  let middle = a1 * b0 + ((a0 * b0) >> 16u);",
        "  let other = a0 * b1 + (middle & 0xffffu);",
        "  return vec2u(a * b, a1 * b1 + (middle >> 16u) + (other >> 16u));",
        "}",
      ]),
  },
  philox: {
    text: () =>
      written([
        "fn philox(counter: vec4u, start: vec2u) -> vec4u {",
        "  var c = counter;",
        "  var key = start;",
        "  for (var round = 0u; round < 10u; round++) {",
        "    let p = product(0xd2511f53u, c.x);",
        "    let q = product(0xcd9e8d57u, c.z);",
        "    c = vec4u(q.y ^ c.y ^ key.x, q.x, p.y ^ c.w ^ key.y, p.x);",
        "    key += vec2u(0x9e3779b9u, 0xbb67ae85u);",
        "  }",
        "  return c;",
        "}",
      ]),
    needs: ["product"],
  },
  uniform_number: {
    text: () =>
      written([
        "fn uniform_number(word: u32) -> f32 {",
        "  return f32(2u * (word >> 9u) + 1u) * 5.9604644775390625e-8f;",
        "}",
      ]),
  },
  normal_number: {
    // Box and Muller. Small u and u near 1 both keep their digits: log1p of what is missing to 1.
    // The angle is reduced to an eighth of a turn in whole numbers.
    text: () =>
      written([
        "fn normal_number(words: vec4u) -> f32 {",
        "  let unit = 2.3283064365386963e-10f;",
        "  let missing = (f32(~words.x) + f32(~words.y) * unit) * unit;",
        "  let present = (f32(words.x) + f32(words.y) * unit) * unit + 1.1102230246251565e-16f;",
        "  let logarithm = select(m_log1p(-missing), m_log(present), present < 0.5f);",
        "  let turned = words.z + 0x20000000u;",
        "  let quarter = turned >> 30u;",
        "  let rest = i32(turned & 0x3fffffffu) - 0x20000000;",
        "  let angle = f32(rest) * 1.4629180792671596e-9f;",
        "  let even = select(m_cos(angle), -m_cos(angle), quarter == 2u);",
        "  let odd = select(-m_sin(angle), m_sin(angle), quarter == 3u);",
        "  return sqrt(-2.0f * logarithm) * select(even, odd, (quarter & 1u) == 1u);",
        "}",
      ]),
    needs: ["m_log", "m_log1p", "m_sin", "m_cos"],
  },
};

const portableNames: readonly PortableName[] = [
  ...(["exp", "expm1", "exprel", "log", "log1p", "tanh", "sin", "cos", "pow"] as const),
];
const portableTexts = new Map<string, string>();

function textOf(name: string): string {
  const series = portableNames.find((one) => `m_${one}` === name);
  if (series === undefined) return own[name]!.text();
  // Printing a series takes longer than everything else in a small module.
  let known = portableTexts.get(name);
  if (known === undefined) {
    known = portableFunction(series);
    portableTexts.set(name, known);
  }
  return known;
}

/** The functions that a module uses. */
export class Library {
  readonly #used = new Set<string>();

  /** Says that a function is used, and gives its name back. */
  use(name: string): string {
    if (this.#used.has(name)) return name;
    for (const needed of own[name]?.needs ?? []) this.use(needed);
    this.#used.add(name);
    return name;
  }

  toString(): string {
    return [...this.#used].map((name) => `${textOf(name)}\n\n`).join("");
  }
}

/** What every module begins with besides its buffers. */
export const always = `// Known only when the code runs, so that no constant expression is infinite.
var<private> infinity_bits: u32 = 0x7f800000u;
var<private> nan_bits: u32 = 0x7fc00000u;
var<private> minus_zero_bits: u32 = 0x80000000u;
fn infinity() -> f32 { return bitcast<f32>(infinity_bits); }
fn not_a_number() -> f32 { return bitcast<f32>(nan_bits); }
fn minus_zero() -> f32 { return bitcast<f32>(minus_zero_bits); }
fn is_nan(a: f32) -> bool { return (bitcast<u32>(a) & 0x7fffffffu) > 0x7f800000u; }
`;
