// Definitions of synapses and channels: what they may name, what they become, what is refused.
import { printExpression } from "../../../src/expr/print.js";
import { defineChannel } from "../../../src/models/define/define-channel.js";
import { defineSynapse } from "../../../src/models/define/define-synapse.js";
import type { ChannelDefinition, SynapseDefinition } from "../../../src/models/types.js";
import { messageOf, scopeOf, stepBlocks, valueOf } from "./helpers.js";

const depressing: SynapseDefinition = {
  name: "depressing",
  doc: "Synapse with short-term depression.",
  params: {
    weight: { symbol: "w", default: 1, unit: "uS", min: 0, doc: "weight" },
    release: { symbol: "U", default: 0.5, min: 0, max: 1, doc: "release probability" },
    recovery: { symbol: "tau_d", default: "100 ms", unit: "ms", above: 0, doc: "recovery" },
    transmissionDelay: { symbol: "d", default: 1, unit: "ms", min: 0, doc: "delay" },
  },
  state: {
    x: { initial: 1, doc: "resources" },
    trace: { initial: 0, doc: "of the synapse" },
  },
  equations: "tau_d dx/dt = 1 - x; dtrace/dt = -trace / tau_d",
  onPre: "ge_post += w * U * x; x -= U * x",
  onPost: "trace += 1",
  delay: "transmissionDelay",
  strength: "weight",
  divided: ["weight"],
};
const defined = (change: object) => defineSynapse({ ...depressing, ...change });
const refusal = (change: object) => messageOf(() => defined(change));

test("a synapse keeps its events, its roles and the place of its states", () => {
  const { model } = defineSynapse(depressing);
  const lines = (body: typeof model.onPre) =>
    body.map(({ target, value }) => `${target} = ${printExpression(value)}`);
  expect(lines(model.onPre)).toEqual(["ge_post = ge_post + w * U * x", "x = x - U * x"]);
  expect(lines(model.onPost)).toEqual(["trace = trace + 1"]);
  expect(model).toMatchObject({
    delay: "transmissionDelay",
    strength: "weight",
    divided: ["weight"],
    symmetric: false,
  });
  const type = defined({})({ name: "steep" });
  expect(type).toMatchObject({ name: "steep", shape: { kind: "free" } });
  expect(defined({})().name).toBe("depressing");
  const after = stepBlocks(type, scopeOf(type, { x: 0.5, trace: 1 }), 10);
  expect(after["x"]).toBeCloseTo(0.55, 12);
  expect(after["trace"]).toBeCloseTo(0.9, 12);
});

test("a model lists what it names at its two ends", () => {
  expect(defineSynapse(depressing).model.ends).toEqual({ pre: [], post: ["ge"] });
  const graded = { conductance: "w * V_pre / mV", reversal: "E_post" };
  const both = defined({ onPre: undefined, graded, equations: "x = n_pre; trace = 1" });
  expect(both.model.ends).toEqual({ pre: ["V", "n"], post: ["E"] });
});

test("a spike of the target changes the synapse, never the target itself", () => {
  expect(refusal({ onPost: "V_post += 1" })).toContain("only states can be assigned to here");
});

test("variables of the neurons at both ends may be named without being declared", () => {
  const { model } = defineSynapse({
    name: "gap",
    doc: "gap junction with a voltage-dependent conductance",
    params: { conductance: { symbol: "g", unit: "uS", doc: "conductance" } },
    equations: "open = V_pre > V_post and theta_pre > 3",
    graded: { conductance: "open ? g : 0", reversal: "V_pre", into: "I" },
    gradedBack: { current: "g * (V_post - V_pre)" },
  });
  expect(model.graded).toMatchObject({ kind: "conductance", into: "I" });
  expect(model.gradedBack).toMatchObject({ kind: "current" });
  const { graded } = model;
  const text = graded?.kind === "conductance" ? printExpression(graded.conductance) : "";
  expect(text).toBe("V_pre > V_post and theta_pre > 3 ? g : 0");
});

