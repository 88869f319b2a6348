// Wrong use of the command: each kind is refused with the code 2, a message that says what is wrong and
// where help is, and nothing written. What is wrong with files and networks is a failure, code 1.

import { linkSync, mkdirSync, readFileSync, symlinkSync, truncateSync } from "node:fs";
import { documentOf, myelin, sampleNetwork, useFolder } from "./helper.js";

const folder = useFolder();
const { run, write } = folder;
const start = ["run", "network.json", "--dt", "1"];
const good = [...start, "--steps", "5"];

const wrong: readonly (readonly [string, readonly string[], RegExp])[] = [
  [
    "no command",
    [],
    /^error: myelin: needs a command; allowed run, compile, convert, inspect, models, devices, calibrate\./,
  ],
  [
    "an unknown command",
    ["rnu"],
    /rnu: unknown command; got "rnu", allowed run\. See myelin --help/,
  ],
  ["an unknown flag before a command", ["--vresion"], /--vresion: unknown flag.*--version/],
  ["an argument behind --version", ["--version", "run"], /run: one argument too many/],
  ["help on an unknown command", ["help", "inspct"], /inspct: unknown command.*allowed inspect/],
  ["no file", ["run", "--dt", "1"], /FILE: is missing/],
  ["two files", [...good, "b.json"], /b\.json: one argument too many; allowed FILE/],
  ["an unknown flag", [...good, "--recrod", "y"], /--recrod: unknown flag.*allowed --record\./],
  ["a flag of another command", [...good, "--program"], /--program: unknown flag/],
  ["a flag with one dash", [...good, "-dt", "1"], /-dt: unknown flag.*allowed --dt/],
  ["a flag without its value", [...start, "--steps"], /--steps: needs a value; allowed a whole/],
  ["a flag for a value", [...start, "--steps", "--json"], /--steps: needs a value/],
  ["an empty value", [...start, "--steps="], /--steps: needs a value/],
  ["a flag twice", [...good, "--steps", "6"], /--steps: is given twice/],
  ["a value for a switch", [...good, "--json=yes"], /--json: takes no value; got "yes"/],
  [
    "no dt",
    ["run", "network.json", "--steps", "3"],
    /--dt: is missing; allowed a time step > 0 \[ms\]/,
  ],
  ["a dt of 0", ["run", "network.json", "--steps", "3", "--dt", "0"], /--dt: must be a positive/],
  [
    "a negative dt",
    ["run", "network.json", "--steps", "3", "--dt", "-1"],
    /--dt: must be a positive/,
  ],
  [
    "a dt in words",
    ["run", "network.json", "--steps", "3", "--dt", "1ms"],
    /--dt: must be a number; got "1ms"/,
  ],
  ["hexadecimal steps", [...start, "--steps", "0x10"], /--steps: must be a number/],
  ["infinite steps", [...start, "--steps", "Infinity"], /--steps: must be a number/],
  ["too many digits", [...start, "--steps", "1e999"], /--steps: must be a number/],
  ["broken steps", [...start, "--steps", "1.5"], /--steps: must be a whole number; got "1\.5"/],
  ["negative steps", [...start, "--steps", "-1"], /--steps: must be a whole number/],
  ["no length", start, /run: has no length; allowed --steps or --duration/],
  ["two lengths", [...good, "--duration", "5"], /--steps and --duration: are two lengths/],
  ["a negative duration", [...start, "--duration", "-5"], /--duration: must not be negative/],
  [
    "a duration between steps",
    [...start, "--duration", "2.5"],
    /--duration: must be a whole number of steps; got 2\.5, allowed for example 2 or 3/,
  ],
  [
    "an unknown backend",
    [...good, "--backend", "numpy"],
    /--backend: unknown value; got "numpy", allowed auto, iterative/,
  ],
  [
    "an unknown device",
    [...good, "--device", "tpu"],
    /--device: unknown name; got "tpu", allowed cpu/,
  ],
  ["an unknown precision", [...good, "--precision", "16"], /--precision: unknown value/],
  ["an unknown set of passes", [...good, "--optimize", "all"], /--optimize: unknown value/],
  ["an unknown order", [...good, "--order", "srt"], /--order: unknown value.*sns/],
  ["a broken seed", [...good, "--seed", "1.5"], /--seed: must be a whole number/],
  ["an every of 0", [...good, "--every", "0"], /--every: must be a whole number.*at least 1/],
  [
    "a constant in words",
    [...good, "--constant", "drive=much"],
    /--constant: is not understood; got "drive=much"/,
  ],
  ["a constant without name", [...good, "--constant", "=3"], /--constant: is not understood/],
  [
    "a constant for nothing",
    [...good, "--constant", "drvie=3"],
    /--constant: there is no such input; got "drvie"\. Did you mean "drive"\?/,
  ],
  [
    "a constant beyond the end",
    [...good, "--constant", "each[3]=3"],
    /"each\[3\]"\. each has the elements 0 to 2/,
  ],
  [
    "a constant twice",
    [...good, "--constant", "drive=3", "--constant", "1"],
    /--constant: gives an input that is given already; got "1"/,
  ],
  [
    "a record of nothing",
    [...good, "--record", "left.W"],
    /--record: there is no value of this name; got "left\.W"\. Did you mean "left\.V"/,
  ],
  ["a record of commas", [...good, "--record", ",,"], /--record: holds no name/],
  [
    "a record that never changes",
    [...good, "--record", "left.membraneCapacitance"],
    /--record: "left\.membraneCapacitance" is a constant/,
  ],
  [
    "an output without ending",
    [...good, "--out", "y"],
    /--out: its ending.*allowed a name that ends in \.json or \.csv/,
  ],
  ["an output of another ending", [...good, "--out", "y.xlsx"], /--out: its ending/],
  ["a picture of another ending", [...good, "--svg", "y.png"], /--svg: its ending/],
  ["an input of another ending", [...good, "--input", "x.txt"], /--input: its ending/],
  ["a folder as output", [...good, "--out", "sub.csv"], /--out: is a folder/],
  ["a device as output", [...good, "--out", "null.csv"], /--out: is not a regular file/],
  [
    "the network as output",
    [...good, "--out", "network.json"],
    /--out: would write over a file that is read/,
  ],
  ["a link to the network as output", [...good, "--out", "link.json"], /--out: would write over/],
  [
    "another name of the network as output",
    [...good, "--out", "hard.json"],
    /--out: would write over/,
  ],
  [
    "the inputs as output",
    [...good, "--input", "in.csv", "--out", "./in.csv"],
    /--out: would write over/,
  ],
  ["one file twice", [...good, "--out", "a.json", "--svg", "a.json"], /--svg: its ending/],
  [
    "values and spikes in one CSV",
    [...good, "--record", "left.V,cells.spikes", "--out", "y.csv"],
    /--out: a CSV file holds either values or spikes/,
  ],
  [
    "a constant beside all inputs",
    [...good, "--input", "all.json", "--constant", "drive=1"],
    /--constant: cannot be added to all\.json/,
  ],
  [
    "a constant beside the same input",
    [...good, "--input", "named.json", "--constant", "drive=1"],
    /--constant: gives an input that named\.json gives already/,
  ],
  [
    "an unknown model",
    ["models", "nonSpikin"],
    /NAME: there is no such model; got "nonSpikin"\. Did you mean "nonSpiking"/,
  ],
  ["two models", ["models", "a", "b"], /b: one argument too many/],
  ["no file to inspect", ["inspect"], /FILE: is missing\. See myelin inspect --help/],
  [
    "an unknown flag of inspect",
    ["inspect", "network.json", "--progam"],
    /--progam: unknown flag.*--program/,
  ],
];

