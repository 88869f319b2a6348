// The models of SNS-Toolbox: their defaults, and one step of each against numbers worked out from
// the published equations.
import { listModels } from "../../../src/models/list-models.js";
import { channels, neurons, synapses } from "../../../src/models/index.js";
import type { SynapseType } from "../../../src/models/types.js";
import type { Numbers } from "./helpers.js";
import { messageOf, runAll, scopeOf, stepBlocks, valueOf } from "./helpers.js";

const dt = 0.1;

test("namespaces also hold what makes several at once, and the catalogue does not", () => {
  expect(synapses).toMatchObject({ matrix: expect.any(Function), pattern: expect.any(Function) });
  expect(channels.gatedChannels).toEqual(expect.any(Function));
  const paths = listModels().map(({ path }) => path);
  expect(paths).not.toContain("synapses.matrix");
  expect(paths).not.toContain("channels.gatedChannels");
});

test("every model of the catalogue can be made from its sample values", () => {
  const entries = listModels();
  expect(entries.map(({ path }) => path)).toEqual([
    ...["neurons.conductanceIntegrateAndFire", "neurons.nonSpiking"],
    ...["neurons.persistentSodium", "neurons.spiking"],
    ...["channels.gated", "channels.persistentSodium"],
    ...["synapses.electrical", "synapses.exponentialConductance"],
    ...["synapses.modulation", "synapses.nonSpiking"],
    ...["synapses.rectifiedElectrical", "synapses.spiking", "synapses.spikingTransmission"],
    "synapses.transmission",
  ]);
  for (const entry of entries) {
    const type = entry.make();
    expect(type.kind).toBe(entry.kind);
    expect(type.values.size).toBe(entry.model.parameters.length);
  }
});

describe("non-spiking neuron", () => {
  test("has the documented defaults", () => {
    expect(Object.fromEntries(neurons.nonSpiking().values)).toEqual({
      membraneCapacitance: 5,
      membraneConductance: 1,
      restingPotential: 0,
      bias: 0,
    });
  });

  test("makes an Euler step of its membrane equation", () => {
    const cell = neurons.nonSpiking({ membraneConductance: 2, restingPotential: -60, bias: 0.5 });
    const before = scopeOf(cell, { V: -55, I: 4 });
    const current = -2 * 5 + 0.5 + 4;
    expect(stepBlocks(cell, before, dt)["V"]).toBeCloseTo(-55 + (dt / 5) * current, 12);
    const quirk = stepBlocks(cell, { ...before, timeFactorG: 1 }, dt)["V"];
    expect(quirk).toBeCloseTo(-55 + (dt / (5 / 2)) * current, 12);
    expect(valueOf(cell.model.states[0]!.initial, before)).toBe(-60);
  });
});

describe("spiking neuron", () => {
  test("has the documented defaults, floor and reset following the resting potential", () => {
    expect(Object.fromEntries(neurons.spiking({ restingPotential: -60 }).values)).toEqual({
      membraneCapacitance: 5,
      membraneConductance: 1,
      restingPotential: -60,
      bias: 0,
      thresholdTimeConstant: 5,
      thresholdInitialValue: 1,
      thresholdProportionality: 0,
      thresholdLeakRate: 1,
      thresholdIncrement: 0,
      thresholdFloor: -60,
      resetPotential: -60,
      refractoryPeriod: 0,
    });
  });

  const cell = neurons.spiking({
    thresholdProportionality: 0.3,
    thresholdLeakRate: 2,
    thresholdTimeConstant: 4,
    thresholdIncrement: 0.5,
    thresholdFloor: -1,
    resetPotential: -0.25,
  });

  test("moves the threshold with the potential of before the step", () => {
    const before = scopeOf(cell, { V: 0.8, theta: 1.5, I: 20 });
    const after = stepBlocks(cell, before, dt);
    expect(after["V"]).toBeCloseTo(0.8 + (dt / 5) * (-0.8 + 20), 12);
    expect(after["theta"]).toBeCloseTo(1.5 + (dt / 4) * (2 * (1 - 1.5) + 0.3 * 0.8), 12);
    expect(valueOf(cell.model.states[1]!.initial, before)).toBe(1);
  });

  test("fires strictly above the threshold, then resets and raises the threshold", () => {
    const at = (V: number, theta: number) => scopeOf(cell, { V, theta });
    expect(valueOf(cell.model.spike!, at(1, 1))).toBe(0);
    expect(valueOf(cell.model.spike!, at(1.000001, 1))).toBe(1);
    expect(runAll(cell.model.reset, at(3, 1))).toMatchObject({ V: -0.25, theta: 1.5 });
    expect(runAll(cell.model.reset, at(3, -5))).toMatchObject({ theta: -1 });
  });

  test("rests only with its potential, for the refractory period", () => {
    const [block] = cell.model.blocks;
    const flags = block?.kind === "differential" ? block.equations : [];
    expect(flags.map(({ unlessRefractory }) => unlessRefractory)).toEqual([true, false]);
    expect(valueOf(cell.model.refractory!, { t_ref: 2 })).toBe(2);
    expect(messageOf(() => neurons.spiking({ refractoryPeriod: -1 }))).toContain(">= 0 [ms]");
  });
});

