// Sums of what arrives, made before they are added to a state: what the ops become, where that is
// possible, where it pays, and that nothing but last bits change.

import { array, body, read, write } from "../../../src/ir/build.js";
import { printOp } from "../../../src/ir/print.js";
import type { Op, Program } from "../../../src/ir/program.js";
import { verify } from "../../../src/ir/verify.js";
import { allArrivals, arrivals } from "../../../src/lower/arrivals.js";
import { optimize } from "../../../src/lower/pipeline.js";
import { Network, neurons, synapses } from "../../../src/index.js";
import { addedUp, arriving, learned, type ArrivingParts } from "../../helpers/arriving-programs.js";
import { differenceOf, traceOf } from "../../helpers/compare-programs.js";
import { variants } from "../../helpers/edge-networks.js";
import { add, edges, sources } from "../../helpers/edge-programs.js";

test("a sum is cleared, delivered to, and added to the state in the place of the delivery", () => {
  const after = addedUp();
  verify(after);
  expect(after.ops.map(printOp).slice(1, 4)).toEqual([
    "arriving0  deliver  3 elements\n  sum0 = 0\n  writes arriving.0@1 = sum0",
    [
      "deliver1  deliver  8 edges  reads 2 writes 1",
      "  at past@0 lag lags[edge]",
      "  csr by source, 8 edges in out.start, out.other, out.edge, 4 to 3",
      "  reads w = W@0[edge], k@0[0]",
      "  jump = k * w",
      "  writes arriving.0@2 += jump",
    ].join("\n"),
    "arriving1  deliver  3 elements\n  reads sum0 = arriving.0@2\n  writes V@1 += sum0",
  ]);
  expect(after.arrays.at(-1)).toMatchObject({ name: "arriving.0", role: "scratch", unit: "mV" });
  expect(allArrivals.run(after)).toBe(after);
});

test.each(variants)("only last bits change: $precision, batch of $batch", async (variant) => {
  const before = { ...arriving(), ...variant };
  const after = allArrivals.run(before);
  const gap = differenceOf(await traceOf(before, 60), await traceOf(after, 60));
  expect(gap).toBeLessThan(variant.precision === "float64" ? 1e-12 : 1e-5);
});

test("parts of two states get sums of their own", async () => {
  const before = arriving({
    arrays: [array({ name: "V", length: 6 }), array({ name: "h", length: 3 })],
    deliver: {
      body: body("jump = k * w; half = 0.5 * jump"),
      writes: [
        write("jump", "V@0", "target", { ...add, offset: 2 }),
        write("half", "h@0", "target", add),
      ],
    },
  });
  const after = allArrivals.run(before);
  verify(after);
  expect(printOp(after.ops[3]!)).toContain("writes V@1[element + 2] += sum0, h@1 += sum1");
  expect(differenceOf(await traceOf(before, 40), await traceOf(after, 40))).toBeLessThan(1e-12);
});

const refused: readonly (readonly [string, ArrivingParts])[] = [
  ["one delay for all", { deliver: { spikes: { array: "past", version: 0, lag: 2 } } }],
  [
    "equal delays",
    { arrays: [array({ name: "lags", role: "index", initial: new Int32Array(edges).fill(2) })] },
  ],
  ["weights that a step may change", { arrays: [learned] }],
  [
    "weights of each copy",
    { arrays: [array({ name: "W", role: "parameter", length: edges, perCopy: true })] },
  ],
  ["terms that depend on time", { deliver: { body: body("jump = w * t") } }],
  ["terms that depend on the step", { deliver: { body: body("jump = step > 9 ? w : k") } }],
  [
    "terms that depend on the target",
    { deliver: { reads: [read("w", "W@0", "edge"), read("k", "V@0", "target")] } },
  ],
  [
    "terms that depend on the source",
    {
      arrays: [array({ name: "gain", role: "parameter", length: sources, initial: 2 })],
      deliver: { reads: [read("w", "W@0", "edge"), read("k", "gain@0", "source")] },
    },
  ],
  [
    "a state of the edge that changes too",
    {
      arrays: [array({ name: "h", length: edges })],
      deliver: { writes: [write("jump", "V@0", "target", add), write("k", "h@0", "edge")] },
    },
  ],
  ["a state that is set", { deliver: { writes: [write("jump", "V@0", "target")] } }],
];

test.each(refused)("left as it is: %s", (_what, parts) => {
  const before = arriving(parts);
  expect(allArrivals.run(before)).toBe(before);
});

/** Cells with so many synapses each, whose delays spread over so many steps. */
async function lowered(
  [cells, each, delays]: readonly [number, number, number],
  tunable: readonly string[] = [],
): Promise<Program> {
  const net = new Network({ name: "spread" });
  const group = net.addPopulation(neurons.conductanceIntegrateAndFire(), cells, { name: "cells" });
  const count = cells * each;
  const numbers = Int32Array.from({ length: count }, (_, i) => i);
  const transmissionDelay = Float64Array.from(numbers, (i) => 0.1 * (1 + ((7 * i) % delays)));
  const connectivity = {
    sources: numbers.map((i) => Math.floor(i / each)),
    targets: numbers.map((i) => (i * 13) % cells),
  };
  const type = synapses.exponentialConductance({ transmissionDelay });
  net.addConnection(type, group, group, { name: "synapses", connectivity });
  const options = { dt: 0.1, backend: "iterative", optimize: "none", tunable } as const;
  return (await net.compile(options)).program;
}
const hasSums = ({ ops }: Program): boolean =>
  ops.some((op: Op) => op.kind === "deliver" && op.writes[0]!.array.startsWith("arriving."));

const weight = ["synapses.weight"];
test.each([
  ["many delays, few synapses for each", [20, 60, 50], [], true],
  ["few delays: meeting them costs little", [20, 60, 20], [], false],
  ["many synapses for each delay", [4, 1600, 50], [], false],
  ["a weight that may be written in every step", [20, 60, 50], weight, false],
] as const)("by default: %s", async (_what, sizes, tunable, isDone) => {
  const program = await lowered(sizes, tunable);
  expect(hasSums(arrivals.run(program))).toBe(isDone);
  expect(hasSums(optimize(program, "default"))).toBe(isDone);
  expect(hasSums(optimize(program, { arrivals: true }))).toBe(true);
  expect(hasSums(optimize(program, { arrivals: false }))).toBe(false);
});
