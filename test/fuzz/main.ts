// npm run fuzz -- [--runs N] [--seed N] [--from N]: changes saved models, network documents and tensors
// at random, and reads them. Fails where one ends otherwise than in a result or a typed error, takes
// over 100 ms of the processor or 64 MiB, or never ends: a second process does the work, and is watched.

import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { kinds, makeCase, type Kind } from "./cases.js";
import { judge, limits } from "./judge.js";
import { makeSamples } from "./samples.js";

interface Settings {
  readonly runs: number;
  readonly seed: number;
  /** Number of the first case. */
  readonly from: number;
}

/** What the working process tells. */
interface Report {
  readonly done: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly slowest: number;
  readonly largest: number;
  /** How much the most memory that the process ever had has grown since the first case [bytes]. */
  readonly growth: number;
  readonly problems: readonly string[];
  readonly isLast: boolean;
}

const mostProblems = 20;
const casesInBatch = 500;
/** A batch takes seconds; a process that is silent for so long hangs, also on a busy machine [ms]. */
const longestSilence = 600_000;

function readSettings(args: readonly string[]): Settings {
  const settings = { runs: 1_000_000, seed: 1, from: 0 };
  for (let i = 0; i < args.length; i += 2) {
    const key = args[i]!.replace(/^--/, "");
    const value = Number(args[i + 1]);
    if (!Object.hasOwn(settings, key) || !Number.isSafeInteger(value) || value < 0) {
      throw new Error("usage: npm run fuzz -- [--runs N] [--seed N] [--from N]");
    }
    settings[key as keyof Settings] = value;
  }
  return settings;
}

const shown = (given: Uint8Array | string): string =>
  typeof given === "string"
    ? given.slice(0, 300)
    : Buffer.from(given.subarray(0, 100_000)).toString("base64").slice(0, 300);

async function work({ runs, seed, from }: Settings, tell: (report: Report) => void): Promise<void> {
  const samples = await makeSamples();
  const outcomes: Record<string, number> = {};
  const problems: string[] = [];
  const isWarm = new Set<Kind>();
  let [slowest, largest] = [0, 0];
  const memory = (): number => process.resourceUsage().maxRSS * 1024;
  const atFirst = memory();
  const report = (done: number, isLast: boolean): void =>
    tell({
      ...{ done, outcomes, slowest, largest, problems, isLast },
      growth: memory() - atFirst,
    });
  for (let i = 0; i < runs && problems.length < mostProblems; i += 1) {
    const number = from + i;
    const one = makeCase(samples, seed, number);
    // The first calls of each kind compile our own code.
    if (!isWarm.has(one.kind)) await judge(one);
    isWarm.add(one.kind);
    const { outcome, milliseconds, bytes, problem } = await judge(one);
    const key = `${one.kind}: ${outcome}`;
    outcomes[key] = (outcomes[key] ?? 0) + 1;
    slowest = Math.max(slowest, milliseconds);
    largest = Math.max(largest, bytes);
    if (problem !== undefined) problems.push(`case ${number}: ${problem}\n  ${shown(one.given)}`);
    if ((i + 1) % casesInBatch === 0 && i + 1 < runs) {
      report(i + 1, false);
    }
  }
  report(runs, true);
}

function summary({ done, outcomes, slowest, largest, growth, problems }: Report): string {
  const lines = kinds.flatMap((kind) => {
    const own = Object.entries(outcomes).filter(([key]) => key.startsWith(`${kind}: `));
    const counts = own.map(([key, count]) => `${key.slice(kind.length + 2)} ${count}`);
    return counts.length > 0 ? [`  ${kind.padEnd(9)} ${counts.sort().join(", ")}`] : [];
  });
  const total = (name: string): number =>
    Object.entries(outcomes).reduce((sum, [key, n]) => sum + (key.endsWith(name) ? n : 0), 0);
  return [
    `${done} cases: ${total(": valid")} valid, ${done - total(": valid") - total(": untyped")} typed errors`,
    ...lines,
    `slowest ${slowest.toFixed(1)} ms (limit ${limits.milliseconds}), ` +
      `largest ${(largest / 2 ** 20).toFixed(1)} MiB (limit ${limits.bytes / 2 ** 20}); ` +
      `the process grew by ${(growth / 2 ** 20).toFixed(0)} MiB in all`,
    ...problems,
  ].join("\n");
}

/** Starts the process that works, and watches it. */
function watch(settings: Settings): void {
  const args = Object.entries(settings).flatMap(([key, value]) => [`--${key}`, String(value)]);
  const child = fork(fileURLToPath(import.meta.url), args, {
    env: { ...process.env, MYELIN_FUZZ_WORKS: "yes" },
  });
  const began = Date.now();
  let last: Report | undefined;
  let timer: NodeJS.Timeout | undefined;
  const wait = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => child.kill("SIGKILL"), longestSilence);
  };
  wait();
  // Whoever has seen enough sees what there is.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
  child.on("message", (report: Report) => {
    wait();
    last = report;
    const rate = (1000 * report.done) / (Date.now() - began);
    const line = `${report.done} of ${settings.runs}, ${rate.toFixed(0)} a second`;
    process.stderr.write(process.stderr.isTTY ? `\r${line}\u001b[K` : `${line}\n`);
  });
  child.on("close", (code, signal) => {
    clearTimeout(timer);
    process.stderr.write("\n");
    if (last !== undefined) console.log(summary(last));
    if (last?.isLast !== true) {
      const first = settings.from + (last?.done ?? 0);
      console.log(`ended with ${signal ?? code} at one of the cases from ${first} on`);
    }
    const isFine = last?.isLast === true && last.problems.length === 0;
    process.exitCode = isFine ? 0 : 1;
  });
}

const settings = readSettings(process.argv.slice(2));
if (process.env["MYELIN_FUZZ_WORKS"] === undefined) watch(settings);
else {
  process.on("disconnect", () => process.exit());
  void work(settings, (report) => process.send!(report)).then(() => process.disconnect());
}
