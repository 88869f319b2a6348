// Help: each command explains every flag that it has, and every example in it works.

import { compilingFlags } from "../../../src/cli/compile.js";
import { convertFlags } from "../../../src/cli/convert.js";
import { calibrateFlags } from "../../../src/cli/calibrate.js";
import { deviceFlags } from "../../../src/cli/devices.js";
import { runFlags } from "../../../src/cli/run-flags.js";
import { inspectFlags } from "../../../src/cli/inspect.js";
import { help } from "../../../src/cli/help.js";
import { myelin, useFolder } from "./helper.js";
import { readFileSync } from "node:fs";

const folder = useFolder();

/** Lines below "Examples" that are commands. */
const examplesOf = (text: string): string[] =>
  text
    .slice(text.indexOf("Examples"))
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line.startsWith("myelin "));

const all = Object.entries(help).flatMap(([name, text]) =>
  examplesOf(text).map((line) => [name, line] as const),
);

test("each text has examples", () => {
  for (const text of Object.values(help)) expect(examplesOf(text).length).toBeGreaterThan(1);
});

/** Examples that take seconds and differ from another one only in how they print; MYELIN_RUNS runs them. */
const slow = ["myelin calibrate"];
const isWhole = process.env["MYELIN_RUNS"] !== undefined;
const chosen = all.filter(([, line]) => isWhole || !slow.includes(line));

test.each(chosen)("the example of %s works: %s", async (_name, line) => {
  const steps = Array.from({ length: 20 }, (_, i) => i);
  folder.write("drive.csv", `drive\n${steps.join("\n")}\n`);
  folder.write("drive.json", JSON.stringify({ drive: { series: Array(100).fill(2) } }));
  if (/ (run|convert|inspect) network\.myelin/.test(line)) {
    await folder.run(..."compile network.json --dt 1 --out network.myelin".split(" "));
  }
  const [command, file] = line.split("<").map((part) => part.trim());
  const args = command!.split(/\s+/).slice(1);
  const stdin = file === undefined ? "" : folder.read(file);
  const answer = await folder.runIn({ stdin }, ...args);
  expect(answer).toMatchObject({ code: 0, error: "" });
  expect(answer.out).not.toBe("");
  for (const [i, flag] of args.entries()) {
    if (flag === "--out" || flag === "--svg") expect(folder.names()).toContain(args[i + 1]);
  }
});

const tables = {
  run: runFlags,
  compile: compilingFlags,
  convert: convertFlags,
  inspect: inspectFlags,
  models: { "--json": {} },
  calibrate: calibrateFlags,
  devices: deviceFlags,
};

test.each(Object.entries(tables))(
  "the help of %s names every flag, and no other",
  (name, flags) => {
    const text = help[name as keyof typeof tables];
    const [body] = text.split("Examples");
    const named = new Set(body!.match(/^ {2}--[a-z-]+/gm)?.map((flag) => flag.trim()));
    expect([...named].sort()).toEqual(Object.keys(flags).sort());
  },
);

test.each([
  [["--help"], help.main],
  [["-h"], help.main],
  [["help"], help.main],
  [["help", "run"], help.run],
  [["run", "--help"], help.run],
  [["run", "x", "--bogus", "-h"], help.run],
  [["inspect", "--help"], help.inspect],
  [["models", "--help"], help.models],
])("%j prints help", async (args, text) => {
  expect(await myelin(args)).toEqual({ code: 0, out: text, error: "" });
});

test("help fits on a terminal", () => {
  for (const text of Object.values(help)) {
    for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
  }
});

test.each(["--version", "-v", "version"])("%s prints the version of the package", async (word) => {
  const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
  expect(await myelin([word])).toEqual({ code: 0, out: `${version}\n`, error: "" });
});

test("the package has the command", () => {
  const { bin, scripts } = JSON.parse(readFileSync("package.json", "utf8")) as {
    bin: unknown;
    scripts: Record<string, string>;
  };
  expect(bin).toEqual({ myelin: "dist/src/cli/main.js" });
  expect(scripts["myelin"]).toBe("node tools/run.mjs src/cli/main.ts");
  expect(readFileSync("src/cli/main.ts", "utf8")).toMatch(/^#!\/usr\/bin\/env node\n/);
});
