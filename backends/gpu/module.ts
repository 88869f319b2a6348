// The WGSL module of a Program while it is being written: its kernels, the functions that they call and
// the index of compressed rows in directions that are not stored. Invariant: names in it are made here.

import { sourcesOf, targetsOf, walkerOf } from "../../src/ir/layout.js";
import type { IndexArrays } from "../../src/ir/layout.js";
import type { Layout, Program } from "../../src/ir/program.js";
import type { Places } from "./places.js";
import { always, Library } from "./wgsl/maths.js";
import type { End, Rows } from "./wgsl/loops.js";
import { Site, type Scene } from "./wgsl/site.js";
import { Text, whole } from "./wgsl/text.js";

/** Threads of a workgroup, and of one that makes a single result of very many numbers. */
export const elementGroup = 64;
const largeJointGroup = 256;
const largeJoint = 4096;
/** Workgroups in a row of the grid; beyond them a second row begins. */
export const groupsInRow = 32768;

/** How many threads make one result of so many numbers together. */
export const lanesFor = (count: number): number =>
  count > largeJoint ? largeJointGroup : elementGroup;

/** One part of a step that all threads can do at the same time: a function of the module. */
export interface Kernel {
  /** The function: of an element and a copy, or of a lane and a copy. */
  readonly body: string;
  /** Elements, one for each thread; 0 for one workgroup that works on one result. */
  readonly threads: number;
  /** Threads of its workgroups. */
  readonly lanes: number;
  readonly copies: number;
  /** Elements or edges that a copy goes through. */
  readonly work: number;
  /** Is left out in the steps after the one that a `stop` op ended. */
  readonly isGuarded: boolean;
  /** Runs only in steps that are a multiple of it. */
  readonly every?: number;
  /** Runs only where the inputs of a step come from the feed. */
  readonly isFeed?: boolean;
  /** Has an entry point of its own already, which nothing can be joined with. */
  readonly launch?: Launch;
}

/** An entry point as it is launched. */
export interface Launch {
  readonly entry: string;
  readonly threads: number;
  readonly copies: number;
  readonly every?: number;
  readonly isFeed?: boolean;
  /** Place in the table of sizes that says how many workgroups there are. */
  readonly sizedBy?: number;
  /** Fills a row of the table of sizes: an entry point of the module `sizing`. */
  readonly isSizing?: boolean;
}

/** Whether deliveries go through lists: where it pays, or, for tests, always or never. */
export type Lists = "where it pays" | "always" | "never";

/** Words for the size of one launch: three numbers, and one that keeps the next in its place. */
const wordsPerSize = 4;

/** Rows of an index that the Program does not hold; they follow its arrays in `indexes`. */
export interface AddedRows {
  readonly at: number;
  readonly data: Int32Array;
}

const bindings = `struct Now {
  step_low: u32,
  step_high: u32,
  step: f32,
  time: f32,
  position: u32,
  a: u32,
  b: u32,
  c: u32,
  d: u32,
  e: u32,
  f: u32,
  g: u32,
  h: u32,
  w: u32,
}
@group(0) @binding(0) var<uniform> current: Now;
var<private> now: Now;
@group(0) @binding(1) var<storage, read_write> reals: array<f32>;
@group(0) @binding(2) var<storage, read_write> ints: array<i32>;
@group(0) @binding(3) var<storage, read> params: array<f32>;
@group(0) @binding(4) var<storage, read> indexes: array<i32>;
@group(0) @binding(5) var<storage, read_write> control: array<u32>;
@group(0) @binding(5) var<storage, read_write> marks: array<atomic<u32>>;
@group(0) @binding(6) var<storage, read> feed: array<u32>;
@group(0) @binding(7) var<storage, read_write> records: array<u32>;
`;

/** Marks and lists that kernels fill together; see ops/lists.ts. */
const tallies = `@group(1) @binding(0) var<storage, read_write> tally: array<atomic<u32>>;
`;

const sizingStart = `@group(0) @binding(0) var<storage, read_write> tally: array<u32>;
@group(0) @binding(1) var<storage, read_write> sizes: array<u32>;
fn fill(at: u32, groups: u32) {
  sizes[at] = min(groups, ${whole(groupsInRow)});
  sizes[at + 1u] = (groups + ${whole(groupsInRow - 1)}) / ${whole(groupsInRow)};
  sizes[at + 2u] = 1u;
}
`;