describe("gated channel", () => {
  const values = {
    maxConductance: 1.5,
    reversalPotential: 110,
    ...{ gateAPower: 2, gateASteepness: 1.2, gateASlope: 0.05, gateAMidpoint: 20 },
    ...{ gateBPower: 3, gateBSteepness: 0.5, gateBSlope: -0.06, gateBMidpoint: 4 },
    ...{ gateCPower: 1, gateCSteepness: 0.7, gateCSlope: 0.03, gateCMidpoint: -3 },
    ...{ gateBTimeConstant: 300, gateCTimeConstant: 20 },
  };
  const gate = (k: number, slope: number, middle: number, V: number) => {
    const q = k * Math.exp(slope * (middle - V));
    return { q, open: 1 / (1 + q) };
  };
  const V = 7;
  const b0 = 0.4;
  const c0 = 0.6;

  test("uses the new b and c, and a at once", () => {
    const channel = channels.gated(values);
    const after = stepBlocks(channel, scopeOf(channel, { V, b: b0, c: c0 }), dt);
    const a = gate(1.2, 0.05, 20, V).open;
    const gb = gate(0.5, -0.06, 4, V);
    const gc = gate(0.7, 0.03, -3, V);
    const b = b0 + dt * ((gb.open - b0) / (300 * gb.open * Math.sqrt(gb.q)));
    const c = c0 + dt * ((gc.open - c0) / (20 * gc.open * Math.sqrt(gc.q)));
    expect(after["b"]).toBeCloseTo(b, 13);
    expect(after["c"]).toBeCloseTo(c, 13);
    const current = 1.5 * a ** 2 * b ** 3 * c * (110 - V);
    expect(valueOf(channel.model.current, after)).toBeCloseTo(current, 10);
  });

  test("has a constant time constant where asked for", () => {
    const channel = channels.gated({ ...values, gateBVoltageDependentTau: false });
    const after = stepBlocks(channel, scopeOf(channel, { V, b: b0, c: c0 }), dt);
    expect(after["b"]).toBeCloseTo(b0 + (dt * (gate(0.5, -0.06, 4, V).open - b0)) / 300, 13);
  });

  test("starts in the steady state, or with the opposite sign where the oddity is on", () => {
    const channel = channels.gated(values);
    const [b, c] = channel.model.states.map(({ initial }) => initial);
    expect(valueOf(b!, scopeOf(channel, { V }))).toBeCloseTo(gate(0.5, -0.06, 4, V).open, 14);
    const odd = scopeOf(channel, { V, gateInitialSign: 1 });
    expect(valueOf(b!, odd)).toBeCloseTo(1 / (1 + 0.5 * Math.exp(-0.06 * (V - 4))), 14);
    expect(valueOf(c!, odd)).toBeCloseTo(1 / (1 + 0.7 * Math.exp(0.03 * (V + 3))), 14);
  });

  test("has gates b and c switched off by default", () => {
    const { maxConductance, reversalPotential, ...rest } = values;
    const onlyA = Object.fromEntries(Object.entries(rest).filter(([key]) => /^gateA/.test(key)));
    const channel = channels.gated.build({ maxConductance, reversalPotential, ...onlyA });
    const scope = scopeOf(channel, { V, b: 0.3, c: 0.2 });
    const a = gate(1.2, 0.05, 20, V).open;
    expect(valueOf(channel.model.current, scope)).toBeCloseTo(1.5 * a ** 2 * (110 - V), 10);
    const [b] = channel.model.states;
    expect(valueOf(b!.initial, scope)).toBe(0.5);
    expect(messageOf(() => channels.gated.build({ maxConductance }))).toContain("must be given");
  });

  test("several are written as one array per parameter", () => {
    const two = channels.gatedChannels({ ...values, gateBPower: [0, 1], maxConductance: [1, 2] });
    expect(two.map(({ values: of }) => of.get("maxConductance"))).toEqual([1, 2]);
    expect(two.map(({ values: of }) => of.get("gateAPower"))).toEqual([2, 2]);
    const typed = { ...values, maxConductance: Float32Array.of(1, 2, 3) };
    expect(channels.gatedChannels(typed)).toHaveLength(3);
    expect(channels.gatedChannels(values)).toHaveLength(1);
    expect(
      messageOf(() => channels.gatedChannels({ ...values, gateAPower: [1, 2], gateBPower: [1] })),
    ).toContain("channels.gatedChannels.gateBPower: all arrays must have one element");
    expect(
      messageOf(() => channels.gatedChannels({ ...values, maxConductance: [1, -2] })),
    ).toContain("channels.gatedChannels[1].maxConductance: must not be negative");
  });
});

