// Names that look like code, markup, flags or numbers: through network, document, command, table and
// picture they give the numbers that plain names give, or they are refused with a typed error.

import { parseTable } from "../../../src/cli/csv.js";
import { LoadError, MyelinError, Network, neurons, synapses } from "../../../src/index.js";
import { parsed, useFolder } from "./helper.js";
import type { Printed } from "./helper.js";

const folder = useFolder();

/** A network in which everything that can have a name has this one, or one that begins with it. */
function networkOf(name: string): Network {
  const net = new Network({ name });
  const cells = net.addPopulation(neurons.spiking({ thresholdInitialValue: 3 }), 2, { name });
  const other = net.addNeuron(neurons.nonSpiking({}), { name: `${name}!` });
  const spiking = synapses.spiking({ maxConductance: 2, timeConstant: 5, reversalPotential: 40 });
  net.addConnection(spiking, cells, other, { name: `${name}?` });
  net.addInput(cells, { name, size: 2 });
  net.addOutput(cells, { name });
  net.addOutput(other, { name: `${name}!` });
  net.addOutput(cells, { name: `${name}:`, variable: "spikes" });
  return net;
}

/**
 * The same as a document. There names may be paths, as parts of added networks have them; only the name
 * of the whole network may not.
 */
function documentWith(name: string): string {
  const rename = (_key: string, value: unknown): unknown =>
    typeof value === "string" && /^plain\b/.test(value) ? name + value.slice(5) : value;
  const document = { ...networkOf("plain").toDocument(), name: wholeName(name) };
  return JSON.stringify(document, rename);
}
const wholeName = (name: string): string => name.replaceAll("/", "|");

const names: readonly (readonly [string, string])[] = [
  ["quotes", `"'\`""`],
  ["the end of a comment", "*/ alert(1) /*"],
  ["the end of a comment, and a new line of code", "*/;process.exit(1)/ /*"],
  ["a template", "${process.exit(1)}"],
  ["markup", "</script><script>alert(1)</script>"],
  ["the end of a picture", "</svg>"],
  ["an entity", "&lt;&#0;"],
  ["a keyword", "return"],
  ["a name of every object", "hasOwnProperty"],
  ["a number", "0"],
  ["a negative number", "-1e3"],
  ["marks of direction", "\u202eabc\u2066\u200f"],
  ["letters of two units", "🧠🧠"],
  ["a letter with marks", "e\u0301\u0327"],
  ["a comma", "a,b"],
  ["an equals sign", "a=1"],
  ["an index", "a[0]"],
  ["a formula", "=cmd|' /C calc'!A0"],
  ["a flag", "--out"],
  ["a dash", "-"],
  ["a blank", " "],
  ["blanks around", " a "],
  ["a dot", "a.V"],
  ["dots", ".."],
  ["a backslash", "\\n\\u0000"],
  ["a percent sign", "%s%n%00"],
  ["a path of JSON", '$.populations[0]"]'],
  ["a word of inputs", "series"],
  ["the byte order mark", "\ufeffx"],
  ["a thousand letters", "n".repeat(998)],
];

const steps = 40;

/** Runs the network with everything on that the command can write. */
async function numbersOf(name: string): Promise<Printed> {
  const text = documentWith(name);
  folder.write("net.json", text);
  if (!name.includes("/")) expect(networkOf(name).toDocument()).toEqual(JSON.parse(text));
  const quoted = `"${`${name}[0]`.replaceAll('"', '""')}"`;
  folder.write(
    "in.csv",
    `${quoted}\n${Array.from({ length: steps }, (_, i) => i / 3).join("\n")}\n`,
  );
  const args = ["run", "net.json", "--dt", "1", "--input", "in.csv", `--constant=${name}[1]=6`];
  const answer = await folder.run(
    ...[...args, "--json", "--out", "out.json", "--svg", "out.svg"],
    ...[`--record=${name}.V`, `--record=${name}!`, `--record=${name}.spikes`],
  );
  expect(answer).toMatchObject({ code: 0, error: "" });
  const { speed: _speed, ...printed } = parsed(answer);
  expect(JSON.parse(folder.read("out.json"))).toEqual(printed);
  return printed;
}

const numbersIn = ({ traces, spikes }: Printed) => ({
  traces: Object.values(traces).map(({ values }) => values),
  spikes: Object.values(spikes),
});

