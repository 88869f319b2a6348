// Choosing passes, and what debugging shows of them.

import { printProgram } from "../../../src/ir/print.js";
import { diffLines } from "../../../src/lower/support/diff.js";
import { optimize, passNames } from "../../../src/lower/pipeline.js";
import { randomProgram } from "../../helpers/random-program.js";

const given = randomProgram(1);

test("none gives back the Program as it is", () => {
  expect(optimize(given, "none")).toBe(given);
});

test("single passes can be left out", () => {
  const all = optimize(given, "default");
  const unmerged = optimize(given, { merge: false });
  expect(unmerged.ops.length).toBeGreaterThan(all.ops.length);
  const off = Object.fromEntries(passNames.map((name) => [name, false]));
  expect(optimize(given, off)).toBe(given);
});

test("an unknown pass is refused with the names that exist", () => {
  const wrong = { mrege: false } as Record<string, boolean>;
  expect(() => optimize(given, wrong)).toThrow(
    /compile.optimize: no pass has this name; got "mrege", allowed .*merge/,
  );
});

test("the channel passes shows each change, ir the result", () => {
  const texts: string[] = [];
  const sink = (text: string): void => void texts.push(text);
  const result = optimize(given, "default", { sink, channels: new Set(["passes", "ir"]) });
  // Sorting sums is off, dead arrays are dropped twice, and the result comes last.
  expect(texts).toHaveLength(passNames.length - 1 + 1 + 1);
  expect(texts[1]).toMatch(/^pass merge\n/);
  expect(texts[1]).toMatch(/^\+ .*merged \d+/m);
  expect(texts.at(-1)).toBe(printProgram(result));
});

test("a diff shows lines taken out and put in", () => {
  expect(diffLines("a\nb\nc\nd", "a\nc\nx\nd")).toBe("- b\n+ x");
  expect(diffLines("a", "a")).toBe("no change");
  const long = Array.from({ length: 5000 }, (_, i) => `line ${i}`);
  expect(diffLines(long.join("\n"), long.slice(1).join("\n"))).toMatch(/^- line 0/);
});
