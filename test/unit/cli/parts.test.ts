// The parts of the command by themselves: arguments, tables, files, JSON and text.

import { chmodSync, mkdirSync, readlinkSync, statSync, symlinkSync } from "node:fs";
import { csvLine, parseTable } from "../../../src/cli/csv.js";
import { checkWritable, readBytes, writeAtomically } from "../../../src/cli/files.js";
import { isWrongUse, parseNumber, readArguments } from "../../../src/cli/flags.js";
import { jsonText } from "../../../src/cli/json.js";
import { Sink } from "../../../src/cli/streams.js";
import { tableLines } from "../../../src/cli/text.js";
import { useFolder } from "./helper.js";

describe("arguments", () => {
  const rules = {
    flags: {
      "--name": { value: "a name", many: true },
      "--all": {},
      "--kind": { value: "a kind", words: ["a", "b"] },
    },
    places: [{ name: "FILE" }, { name: "OTHER", isOptional: true }],
    hint: "See --help.",
  } as const;
  const read = (...args: string[]) => {
    const flags = readArguments(args, rules);
    if (flags === "help") return flags;
    const { places } = flags;
    return {
      places,
      names: flags.all("--name"),
      all: flags.has("--all"),
      kind: flags.one("--kind"),
    };
  };

  test("flags and files come in any order, values behind a blank or =", () => {
    const expected = { places: ["file"], names: ["x", "--y=z", "-1"], all: true, kind: "b" };
    const args = ["--name", "x", "file", "--name=--y=z", "--all", "--kind=b", "--name", "-1"];
    expect(read(...args)).toEqual(expected);
  });

  test("behind -- everything is a file, and - is one", () => {
    expect(read("--all", "--", "--kind", "-h")).toMatchObject({
      places: ["--kind", "-h"],
      all: true,
    });
    expect(read("-")).toMatchObject({ places: ["-"] });
  });

  test("help wins over what is wrong", () => {
    expect(read("--bogus", "--help")).toBe("help");
    expect(read("-h")).toBe("help");
  });

  test.each([
    [["f", "--constructor"], /--constructor: unknown flag/],
    [["f", "--__proto__", "1"], /--__proto__: unknown flag/],
    [["f", "--name"], /--name: needs a value; allowed a name/],
    [["f", "--name", "--"], /--name: needs a value/],
    [["f", "--kind", "c"], /--kind: unknown value; got "c", allowed a, b/],
    [["f", "g", "h"], /h: one argument too many; allowed FILE OTHER/],
    [[], /FILE: is missing/],
  ])("%j are refused as wrong use", (args, message) => {
    let thrown: unknown;
    try {
      read(...args);
    } catch (error) {
      thrown = error;
    }
    expect(isWrongUse(thrown)).toBe(true);
    expect(String(thrown)).toMatch(message);
  });

  test.each([
    ["1", 1],
    ["-.5e-3", -0.0005],
    ["+2.", 2],
    ["1e400", undefined],
    ["0x1", undefined],
    ["1_000", undefined],
    ["NaN", undefined],
    ["", undefined],
    [" 1", undefined],
    ["1,5", undefined],
  ])("%j as a number is %p", (text, value) => expect(parseNumber(text)).toBe(value));
});

describe("a table", () => {
  test("is read with quotes, blanks, any line ends and empty lines at its end", () => {
    const { columns, rows, values } = parseTable(
      'a,"b ""c"",\nd", e \r\n1, 2 ,"3"\n-4,5e1,.6\r\n\n\n',
      "t",
    );
    expect(columns).toEqual(["a", 'b "c",\nd', "e"]);
    expect(rows).toBe(2);
    expect(Array.from(values)).toEqual([1, 2, 3, -4, 50, 0.6]);
  });

  test("may have no rows, no last line end and many numbers", () => {
    expect(parseTable("a\n", "t")).toMatchObject({ rows: 0 });
    expect(parseTable("a", "t")).toMatchObject({ rows: 0, columns: ["a"] });
    const many = parseTable(`a,b\n${"1,2\n".repeat(5000)}3,4`, "t");
    expect(many.rows).toBe(5001);
    expect(many.values.length).toBe(10_002);
    expect(many.values.at(-1)).toBe(4);
  });

  test.each([
    ["", /^t: line 1, column 1: the table is empty/],
    ["\n\n", /the table is empty/],
    ["a,,b\n", /line 1, column 2: a column has no name/],
    ["a,a\n", /line 1, column 2: two columns have one name; got "a"/],
    ["a,b\n1,2\n3\n", /line 3, column 1: the line has too few cells; got 1, allowed 2/],
    ["a,b\n1,2,3\n", /line 2, column 3: the line has too many cells; allowed 2/],
    ["a,b\n1,2\n1,x\n", /line 3, column 2: the value of "b" is not a number; got "x"/],
    ["a,b\n1,\n", /line 2, column 2: the value of "b" is not a number; got ""/],
    ["a\n1\n\n2\n", /line 3, column 1: .* not a number/],
    ["a\nNaN\n", /not a number; got "NaN"/],
    ["a\n1e999\n", /not a number/],
    ["a\n0x1\n", /not a number/],
    ['a,"b\n1,2\n', /line 1, column 2: a quote is never closed/],
    ['a,"b"c\n1,2\n', /line 1, column 2: text after a closing quote/],
    ['a,b"c\n1,2\n', /line 1, column 2: a quote inside a cell/],
    ['"a\nb"\nx\n', /line 3, column 1: .*"a\\nb" is not a number/],
    ["a;b\n1;2\n", /line 2, column 1: .*"a;b" is not a number; got "1;2"/],
  ])("%j is refused with its place", (text, message) => {
    expect(() => parseTable(text, "t")).toThrow(message);
  });

  test("is written so that it reads back", () => {
    const names = ["plain", "a,b", 'say "x"', " blank ", "two\nlines", "=1+1"];
    const text = csvLine(names) + csvLine([1, -0, 0.1 + 0.2, 1e-300, 5e-324, 2 ** 60]);
    const { columns, values } = parseTable(text, "t");
    expect(columns).toEqual(names);
    expect(Array.from(values)).toEqual([1, -0, 0.1 + 0.2, 1e-300, 5e-324, 2 ** 60]);
  });
});

