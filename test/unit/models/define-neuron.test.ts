// Definitions of neurons: what is accepted, what it becomes, and the message for each mistake.
import { SpecError } from "../../../src/errors.js";
import { printExpression } from "../../../src/expr/print.js";
import { defineNeuron } from "../../../src/models/define/define-neuron.js";
import type { NeuronDefinition } from "../../../src/models/types.js";
import { codeOf, messageOf, runAll, scopeOf, stepBlocks, valueOf } from "./helpers.js";

const base: NeuronDefinition = {
  name: "adaptive",
  doc: "Leaky integrator with an adaptation current.",
  params: {
    membraneCapacitance: { symbol: "C", default: 5, unit: "nF", above: 0, doc: "capacitance" },
    membraneConductance: { symbol: "G", default: 1, unit: "uS", above: 0, doc: "leak" },
    restingPotential: { symbol: "Er", default: -65, unit: "mV", doc: "rest" },
    resetPotential: { symbol: "Vr", default: "Er", unit: "mV", doc: "reset" },
    jump: { symbol: "a", default: "0.5 nA", unit: "nA", doc: "adaptation per spike" },
    adaptationTime: { symbol: "tau_w", default: 100, unit: "ms", above: 0, doc: "adaptation" },
    refractoryPeriod: {
      symbol: "t_ref",
      default: 2,
      unit: "ms",
      min: 0,
      doc: "rest after a spike",
    },
  },
  state: {
    V: { initial: "Er", unit: "mV", doc: "potential" },
    w: { initial: 0, unit: "nA", doc: "adaptation current" },
  },
  inputs: { I: { unit: "nA", doc: "current" } },
  equations: `
    C dV/dt = leak - w + I : mV (unless refractory)   # the leak is named below
    tau_w dw/dt = -w
    leak = G * (Er - V) : nA`,
  output: "V",
  spike: "V > -50 mV",
  reset: "V = Vr; w += a",
  refractory: "t_ref",
};
const without = (...names: (keyof NeuronDefinition)[]): NeuronDefinition =>
  Object.fromEntries(
    Object.entries(base).filter(([key]) => !names.includes(key as keyof NeuronDefinition)),
  ) as unknown as NeuronDefinition;
const defined = (change: object, from = base) => defineNeuron({ ...from, ...change });
const refusal = (change: object, from = base) => messageOf(() => defined(change, from));

test("a model from text has its parameters, states, blocks and events", () => {
  const { model } = defineNeuron(base);
  expect(model.parameters.map(({ symbol, kind }) => `${symbol} ${kind}`)).toEqual(
    ["C", "G", "Er", "Vr", "a", "tau_w", "t_ref"].map((symbol) => `${symbol} number`),
  );
  expect(model.states.map(({ symbol, unit }) => `${symbol} ${unit}`)).toEqual(["V mV", "w nA"]);
  const [block] = model.blocks;
  expect(model.blocks).toHaveLength(1);
  expect(block).toMatchObject({ kind: "differential", method: "euler", substeps: 1 });
  expect(block).toMatchObject({ intermediates: [{ target: "leak" }] });
  expect(block).toMatchObject({
    equations: [
      { target: "V", unlessRefractory: true },
      { target: "w", unlessRefractory: false },
    ],
  });
  expect(model.reset.map(({ target, value }) => `${target} = ${printExpression(value)}`)).toEqual([
    "V = Vr",
    "w = w + a",
  ]);
  expect(printExpression(model.spike!)).toBe("V > -50");
  expect(printExpression(model.refractory!)).toBe("t_ref");
  expect(model.output).toBe("V");
});

test("its equations evaluate to numbers worked out by hand", () => {
  const cell = defineNeuron(base)({ membraneConductance: 2 });
  const before = scopeOf(cell, { V: -60, w: 1, I: 3 });
  const after = stepBlocks(cell, before, 0.5);
  // C dV/dt = 2 (-65 + 60) - 1 + 3 = -8 nA; dw/dt = -1/100.
  expect(after["V"]).toBeCloseTo(-60 + (0.5 * -8) / 5, 12);
  expect(after["w"]).toBeCloseTo(1 - 0.5 / 100, 12);
  expect(valueOf(cell.model.spike!, { ...before, V: -50 })).toBe(0);
  expect(valueOf(cell.model.spike!, { ...before, V: -49.9 })).toBe(1);
  expect(runAll(cell.model.reset, before)).toMatchObject({ V: -65, w: 1.5 });
});

test("a name of the equations stands for its text in the spike condition and the reset", () => {
  const { model } = defined({ spike: "leak < -30 nA", reset: "w = leak" });
  expect(printExpression(model.spike!)).toBe("G * (Er - V) < -30");
  expect(printExpression(model.reset[0]!.value)).toBe("G * (Er - V)");
});

