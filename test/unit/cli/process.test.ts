// The command as a process: exit codes, pipes that close, Ctrl-C, and running from anywhere.

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { loadModel } from "../../../src/index.js";
import { cases, compare, prepare } from "./golden-cases.js";
import { useFolder } from "./helper.js";
import type { Printed } from "./helper.js";
import { useProgram } from "./program.js";

const folder = useFolder();
const program = useProgram();
const strict = ["--disallow-code-generation-from-strings"];

const start = (args: readonly string[], env: Record<string, string> = {}) =>
  spawn(process.execPath, [...strict, program(), ...args], {
    cwd: folder.path(""),
    env: { ...process.env, ...env },
  });

function finish(
  args: readonly string[],
  input = "",
): { code: number | null; out: string; error: string } {
  const all = [...strict, program(), ...args];
  const options = { cwd: folder.path(""), encoding: "utf8", input } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, all, options);
  return { code: status, out: stdout, error: stderr };
}

test("exit codes and streams are those of the function", () => {
  const done = finish(["run", "network.json", "--dt", "1", "--steps", "3"]);
  expect(done).toMatchObject({ code: 0, error: "" });
  expect(done.out.split("\n")).toHaveLength(5);
  const failed = finish(["run", "none.json", "--dt", "1", "--steps", "3"]);
  expect(failed).toMatchObject({ code: 1, out: "" });
  expect(failed.error).toMatch(/^error: [^\n]*\n$/);
  const wrong = finish(["run", "network.json", "--dt", "1", "--setps", "3"]);
  expect(wrong).toMatchObject({ code: 2, out: "" });
  expect(wrong.error).toMatch(/--steps/);
  expect(finish(["--version"]).out).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test("a network comes through a pipe", () => {
  const { code, out } = finish(["inspect", "-", "--json"], folder.read("network.json"));
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ network: "sample" });
});

test("a reader who goes away ends the command quietly", async () => {
  const child = start(["run", "network.json", "--dt", "1", "--steps", "20000", "--json"]);
  let error = "";
  child.stderr.on("data", (data: Buffer) => void (error += data.toString()));
  await once(child.stdout, "data");
  child.stdout.destroy();
  const [code] = (await once(child, "close")) as [number | null];
  expect({ code, error }).toEqual({ code: 0, error: "" });
});

test("a reader who never listens ends it quietly, too, and files are written", async () => {
  const child = start(["run", "network.json", "--dt", "1", "--steps", "50", "--out", "y.csv"]);
  child.stdout.destroy();
  child.stderr.destroy();
  const [code] = (await once(child, "exit")) as [number | null];
  expect(code).toBe(0);
  expect(folder.read("y.csv").split("\n")).toHaveLength(52);
});

test.each(cases.slice(0, 3))("%s gives its recorded outputs", (_name, recorded) => {
  const args = prepare(recorded, recorded.network, folder.write);
  const options = { cwd: folder.path(""), encoding: "utf8", maxBuffer: 2 ** 28 } as const;
  const { status, stdout } = spawnSync(process.execPath, [program(), ...args], options);
  expect(status).toBe(0);
  const { problems, worst } = compare(recorded, JSON.parse(stdout) as Printed).findings();
  expect({ problems, worst }).toEqual({ problems: [], worst: undefined });
});

/** Time that a process has worked [1/100 s]. */
function workOf(id: number | undefined): number {
  const fields = readFileSync(`/proc/${id}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  return Number(fields[11]) + Number(fields[12]);
}

test("Ctrl-C ends the run, which writes what there is", async () => {
  const args = [
    ...["run", "network.json", "--dt", "1", "--steps", "1000000000", "--every", "100000"],
    ...["--record", "left.V", "--out", "part.json"],
  ];
  const child = start(args, { MYELIN_DEBUG: "timing" });
  let error = "";
  child.stderr.on("data", (data: Buffer) => void (error += data.toString()));
  while (!error.includes("timing: load")) await once(child.stderr, "data");
  // What comes next is the run: it is under way as soon as the process has worked a little more.
  const before = workOf(child.pid);
  while (workOf(child.pid) < before + 20) await new Promise((resolve) => setTimeout(resolve, 10));
  child.kill("SIGINT");
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  expect({ code, signal }).toEqual({ code: 130, signal: null });
  const { done } = JSON.parse(folder.read("part.json")) as { done: number };
  expect(done).toBeGreaterThan(0);
  expect(error).toContain(`\nnote: interrupted: ${done} step`);
});

/** A while that differs each time [ms]; more of them with MYELIN_RUNS. */
const kills = Math.round(20 * Number(process.env["MYELIN_RUNS"] ?? 0.3));
const pauses = Array.from({ length: kills }, (_, i) => 1 + ((i * 7919) % 83));

test("killed at any moment, a run goes on from its checkpoint to the same end", async () => {
  const total = 10_000_000;
  const args = (file: string, steps: number, to: string): string[] =>
    `run ${file} --steps ${steps} --constant 5 --every 1000 --json --checkpoint ${to} --checkpoint-every 40`.split(
      " ",
    );
  finish(["compile", "network.json", "--dt", "1", "--out", "start.myelin"]);
  expect(finish(args("start.myelin", 1000, "end.myelin")).code).toBe(0);
  const first = readFileSync(folder.path("end.myelin"));
  // One process after the other is killed and goes on.
  const from = "end.myelin";
  let done = 1000;
  // Beside them one run that nobody disturbs: after each kill both are the same.
  const straight = await loadModel(first);
  const expectSame = async (file: string): Promise<void> => {
    const resumed = await loadModel(folder.path(file));
    straight.runSync({ steps: resumed.stepCount - straight.stepCount, input: 5 });
    const isSame = Buffer.from(resumed.snapshot()).equals(straight.snapshot());
    expect({ step: resumed.stepCount, isSame }).toEqual({ step: straight.stepCount, isSame: true });
    resumed.dispose();
  };
  for (const pause of pauses) {
    const child = start(args(from, total - done, "next.myelin"));
    const closed = once(child, "close");
    while (!folder.names().includes("next.myelin") && child.exitCode === null) await sleep(2);
    await sleep(pause);
    child.kill("SIGKILL");
    await closed;
    const model = await loadModel(folder.path("next.myelin"));
    expect(model.stepCount).toBeGreaterThanOrEqual(done);
    done = model.stepCount;
    await model.save(folder.path("end.myelin"));
    model.dispose();
    await expectSame("end.myelin");
    for (const name of folder.names()) if (name.startsWith("next")) rmSync(folder.path(name));
  }
  expect(done).toBeGreaterThan(1000);
  const rest = args(from, 5000, "next.myelin")
    .join(" ")
    .replace(/every 40$/, "every 2500");
  expect(finish(rest.split(" ")).code).toBe(0);
  await expectSame("next.myelin");
  expect(straight.stepCount).toBe(done + 5000);
}, 300_000);
