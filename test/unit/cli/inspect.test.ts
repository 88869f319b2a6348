// `myelin inspect` and `myelin models`: what they show is what the library says of the same things.

import { Network, catalogue, neurons } from "../../../src/index.js";
import { printProgram } from "../../../src/ir/print.js";
import { listModels } from "../../../src/models/list-models.js";
import { documentOf, myelin, sampleNetwork, useFolder } from "./helper.js";

interface Inspected {
  readonly network: string;
  readonly neurons: number;
  readonly synapses: number;
  readonly populations: readonly unknown[];
  readonly connections: readonly unknown[];
  readonly inputs: readonly unknown[];
  readonly outputs: readonly unknown[];
  readonly dt: number;
  readonly precision: string;
  readonly order: string;
  readonly backend: string;
  readonly passes: readonly { name: string; before: number; after: number }[];
  readonly ops: Readonly<Record<string, number>>;
  readonly memory: {
    readonly bytes: number;
    readonly roles: readonly { role: string; count: number; bytes: number }[];
  };
  readonly warnings: readonly string[];
  readonly program?: string;
  readonly code?: readonly { file: string; text: string }[];
}

describe("inspect", () => {
  const folder = useFolder();
  const inspected = async (...args: string[]): Promise<Inspected> =>
    JSON.parse((await folder.run("inspect", "network.json", "--json", ...args)).out) as Inspected;

  test("shows the summary, the passes and the memory by role", async () => {
    const { code, out, error } = await folder.run("inspect", "network.json");
    expect({ code, error }).toEqual({ code: 0, error: "" });
    expect(out.startsWith(`${sampleNetwork().summary()}\n`)).toBe(true);
    expect(out).toMatch(/compiled for \w+ \(.*\), dt 0\.1 ms \(see --dt\), float64, order default/);
    expect(out).toMatch(/^ {2}merge +\d+ +-> +\d+$/m);
    expect(out).toMatch(/^memory: \d+ B$/m);
    expect(out).toMatch(/^ {2}state +\d+ arrays +\d+ B$/m);
  });

  test("gives the same to programs, as the model explains it", async () => {
    const model = await sampleNetwork().compile({ dt: 0.5, backend: "iterative" });
    const { ops, arrays, bytes } = model.explain();
    const found = await inspected("--dt", "0.5", "--backend", "iterative");
    expect(found).toMatchObject({
      network: "sample",
      ...{ neurons: 5, synapses: 2, dt: 0.5, precision: "float64", backend: "iterative", ops },
      memory: { bytes, roles: arrays },
      inputs: [{ name: "drive" }, { name: "each", target: "cells", port: "I", size: 3 }],
      outputs: [
        { name: "y", source: "left", variable: "V", size: 1 },
        { name: "fired", size: 3 },
      ],
    });
    expect(found.populations).toHaveLength(3);
    expect(found.connections[1]).toMatchObject({ source: "right", target: "left" });
    expect("program" in found || "code" in found).toBe(false);
    const names = found.passes.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["precompute", "merge", "fold", "deadArrays"]));
    found.passes.forEach(({ before }, i) => {
      if (i > 0) expect(before).toBe(found.passes[i - 1]!.after);
    });
    const total = Object.values(found.ops).reduce((sum, count) => sum + count, 0);
    expect(found.passes.at(-1)!.after).toBe(total);
    expect(found.passes[0]!.before).toBeGreaterThan(total);
  });

  test("takes the flags that a run takes", async () => {
    const flags = ["--optimize", "none", "--precision", "float32", "--order", "sns", "--seed", "3"];
    const found = await inspected(...flags, "--device", "cpu");
    expect(found).toMatchObject({ passes: [], precision: "float32", order: "sns" });
    const { out } = await folder.run("inspect", "network.json", ...flags);
    expect(out).toMatch(/passes: none/);
  });

  test("--program and --code print what runs", async () => {
    const model = await sampleNetwork().compile({ dt: 1, backend: "iterative" });
    const args = ["--dt", "1", "--backend", "iterative"];
    const found = await inspected(...args, "--program", "--code");
    expect(found.program).toBe(printProgram(model.program));
    expect(found.code).toEqual(model.generated());
    const { out } = await folder.run("inspect", "network.json", ...args, "--program", "--code");
    expect(out).toContain(`\n${printProgram(model.program)}`);
    expect(out).toContain(`\n${model.generated()[0]!.file}\n`);
  });

  test("shows all warnings, and names as they are written", async () => {
    const net = sampleNetwork();
    net.addConnection(net.connection(0).synapse, "left", "right");
    net.addOutput("right", { name: "right" });
    folder.write("twice.json", documentOf(net));
    const { out, error } = await folder.run("inspect", "twice.json");
    expect(error).toBe("");
    expect(out).toMatch(/^warnings\n {2}.*both join left to right/m);
    expect(out).toMatch(/right +<- right\.V/);
    const { stdout, code } = await folder
      .runIn({ stdin: documentOf(net) }, "inspect", "-", "--json")
      .then(({ out: text, code: found }) => ({
        stdout: JSON.parse(text) as Inspected,
        code: found,
      }));
    expect(code).toBe(0);
    expect(stdout.warnings).toHaveLength(1);
  });

  test("an empty network is shown, too", async () => {
    folder.write("none.json", documentOf(new Network({ name: "none" })));
    const { code, out } = await folder.run("inspect", "none.json");
    expect(code).toBe(0);
    expect(out).toMatch(/0 neurons/);
  });

  test("names cannot take over the terminal", async () => {
    const net = new Network({ name: "a\u202eb" });
    net.addNeuron(neurons.nonSpiking({}), { name: "\u2066c" });
    folder.write("names.json", documentOf(net));
    const { out } = await folder.run("inspect", "names.json", "--program");
    expect(out).toContain("network a\\u{202e}b");
    expect(/[\u202e\u2066]/.test(out)).toBe(false);
  });
});

