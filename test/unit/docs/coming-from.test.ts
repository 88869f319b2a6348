// docs/coming-from-sns-toolbox.md says nothing that is not so: its tables name every part of the
// original's public interface and only what exists here, its defaults are ours, and every oddity is
// checked by running it.

import { readFileSync } from "node:fs";
import * as myelin from "../../../src/index.js";
import { channels, circuits, Network, neurons, quirkNames, synapses } from "../../../src/index.js";
import { buildChecks } from "../../helpers/coming-from/build-checks.js";
import { compiled, refused } from "../../helpers/coming-from/networks.js";
import { leniency, runChecks } from "../../helpers/coming-from/run-checks.js";
import { publicNames } from "../../helpers/coming-from/sns-names.js";

const page = readFileSync("docs/coming-from-sns-toolbox.md", "utf8");
const spansOf = (text: string): string[] =>
  [...text.matchAll(/`([^`\n]+)`/g)].map(([, span = ""]) => span);

/** The rows of all tables in a text, without heads. */
function rowsOf(text: string): string[][] {
  const tables = text.match(/(^\|.*\n)+/gm) ?? [];
  return tables.flatMap((table) =>
    table
      .trim()
      .split("\n")
      .slice(2)
      .map((row) =>
        row
          .split("|")
          .slice(1, -1)
          .map((cell) => cell.trim()),
      ),
  );
}
/** The part of the page under a heading, up to the next heading. */
function under(heading: string): string {
  const [, text] = page.split(`# ${heading}\n`);
  if (text === undefined) throw new Error(`no heading "${heading}"`);
  return text.split(/^#+ /m)[0]!;
}

describe("names", () => {
  test("every name of the original's public interface has its place", () => {
    const shown = new Set(spansOf(page).flatMap((span) => span.match(/\w+/g) ?? []));
    expect(publicNames.filter((name) => !shown.has(name))).toEqual([]);
  });

  test("everything that is named here exists", async () => {
    const net = new Network();
    net.addNeuron(neurons.nonSpiking(), { name: "a" });
    const things: Readonly<Record<string, object>> = {
      ...{ net, model: await compiled(net), neurons, synapses, channels, circuits },
    };
    const missing = spansOf(page).flatMap((span) => {
      const [, owner = "", name = ""] = /^(?:await )?(\w+)\.(\w+)/.exec(span) ?? [];
      const thing = things[owner];
      return thing === undefined || name in thing ? [] : [span];
    });
    expect(missing).toEqual([]);
    for (const name of ["plotRaster", "plotTraces", "quirkDocs"])
      expect(myelin).toHaveProperty(name);
  });
});

interface Parameters {
  readonly parameters: readonly {
    readonly publicName: string;
    readonly default?: unknown;
    readonly definition: { readonly default?: unknown };
  }[];
}

