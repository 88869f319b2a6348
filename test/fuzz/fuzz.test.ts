// The search for files that do harm: it notices each kind of harm, its cases come again, and a few of
// them do none. `npm run fuzz` has as many as there is time for.

import { InternalError, LoadError } from "../../src/errors.js";
import { kinds, makeCase, type Case } from "./cases.js";
import { judge, limits } from "./judge.js";
import { makeSamples, type Samples } from "./samples.js";

let samples: Samples;
beforeAll(async () => {
  samples = await makeSamples();
});

const made = (read: () => Promise<unknown>, use?: (result: unknown) => void): Case => ({
  kind: "bytes",
  given: "made up",
  read,
  ...(use !== undefined && { use }),
});
const harmless = { code: "damaged", where: "file", problem: "is damaged" };
const fail = (error: Error) => async () => Promise.reject(error);

const harms: readonly (readonly [string, Case, RegExp])[] = [
  ["an error that nobody made on purpose", made(fail(new TypeError("oh"))), /TypeError: oh/],
  ["a defect of ours", made(fail(new InternalError("a", "is broken"))), /InternalError/],
  [
    "what breaks when it runs",
    made(
      async () => 5,
      () => {
        throw new RangeError("oh");
      },
    ),
    /running it: RangeError/,
  ],
  // Far more than is allowed: garbage of before may be collected meanwhile, and counts against it.
  ["much memory", made(async () => new Uint8Array(8 * limits.bytes)), /takes \d+ MiB/],
  [
    "much time",
    made(async () => {
      const start = process.cpuUsage();
      const spent = (): number => {
        const { user, system } = process.cpuUsage(start);
        return (user + system) / 1000;
      };
      // Asking is slow itself on some systems.
      while (spent() < 1.1 * limits.milliseconds) for (let i = 0; i < 1e6; i++) Math.sqrt(i);
    }),
    /takes \d+ ms/,
  ],
];

test.each(harms)("%s is noticed", async (_what, one, problem) => {
  expect((await judge(one)).problem).toMatch(problem);
});

test("a typed error is none, and neither is a result", async () => {
  const refused = await judge(made(fail(new LoadError(harmless))));
  expect(refused).toMatchObject({ outcome: "LoadError" });
  expect(refused.problem).toBeUndefined();
  expect(await judge(made(async () => 5))).toMatchObject({ outcome: "valid" });
});

test("a case follows from its seed and its number", () => {
  const given = (seed: number, number: number) => makeCase(samples, seed, number).given;
  for (const number of [0, 1, 77, 2 ** 21 + 1]) {
    expect(given(3, number)).toEqual(given(3, number));
    expect(given(3, number)).not.toEqual(given(4, number));
  }
  const all = Array.from({ length: 100 }, (_, i) => makeCase(samples, 1, i));
  expect(new Set(all.map(({ kind }) => kind))).toEqual(new Set(kinds));
  expect(new Set(all.map((each) => String(each.given))).size).toBe(100);
});

test("some cases do no harm", async () => {
  const first = Number(process.env["MYELIN_SEED"] ?? 1);
  const count = 150 * Number(process.env["MYELIN_RUNS"] ?? 1);
  const outcomes = new Set<string>();
  for (let i = 0; i < count; i++) {
    const { outcome, problem } = await judge(makeCase(samples, first, i));
    outcomes.add(outcome);
    expect({ case: i, problem }).toEqual({ case: i, problem: undefined });
  }
  expect([...outcomes].sort()).toEqual(expect.arrayContaining(["LoadError", "valid"]));
}, 3_600_000);
