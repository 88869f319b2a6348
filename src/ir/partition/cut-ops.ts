// The ops of one part: each op of the whole for the elements that the part owns. Invariant: an op that
// is left out would do nothing in this part; what empties a spike list stays.

import { num, type Assignment } from "../../expr/ast.js";
import { accessOf } from "../access.js";
import type { IndexArrays } from "../layout.js";
import type { IoOp, MapOp, Op, Operand, RingOp, SpikeRef, Write } from "../program.js";
import { emittedSymbols, spikesOf } from "./dependences.js";
import { EdgeCutter, type CutEdges } from "./cut-edges.js";
import type { PartArrays } from "./part-arrays.js";
import { placesOf, upTo, type EdgeOp } from "./places.js";
import { refuse } from "./refuse.js";
import type { Share } from "./types.js";

/** Where the numbers are neighbours: the first one; else undefined. */
function runFrom(ids: Int32Array): number | undefined {
  const first = ids[0] ?? 0;
  return ids.length === 0 || ids[ids.length - 1] === first + ids.length - 1 ? first : undefined;
}

/** Symbols that every body has. */
const given: ReadonlySet<string> = new Set(["step", "t", "dt"]);

/** Gives symbols a value where nothing computes them, because nothing is computed. */
const zeros = (symbols: readonly string[]): Assignment[] =>
  [...new Set(symbols)]
    .filter((symbol) => !given.has(symbol))
    .map((target) => ({ target, value: num(0) }));

export class OpCutter {
  readonly #arrays: PartArrays;
  readonly #edges: EdgeCutter;

  constructor(indexes: IndexArrays, arrays: PartArrays) {
    this.#arrays = arrays;
    this.#edges = new EdgeCutter(indexes, arrays);
  }

  #place<T extends Operand | Write>(op: Op, place: T, ids: Int32Array): T {
    const found =
      "mode" in place ? this.#arrays.place(place, ids) : this.#arrays.read(place as Operand, ids);
    if (found !== undefined) return found as T;
    return refuse(op, `has ${place.array} in an order that parts cannot keep`);
  }

  /** Elements of a map that the part owns. */
  #elementsOf(op: MapOp): Int32Array {
    const { emit } = op;
    const place = placesOf(op).find(
      ({ array, at }) => at === "element" && this.#arrays.isDivided(array),
    );
    const list: Write | undefined = emit && {
      ...{ symbol: emit.when, array: emit.list, version: emit.version, at: "element", mode: "set" },
      offset: emit.offset ?? 0,
    };
    const anchor = list ?? place;
    if (anchor === undefined) return upTo(op.count);
    return upTo(op.count).filter((i) => this.#arrays.owns(anchor, i));
  }

  #map(op: MapOp): MapOp | undefined {
    const { emit } = op;
    const ids = this.#elementsOf(op);
    if (ids.length === 0) return emit === undefined ? undefined : this.#emptyList(op);
    const reads = op.reads.map((read) => this.#place(op, read, ids));
    const writes = op.writes.map((write) => this.#place(op, write, ids));
    const next: MapOp = { ...op, count: ids.length, reads, writes };
    if (emit === undefined) return next;
    this.#arrays.need(emit.list);
    const first = runFrom(ids);
    if (first === undefined) return refuse(op, "emits spikes of neurons that are no neighbours");
    return { ...next, emit: { ...emit, offset: (emit.offset ?? 0) + first } };
  }

  /** No element fires here, but the list must not keep the spikes of the last step. */
  #emptyList(op: MapOp): MapOp {
    const emit = op.emit!;
    this.#arrays.need(emit.list);
    const body = zeros(emittedSymbols(emit));
    return { ...op, count: 0, reads: [], writes: [], body, emit: { ...emit, offset: 0 } };
  }

  #spikes(op: Op, spikes: SpikeRef, { edges, targets }: CutEdges, onTarget: boolean): SpikeRef {
    this.#arrays.need(spikes.array);
    const { lag, offset = 0 } = spikes;
    const own = typeof lag === "string" ? { lag: this.#arrays.cutLags(lag, edges) } : {};
    if (!onTarget) return { ...spikes, ...own };
    const first = runFrom(targets);
    if (first === undefined) return refuse(op, "is triggered at targets that are no neighbours");
    return { ...spikes, ...own, offset: offset + first };
  }

  #edgeOp(op: EdgeOp): EdgeOp | undefined {
    const cut = this.#edges.cut(op);
    // A target without edges still gets its sum, which is 0.
    if ((op.kind === "gather" ? cut.targets : cut.edges).length === 0) return undefined;
    const { layout, sources, targets, edges } = cut;
    const ids = { source: sources, target: targets, edge: edges } as const;
    const place = <T extends Operand | Write>(one: T): T => {
      if (one.at === "spike" || one.at === "event") return one;
      const isRingOfValues = "lag" in one && one.lag !== undefined;
      if (isRingOfValues && typeof one.lag === "string") {
        return refuse(op, `reads ${one.array} with a delay for each edge`);
      }
      if (one.at === "one") return this.#place(op, one, upTo(1));
      return this.#place(op, one, ids[one.at as keyof typeof ids]);
    };
    const writes = op.writes.map(place);
    if (op.kind === "gather" && edges.length === 0) {
      const body = zeros(op.writes.map(({ symbol }) => symbol));
      return { ...op, layout, reads: [], body, writes };
    }
    const next = { ...op, layout, reads: op.reads.map(place), writes };
    const spikes = spikesOf(op);
    if (next.kind === "deliver") {
      return { ...next, spikes: this.#spikes(op, spikes!, cut, false) };
    }
    if (next.kind === "gather" || next.trigger.on === "every") return next;
    if (next.trigger.on === "history") return refuse(op, "looks back at events of its targets");
    const onTarget = next.trigger.on === "target";
    const trigger = { ...next.trigger, spikes: this.#spikes(op, spikes!, cut, onTarget) };
    return { ...next, trigger };
  }

  #ring(op: RingOp): RingOp | undefined {
    if (this.#arrays.isEmpty(op.into.array)) return undefined;
    this.#arrays.need(op.from.array);
    this.#arrays.need(op.into.array);
    return op;
  }

  /** Neighbours that are given out together stay together; others become pieces of their own. */
  #io(op: IoOp): IoOp | undefined {
    const pieces = op.pieces.flatMap((piece) => {
      const { offset, position, count } = piece;
      const at = { symbol: "y", version: 0, at: "element", mode: "set" } as const;
      const into: Write = { ...at, array: op.into, offset: position };
      const ids = upTo(count).filter((i) => this.#arrays.owns(into, i));
      if (ids.length === 0) return [];
      const from = this.#place(op, { ...at, array: piece.array, offset }, ids);
      const to = this.#place(op, into, ids);
      return [{ ...piece, offset: from.offset!, position: to.offset!, count: ids.length }];
    });
    return pieces.length === 0 ? undefined : { ...op, pieces };
  }

  /** An op for this part, unless there is nothing to do in it. */
  cut({ op, isReplicated }: Share): Op | undefined {
    if (isReplicated) {
      const { reads, writes, also } = accessOf(op);
      for (const { array } of [...reads, ...writes]) this.#arrays.need(array);
      for (const array of also) this.#arrays.need(array);
      return op;
    }
    if (op.kind === "map") return this.#map(op);
    if (op.kind === "gather" || op.kind === "deliver" || op.kind === "edges") {
      return this.#edgeOp(op);
    }
    if (op.kind === "ring") return this.#ring(op);
    return op.kind === "io" ? this.#io(op) : op;
  }
}