test.each([
  [{ onPre: "weight = 3" }, "only states can be assigned to here"],
  [{ onPre: "w = 3 uS" }, "only states can be assigned to here"],
  [{ onPre: "V_pre = 3 mV" }, "only states can be assigned to here"],
  [{ onPre: "x = w" }, "the value of x has the wrong dimension"],
  [{ onPre: "x = V" }, "this name is not declared"],
  [{ equations: "V_post = 3" }, "only states and new names"],
  [{ state: { x_pre: { initial: 0, doc: "x" } } }, "belong to the neurons at the two ends"],
  [{ state: { x: { initial: "V_post", doc: "x" } } }, "this name is not declared"],
  [{ state: { ...depressing.state, y: { initial: 0, doc: "y" } } }, "nothing changes this state"],
  [{ delay: "delay" }, "delay: there is no parameter of this name"],
  [{ delay: "weight" }, "the delay must be a time"],
  [{ delay: 3 }, "must be a text"],
  [{ strength: "w" }, "strength: there is no parameter of this name"],
  [{ divided: ["weigth"] }, 'Did you mean "weight"?'],
  [{ graded: { conductance: "w" } }, "a conductance with a reversal, or a current"],
  [{ graded: { conductance: "w", reversal: "V_pre", current: "w" } }, "or a current"],
  [{ graded: { conductanc: "w" } }, 'Did you mean "conductance"?'],
  [{ symmetric: "yes" }, "must be true or false"],
  [{ equations: "dx/dt = -x / tau_d (unless refractory)" }, "no refractory period"],
  [{ requires: [{ holds: "w" }] }, "requires[0]: must be a condition"],
  [{ requires: [{ holds: "w > V_pre" }] }, "this name is not declared"],
  [{ onpre: "x = 1" }, "depressing.onpre: there is no field of this name"],
])("%j is refused", (change, part) => {
  expect(refusal(change)).toContain(part);
});

test("a delay without a lower bound is refused", () => {
  const params = { ...depressing.params, lag: { symbol: "lag", default: 0, unit: "ms", doc: "d" } };
  expect(refusal({ params, delay: "lag" })).toContain("the delay must not be negative");
});

test("a synapse that does nothing is refused", () => {
  const nothing = { name: "none", doc: "nothing", params: {} };
  expect(messageOf(() => defineSynapse(nothing))).toContain("this synapse does nothing");
});

describe("channels", () => {
  const leak: ChannelDefinition = {
    name: "leak",
    doc: "leak",
    params: { conductance: { symbol: "g", unit: "uS", doc: "conductance" } },
    state: { n: { initial: "V / (1 mV)", doc: "gate" } },
    equations: "rate = 1 / (10 ms)\ndn/dt = -n * rate",
    current: "g * n * (0 mV - V)",
  };

  test("see their own names and the potential", () => {
    const type = defineChannel(leak)({ conductance: 2 });
    expect(valueOf(type.model.states[0]!.initial, { V: 4 })).toBe(4);
    const after = stepBlocks(type, scopeOf(type, { V: 5, n: 1 }), 1);
    expect(after["n"]).toBeCloseTo(0.9, 12);
    expect(valueOf(type.model.current, after)).toBeCloseTo(-9, 12);
  });

  test.each([
    [{ current: "g * theta" }, "this name is not declared"],
    [{ current: undefined }, "current: must be a text"],
    [{ equations: "V = 0 mV; n = 1" }, "only states and new names"],
    [{ equations: undefined }, "equations: must be given"],
    [{ params: { g: { symbol: "V", doc: "x" } } }, "it is declared twice"],
    [{ spike: "V > 0 mV" }, "spike: there is no field of this name"],
  ])("%j is refused", (change, part) => {
    expect(messageOf(() => defineChannel({ ...leak, ...(change as object) }))).toContain(part);
  });
});
