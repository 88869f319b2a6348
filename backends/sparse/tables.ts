// Tables in the memory of the generated code: indices, in the smallest format that holds them, and
// constants of edges in the order in which an op meets them.
// Invariant: one table for each content and format, however many ops use it.

import type { Operand } from "../../src/ir/program.js";
import type { ValuesPlace } from "./compiled.js";
import { tableOf, valuesOf, type Context, type Table } from "./context.js";

/** Where a table of indices lies, and how wide its entries are. */
export interface Packed {
  readonly address: number;
  readonly width: 2 | 4;
}

function largestIn(values: Int32Array): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) if (values[i]! > largest) largest = values[i]!;
  return largest;
}

/** Stores indices in 16 bits each where they fit, else in 32. */
export function packedIndices(context: Context, name: string, values: Int32Array): Packed {
  const width = largestIn(values) < 0x10000 ? 2 : 4;
  const { address } = tableOf(context, `${name} as ${width} bytes`, () => ({
    bytes: values.length * width,
    fill(view) {
      if (width === 4) new Int32Array(view.buffer, view.byteOffset, values.length).set(values);
      else new Uint16Array(view.buffer, view.byteOffset, values.length).set(values);
    },
  }));
  return { address, width };
}

const constantRoles: ReadonlySet<string> = new Set(["parameter", "tunable", "derived"]);

/** Whether an array is the same for all copies and never changes in a step. */
export const isConstant = ({ spec, copies, slots }: ValuesPlace): boolean =>
  constantRoles.has(spec.role) && copies === 1 && slots === 1;

/** Numbers from here on stay other than 0 when they are rounded to float32. */
const smallestSafe = 1e-37;
const nonzeroArrays = new WeakMap<object, boolean>();

/** Whether an array never holds NaN or a zero: a parameter, which keeps what it was given. */
export function isNonzero({ spec: { role, initial } }: ValuesPlace): boolean {
  const holds = (x: number): boolean => Math.abs(x) >= smallestSafe;
  if (role !== "parameter") return false;
  if (typeof initial === "number") return holds(initial);
  const known = nonzeroArrays.get(initial);
  if (known !== undefined) return known;
  const found = initial.every(holds);
  nonzeroArrays.set(initial, found);
  return found;
}

/** Edges in an order of an op's own. */
export interface EdgeOrder {
  /** Equal orders have equal names. */
  readonly name: string;
  readonly count: number;
  /** The edge at each place; absent: the place itself. */
  readonly edges?: Int32Array | undefined;
}

/** The numbers of a constant array: those it will always have, or those that are stored now. */
function numbersOf(
  { spec, address, length }: ValuesPlace,
  memory: ArrayBufferLike,
  width: 4 | 8,
): ArrayLike<number> | number {
  if (spec.role === "parameter") return spec.initial;
  if (spec.type === "int") return new Int32Array(memory, address, length);
  return width === 8
    ? new Float64Array(memory, address, length)
    : new Float32Array(memory, address, length);
}

/** Names what an array holds: two parameters with the same values need one table. */
function contentOf({ contents }: Context, { spec }: ValuesPlace): string {
  const { name, role, initial } = spec;
  if (role !== "parameter") return `array ${name}`;
  if (typeof initial === "number") return `number ${Object.is(initial, -0) ? "-0" : initial}`;
  return contents.of(initial, "values", () => `values of ${name}`);
}

/** The values of a constant operand at edges, one after the other in an order of the op's own. */
export function edgeTable(context: Context, read: Operand, order: EdgeOrder): Table {
  const place = valuesOf(context, read.array);
  const { offset = 0, repeat = 1, period = Infinity } = read;
  const { width } = context;
  const { count, edges, name } = order;
  return tableOf(
    context,
    `${contentOf(context, place)} ${offset} ${repeat} ${period} in ${name}`,
    () => ({
      bytes: count * width,
      ...(place.spec.role !== "parameter" && { copyOf: [read.array] }),
      fill(view, memory) {
        const { buffer, byteOffset } = view;
        const into =
          width === 8
            ? new Float64Array(buffer, byteOffset, count)
            : new Float32Array(buffer, byteOffset, count);
        const stored = numbersOf(place, memory, width);
        if (typeof stored === "number") {
          into.fill(stored);
          return;
        }
        for (let i = 0; i < count; i++) {
          const edge = edges === undefined ? i : edges[i]!;
          into[i] = stored[offset + (Math.floor(edge / repeat) % period)]!;
        }
      },
    }),
  );
}
