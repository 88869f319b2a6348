// Every pass alone, and all of them together, against the Program without: bit for bit where the
// pass promises it. And the Program that comes out is sound and the same every time.

import { printProgram } from "../../src/ir/print.js";
import { verify } from "../../src/ir/verify.js";
import { optimize, passes, passNames, type PassName } from "../../src/lower/pipeline.js";
import { differenceOf, traceOf } from "../helpers/compare-programs.js";
import { randomProgram, type RandomSettings } from "../helpers/random-program.js";

const settings: readonly RandomSettings[] = [
  { populations: 5, connections: 8 },
  { tunable: true },
  { batch: 2, tunable: true },
  { mostNeurons: 9 },
  { precision: "float32" },
];

const isExact = (name: PassName): boolean => passes[name].tolerance === undefined;
const exact = passNames.filter(isExact);
const exactPasses = Object.fromEntries(exact.map((name) => [name, true]));
const others = Object.fromEntries(
  passNames.filter((name) => !isExact(name)).map((name) => [name, false]),
);

test.each(exact)("%s alone keeps every bit", async (name) => {
  for (let seed = 100; seed < 112; seed++) {
    const program = randomProgram(seed, settings[seed % settings.length]);
    const after = passes[name].run(program);
    verify(after);
    const trace = await traceOf(after, 6, seed);
    expect({ seed, trace }).toEqual({ seed, trace: await traceOf(program, 6, seed) });
  }
});

test("sorting sums changes no more than last bits in one step", async () => {
  for (let seed = 300; seed < 310; seed++) {
    const program = randomProgram(seed, { connections: 40 });
    const after = passes.merge.run(passes.sortSums.run(program));
    verify(after);
    expect(after.ops.length).toBeLessThanOrEqual(passes.merge.run(program).ops.length);
    const [one, other] = [await traceOf(after, 1, seed), await traceOf(program, 1, seed)];
    expect(differenceOf(one, other)).toBeLessThan(1e-12);
  }
});

test("all exact passes together keep every bit, and are sound after each", async () => {
  const sink = (): void => undefined;
  for (let seed = 200; seed < 225; seed++) {
    const program = randomProgram(seed, settings[seed % settings.length]);
    const setting = { ...exactPasses, ...others };
    const after = optimize(program, setting, { sink, channels: new Set(["verify"]) });
    const trace = await traceOf(after, 6, seed);
    const before = await traceOf(program, 6, seed);
    const isExact = !(program.precision === "float32" && settings[seed % 5]!.tunable);
    if (isExact) expect({ seed, trace }).toEqual({ seed, trace: before });
    else expect(differenceOf(trace, before)).toBeLessThan(1e-5);
  }
}, 60_000);

test("the pipeline gives the same Program every time", () => {
  const texts = Array.from({ length: 5 }, () =>
    printProgram(optimize(randomProgram(7, { tunable: true }), "default")),
  );
  expect(new Set(texts).size).toBe(1);
});
