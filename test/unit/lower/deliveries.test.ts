// Deliveries that become one: what comes of them, what stands in the way, and that no bit changes.

import { array, body, read, write } from "../../../src/ir/build.js";
import { printOp } from "../../../src/ir/print.js";
import type { Op, Program } from "../../../src/ir/program.js";
import { verify } from "../../../src/ir/verify.js";
import { deliveries } from "../../../src/lower/deliveries.js";
import { defineNeuron, defineSynapse, Network, rules } from "../../../src/index.js";
import { differenceOf, traceOf } from "../../helpers/compare-programs.js";
import { rowsOf } from "../../helpers/edge-lists.js";
import { variants } from "../../helpers/edge-networks.js";
import {
  add,
  bySource,
  made,
  pairs,
  sizes,
  sources,
  spikes,
  targets,
} from "../../helpers/edge-programs.js";
import type { Parts } from "../../helpers/edge-programs.js";

const second: Op = {
  ...{ kind: "deliver", id: "deliver4", phase: "deliver", spikes, layout: bySource.layout },
  reads: [read("jump", "W@0", "edge"), read("g", "V2@0", "target")],
  body: body("jump = jump + 1; g = g * 0.5 + jump"),
  writes: [write("g", "V2@0", "target")],
};
const own = array({ name: "V2", length: targets });
const two = (change: object = {}, parts: Parts = {}): Program =>
  made({
    ...parts,
    arrays: [own, ...(parts.arrays ?? [])],
    more: [...(parts.more ?? []), { ...second, ...change } as Op],
  });
/** V2 has a name, so that its values are compared. */
const seen = (program: Program): Program => ({
  ...program,
  names: [
    ...program.names,
    { path: "V2", array: "V2", offset: 0, count: targets, shape: [targets], kind: "state" },
  ],
});

test("one delivery does what both did, with one read of the weight", () => {
  const before = two();
  const after = deliveries.run(before);
  verify(after);
  expect(after.ops).toHaveLength(before.ops.length - 1);
  expect(printOp(after.ops[1]!)).toBe(
    [
      "deliver1  deliver  8 edges  reads 3 writes 3  merged 2",
      "  at spikes@1",
      "  csr by source, 8 edges in out.start, out.other, out.edge, 4 to 3",
      "  reads g@0[edge], W@0[edge], g0 = V2@0",
      "  g = 0.5 * g + W",
      "  jump = 0.1 * g",
      "  W = W + 1",
      "  g0 = g0 * 0.5 + W",
      "  writes g@1[edge], V@1 += jump, V2@1 = g0",
    ].join("\n"),
  );
  expect(deliveries.run(after)).toBe(after);
});

test("where only one of two uses the numbers of the edges, those are taken", () => {
  const { edge: _edge, ...plain } = bySource.layout as Extract<
    typeof bySource.layout,
    { kind: "csr" }
  >;
  const count = { reads: [], body: body("g = 1"), writes: [write("g", "V2@0", "target", add)] };
  const after = deliveries.run(two({ ...count, layout: plain }));
  expect(printOp(after.ops[1]!)).toContain("out.other, out.edge, 4 to 3");
  const first = { ...count, writes: [write("g", "V@0", "target", add)], layout: plain };
  const swapped = two({}, { deliver: first });
  expect(printOp(deliveries.run(swapped).ops[1]!)).toContain("out.other, out.edge, 4 to 3");
});

const mapOver = (name: string): Op => ({
  ...{ kind: "map", id: "map9", phase: "update", count: targets, reads: [read("v", `${name}@0`)] },
  ...{ body: body("v = v + 0.25"), writes: [write("v", `${name}@0`)] },
});
const far = rowsOf(
  "far",
  "source",
  pairs.map(([from, to]) => [3 - from, to] as const),
  sizes,
);
const others = array({ name: "others", type: "spikes", length: sources });
const numbered = rowsOf("numbered", "source", [...pairs].reverse(), sizes);

const refused: readonly (readonly [string, Program])[] = [
  [
    "a read of what the other writes",
    two({ reads: [...second.reads, read("v", "V@0", "target")] }),
  ],
  ["two sums into one array", two({ writes: [write("g", "V@0", "target", add)] })],
  ["an op between that changes what is read", two({}, { more: [mapOver("V2")] })],
  [
    "somebody who looks in between",
    two({}, { more: [{ kind: "record", id: "record9", phase: "" }] }),
  ],
  ["other rows", two({ layout: far.layout }, { arrays: far.arrays })],
  ["other numbers of the edges", two({ layout: numbered.layout }, { arrays: numbered.arrays })],
  ["other spikes", two({ spikes: { ...spikes, array: "others" } }, { arrays: [others] })],
];

test.each(refused)("left as they are: %s", (_, program) => {
  verify(program);
  expect(deliveries.run(program)).toBe(program);
});

test.each(variants)("no bit changes: $precision, batch of $batch", async (variant) => {
  for (const before of [two(), two({}, { more: [mapOver("V")] })]) {
    const program = { ...seen(before), ...variant };
    const after = deliveries.run(program);
    expect(after.ops.length).toBeLessThan(program.ops.length);
    expect(differenceOf(await traceOf(program, 50), await traceOf(after, 50))).toBe(0);
  }
});

const twofold = defineSynapse({
  name: "twofold",
  doc: "Opens a conductance and leaves a trace in its target.",
  params: { g: { symbol: "g", default: 0.4, unit: "uS", min: 0, doc: "opened by a spike" } },
  state: { open: { initial: 0, unit: "uS", doc: "conductance" } },
  equations: "(5 ms) dopen/dt = -open",
  integrate: "euler",
  onPre: "open += g; z_post += 1",
  graded: { conductance: "open", reversal: "100 mV" },
});
const counting = defineNeuron({
  name: "counting",
  doc: "Integrate and fire, with a trace of what arrives.",
  params: { bias: { symbol: "Ib", default: 0, unit: "mV", doc: "drive" } },
  state: {
    V: { initial: 0, unit: "mV", doc: "membrane potential" },
    z: { initial: 0, unit: "1", doc: "trace" },
  },
  inputs: { I: { unit: "mV", doc: "drive" } },
  equations: "(10 ms) dV/dt = Ib + I - V; (50 ms) dz/dt = -z",
  integrate: "euler",
  output: "V",
  spike: "V > 1 mV",
  reset: "V = 0 mV",
});

test("a synapse that acts in two ways goes over its spikes once", async () => {
  const net = new Network();
  const bias = Float64Array.from({ length: 20 }, (_, i) => 1.1 + 0.3 * i);
  const cells = net.addPopulation(counting({ bias }), 20, { name: "cells" });
  net.addConnection(twofold(), cells, cells, {
    connectivity: rules.fixedInDegree({ inDegree: 4 }),
  });
  const found: unknown[] = [];
  for (const joins of [true, false]) {
    const model = await net.compile({
      ...{ dt: 0.1, backend: "sparse", seed: 1 },
      optimize: { deliveries: joins },
    });
    expect(model.program.ops.filter(({ kind }) => kind === "deliver")).toHaveLength(joins ? 2 : 3);
    model.runSync({ steps: 2000 });
    expect(Math.max(...model.state.get("cells.z"))).toBeGreaterThan(10);
    found.push(model.state.names().map((name) => model.state.get(name)));
  }
  expect(found[0]).toEqual(found[1]);
});
