// Unit texts, quantities and dimensions. Invariant: a value is converted by moving its decimal
// point, so "1.1 pA" gives the same double as the number 0.0011 written in nA.

import { cursorOver, failAt, isAt, nested, peek, skipOp } from "./cursor.js";
import { spanFrom, take, unexpected } from "./cursor.js";
import type { Cursor } from "./cursor.js";
import { SpecError } from "../errors.js";
import { allUnitNames, dimensionless, findUnit } from "./unit-table.js";
import type { Dimension } from "./unit-table.js";
import { didYouMean } from "../util/nearest.js";

export { dimensionless };
export type { Dimension };

/** ms, mV, nA, uS, nF; or V, A, S, F, s. */
export type UnitSystem = "consistent" | "SI";

export interface Unit {
  readonly dimension: Dimension;
  /** One such unit in the consistent set (ms, mV, nA, uS, nF; m, mol). */
  readonly scale: number;
  /** One such unit in V, A, S, F, s, m, mol. */
  readonly scaleSI: number;
  /** Power of ten that `scaleSI` is. */
  readonly exponent: number;
}

const quantities = ["time", "voltage", "current", "length", "amount"] as const;
/** 1 s, 1 V, 1 A, 1 m, 1 mol as powers of ten of the consistent set. */
const consistentExponent = { time: 3, voltage: 3, current: 9, length: 0, amount: 0 } as const;
/** Beyond this no unit makes sense, and powers of ten leave the range of doubles. */
const largestPower = 12;
const largestExponent = 150;

/** Whether two dimensions are equal; exponents from fractions such as 1/3 are compared with room. */
export function sameDimension(a: Dimension, b: Dimension): boolean {
  return quantities.every((key) => Math.abs(a[key] - b[key]) < 1e-9);
}

function combine(pick: (key: keyof Dimension) => number): Dimension {
  // + 0 turns -0 into 0, so that equal dimensions are equal records.
  return {
    time: pick("time") + 0,
    voltage: pick("voltage") + 0,
    current: pick("current") + 0,
    length: pick("length") + 0,
    amount: pick("amount") + 0,
  };
}

/** Dimension of a product. */
export function timesDimension(a: Dimension, b: Dimension): Dimension {
  return combine((key) => a[key] + b[key]);
}

/** Dimension of a quotient. */
export function overDimension(a: Dimension, b: Dimension): Dimension {
  return combine((key) => a[key] - b[key]);
}

/** Dimension of a power. */
export function powerDimension(a: Dimension, power: number): Dimension {
  return combine((key) => a[key] * power);
}

/** `value * 10^exponent`, rounded once; half exponents are rounded twice. */
function shiftDecimal(value: number, exponent: number): number {
  if (exponent === 0 || !Number.isFinite(value) || value === 0) return value;
  const whole = Math.floor(exponent);
  const [digits = "", power = "0"] = String(value).split("e");
  const shifted = Number(`${digits}e${Number(power) + whole}`);
  return whole === exponent ? shifted : shifted * Math.sqrt(10);
}

function exponentIn(unit: Pick<Unit, "dimension" | "exponent">, system: UnitSystem): number {
  if (system === "SI") return unit.exponent;
  return quantities.reduce(
    (sum, key) => sum + unit.dimension[key] * consistentExponent[key],
    unit.exponent,
  );
}

/** A value given in a unit, as a plain number in a system. */
export function toSystem(value: number, unit: Unit, system: UnitSystem): number {
  return shiftDecimal(value, exponentIn(unit, system));
}

function unitOf(dimension: Dimension, exponent: number): Unit {
  const parts = { dimension, exponent };
  return {
    dimension,
    exponent,
    scale: shiftDecimal(1, exponentIn(parts, "consistent")),
    scaleSI: shiftDecimal(1, exponent),
  };
}

/** The unit with this name; undefined if there is none. */
export function namedUnit(name: string): Unit | undefined {
  const entry = findUnit(name);
  return entry && unitOf(entry.dimension, entry.exponent);
}

interface Factor {
  readonly dimension: Dimension;
  readonly exponent: number;
}
const one: Factor = { dimension: dimensionless, exponent: 0 };

