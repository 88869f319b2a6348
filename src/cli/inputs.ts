// The inputs of a run from files and flags. Invariant: every element of the input vector is given at
// most once, and names that the network does not have are refused with the nearest known.

import { LoadError, MyelinError } from "../errors.js";
import type { Port } from "../ir/program.js";
import type { RunInput } from "../runtime/inputs.js";
import { suggest } from "../runtime/checks.js";
import { parseTable } from "./csv.js";
import type { NumberTable } from "./csv.js";
import { decodeText, readBytes } from "./files.js";
import { parseNumber, wrongUse } from "./flags.js";

/** What --input named, once it is read. */
export type InputFile =
  | { readonly kind: "table"; readonly name: string; readonly table: NumberTable }
  | { readonly kind: "data"; readonly name: string; readonly data: unknown };

/** One --constant. */
export interface Constant {
  /** As it was given. */
  readonly text: string;
  /** Absent: all inputs. */
  readonly name?: string;
  readonly value: number;
}

/** Reads the file of --input; its ending says what it is. */
export function readInputFile(path: string, name: string): InputFile {
  const text = decodeText(readBytes(path), name);
  if (/\.csv$/i.test(name)) return { kind: "table", name, table: parseTable(text, name) };
  try {
    return { kind: "data", name, data: JSON.parse(text) as unknown };
  } catch (cause) {
    const problem = `is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new LoadError({ code: "bad-json", where: name, problem, cause });
  }
}

/** `name=value` or `value`; a name may hold "=", a value cannot. */
export function parseConstant(text: string): Constant {
  const at = text.lastIndexOf("=");
  const value = parseNumber(text.slice(at + 1).trim());
  if (value === undefined || at === 0) {
    wrongUse("--constant", "is not understood", {
      got: text,
      allowed: "a number, or a name, = and a number, such as drive=0.5",
    });
  }
  return at < 0 ? { text, value } : { text, name: text.slice(0, at), value };
}

/** The part of the input vector that a name stands for: `name`, or `name[i]` for one element. */
export function findElements(
  name: string,
  ports: readonly Port[],
): { readonly offset: number; readonly count: number; readonly port: Port } | undefined {
  const whole = ports.find((port) => port.name === name);
  if (whole !== undefined) return { offset: whole.offset, count: whole.size, port: whole };
  const [, base, digits] = /^([\s\S]+)\[(0|[1-9]\d{0,9})\]$/.exec(name) ?? [];
  const port = ports.find((each) => each.name === base);
  const index = Number(digits);
  if (port === undefined || index >= port.size) return undefined;
  return { offset: port.offset + index, count: 1, port };
}

/** What to say of a name that no input has. */
function suggestInput(name: string, ports: readonly Port[]): string {
  const port = ports.find((each) => name.startsWith(`${each.name}[`));
  if (port !== undefined) return `${port.name} has the elements 0 to ${port.size - 1}.`;
  return suggest(
    name,
    ports.map((each) => each.name),
  );
}

/** Which elements of the input vector are given so far. */
class Coverage {
  readonly #isGiven: Uint8Array;

  constructor(size: number) {
    this.#isGiven = new Uint8Array(size);
  }

  /** Marks elements; false where one was given before. */
  claim(offset: number, count: number): boolean {
    for (let i = offset; i < offset + count; i++) {
      if (this.#isGiven[i] === 1) return false;
      this.#isGiven[i] = 1;
    }
    return true;
  }
}

interface Held {
  readonly vector: Float64Array;
  /** Names of the inputs that have a value. */
  readonly names: ReadonlySet<string>;
}

function holdConstants(
  constants: readonly Constant[],
  ports: readonly Port[],
  coverage: Coverage,
): Held {
  const size = ports.reduce((sum, port) => sum + port.size, 0);
  const vector = new Float64Array(size);
  const names = new Set<string>();
  for (const { text, name, value } of constants) {
    if (name === undefined && size === 0) wrongUse("--constant", "the network has no input");
    const found = name === undefined ? undefined : findElements(name, ports);
    if (name !== undefined && found === undefined) {
      const hint = suggestInput(name, ports);
      wrongUse("--constant", "there is no such input", { got: name, hint });
    }
    const { offset, count } = found ?? { offset: 0, count: size };
    if (!coverage.claim(offset, count)) {
      wrongUse("--constant", "gives an input that is given already", { got: text });
    }
    vector.fill(value, offset, offset + count);
    for (const port of found === undefined ? ports : [found.port]) names.add(port.name);
  }
  return { vector, names };
}

/** Fills the input vector of each step from the rows of a table; what it lacks is held. */
function fromTable(
  { columns, values }: NumberTable,
  name: string,
  { ports, coverage, held }: { ports: readonly Port[]; coverage: Coverage; held: Float64Array },
): RunInput {
  const places = columns.map((column, i) => {
    const where = `${name}: line 1, column ${i + 1}`;
    const found = findElements(column, ports);
    if (found === undefined) {
      throw new LoadError({
        code: "unknown-input",
        where,
        problem: "there is no such input",
        got: column,
        hint:
          parseNumber(column) === undefined
            ? suggestInput(column, ports)
            : "The first line of a table names the inputs.",
      });
    }
    if (!coverage.claim(found.offset, found.count)) {
      throw new LoadError({
        code: "given-twice",
        where,
        problem: "this input is given already, by another column or by --constant",
        got: column,
      });
    }
    return found;
  });
  return (_step, x, index) => {
    x.set(held);
    for (let i = 0; i < places.length; i++) {
      const { offset, count } = places[i]!;
      const value = values[index * places.length + i]!;
      for (let k = offset; k < offset + count; k++) x[k] = value;
    }
  };
}

/** As the run sees it: beside other keys, one that is the name of an input means that. */
const isNamed = (
  data: unknown,
  ports: readonly Port[],
): data is Readonly<Record<string, unknown>> =>
  typeof data === "object" &&
  data !== null &&
  !Array.isArray(data) &&
  ["series", "events"].every(
    (key) =>
      !Object.hasOwn(data, key) ||
      (Object.keys(data).length > 1 && ports.some(({ name }) => name === key)),
  );

/** Constants beside inputs by name: an input is in one of the two. */
function joinConstants(data: unknown, file: string, held: Held, ports: readonly Port[]): RunInput {
  if (held.names.size === 0) return data as RunInput;
  if (!isNamed(data, ports)) {
    wrongUse("--constant", `cannot be added to ${file}, which does not give inputs by name`, {
      allowed: 'together with { "name": ... } or a CSV file',
    });
  }
  const joined = new Map(Object.entries(data));
  for (const { name, offset, size } of ports) {
    if (!held.names.has(name)) continue;
    if (joined.has(name)) {
      wrongUse("--constant", `gives an input that ${file} gives already`, { got: name });
    }
    joined.set(name, held.vector.slice(offset, offset + size));
  }
  return Object.fromEntries(joined) as RunInput;
}

/** What a network says of its inputs. */
export interface InputPlan {
  /** Absent: nothing is given. */
  readonly input?: RunInput;
}

/** Puts together what the file and the constants give, for the inputs of a network. */
export function planInputs(
  ports: readonly Port[],
  file: InputFile | undefined,
  constants: readonly Constant[],
): InputPlan {
  const size = ports.reduce((sum, port) => sum + port.size, 0);
  const coverage = new Coverage(size);
  const held = holdConstants(constants, ports, coverage);
  if (file?.kind === "table") {
    return { input: fromTable(file.table, file.name, { ports, coverage, held: held.vector }) };
  }
  if (file !== undefined) return { input: joinConstants(file.data, file.name, held, ports) };
  return constants.length === 0 ? {} : { input: held.vector };
}

/** The same error with the file's name where the run says `run.input`. */
export function nameInput(error: unknown, file: InputFile | undefined): unknown {
  if (!(error instanceof MyelinError) || file === undefined) return error;
  if (!/^run\.input\b/.test(error.where)) return error;
  const where = `${file.name} ${error.where.slice("run.input".length)}`.trim();
  return new LoadError({ ...error.details, where });
}