test("SI models count in V, A, S, F and s", () => {
  const cell = defineNeuron({
    name: "si",
    doc: "In SI units.",
    units: "SI",
    params: {
      timeConstant: { symbol: "tau", default: "20 ms", unit: "s", above: 0, doc: "time constant" },
    },
    state: { V: { initial: "-60 mV", unit: "V", doc: "potential" } },
    equations: "tau dV/dt = -60 mV - V",
    output: "V",
  });
  expect(cell().values.get("timeConstant")).toBe(0.02);
  expect(cell({ timeConstant: "5 ms" }).values.get("timeConstant")).toBe(0.005);
  expect(valueOf(cell.model.states[0]!.initial, {})).toBe(-0.06);
});

test("without a unit system nothing is compared and texts are read in the parameter's unit", () => {
  const cell = defineNeuron({
    name: "rate",
    doc: "No units.",
    units: "none",
    params: { maxRate: { symbol: "r", default: 200, unit: "Hz", doc: "rate" } },
    state: { x: { initial: 0, unit: "spikes", doc: "rate" } },
    equations: "dx/dt = r - x + t",
    output: "x",
  });
  expect(cell({ maxRate: "0.1 kHz" }).values.get("maxRate")).toBeCloseTo(100, 12);
});

describe("equations", () => {
  test("lines run in an order in which everything has a value, else in the order written", () => {
    const { model } = defined({
      spike: "V > 0 mV",
      equations: ["x = y * 2\ny = z + 1\nz = 3", "C dV/dt = x * I\ntau_w dw/dt = -w"],
    });
    expect(model.blocks[0]).toMatchObject({
      kind: "assign",
      body: [{ target: "z" }, { target: "y" }, { target: "x" }],
    });
    expect(model.blocks[1]).toMatchObject({ kind: "differential", intermediates: [] });
  });

  test("assignments to states keep their order around intermediate values", () => {
    const cell = defined({
      equations: ["V = V + step_size\nold = V\nV = 2 * old\nstep_size = 1 mV", "w = w / 2"],
      refractory: undefined,
    })();
    const after = stepBlocks(cell, scopeOf(cell, { V: 1, w: 8 }), 1);
    expect(after).toMatchObject({ V: 4, old: 2, w: 4 });
  });

  test("a quirk and a boolean parameter are conditions", () => {
    const cell = defined({
      params: { ...base.params, isOn: { symbol: "on", default: true, doc: "switch" } },
      quirks: ["timeFactorG"],
      spike: "on and V > 0 mV",
      reset: "V = (not timeFactorG and on) ? Vr : Er",
    });
    expect(cell.model.parameters.at(-1)).toMatchObject({ kind: "boolean" });
    expect(valueOf(cell.model.spike!, scopeOf(cell({}), { V: 1 }))).toBe(1);
    expect(valueOf(cell.model.spike!, scopeOf(cell.build({ isOn: false }), { V: 1 }))).toBe(0);
  });

  test.each([
    [{ equations: "C dV/dt = lek - w\ntau_w dw/dt = -w\nleak = I" }, 'Did you mean "leak"?'],
    [{ equations: "C dU/dt = I\ntau_w dw/dt = -w" }, "this state is not declared"],
    [{ equations: "C dV/dt = I / G\ntau_w dw/dt = -w" }, "right side of the equation of V"],
    [{ equations: "dV/dt = I\ntau_w dw/dt = -w" }, "right side of the equation of V"],
    [{ equations: "C dV/dt = I", reset: "V = Vr" }, "state.w: nothing changes this state"],
    [{ equations: "C dV/dt = I\nC dV/dt = -I\nw = w" }, "integrates some states and assigns"],
    [{ equations: ["C dV/dt = I\nC dV/dt = -I", "w = w"] }, "a differential equation already"],
    [{ equations: "C dV/dt = I\nw = 0.9 * w" }, "Split it into two texts"],
    [{ equations: ["C = 3 nF", "C dV/dt = I"] }, "only states and new names can be assigned"],
    [{ equations: "a1 = b1\nb1 = a1\nC dV/dt = I * a1" }, "these lines need each other: a1, b1"],
    [{ equations: "a1 = a1 + 1\nC dV/dt = I * a1" }, "a1 is used before it has a value"],
    [{ equations: ["a1 = 1", "a1 = 2\nC dV/dt = I * a1"] }, "an earlier text assigns this name"],
    [{ equations: "x = a1; a1 = 1; a1 = 2; C dV/dt = I * a1" }, "a1 is used before it has a value"],
    [{ equations: "x = 1; x = 2; C dV/dt = I", spike: "x > 1" }, "this name is not declared"],
    [{ equations: "x = 1 nA : mV; C dV/dt = x" }, "the value of x has the wrong dimension"],
    [{ equations: "C dV/dt = I : nA; tau_w dw/dt = -w" }, "the unit of V has the wrong dimension"],
    [{ equations: "C dV/dt = I : mV (unless tired)" }, 'got "unless tired"'],
    [{ equations: "x = I (unless refractory); C dV/dt = x" }, "only a state can rest"],
    [{ equations: "refractory = 1; C dV/dt = I" }, "this name is reserved"],
    [{ equations: "# nothing" }, "has no lines"],
    [{ equations: "" }, "must be a text"],
    [{ equations: 7 }, "must be a text"],
    [{ equations: "C dV/dt = (I" }, "equations"],
  ])("%j is refused", (change, part) => {
    expect(() => defined(change)).toThrow(SpecError);
    expect(refusal(change)).toContain(part);
    expect(refusal(change)).toMatch(/^neurons\.adaptive\./);
  });

  test("an error shows its place in the text", () => {
    const text = refusal({ equations: "C dV/dt = I\ntau_w dw/dt = -ww" });
    expect(text).toContain("-ww\n");
    expect(text).toMatch(/\n +\^\^$/);
  });

  test("lines that rest need a refractory period", () => {
    const text = messageOf(() => defineNeuron(without("refractory")));
    expect(text).toContain("this model has no refractory period");
  });
});

