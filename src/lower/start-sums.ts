// Sums that are cleared and then added to start with their first terms instead. Invariant: every
// addition keeps its operands, also the first one to 0, which makes 0 of -0.

import { binary, name, num, type Assignment } from "../expr/ast.js";
import { accessOf } from "../ir/access.js";
import type { GatherOp, MapOp, Op, Program, Write } from "../ir/program.js";
import type { Pass } from "./pass.js";
import { domainSize, finalNumber, freshSymbol, pruneBody } from "./support/bodies.js";
import { renumberVersions } from "./support/rewire.js";

/** Elements that a write has set to 0 and that nothing has touched since. */
interface Cleared {
  readonly write: Write;
  readonly from: number;
  readonly to: number;
}

type SumOp = MapOp | GatherOp;

const isSumOp = (op: Op): op is SumOp => op.kind === "map" || op.kind === "gather";

const lengthOf = (pieces: readonly { readonly from: number; readonly to: number }[]): number =>
  pieces.reduce((sum, { from, to }) => sum + to - from, 0);

/** Follows the elements that are 0 through a step. */
class Clearing {
  /** Additions to elements that are 0. */
  readonly first = new Set<Write>();
  readonly #clears = new Set<Write>();
  /** Clears that somebody may see. */
  readonly #seen = new Set<Write>();
  readonly #zero = new Map<string, readonly Cleared[]>();

  constructor(program: Program) {
    // What nobody can look at between the clear and the sum.
    for (const { name: array, role, type } of program.arrays) {
      if (role === "scratch" && type === "real") this.#zero.set(array, []);
    }
    for (const { array } of program.names) this.#zero.delete(array);
    for (const op of program.ops) this.#visit(op);
    for (const array of this.#zero.keys()) this.#see(array);
  }

  /** Clears of which everything is added to first. */
  get needless(): Set<Write> {
    return new Set([...this.#clears].filter((write) => !this.#seen.has(write)));
  }

  #visit(op: Op): void {
    if (op.kind === "remember") {
      // The op that settles a full history runs here too, and reads more than is listed.
      for (const array of this.#zero.keys()) this.#see(array);
    }
    const { reads, writes } = accessOf(op);
    for (const { array } of reads) this.#see(array);
    for (const array of new Set(writes.map((write) => write.array))) {
      const own = isSumOp(op) ? op.writes.filter((write) => write.array === array) : [];
      if (!isSumOp(op) || own.length !== 1) this.#see(array);
      else this.#visitWrite(op, own[0]!);
    }
  }

  #visitWrite(op: SumOp, write: Write): void {
    const { array, mode, symbol } = write;
    const zero = this.#zero.get(array);
    if (zero === undefined) return;
    const from = write.offset ?? 0;
    const to = from + domainSize(op, write.at);
    const meeting = zero
      .map((piece) => ({ ...piece, from: Math.max(from, piece.from), to: Math.min(to, piece.to) }))
      .filter((piece) => piece.from < piece.to);
    const isFirst = mode === "add" && to > from && lengthOf(meeting) === to - from;
    const isClear =
      mode === "set" && op.kind === "map" && Object.is(finalNumber(op.body, symbol), 0);
    if (isFirst) this.first.add(write);
    else for (const piece of meeting) this.#seen.add(piece.write);
    if (isClear) this.#clears.add(write);
    const left = zero.flatMap((piece) => [
      { ...piece, to: Math.min(piece.to, from) },
      { ...piece, from: Math.max(piece.from, to) },
    ]);
    const next = left.filter((piece) => piece.from < piece.to);
    this.#zero.set(array, isClear ? [...next, { write, from, to }] : next);
  }

  #see(array: string): void {
    const zero = this.#zero.get(array);
    if (zero === undefined || zero.length === 0) return;
    for (const { write } of zero) this.#seen.add(write);
    this.#zero.set(array, []);
  }
}

/** A map cannot start from 0 by itself: it adds to 0. */
function addToZero(op: MapOp, first: ReadonlySet<Write>): MapOp {
  const added: Assignment[] = [];
  const writes = op.writes.map((write): Write => {
    if (!first.has(write)) return write;
    const symbol = freshSymbol(op, "sum", new Set(added.map(({ target }) => target)));
    added.push({ target: symbol, value: binary("+", num(0), name(write.symbol)) });
    return { ...write, symbol, mode: "set" };
  });
  return { ...op, body: [...op.body, ...added], writes };
}

function startSumsOf(program: Program): Program {
  const clearing = new Clearing(program);
  const { first, needless } = clearing;
  if (first.size === 0) return program;
  const change = (op: Op): Op[] => {
    if (!isSumOp(op)) return [op];
    const writes = op.writes.filter((write) => !needless.has(write));
    if (writes.length === 0 && !(op.kind === "map" && op.emit !== undefined)) return [];
    if (op.kind === "map") return [pruneBody(addToZero({ ...op, writes }, first))];
    const set = (write: Write): Write => (first.has(write) ? { ...write, mode: "set" } : write);
    return [{ ...op, writes: writes.map(set) }];
  };
  return renumberVersions({ ...program, ops: program.ops.flatMap(change) });
}

/** Lets sums start with their first terms. */
export const startSums: Pass = {
  name: "startSums",
  doc:
    "Arrays that are set to 0 and then added to as a whole are written by their first sum alone. " +
    "Bit for bit equal.",
  run: startSumsOf,
};