describe("wrong use", () => {
  beforeEach(() => {
    mkdirSync(folder.path("sub.csv"));
    symlinkSync("/dev/null", folder.path("null.csv"));
    symlinkSync("network.json", folder.path("link.json"));
    linkSync(folder.path("network.json"), folder.path("hard.json"));
    write("in.csv", "drive\n1\n1\n1\n1\n1\n");
    write("all.json", "[1,2,3,4]");
    write("named.json", '{"drive": 2}');
  });

  test.each(wrong)("%s is refused", async (_what, args, message) => {
    const before = folder.names();
    const document = folder.read("network.json");
    const { code, out, error } = await run(...args);
    expect(error).toMatch(message);
    expect(error).toMatch(/^error: [^\n]+See myelin [^\n]*--help\.\n$/);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(folder.names()).toEqual(before);
    expect(folder.read("network.json")).toBe(document);
  });
});

const faults: readonly (readonly [string, readonly string[], RegExp])[] = [
  [
    "a file that is not there",
    ["run", "no.json", "--dt", "1", "--steps", "1"],
    /^error: \S*no\.json: cannot be read: there is no such file/,
  ],
  ["a folder", ["run", ".", "--dt", "1", "--steps", "1"], /is a folder, not a file/],
  [
    "a binary file",
    ["run", "binary.json", "--dt", "1", "--steps", "1"],
    /binary\.json: is not UTF-8 text/,
  ],
  [
    "text with zeros",
    ["run", "zeros.json", "--dt", "1", "--steps", "1"],
    /zeros\.json: is a binary file/,
  ],
  ["an empty file", ["inspect", "empty.json"], /empty\.json \$/],
  ["half a document", ["inspect", "half.json"], /half\.json \$.*line/],
  [
    "another JSON file",
    ["inspect", "other.json"],
    /other\.json \$\.myelin: this is not a network document/,
  ],
  [
    "a wrong document",
    ["inspect", "wrong.json"],
    /wrong\.json \$\.populations\[0\]\.model.*neurons\.nonSpiking/,
  ],
  [
    "a huge file",
    ["inspect", "huge.json"],
    /huge\.json: is too large to be read; allowed at most 256 MiB/,
  ],
  ["a file without end", ["inspect", "/dev/zero"], /\/dev\/zero: is too large to be read/],
  ["a step that is too long", ["run", "network.json", "--dt", "100", "--steps", "1"], /dt|time/],
  [
    "an output in a folder that is not there",
    [...good, "--out", "no/y.csv"],
    /no\/y\.csv: cannot be written: there is no such file/,
  ],
  ["an unreadable input", [...good, "--input", "no.csv"], /no\.csv: cannot be read/],
  ["a folder as input", [...good, "--input", "sub.csv"], /sub\.csv: is a folder/],
  ["a huge input", [...good, "--input", "huge.csv"], /huge\.csv: is too large/],
  ["an input that is no JSON", [...good, "--input", "half.json"], /half\.json: is not JSON/],
  [
    "an input of the wrong length",
    [...good, "--input", "short.json"],
    /short\.json: has the wrong number of values/,
  ],
  [
    "an input of an unknown name",
    [...good, "--input", "name.json"],
    /name\.json \.drvie: there is no such input/,
  ],
  ["an input that is no number", [...good, "--input", "text.json"], /text\.json: must be numbers/],
  [
    "too few rows in a series",
    [...good, "--input", "rows.json"],
    /rows\.json \.series: has too few rows/,
  ],
  [
    "too few rows in a table",
    [...good, "--input", "rows.csv"],
    /rows\.csv: the table has too few rows for the run; got 2, allowed at least 5/,
  ],
  [
    "too few rows for a duration",
    [...start, "--duration", "3", "--input", "rows.csv"],
    /rows\.csv: the table has too few rows.*at least 3/,
  ],
  [
    "a table without names",
    [...good, "--input", "bare.csv"],
    /bare\.csv: line 1, column 1: there is no such input; got "1"\. The first line of a table names/,
  ],
  [
    "a table with semicolons",
    [...good, "--input", "semicolon.csv"],
    /semicolon\.csv: line 2, column 1: .* is not a number; got "1;2".*Commas separate cells\./,
  ],
  [
    "an unknown column",
    [...good, "--input", "column.csv"],
    /column\.csv: line 1, column 2: there is no such input; got "drvie"\. Did you mean "drive"/,
  ],
  [
    "a column twice",
    [...good, "--input", "both.csv"],
    /both\.csv: line 1, column 2: this input is given already/,
  ],
  [
    "a column beside a constant",
    [...good, "--input", "rows.csv", "--constant", "drive=2"],
    /rows\.csv: line 1, column 1: this input is given already/,
  ],
  [
    "a record that does not fit",
    [...start, "--steps", "1000000000000", "--record", "left.V"],
    /memory/,
  ],
];