describe("names", () => {
  test.each([
    [{ name: "" }, "neurons.name: must be a text"],
    [{ name: "a.b" }, "no spaces, dots or slashes"],
    [{ doc: "" }, "adaptive.doc: must be a text"],
    [{ parms: {} }, 'Did you mean "params"?'],
    [{ units: "cgs" }, "allowed consistent, SI, none"],
    [{ integrate: "midpoint" }, "allowed euler, exact"],
    [{ substeps: 2 }, "only rk4 has sub-steps"],
    [{ integrate: "rk4", substeps: 0.5 }, "whole number of at least 1"],
    [{ quirks: ["timeFactor"] }, 'Did you mean "timeFactorG"?'],
    [{ quirks: "timeFactorG" }, "must be a list"],
    [{ output: "U" }, "output: there is no state of this name"],
    [{ output: "I" }, "output: there is no state of this name"],
    [{ spike: "V" }, "spike: must be a condition"],
    [{ spike: "V > 3 nA" }, "comparison needs equal dimensions"],
    [{ reset: "I = 0 nA" }, "only states can be assigned to here"],
    [{ reset: "x = 0; V = Er" }, "only states can be assigned to here"],
    [{ reset: "V = w" }, "the value of V has the wrong dimension"],
    [{ reset: "dV/dt = V" }, "only plain assignments"],
    [{ refractory: "C" }, "has the wrong dimension"],
    [{ refractory: "t" }, "this name is not declared"],
    [{ inputs: { V: { unit: "nA", doc: "twice" } } }, "it is declared twice"],
    [{ inputs: { restingPotential: { unit: "nA", doc: "public" } } }, "have the same name"],
    [{ state: { ...base.state, V: { unit: "mV", doc: "no start" } } }, "initial: must be a text"],
    [{ state: { ...base.state, V: { initial: NaN, unit: "mV", doc: "x" } } }, "finite number"],
    [{ state: { ...base.state, V: { initial: "w", unit: "mV", doc: "x" } } }, "not declared"],
    [{ state: { ...base.state, w: { initial: "V", unit: "nA", doc: "x" } } }, "wrong dimension"],
    [
      { state: { ...base.state, w: { initial: 0, unit: "pA", doc: "x" } } },
      "not the unit in which",
    ],
    [{ state: { ...base.state, w: { initial: 0, unit: "nAmp", doc: "x" } } }, "no such unit"],
    [
      { state: { ...base.state, w: { initial: 0, kind: "edge", doc: "x" } } },
      "kind: there is no field of this name",
    ],
    [{ params: { x: { symbol: "dt", default: 1, doc: "x" } } }, "it is there in every model"],
    [{ params: { x: { symbol: "exp", default: 1, doc: "x" } } }, "a function of the language"],
    [{ params: { x: { symbol: "1x", default: 1, doc: "x" } } }, "start with a letter"],
    [{ params: { x: { default: 1, doc: "x" } } }, "start with a letter"],
    [{ params: { channels: { symbol: "c", default: 1, doc: "x" } } }, "have another use"],
    [{ params: { x: { symbol: "x", default: 1, doc: "x", minimum: 3 } } }, 'Did you mean "min"'],
    [{ params: { x: { symbol: "x", default: 1 } } }, "doc: must be a text"],
    [{ params: 3 }, "must be an object"],
  ])("%j is refused", (change, part) => {
    expect(() => defined(change)).toThrow(SpecError);
    expect(refusal(change)).toContain(part);
  });

  test.each(["reset", "refractory"])("%s needs a spike condition", (key) => {
    const left = {
      ...without("spike", "refractory", "reset"),
      [key]: key === "reset" ? "V = Er" : "t_ref",
    };
    left.equations = "C dV/dt = I; tau_w dw/dt = -w";
    expect(codeOf(() => defineNeuron(left))).toBe("no-spike");
  });
});