const isOver = `// A step after the one that a stop op ended changes nothing.
fn is_over() -> bool { return control[0] < now.position; }
`;

const shared = `var<workgroup> partial: array<f32, ${largeJointGroup}>;
`;

interface Transposed {
  readonly layout: Extract<Layout, { kind: "csr" }>;
  readonly rows: Rows;
}

/** What one workgroup does at most by itself: beyond, launching more of them is worth its cost. */
export const mostJoinedWork = 1 << 15;

/** Longest interval that kernels can tell by themselves, in 32 bits. */
export const longestInterval = 0xffff;

/** Whether the step at hand, a number of two words, is a multiple. */
const isDue = (every: number): string => {
  const high = `(now.step_high % ${whole(every)}) * ${whole(2 ** 32 % every)}`;
  return `(${high} + now.step_low % ${whole(every)}) % ${whole(every)} == 0u`;
};

/** Threads that do kernels one after the other: no more than there is work for. */
function joinedLanes(kernels: readonly Kernel[]): number {
  let lanes = 8;
  for (const { threads } of kernels) {
    if (threads === 0) return elementGroup;
    while (lanes < Math.min(threads, elementGroup)) lanes *= 2;
  }
  return lanes;
}

/** A module that is being written. */
export class Module {
  readonly program: Program;
  readonly places: Places;
  readonly library = new Library();
  readonly added: AddedRows[] = [];
  readonly hasStop: boolean;
  readonly #indexes: IndexArrays;
  readonly #functions: string[] = [];
  readonly #transposed: Transposed[] = [];
  readonly #sharing = new Map<string, boolean>();
  readonly #sizings: string[] = [];
  readonly lists: Lists;
  /** Words of marks and lists. */
  tallies = 0;
  /** Launches in the table of sizes. */
  sizes = 0;
  #names = 0;

  constructor(program: Program, places: Places, indexes: IndexArrays, lists: Lists) {
    this.lists = lists;
    this.program = program;
    this.places = places;
    this.#indexes = indexes;
    this.hasStop = program.ops.some(({ kind }) => kind === "stop");
  }

  /** Kernels are named after the kind of their op and a number, never after anything of the user's. */
  entry(kind: string): string {
    return `${kind}_${this.#names++}`;
  }

  scene(pushed: ReadonlyMap<string, number>): Scene {
    return { places: this.places, library: this.library, pushed };
  }

  /** A kernel with a thread for each element of each copy. */
  elements(
    kind: string,
    threads: number,
    scene: Scene,
    write: (site: Site, index: string) => void,
  ): Kernel[] {
    if (threads === 0) return [];
    const body = this.entry(kind);
    const text = new Text();
    write(new Site(text, scene), "i");
    this.#functions.push(`fn ${body}(i: u32, copy: u32) {\n${text}\n}\n`);
    const isGuarded = this.hasStop && scene.isUnguarded !== true;
    const copies = this.program.batch;
    return [{ body, threads, lanes: elementGroup, copies, work: threads, isGuarded }];
  }

  /** A kernel whose threads, numbered by `lane`, make one result for each copy together. */
  joint(
    kind: string,
    { count, scene }: { readonly count: number; readonly scene: Scene },
    write: (site: Site, lanes: number) => void,
  ): Kernel[] {
    const body = this.entry(kind);
    const text = new Text();
    const lanes = lanesFor(count);
    write(new Site(text, scene), lanes);
    this.#functions.push(`fn ${body}(lane: u32, copy: u32) {\n${text}\n}\n`);
    const copies = this.program.batch;
    return [{ body, threads: 0, lanes, copies, work: count, isGuarded: false }];
  }

