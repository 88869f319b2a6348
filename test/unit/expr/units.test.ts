import { SpecError } from "../../../src/errors.js";
import { isBareUnitName, isUnitName } from "../../../src/expr/unit-table.js";
import {
  dimensionless,
  parseQuantity,
  parseUnit,
  powerDimension,
  printDimension,
  printUnit,
  sameDimension,
} from "../../../src/expr/units.js";

const refusal = (read: () => unknown): SpecError => {
  try {
    read();
  } catch (error) {
    if (error instanceof SpecError) return error;
    throw error;
  }
  throw new Error("was accepted");
};

describe("scales", () => {
  test.each([
    ["V", 1000, 1],
    ["mV", 1, 1e-3],
    ["volt", 1000, 1],
    ["S", 1e6, 1],
    ["uS", 1, 1e-6],
    ["nS", 1e-3, 1e-9],
    ["s", 1000, 1],
    ["ms", 1, 1e-3],
    ["F", 1e9, 1],
    ["nF", 1, 1e-9],
    ["pF", 1e-3, 1e-12],
    ["A", 1e9, 1],
    ["nA", 1, 1e-9],
    ["Ohm", 1e-6, 1],
    ["Mohm", 1, 1e6],
    ["Hz", 1e-3, 1],
    ["kHz", 1, 1000],
    ["hz", 1e-3, 1],
    ["coulomb", 1e12, 1],
    ["cm", 1e-2, 1e-2],
    ["um", 1e-6, 1e-6],
    ["mM", 1, 1],
    ["mmolar", 1, 1],
    ["radian", 1, 1],
    ["1", 1, 1],
    ["nA/ms", 1, 1e-6],
    ["1/mV", 1, 1000],
    ["mV^2", 1, 1e-6],
    ["siemens/meter**2", 1e6, 1],
    ["mS/cm^2", 1e7, 10],
    ["nS*mV", 1e-3, 1e-12],
    ["nS mV", 1e-3, 1e-12],
    ["1/(mV ms)", 1, 1e6],
    ["ms**-1", 1, 1000],
    ["msecond", 1, 1e-3],
    ["millivolt", 1, 1e-3],
    ["µS", 1, 1e-6],
    ["\u03bcS", 1, 1e-6],
  ])("%s", (text, scale, scaleSI) => {
    expect(parseUnit(text)).toMatchObject({ scale, scaleSI });
  });

  test("half powers, as noise needs them", () => {
    const unit = parseUnit("mV/ms^0.5");
    expect(unit.dimension).toMatchObject({ voltage: 1, time: -0.5 });
    expect(unit.scale).toBe(1);
    expect(unit.scaleSI).toBeCloseTo(1e-3 / Math.sqrt(1e-3), 12);
    expect(parseUnit("mV/ms^(1/2)").dimension).toEqual(unit.dimension);
  });
});

test("one quantity has one dimension, however its unit is built", () => {
  const same: [string, string][] = [
    ["S", "A/V"],
    ["F", "A s/V"],
    ["Ohm", "1/S"],
    ["nS*mV", "pA"],
    ["Hz", "1/ms"],
    ["coulomb/s", "A"],
    ["rad", "1"],
    ["mM", "mol/m^3"],
  ];
  for (const [a, b] of same) expect(parseUnit(a).dimension).toEqual(parseUnit(b).dimension);
});

test.each(["", "volts", "2", "xV", "Vm", "cV", "mV/ms uS", "mV^1.3", "mV^99", "mV^", "V^x", "(mV"])(
  "the unit %j is refused",
  (text) =>
    expect(["syntax", "unknown-unit", "ambiguous"]).toContain(refusal(() => parseUnit(text)).code),
);

test("powers of powers stay within what a double holds", () => {
  expect(refusal(() => parseUnit("(A^12)^12")).code).toBe("unknown-unit");
  expect(refusal(() => parseUnit("A^12 ".repeat(1000))).code).toBe("unknown-unit");
  expect(refusal(() => parseUnit("(V^0.5)^0.5")).code).toBe("unknown-unit");
  expect(refusal(() => parseUnit("fmol^12/Gmol^12 Gmol^-12")).code).toBe("ambiguous");
  expect(refusal(() => parseUnit("frad^12")).code).toBe("unknown-unit");
  expect(refusal(() => parseUnit("(".repeat(10_000))).code).toBe("limit");
});

