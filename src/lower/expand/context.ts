// What expansion collects: arrays, named values and ops that have a phase but no versions yet.
// Invariant: array names are unique; parts keep the order in which they were added.

import type { Assignment } from "../../expr/ast.js";
import type {
  ArraySpec,
  Emit,
  Initial,
  Layout,
  MapOp,
  Named,
  Operand,
  Port,
  Precision,
  SpikeRef,
  Write,
} from "../../ir/program.js";
import type { OperandExtra } from "../../ir/records.js";
import { repeatedPaths } from "../../ir/names.js";
import { product } from "../../util/product.js";
import type { OrderName, Phase } from "../orders.js";
import type { Members, PooledNetwork } from "../pool/pooled.js";
import { UniqueNames } from "../support/unique-names.js";

/** A write before the schedule has given it a version; operands have version 0 until then. */
export type DraftWrite = Omit<Write, "version">;
type DraftSpikes = Omit<SpikeRef, "version">;

interface DraftBody {
  readonly reads: readonly Operand[];
  readonly body: readonly Assignment[];
  readonly writes: readonly DraftWrite[];
}
/** Ops as expansion makes them; `schedule` turns each into an op of the Program. */
export type DraftOp =
  | ({
      readonly kind: "map";
      readonly count: number;
      readonly emit?: Omit<Emit, "version">;
    } & DraftBody)
  | ({ readonly kind: "gather"; readonly layout: Layout } & DraftBody)
  | ({
      readonly kind: "deliver";
      readonly spikes: DraftSpikes;
      readonly layout: Layout;
    } & DraftBody)
  | ({
      readonly kind: "edges";
      readonly trigger:
        | { readonly on: "target"; readonly spikes: DraftSpikes }
        | { readonly on: "every"; readonly steps: number };
      readonly layout: Layout;
    } & DraftBody)
  | { readonly kind: "ring"; readonly from: string; readonly into: string }
  | {
      readonly kind: "io";
      readonly into: string;
      readonly pieces: readonly {
        readonly array: string;
        readonly offset: number;
        readonly count: number;
        readonly position: number;
      }[];
    }
  | { readonly kind: "record" };

export interface Part {
  readonly phase: Phase;
  readonly op: DraftOp;
  readonly origin: string;
  /** How many parts it would be without pools; absent: 1. */
  readonly merged?: number;
  /** Parts of one phase that share this object are brought together. */
  readonly kind?: object;
}

/** Where one summed input of a population is collected. Absent sums are never read. */
export interface InputSums {
  /** Sum of currents. */
  readonly current?: string;
  /** Sum of conductance * reversal, and of conductance. */
  readonly drive?: string;
  readonly conductance?: string;
}

/** What the ops of other populations and connections need to know of a population. */
export interface PopulationArrays {
  readonly path: string;
  readonly size: number;
  /** States by symbol, parameters by symbol. */
  readonly states: ReadonlyMap<string, string>;
  readonly parameters: ReadonlyMap<string, ParameterArray>;
  readonly sums: ReadonlyMap<string, InputSums>;
  readonly spikes?: string;
  readonly spiked?: string;
  /** The ring of past spike lists, when any of its connections has a delay. */
  readonly ring?: string;
}
/** What a name means: a fixed number, or elements of an array. */
export type Binding =
  | { readonly kind: "literal"; readonly value: number }
  | {
      readonly kind: "operand";
      readonly array: string;
      /** 0: what comes before an op is not known yet. */
      readonly version: number;
      readonly at: Operand["at"];
      readonly extra: OperandExtra | undefined;
    };
/** A parameter as ops read it: a literal known for good, or an array with one element or many. */
export type ParameterArray =
  | { readonly kind: "literal"; readonly value: number }
  | {
      readonly kind: "array";
      readonly array: string;
      /** The one element, where there is one. */
      readonly single: Binding | undefined;
    };

export interface ExpandOptions {
  readonly dt: number;
  readonly precision: Precision;
  readonly order: OrderName;
  readonly tunable: ReadonlySet<string>;
  readonly perCopy: ReadonlySet<string>;
}

export interface NewArray {
  readonly name: string;
  readonly type?: ArraySpec["type"];
  readonly role: ArraySpec["role"];
  readonly length: number;
  readonly initial?: Initial;
  readonly slots?: number;
  readonly unit?: string;
  readonly origin: string;
  readonly perCopy?: boolean;
}

/** What has values with names: something of the user's, or a pool of such. */
export interface Owner {
  readonly name: string;
  readonly members?: Members;
}

interface Tuning {
  readonly isTunable: boolean;
  readonly isPerCopy: boolean;
}

/** A value before it has names. */
type Unnamed = Pick<Named, "array" | "kind" | "unit" | "values">;

