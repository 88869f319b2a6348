// `myelin run` does what the library does: every flag of it, against a run of the same network in code.

import { documentOf, parsed, sampleNetwork, useFolder } from "./helper.js";
import type { CompileOptions, Recording, RunOptions } from "../../../src/index.js";
import { Network, neurons } from "../../../src/index.js";

const folder = useFolder();
const { run, write, read } = folder;

async function inCode(
  options: RunOptions,
  compile: Partial<CompileOptions> = {},
): Promise<Recording> {
  const model = await sampleNetwork().compile({ dt: 1, onWarning: () => {}, ...compile });
  return model.run({ record: ["y", "fired"], ...options });
}

const rows = (values: ArrayLike<number>, size = 1): number[][] =>
  Array.from({ length: values.length / size }, (_, row) =>
    Array.from({ length: size }, (_each, i) => values[row * size + i]!),
  );

describe("length and inputs", () => {
  test("--steps and --constant give what the library gives", async () => {
    const expected = await inCode({ steps: 30, input: [2, 5, 5, 5] });
    const answer = await run(
      ...["run", "network.json", "--dt", "1", "--steps", "30", "--json"],
      ...["--constant", "drive=2", "--constant=each=5"],
    );
    expect(answer).toMatchObject({ code: 0, error: "" });
    const { done, dt, steps, time, traces, network } = parsed(answer);
    expect({ done, dt, network }).toEqual({ done: 30, dt: 1, network: "sample" });
    expect(steps).toEqual(Array.from(expected.steps));
    expect(time).toEqual(Array.from(expected.time));
    expect(traces["y"]).toEqual({ shape: [1], unit: "mV", values: rows(expected.traces["y"]!) });
    expect(traces["fired"]).toEqual({
      shape: [3],
      values: rows(expected.traces["fired"]!, 3),
    });
    expect(traces["fired"]!.values.flat()).toContain(1);
  });

  test("--duration is in ms", async () => {
    const answer = await run("run", "network.json", "--dt=0.5", "--duration=4", "--json");
    expect(parsed(answer).done).toBe(8);
  });

  test("a constant without a name is for all inputs, one with an index for one element", async () => {
    const length = ["run", "network.json", "--dt", "1", "--steps", "9", "--json"];
    const all = parsed(await run(...length, "--constant", "4.5"));
    const expected = await inCode({ steps: 9, input: [4.5, 4.5, 4.5, 4.5] });
    expect(all.traces["fired"]!.values).toEqual(rows(expected.traces["fired"]!, 3));
    const one = parsed(
      await run(...length, "--constant", "each[1]=9", "--constant", "drive[0]=-1"),
    );
    const other = await inCode({ steps: 9, input: [-1, 0, 9, 0] });
    expect(one.traces["fired"]!.values).toEqual(rows(other.traces["fired"]!, 3));
    expect(one.traces["y"]!.values).toEqual(rows(other.traces["y"]!));
  });

  test("columns of a CSV file are inputs, rows are steps, and constants are held beside them", async () => {
    const series = Array.from({ length: 12 }, (_, i) => [Math.sin(i), 0, 7, i]);
    const head = '"drive",each[2],each[1]\r\n';
    const lines = series.map(([drive, , second, third]) => `${drive}, ${third} ,"${second}"\r\n`);
    write("in.csv", `\ufeff${head}${lines.join("")}\r\n`);
    const options = ["run", "network.json", "--dt", "1", "--input", "in.csv", "--json"];
    const expected = await inCode({
      steps: 12,
      input: { series: series.map(([drive, , second, third]) => [drive!, 3, second!, third!]) },
    });
    const printed = parsed(await run(...options, "--constant", "each[0]=3"));
    expect(printed.done).toBe(12);
    expect(printed.traces["y"]!.values).toEqual(rows(expected.traces["y"]!));
    expect(printed.traces["fired"]!.values).toEqual(rows(expected.traces["fired"]!, 3));
    const shorter = parsed(await run(...options, "--constant", "each[0]=3", "--steps", "5"));
    expect(shorter.traces["y"]!.values).toEqual(rows(expected.traces["y"]!).slice(0, 5));
  });

  test("a column for a whole input gives all its elements", async () => {
    write("in.csv", "each\n4\n5\n6");
    const expected = await inCode({
      steps: 3,
      input: { each: { series: [4, 4, 4, 5, 5, 5, 6, 6, 6] } },
    });
    const printed = parsed(
      await run("run", "network.json", "--dt", "1", "--input", "in.csv", "--json"),
    );
    expect(printed.traces["fired"]!.values).toEqual(rows(expected.traces["fired"]!, 3));
  });

  const forms: readonly [string, unknown, string[]?][] = [
    ["a vector", [1, 2, 3, 4]],
    ["rows", { series: Array.from({ length: 10 }, (_, i) => [i, 5, 6, 7]) }],
    ["all rows in one list", { series: Array.from({ length: 40 }, (_, i) => i % 7) }],
    ["events", { events: [{ step: 2, steps: 4, input: "each", index: 1, value: 9 }] }],
    ["inputs by name", { drive: 3, each: { series: Array(30).fill(4) } }],
    ["an input by name beside a constant", { drive: 3 }, ["--constant", "each=4"]],
  ];
  test.each(forms)("a JSON file gives %s", async (_what, data, flags = []) => {
    write("in.json", JSON.stringify(data));
    const input = flags.length === 0 ? data : { drive: 3, each: [4, 4, 4] };
    const expected = await inCode({ steps: 10, input: input as NonNullable<RunOptions["input"]> });
    const answer = await run(
      ...["run", "network.json", "--dt", "1", "--steps", "10", "--json"],
      ...["--input", "in.json", ...flags],
    );
    const { traces } = parsed(answer);
    expect(traces["y"]!.values).toEqual(rows(expected.traces["y"]!));
    expect(traces["fired"]!.values).toEqual(rows(expected.traces["fired"]!, 3));
  });

  test("a single number in JSON is held where there is one input", async () => {
    const net = new Network({ name: "one" });
    net.addNeuron(neurons.nonSpiking({}), { name: "a" });
    net.addInput("a");
    net.addOutput("a");
    write("one.json", documentOf(net));
    write("in.json", "2.5");
    const flags = ["--dt", "1", "--steps", "2", "--json"];
    const fromFile = parsed(await run("run", "one.json", ...flags, "--input", "in.json"));
    const fromFlag = parsed(await run("run", "one.json", ...flags, "--constant", "2.5"));
    expect(fromFile.traces).toEqual(fromFlag.traces);
    expect(fromFlag.traces["output"]!.values).toEqual([[0.5], [0.9]]);
  });

  test("- reads the network from standard input", async () => {
    const around = { stdin: documentOf(sampleNetwork()) };
    const flags = ["--dt", "1", "--steps", "3", "--json"];
    const piped = await folder.runIn(around, "run", "-", ...flags);
    expect(parsed(piped).traces).toEqual(parsed(await run("run", "network.json", ...flags)).traces);
  });

  test("files beside the document hold its long lists", async () => {
    const net = new Network({ name: "long" });
    const bias = Array.from({ length: 50 }, (_, i) => i / 7);
    net.addPopulation(neurons.nonSpiking({ bias }), 50, { name: "many" });
    net.addOutput("many");
    const document = net.toDocument({
      least: 10,
      arrays: (name, values) => write(name, new Uint8Array(values.buffer)),
    });
    write("long.json", JSON.stringify(document));
    const flags = ["--dt", "1", "--steps", "4", "--json"];
    const aside = await run("run", "long.json", ...flags);
    const whole = await folder.runIn({ stdin: documentOf(net) }, "run", "-", ...flags);
    expect(parsed(aside).traces).toEqual(parsed(whole).traces);
    expect(parsed(aside).traces["output"]!.shape).toEqual([50]);
    const missing = await folder.runIn(
      { cwd: "/", stdin: JSON.stringify(document) },
      "run",
      "-",
      ...flags,
    );
    expect(missing.code).toBe(1);
    expect(missing.error).toMatch(/^error: \/array0\.bin: cannot be read: there is no such file/);
  });
});

