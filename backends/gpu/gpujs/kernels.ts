// Ops that compute, as kernels of gpu.js: a kernel for each write. Invariant: all kernels of an op have
// run before anything is stored; no text of a Program gets into a kernel; stores are those of the
// iterative backend.

import type { Assignment } from "../../../src/expr/ast.js";
import { neededBody } from "../../../src/expr/needed.js";
import { edgesOf, sourcesOf, targetsOf, type IndexArrays } from "../../../src/ir/layout.js";
import type {
  Domain,
  EdgesOp,
  GatherOp,
  MapOp,
  Operand,
  Program,
  Write,
} from "../../../src/ir/program.js";
import { copyOf, valuesIn, type Memory } from "../../../src/memory/memory.js";
import { toInt32 } from "../../../src/util/to-int32.js";
import { writeBody } from "../expressions.js";
import { Text } from "../wgsl/text.js";
import { Columns, commonSymbols, reserved } from "./columns.js";
import { dialectWith, Library, literal, nameSpecials } from "./maths.js";
import { rowsOf } from "./rows.js";
import type { KernelSource } from "./runner.js";

/** What kernels are made from. */
export interface Making {
  readonly program: Program;
  readonly memory: Memory;
  readonly indexes: IndexArrays;
}

/** The kernels of an op with what fills their numbers and what stores their results. */
export interface OpKernels {
  readonly sources: readonly KernelSource[];
  readonly now: Float32Array;
  readonly fill: (copy: number, step: number) => void;
  /** Stores the results of the kernels, in their order. */
  readonly store: (results: readonly Float32Array[], copy: number) => void;
}

interface Body {
  readonly reads: readonly Operand[];
  readonly body: readonly Assignment[];
}

/** What is being written: one kernel for one symbol. */
interface Writing {
  readonly text: Text;
  readonly library: Library;
  readonly columns: Columns;
  readonly dt: number;
}

/** The text of the value of a symbol; `indices` say where each domain is. */
function writeValue(
  { text, library, columns, dt }: Writing,
  { reads, body }: Body,
  symbol: string,
  indices: Readonly<Record<string, string>>,
): string {
  const { body: kept, needed } = neededBody(body, [symbol]);
  const symbols = new Map<string, string>();
  for (const [name, value] of commonSymbols(dt)) {
    if (!needed.has(name)) continue;
    symbols.set(name, typeof value === "number" ? literal(value, text) : text.let(value));
  }
  for (const read of reads) {
    if (!needed.has(read.symbol)) continue;
    symbols.set(read.symbol, text.let(columns.textOf(read, indices[read.at] ?? ""), "r"));
  }
  writeBody(kept, { dialect: dialectWith(library), text, library, symbols });
  return symbols.get(symbol)!;
}

/** A kernel whose lines `write` makes; it gives the value that the kernel returns. */
function sourceOf(
  { id, count, columns, program }: SourceOptions,
  write: (writing: Writing) => string,
): Omit<KernelSource, "fixed"> {
  const text = new Text();
  const library = new Library();
  nameSpecials(text, reserved.specials);
  text.line("const thread = this.thread.x;");
  const value = write({ text, library, columns, dt: program.dt });
  text.line(`return ${value};`);
  const whole = `function kernel(now) {\n${String(text)}\n}`;
  return { name: id, text: whole, functions: library.functions(), count };
}

interface SourceOptions {
  readonly id: string;
  readonly count: number;
  readonly columns: Columns;
  readonly program: Program;
}

/** Stores a number for each element, or the one that there is for all. */
function bindStore(memory: Memory, write: Write, mode: Write["mode"], count: number) {
  const array = valuesIn(memory, write.array);
  const isInt = array.data instanceof Int32Array;
  const first = write.offset ?? 0;
  return (result: Float32Array, copy: number): void => {
    const base = copyOf(array, copy) * array.length + first;
    for (let i = 0; i < count; i++) {
      const place = write.at === "one" ? base : base + i;
      const value = result.length === 1 ? result[0]! : result[i]!;
      const sum = mode === "add" ? array.data[place]! + value : value;
      array.data[place] = isInt ? toInt32(sum) : sum;
    }
  };
}

function bindStores(
  { memory }: Making,
  writes: readonly Write[],
  count: number,
  modeOf: (write: Write) => Write["mode"] = ({ mode }) => mode,
): OpKernels["store"] {
  const stores = writes.map((write) => bindStore(memory, write, modeOf(write), count));
  return (results, copy) => {
    for (let i = 0; i < stores.length; i++) stores[i]!(results[i]!, copy);
  };
}

function finish(
  columns: Columns,
  sources: readonly Omit<KernelSource, "fixed">[],
  store: OpKernels["store"],
): OpKernels {
  const fixed = columns.fixed();
  // An op over nothing has nothing to run.
  const some = sources.filter(({ count }) => count > 0);
  return { sources: some.map((one) => ({ ...one, fixed })), ...columns.bind(), store };
}