describe("persistent sodium", () => {
  test("is a gated channel with the values of the code, not of its documentation", () => {
    const channel = channels.persistentSodium();
    expect(channel.model).toBe(channels.gated.model);
    expect(scopeOf(channel)).toMatchObject({
      ...{ g: 1.0485070729908987, E: 110, p_a: 1, k_a: 1, s_a: 0.05, e_a: 20 },
      ...{ p_b: 1, k_b: 0.5, s_b: -0.05, e_b: 0, tau_b: 300 },
      ...{ p_c: 0, k_c: 1, s_c: 0, e_c: 0, tau_c: 1 },
    });
    expect(messageOf(() => channels.persistentSodium({ gateBTimeConstant: 0 }))).toContain(
      "channels.persistentSodium.gateBTimeConstant: must be positive",
    );
  });

  test("as a neuron takes the parameters of neuron and channel, and further channels", () => {
    const more = channels.persistentSodium({ maxConductance: 3 });
    const cell = neurons.persistentSodium({
      membraneCapacitance: 2,
      maxConductance: 0.5,
      channels: [more],
    });
    expect(cell.model).toBe(neurons.nonSpiking.model);
    expect(cell.values.get("membraneCapacitance")).toBe(2);
    expect(cell.channels.map(({ values }) => values.get("maxConductance"))).toEqual([0.5, 3]);
    expect(messageOf(() => neurons.persistentSodium.build({ gateBTimeConstan: 1 }))).toContain(
      'Did you mean "gateBTimeConstant"',
    );
    expect(messageOf(() => neurons.persistentSodium({ gateBTimeConstant: -1 }))).toContain(
      "neurons.persistentSodium.gateBTimeConstant: must be positive",
    );
    expect(messageOf(() => neurons.persistentSodium.build({ channels: 3 }))).toContain("a list");
  });
});

/** Current into the target (or, for the back term, the source). */
function currentOf(type: SynapseType, scope: Numbers, end: "graded" | "gradedBack" = "graded") {
  const graded = type.model[end];
  if (graded?.kind !== "conductance") throw new Error("expected a conductance");
  const all = scopeOf(type, scope);
  const V = all[end === "graded" ? "V_post" : "V_pre"]!;
  return valueOf(graded.conductance, all) * (valueOf(graded.reversal, all) - V);
}

