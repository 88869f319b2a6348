// npm run bench -- [NAME ...] [options]: lists the benchmarks, or runs some of them. Each figure is a
// line of JSON on the standard output and a sentence on the standard error, and a table at the end
// where one is asked for.

import { readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import type { Context, Result } from "./harness/benchmark.js";
import { insertInto, toJson, toMarkdown, toSentence } from "./harness/report.js";
import type { Machine } from "./harness/report.js";
import { benchmarks } from "./list.js";

const usage = `npm run bench -- NAME ... | all
  --rounds N        how often the contestants take turns (9)
  --only TEXT       only cases whose name contains this text
  --markdown        prints tables too
  --into PAGE       puts the tables between the marks of this page, and figures into the folder
                    images beside it (not with --only)

`;

function machine(): Machine {
  const all = cpus();
  const load = Number(loadavg()[0]!.toFixed(2));
  return { cpu: all[0]?.model.trim() ?? "unknown", cores: all.length, node: process.version, load };
}

interface Options {
  readonly rounds: number;
  readonly only: string;
}

async function runBenchmark(name: string, { rounds, only }: Options): Promise<Result[]> {
  const { run } = await benchmarks[name]!();
  const results: Result[] = [];
  const context: Context = {
    rounds,
    wants: (each) => each.includes(only),
    report(result) {
      results.push(result);
      console.log(toJson(name, result, machine()));
      console.error(toSentence(name, result));
    },
    say: (line) => console.error(`${name}: ${line}`),
  };
  await run(context);
  return results;
}

async function drawFigures(name: string, results: readonly Result[], folder: string) {
  const { draw } = await benchmarks[name]!();
  for (const [file, text] of Object.entries(draw?.(results) ?? {})) {
    writeFileSync(join(folder, file), text);
  }
}

async function list(): Promise<void> {
  console.log(usage);
  for (const [name, load] of Object.entries(benchmarks)) {
    console.log(`${name.padEnd(10)} ${(await load()).question}`);
  }
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rounds: { type: "string", default: "9" },
      only: { type: "string", default: "" },
      markdown: { type: "boolean", default: false },
      into: { type: "string" },
    },
  });
  const known = Object.keys(benchmarks);
  const names = positionals.includes("all") ? known : positionals;
  const unknown = names.filter((name) => !known.includes(name));
  const rounds = Number(values.rounds);
  if (unknown.length > 0 || !Number.isInteger(rounds) || rounds < 1) {
    const problem = unknown.length > 0 ? `no benchmark ${unknown.join(", ")}` : "wrong --rounds";
    console.error(`${problem}; there are ${known.join(", ")}, all`);
    process.exitCode = 2;
    return;
  }
  if (names.length === 0) return list();
  for (const name of names) {
    const results = await runBenchmark(name, { rounds, only: values.only });
    if (results.length === 0) continue;
    const tables = toMarkdown(results, machine());
    if (values.markdown) console.log(`\n## ${name}\n\n${tables}\n`);
    if (values.into !== undefined) {
      // Read again each time: a run takes long, and the page may have been changed meanwhile.
      writeFileSync(values.into, insertInto(readFileSync(values.into, "utf8"), name, tables));
      // A part of the results would make a part of a figure.
      if (values.only === "")
        await drawFigures(name, results, join(dirname(values.into), "images"));
    }
  }
}

await main();