describe("what is recorded", () => {
  const start = ["run", "network.json", "--dt", "1", "--steps", "40", "--constant", "5", "--json"];

  test("--record takes names, lists and repetitions; spikes come as events", async () => {
    const record = ["left.V", "right", "cells.spikes", "each"];
    const expected = await inCode({ steps: 40, input: [5, 5, 5, 5], record });
    const answer = await run(
      ...start,
      "--record",
      "left.V,right",
      "--record",
      "cells.spikes, each",
    );
    const { traces, spikes } = parsed(answer);
    expect(Object.keys(traces)).toEqual(["left.V", "right", "each"]);
    expect(traces["left.V"]!.values).toEqual(rows(expected.traces["left.V"]!));
    expect(traces["right"]).toMatchObject({ unit: "mV", values: rows(expected.traces["right"]!) });
    expect(traces["each"]).toMatchObject({ unit: "nA", shape: [3] });
    const { step, time, index } = expected.spikes["cells.spikes"]!;
    expect(step.length).toBeGreaterThan(3);
    expect(spikes["cells.spikes"]).toEqual({
      step: Array.from(step),
      time: Array.from(time),
      index: Array.from(index),
    });
  });

  test("--every samples less often", async () => {
    const { steps, traces } = parsed(await run(...start, "--every", "15"));
    expect(steps).toEqual([14, 29]);
    expect(traces["y"]!.values).toHaveLength(2);
  });

  test("an output that is called like a population is recorded as what it shows", async () => {
    const net = new Network({ name: "same names" });
    net.addPopulation(neurons.spiking({}), 2, { name: "cells" });
    net.addInput("cells", { name: "cells" });
    net.addOutput("cells", { name: "cells", variable: "spikes" });
    net.addOutput("cells", { name: "cells.theta" });
    write("same.json", documentOf(net));
    const flags = ["--dt", "1", "--steps", "9", "--constant", "cells=5", "--json"];
    const answer = await run("run", "same.json", ...flags);
    const { traces } = parsed(answer);
    expect(Object.keys(traces)).toEqual(["cells", "cells.theta"]);
    expect(new Set(traces["cells"]!.values.flat())).toEqual(new Set([0, 1]));
    const named = parsed(await run("run", "same.json", ...flags, "--record", "cells.V"));
    expect(traces["cells.theta"]!.values).toEqual(named.traces["cells.V"]!.values);
    expect(answer.error).toBe("");
  });

  test("ports of one name, which an oddity allows, are told apart", async () => {
    const net = new Network({ name: "flat", compat: "sns-toolbox" });
    for (const bias of [1, 2]) {
      net.addNeuron(neurons.nonSpiking({ bias }), { name: "cell" });
      net.addInput(bias - 1, { name: "in" });
      net.addOutput(bias - 1, { name: "out" });
    }
    write("flat.json", documentOf(net));
    const answer = await run(
      ...["run", "flat.json", "--dt", "1", "--steps", "1", "--json", "--constant", "in1=10"],
    );
    expect(parsed(answer).traces).toMatchObject({
      out: { values: [[0.2]] },
      out1: { values: [[expect.closeTo(2.4, 12)]] },
    });
    expect(answer.error).toMatch(/^note: several inputs have one name.*in, in1$/m);
    expect(answer.error).toMatch(/^note: several outputs have one name.*out, out1$/m);
  });

  test("a network without outputs runs, with a note", async () => {
    const net = new Network({ name: "silent" });
    net.addNeuron(neurons.nonSpiking({}));
    write("silent.json", documentOf(net));
    const answer = await run("run", "silent.json", "--dt", "1", "--steps", "2");
    expect(answer).toMatchObject({ code: 0, out: "" });
    expect(answer.error).toMatch(/note: the network has no outputs/);
  });
});