test.each(names)("%s in all names changes no number", async (_what, name) => {
  const plain = await numbersOf("plain");
  const plainPicture = folder.read("out.svg");
  const printed = await numbersOf(name);
  expect(printed.network).toBe(wholeName(name));
  expect(Object.keys(printed.traces)).toEqual([`${name}.V`, `${name}!`]);
  expect(numbersIn(printed)).toEqual(numbersIn(plain));
  expect(printed.spikes[`${name}.spikes`]!.step.length).toBeGreaterThan(2);

  const svg = folder.read("out.svg");
  const shapes = (text: string): string[] => text.match(/<(path|polyline) [^>]*>/g) ?? [];
  expect(shapes(svg)).toEqual(shapes(plainPicture));
  expect(svg.match(/<\/svg>/g)).toHaveLength(plainPicture.match(/<\/svg>/g)!.length);
  expect(svg).not.toMatch(/<script/);
});

test.each(names)("%s in the names of outputs is kept in tables", async (_what, name) => {
  await numbersOf(name);
  const args = ["run", "net.json", "--dt", "1", "--steps", "30", `--constant=${name}=6`];
  expect(await folder.run(...args, "--out", "out.csv")).toMatchObject({ code: 0, error: "" });
  const { columns, values } = parseTable(folder.read("out.csv"), "out.csv");
  const expected = [`${name}[0]`, `${name}[1]`, `${name}!`, `${name}:[0]`, `${name}:[1]`];
  expect(columns).toEqual(["step", "time [ms]", ...expected]);
  const printed = parsed(await folder.run(...args, "--json"));
  expect(Object.keys(printed.traces).sort()).toEqual([name, `${name}!`, `${name}:`].sort());
  expect(values[2]).toBe(printed.traces[name]!.values[0]![0]);
  expect(new Set(printed.traces[`${name}:`]!.values.flat())).toEqual(new Set([0, 1]));
  const shown = await folder.run(...args);
  expect(shown.out.split("\n")).toHaveLength(32);
  expect(/[\u202e\u2066\u200f\ufeff]/.test(shown.out)).toBe(false);
  const inspected = await folder.run("inspect", "net.json", "--program", "--code");
  expect(inspected.code).toBe(0);
  expect(/[\u202e\u2066\u200f\ufeff]/.test(inspected.out)).toBe(false);
});

const refused: readonly (readonly [string, string])[] = [
  ["nothing", ""],
  ["a line end", "a\nb"],
  ["a separator of lines", "a\u2028b"],
  ["a zero", "a\u0000b"],
  ["an escape", "\u001b[2J"],
  ["half a letter", "a\ud800"],
  ["the prototype", "__proto__"],
  ["the constructor", "constructor"],
  ["a megabyte", "m".repeat(2 ** 20)],
];

test.each(refused)("%s as a name is refused with a typed error", async (_what, name) => {
  expect(() => networkOf(name)).toThrow(MyelinError);
  const document = networkOf("plain").toDocument();
  for (const kind of ["populations", "inputs", "outputs"] as const) {
    const [first, ...rest] = document[kind]!;
    const changed = JSON.stringify({ ...document, [kind]: [{ ...first, name }, ...rest] });
    expect(() => Network.fromDocument(changed)).toThrow(MyelinError);
    folder.write("net.json", changed);
    const { code, out, error } = await folder.run("run", "net.json", "--dt", "1", "--steps", "1");
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(error).toMatch(new RegExp(`^error: net\\.json \\$\\.${kind}\\[0\\]`));
    expect(error.length).toBeLessThan(1000);
    expect(/[\u0000-\u0009\u001b\u2028]/.test(error)).toBe(false);
  }
  expect(LoadError.name).toBe("LoadError");
});

test.each(refused.slice(1))("%s in a flag is shown harmlessly", async (_what, name) => {
  for (const flag of ["--record", "--constant", "--backend", "--out"]) {
    const value = flag === "--constant" ? `${name}=1` : name;
    const { code, error } = await folder.run(
      ...["run", "network.json", "--dt", "1", "--steps", "1", flag, value],
    );
    expect(code).toBe(2);
    expect(error.length).toBeLessThan(1200);
    expect(/[\u0000-\u0009\u001b\u2028]/.test(error)).toBe(false);
  }
});
