// Names that look like code, markup, flags or numbers through the command: documents, tables, JSON and
// pictures hold them as they are and give the numbers of plain names; what is refused or shown to
// people is harmless.

import { parseTable } from "../../../src/cli/csv.js";
import { Network } from "../../../src/index.js";
import { hostileNames, hostilePaths, refusedNames, unseen } from "../../helpers/hostile-names.js";
import { documentOf, inGroups, plainNames } from "../../helpers/hostile-network.js";
import { allElements, parseXml } from "../../helpers/xml.js";
import { parsed, useFolder } from "./helper.js";
import type { Answer, Printed } from "./helper.js";

const folder = useFolder();
const { run, write, read } = folder;
const steps = 15;

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const text = (names: readonly string[]): string =>
  JSON.stringify(documentOf(names, names[0]!.replaceAll("/", "|")));

/** Inputs from a table and constants; a file, the output and a picture of all that was recorded. */
async function recordAll(names: readonly string[]): Promise<Printed> {
  write("net.json", text(names));
  const head = names.map((name) => quoted(`${name}[0]`)).join(",");
  const rows = Array.from({ length: steps }, (_, i) => names.map(() => 4 + i / 8).join(","));
  write("in.csv", `${head}\n${rows.join("\n")}\n`);
  const answer = await run(
    ...["run", "net.json", "--dt", "1", "--input", "in.csv"],
    ...["--json", "--out", "out.json", "--svg", "out.svg"],
    ...names.flatMap((name, i) => [
      `--constant=${name}[1]=${6 + (i % 3)}`,
      `--record=${name}.theta`,
    ]),
    ...names.flatMap((name) => [`--record=${name}`, `--record=${name}.spikes`]),
  );
  expect(answer).toMatchObject({ code: 0, error: "" });
  expect(answer.out.slice(0, -1)).not.toMatch(unseen);
  const { speed: _speed, ...printed } = parsed(answer);
  expect(JSON.parse(read("out.json"))).toEqual(printed);
  return printed;
}

const numbersOf = ({ traces, spikes }: Printed, names: readonly string[]) =>
  names.map((name) => [traces[`${name}.theta`], traces[name], spikes[`${name}.spikes`]]);

/** What a picture draws, without text and the places of names. */
const drawn = (svg: string): string[] =>
  allElements(parseXml(svg)).flatMap(({ name, attributes }) =>
    name === "title" ? [] : [`${name} ${JSON.stringify(attributes)}`],
  );

/** Every piece alone and at the beginning of a name; where a name costs less, all are tested. */
const someNames = hostileNames.filter((_name, i) => i % 2 === 0);
const groups = inGroups(someNames, 260);
const lists: readonly (readonly [string, readonly string[]])[] = [
  ...groups.map((names, i) => [`group ${i}`, names] as const),
  ["paths", hostilePaths],
];

test("there are many names of many kinds", () => {
  expect(someNames.length).toBeGreaterThanOrEqual(500);
});

describe("what a run writes", () => {
  interface Written {
    readonly printed: Printed;
    readonly drawn: readonly string[];
  }
  // Passes may choose by size, and so change the last digits: each size has its own plain network.
  const known = new Map<number, Written>();
  async function plainOf(names: readonly string[]): Promise<Written> {
    const before = known.get(names.length);
    if (before !== undefined) return before;
    const printed = await recordAll(plainNames(names));
    const written = { printed, drawn: drawn(read("out.svg")) };
    known.set(names.length, written);
    return written;
  }

  test.each(lists)("has the names of %s, and the same numbers", async (_what, names) => {
    const printed = await recordAll(names);
    expect(printed.network).toBe(names[0]!.replaceAll("/", "|"));
    expect(new Set(Object.keys(printed.spikes))).toEqual(
      new Set(names.map((name) => `${name}.spikes`)),
    );
    const svg = read("out.svg");
    const plain = await plainOf(names);
    expect(numbersOf(printed, names)).toEqual(numbersOf(plain.printed, plainNames(names)));
    expect(plain.printed.spikes["plain0.spikes"]!.step.length).toBeGreaterThan(2);
    expect(drawn(svg)).toEqual(plain.drawn);
    expect(plain.drawn.length).toBeGreaterThan(500);
    expect(
      allElements(parseXml(svg)).some(({ text: each }) => each.includes(names[1]!.slice(0, 200))),
    ).toBe(true);
  });
});

describe("tables", () => {
  test.each(lists)("keep the names of %s", async (_what, names) => {
    write("net.json", text(names));
    write("in.json", JSON.stringify(Object.fromEntries(names.map((name) => [name, [7, 8]]))));
    const args = ["run", "net.json", "--dt", "1", "--steps", String(steps), "--input", "in.json"];
    const answer = await run(...args, "--json", "--out", "out.csv");
    expect(answer).toMatchObject({ code: 0, error: "" });
    const { columns, values } = parseTable(read("out.csv"), "out.csv");
    const named = names.flatMap((name) => [name, `${name}:`]);
    const elements = named.flatMap((name) => [`${name}[0]`, `${name}[1]`]);
    expect(columns).toEqual(["step", "time [ms]", ...elements]);
    const shown = await run(...args);
    expect(shown.out.split("\n")).toHaveLength(steps + 2);
    expectHarmless(shown.out);
    const { traces } = parsed(answer);
    const row = named.flatMap((name) => traces[name]!.values.at(-1)!);
    expect(Array.from(values.slice(-elements.length))).toEqual(row);
    expect(row).toContain(1);
  });
});