describe("how it is compiled", () => {
  test.each<[string[], object]>([
    [["--backend", "iterative"], { backend: "iterative" }],
    [["--precision", "float32"], { precision: "float32" }],
    [["--order", "sns"], { order: "sns" }],
    [["--seed", "7"], { seed: 7 }],
    [["--device", "cpu", "--optimize", "none"], {}],
  ])("%j are handed on", async (flags, shown) => {
    const start = ["run", "network.json", "--dt", "1", "--steps", "20", "--constant", "3"];
    const printed = parsed(await run(...start, "--json", ...flags));
    expect(printed).toMatchObject(shown);
    const words = Object.fromEntries(
      Array.from({ length: flags.length / 2 }, (_, i) => {
        const value = flags[2 * i + 1]!;
        return [flags[2 * i]!.slice(2), /^\d+$/.test(value) ? Number(value) : value];
      }),
    );
    const expected = await inCode({ steps: 20, input: [3, 3, 3, 3] }, words);
    expect(printed.traces["y"]!.values).toEqual(rows(expected.traces["y"]!));
  });

  test("a backend that is not here is a failure that says what there is", async () => {
    const { code, error } = await run(
      ...[
        "run",
        "network.json",
        "--dt",
        "1",
        "--steps",
        "2",
        "--backend",
        "gpu",
        "--device",
        "gpu",
      ],
    );
    expect(code).toBe(1);
    expect(error).toMatch(/^error: --backend: .*gpu.*allowed here: /);
  });

  test("warnings go to standard error and into the result", async () => {
    const net = sampleNetwork();
    net.addConnection(net.connection(0).synapse, "left", "right");
    write("twice.json", documentOf(net));
    const answer = await run("run", "twice.json", "--dt", "1", "--steps", "1", "--json");
    expect(answer.error).toMatch(/^warning: .*both join left to right/);
    expect(parsed(answer).warnings[0]).toMatch(/both join left to right/);
  });
});