describe("non-spiking synapse", () => {
  test("has the documented defaults and a piecewise linear conductance", () => {
    const synapse = synapses.nonSpiking();
    expect(scopeOf(synapse)).toEqual({ g: 1, E: 40, e_lo: 0, e_hi: 20 });
    expect(currentOf(synapse, { V_pre: 5, V_post: 10 })).toBeCloseTo(0.25 * 30, 12);
    expect(currentOf(synapse, { V_pre: -5, V_post: 10 })).toBe(0);
    expect(currentOf(synapse, { V_pre: 50, V_post: 10 })).toBe(30);
  });

  test("falls where the upper threshold is below the lower one", () => {
    const synapse = synapses.nonSpiking({ lowerThreshold: 20, upperThreshold: 0 });
    expect(currentOf(synapse, { V_pre: 5, V_post: 0 })).toBeCloseTo(0.75 * 40, 12);
  });

  test("may have conductance 0, but not a negative one", () => {
    expect(synapses.nonSpiking({ maxConductance: 0 }).values.get("maxConductance")).toBe(0);
    expect(messageOf(() => synapses.nonSpiking({ maxConductance: -1 }))).toContain(
      "synapses.nonSpiking.maxConductance: must not be negative; got -1, allowed >= 0 [uS]",
    );
  });
});

describe("spiking synapse", () => {
  test("has the documented defaults, the increment following the conductance", () => {
    const synapse = synapses.spiking({ maxConductance: 0.5 });
    expect(Object.fromEntries(synapse.values)).toEqual({
      maxConductance: 0.5,
      reversalPotential: 194,
      timeConstant: 1,
      transmissionDelay: 0,
      conductanceIncrement: 0.5,
    });
    expect([...synapse.given]).toEqual(["maxConductance"]);
  });

  test("decays, is raised by spikes and saturates", () => {
    const synapse = synapses.spiking({ timeConstant: 2, conductanceIncrement: 0.75 });
    const after = stepBlocks(synapse, scopeOf(synapse, { g_spike: 0.5 }), dt);
    expect(after["g_spike"]).toBeCloseTo(0.5 * (1 - dt / 2), 14);
    const { onPre } = synapse.model;
    expect(runAll(onPre, scopeOf(synapse, { g_spike: 0.1 }))["g_spike"]).toBeCloseTo(0.85, 14);
    expect(runAll(onPre, scopeOf(synapse, { g_spike: 0.5 }))["g_spike"]).toBe(1);
    expect(currentOf(synapse, { g_spike: 0.5, V_post: 94 })).toBe(50);
  });

  test.each([
    [{ maxConductance: 0 }, "must be positive; got 0, allowed > 0 [uS]"],
    [{ maxConductance: -1 }, "must be positive"],
    [{ timeConstant: 0 }, "must be positive; got 0, allowed > 0 [ms]"],
    [{ timeConstant: "a" }, "timeConstant"],
    [{ transmissionDelay: -1 }, "must not be negative"],
    [{ transmissionDelay: "1 mV" }, "this is a quantity of another kind"],
    [{ name: 3 }, "name: a name must be text"],
  ])("%j is refused", (values, part) => {
    expect(messageOf(() => synapses.spiking.build(values))).toContain(part);
  });
});

describe("electrical synapses", () => {
  test("carry current both ways, whoever is higher", () => {
    const synapse = synapses.electrical({ conductance: 0.5 });
    expect(synapse.model.symmetric).toBe(true);
    expect(currentOf(synapse, { V_pre: 10, V_post: 4 })).toBe(3);
    expect(currentOf(synapse, { V_pre: 10, V_post: 4 }, "gradedBack")).toBe(-3);
    expect(currentOf(synapse, { V_pre: 4, V_post: 10 })).toBe(-3);
  });

  test("carry it only from source to target where they are rectified", () => {
    const synapse = synapses.electrical({ conductance: 0.5, rectified: true });
    expect(synapse.model).toBe(synapses.rectifiedElectrical.model);
    expect(synapse.model.symmetric).toBe(false);
    expect(currentOf(synapse, { V_pre: 10, V_post: 4 })).toBe(3);
    expect(currentOf(synapse, { V_pre: 10, V_post: 4 }, "gradedBack")).toBe(-3);
    expect(currentOf(synapse, { V_pre: 4, V_post: 10 })).toBeCloseTo(0, 14);
    expect(currentOf(synapse, { V_pre: 4, V_post: 10 }, "gradedBack")).toBeCloseTo(0, 14);
  });

  test("need a conductance that is not negative", () => {
    expect(messageOf(() => synapses.electrical.build({}))).toContain("must be given");
    expect(messageOf(() => synapses.electrical({ conductance: -1 }))).toContain("not be negative");
    const odd = { conductance: 1, rectified: "yes" };
    expect(messageOf(() => synapses.electrical.build(odd))).toContain("must be a boolean");
  });
});
