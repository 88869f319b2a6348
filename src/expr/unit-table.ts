// The names of units: base units, prefixes and what each combination stands for. Invariant: every
// unit is a power of ten of SI units, so that conversions are shifts of the decimal point.

/** Exponents of the five base quantities; halves occur (noise per square root of time). */
export interface Dimension {
  readonly time: number;
  readonly voltage: number;
  readonly current: number;
  readonly length: number;
  readonly amount: number;
}

/** One unit is 10^exponent of the SI unit of its dimension (V, A, s, m, mol). */
export interface UnitEntry {
  readonly dimension: Dimension;
  readonly exponent: number;
}

const dimension = (part: Partial<Dimension>): Dimension => ({
  time: 0,
  voltage: 0,
  current: 0,
  length: 0,
  amount: 0,
  ...part,
});

/** The dimension of a plain number. */
export const dimensionless: Dimension = dimension({});

interface BaseUnit extends UnitEntry {
  readonly symbols: readonly string[];
  readonly words: readonly string[];
}

const unit = (
  symbols: readonly string[],
  words: readonly string[],
  part: Partial<Dimension>,
  exponent = 0,
): BaseUnit => ({ symbols, words, dimension: dimension(part), exponent });

const metre = unit(["m"], ["meter", "metre"], { length: 1 });

const baseUnits: readonly BaseUnit[] = [
  unit(["V"], ["volt"], { voltage: 1 }),
  unit(["A"], ["amp", "ampere"], { current: 1 }),
  unit(["S"], ["siemens"], { current: 1, voltage: -1 }),
  unit(["F"], ["farad"], { current: 1, time: 1, voltage: -1 }),
  unit(["s"], ["second"], { time: 1 }),
  unit(["Ohm"], ["ohm"], { voltage: 1, current: -1 }),
  unit(["Hz", "hz"], ["hertz"], { time: -1 }),
  unit([], ["coulomb"], { current: 1, time: 1 }),
  metre,
  unit(["mol"], ["mole"], { amount: 1 }),
  unit(["M"], ["molar"], { amount: 1, length: -3 }, 3),
  unit(["rad"], ["radian"], {}),
];

/** Symbol, word and power of ten of each prefix. */
const prefixes: readonly (readonly [string, string, number])[] = [
  ["f", "femto", -15],
  ["p", "pico", -12],
  ["n", "nano", -9],
  ["u", "micro", -6],
  ["m", "milli", -3],
  ["k", "kilo", 3],
  ["M", "mega", 6],
  ["G", "giga", 9],
];
/** Only metres have hundredths: elsewhere the letter is too common in names. */
const centi = ["c", "centi", -2] as const;

function buildTable(): ReadonlyMap<string, UnitEntry> {
  const table = new Map<string, UnitEntry>();
  const add = (name: string, { dimension: of, exponent }: BaseUnit, power: number) => {
    if (!table.has(name)) table.set(name, { dimension: of, exponent: exponent + power });
  };
  for (const base of baseUnits) {
    for (const name of [...base.symbols, ...base.words]) add(name, base, 0);
  }
  for (const base of baseUnits) {
    const usable = base === metre ? [...prefixes, centi] : prefixes;
    for (const [symbol, word, power] of usable) {
      for (const name of [...base.symbols, ...base.words]) add(symbol + name, base, power);
      for (const name of base.words) add(word + name, base, power);
    }
  }
  return table;
}

const table = buildTable();

/** What a unit's name stands for; undefined where it is not a unit. */
export function findUnit(name: string): UnitEntry | undefined {
  return table.get(name);
}

/** Whether a name directly after a number is read as its unit. */
export function isUnitName(name: string): boolean {
  return table.has(name);
}

/**
 * Whether a name is read as a unit without a number before it. Single letters are not: `V`, `s` or
 * `m` that nobody declared is a mistake.
 */
export function isBareUnitName(name: string): boolean {
  return name.length > 1 && table.has(name);
}

/** All names of units, plain ones first. */
export function allUnitNames(): Iterable<string> {
  return table.keys();
}