  /** Lines that call a kernel for all elements of a copy, by the threads of one workgroup. */
  #callAll(text: Text, lanes: number, kernel: Kernel): void {
    const { body, threads, isGuarded, isFeed, every } = kernel;
    const call = (): void => {
      if (threads === 0) return text.line(`${body}(lane, copy);`);
      const isLoop = threads > lanes;
      const range = `var i = lane; i < ${whole(threads)}; i += ${whole(lanes)}`;
      const head = isLoop ? `for (${range})` : `if (lane < ${whole(threads)})`;
      const given = isLoop ? "i" : "lane";
      const guard = isGuarded ? "if (!is_over()) { " : "";
      text.block(head, () => text.line(`${guard}${body}(${given}, copy);${guard && " }"}`));
    };
    if (isFeed === true) text.block("if (current.e != 0u)", call);
    else if (every !== undefined && every > 1) text.block(`if (${isDue(every)})`, call);
    else call();
    text.line("storageBarrier();");
  }

  /** An entry point for one kernel. */
  single({ body, threads, lanes, copies, isGuarded, every, isFeed }: Kernel): Launch {
    const entry = `run_${body}`;
    const text = new Text();
    text.line("now = current;");
    const given: string[] = [];
    if (threads === 0) {
      given.push("@builtin(local_invocation_index) lane: u32", "@builtin(workgroup_id) id: vec3u");
      text.line(`${body}(lane, id.z);`);
    } else {
      given.push("@builtin(global_invocation_id) id: vec3u");
      text.line(`let i = id.x + id.y * ${whole(groupsInRow * elementGroup)};`);
      const guard = isGuarded ? " && !is_over()" : "";
      text.line(`if (i < ${whole(threads)}${guard}) { ${body}(i, id.z); }`);
    }
    this.#addEntry(entry, lanes, given, text);
    return { entry, threads, copies, ...(every && { every }), ...(isFeed && { isFeed }) };
  }

  /**
   * An entry point that does kernels one after the other by one workgroup for each copy, and that for
   * `b` steps; the clock of those after the first is in the feed from `c` on, the inputs of a step
   * `d` words behind those of the step before. Behind the kernels of a whole step that come before
   * samples are taken, `f` monitors are sampled from `h` on, `w` words in each step.
   */
  joined(kernels: readonly Kernel[], beforeSamples?: number): Launch {
    const entry = this.entry("run_steps");
    const lanes = joinedLanes(kernels);
    const text = new Text();
    text.line("let copy = id.z;");
    text.line("now = current;");
    text.block("for (var k = 0u; k < current.b; k++)", () => {
      text.block("if (k > 0u)", () => {
        text.line("let at = current.c + 4u * k;");
        text.line("now.step_low = feed[at];");
        text.line("now.step_high = feed[at + 1u];");
        text.line("now.step = bitcast<f32>(feed[at + 2u]);");
        text.line("now.time = bitcast<f32>(feed[at + 3u]);");
        text.line("now.position = current.position + k;");
        text.line("now.a = current.a + k * current.d;");
      });
      kernels.slice(0, beforeSamples).forEach((kernel) => this.#callAll(text, lanes, kernel));
      if (beforeSamples === undefined) return;
      text.block(`if (current.f != 0u)`, () => {
        const guard = this.hasStop ? "if (!is_over()) { " : "";
        const call = `sample_dense(lane, ${whole(lanes)}, copy, current.h + k * current.w);`;
        text.line(`${guard}${call}${guard && " }"}`);
      });
      text.line("storageBarrier();");
      kernels.slice(beforeSamples).forEach((kernel) => this.#callAll(text, lanes, kernel));
    });
    const given = [
      "@builtin(local_invocation_index) lane: u32",
      "@builtin(workgroup_id) id: vec3u",
    ];
    this.#addEntry(entry, lanes, given, text);
    return { entry, threads: 0, copies: this.program.batch };
  }

  /** Whether one workgroup may do so much between other things. */
  fitsJoined(work: number): boolean {
    return work <= mostJoinedWork;
  }

  /** Room for so many words of marks and lists; gives the place of the first. */
  reserveTally(count: number): number {
    this.tallies += count;
    return this.tallies - count;
  }

  /** An entry point of which as many workgroups run as its row in the table of sizes says. */
  sized(kind: string, given: readonly string[], text: Text): Launch & { readonly sizedBy: number } {
    const entry = this.entry(kind);
    this.#addEntry(entry, elementGroup, given, text);
    return { entry, threads: 0, copies: 1, sizedBy: this.sizes++ * wordsPerSize };
  }

  /** Says how large a launch is: `from` is the place of a count, `clear` that of one to empty. */
  sizing(
    { sizedBy }: { readonly sizedBy: number },
    { from, each, clear }: { readonly from: number; readonly each: number; readonly clear: number },
  ): Launch {
    const entry = this.entry("size");
    const groups = each === 1 ? `tally[${from}]` : `(tally[${from}] + ${each - 1}u) / ${each}u`;
    const lines = [`  fill(${whole(sizedBy)}, ${groups});`, `  tally[${clear}] = 0u;`];
    const head = `@compute @workgroup_size(1)\nfn ${entry}()`;
    this.#sizings.push(`${head} {\n${lines.join("\n")}\n}\n`);
    return { entry, threads: 0, copies: 1, isSizing: true };
  }

  /** The module that fills the table of sizes; empty where there is none. */
  sizingText(): string {
    return this.sizes === 0 ? "" : [sizingStart, ...this.#sizings].join("\n");
  }

  #addEntry(entry: string, lanes: number, given: readonly string[], text: Text): void {
    const head = `@compute @workgroup_size(${lanes})\nfn ${entry}(${given.join(", ")})`;
    this.#functions.push(`${head} {\n${text}\n}\n`);
  }

  /** For joint kernels: whether results may be written. */
  get mayStore(): string {
    return this.hasStop ? "!is_over()" : "true";
  }

  /** A function that was written elsewhere. */
  add(text: string): void {
    this.#functions.push(text);
  }

  /**
   * Whether one edge number stands for several edges: the taps of a kernel, or numbers that compressed
   * rows list more than once.
   */
  sharesEdges(layout: Layout): boolean {
    if (layout.kind === "stencil" || layout.kind === "convolution") return true;
    if (layout.kind !== "csr" || layout.edge === undefined) return false;
    let known = this.#sharing.get(layout.edge);
    if (known === undefined) {
      const numbers = this.#indexes.get(layout.edge)!;
      const end = this.#indexes.get(layout.start)!.at(-1)!;
      const seen = new Uint8Array(layout.edges);
      known = numbers.subarray(0, end).some((edge) => seen[edge]!++ !== 0);
      this.#sharing.set(layout.edge, known);
    }
    return known;
  }

  /** The rows of a layout by one end; only compressed rows need any. */
  rows(layout: Layout, by: End): Rows | undefined {
    if (layout.kind !== "csr") return undefined;
    if (layout.rows === by) {
      const base = (name: string): number => this.places.values(name).base;
      const edge = layout.edge === undefined ? undefined : base(layout.edge);
      return { start: base(layout.start), other: base(layout.other), edge };
    }
    const same = ({ layout: other }: Transposed): boolean =>
      other.rows === layout.rows &&
      other.start === layout.start &&
      other.other === layout.other &&
      other.edge === layout.edge;
    const known = this.#transposed.find(same);
    if (known !== undefined) return known.rows;
    const rows = this.#transpose(layout, by);
    this.#transposed.push({ layout, rows });
    return rows;
  }

  #transpose(layout: Transposed["layout"], by: End): Rows {
    const count = by === "target" ? targetsOf(layout) : sourcesOf(layout);
    const edges = this.#indexes.get(layout.other)!.length;
    const start = this.places.reserve("indexes", count + 1);
    const other = this.places.reserve("indexes", edges);
    const edge = this.places.reserve("indexes", edges);
    const data = new Int32Array(count + 1 + 2 * edges);
    // Where one end has several edges to the other, they stay in the order of its row, in which spikes
    // are delivered.
    const walker = walkerOf(layout, this.#indexes);
    const rows = by === "target" ? sourcesOf(layout) : targetsOf(layout);
    const walk = by === "target" ? walker.ofSource : walker.ofTarget;
    for (let row = 0; row < rows; row++) walk(row, (end) => void data[end + 1]!++);
    for (let i = 0; i < count; i++) data[i + 1]! += data[i]!;
    const next = data.slice(0, count);
    for (let row = 0; row < rows; row++) {
      walk(row, (end, number) => {
        const at = count + 1 + next[end]!++;
        data[at] = row;
        data[at + edges] = number;
      });
    }
    this.added.push({ at: start, data });
    return { start, other, edge };
  }

  toString(): string {
    const parts = [bindings, shared, always, ...(this.hasStop ? [isOver] : [])];
    if (this.tallies > 0) parts.splice(1, 0, tallies);
    return [...parts, String(this.library), ...this.#functions].join("\n");
  }
}