describe("a fault", () => {
  beforeEach(() => {
    mkdirSync(folder.path("sub.csv"));
    write("binary.json", Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0xff, 0xfe]));
    write("zeros.json", '{"a": "\u0000"}');
    write("empty.json", "");
    write("half.json", documentOf(sampleNetwork()).slice(0, 200));
    write("other.json", '{"name": "package"}');
    const wrongModel = documentOf(sampleNetwork()).replace(
      "neurons.nonSpiking",
      "neurons.nonSpikin",
    );
    write("wrong.json", wrongModel);
    for (const name of ["huge.json", "huge.csv"]) truncateSync(write(name, "{"), 257 * 2 ** 20);
    write("short.json", "[1, 2]");
    write("name.json", '{"drvie": 1}');
    write("text.json", '"1"');
    write("bare.csv", "1,2\n3,4");
    write("semicolon.csv", "drive;each\n1;2");
    write("rows.json", '{"series": [[1,1,1,1],[1,1,1,1]]}');
    write("rows.csv", "drive\n1\n2\n");
    write("column.csv", "each,drvie\n1,2\n");
    write("both.csv", "each,each[1]\n1,2\n");
  });

  test.each(faults)("%s fails", async (_what, args, message) => {
    const before = folder.names();
    const { code, out, error } = await run(...args);
    expect(error).toMatch(message);
    expect(error).toMatch(/^error: [^\n]+\n$/);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(folder.names()).toEqual(before);
    // Programs find the same in an object on standard output.
    const json = await run(...args, "--json");
    const told = JSON.parse(json.out) as { error: { code: string; message: string } };
    expect(error).toContain(told.error.message);
    expect(told.error.code).toMatch(/^[a-z-]+$/);
    expect(json.code).toBe(1);
  });

  test("standard input is bounded and must be text, too", async () => {
    const binary = await folder.runIn({ stdin: Uint8Array.of(0xff) }, "inspect", "-");
    expect(binary.error).toBe("error: standard input: is not UTF-8 text.\n");
    const wrongText = await folder.runIn({ stdin: "{}" }, "inspect", "-");
    expect(wrongText.error).toMatch(/^error: standard input \$\.myelin: /);
    const piece = Buffer.alloc(2 ** 24, 32);

    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) yield piece;
    }
    let error = "";
    const stream = {
      write: (text: string, done: () => void) => {
        error += text;
        done();
      },
      on: () => {},
      off: () => {},
    };
    const { cli } = await import("../../../src/cli/cli.js");
    const code = await cli(["inspect", "-"], { stdin: endless(), stdout: stream, stderr: stream });
    expect(code).toBe(1);
    expect(error).toMatch(/standard input: is too large to be read/);
  });

  test("an unknown command in a folder without anything is still answered", async () => {
    const { code } = await myelin(["run", "x.json", "--dt", "1", "--steps", "1"], {
      cwd: "/nowhere",
    });
    expect(code).toBe(1);
  });

  test("a failure of the run leaves the file that was there as it was", async () => {
    write("y.json", "before");
    const { code } = await run(...good, "--input", "short.json", "--out", "y.json");
    expect(code).toBe(1);
    expect(readFileSync(folder.path("y.json"), "utf8")).toBe("before");
  });
});