describe("where results go", () => {
  const start = ["run", "network.json", "--dt", "0.5", "--steps", "40", "--constant", "5"];

  test("without --out there is a table with all digits", async () => {
    const { out, error } = await run(...start, "--every", "20");
    const lines = out.trimEnd().split("\n");
    expect(error).toBe("");
    expect(lines).toHaveLength(3);
    expect(lines[0]!.trim().split(/ {2,}/)).toEqual([
      "step",
      "time [ms]",
      "y",
      "fired[0]",
      "fired[1]",
      "fired[2]",
    ]);
    const printed = parsed(await run(...start, "--every", "20", "--json"));
    const [step, time, y] = lines[2]!.trim().split(/ +/).map(Number);
    expect([step, time, y]).toEqual([39, 20, printed.traces["y"]!.values[1]![0]]);
    expect(new Set(lines.map((line) => line.length)).size).toBe(1);
  });

  test("spikes have a table of their own", async () => {
    const { out } = await run(...start, "--record", "left.V", "--record", "cells.spikes");
    const [values, spikes] = out.split("\n\n");
    expect(values!.split("\n")).toHaveLength(41);
    expect(spikes!.split("\n")[0]).toMatch(/^name +step +time \[ms\] +neuron$/);
    expect(spikes!.split("\n")[1]).toMatch(/^cells\.spikes +\d+ +[\d.]+ +0$/);
  });

  test("--out writes CSV that reads back as the same numbers", async () => {
    const { out } = await run(...start, "--out", "y.csv");
    expect(out).toMatch(/^40 steps of 0\.5 ms on \w+, .* x real time; wrote y\.csv\n$/);
    const [head, ...lines] = read("y.csv").trimEnd().split("\n");
    expect(head).toBe("step,time [ms],y,fired[0],fired[1],fired[2]");
    const printed = parsed(await run(...start, "--json"));
    const wanted = printed.steps.map((step, i) => [
      step,
      printed.time[i]!,
      ...printed.traces["y"]!.values[i]!,
      ...printed.traces["fired"]!.values[i]!,
    ]);
    expect(lines.map((line) => line.split(",").map(Number))).toEqual(wanted);
    expect(folder.names()).toEqual(["network.json", "y.csv"]);
  });

  test("--out writes spikes alone as CSV, a line for each", async () => {
    await run(...start, "--record", "cells.spikes", "--out", "spikes.CSV");
    const printed = parsed(await run(...start, "--record", "cells.spikes", "--json"));
    const { step, time, index } = printed.spikes["cells.spikes"]!;
    const lines = step.map((each, i) => `cells.spikes,${each},${time[i]},${index[i]}`);
    expect(read("spikes.CSV")).toBe(["name,step,time [ms],neuron", ...lines, ""].join("\n"));
  });

  test("--out writes JSON without what differs from run to run", async () => {
    await run(...start, "--out", "all.json");
    await run(...start, "--out", "again.json");
    const { speed, ...printed } = parsed(await run(...start, "--json"));
    expect(speed!.realTimeFactor / speed!.stepsPerSecond).toBeCloseTo(0.0005, 9);
    expect(JSON.parse(read("all.json"))).toEqual(printed);
    expect(read("again.json")).toBe(read("all.json"));
  });

  test("files are written instead of a table, and a line says so", async () => {
    for (const flags of [
      ["--svg", "y.svg"],
      ["--out", "y.csv"],
      ["--svg", "y.svg", "--out", "y.csv"],
    ]) {
      const { out } = await run(...start, ...flags);
      const names = flags
        .filter((flag) => flag.startsWith("y."))
        .sort()
        .join(" and ");
      expect(out).toMatch(/^40 steps of \S+ ms on \w+, \S+ x real time; wrote [^\n]*\n$/);
      expect(out).toContain(`wrote ${names}\n`);
    }
  });

  test("times in the table are those of people, elsewhere those of the run", async () => {
    const short = ["run", "network.json", "--dt", "0.1", "--steps", "3"];
    const lines = (await run(...short)).out.split("\n");
    expect(lines.map((line) => line.trim().split(/ {2,}/)[1])).toEqual([
      ...["time [ms]", "0.1", "0.2", "0.3", undefined],
    ]);
    expect(parsed(await run(...short, "--json")).time).toEqual([0.1, 0.2, 3 * 0.1]);
  });

  test("--json beside --out prints the result, too", async () => {
    const answer = await run(...start, "--json", "--out", "y.csv");
    expect(parsed(answer).done).toBe(40);
    expect(read("y.csv")).toMatch(/^step,/);
  });

  test("--svg draws values and spikes below each other", async () => {
    await run(
      ...[...start, "--record", "left.V,right.V,cells.V", "--record", "cells.spikes"],
      ...["--svg", "all.svg"],
    );
    const svg = read("all.svg");
    for (const text of [
      "left.V",
      "right.V",
      "cells.V",
      "value [mV]",
      "cells.spikes",
      "time [ms]",
    ]) {
      expect(svg).toContain(text);
    }
    expect(svg.match(/<svg /g)).toHaveLength(4);
    expect(svg.match(/<polyline /g)).toHaveLength(5);
  });

  test("--svg is bounded for large populations", async () => {
    const net = new Network({ name: "large" });
    net.addPopulation(neurons.spiking({ bias: 5 }), 5000, { name: "many" });
    for (let i = 0; i < 40; i++) net.addOutput("many", { name: `out${i}` });
    write("large.json", documentOf(net));
    const { code } = await run(
      ...["run", "large.json", "--dt", "1", "--steps", "20", "--out", "large.json.json"],
      ...["--svg", "large.svg", "--record", "many.spikes", "--record", "out0,out1"],
    );
    expect(code).toBe(0);
    expect(read("large.svg").length).toBeLessThan(300_000);
    expect(read("large.svg")).toContain("out0: elements 0 to 4 of 5000");
    await run("run", "large.json", "--dt", "1", "--steps", "2", "--json", "--svg", "large.svg");
    expect(read("large.svg")).toContain("(16 more panels are not shown)");
  });

  test("nothing recorded gives an empty table, file and picture", async () => {
    const args = ["run", "network.json", "--dt", "1", "--steps", "2", "--every", "3"];
    expect((await run(...args, "--svg", "a.svg", "--out", "a.csv")).code).toBe(0);
    expect(read("a.csv").trimEnd().split("\n")).toHaveLength(1);
    expect(read("a.svg")).toContain("nothing was recorded");
    expect(parsed(await run(...args, "--json")).traces["y"]!.values).toEqual([]);
  });

  test("no steps are a run of no steps", async () => {
    const answer = await run("run", "network.json", "--dt", "1", "--steps", "0", "--json");
    expect(parsed(answer)).toMatchObject({ done: 0, steps: [] });
  });
});

