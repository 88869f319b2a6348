// Saved models on the command line: compile, run and inspect give what the document gives.

import { codes } from "../../../src/cli/command.js";
import { useFolder } from "./helper.js";

const folder = useFolder();
const words = (text: string): string[] => text.split(" ");
const compile = () => folder.run(...words("compile network.json --dt 1 --out network.myelin"));

test("a saved model does what its document does", async () => {
  const made = await compile();
  expect(made).toMatchObject({ code: codes.done, error: "" });
  expect(made.out).toMatch(/^wrote network\.myelin; /);
  const rest = "--steps 40 --constant 5 --every 4 --out";
  for (const backend of ["sparse", "iterative"]) {
    await folder.run(...words(`run network.json --dt 1 --backend ${backend} ${rest} a.csv`));
    await folder.run(...words(`run network.myelin --backend ${backend} ${rest} b.csv`));
    expect(folder.read("b.csv")).toBe(folder.read("a.csv"));
  }
});

test("inspect shows a saved model", async () => {
  await compile();
  const { out } = await folder.run(...words("inspect network.myelin --program"));
  expect(out).toMatch(/^saved model /);
  expect(out).toMatch(/dt 1 ms/);
  const { out: json } = await folder.run(...words("inspect network.myelin --json"));
  expect(JSON.parse(json)).toMatchObject({ dt: 1, passes: [] });
});

const wrong: readonly (readonly [string, number, RegExp])[] = [
  ["compile network.json --dt 1", codes.wrongUse, /--out: is missing/],
  ["compile network.json --out a.myelin", codes.wrongUse, /--dt: is missing/],
  ["compile network.json --dt 1 --out a.json", codes.wrongUse, /ends in \.myelin/],
  ["compile none.json --dt 1 --out a.myelin", codes.failed, /none\.json/],
  ["compile network.json --dt 1 --out none/a.myelin", codes.failed, /none/],
  ["run network.myelin --dt 1 --steps 1", codes.wrongUse, /--dt: is fixed in a saved model/],
  ["run network.myelin --seed 3 --steps 1", codes.wrongUse, /--seed: is fixed/],
  ["run network.myelin --backend gpu --steps 1", codes.failed, /gpu/],
  ["run none.myelin --steps 1", codes.failed, /none\.myelin.*could not be read/],
  ["run broken.myelin --steps 1", codes.failed, /not a saved model/],
  ["run network.myelin --steps 1 --record none", codes.wrongUse, /none/],
  ["inspect network.myelin --precision float32", codes.wrongUse, /--precision: is fixed/],
];

test.each(wrong)("refused: %s", async (line, code, message) => {
  await compile();
  folder.write("broken.myelin", "{}");
  const before = folder.names();
  const answer = await folder.run(...words(line));
  expect(answer.code).toBe(code);
  expect(answer.error).toMatch(message);
  expect(folder.names()).toEqual(before);
});
