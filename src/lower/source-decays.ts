// Lazily kept edge states whose edges are brought up to date together, because their source fired:
// instead of a time for each edge, each source keeps by how much its edges have decayed since then.
// Invariant: every edge is multiplied by the same power as before, but for rounding.

import { binary, name, num, type Expr } from "../expr/ast.js";
import { sourcesOf } from "../ir/layout.js";
import type { DeliverOp, EdgesOp, MapOp, Op, Program } from "../ir/program.js";
import { headOf, operand, write } from "./accumulators/parts.js";
import type { Pass } from "./pass.js";
import { findClocked, type Clocked, type Held, type Part } from "./source-decays/clocked.js";
import { pruneBody } from "./support/bodies.js";
import { isFixed } from "./support/fixed.js";
import { NewArrays } from "./support/new-arrays.js";
import { dropUnreferenced } from "./support/references.js";
import { renumberVersions } from "./support/rewire.js";
import { equalNumbers } from "../util/equal-values.js";

type Body = Pick<MapOp, "reads" | "body" | "writes">;

/** Parts that share what is left of the edges of each source. */
interface Group {
  readonly parts: readonly Part[];
  /** The array. */
  readonly left: string;
}

/** Whether the sources of two parts fire together and what they have left decays alike. */
function areAlike(a: Part, b: Part): boolean {
  const { array, version, lag } = a.op.spikes;
  const other = b.op.spikes;
  const isSameList = array === other.array && version === other.version && lag === other.lag;
  const isSameSlice = (a.op.spikes.offset ?? 0) === (other.offset ?? 0);
  return isSameList && isSameSlice && equalNumbers(a.rates, b.rates);
}

/** Parts that may share, in the order of the step: nobody looks at states between two of them. */
function groupsOf(parts: readonly Part[], ops: readonly Op[]): readonly (readonly Part[])[] {
  const byOp = new Map<Op, Part>(parts.map((part) => [part.op, part]));
  const groups: Part[][] = [];
  let open: Part[][] = [];
  for (const op of ops) {
    if (isFixed(op)) open = [];
    const part = byOp.get(op);
    if (part === undefined) continue;
    const group = open.find(([first]) => areAlike(first!, part));
    if (group !== undefined) group.push(part);
    else open.push(groups[groups.push([part]) - 1]!);
  }
  return groups;
}

/** Nothing has decayed yet. */
const startAnew = (array: string, at: "element" | "edge"): Body => ({
  reads: [],
  body: [{ target: "left", value: num(1) }],
  writes: [write("left", { array, at })],
});

/** Puts the ops for sources in the place of those for edges. */
class Rewriting {
  readonly #program: Program;
  readonly #clocked: Clocked;
  readonly #created: NewArrays;
  /** Parts that the same spikes start anew and that decay alike: they share what is left. */
  readonly #groups = new Map<Part, Group>();
  readonly #ids: Set<string>;

  constructor(program: Program, clocked: Clocked) {
    this.#program = program;
    this.#clocked = clocked;
    this.#created = new NewArrays(program);
    const { setup, ops, settle = [], rebuild = [] } = program;
    this.#ids = new Set([...setup, ...ops, ...settle, ...rebuild].map(({ id }) => id));
    const { name: _, ...spec } = clocked.last;
    for (const parts of groupsOf(clocked.parts, ops)) {
      const length = sourcesOf(parts[0]!.op.layout);
      const left = this.#created.add({ ...spec, length, initial: 1 }, "left");
      for (const part of parts) this.#groups.set(part, { parts, left });
    }
  }

  #id(stem: string): string {
    let number = 0;
    while (this.#ids.has(`${stem}${number}`)) number += 1;
    this.#ids.add(`${stem}${number}`);
    return `${stem}${number}`;
  }