describe("progress", () => {
  const args = ["run", "network.json", "--dt", "1", "--steps", "2000", "--out", "y.csv"];

  test("is one line with steps/s and the real-time factor, on a terminal", async () => {
    const { error, code } = await folder.runIn({ isTerminal: true }, ...args);
    expect(code).toBe(0);
    expect(error).toMatch(/100 % {2}2000 of 2000 steps {2}\S+ steps\/s {2}\S+ x real time/);
    expect(error.split("\n")).toHaveLength(2);
  });

  test("is silent elsewhere", async () => {
    expect((await run(...args)).error).toBe("");
  });
});

describe("an interrupted run", () => {
  test("writes what there is, with a note, and ends with code 130", async () => {
    let isReleased = false;
    const onInterrupt = (stop: () => void): (() => void) => {
      setTimeout(stop, 50);
      return () => void (isReleased = true);
    };
    const { code, error } = await folder.runIn(
      { onInterrupt },
      ...["run", "network.json", "--dt", "1", "--steps", "1000000000", "--every", "100000"],
      ...["--record", "left.V", "--out", "part.json"],
    );
    expect(code).toBe(130);
    expect(isReleased).toBe(true);
    const { done, stopped } = JSON.parse(read("part.json")) as ReturnType<typeof parsed>;
    expect(error).toBe(`note: interrupted: ${done} steps done; what there is was written\n`);
    expect(done).toBeLessThan(1e9);
    expect(stopped!.step).toBe(done - 1);
  });
});
