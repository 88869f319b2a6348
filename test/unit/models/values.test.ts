// Parameter values at the call: numbers, texts with units, arrays, and every way to get them wrong.
import { ValidationError } from "../../../src/errors.js";
import { completeValues } from "../../../src/models/define/complete-values.js";
import { defineSynapse } from "../../../src/models/define/define-synapse.js";
import { channels, neurons, synapses } from "../../../src/models/index.js";
import { messageOf } from "./helpers.js";

const { nonSpiking } = neurons;

test("values are numbers in the model's units, texts with a unit, or arrays", () => {
  const cell = nonSpiking({
    membraneCapacitance: 2,
    restingPotential: "-0.06 V",
    bias: [1, 2, 3],
  });
  expect(Object.fromEntries(cell.values)).toEqual({
    membraneCapacitance: 2,
    membraneConductance: 1,
    restingPotential: -60,
    bias: Float64Array.of(1, 2, 3),
  });
  expect(nonSpiking({ bias: "20 pA" }).values.get("bias")).toBe(0.02);
  expect(nonSpiking({ bias: Float32Array.of(0.5) }).values.get("bias")).toEqual(
    Float64Array.of(0.5),
  );
  expect(nonSpiking({ bias: undefined }).values.get("bias")).toBe(0);
  expect(nonSpiking().values.get("bias")).toBe(0);
});

test("a type is frozen and keeps copies", () => {
  const bias = [1, 2];
  const cell = nonSpiking({ bias });
  bias[0] = 99;
  expect(cell.values.get("bias")).toEqual(Float64Array.of(1, 2));
  expect(Object.isFrozen(cell) && Object.isFrozen(cell.channels)).toBe(true);
  expect(Object.isFrozen(nonSpiking)).toBe(true);
});

test("the message says where, what, what is allowed and what the parameter is", () => {
  expect(messageOf(() => nonSpiking({ membraneCapacitance: -5 }))).toBe(
    "neurons.nonSpiking.membraneCapacitance: must be positive; got -5, allowed > 0 [nF]. " +
      "It is: membrane capacitance [nF].",
  );
  expect(messageOf(() => nonSpiking.build({ membraneCapacity: 5 }))).toBe(
    "neurons.nonSpiking.membraneCapacity: there is no parameter of this name; " +
      'got "membraneCapacity", allowed membraneCapacitance, membraneConductance, ' +
      'restingPotential, bias, channels. Did you mean "membraneCapacitance"?',
  );
  expect(
    messageOf(() => synapses.nonSpiking({ lowerThreshold: [1, 2, 3], upperThreshold: 2 })),
  ).toBe(
    "synapses.nonSpiking.lowerThreshold[1]: these values do not go together: lowerThreshold 2, " +
      "upperThreshold 2; allowed e_hi != e_lo (e_lo is lowerThreshold, e_hi is upperThreshold). " +
      "Move one of them; an upper threshold below the lower one gives a falling activation.",
  );
});

test.each([
  [{ bias: NaN }, "bias: must be a finite number; got NaN"],
  [{ bias: -Infinity }, "bias: must be a finite number; got -Infinity"],
  [{ bias: "20 mV" }, "bias: this is a quantity of another kind"],
  [{ bias: "20" }, "bias: a unit is missing"],
  [{ bias: "much" }, "bias: "],
  [{ bias: true }, "bias: must be a number, a text with a unit, or an array of numbers; got true"],
  [{ bias: null }, "bias: must be a number"],
  [{ bias: 3n }, "bias: must be a number"],
  [{ bias: {} }, "bias: must be a number"],
  [{ bias: () => 1 }, "bias: must be a number"],
  [{ bias: [] }, "bias: an array must have at least one element"],
  [{ bias: [1, NaN] }, "bias[1]: must be a finite number"],
  [
    { bias: [1, "2"] },
    'bias[1]: must be a number, a text with a unit, or an array of numbers; got "2"',
  ],
  [{ bias: [1, undefined] }, "bias[1]: must be a number"],
  [{ bias: [[1, 2]] }, "bias[0]: an array of numbers is expected"],
  [{ bias: BigInt64Array.of(1n) }, "bias[0]: must be a number"],
  [{ membraneCapacitance: 0 }, "membraneCapacitance: must be positive; got 0, allowed > 0 [nF]"],
  [{ membraneCapacitance: "-2 nF" }, "must be positive"],
  [{ membraneConductance: [1, 0] }, "membraneConductance[1]: must be positive; got 0"],
  [{ bias: [1, 2], restingPotential: [1, 2, 3] }, "bias: must have as many elements as restingPot"],
  [{ channels: 3 }, "channels: must be a list of channels"],
  [{ channels: [nonSpiking()] }, "channels[0]: is not a channel"],
])("%p is refused", (values, part) => {
  expect(() => nonSpiking.build(values)).toThrow(ValidationError);
  expect(messageOf(() => nonSpiking.build(values))).toContain(part);
});