  /** Each group once, by its first part. */
  #eachGroup(): Group[] {
    const { parts } = this.#clocked;
    return parts.flatMap((part) => {
      const group = this.#groups.get(part)!;
      return group.parts[0] === part ? [group] : [];
    });
  }

  /** The delivery; after the last of its group what starts the decay of their sources anew. */
  #deliver(part: Part): DeliverOp[] {
    const { op, body, left: symbol } = part;
    const { parts, left: array } = this.#groups.get(part)!;
    const last = this.#clocked.last.name;
    const reads = op.reads.filter((read) => read.array !== last);
    const each = pruneBody({
      ...op,
      reads: [...reads, operand(symbol, { array, at: "source" })],
      body,
      writes: op.writes.filter((write) => write.array !== last),
    });
    if (part !== parts.at(-1)) return [each];
    const again: DeliverOp = {
      kind: "deliver",
      id: this.#id("deliver"),
      ...headOf(op),
      spikes: op.spikes,
      layout: { kind: "diagonal", count: sourcesOf(op.layout) },
      ...startAnew(array, "edge"),
    };
    return [each, again];
  }

  #starts(op: Op): MapOp[] {
    return this.#eachGroup().map(({ parts, left }) => ({
      kind: "map",
      id: this.#id("clock"),
      ...headOf(op),
      count: sourcesOf(parts[0]!.op.layout),
      ...startAnew(left, "element"),
    }));
  }

  /** Brings the edges of one part up to date. */
  #settle(op: Op, held: readonly Held[], part: Part): EdgesOp {
    const left = operand("left", { array: this.#groups.get(part)!.left, at: "source" });
    const places = held.map(({ array, offset }) => {
      return { array, at: "edge", offset: offset + part.first } as const;
    });
    return {
      kind: "edges",
      id: this.#id("settle"),
      ...headOf(op),
      trigger: { on: "every", steps: 1 },
      layout: part.op.layout,
      reads: [...places.map((place, i) => operand(`held${i}`, place)), left],
      body: places.map((_, i) => ({
        target: `held${i}`,
        value: binary("*", name(`held${i}`), name("left")),
      })),
      writes: places.map((place, i) => write(`held${i}`, place)),
    };
  }

  /** The decay of the sources of one group, where the clock goes on. */
  #decay(op: Op, { parts, left }: Group): MapOp {
    const place = { array: left, at: "element" } as const;
    const reads = [operand("left", place)];
    const { rates } = parts[0]!;
    const [first = 0] = rates;
    let rate: Expr = num(first);
    if (!rates.every((one) => Object.is(one, first))) {
      const array = this.#created.addValues(rates, "parameter", "rate");
      reads.push(operand("rate", { array, at: "element" }));
      rate = name("rate");
    }
    return {
      kind: "map",
      id: this.#id("decay"),
      ...headOf(op),
      count: rates.length,
      reads,
      body: [{ target: "left", value: binary("*", name("left"), rate) }],
      writes: [write("left", place)],
    };
  }

  #stepOps(op: Op): readonly Op[] {
    const { parts, restarts, counts } = this.#clocked;
    if (restarts.has(op)) return [];
    if (counts.has(op)) return [op, ...this.#eachGroup().map((group) => this.#decay(op, group))];
    const part = parts.find((one) => one.op === op);
    return part === undefined ? [op] : this.#deliver(part);
  }

  #settleOps(op: MapOp | EdgesOp): (MapOp | EdgesOp)[] {
    const held = this.#clocked.settles.get(op);
    if (held === undefined) return [op];
    const { parts } = this.#clocked;
    const edges = held.length === 0 ? [] : parts.map((part) => this.#settle(op, held, part));
    return [...edges, ...this.#starts(op)];
  }

  run(): Program {
    const { ops, settle, rebuild } = this.#program;
    const { clears, last } = this.#clocked;
    const clear = (op: MapOp): MapOp[] => {
      const writes = op.writes.filter(({ array }) => array !== last.name);
      const rest = writes.length === 0 ? [] : [pruneBody({ ...op, writes })];
      return [...rest, ...this.#starts(op)];
    };
    const books = {
      ...(settle !== undefined && { settle: settle.flatMap((op) => this.#settleOps(op)) }),
      ...(rebuild !== undefined && {
        rebuild: rebuild.flatMap((op) => (clears.has(op) ? clear(op as MapOp) : [op])),
      }),
    };
    const changed = { ...this.#program, ops: ops.flatMap((op) => this.#stepOps(op)), ...books };
    const kept = this.#program.arrays.filter((spec) => spec !== last);
    const arrays = [...kept, ...this.#created.added];
    return dropUnreferenced(renumberVersions({ ...changed, arrays }));
  }
}

/** Whether there are fewer sources than edges: else nothing is gained. */
const isWorth = ({ parts, last }: Clocked): boolean =>
  parts.reduce((sum, { op }) => sum + sourcesOf(op.layout), 0) < last.length;

function run(program: Program): Program {
  let now = program;
  for (const { id } of program.ops) {
    // Found again by its id, because rewriting makes new ops and drops some.
    const op = now.ops.find((one) => one.id === id);
    if (op?.kind !== "deliver") continue;
    const clocked = findClocked(now, op);
    if (clocked !== undefined && isWorth(clocked)) now = new Rewriting(now, clocked).run();
  }
  return now;
}

/** What decays between two spikes of a source is kept once for the source. */
export const sourceDecays: Pass = {
  name: "sourceDecays",
  doc: "Keeps what decays between two spikes of a source once for the source, not for each edge.",
  tolerance: 1e-12,
  run,
};
