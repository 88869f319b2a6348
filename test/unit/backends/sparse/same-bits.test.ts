// Sparse against iterative on Programs: outputs of every step and the running state, bit for bit, for
// every kind of op, the documented cases and random Programs, before and after the passes.

import { create as createIterative } from "../../../../backends/iterative/index.js";
import { create as createSparse } from "../../../../backends/sparse/index.js";
import type { Program } from "../../../../src/ir/program.js";
import { optimize } from "../../../../src/lower/pipeline.js";
import type { Executable, HostFunction } from "../../../../src/runtime/backend.js";
import { everything, hosts } from "../../../helpers/everything.js";
import { programCases } from "../../../helpers/program-cases/index.js";
import { Dice, randomProgram } from "../../../helpers/random-program.js";

const precisions = ["float64", "float32"] as const;
const runs = Number(process.env["MYELIN_RUNS"] ?? 1);

/** Functions that stand for whatever a documented case calls. */
function hostsOf(program: Program): ReadonlyMap<string, HostFunction> {
  const called = program.ops.flatMap((op) => (op.kind === "host" ? [op.name] : []));
  const half: HostFunction = (step, inputs, outputs) => {
    outputs.forEach((to, k) => {
      for (let i = 0; i < to.length; i++) to[i] = 0.5 * (inputs[k]?.[i] ?? 0) + (step % 3);
    });
  };
  return new Map(called.map((name) => [name, hosts.get(name) ?? half]));
}

async function loadBoth(program: Program): Promise<Executable[]> {
  const options = { device: "cpu", hosts: hostsOf(program) };
  const backends = [(await createIterative())!, (await createSparse())!];
  return backends.map((backend) => backend.loadSync!(program, options));
}

const sizeOf = (program: Program, role: "input" | "output"): number =>
  program.arrays
    .filter((spec) => spec.role === role)
    .reduce((sum, { length }) => sum + length * program.batch, 0);

/** Runs both side by side on the same inputs. */
async function expectSameBits(program: Program, steps: number): Promise<void> {
  const [plain, fast] = await loadBoth(program);
  const Reals = program.precision === "float64" ? Float64Array : Float32Array;
  const x = new Reals(sizeOf(program, "input"));
  const outputs = [new Reals(sizeOf(program, "output")), new Reals(sizeOf(program, "output"))];
  const dice = new Dice(7);
  for (let step = 0; step < steps; step++) {
    for (let i = 0; i < x.length; i++) x[i] = dice.chance(0.4) ? dice.between(-2, 8) : 0;
    plain!.step!(x, outputs[0]!);
    fast!.step!(x, outputs[1]!);
    if (step % 10 !== 9 && step !== steps - 1 && step > 2) continue;
    expect(outputs[1]).toEqual(outputs[0]);
    for (const spec of program.arrays) {
      if (spec.role !== "state" || spec.type === "history") continue;
      const expected = plain!.readSync!(spec.name);
      const found = fast!.readSync!(spec.name);
      expect({ step, array: spec.name, found }).toEqual({
        step,
        array: spec.name,
        found: expected,
      });
    }
    expect(fast!.snapshotSync!()).toEqual(plain!.snapshotSync!());
  }
  expect(fast!.stepCount).toBe(plain!.stepCount);
}

describe.each(precisions)("%s", (precision) => {
  test.each([1, 3])("every kind of op, batch of %d", async (batch) => {
    await expectSameBits(everything({ precision, batch }), 300);
  });

  test.each(programCases.map(({ name, program }) => ({ name, program })))(
    "the documented case $name",
    async ({ program }) => {
      const isLarge = program.arrays.some(({ length }) => length > 10_000);
      await expectSameBits({ ...program, precision }, isLarge ? 3 : 200);
    },
  );

  test.each(["none", "default"] as const)("random Programs, optimized: %s", async (setting) => {
    for (let seed = 0; seed < 25 * runs; seed++) {
      const batch = seed % 5 === 4 ? 3 : 1;
      const program = randomProgram(seed, { precision, batch, tunable: seed % 3 === 0 });
      await expectSameBits(optimize(program, setting), 40);
    }
  });
});
