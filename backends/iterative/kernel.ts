// Binds a body to arrays: per index its operands are loaded into a frame of numbers, the compiled
// body runs over the frame, and its writes are stored. All numbers in a frame have the Program's
// precision; in float32 also step, t and dt are rounded to it.

import { compileBody } from "../../src/expr/evaluate.js";
import type { Assignment } from "../../src/expr/ast.js";
import type { Domain, Operand, Write } from "../../src/ir/program.js";
import { copyOf, slotAt } from "../../src/memory/memory.js";
import { toInt32 } from "../../src/util/to-int32.js";
import { rounder, valuesOf, type Context } from "./context.js";

/** Where an op is at the moment: one index for each domain. */
export interface Site {
  copy: number;
  element: number;
  source: number;
  target: number;
  edge: number;
  /** Place of the present spike in the payload columns of its list. */
  spike: number;
  /** Place of the present event in the payload columns of its history. */
  event: number;
}

// Taken out once: in a test's realm every look-up of the global Math is slow.
const { floor } = Math;

export type Load = () => number;
export type Store = () => void;
/** Payload columns by name. */
export type Columns = ReadonlyMap<string, ArrayLike<number>>;

const noColumns: Columns = new Map();

export const newSite = (): Site => ({
  copy: 0,
  element: 0,
  source: 0,
  target: 0,
  edge: 0,
  spike: 0,
  event: 0,
});

const indexAt: { readonly [K in Domain]: (site: Site) => number } = {
  element: (site) => site.element,
  source: (site) => site.source,
  target: (site) => site.target,
  edge: (site) => site.edge,
  spike: (site) => site.spike,
  event: (site) => site.event,
  one: () => 0,
};

/** Gives the payload columns of a list or history by name. */
export const columnsOf = (
  names: readonly string[] | undefined,
  columns: readonly ArrayLike<number>[],
): Columns => new Map(columns.map((column, i) => [names![i]!, column]));

/** Gives the lag at the present edge. */
export function bindLag(context: Context, lag: number | string | undefined, site: Site): Load {
  if (typeof lag !== "string") return () => lag ?? 0;
  const array = valuesOf(context, lag);
  return () => array.data[slotAt(array, site.copy, 0) * array.length + site.edge]!;
}

/** Makes the function that reads an operand at a site. */
export function bindLoad(context: Context, operand: Operand, site: Site, columns: Columns): Load {
  const { at, offset = 0, repeat = 1, period = Infinity } = operand;
  const index = indexAt[at];
  if (at === "spike" || at === "event") {
    const column = columns.get(operand.array)!;
    return () => column[index(site)]!;
  }
  const round = rounder(context.program);
  const array = valuesOf(context, operand.array);
  const lag = bindLag(context, operand.lag, site);
  return () => {
    const place = offset + (floor(index(site) / repeat) % period);
    return round(array.data[slotAt(array, site.copy, lag()) * array.length + place]!);
  };
}

/** Makes the function that stores a value at a site. */
export function bindStore(context: Context, write: Write, site: Site): (value: number) => void {
  const array = valuesOf(context, write.array);
  const index = indexAt[write.at];
  const { offset = 0, mode } = write;
  const isInt = array.data instanceof Int32Array;
  return (value) => {
    const place = copyOf(array, site.copy) * array.length + offset + index(site);
    // Adding rounds once, to the precision of the array.
    const sum = mode === "add" ? array.data[place]! + value : value;
    array.data[place] = isInt ? toInt32(sum) : sum;
  };
}

/** Makes the function that reads what a write would replace. */
export function bindPresent(context: Context, write: Write, site: Site): Load {
  const array = valuesOf(context, write.array);
  const index = indexAt[write.at];
  const offset = write.offset ?? 0;
  return () => array.data[copyOf(array, site.copy) * array.length + offset + index(site)]!;
}

export interface KernelParts {
  readonly reads: readonly Operand[];
  readonly body: readonly Assignment[];
  readonly writes: readonly Write[];
  readonly columns?: Columns;
  /** Symbols that the op itself gives, such as `age`. */
  readonly given?: readonly string[];
}

/** A bound body. */
export interface Kernel {
  readonly site: Site;
  readonly frame: Float64Array;
  /** Place of a symbol in the frame. */
  readonly slotOf: (symbol: string) => number;
  /** Sets copy, step, t and dt. */
  readonly begin: (copy: number, step: number) => void;
  /** Loads the operands at the site and runs the body. */
  readonly evaluate: () => void;
  /** Stores all writes at the site. */
  readonly store: () => void;
}

function slotsFor(parts: KernelParts): Map<string, number> {
  const slots = new Map<string, number>();
  const symbols = [
    ...["step", "t", "dt"],
    ...(parts.given ?? []),
    ...parts.reads.map((read) => read.symbol),
    ...parts.body.map((assignment) => assignment.target),
  ];
  for (const symbol of symbols) if (!slots.has(symbol)) slots.set(symbol, slots.size);
  return slots;
}

/** Binds reads, body and writes to one site and one frame. */
export function bindKernel(context: Context, parts: KernelParts): Kernel {
  const { program } = context;
  const round = rounder(program);
  const slots = slotsFor(parts);
  const slotOf = (symbol: string): number => slots.get(symbol)!;
  const site = newSite();
  const frame = new Float64Array(slots.size);
  const columns = parts.columns ?? noColumns;
  const loads = parts.reads.map((read) => bindLoad(context, read, site, columns));
  const loadSlots = parts.reads.map((read) => slotOf(read.symbol));
  const stores = parts.writes.map((write) => bindStore(context, write, site));
  const storeSlots = parts.writes.map((write) => slotOf(write.symbol));
  const run = compileBody(parts.body, slots, program.precision);
  const dt = round(program.dt);
  return {
    site,
    frame,
    slotOf,
    begin(copy, step) {
      site.copy = copy;
      frame[0] = round(step);
      frame[1] = round(step * program.dt);
      frame[2] = dt;
    },
    evaluate() {
      for (let i = 0; i < loads.length; i++) frame[loadSlots[i]!] = loads[i]!();
      run(frame);
    },
    store() {
      for (let i = 0; i < stores.length; i++) stores[i]!(frame[storeSlots[i]!]!);
    },
  };
}
