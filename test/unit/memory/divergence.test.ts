// Looks at the states every now and then: how much one look goes over, and the steps that it names.
import { array, program } from "../../../src/ir/build.js";
import { allocateMemory } from "../../../src/memory/allocate.js";
import { Watch } from "../../../src/memory/divergence.js";
import { valuesIn } from "../../../src/memory/memory.js";

const large = 300_000;

const made = program({
  batch: 2,
  arrays: [
    array({ name: "n", type: "int", length: 5 }),
    array({ name: "past", length: 3, slots: 4 }),
    array({ name: "w", length: large, perCopy: false }),
    array({ name: "free", role: "scratch", length: 5 }),
  ],
  ops: [],
});

const messageOf = (watch: Watch, done: number): string => {
  try {
    watch.look(done);
  } catch (error) {
    return String(error);
  }
  return "";
};

test("few states are looked at as a whole; the steps since the last look are named", () => {
  const memory = allocateMemory(made);
  const watch = new Watch({ ...made, names: [] }, memory);
  valuesIn(memory, "past").data[3 * 4 + 3 * 2 + 1] = NaN;
  const text = messageOf(watch, 10);
  expect(text).toMatch(
    /past: element 1 of copy 1 is no longer .* one of the steps 0 to 9; got NaN/,
  );
  expect(messageOf(watch, 12)).toMatch(/one of the steps 0 to 11/);
  valuesIn(memory, "past").data.fill(0);
  watch.restart(12);
  valuesIn(memory, "free").data.fill(NaN);
  expect(messageOf(watch, 20)).toBe("");
});

test("many states are looked at part by part, and each is met again", () => {
  const memory = allocateMemory(made);
  const watch = new Watch(made, memory);
  const { data } = valuesIn(memory, "w");
  for (let done = 10; done <= 60; done += 10) expect(messageOf(watch, done)).toBe("");
  // A look goes over less than half of them, so two rounds are over and the third begins.
  data[large - 1] = -Infinity;
  expect([70, 80].map((done) => messageOf(watch, done))).toEqual(["", ""]);
  expect(messageOf(watch, 90)).toMatch(
    /w: element 299999 of copy 0 is no longer .* one of the steps 40 to 89; got -Infinity/,
  );
  data[large - 1] = 0;
  data[0] = NaN;
  watch.restart(90);
  expect(messageOf(watch, 91)).toMatch(
    /element 0 of copy 0 is no longer .* after step 90; got NaN/,
  );
});
