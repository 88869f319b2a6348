// Every model goes on in another process as if nothing had happened: saved at every kind of step, by
// each backend and for each, in both precisions, all bytes of its state at step 1000 are the same. One
// way for every second model, another one for the next; all of all with MYELIN_RUNS.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeModel } from "../../../src/file/model-file.js";
import { loadModel } from "../../../src/index.js";
import type { Model } from "../../../src/index.js";
import type { Program } from "../../../src/ir/program.js";
import { create as createIterative } from "../../../backends/iterative/index.js";
import { catalogueNetworks } from "../../helpers/catalogue-networks.js";
import { drawnProgram, families } from "../../helpers/drawn-programs/index.js";
import { programCases } from "../../helpers/program-cases/index.js";
import { resumeInput } from "../../helpers/resume-input.js";
import type { ResumeTask } from "../../helpers/resume-process.js";

const silent = { onWarning: () => {} };
const steps = 1000;
const isWhole = process.env["MYELIN_RUNS"] !== undefined;

let folder: string;
let script: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "myelin-resume-"));
  script = join(folder, "resume.mjs");
  // Into one file, from the sources as they are now.
  const bundler = "node_modules/esbuild/bin/esbuild";
  const from = "test/helpers/resume-process.ts";
  const flags = ["--bundle", "--platform=node", "--format=esm", "--log-level=error"];
  const others = ["onnxruntime-node", "webgpu", "gpu.js"].map((name) => `--external:${name}`);
  const args = [from, ...flags, ...others, `--outfile=${script}`];
  const { status, stderr } = spawnSync(bundler, args, { encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Backend = ResumeTask["backend"];
type Precision = Program["precision"];

/** Something that runs, made anew on a backend. */
interface Subject {
  readonly name: string;
  /** Where there is one only. */
  readonly precision?: Precision;
  readonly make: (backend: Backend, precision: Precision) => Promise<Model>;
}

const networks = catalogueNetworks().map(({ name, build }): Subject => ({
  name,
  make: (backend, precision) => build().compile({ dt: 0.1, backend, precision, ...silent }),
}));

/** A Program that no network makes yet, as the file that a model of it would be saved in. */
async function fileOf(program: Program): Promise<Uint8Array> {
  const backend = (await createIterative())!;
  const executable = await backend.load(program, { device: "cpu", hosts: new Map() });
  const state = await executable.snapshot();
  executable.dispose();
  const rest = { aliases: new Map(), synapticArrays: [], resetKeepsSynapses: false, warnings: [] };
  return encodeModel({ program, state, ...rest }, "0.0.0");
}

const programSubject = (name: string, program: Program): Subject => ({
  name,
  precision: program.precision,
  make: async (backend) => loadModel(await fileOf(program), { backend, ...silent }),
});

/** What stops, and what calls functions of the user, cannot be saved at step 1000. */
const lasts = ({ ops }: Program): boolean =>
  !ops.some(({ kind }) => kind === "stop" || kind === "host");

/** Of the documented ones some are as large as pictures; the catalogue has small ones of their kinds. */
const isSmall = ({ arrays }: Program): boolean =>
  arrays.every(({ length, slots = 1 }) => length * slots <= 2000);

const documented = programCases
  .filter(({ program }) => lasts(program) && isSmall(program))
  .map(({ name, program }) => programSubject(name, program));

/** Random numbers in each way, delays and learning, in both precisions. */
const drawnFamilies = /^random|^deliver|^edges by (source|target), csr$|^history, (csr|dense)$/;
const drawn = families.flatMap(({ name }, family) =>
  drawnFamilies.test(name)
    ? [1, 2].map((round) => programSubject(`${name} ${round}`, drawnProgram(family, 5, round)))
    : [],
);
const all = [...networks, ...documented, ...drawn];
/** Each model has a neighbour of its kind. */
const subjects = all.filter((_subject, i) => isWhole || i % 2 === 0);

/** The steps of the longest delay that a Program has, or some number where it has none. */
function delayOf({ arrays }: Program): number {
  const slots = arrays.map(({ role, slots: own = 1 }) => (role === "state" ? own : 1));
  const longest = Math.max(1, ...slots) - 1;
  return longest > 1 ? longest : 8;
}

function momentsOf(program: Program): readonly number[] {
  const delay = delayOf(program);
  const moments = [1, 2, delay - 1, delay, delay + 1, 500, 999];
  return [...new Set(moments)].sort((a, b) => a - b);
}

const ways = (["float64", "float32"] as const).flatMap((precision) =>
  (["iterative", "sparse"] as const).flatMap((from) =>
    (["sparse", "iterative"] as const).map((to) => ({ precision, from, to })),
  ),
);

interface Expected extends ResumeTask {
  readonly what: string;
  readonly end: Uint8Array;
}

/** Runs to the end, saving on the way; only these moments where they are given. */
async function prepare(
  { name, make }: Subject,
  { precision, from, to }: (typeof ways)[number],
  { only, key }: { readonly only?: number; readonly key: string },
): Promise<Expected[]> {
  const model = await make(from, precision);
  const all = momentsOf(model.program);
  const chosen = only === undefined ? all : [all[only % all.length]!];
  const advance = (until: number): void =>
    void model.runSync({ steps: until - model.stepCount, input: resumeInput });
  const saved = chosen.map((moment, i) => {
    advance(moment);
    const file = join(folder, `${key}-${i}.myelin`);
    writeFileSync(file, model.toBytes());
    const what = `${name}, ${precision}, saved by ${from} at step ${moment}, on ${to}`;
    return { file, backend: to, until: steps, to: `${file}.end`, what };
  });
  advance(steps);
  const end = model.snapshot();
  model.dispose();
  return saved.map((task) => ({ ...task, end }));
}

/** Lets all of them go on in one process, and compares. */
function resume(expected: readonly Expected[]): void {
  const list = join(folder, "tasks.json");
  writeFileSync(list, JSON.stringify(expected.map(({ end: _end, what: _what, ...task }) => task)));
  const { status, stderr } = spawnSync(process.execPath, [script, list], { encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  for (const { what, end, to, file } of expected) {
    const isSame = readFileSync(to).equals(end);
    expect({ what, isSame }).toEqual({ what, isSame: true });
    rmSync(to);
    rmSync(file);
  }
}

test("there is much to save", () => {
  expect(networks.length).toBeGreaterThan(50);
  expect(documented.length).toBeGreaterThan(5);
  expect(drawn.length).toBeGreaterThan(20);
});

/** Models that go on in one process. */
const inProcess = isWhole ? 16 : subjects.length;

test("all models go on in another process with the same bits", async () => {
  let count = 0;
  for (let first = 0; first < subjects.length; first += inProcess) {
    const expected: Expected[] = [];
    for (const [i, subject] of subjects.slice(first, first + inProcess).entries()) {
      const at = first + i;
      const fitting = ways.filter(
        ({ precision }) => precision === (subject.precision ?? precision),
      );
      // Neighbours are alike: over all of them, each way meets each moment.
      const chosen = isWhole ? fitting : [fitting[(at * 3) % fitting.length]!];
      for (const [w, way] of chosen.entries()) {
        const only = isWhole ? {} : { only: at };
        expected.push(...(await prepare(subject, way, { ...only, key: `${at}-${w}` })));
      }
    }
    resume(expected);
    count += expected.length;
  }
  expect(count).toBeGreaterThanOrEqual(isWhole ? 20 * subjects.length : subjects.length);
  if (isWhole) console.log(`${count} saved models of ${subjects.length} went on exactly`);
}, 3_600_000);
