// Synapses whose parameters are computed from others, matrices and patterns.
import { matrix as mathMatrix, sparse } from "mathjs";
import { ValidationError } from "../../../src/errors.js";
import { synapses } from "../../../src/models/index.js";
import { codeOf, messageOf, scopeOf } from "./helpers.js";

const { matrix, modulation, nonSpiking, pattern, spiking, spikingTransmission, transmission } =
  synapses;

describe("transmission", () => {
  test("computes conductance and upper threshold from gain and range", () => {
    expect(scopeOf(transmission())).toEqual({ g: 20 / (40 - 20), E: 40, e_lo: 0, e_hi: 20 });
    const inhibiting = transmission({ gain: -0.5, reversalPotential: -60, lowerThreshold: 5 });
    expect(scopeOf(inhibiting)).toEqual({ g: -10 / (-60 + 10), E: -60, e_lo: 5, e_hi: 25 });
    expect(transmission({ referenceRange: "10 mV" }).values.get("maxConductance")).toBe(10 / 30);
    expect(transmission().name).toBe("transmission");
    expect(transmission({ name: "copy" }).name).toBe("copy");
    expect(transmission().model).toBe(nonSpiking.model);
  });

  test("takes an array of gains", () => {
    const type = transmission({ gain: [0.5, 1] });
    expect(type.values.get("maxConductance")).toEqual(Float64Array.of(10 / 30, 1));
    expect(type.values.get("upperThreshold")).toEqual(Float64Array.of(20, 20));
    expect(codeOf(() => transmission({ gain: [0.5, 0] }))).toBe("zero-gain");
    expect(messageOf(() => transmission({ gain: [0.5, -1] }))).toContain("gain[1]: must have the");
  });

  // Each of these also has the mistakes of all that follow, where that is possible.
  test.each([
    [{ gain: "much", reversalPotential: -40, referenceRange: "x" }, "unexpected"],
    [{ gain: true, reversalPotential: -40, referenceRange: "x" }, "not-a-number"],
    [{ gain: 0, reversalPotential: -40, referenceRange: true }, "zero-gain"],
    [{ gain: 1, reversalPotential: -40, referenceRange: true }, "sign-mismatch"],
    [{ gain: 1, reversalPotential: 0 }, "sign-mismatch"],
    [{ gain: [] }, "empty-array"],
    [{ gain: [0.5, 0.6], referenceRange: [] }, "empty-array"],
    [{ gain: 1, reversalPotential: 20 }, "division-by-zero"],
    [{ gain: 1, reversalPotential: 10 }, "negative-conductance"],
    [{ gain: 1, referenceRange: -20 }, "negative-conductance"],
    [{ gain: 1, referenceRange: true }, "not-a-number"],
    [{ gain: 1, referenceRange: 0 }, "out-of-range"],
    [{ gain: NaN }, "not-finite"],
    [{ maxConductance: 1 }, "computed-parameter"],
    [{ upperThreshold: 1 }, "computed-parameter"],
    [{ gian: 1 }, "unknown-parameter"],
  ])("%j is refused", (values, code) => {
    const call = () => transmission.build(values);
    expect(call).toThrow(ValidationError);
    if (code !== "unexpected") expect(codeOf(call)).toBe(code);
    expect(messageOf(call)).toMatch(/^synapses\.transmission\./);
  });
});

describe("modulation", () => {
  test("computes the conductance from the ratio", () => {
    expect(scopeOf(modulation({ ratio: 0.25 }))).toEqual({ g: 3, E: 0, e_lo: 0, e_hi: 20 });
    expect(modulation({ ratio: 0.5, upperThreshold: 10 }).values.get("upperThreshold")).toBe(10);
    expect(modulation({ ratio: 1 }).values.get("maxConductance")).toBe(0);
  });

  test("has no effect for a ratio above 1, and only where that is asked for", () => {
    expect(messageOf(() => modulation({ ratio: 2 }))).toContain(
      "a ratio above 1 would need a negative conductance; got 2, allowed > 0 and <= 1.",
    );
    const dead = modulation({ ratio: 2, deadModulation: true });
    expect(dead.values.get("maxConductance")).toBe(0);
  });

  test.each([
    [{}, "missing-parameter"],
    [{ ratio: true }, "not-a-number"],
    [{ ratio: 0 }, "out-of-range"],
    [{ ratio: -1 }, "out-of-range"],
    [{ ratio: 0.5, reversalPotential: 3 }, "computed-parameter"],
    [{ ratio: 0.5, lowerThreshold: 3 }, "computed-parameter"],
  ])("%j is refused", (values, code) => {
    expect(codeOf(() => modulation.build(values))).toBe(code);
  });
});