describe("parameters", () => {
  const factories = { neurons, synapses, channels } as unknown as Readonly<
    Record<string, Readonly<Record<string, Parameters>>>
  >;
  const headings = [...page.matchAll(/^### (`\w+` → `(\w+)\.(\w+)`)$/gm)];
  test("all types have a table", () => {
    expect(headings.length).toBe(10);
  });

  test.each(headings.map(([, heading = "", group = "", name = ""]) => [heading, group, name]))(
    "those of %s have the default shown",
    (heading, group, name) => {
      const { parameters } = factories[group]![name]!;
      for (const [, theirs, cell = "", ours] of rowsOf(under(heading))) {
        const parameter = cell.slice(1, -1);
        if (parameter === "rectified") continue;
        const found = parameters.find(({ publicName }) => publicName === parameter);
        expect({ parameter, default: defaultOf(found) }).toEqual({ parameter, default: ours });
        const differs = theirs !== ours && !/^[a-z_]+$/.test(theirs!) && theirs !== "";
        expect({ parameter, differs }).toEqual({ parameter, differs: false });
      }
    },
  );

  function defaultOf(found: Parameters["parameters"][number] | undefined): string {
    if (found === undefined) return "no such parameter";
    const value = found.default as { value?: number; name?: string } | undefined;
    return value === undefined ? "required" : String(value.value ?? value.name);
  }

  test("those of the ready networks are accepted", () => {
    const common = { name: "x", referenceRange: 10 };
    const neuron = neurons.nonSpiking();
    const reversals = { addReversalPotential: 90, subReversalPotential: -30 };
    circuits.addition({ ...common, ...reversals, neuron, gains: [1, -1] });
    circuits.multiplication({ ...common, neuron });
    circuits.division({ ...common, neuron, gain: 1, ratio: 0.5 });
    circuits.differentiation({ ...common, slewRate: 2, fastTimeConstant: 2 });
    circuits.integration({ ...common, integrationGain: 0.2, relativeReversalPotential: -50 });
    const [range, usual] = [10, undefined].map((referenceRange) => {
      const options = { gains: [1], ...(referenceRange && { referenceRange }) };
      return circuits.addition(options).connections[0]!.values.get("upperThreshold");
    });
    expect([range, usual]).toEqual([10, 20]);
  });
});

test("every value in the table of names can be read under the name shown", async () => {
  const net = new Network();
  net.addPopulation(neurons.spiking(), 2, { name: "a" });
  net.addNeuron(neurons.persistentSodium(), { name: "n" });
  net.addConnection(synapses.nonSpiking(), "a", "n", { name: "c" });
  net.addConnection(synapses.spiking(), "a", "n", { name: "s" });
  net.addConnection(synapses.electrical({ conductance: 1 }), "a", "n", { name: "e" });
  const model = await compiled(net);
  const spans = rowsOf(under("Values by name")).flatMap(([, here = ""]) => spansOf(here));
  const states = spans.flatMap((span) => /state\.get\("(.*)"\)/.exec(span)?.[1] ?? []);
  const params = spans.filter((span) => /^[ances]\.\w+/.test(span));
  expect([states.length, params.length]).toEqual([6, 36]);
  for (const name of states) expect(model.state.info(name).path).toBe(name);
  for (const name of params) expect(model.params.info(name).path).toBe(name);
});

test("the defaults of networks are as shown", async () => {
  const net = new Network();
  net.addNeuron(neurons.spiking());
  net.addNeuron(neurons.spiking());
  for (let i = 0; i < 2; i += 1) net.addConnection(synapses.nonSpiking(), 0, 1);
  net.addInput(0);
  net.addOutput(0);
  const namesOf = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name);
  expect(net.name).toBe("network");
  expect(namesOf(net.populations)).toEqual(["spiking", "spiking1"]);
  expect(namesOf(net.connections)).toEqual(["nonSpiking", "nonSpiking1"]);
  expect([...namesOf(net.inputs), ...namesOf(net.outputs)]).toEqual(["input", "output"]);
  refused(() => net.addPopulation(neurons.nonSpiking(), 0));
  refused(() => net.addPopulation(neurons.nonSpiking(), 2, { initialValue: [1, 2, 3] }));
  refused(() => net.addNeuron(neurons.nonSpiking(), { name: "spiking" }));
  await expect(net.compile({} as { dt: number })).rejects.toThrow("compile.dt");
  const model = await compiled(net);
  expect(model.program).toMatchObject({ precision: "float64", order: "default" });
  const sns = new Network({ compat: { snsOrder: true } });
  expect((await compiled(sns)).program.order).toBe("sns");
  expect((await compiled(net, { order: "sns" })).program.order).toBe("sns");
});

describe("oddities", () => {
  const shown = [...page.matchAll(/^- \*\*([QD]\d+)\*\* (.*)$/gm)].map(
    ([, id = "", text = ""]) => ({
      id,
      text,
    }),
  );
  const numbers = (letter: string, count: number) =>
    Array.from({ length: count }, (_, i) => `${letter}${i + 1}`);

  test("are all there, in order", () => {
    expect(shown.map(({ id }) => id)).toEqual([...numbers("Q", 30), ...numbers("D", 10)]);
  });

  test.each(shown)("$id is as described", async ({ id }) => {
    const checks = [buildChecks[id], runChecks[id]].filter((check) => check !== undefined);
    expect(checks.length).toBeGreaterThan(0);
    for (const check of checks) await check();
  });

  test("any switch makes some refusals into notes", leniency);

  test("the table of switches has all of them, where they are described", () => {
    const rows = rowsOf(under("All switches"));
    expect(rows.map(([name = ""]) => name.slice(1, -1))).toEqual(quirkNames);
    for (const [name = "", where = ""] of rows) {
      for (const id of where.match(/[QD]\d+/g) ?? []) {
        expect(shown.find((one) => one.id === id)?.text).toContain(name);
      }
    }
    const named = shown.filter(({ text }) =>
      quirkNames.some((name) => text.includes(`\`${name}\``)),
    );
    const listed = rows.flatMap(([, where = ""]) => where.match(/[QD]\d+/g) ?? []);
    expect([...new Set(listed)].sort()).toEqual(named.map(({ id }) => id).sort());
  });
});
