// Dividing Programs: what the parts do together has the bits of the whole, for drawn Programs and
// networks of many kinds, unless they are refused; and how often spikes must pass.

import { create } from "../../../backends/sparse/index.js";
import { CompileError } from "../../../src/index.js";
import { divide } from "../../../src/ir/partition/divide.js";
import type { Program } from "../../../src/ir/program.js";
import type { Values } from "../../../src/runtime/backend.js";
import { optimize } from "../../../src/lower/pipeline.js";
import { divisibleNetworks } from "../../helpers/divisible-networks.js";
import { drawnProgram, families } from "../../helpers/drawn-programs/index.js";
import { PartsInTurn } from "../../helpers/parts-in-turn.js";
import { randomProgram } from "../../helpers/random-program.js";
import { sizeOf, stateDifference, vectorFor } from "../../helpers/side-by-side.js";
import { spikingNetwork } from "../../helpers/spiking-network.js";

const sparse = (await create())!;
const factor = Math.max(1, Number(process.env["MYELIN_RUNS"] ?? 1));
/** Many Programs in one test, each compiled several times. */
const timeLimit = 120_000 * factor;
const x = (i: number): number => (i % 5) - 1.5;

/** Whether a Program could be divided; throws where its parts do something else. */
function compare(program: Program, counts: readonly number[], steps: number): boolean {
  const options = { device: "cpu", hosts: new Map() };
  let isDivided = false;
  for (const count of counts) {
    let parts: PartsInTurn;
    try {
      parts = new PartsInTurn(program, count);
    } catch (error) {
      if (!(error instanceof CompileError) || error.code !== "unsupported") throw error;
      continue;
    }
    isDivided = true;
    const whole = sparse.loadSync!(program, options);
    const size = sizeOf(program, "input");
    const input = vectorFor(program, size).map((_, i) => x(i));
    parts.hold(x);
    const job = {
      ...{ steps, monitors: [], chunk: steps },
      input: (_step: number, to: Values): void => to.set(input),
    };
    try {
      whole.runSync!(job);
    } catch {
      // Some drawn Programs diverge; then there is nothing to compare.
      return isDivided;
    }
    parts.run(Math.floor(steps / 3));
    parts.run(steps - Math.floor(steps / 3));
    const different = stateDifference(program, whole.snapshotSync!(), parts.snapshot());
    if (different !== undefined) throw new Error(`${program.name}, ${count} parts: ${different}`);
  }
  return isDivided;
}

test.each(Object.entries(divisibleNetworks))("%s", async (_name, make) => {
  for (const optimizing of ["default", "none"] as const) {
    const net = make();
    const model = await net.compile({ dt: 0.1, backend: "sparse", optimize: optimizing });
    expect(compare(model.program, [2, 3, 5], 150)).toBe(true);
    model.dispose();
  }
});

test(
  "random networks of spiking neurons",
  async () => {
    let divided = 0;
    for (let seed = 0; seed < 8 * factor; seed++) {
      const net = spikingNetwork(seed);
      for (const order of ["default", "brian2"]) {
        const model = await net.compile({
          ...{ dt: 0.1, backend: "sparse", order },
          onWarning: () => {},
        });
        if (compare(model.program, [2, 3], 120)) divided++;
        model.dispose();
      }
    }
    expect(divided).toBeGreaterThan(5);
  },
  timeLimit,
);

test(
  "random Programs",
  () => {
    let divided = 0;
    for (let seed = 0; seed < 20 * factor; seed++) {
      const program = randomProgram(seed, { tunable: seed % 3 === 0, connections: 3 });
      for (const one of [program, optimize(program, "default")])
        if (compare(one, [2, 4], 40)) divided++;
    }
    expect(divided).toBeGreaterThan(5);
  },
  timeLimit,
);

test(
  "drawn Programs of every kind of op",
  () => {
    const divided = new Map<string, number>();
    families.forEach(({ name, variants }, family) => {
      // Every second one, unless more is asked for.
      for (let variant = 0; variant < variants.length; variant += factor > 1 ? 1 : 3) {
        for (let round = 0; round < factor; round++) {
          const program = drawnProgram(family, variant, round);
          if (compare(program, [2, 3], 20)) divided.set(name, (divided.get(name) ?? 0) + 1);
        }
      }
    });
    expect(divided.size).toBeGreaterThan(30);
  },
  timeLimit,
);

test("spikes pass as often as the least delay between parts asks for", async () => {
  const steps = async (name: string): Promise<number> => {
    const model = await divisibleNetworks[name]!().compile({ dt: 0.1, backend: "sparse" });
    const found = divide(model.program, 2).steps;
    model.dispose();
    return found;
  };
  expect(await steps("Vogels-Abbott")).toBe(8);
  // In the default order what arrives is delivered before the neurons are updated: one step more.
  expect(await steps("catalogue")).toBe(9);
  expect(await steps("delays")).toBe(3);
});