describe("models", () => {
  interface Shown {
    readonly name: string;
    readonly doc: string;
    readonly madeFrom?: string;
    readonly equations: readonly string[];
    readonly parameters: readonly Readonly<Record<string, string>>[];
    readonly states: readonly Readonly<Record<string, string>>[];
  }
  const shown = async (...args: string[]): Promise<readonly Shown[]> =>
    (JSON.parse((await myelin(["models", "--json", ...args])).out) as { models: Shown[] }).models;

  test("lists the whole catalogue, a line each", async () => {
    const { code, out } = await myelin(["models"]);
    expect(code).toBe(0);
    const paths = Object.entries(catalogue).flatMap(([group, members]) =>
      Object.keys(members).map((name) => `${group}.${name}`),
    );
    const lines = out.split("\n").slice(0, paths.length);
    expect(lines.map((line) => line.split(" ")[0])).toEqual(paths);
    for (const line of lines) expect(line).toMatch(/^\S+ {2,}[A-Z].*\.$/);
  });

  test("gives all parameters with unit, default, range and meaning", async () => {
    const all = await shown();
    const entries = listModels();
    expect(all.map(({ name }) => name)).toEqual(entries.map(({ path }) => path));
    all.forEach(({ parameters, equations, doc }, i) => {
      const { parameters: expected } = entries[i]!;
      expect(parameters.map(({ name }) => name)).toEqual(expected.map((each) => each.publicName));
      for (const each of parameters) {
        expect(each).toMatchObject({
          symbol: expect.any(String) as string,
          unit: expect.any(String) as string,
          allowed: expect.any(String) as string,
          doc: expect.stringMatching(/\w/) as string,
        });
      }
      expect(equations.join("")).not.toBe("");
      expect(doc).toMatch(/\.$/);
    });
  });

  test("lists one kind of models", async () => {
    const { code, out } = await myelin(["models", "channels"]);
    expect(code).toBe(0);
    const [lines] = out.split("\n\n");
    expect(lines!.split("\n").map((line) => line.split(" ")[0])).toEqual(
      Object.keys(catalogue.channels).map((name) => `channels.${name}`),
    );
    expect((await shown("channels")).every(({ name }) => name.startsWith("channels."))).toBe(true);
  });

  test("shows one model", async () => {
    const { out } = await myelin(["models", "neurons.spiking"]);
    expect(out).toMatch(/^neurons\.spiking\nGeneralised/);
    expect(out).toContain("C dV/dt =");
    expect(out).toContain("spike: V > theta");
    expect(out).toMatch(/^ {2}membraneCapacitance +C +5 +nF +> 0 +membrane capacitance$/m);
    expect(out).toMatch(/^ {2}theta +th0 +mV +threshold$/m);
    expect(out).toMatch(/^ {2}I +nA /m);
  });

  test("a name alone stands for all models of that name", async () => {
    const found = await shown("persistentSodium");
    expect(found.map(({ name }) => name)).toEqual([
      "neurons.persistentSodium",
      "channels.persistentSodium",
    ]);
    expect(found[0]!.madeFrom).toBe("neurons.nonSpiking");
  });

  test("a derived model says what it is made from", async () => {
    const [transmission] = await shown("synapses.transmission");
    expect(transmission!.madeFrom).toBe("synapses.nonSpiking");
    expect(transmission!.doc).toMatch(/^Made from synapses\.nonSpiking: /);
    expect(transmission!.parameters.find(({ name }) => name === "gain")!["allowed"]).toBe(
      "checked together",
    );
  });
});
