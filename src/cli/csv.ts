// Tables as comma-separated text: a head of names, then rows of numbers. Reads what RFC 4180
// describes, and writes it. Invariant: every fault is reported with its line and column of the table,
// counted from 1; a cell is never guessed.

import { LoadError, MemoryLimitError, show } from "../errors.js";
import { parseNumber } from "./flags.js";
import { showNumber } from "./text.js";

/** A table of numbers, row by row. */
export interface NumberTable {
  readonly columns: readonly string[];
  readonly rows: number;
  readonly values: Float64Array;
}

/** Half a GiB of numbers. */
const mostNumbers = 2 ** 26;
const firstNumbers = 1024;

interface Place {
  readonly line: number;
  /** Number of the cell in its line. */
  readonly column: number;
}
interface Cell extends Place {
  readonly text: string;
  readonly isQuoted: boolean;
}

/** Goes through the text cell by cell. */
class Reader {
  readonly #text: string;
  readonly #file: string;
  #at = 0;
  #line = 1;

  constructor(text: string, file: string) {
    this.#text = text;
    this.#file = file;
  }

  refuse(problem: string, { line, column }: Place, more: object = {}): never {
    const where = `${this.#file}: line ${line}, column ${column}`;
    throw new LoadError({ code: "bad-table", where, problem, ...more });
  }

  /** Whether only empty lines are left. */
  isAtEnd(): boolean {
    for (let i = this.#at; i < this.#text.length; i++) {
      const character = this.#text[i];
      if (character !== "\n" && character !== "\r") return false;
    }
    return true;
  }

  /** Number of the line that comes next. */
  get nextLine(): number {
    return this.#line;
  }

  /** Hands the cells of one line to `take`; gives back how many there are. */
  line(take: (cell: Cell) => void): number {
    for (let column = 1; ; column++) {
      const place = { line: this.#line, column };
      const isQuoted = this.#text[this.#at] === '"';
      const text = isQuoted ? this.#quoted(place) : this.#plain(place);
      take({ text, isQuoted, ...place });
      const next = this.#text[this.#at];
      this.#at += 1;
      if (next === ",") continue;
      if (next === "\r" && this.#text[this.#at] === "\n") this.#at += 1;
      this.#line += 1;
      return column;
    }
  }

  #plain(place: Place): string {
    const start = this.#at;
    for (; this.#at < this.#text.length; this.#at++) {
      const character = this.#text[this.#at]!;
      if (character === "," || character === "\n" || character === "\r") break;
      if (character === '"') this.refuse("a quote inside a cell without quotes", place);
    }
    return this.#text.slice(start, this.#at);
  }

  /** A quote inside is written twice. */
  #quoted(place: Place): string {
    let text = "";
    for (let start = this.#at + 1; ;) {
      const end = this.#text.indexOf('"', start);
      if (end < 0) this.refuse("a quote is never closed", place);
      text += this.#text.slice(start, end);
      this.#at = end + 1;
      const next = this.#text[this.#at];
      if (next === undefined || next === "," || next === "\n" || next === "\r") break;
      if (next !== '"') this.refuse("text after a closing quote", place);
      text += '"';
      start = this.#at + 1;
    }
    // A name in quotes may reach over several lines.
    this.#line += text.split("\n").length - 1;
    return text;
  }
}

function readHead(reader: Reader): readonly string[] {
  const columns: string[] = [];
  const seen = new Set<string>();
  reader.line((cell) => {
    const name = cell.isQuoted ? cell.text : cell.text.trim();
    if (name === "") {
      reader.refuse("a column has no name", cell, { hint: "The first line names the inputs." });
    }
    if (seen.has(name)) reader.refuse("two columns have one name", cell, { got: name });
    seen.add(name);
    columns.push(name);
  });
  return columns;
}

/** Reads a table; `file` is its name in errors. */
export function parseTable(text: string, file: string): NumberTable {
  const reader: Reader = new Reader(text, file);
  if (reader.isAtEnd()) {
    reader.refuse("the table is empty", { line: 1, column: 1 }, { allowed: "a line of names" });
  }
  const columns = readHead(reader);
  const allowed = `${columns.length}, one for each name in the first line`;
  let values = new Float64Array(firstNumbers);
  let used = 0;
  let rows = 0;
  const take = (cell: Cell): void => {
    if (cell.column > columns.length) {
      reader.refuse("the line has too many cells", cell, { allowed });
    }
    const value = parseNumber(cell.text.trim());
    if (value === undefined) {
      reader.refuse(`the value of ${show(columns[cell.column - 1])} is not a number`, cell, {
        got: cell.text,
        allowed: "finite numbers such as 0.5 or 1e-3",
        ...(/[;\t]/.test(cell.text) && { hint: "Commas separate cells." }),
      });
    }
    if (used === values.length) values = grow(values, file);
    values[used++] = value;
  };
  while (!reader.isAtEnd()) {
    const line = reader.nextLine;
    const cells = reader.line(take);
    if (cells < columns.length) {
      reader.refuse("the line has too few cells", { line, column: cells }, { got: cells, allowed });
    }
    rows += 1;
  }
  return { columns, rows, values: values.subarray(0, used) };
}

function grow(values: Float64Array, file: string): Float64Array<ArrayBuffer> {
  if (values.length >= mostNumbers) {
    throw new MemoryLimitError({
      code: "table-too-large",
      where: file,
      problem: "the table has too many numbers",
      allowed: `at most ${mostNumbers}`,
    });
  }
  const more = new Float64Array(2 * values.length);
  more.set(values);
  return more;
}

const needsQuotes = /[",\r\n]|^\s|\s$/;

/** One cell; numbers need no quotes. */
export const csvCell = (value: string | number): string => {
  if (typeof value === "number") return showNumber(value);
  return needsQuotes.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
};

/** One line. */
export const csvLine = (cells: readonly (string | number)[]): string =>
  `${cells.map(csvCell).join(",")}\n`;
