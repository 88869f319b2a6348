// Reads the arguments of a command by a table of its flags. Invariant: whatever is not understood is
// refused, never ignored, and every refusal names the flag, what is near and where help is.

import { MyelinError, ValidationError } from "../errors.js";
import { nearestNames } from "../util/nearest.js";

/** What a flag takes. */
export interface FlagKind {
  /** What the value is called in messages; absent: a switch without value. */
  readonly value?: string;
  /** May be given several times. */
  readonly many?: true;
  /** The only values there are. */
  readonly words?: readonly string[];
}
export type FlagTable = Readonly<Record<string, FlagKind>>;

/** What a command takes. */
export interface FlagRules<T extends FlagTable> {
  readonly flags: T;
  /** What the arguments are called that are no flags; each has to be given unless it is optional. */
  readonly places: readonly { readonly name: string; readonly isOptional?: true }[];
  /** A sentence that says where help is. */
  readonly hint: string;
}

type WordOf<K extends FlagKind> = K extends { readonly words: readonly (infer W)[] } ? W : string;

const wrongUseCode = "wrong-flag";

/** Throws the error for arguments that cannot be meant. */
export function wrongUse(
  where: string,
  problem: string,
  more: { readonly got?: unknown; readonly allowed?: string; readonly hint?: string } = {},
): never {
  throw new ValidationError({ code: wrongUseCode, where, problem, ...more });
}

/** Whether an error is about the arguments of a command, as against what it did. */
export const isWrongUse = (error: unknown): error is MyelinError =>
  error instanceof MyelinError && error.code === wrongUseCode;

/** The arguments of a command, each as it was given. */
export class Flags<T extends FlagTable> {
  readonly #given: ReadonlyMap<string, readonly string[]>;
  /** Arguments that are no flags, in their order. */
  readonly places: readonly string[];

  constructor(given: ReadonlyMap<string, readonly string[]>, places: readonly string[]) {
    this.#given = given;
    this.places = places;
  }

  has(flag: keyof T & string): boolean {
    return this.#given.has(flag);
  }

  /** The value of a flag; undefined where it is not given. */
  one<F extends keyof T & string>(flag: F): WordOf<T[F]> | undefined {
    // Words were checked against the table when they were read.
    return this.#given.get(flag)?.at(-1) as WordOf<T[F]> | undefined;
  }

  /** All values of a flag that may be given several times. */
  all(flag: keyof T & string): readonly string[] {
    return this.#given.get(flag) ?? [];
  }
}

/** Reads arguments; `"help"` where help is asked for. `--flag=value` is the same as `--flag value`. */
export function readArguments<T extends FlagTable>(
  args: readonly string[],
  rules: FlagRules<T>,
): Flags<T> | "help" {
  const given = new Map<string, string[]>();
  const places: string[] = [];
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  if (args.slice(0, end).some((each) => each === "--help" || each === "-h")) return "help";
  for (let i = 0; i < args.length; i += 1) {
    const argument = args[i]!;
    if (i === end) continue;
    if (i > end || argument === "-" || !argument.startsWith("-")) {
      if (places.length === rules.places.length) refuseExtra(argument, rules);
      places.push(argument);
      continue;
    }
    const [flag, attached] = splitFlag(argument);
    const kind = kindOf(flag, rules);
    const before = given.get(flag);
    if (before !== undefined && kind.many !== true) {
      wrongUse(flag, "is given twice", { hint: rules.hint });
    }
    const next = (): string | undefined => (i + 1 < end ? args[(i += 1)] : undefined);
    const value = valueOf(flag, kind, { attached, next, hint: rules.hint });
    if (before === undefined) given.set(flag, [value]);
    else before.push(value);
  }
  const missing = rules.places.slice(places.length).find(({ isOptional }) => isOptional !== true);
  if (missing !== undefined) wrongUse(missing.name, "is missing", { hint: rules.hint });
  return new Flags(given, places);
}

/** Only `--flag=value` has a value in it. */
function splitFlag(argument: string): [flag: string, value?: string] {
  const at = argument.startsWith("--") ? argument.indexOf("=") : -1;
  return at < 0 ? [argument] : [argument.slice(0, at), argument.slice(at + 1)];
}

function refuseExtra(argument: string, { places, hint }: FlagRules<FlagTable>): never {
  const problem = places.length === 0 ? "not a flag" : "one argument too many";
  wrongUse(argument, problem, {
    allowed: places.map(({ name }) => name).join(" ") || "flags only",
    hint,
  });
}

function kindOf(flag: string, { flags, hint }: FlagRules<FlagTable>): FlagKind {
  if (Object.hasOwn(flags, flag)) return flags[flag]!;
  const known = [...Object.keys(flags), "--help"];
  const near = nearestNames(flag, known);
  const allowed = near.length > 0 ? near.join(" or ") : known.join(", ");
  wrongUse(flag, "unknown flag", { got: flag, allowed, hint });
}

interface GivenValue {
  /** What stands behind "=". */
  readonly attached: string | undefined;
  /** Takes the next argument. */
  readonly next: () => string | undefined;
  readonly hint: string;
}

function valueOf(flag: string, kind: FlagKind, { attached, next, hint }: GivenValue): string {
  if (kind.value === undefined) {
    if (attached !== undefined) wrongUse(flag, "takes no value", { got: attached, hint });
    return "";
  }
  const value = attached ?? next();
  // What looks like a flag is one: a forgotten value must not swallow it.
  if (value === undefined || value === "" || (attached === undefined && value.startsWith("--"))) {
    wrongUse(flag, "needs a value", { allowed: kind.words?.join(", ") ?? kind.value, hint });
  }
  if (kind.words !== undefined && !kind.words.includes(value)) {
    wrongUse(flag, "unknown value", { got: value, allowed: kind.words.join(", "), hint });
  }
  return value;
}

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** A finite number as people write it; undefined for anything else. */
export function parseNumber(text: string): number | undefined {
  if (!decimal.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}
