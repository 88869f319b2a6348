// What expansion collects: arrays, named values and ops that have a phase but no versions yet.
// Invariant: array names are unique; parts keep the order in which they were added.

import type { Assignment } from "../../expr/ast.js";
import type {
  ArraySpec,
  Emit,
  Initial,
  Layout,
  MapOp,
  NamedValue,
  Operand,
  Port,
  Precision,
  SpikeRef,
  Write,
} from "../../ir/program.js";
import type { OperandExtra } from "../../ir/records.js";
import type { FlatNetwork } from "../../network/types.js";
import type { OrderName, Phase } from "../orders.js";

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

const copiedRoles: ReadonlySet<string> = new Set(["state", "scratch", "input", "output"]);

/** The growing result of expansion. */
export class ExpandContext {
  readonly arrays: ArraySpec[] = [];
  readonly setup: MapOp[] = [];
  readonly parts: Part[] = [];
  readonly names: NamedValue[] = [];
  readonly inputs: Port[] = [];
  readonly outputs: Port[] = [];
  readonly warnings: string[] = [];
  readonly populations: PopulationArrays[] = [];
  /** Tunable and per-copy names that were found, to refuse the others. */
  readonly found = new Set<string>();
  readonly #byName = new Map<string, ArraySpec>();
  #tabled = 0;
  readonly #arrayNames = new UniqueNames();
  readonly #paths = new UniqueNames();

  constructor(
    readonly network: FlatNetwork,
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

  addPart(phase: Phase, origin: string, op: DraftOp, kind?: object): void {
    this.parts.push(kind === undefined ? { phase, origin, op } : { phase, origin, op, kind });
  }

  /** Makes a value reachable by name; a second value of one path gets a number. */
  addName(named: NamedValue): void {
    const path = this.#paths.take(named.path);
    this.names.push(path === named.path ? named : { ...named, path });
  }
}

/** Gives out each name once; later takers of the same name get `name#2`, `name#3` ... */
export class UniqueNames {
  readonly #taken = new Set<string>();
  /** Where to go on numbering names that were wanted more than once. */
  readonly #next = new Map<string, number>();

  take(wanted: string): string {
    const before = this.#taken.size;
    if (this.#taken.add(wanted).size > before) return wanted;
    let number = this.#next.get(wanted) ?? 2;
    while (this.#taken.has(`${wanted}#${number}`)) number += 1;
    this.#next.set(wanted, number + 1);
    const name = `${wanted}#${number}`;
    this.#taken.add(name);
    return name;
  }
}
