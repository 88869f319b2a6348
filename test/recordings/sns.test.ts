// Recordings of SNS-Toolbox 1.5.2: a few of them lie in test/data, and all of them are run where the
// folder with the recordings lies beside the checkout. Then that the runner notices what is wrong.

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { findCaseFiles } from "../../src/golden/case-files.js";
import { golden, runCaseFile } from "../../src/golden/golden.js";
import { caseJson, caseLine, casePassed } from "../../src/golden/report.js";

const copies = "test/data/golden/sns";
const all = "../shared/golden/sns";
const recordedCases = 30;

const reference = { backend: "iterative", precision: "float64", optimize: "none" } as const;
const ways = [
  reference,
  { ...reference, optimize: "default" },
  { ...reference, optimize: "default", precision: "float32" },
] as const;

/**
 * Cases that take the interpreter many seconds without passes. They take the sparse backend, which has its
 * bits (test/unit/backends/sparse), unless MYELIN_RUNS asks for more; with passes the interpreter runs them.
 */
const slow = ["p26_random_nonspiking_100", "p27_random_spiking_100_delays"];
const isWhole = process.env["MYELIN_RUNS"] !== undefined;

function settingsFor(name: string, settings: (typeof ways)[number]) {
  const isSlow = !isWhole && settings.optimize === "none" && slow.includes(name);
  return { ...settings, ...(isSlow && { backend: "sparse" as const }) };
}

function describeCases(paths: readonly string[]): void {
  const files = paths.map((file) => [basename(file, ".json"), file] as const);
  describe.each(ways)("with passes $optimize in $precision", (settings) => {
    test.each(files)("%s equals its recording", async (name, file) => {
      const result = await runCaseFile(file, settingsFor(name, settings));
      expect(casePassed(result) ? "PASS" : caseLine(result)).toBe("PASS");
    });
  });
}

const copied = new Map(findCaseFiles(copies).map((file) => [basename(file), file]));
describe("copies of recorded cases", () => describeCases([...copied.values()]));

describe("all other recorded cases", () => {
  if (existsSync(all)) {
    const [known, others] = [true, false].map((isCopied) =>
      findCaseFiles(all).filter((file) => copied.has(basename(file)) === isCopied),
    );
    describeCases(others!);
    test("the copies are what was recorded", () => {
      expect(known).toHaveLength(copied.size);
      for (const file of known!) {
        const copy = copied.get(basename(file))!;
        expect({ copy, isSame: readFileSync(copy).equals(readFileSync(file)) }).toEqual({
          copy,
          isSame: true,
        });
      }
    });
  } else {
    const others = recordedCases - findCaseFiles(copies).length;
    test.skip(`${others} other cases are skipped: there is no folder ${all}`, () => undefined);
  }
});