/** How a value is shown; `number`: of a pool, each is one number. */
interface Shown {
  readonly shape: readonly number[];
  readonly each?: "number";
}

const copiedRoles: ReadonlySet<string> = new Set(["state", "scratch", "input", "output"]);

/** The growing result of expansion. */
export class ExpandContext {
  readonly arrays: ArraySpec[] = [];
  readonly setup: MapOp[] = [];
  readonly parts: Part[] = [];
  readonly names: Named[] = [];
  readonly inputs: Port[] = [];
  readonly outputs: Port[] = [];
  readonly warnings: string[] = [];
  readonly populations: PopulationArrays[] = [];
  /** Tunable and per-copy names that were found, to refuse the others. */
  readonly found = new Set<string>();
  readonly #byName = new Map<string, ArraySpec>();
  #tabled = 0;
  #rank: number | undefined;
  #collides = false;
  readonly #arrayNames = new UniqueNames();
  readonly #paths = new UniqueNames();

  constructor(
    readonly network: PooledNetwork,
    readonly options: ExpandOptions,
  ) {}

  /** Adds an array and gives back its name, made unique by a number where two would be equal. */
  addArray(spec: NewArray): string {
    const name = this.#arrayNames.take(spec.name);
    const added: { -readonly [K in keyof ArraySpec]: ArraySpec[K] } = {
      name,
      type: spec.type ?? "real",
      role: spec.role,
      length: spec.length,
      initial: spec.initial ?? 0,
      perCopy: spec.perCopy ?? copiedRoles.has(spec.role),
      origin: spec.origin,
    };
    // Networks of single neurons have thousands of arrays, and spreading optional fields is slow.
    if (spec.slots !== undefined) added.slots = spec.slots;
    if (spec.unit !== undefined) added.unit = spec.unit;
    this.arrays.push(added);
    return name;
  }

  /** An array that was added before; few are asked for, so that they get a table only then. */
  #find(name: string): ArraySpec {
    for (; this.#tabled < this.arrays.length; this.#tabled += 1) {
      const spec = this.arrays[this.#tabled]!;
      this.#byName.set(spec.name, spec);
    }
    return this.#byName.get(name)!;
  }

  /** Initial values of an array that was added before. */
  initialOf(name: string): number | Float64Array {
    return this.#find(name).initial as number | Float64Array;
  }

  /** True where each copy of a batch has its own values of an array that was added before. */
  isPerCopy(name: string): boolean {
    return this.#find(name).perCopy;
  }

  addPart(phase: Phase, owner: Owner, op: DraftOp, kind?: object): void {
    const { name: origin, members } = owner;
    const part: { -readonly [K in keyof Part]: Part[K] } = { phase, origin, op };
    if (kind !== undefined) part.kind = kind;
    if (members !== undefined) part.merged = members.names.length;
    this.parts.push(part);
  }

  /** Where the names that come next stand among all; undefined: behind those that are there. */
  goTo(rank: number | undefined): void {
    this.#rank = rank;
  }

  /** A second value of one path gets a number. */
  #pathFor(wanted: string): string {
    const path = this.#paths.take(wanted);
    if (path !== wanted) this.#collides = true;
    return path;
  }

  /** Makes an array reachable by name; that of a pool element by element, by the names of its members. */
  addNames({ name, members }: Owner, symbol: string, value: Unnamed, show: Shown): void {
    const { shape } = show;
    const path = this.#pathFor(`${name}.${symbol}`);
    const rank = this.#rank;
    const place = { ...value, offset: 0, count: product(shape), shape };
    if (members === undefined) {
      return void this.names.push({ path, ...place, ...(rank !== undefined && { rank }) });
    }
    const { names, ranks, shapes } = members;
    const shown = show.each === "number" ? {} : { shapes };
    this.names.push({ ...place, members: { symbol, names, ranks, ...shown } });
  }

  /** Whether a parameter may be written between steps, and differs between the copies of a batch. */
  tuningOf({ name, members }: Owner, publicName: string): Tuning {
    const { tunable, perCopy } = this.options;
    if (tunable.size + perCopy.size === 0) return { isTunable: false, isPerCopy: false };
    const paths = (members?.names ?? [name]).map((each) => `${each}.${publicName}`);
    // The members of a pool agree.
    const isPerCopy = perCopy.has(paths[0]!);
    const isTunable = isPerCopy || tunable.has(paths[0]!);
    if (isTunable) for (const path of paths) this.found.add(path);
    return { isTunable, isPerCopy };
  }

  /** Whether no two things wanted one name. */
  get hasOwnNames(): boolean {
    return !this.#collides && repeatedPaths(this.names).length === 0;
  }
}