function multiply(a: Factor, b: Factor, power: number): Factor {
  const dimension = timesDimension(a.dimension, powerDimension(b.dimension, power));
  return { dimension, exponent: a.exponent + b.exponent * power };
}

/** Reads a product of units up to the first token that cannot belong to it. */
function readUnits(c: Cursor, isQuotientFirst: boolean): Factor {
  let whole = isQuotientFirst ? one : readPower(c);
  let isQuotient = false;
  for (;;) {
    const token = peek(c);
    if (skipOp(c, "*")) {
      whole = multiply(whole, readPower(c), 1);
      isQuotient = false;
    } else if (skipOp(c, "/")) {
      whole = multiply(whole, readPower(c), -1);
      isQuotient = true;
    } else if (token.kind === "name" || token.text === "(") {
      if (isQuotient) {
        failAt(c, token, {
          code: "ambiguous",
          problem: "after a division it is not clear what this multiplies",
          got: token.text,
          hint: "Write nA/(mV ms) or nA/mV*ms.",
        });
      }
      whole = multiply(whole, readPower(c), 1);
    } else return whole;
  }
}

function readPower(c: Cursor): Factor {
  const first = peek(c);
  const base = readBase(c);
  if (!skipOp(c, "^")) return base;
  const power = readExponent(c);
  if (!Number.isInteger(2 * power) || Math.abs(power) > largestPower) {
    failAt(c, spanFrom(c, first.start), {
      code: "unknown-unit",
      problem: "this power of a unit is not allowed",
      got: power,
      allowed: `whole and half powers from ${-largestPower} to ${largestPower}`,
      hint: "Use another power.",
    });
  }
  return multiply(one, base, power);
}

/** `2`, `-1`, `0.5`, `(1/2)`. */
function readExponent(c: Cursor): number {
  const inParentheses = skipOp(c, "(");
  const sign = skipOp(c, "-") ? -1 : 1;
  let power = sign * readDigits(c);
  if (inParentheses) {
    if (skipOp(c, "/")) power /= readDigits(c);
    if (!skipOp(c, ")")) unexpected(c, peek(c), ")");
  }
  return power;
}

function readDigits(c: Cursor): number {
  const token = peek(c);
  if (token.kind !== "number") unexpected(c, token, "a number", "Write a power as mV^2.");
  return take(c).value;
}

function readBase(c: Cursor): Factor {
  const token = peek(c);
  if (isAt(c, "(")) {
    take(c);
    return nested(c, token, 1, () => {
      c.open.push(token);
      const inner = readUnits(c, false);
      if (!isAt(c, ")")) unexpected(c, peek(c), ")");
      take(c);
      c.open.pop();
      return inner;
    });
  }
  if (token.kind === "number" && token.value === 1) {
    take(c);
    return one;
  }
  if (token.kind !== "name") {
    unexpected(c, token, "the name of a unit or 1", "Write a unit as mV, nA/ms or 1.");
  }
  take(c);
  const entry = findUnit(token.text);
  if (entry !== undefined) return entry;
  return failAt(c, token, {
    code: "unknown-unit",
    problem: "there is no such unit",
    got: token.text,
    hint:
      didYouMean(token.text, allUnitNames()) ??
      "Units are V, A, S, F, s, Ohm, Hz, m, mol, M with SI prefixes, or 1.",
  });
}

/** Reads up to the stop of the cursor. */
function readWhole(c: Cursor, isQuotientFirst: boolean): Unit {
  const { start } = peek(c);
  const { dimension, exponent } = readUnits(c, isQuotientFirst);
  if (peek(c).kind !== "end") unexpected(c, peek(c), "* / ^ or the end of the unit");
  const powers = quantities.map((key) => dimension[key]);
  // Powers of powers and long products can leave what a double holds, or what halves can express.
  const isUsual = powers.every((power) => Math.abs(power) <= largestPower);
  const isHalf = [...powers, exponent].every((power) => Number.isInteger(2 * power));
  if (isUsual && isHalf && Math.abs(exponent) <= largestExponent)
    return unitOf(dimension, exponent);
  return failAt(c, spanFrom(c, start), {
    code: "unknown-unit",
    problem: "this unit is too large, too small or has odd powers",
    allowed: `whole and half powers from ${-largestPower} to ${largestPower}`,
    hint: "Use another unit.",
  });
}