test.each([[5], ["5 nF"], [[5]], [null]])(
  "values that are not given by name are refused: %p",
  (it) => {
    const text = messageOf(() => nonSpiking.build(it as never));
    expect(text).toContain("parameters are given by name in one object");
  },
);

test("boolean parameters take booleans and arrays of them, and nothing else", () => {
  const gate = {
    maxConductance: 1,
    reversalPotential: 0,
    ...{ gateAPower: 1, gateASteepness: 1, gateASlope: 1, gateAMidpoint: 0 },
  };
  const flag = (type: { values: ReadonlyMap<string, unknown> }) =>
    type.values.get("gateBVoltageDependentTau");
  expect(flag(channels.gated(gate))).toBe(true);
  expect(flag(channels.gated({ ...gate, gateBVoltageDependentTau: false }))).toBe(false);
  const several = channels.gated({ ...gate, gateBVoltageDependentTau: [true, false] });
  expect(flag(several)).toEqual(Float64Array.of(1, 0));
  for (const value of [1, "true", [2], ["true"]]) {
    const text = messageOf(() =>
      channels.gated.build({ ...gate, gateBVoltageDependentTau: value }),
    );
    expect(text).toContain("must be true or false");
  }
});

test("channels of a neuron must have the number of elements that the neuron has", () => {
  const channel = channels.persistentSodium({ maxConductance: [1, 2] });
  expect(nonSpiking({ bias: [1, 2], channels: [channel] }).channels).toEqual([channel]);
  expect(messageOf(() => nonSpiking({ bias: [1, 2, 3], channels: [channel] }))).toContain(
    "neurons.nonSpiking.channels[0].maxConductance: must have as many elements as bias; got 2",
  );
});

describe("completeValues", () => {
  const { model } = synapses.spiking;

  test("fills in defaults element by element and leaves what is given", () => {
    const given = new Map([["maxConductance", Float64Array.of(1, 2)]]);
    const all = completeValues(model, given, "net/synapse");
    expect(all.get("conductanceIncrement")).toEqual(Float64Array.of(1, 2));
    expect(all.get("conductanceIncrement")).not.toBe(all.get("maxConductance"));
    expect(all.get("timeConstant")).toBe(1);
    expect([...given.keys()]).toEqual(["maxConductance"]);
    expect(completeValues(model, all, "net/synapse")).toEqual(all);
  });

  test("checks bounds again, at the place it is told", () => {
    const given = new Map([["timeConstant", Float64Array.of(1, -1)]]);
    expect(messageOf(() => completeValues(model, given, "net/synapse"))).toContain(
      "net/synapse.timeConstant[1]: must be positive; got -1, allowed > 0 [ms]",
    );
  });

  test("demands what has no default", () => {
    const text = messageOf(() => completeValues(synapses.electrical.model, new Map(), "gap"));
    expect(text).toContain("gap.conductance: must be given: it has no default");
  });

  test("does not judge elements without a synapse, and gives them harmless values", () => {
    const tau = Float64Array.of(0, 3, 0);
    const given = new Map([
      ["maxConductance", Float64Array.of(0, 1, 0)],
      ["timeConstant", tau],
    ]);
    const all = completeValues(model, given, "net/synapse");
    expect(all.get("timeConstant")).toEqual(Float64Array.of(3, 3, 3));
    expect(all.get("maxConductance")).toEqual(Float64Array.of(0, 1, 0));
    expect(tau).toEqual(Float64Array.of(0, 3, 0));
  });
});

test("a condition between parameters without arrays is checked once", () => {
  const factory = defineSynapse({
    name: "ordered",
    doc: "two ordered parameters",
    params: {
      low: { symbol: "a", default: 1, doc: "low" },
      high: { symbol: "b", default: 2, doc: "high" },
    },
    requires: [{ holds: "a < b" }],
    graded: { current: "a * b * V_pre" },
  });
  expect(messageOf(() => factory({ low: 3 }))).toContain("do not go together: low 3, high 2");
});

test("the names and kinds of values are known to the type checker", () => {
  const wrong = [
    // @ts-expect-error no parameter of this name
    () => nonSpiking({ membraneCapacity: 5 }),
    // @ts-expect-error a number is no boolean
    () => channels.persistentSodium({ gateBVoltageDependentTau: 1 }),
    // @ts-expect-error a boolean is no number
    () => nonSpiking({ bias: true }),
    // @ts-expect-error the conductance is missing
    () => synapses.electrical({}),
    // @ts-expect-error everything required is missing
    () => synapses.modulation(),
    // @ts-expect-error follows from the gain
    () => synapses.transmission({ maxConductance: 1 }),
  ];
  for (const call of wrong) expect(call).toThrow(ValidationError);
});