test("an unknown unit suggests the nearest ones", () => {
  expect(refusal(() => parseUnit("volts")).hint).toContain("volt");
});

test("names of objects' members are no units", () => {
  for (const name of ["constructor", "__proto__", "toString"]) expect(isUnitName(name)).toBe(false);
});

test("single letters are units only after a number", () => {
  for (const name of ["V", "A", "S", "F", "s", "m", "M"]) {
    expect(isUnitName(name)).toBe(true);
    expect(isBareUnitName(name)).toBe(false);
  }
  for (const name of ["mV", "ms", "volt", "Hz"]) expect(isBareUnitName(name)).toBe(true);
});

describe("quantities", () => {
  test.each([
    ["20 pA", "nA", 0.02, 2e-11],
    ["20pA", "nA", 0.02, 2e-11],
    ["-65 mV", "mV", -65, -0.065],
    ["-65*mV", "mV", -65, -0.065],
    ["5 ms", "s", 5, 0.005],
    ["1.1 pA", "nA", 0.0011, 1.1e-12],
    ["0.1 s", "ms", 100, 0.1],
    ["1e-3 V", "mV", 1, 1e-3],
    ["100 MOhm", "Ohm", 100, 1e8],
    ["20 Hz", "1/ms", 0.02, 20],
    ["5/ms", "Hz", 5, 5000],
    ["3 nA/ms", "A/s", 3, 3e-6],
    ["0.5", "1", 0.5, 0.5],
    ["inf ms", "ms", Infinity, Infinity],
  ])("%s in %s", (text, unit, consistent, si) => {
    expect(parseQuantity(text, unit, "consistent")).toBe(consistent);
    expect(parseQuantity(text, unit, "SI")).toBe(si);
  });

  test("another kind of quantity is refused, naming the kind that is needed", () => {
    const error = refusal(() => parseQuantity("20 pA", "mV", "consistent", "cell.threshold"));
    expect(error.code).toBe("dimension");
    expect(error.message).toBe(
      'cell.threshold: this is a quantity of another kind; got "20 pA", allowed voltage [mV]. ' +
        "Give a text with a unit of that kind, or a number.",
    );
    expect(refusal(() => parseQuantity("20", "mV", "SI")).message).toContain("a unit is missing");
  });

  test.each(["", "mV", "nan mV", "20 mV mV^", "1 + 2 mV", "20 * 3 mV", "20 volts"])(
    "%j is refused",
    (text) => expect(refusal(() => parseQuantity(text, "mV", "SI"))).toBeInstanceOf(SpecError),
  );
});

test("dimensions are named where they have a name", () => {
  const shown = (text: string) => printDimension(parseUnit(text).dimension);
  expect(shown("V")).toBe("voltage [mV]");
  expect(shown("S")).toBe("conductance [uS]");
  expect(shown("nA/ms")).toBe("nA/ms");
  expect(shown("1")).toBe("a plain number");
  expect(shown("mV^2/s/A")).toBe("mV^2/nA/ms");
  expect(printDimension(parseUnit("F").dimension, "SI")).toBe("capacitance [F]");
});

test("a printed dimension is a unit of scale one of its system", () => {
  for (const text of [
    "1/mV",
    "S/m^2",
    "V^0.5/s",
    "mol",
    "mM",
    "coulomb",
    "A V/s",
    "Ohm",
    "Hz",
    "1",
  ]) {
    const { dimension } = parseUnit(text);
    const consistent = parseUnit(printUnit(dimension));
    expect(sameDimension(consistent.dimension, dimension)).toBe(true);
    expect(consistent.scale).toBe(1);
    expect(parseUnit(printUnit(dimension, "SI")).scaleSI).toBe(1);
  }
});

test("dimensions of fractions that come together again are equal", () => {
  const third = powerDimension(parseUnit("V").dimension, 1 / 3);
  expect(sameDimension(powerDimension(third, 3), parseUnit("V").dimension)).toBe(true);
  expect(sameDimension(third, dimensionless)).toBe(false);
});
