// The lists of unsupported cases keep themselves up to date.

import { BackendUnavailableError } from "../../src/errors.js";
import { cases } from "./cases/index.js";
import { runCase } from "./run-case.js";
import { expectRefusal, strayEntries, unsupportedBy } from "./unsupported.js";
import { wantedBackends } from "./variants.js";

const entry = { case: "some case", code: "op-missing", reason: "no such op" };

const refusing = (code: string) => async (): Promise<void> => {
  throw new BackendUnavailableError({ code, where: "net", problem: "refused" });
};

test("a case that is refused as its entry says is as expected", async () => {
  await expectRefusal(entry, refusing("op-missing"));
});

test("a case that is refused for another reason fails", async () => {
  await expect(expectRefusal(entry, refusing("limit"))).rejects.toThrow("with the code op-missing");
});

test("a case that gives wrong numbers fails, whatever its entry says", async () => {
  const wrong = async (): Promise<void> => {
    throw new Error("cell.V[0] after step 3: got 1, expected 2");
  };
  await expect(expectRefusal(entry, wrong)).rejects.toThrow("must be refused");
});

test("a case that starts to pass fails until its entry is deleted", async () => {
  const passing = expectRefusal(entry, async () => {});
  await expect(passing).rejects.toThrow("delete its entry in unsupported.ts");
});

test("an entry that names no case is found", () => {
  expect(strayEntries([entry], ["another case"])).toEqual(["some case"]);
  expect(strayEntries([entry], ["some case"])).toEqual([]);
});

test("a backend without a list supports everything", async () => {
  expect(await unsupportedBy("no-such-backend")).toEqual([]);
});

test("MYELIN_BACKEND selects backends and refuses unknown ones", () => {
  expect(wantedBackends(undefined)).toContain("iterative");
  expect(wantedBackends(" iterative ,")).toEqual(["iterative"]);
  expect(() => wantedBackends("iteratve")).toThrow('there is no backend "iteratve"');
});

test("a case whose expectation is wrong in one value fails", async () => {
  const variant = { backend: "iterative", precision: "float64" } as const;
  const rising = cases.find(({ name }) => name.startsWith("a leaky integrator charges"))!;
  const right = rising.values!["cell.V"]!;
  const values = { "cell.V": (step: number) => Number(right(step)) + (step === 7 ? 1e-9 : 0) };
  await runCase(rising, variant, "none");
  await expect(runCase({ ...rising, values }, variant, "none")).rejects.toThrow("after step 7");
  const fires = cases.find(({ name }) => name.startsWith("a neuron at its threshold"))!;
  const spikes = { "cell.spikes": [[1, 3, 5, 6]] };
  await expect(runCase({ ...fires, spikes }, variant, "none")).rejects.toThrow();
});