/** Kernels with a thread for each element, wherever an element is all that an op knows. */
function elementKernels(
  op: MapOp | EdgesOp,
  count: number,
  domains: readonly Domain[],
  making: Making,
): OpKernels {
  const { program, memory } = making;
  const { id, reads, writes } = op;
  const sizes = Object.fromEntries(domains.map((domain) => [domain, count]));
  const indices = Object.fromEntries(domains.map((domain) => [domain, "thread"]));
  const columns = new Columns(program, memory, reads, sizes);
  const sources = writes.map(({ symbol }) =>
    sourceOf({ id, count, columns, program }, (writing) =>
      writeValue(writing, op, symbol, indices),
    ),
  );
  return finish(columns, sources, bindStores(making, writes, count));
}

/** The kernels of a map. */
export const mapKernels = (op: MapOp, making: Making): OpKernels =>
  elementKernels(op, op.count, ["element"], making);

/** The kernels of an update of edges that each have a source and a target of their own. */
export const diagonalKernels = (op: EdgesOp, making: Making): OpKernels =>
  elementKernels(op, edgesOf(op.layout), ["source", "target", "edge"], making);

/** What a sum starts from: what is there where it adds. */
function startOf(write: Write): Operand {
  const { array, version, offset = 0 } = write;
  return { symbol: "", array, version: version - 1, at: "target", offset };
}

/** One sum over all sources, which all targets get. */
function uniformKernels(op: GatherOp, making: Making): OpKernels {
  const { program, memory } = making;
  const { id, reads, layout, writes } = op;
  const most = sourcesOf(layout);
  const columns = new Columns(program, memory, reads, { source: most });
  const sources = writes.map(({ symbol }) =>
    sourceOf({ id, count: 1, columns, program }, (writing) => {
      const { text } = writing;
      text.line("let sum = 0;");
      text.block(`for (let k = 0; k < ${most}; k++)`, () => {
        text.line(`sum = sum + ${writeValue(writing, op, symbol, { source: "k" })};`);
      });
      return "sum";
    }),
  );
  return finish(columns, sources, bindStores(making, writes, targetsOf(layout)));
}

/** Writes the loop over the edges of a target; `visit` gets the texts of source and edge. */
type WriteLoop = (text: Text, visit: (source: string, edge: string) => void) => void;

function bindLoop({ layout }: GatherOp, { indexes }: Making, columns: Columns): WriteLoop {
  if (layout.kind === "dense") {
    return (text, visit) => {
      text.line(`const first = thread * ${layout.sources};`);
      text.block(`for (let k = 0; k < ${layout.sources}; k++)`, () => visit("k", "first + k"));
    };
  }
  const rows = rowsOf(layout, indexes);
  const [start, other, edge] = [rows.start, rows.source, rows.edge].map((table) =>
    columns.addTable(table),
  );
  const at = (place: string): string => columns.fixedText(place);
  return (text, visit) => {
    text.line(`const first = ${at(`${start} + thread`)};`);
    text.line(`const size = ${at(`${start! + 1} + thread`)} - first;`);
    // A number of turns that is known beforehand: the first WebGL has no other loops.
    text.block(`for (let k = 0; k < ${rows.longest}; k++)`, () => {
      text.block("if (k < size)", () => {
        text.line(`const source = ${at(`${other} + first + k`)};`);
        text.line(`const edge = ${at(`${edge} + first + k`)};`);
        visit("source", "edge");
      });
    });
  };
}

/** The kernels of a gather: a thread for each target, which sums over its edges. */
export function gatherKernels(op: GatherOp, making: Making): OpKernels {
  if (op.layout.kind === "uniform") return uniformKernels(op, making);
  const { program, memory } = making;
  const { id, reads, layout, writes } = op;
  const targets = targetsOf(layout);
  const starts = writes.map((write) => (write.mode === "add" ? startOf(write) : undefined));
  const all = [...reads, ...starts.filter((start) => start !== undefined)];
  const sizes = { source: sourcesOf(layout), target: targets, edge: edgesOf(layout) };
  const columns = new Columns(program, memory, all, sizes);
  const loop = bindLoop(op, making, columns);
  const sources = writes.map(({ symbol }, i) =>
    sourceOf({ id, count: targets, columns, program }, (writing) => {
      const { text } = writing;
      const start = starts[i];
      text.line(`let sum = ${start === undefined ? "0" : columns.textOf(start, "thread")};`);
      loop(text, (source, edge) => {
        const value = writeValue(writing, op, symbol, { target: "thread", source, edge });
        text.line(`sum = sum + ${value};`);
      });
      return "sum";
    }),
  );
  return finish(
    columns,
    sources,
    bindStores(making, writes, targets, () => "set"),
  );
}