describe("a file", () => {
  const folder = useFolder();

  test("is replaced as a whole, keeps its mode, and links stay links", () => {
    const path = folder.write("a.csv", "before");
    chmodSync(path, 0o640);
    symlinkSync("a.csv", folder.path("link.csv"));
    writeAtomically(folder.path("link.csv"), ["one,", "two"]);
    expect(folder.read("a.csv")).toBe("one,two");
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(readlinkSync(folder.path("link.csv"))).toBe("a.csv");
    expect(folder.names()).toEqual(["a.csv", "link.csv", "network.json"]);
  });

  test("stays what it was where making the text or writing fails", () => {
    const path = folder.write("a.csv", "before");
    function* broken(): Generator<string> {
      yield "x".repeat(3 * 2 ** 20);
      throw new RangeError("no more");
    }
    expect(() => writeAtomically(path, broken())).toThrow(RangeError);
    expect(folder.read("a.csv")).toBe("before");
    mkdirSync(folder.path("sub"));
    expect(() => writeAtomically(folder.path("sub"), ["x"])).toThrow(/sub: cannot be written/);
    expect(() => writeAtomically(folder.path("no/a"), ["x"])).toThrow(/no such file or folder/);
    expect(() => writeAtomically(folder.path("x".repeat(300)), ["x"])).toThrow(/path is too long/);
    expect(folder.names()).toEqual(["a.csv", "network.json", "sub"]);
  });

  test("that hangs in the air is no reason to refuse a new one", () => {
    symlinkSync("nowhere", folder.path("dangling.csv"));
    checkWritable("--out", folder.path("dangling.csv"), [folder.path("network.json")]);
    writeAtomically(folder.path("dangling.csv"), ["x"]);
    expect(folder.read("dangling.csv")).toBe("x");
  });

  test("is read up to a limit, to the last byte", () => {
    const path = folder.write("a.bin", new Uint8Array(1000).fill(7));
    expect(readBytes(path, 1000).equals(Buffer.alloc(1000, 7))).toBe(true);
    expect(() => readBytes(path, 999)).toThrow(/too large/);
    expect(readBytes(folder.write("none", "")).length).toBe(0);
    expect(readBytes("/proc/self/status").length).toBeGreaterThan(10);
    expect(() => readBytes(`${path}\u0000`)).toThrow(/cannot be read/);
  });
});

describe("text", () => {
  test("stands in columns of one width", () => {
    const rows = [
      ["a", "10"],
      ["bbb", "2"],
    ];
    const side = (column: number) => (column === 0 ? "left" : "right") as "left" | "right";
    expect([...tableLines(() => rows, side)]).toEqual(["a    10\n", "bbb   2\n"]);
  });
});

describe("JSON", () => {
  test("keeps every number and leaves out what is undefined", () => {
    const values = Float64Array.from({ length: 2500 }, (_, i) => i / 3);
    const value = {
      a: undefined,
      "b\u2028</script>": [1, -0, NaN, Infinity],
      values,
      c: () => [[], {}],
      d: null,
    };
    const text = jsonText(value);
    const back = JSON.parse(text) as Record<string, unknown>;
    expect(Object.keys(back)).toEqual(["b\u2028</script>", "values", "c", "d"]);
    expect(back["b\u2028</script>"]).toEqual([1, -0, "NaN", "Infinity"]);
    expect(back["values"]).toEqual(Array.from(values));
    expect(back["c"]).toEqual([[], {}]);
  });
});

describe("a stream", () => {
  /** Breaks like a pipe whose reader has gone. */
  const breaking = (code: string) => {
    const listeners: ((error: Error) => void)[] = [];
    let written = 0;
    return {
      written: () => written,
      listeners,
      write(_text: string, done: (error?: Error | null) => void) {
        written += 1;
        if (written < 2) return done();
        const error = Object.assign(new Error(code), { code });
        setImmediate(() => {
          done(error);
          for (const listener of listeners) listener(error);
        });
      },
      on: (_event: "error", listener: (error: Error) => void) => void listeners.push(listener),
      off: (_event: "error", listener: (error: Error) => void) =>
        void listeners.splice(listeners.indexOf(listener), 1),
    };
  };

  test("whose reader has gone away takes no more, quietly", async () => {
    const stream = breaking("EPIPE");
    const sink = new Sink(stream);
    let made = 0;
    function* pieces(): Generator<string> {
      for (; made < 100; made++) yield "x".repeat(70_000);
    }
    await sink.write(pieces());
    expect(sink.isGone).toBe(true);
    expect(stream.written()).toBe(2);
    expect(made).toBeLessThan(4);
    sink.writeNow("more");
    await sink.release();
    // An error that comes later must not end the process.
    expect(stream.listeners).toHaveLength(1);
  });

  test("that fails otherwise is an error", async () => {
    const sink = new Sink(breaking("ENOSPC"));
    await sink.write(["a"]);
    await expect(sink.write(["b"])).rejects.toThrow("ENOSPC");
  });

  test("is left alone afterwards", async () => {
    const stream = breaking("EPIPE");
    const sink = new Sink(stream);
    sink.writeNow("note");
    await sink.release();
    expect(stream.listeners).toHaveLength(0);
  });
});