describe("spiking transmission", () => {
  test("computes conductance and time constant", () => {
    const type = spikingTransmission({ gain: 0.5, maxFrequency: "500 Hz", nonLinearity: 0.2 });
    const tau = -1 / (0.5 * Math.log(0.2));
    expect(type.values.get("timeConstant")).toBeCloseTo(tau, 13);
    const g = 10 / ((194 - 10) * tau * 0.5);
    expect(type.values.get("maxConductance")).toBeCloseTo(g, 13);
    expect(type.values.get("conductanceIncrement")).toBe(type.values.get("maxConductance"));
    expect(spikingTransmission().values.get("timeConstant")).toBeCloseTo(0.0434294, 6);
    expect(spikingTransmission({ transmissionDelay: 2 }).values.get("transmissionDelay")).toBe(2);
  });

  test.each([
    [{ maxFrequency: 0 }, "spikingTransmission.maxFrequency: must be positive"],
    [{ maxFrequency: true }, "maxFrequency: must be a number"],
    [{ nonLinearity: 0 }, "nonLinearity: must be positive; got 0, allowed > 0 and < 1"],
    [{ nonLinearity: 1 }, "nonLinearity: is out of range; got 1, allowed > 0 and < 1"],
    [{ gain: 0 }, "gain: must not be 0"],
    [{ gain: 1, reversalPotential: 10 }, "would need a negative conductance"],
    [{ timeConstant: 1 }, "cannot be given: it follows from gain and maxFrequency"],
  ])("%j is refused", (values, part) => {
    expect(messageOf(() => spikingTransmission.build(values))).toContain(part);
  });
});

describe("matrix", () => {
  const g = [
    [1, 0, 3],
    [4, 5, 6],
  ];
  test("reads rows of targets; single values hold for all pairs", () => {
    const type = matrix(nonSpiking, { maxConductance: g, reversalPotential: "-40 mV" });
    expect(type.shape).toEqual({ kind: "matrix", rows: 2, columns: 3 });
    expect(type.values.get("maxConductance")).toEqual(Float64Array.of(1, 0, 3, 4, 5, 6));
    expect(type.values.get("reversalPotential")).toBe(-40);
    g[0]![0] = 99;
    expect((type.values.get("maxConductance") as Float64Array)[0]).toBe(1);
    g[0]![0] = 1;
  });

  test("reads typed rows, flat arrays with a shape, and matrices of other libraries", () => {
    const want = Float64Array.of(1, 0, 3, 4, 5, 6);
    const read = (maxConductance: never, shape?: readonly [number, number]) =>
      matrix(nonSpiking, { maxConductance }, shape && { shape });
    const rows = g.map((row) => Float32Array.from(row));
    const forms: [unknown, (readonly [number, number])?][] = [
      [rows],
      [want, [2, 3]],
      [[...want], [2, 3]],
      [{ toArray: () => g }],
      [{ _data: g, _size: [2, 3] }],
    ];
    for (const [form, shape] of forms) {
      const type = read(form as never, shape);
      expect(type.values.get("maxConductance")).toEqual(want);
      expect(type.shape).toEqual({ kind: "matrix", rows: 2, columns: 3 });
    }
  });

  test("reads dense and sparse matrices of mathjs", () => {
    const dense = matrix(nonSpiking, { maxConductance: mathMatrix(g) });
    const compressed = matrix(nonSpiking, { maxConductance: sparse(g) });
    expect(dense.values).toEqual(matrix(nonSpiking, { maxConductance: g }).values);
    expect(compressed.values).toEqual(dense.values);
  });

  test("has an increment equal to the conductance where none is given", () => {
    const type = matrix(spiking, { maxConductance: g, transmissionDelay: 3 });
    expect(type.values.get("conductanceIncrement")).toEqual(type.values.get("maxConductance"));
    const increments = matrix(spiking, { maxConductance: g, conductanceIncrement: 0.5 });
    expect(increments.values.get("conductanceIncrement")).toBe(0.5);
  });

  test("does not judge the values of pairs without a synapse", () => {
    const type = matrix(nonSpiking, {
      maxConductance: g,
      lowerThreshold: 0,
      upperThreshold: g.map((row) => row.map((each) => (each === 0 ? 0 : 20))),
    });
    expect(type.values.get("upperThreshold")).toEqual(Float64Array.of(20, 20, 20, 20, 20, 20));
  });

  test("works with computed synapses, gain 0 being no synapse", () => {
    const type = matrix(transmission, { gain: [[1, 0]] });
    expect(type.values.get("maxConductance")).toEqual(Float64Array.of(1, 0));
    const shunts = matrix(modulation, { ratio: [[0.5, 0]] });
    expect(shunts.values.get("maxConductance")).toEqual(Float64Array.of(1, 0));
  });

  test.each([
    [{ maxConductance: [[1, 2], [3]] }, "maxConductance[1]: all rows must be equally long; got 1"],
    [{ maxConductance: [[1, 2], 3] }, "maxConductance[1]: all rows must be equally long; got 3"],
    [{ maxConductance: 1 }, "no value has rows and columns"],
    [{ maxConductance: [1, 2] }, "no value has rows and columns"],
    [{ maxConductance: [] }, "no value has rows and columns"],
    [{ maxConductance: g, reversalPotential: [[1, 2]] }, "must have the shape of maxConductance"],
    [{ maxConductance: g, lowerThreshold: [[1]] }, 'got "1 x 1", allowed 2 x 3'],
    [{ maxConductance: [[1, -1]] }, "(matrix).maxConductance[0][1]: must not be negative; got -1"],
    [{ maxConductance: [[1, NaN]] }, "maxConductance[0][1]: must be a finite number"],
    [{ maxConductance: [[1, "a"]] }, "maxConductance[0][1]: must be a number"],
    [{ maxConductance: [[[1]]] }, "maxConductance[0][0]: an array of numbers is expected"],
    [{ maxConductance: [[1]], upperThreshold: 0 }, "these values do not go together"],
    [{ maxConductance: [[1], [2]], upperThreshold: [[1], [0]] }, "lowerThreshold[1][0]: these"],
    [{ maxConductence: [[1]] }, 'Did you mean "maxConductance"?'],
  ])("%j is refused", (values, part) => {
    expect(messageOf(() => matrix(nonSpiking, values as never))).toContain(part);
  });

  test.each([
    [{ timeConstant: [[0]] }, "timeConstant[0][0]: must be positive"],
    [{ transmissionDelay: [[-1]] }, "transmissionDelay[0][0]: must not be negative"],
    [{ maxConductance: [[-1]] }, "maxConductance[0][0]: must be positive"],
  ])("spiking: %j is refused", (values, part) => {
    expect(messageOf(() => matrix(spiking, { maxConductance: [[1]], ...values }))).toContain(part);
  });

  test("a shape that does not fit is refused", () => {
    const build = (shape: readonly number[]) => () =>
      matrix(nonSpiking, { maxConductance: Float64Array.of(1, 2, 3) }, { shape: shape as never });
    expect(messageOf(build([2, 2]))).toContain('must have the shape of shape; got "3"');
    expect(messageOf(build([1.5, 2]))).toContain("one or two whole numbers above 0");
    expect(build([1, 3])().shape).toEqual({ kind: "matrix", rows: 1, columns: 3 });
  });
});