/** Nothing but line ends is there that moves a cursor. */
function expectHarmless(shown: string): void {
  expect(shown.replaceAll("\n", "")).not.toMatch(unseen);
}

describe("inspect", () => {
  const show = async (names: readonly string[], ...flags: string[]): Promise<Answer> => {
    write("net.json", text(names));
    const answer = await run("inspect", "net.json", "--dt", "1", "--program", "--code", ...flags);
    expect(answer).toMatchObject({ code: 0, error: "" });
    return answer;
  };
  const lines = (shown: string): number => shown.split("\n").length;
  const known = new Map<number, number>();

  test.each(lists)("shows the names of %s line by line", async (_what, names) => {
    const { out } = await show(names);
    expectHarmless(out);
    const usual = known.get(names.length) ?? lines((await show(plainNames(names))).out);
    known.set(names.length, usual);
    expect(lines(out)).toBe(usual);
    expect(usual).toBeGreaterThan(names.length);
  });

  test("prints them as JSON", async () => {
    const { out } = await show(groups[0]!, "--json");
    const { populations, inputs } = JSON.parse(out) as Record<string, { name: string }[]>;
    expect(populations!.map(({ name }) => name)).toEqual(groups[0]);
    expect(inputs!.map(({ name }) => name)).toEqual(groups[0]);
    expect(out.slice(0, -1)).not.toMatch(unseen);
  });
});

/** A failure on one line of bounded length, and nothing else but its JSON. */
function expectFailure({ code, out, error }: Answer, wanted: number): void {
  expect(code).toBe(wanted);
  expect(error.split("\n")).toHaveLength(2);
  expectHarmless(error);
  expect(error.length).toBeLessThan(1500);
  if (out !== "") expect(Object.keys(JSON.parse(out) as object)).toEqual(["error"]);
  expect(out.slice(0, -1)).not.toMatch(unseen);
}

const whole = {
  ...documentOf(["plain0"], "plain"),
  networks: [{ name: "part", first: 0, count: 1 }],
};
const kinds = ["populations", "connections", "inputs", "outputs", "networks"] as const;
const places: readonly (readonly [string, (name: string) => object])[] = [
  ["name", (name) => ({ ...whole, name })],
  ...kinds.map((kind): (typeof places)[number] => {
    const [first, ...rest] = whole[kind]!;
    return [`${kind}[0].name`, (name) => ({ ...whole, [kind]: [{ ...first, name }, ...rest] })];
  }),
];
test.each(places)("names that cannot be are refused at $.%s", async (place, documentWith) => {
  expect(() => Network.fromDocument(whole)).not.toThrow();
  for (const name of refusedNames) {
    write("net.json", JSON.stringify(documentWith(name)));
    const answer = await run("inspect", "net.json", "--json");
    expectFailure(answer, 1);
    expect(answer.error.startsWith(`error: net.json $.${place}: `)).toBe(true);
  }
});

/** What the command takes for a whole number. */
const isWhole = (name: string): boolean =>
  /^[+-]?[\d.]+(e\d+)?$/.test(name) && Number.isInteger(Number(name));

describe("arguments", () => {
  const everything = [...someNames, ...hostilePaths, ...refusedNames];
  const length = ["run", "network.json", "--dt", "1", "--steps", "1", "--json"];

  test("may be any text: what is not understood is refused", async () => {
    for (const name of everything.filter((_name, i) => i % 4 === 0)) {
      for (const flag of ["--backend", "--out", "--svg", "--input", "--reset-at", "--seed"]) {
        if (isWhole(name) && (flag === "--seed" || flag === "--reset-at")) continue;
        expectFailure(await run(...length, `${flag}=${name}`), 2);
      }
      if (name !== "--help" && name !== "-h") expectFailure(await run(name), 2);
      if (name !== "") expectFailure(await run("models", "--", name), 2);
    }
  });

  test("may be names of files that are not there", async () => {
    for (const name of everything.filter((each) => each !== "-" && each !== "")) {
      expectFailure(await run("inspect", "--json", "--", name), 1);
    }
  });

  test("may be names of values that are not there", async () => {
    const some = [...refusedNames, ...hostilePaths].filter((_name, i) => i % 16 === 0);
    for (const name of [...some, "__proto__", "constructor", "prototype", "toString"]) {
      expectFailure(await run(...length, `--record=${name}`), 2);
      expectFailure(await run(...length, `--constant=${name}=1`), 2);
      write("in.json", `{${JSON.stringify(name)}:1}`);
      expectFailure(await run(...length, "--input", "in.json"), 1);
      write("in.csv", `${quoted(name)}\n1\n`);
      expectFailure(await run(...length, "--input", "in.csv"), 1);
    }
  });
});
