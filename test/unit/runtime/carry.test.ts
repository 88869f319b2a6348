// Moving running state between Programs: by names where arrays differ, and never losing anything.

import type { ArraySpec, Program } from "../../../src/ir/program.js";
import { carryOverSync } from "../../../src/runtime/carry.js";
import type { Loaded } from "../../../src/runtime/carry.js";
import { nameTable } from "../../../src/runtime/lookup.js";
import { FakeExecutable, fakeProgram } from "../../helpers/fake-backend.js";

const hidden = (length: number, more: Partial<ArraySpec> = {}): ArraySpec => ({
  ...{ name: "hidden", type: "real", role: "state", length, initial: 0, perCopy: true },
  ...more,
});

function load(program: Program): Loaded & { readonly executable: FakeExecutable } {
  return { table: nameTable(program, new Map()), executable: new FakeExecutable(program) };
}

const withArray = (program: Program, ...arrays: ArraySpec[]): Program => ({
  ...program,
  arrays: [...program.arrays, ...arrays],
});

test("a state without a name moves if its array is the same one", () => {
  const old = load(withArray(fakeProgram(), hidden(4)));
  old.executable.writeSync("hidden", [1, 2, 3, 4]);
  old.executable.stepCount = 7;
  const next = load(withArray(fakeProgram({ tunable: true }), hidden(4)));
  expect(carryOverSync(old, next, "left.gain")).toBe(true);
  expect(next.executable.readSync("hidden")).toEqual(Float64Array.of(1, 2, 3, 4));
  expect(next.executable.stepCount).toBe(7);
});

test("one whose array is another one is refused before anything is lost", () => {
  const old = load(withArray(fakeProgram(), hidden(4)));
  const next = load(withArray(fakeProgram(), hidden(5)));
  const carry = () => carryOverSync(old, next, "left.gain");
  expect(carry).toThrow(/left.gain: .*would be lost: hidden. Name the parameter in `tunable`/);
});

test("a state that only the new Program has starts as it says", () => {
  const old = load(fakeProgram());
  old.executable.advance();
  const next = load(withArray(fakeProgram(), hidden(2, { initial: 5 })));
  carryOverSync(old, next, "left.gain");
  expect(next.executable.readSync("hidden")).toEqual(Float64Array.of(5, 5));
  expect(next.executable.readSync("V")).toEqual(old.executable.readSync("V"));
});

test("tunable values that were written move, except the one that is being set", () => {
  const old = load(fakeProgram({ tunable: true }));
  old.executable.writeSync("gain", [3]);
  const next = load(fakeProgram({ tunable: true, gain: 8 }));
  carryOverSync(old, next, "left.other");
  expect(next.executable.readSync("gain")).toEqual(Float64Array.of(3));
  const set = load(fakeProgram({ tunable: true, gain: 8 }));
  carryOverSync(old, set, "left.gain");
  expect(set.executable.readSync("gain")).toEqual(Float64Array.of(8));
});

test.each([2, 5])("a ring of %d slots keeps the newest spikes of one of 3", (slots) => {
  const old = load(fakeProgram());
  const flags = [1, 0, 0, 0, 0, ...[0, 1, 0, 0, 0], ...[0, 0, 1, 0, 1]];
  old.executable.writeSync("past", flags);
  const program = fakeProgram();
  const arrays = program.arrays.map((spec) => (spec.name === "past" ? { ...spec, slots } : spec));
  const next = load({ ...program, arrays });
  carryOverSync(old, next, "left.delay");
  const expected = [...flags, ...Array<number>(10).fill(0)].slice(0, slots * 5);
  expect(Array.from(next.executable.readSync("past"))).toEqual(expected);
});
