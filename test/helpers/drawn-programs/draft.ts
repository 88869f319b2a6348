// A Program under construction, drawn from a seed: arrays of every kind that an operand may mean, at
// offsets, with repeats, periods and lags. Invariant: everything drawn here is what the verifier allows.

import { array, body, read, write } from "../../../src/ir/build.js";
import type {
  ArraySpec,
  Domain,
  MapOp,
  Op,
  Operand,
  Precision,
  Program,
} from "../../../src/ir/program.js";
import { verify } from "../../../src/ir/verify.js";
import { renumberVersions } from "../../../src/lower/support/rewire.js";
import { Dice } from "../random-program.js";

export interface DraftOptions {
  readonly seed: number;
  readonly precision: Precision;
  readonly batch: number;
  /** How likely an operand is as simple as most are, and so fit for the fast ways of a backend. */
  readonly plainness?: number | undefined;
}

/** A number that no state may be without: what is not finite or too large becomes a bound. */
export const tame = (symbol: string): string => `${symbol} > -100 ? min(${symbol}, 100) : -100`;

/** Makes an array of so many elements and gives its name. */
type Maker = (draft: Draft, length: number) => string;

const makers = {
  input: (draft, length) => draft.array({ role: "input", length }),
  state: (draft, length) => draft.array({ length, initial: draft.dice.values(length, -3, 3) }),
  parameter: (draft, length) =>
    draft.array({
      role: "parameter",
      length,
      initial: draft.dice.values(length, -2, 2),
      perCopy: draft.dice.chance(0.3),
    }),
  filled: (draft, length) =>
    draft.array({ role: "parameter", length, initial: draft.pick([0, -0, 1, -0.5, 1e-3]) }),
  tunable: (draft, length) =>
    draft.array({
      role: "tunable",
      length,
      initial: draft.dice.values(length, -2, 2),
      perCopy: draft.dice.chance(0.3),
    }),
  derived(draft, length) {
    const initial = draft.dice.values(length, -2, 2);
    const from = draft.array({ role: "tunable", length, initial });
    const into = draft.array({ role: "derived", length });
    draft.setup.push({
      ...{ kind: "map", id: `map${draft.nextNumber()}`, phase: "setup", count: length },
      reads: [read("a", `${from}@0`)],
      body: body("b = exp(0.3 * a) - 1"),
      writes: [write("b", `${into}@1`)],
    });
    return into;
  },
  whole: (draft, length) =>
    draft.array({ role: "parameter", type: "int", length, initial: draft.integers(length) }),
  wholeState: (draft, length) =>
    draft.array({ type: "int", length, initial: draft.integers(length) }),
  ring(draft, length) {
    const from = draft.array({ role: "input", length });
    const tamed = draft.array({ role: "scratch", length });
    const slots = 1 + draft.dice.below(10);
    const initial = draft.dice.values(draft.dice.chance(0.5) ? length * slots : length, -1, 1);
    const into = draft.array({ length, slots, initial });
    draft.op({
      ...{ kind: "map", count: length, reads: [read("x", `${from}@0`)] },
      body: body(`y = ${tame("x")}`),
      writes: [write("y", `${tamed}@0`)],
    });
    const ends = { from: { array: tamed, version: 0 }, into: { array: into, version: 0 } };
    draft.op({ kind: "ring", ...ends });
    return into;
  },
} as const satisfies Record<string, Maker>;

const kinds = Object.keys(makers) as (keyof typeof makers)[];
/** What the fast ways of a backend are made for. */
const plainKinds: readonly (keyof typeof makers)[] = [
  ...(["input", "state", "parameter", "tunable", "input", "state", "parameter", "ring"] as const),
];

/** What an operand runs over, and how many edges there are to have lags. */
export interface Extent {
  readonly at: Domain;
  readonly size: number;
  readonly edges?: number | undefined;
}

export class Draft {
  readonly dice: Dice;
  readonly options: DraftOptions;
  readonly setup: MapOp[] = [];
  readonly ops: Op[] = [];
  readonly plainness: number;
  readonly #arrays: ArraySpec[] = [];
  #numbers = 0;

  constructor(options: DraftOptions) {
    this.options = options;
    this.dice = new Dice(options.seed);
    this.plainness = options.plainness ?? this.pick([1, 0.8, 0.3]);
  }

  pick<T>(list: readonly T[]): T {
    return list[this.dice.below(list.length)]!;
  }

  integers(count: number): Int32Array {
    return Int32Array.from({ length: count }, () => this.dice.below(9) - 4);
  }

  nextNumber(): number {
    return this.#numbers++;
  }

  array(spec: Partial<ArraySpec>): string {
    const name = `${spec.type ?? "real"}${this.nextNumber()}`;
    this.#arrays.push(array({ ...spec, name }));
    return name;
  }

  index(initial: Int32Array, role: "index" | "parameter" = "index"): string {
    return this.array({ role, type: "int", length: initial.length, initial });
  }

  spec(name: string): ArraySpec {
    return this.#arrays.find((each) => each.name === name)!;
  }

  op(op: object): string {
    const id = `${(op as { readonly kind: string }).kind}${this.nextNumber()}`;
    this.ops.push({ phase: "step", ...op, id } as Op);
    return id;
  }

  /** Lags below `slots`, one for each edge and perhaps more. */
  lags(edges: number, slots: number): string {
    const length = edges + this.pick([0, 0, 2]);
    const initial = Int32Array.from({ length }, () => this.dice.below(slots));
    return this.index(initial, this.pick(["index", "parameter"]));
  }

  /** After how many elements an operand begins again: never, or near the end, or anywhere. */
  #drawPeriod(size: number, repeat: number): number {
    if (this.dice.chance(0.4)) return Infinity;
    const whole = Math.ceil(size / repeat);
    return this.dice.chance(0.4)
      ? Math.max(1, whole - 1 + this.dice.below(3))
      : 1 + this.dice.below(9);
  }

  /** An operand on an array of its own. */
  operand(symbol: string, { at, size, edges }: Extent): Operand {
    const { dice } = this;
    const isSingle = at === "one";
    const isPlain = dice.chance(this.plainness);
    const repeat = isPlain || isSingle ? 1 : this.pick([1, 1, 1, 2, 3, 4, 5, 8]);
    const period = isPlain || isSingle ? Infinity : this.#drawPeriod(size, repeat);
    const reach = size === 0 ? 0 : Math.min(Math.floor((size - 1) / repeat), period - 1) + 1;
    const offset = this.pick([0, 0, 1, 2, 3, 5]);
    const length = offset + (isSingle ? 1 : reach) + this.pick([0, 0, 1, 3]);
    const made = makers[this.pick(isPlain ? plainKinds : kinds)](this, length);
    const { slots } = this.spec(made);
    const hasLags = slots !== undefined && edges !== undefined && dice.chance(0.4);
    const fixed = slots === undefined || dice.chance(0.3) ? undefined : dice.below(slots);
    const lag = hasLags ? this.lags(edges, slots) : fixed;
    return read(symbol, `${made}@0`, at, {
      ...(offset > 0 && { offset }),
      ...(repeat > 1 && { repeat }),
      ...(Number.isFinite(period) && { period }),
      ...(lag !== undefined && { lag }),
    });
  }

  program(name: string): Program {
    const { precision, batch, seed } = this.options;
    const program = renumberVersions({
      ...{ format: 1, name, dt: 0.3, precision, order: "custom", seed, batch },
      arrays: this.#arrays,
      setup: this.setup,
      ops: this.ops,
      ...{ inputs: [], outputs: [], names: [] },
    });
    verify(program);
    return program;
  }
}