/** Reads a unit from the cursor up to its stop. */
export function readUnit(c: Cursor): Unit {
  return readWhole(c, false);
}

/** A unit such as `mV`, `nA/ms`, `1/mV`, `siemens/meter**2`, `volt/second**0.5` or `1`. */
export function parseUnit(text: string, where = "unit"): Unit {
  return readUnit(cursorOver({ text, where }));
}

/**
 * A text such as "20 pA" or "-65*mV" as a plain number in a system; the text's unit must have the
 * dimension of `unit`. A text without a unit is refused unless the dimension is that of a number.
 */
export function parseQuantity(
  text: string,
  unit: Unit | string,
  system: UnitSystem,
  where = "quantity",
): number {
  const expected = typeof unit === "string" ? parseUnit(unit, where) : unit;
  const c = cursorOver({ text, where });
  const isNegative = skipOp(c, "-");
  const number = peek(c);
  if (number.kind !== "number" || Number.isNaN(number.value)) {
    unexpected(c, number, "a number and a unit", 'Write a quantity as "20 pA".');
  }
  take(c);
  const hasTimes = skipOp(c, "*");
  const isPlain = !hasTimes && peek(c).kind === "end";
  const given = isPlain ? unitOf(dimensionless, 0) : readWhole(c, !hasTimes && isAt(c, "/"));
  if (!sameDimension(given.dimension, expected.dimension)) {
    throw new SpecError({
      code: "dimension",
      where,
      problem: isPlain ? "a unit is missing" : "this is a quantity of another kind",
      got: text,
      allowed: printDimension(expected.dimension, system),
      hint: "Give a text with a unit of that kind, or a number.",
    });
  }
  return toSystem(isNegative ? -number.value : number.value, given, system);
}

const symbols = {
  consistent: { current: "nA", voltage: "mV", time: "ms", amount: "mol", length: "m" },
  SI: { current: "A", voltage: "V", time: "s", amount: "mol", length: "m" },
} as const;

/** Dimensions that have a name, each with its unit in both systems. */
const kinds = [
  ["voltage", "mV", "V", { voltage: 1 }],
  ["current", "nA", "A", { current: 1 }],
  ["conductance", "uS", "S", { current: 1, voltage: -1 }],
  ["capacitance", "nF", "F", { current: 1, time: 1, voltage: -1 }],
  ["resistance", "MOhm", "Ohm", { voltage: 1, current: -1 }],
  ["time", "ms", "s", { time: 1 }],
  ["rate", "1/ms", "Hz", { time: -1 }],
  ["charge", "pcoulomb", "coulomb", { current: 1, time: 1 }],
  ["length", "m", "m", { length: 1 }],
  ["amount", "mol", "mol", { amount: 1 }],
  ["concentration", "mM", "mM", { amount: 1, length: -3 }],
] as const;

function kindOf(dimension: Dimension): (typeof kinds)[number] | undefined {
  return kinds.find(([, , , part]) => sameDimension(dimension, { ...dimensionless, ...part }));
}

/** The unit that a system uses for a dimension, in a form that parseUnit reads. */
export function printUnit(dimension: Dimension, system: UnitSystem = "consistent"): string {
  const kind = kindOf(dimension);
  if (kind !== undefined) return kind[system === "SI" ? 2 : 1];
  const names = Object.entries(symbols[system]) as [keyof Dimension, string][];
  const power = (name: string, exponent: number) =>
    Math.abs(exponent) === 1 ? name : `${name}^${Math.abs(exponent)}`;
  const above = names.filter(([key]) => dimension[key] > 0);
  const below = names.filter(([key]) => dimension[key] < 0);
  const product = above.map(([key, name]) => power(name, dimension[key])).join(" ") || "1";
  return product + below.map(([key, name]) => `/${power(name, dimension[key])}`).join("");
}

/** A dimension for messages: `voltage [mV]`, `nA/ms`, `a plain number`. */
export function printDimension(dimension: Dimension, system: UnitSystem = "consistent"): string {
  if (sameDimension(dimension, dimensionless)) return "a plain number";
  const kind = kindOf(dimension);
  const unit = printUnit(dimension, system);
  return kind === undefined ? unit : `${kind[0]} [${unit}]`;
}
