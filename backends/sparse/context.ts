// What the emitters of one Program share: the module, the places of its arrays, tables beside them.
// Invariant: addresses are given out while code is generated and never move.

import { InternalError } from "../../src/errors.js";
import type { IndexArrays } from "../../src/ir/layout.js";
import type { Program } from "../../src/ir/program.js";
import type { EqualValues } from "../../src/util/equal-values.js";
import type { Arena } from "./arena.js";
import type { HistoryPlace, Place, SpikesPlace, ValuesPlace } from "./compiled.js";
import type { Shape } from "./lanes/lanes.js";
import { FunctionBuilder } from "./wasm/function-builder.js";
import type { ModuleBuilder } from "./wasm/module-builder.js";

/** Data of the generated code beside the arrays of the Program. */
export interface Table {
  readonly address: number;
  readonly bytes: number;
  /** Fills the table; called once the memory exists. */
  readonly fill: (view: DataView, memory: ArrayBufferLike) => void;
  /** The arrays that this is made from, if they may be written from outside. */
  readonly copyOf?: readonly string[];
}

export interface Context {
  readonly program: Program;
  readonly module: ModuleBuilder;
  readonly arena: Arena;
  readonly places: ReadonlyMap<string, Place>;
  readonly indexes: IndexArrays;
  /** By a name that says what is in it, so that ops share equal ones. */
  readonly tables: Map<string, Table>;
  /** Names of parameters by what they hold. */
  readonly contents: EqualValues<string>;
  /** Whether sums of what arrives later may be kept; with threads, spikes come in from outside. */
  readonly hasRings: boolean;
  /** Functions that settle histories, by id of the op. */
  readonly settlers: Map<string, number>;
  readonly imports: { readonly host: number; readonly sample: number; readonly fail: number };
  readonly globals: { readonly step: number; readonly reason: number; readonly sampling: number };
  /** Shapes of the Program's precision. */
  readonly vector: Shape;
  readonly scalar: "f32" | "f64";
  /** Bytes of a real number. */
  readonly width: 4 | 8;
}

function placeOf(context: Context, name: string): Place {
  const found = context.places.get(name);
  if (found === undefined) throw new InternalError(name, "has no place in memory");
  return found;
}

/** The place of an array of numbers. */
export function valuesOf(context: Context, name: string): ValuesPlace {
  const found = placeOf(context, name);
  if (found.kind === "values") return found;
  throw new InternalError(name, "is not an array of numbers");
}

/** The place of an array of spike lists. */
export function spikesOf(context: Context, name: string): SpikesPlace {
  const found = placeOf(context, name);
  if (found.kind === "spikes") return found;
  throw new InternalError(name, "is not an array of spikes");
}

/** The place of a history. */
export function historyOf(context: Context, name: string): HistoryPlace {
  const found = placeOf(context, name);
  if (found.kind === "history") return found;
  throw new InternalError(name, "is not a history");
}

/** Reserves a table once for each name. */
export function tableOf(context: Context, name: string, make: () => Omit<Table, "address">): Table {
  const known = context.tables.get(name);
  if (known !== undefined) return known;
  const made = make();
  const table = { ...made, address: context.arena.reserve(made.bytes) };
  context.tables.set(name, table);
  return table;
}

/** A function that does one op for one copy; in a batch the copy is its parameter. */
export function opFunction(context: Context, name: string): FunctionBuilder {
  return new FunctionBuilder(name, context.program.batch > 1 ? ["i32"] : [], []);
}