describe("the runner", () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "golden-"));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  // Tests reach into parsed files, whose fields have no static types.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  type Parsed = any;

  function copyOf(name: string, change: (parsed: Parsed) => void): string {
    const parsed: Parsed = JSON.parse(readFileSync(join(copies, name), "utf8"));
    change(parsed);
    const file = join(dir, name);
    writeFileSync(file, JSON.stringify(parsed));
    return file;
  }

  async function command(...args: string[]): Promise<{ code: number; out: string; error: string }> {
    let out = "";
    let error = "";
    const code = await golden(args, {
      out: (text) => void (out += text),
      error: (text) => void (error += text),
    });
    return { code, out, error };
  }

  const single = "p01_single_nonspiking_step.json";
  const spiking = "p05_tutorial3_populations.json";
  const sodium = "p10_default_persistent_sodium.json";
  const division = "p16_preset_division.json";
  const overwriting = "p24_overwrite_quirks.json";

  const corruptions: readonly [string, string, (parsed: Parsed) => void, RegExp][] = [
    [
      "an output",
      single,
      ({ expected }) => void (expected.outputs[7][0] += 1e-6),
      /FAIL p01.*1 values too far off, most outputs\[step 7\]\[0\]: got .*, recorded /,
    ],
    [
      "a spike that is a step late",
      spiking,
      ({ expected }) => void (expected.spike_steps["3"][5] += 1),
      /FAIL p05.*first spike difference: neuron 3, step \d+ \(unexpected\)/,
    ],
    [
      "a spike that is not there",
      spiking,
      ({ expected }) => void expected.spike_steps["9"].push(999),
      /FAIL p05.*first spike difference: neuron 9, step 999 \(missing\)/,
    ],
    [
      "a neuron whose spikes are left out",
      spiking,
      ({ expected }) => void delete expected.spike_steps["0"],
      /FAIL p05.*first spike difference: neuron 0, step \d+ \(unexpected\)/,
    ],
    [
      "a membrane potential",
      spiking,
      ({ expected }) => void (expected.states[1].V[2] -= 0.5),
      /FAIL p05.*most states\[step \d+\]\.V\[2\]/,
    ],
    [
      "a threshold",
      spiking,
      ({ expected }) => void (expected.states[2].theta[4] = null),
      /FAIL p05.*theta\[4\]: the neuron cannot fire in the recording/,
    ],
    [
      "a synaptic conductance that is not listed",
      spiking,
      ({ expected }) => void expected.states[2].g_spike.pop(),
      /FAIL p05.*1 values too far off, most states\[step \d+\]\.g_spike\[\d\]\[\d\]: .* recorded 0/,
    ],
    [
      "a sum of conductances",
      overwriting,
      ({ expected }) => void (expected.states[1].g_spike_sum += 0.01),
      /FAIL p24.*g_spike_sum/,
    ],
    [
      "a gate",
      sodium,
      ({ expected }) => void (expected.states[0].b_gate[0][0] += 1e-3),
      /FAIL p10.*b_gate\[0\]\[0\]/,
    ],
    [
      "a compiled conductance",
      overwriting,
      ({ expected }) => void (expected.compiled.g_electrical[0][2] = 0.5),
      /FAIL p24.*compiled\.g_electrical\[0\]\[2\]: got 0\.1, recorded 0\.5/,
    ],
    [
      "an argument of a preset",
      division,
      ({ build }) => void (build[0].args.ratio = 0.5),
      /FAIL p16.*; build: \d+ values too far off/,
    ],
    [
      "a reset that was not recorded",
      spiking,
      ({ events }) => void events.push({ before_step: 500, op: "reset" }),
      /FAIL p05/,
    ],
  ];
  test.each(corruptions)("notices %s", async (_what, name, change, message) => {
    const file = copyOf(name, change);
    const result = await runCaseFile(file, reference);
    expect(caseLine(result)).toMatch(message);
    expect(JSON.parse(caseJson(result))).toMatchObject({ verdict: "fail" });
    const { code, out } = await command("--dir", dir);
    expect(code).toBe(1);
    expect(out).toMatch(/^0 passed, 1 failed$/m);
  });

  const malformations: readonly [string, (parsed: Parsed) => void, RegExp][] = [
    [
      "an unknown schema",
      (parsed) => void (parsed.schema = "sns-golden/2"),
      /no runner.*golden\/2/,
    ],
    ["no schema", (parsed) => void delete parsed.schema, /case\.schema: is missing/],
    [
      "an unknown expectation",
      ({ expected }) => void (expected.currents = []),
      /case\.expected\.currents: is not part of the schema/,
    ],
    [
      "an unknown parameter",
      ({ network }) => void (network.populations[0].params.tau = 1),
      /populations\[0\]\.params\.tau: is not a parameter/,
    ],
    [
      "an unknown type",
      ({ network }) => void (network.populations[0].type = "Neuron"),
      /populations\[0\]\.type: unknown type; got "Neuron"/,
    ],
    [
      "too few rows",
      ({ expected }) => void expected.outputs.pop(),
      /case\.expected\.outputs: has the wrong number of rows; got 499/,
    ],
    [
      "a number that is none",
      ({ expected }) => void (expected.outputs[3][0] = "1"),
      /case\.expected\.outputs\[3\]\[0\]: must be a number/,
    ],
    [
      "an input of the wrong size",
      ({ inputs }) => void (inputs.segments[0].x = [1, 2]),
      /segments\[0\]\.x: has the wrong number of values; got 2/,
    ],
  ];
  test.each(malformations)("counts a file with %s as failed", async (_what, change, message) => {
    copyOf(single, change);
    const { code, out } = await command("--dir", dir);
    expect(out).toMatch(/^ERROR /);
    expect(out).toMatch(message);
    expect(out).toMatch(/^0 passed, 1 failed$/m);
    expect(code).toBe(1);
  });

  test("counts truncated and empty files as failed, and finds files in folders", async () => {
    mkdirSync(join(dir, "deep", "deeper"), { recursive: true });
    const text = readFileSync(join(copies, single), "utf8");
    writeFileSync(join(dir, "deep", "deeper", "whole.json"), text);
    writeFileSync(join(dir, "deep", "half.json"), text.slice(0, text.length / 2));
    writeFileSync(join(dir, "empty.json"), "");
    writeFileSync(join(dir, "notes.txt"), "no case");
    const { code, out } = await command("--dir", dir);
    expect(out).toMatch(/^ERROR \S+half\.json: .*cannot be read as JSON/m);
    expect(out).toMatch(/^ERROR \S+empty\.json/m);
    expect(out).toMatch(/^PASS p01/m);
    expect(out).toMatch(/^1 passed, 2 failed$/m);
    expect(code).toBe(1);
  });

  test("takes no cases at all for an error", async () => {
    const empty = await command("--dir", dir);
    expect(empty.code).toBe(1);
    expect(empty.error).toMatch(/there is no \*\.json file/);
    const missing = await command("--dir", join(dir, "nowhere"));
    expect(missing.code).toBe(1);
    expect(missing.error).toMatch(/cannot be read/);
  });

  test("prints one JSON object for each case and one with the totals", async () => {
    copyOf(single, () => undefined);
    const { code, out } = await command("--dir", dir, "--json", "--optimize=none");
    const [first, summary] = out
      .trim()
      .split("\n")
      .map((line): unknown => JSON.parse(line));
    expect(first).toMatchObject({ verdict: "pass", schema: "sns-golden/1", tolerance: 1e-9 });
    expect(summary).toEqual({ summary: { passed: 1, failed: 0, ...reference } });
    expect(code).toBe(0);
  });

  test("says why a tolerance is wider, for gated neurons in a loop only", async () => {
    const settings = { ...reference, precision: "float32" } as const;
    const oscillator = await runCaseFile(join(copies, "p11_cpg_delta_0p1.json"), settings);
    expect(caseLine(oscillator)).toMatch(/tolerance 0\.03: gated neurons in a loop/);
    const alone = await runCaseFile(join(copies, sodium), settings);
    expect(alone).toMatchObject({ tolerance: 1e-4 });
    const exact = await runCaseFile(join(copies, "p11_cpg_delta_0p1.json"), reference);
    expect(exact).toMatchObject({ tolerance: 1e-9 });
  });

  const wrongFlags: readonly [string[], RegExp][] = [
    [[], /--dir: is missing/],
    [["--dir"], /--dir: needs a value/],
    [["--dir", copies, "--precison", "float32"], /--precison: unknown flag.*--precision/],
    [["--dir", copies, "--precision", "float16"], /--precision: unknown value; got "float16"/],
    [["--dir", copies, "--backend", "numpy"], /--backend: unknown value; got "numpy"/],
    [["--dir", copies, "--dir", copies], /--dir: is given twice/],
    [["--dir", copies, "--json=1"], /--json: takes no value/],
    [[copies], /not a flag/],
  ];
  test.each(wrongFlags)("refuses the flags %j", async (flags, message) => {
    const { code, out, error } = await command(...flags);
    expect(code).toBe(2);
    expect(out).toBe("");
    expect(error).toMatch(message);
  });

  test("explains its flags", async () => {
    const { code, out } = await command("--help");
    expect(code).toBe(0);
    expect(out).toMatch(/--optimize/);
  });
});