describe("pattern", () => {
  test("reads kernels of one and two dimensions", () => {
    const line = pattern(nonSpiking, { maxConductance: [0.5, 0, 0.5], upperThreshold: 10 });
    expect(line.shape).toEqual({ kind: "pattern", kernel: [3] });
    expect(line.values.get("maxConductance")).toEqual(Float64Array.of(0.5, 0, 0.5));
    const plane = pattern(spiking, { maxConductance: [[1, 2, 3]], timeConstant: [[1, 2, 3]] });
    expect(plane.shape).toEqual({ kind: "pattern", kernel: [1, 3] });
    expect(plane.values.get("conductanceIncrement")).toEqual(Float64Array.of(1, 2, 3));
    const flat = pattern(
      nonSpiking,
      { maxConductance: Float64Array.of(1, 2, 3) },
      { kernel: [3, 1] },
    );
    expect(flat.shape).toEqual({ kind: "pattern", kernel: [3, 1] });
  });

  test.each([
    [
      { maxConductance: [1, 2] },
      'the lengths of a kernel must be odd, or it has no centre; got "2"',
    ],
    [{ maxConductance: [[1, 2]] }, 'got "1 x 2"'],
    [{ maxConductance: 1 }, "no value is a kernel"],
    [
      { maxConductance: [1, 2, 3], reversalPotential: [1] },
      "must have the shape of maxConductance",
    ],
    [{ maxConductance: [1, -2, 3] }, "(pattern).maxConductance[1]: must not be negative"],
    [{ maxConductance: [[1], [2], [-3]] }, "(pattern).maxConductance[2][0]: must not be negative"],
  ])("%j is refused", (values, part) => {
    expect(messageOf(() => pattern(nonSpiking, values))).toContain(part);
  });
});