describe("defaults", () => {
  const x = (parameter: object) => ({ params: { ...base.params, x: { doc: "x", ...parameter } } });
  test.each([
    [x({ symbol: "x", default: -1, min: 0 }), "must not be negative; got -1, allowed >= 0"],
    [x({ symbol: "x", default: 0, unit: "ms", above: 0 }), "allowed > 0 [ms]"],
    [
      x({ symbol: "x", default: 7, min: 1, max: 5 }),
      "is out of range; got 7, allowed >= 1 and <= 5",
    ],
    [x({ symbol: "x", default: NaN }), "must be a finite number"],
    [x({ symbol: "x", default: "Er", unit: "nA" }), "wrong dimension"],
    [x({ symbol: "x", default: "x", unit: "nA" }), "not declared"],
    [x({ symbol: "x", default: "V", unit: "mV" }), "not declared"],
    [x({ symbol: "x", default: "t", unit: "ms" }), "not declared"],
    [x({ symbol: "x", default: "-20 mV", unit: "mV", min: 0 }), "must not be negative"],
    [x({ symbol: "x", default: true, unit: "mV" }), "neither a unit nor bounds"],
    [x({ symbol: "x", default: 1, min: 3, below: 3 }), "the bounds leave no value"],
    [x({ symbol: "x", default: 1, min: Infinity }), "must be a finite number"],
  ])("%j is refused", (change, part) => {
    expect(refusal(change)).toContain(part);
  });

  test("that need each other are refused", () => {
    const params = {
      ...base.params,
      x: { symbol: "x", default: "y", doc: "x" },
      y: { symbol: "y", default: "x", doc: "y" },
    };
    expect(refusal({ params })).toContain('these defaults need each other; got "x, y"');
  });

  test("follow the values given, in whatever order they depend on each other", () => {
    const params = {
      ...base.params,
      z: { symbol: "z", default: "y + 1", doc: "z" },
      y: { symbol: "y", default: "2 * x", doc: "y" },
      x: { symbol: "x", default: 1, doc: "x" },
    };
    const cell = defined({ params });
    expect(cell.build({}).values.get("z")).toBe(3);
    expect(cell.build({ x: 10 }).values.get("z")).toBe(21);
    expect(cell.build({ x: [1, 2] }).values.get("z")).toEqual(Float64Array.of(3, 5));
    expect(cell.build({ y: 0 }).values.get("z")).toBe(1);
  });
});

describe("exact integration", () => {
  test("is accepted where the equations are linear in the states", () => {
    const equations = "C dV/dt = G * (Er - V) + I; tau_w dw/dt = -w";
    const { model } = defined({ integrate: "exact", equations });
    expect(model.blocks[0]).toMatchObject({ method: "exact" });
  });

  test("is refused where they depend on each other", () => {
    expect(refusal({ integrate: "exact" })).toContain("the equation of V depends on w");
  });

  test("is refused where they are not linear", () => {
    const text = refusal({
      integrate: "exact",
      equations: "C dV/dt = G * (Er - V) * exp(V / (1 mV))\ntau_w dw/dt = -w",
    });
    expect(text).toMatch(/^neurons\.adaptive\.equations: .*linear/);
  });
});

test("a definition is copied: later changes by the caller change nothing", () => {
  const mine = structuredClone(base) as { params: Record<string, { default: unknown }> };
  const factory = defineNeuron(mine as unknown as NeuronDefinition);
  mine.params["membraneCapacitance"]!.default = 77;
  expect(factory.build({}).values.get("membraneCapacitance")).toBe(5);
  const { definition } = factory.model;
  expect(() => Object.assign(definition.params["jump"]!, { default: 3 })).toThrow(TypeError);
  expect(refusal({ state: { V: { initial: () => 3, unit: "mV", doc: "x" } } })).toContain(
    "plain data",
  );
});
