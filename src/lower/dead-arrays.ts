// Removes what nobody can see: assignments, writes, ops and arrays that reach no output, no named
// state and no function of the user. Sums that nothing is added to become the number they start
// with. Invariant: what has a name, stops a run or is called from outside stays.

import { num, type Expr } from "../expr/ast.js";
import { accessOf } from "../ir/access.js";
import type { EdgesOp, GatherOp, MapOp, Op, Program } from "../ir/program.js";
import { finalNumber, isBodyOp, neededBody, pruneBody, replaceReads } from "./support/bodies.js";
import type { BodyOp } from "./support/bodies.js";
import type { Pass } from "./pass.js";
import { dropDeadStores } from "./support/dead-stores.js";
import { dropUnreferenced, referencedArrays } from "./support/references.js";
import { renumberVersions } from "./support/rewire.js";

/** Scratch arrays to which only ever one number is written. */
function constantScratch(program: Program): Map<string, number> {
  const found = new Map<string, number>();
  const varying = new Set<string>();
  const scratch = new Set(
    program.arrays
      .filter((spec) => spec.role === "scratch" && spec.type === "real")
      .map((spec) => spec.name),
  );
  for (const op of program.ops) {
    for (const { array } of accessOf(op).writes) {
      if (op.kind !== "map" || !scratch.has(array)) varying.add(array);
    }
    if (op.kind !== "map") continue;
    for (const { array, symbol, mode } of op.writes) {
      const value = mode === "set" ? finalNumber(op.body, symbol) : undefined;
      const known = found.get(array);
      const fits = value !== undefined && (known === undefined || Object.is(known, value));
      if (fits) found.set(array, value);
      else varying.add(array);
    }
  }
  for (const array of varying) found.delete(array);
  return found;
}

function readConstants(program: Program): Program {
  const constants = constantScratch(program);
  if (constants.size === 0) return program;
  const change = (op: Op): Op => {
    if (!isBodyOp(op)) return op;
    const values = new Map<string, Expr>();
    for (const { symbol, array, at } of op.reads) {
      const value = at === "spike" || at === "event" ? undefined : constants.get(array);
      if (value !== undefined) values.set(symbol, num(value));
    }
    return replaceReads(op, values);
  };
  return { ...program, ops: program.ops.map(change) };
}

/** Finds the arrays whose values somebody can see, directly or through others. */
class Liveness {
  readonly live = new Set<string>();
  #changed = true;

  constructor(readonly program: Program) {
    for (const { kind, array } of program.names) if (kind !== "constant") this.live.add(array);
    for (const { name, role } of program.arrays) {
      if (role === "input" || role === "output") this.live.add(name);
    }
    const { setup, settle = [], rebuild = [] } = program;
    const ops: Op[] = [...setup, ...program.ops, ...settle, ...rebuild].reverse();
    while (this.#changed) {
      this.#changed = false;
      for (const op of ops) this.#visit(op);
    }
  }

  #mark(array: string): void {
    if (this.live.has(array)) return;
    this.live.add(array);
    this.#changed = true;
  }

  #visit(op: Op): void {
    if (op.kind === "random" || !isBodyOp(op)) {
      this.#visitWhole(op);
      return;
    }
    const kept = liveResults(op, this.live);
    if (kept === undefined) return;
    const { needed } = neededBody(op.body, kept);
    for (const { symbol, at, array } of op.reads) {
      if (at !== "spike" && at !== "event" && needed.has(symbol)) this.#mark(array);
    }
    if (op.kind === "deliver") this.#mark(op.spikes.array);
    if (op.kind !== "edges" || op.trigger.on === "every") return;
    this.#mark(op.trigger.spikes.array);
    if (op.trigger.on === "history") this.#mark(op.trigger.history);
  }

  #visitWhole(op: Op): void {
    const { reads, writes } = accessOf(op);
    const isSeen =
      op.kind === "host" || op.kind === "stop" || writes.some(({ array }) => this.live.has(array));
    if (!isSeen) return;
    for (const { array } of reads) this.#mark(array);
    // What a function writes is part of its contract, and a position is kept with its list.
    for (const { array } of writes) this.#mark(array);
  }
}

type Written = Exclude<BodyOp, { kind: "random" }>;

/** The symbols whose values reach a live array; undefined where none does. */
function liveResults(op: Written, live: ReadonlySet<string>): string[] | undefined {
  const kept = op.writes.filter((write) => live.has(write.array)).map((write) => write.symbol);
  const emit = op.kind === "map" && op.emit !== undefined && live.has(op.emit.list);
  if (kept.length === 0 && !emit) return undefined;
  return emit ? [...kept, op.emit!.when, ...(op.emit!.payload ?? [])] : kept;
}

function keepLive(op: Op, live: ReadonlySet<string>): Op[] {
  if (op.kind === "random" || !isBodyOp(op)) {
    const { writes } = accessOf(op);
    const isKept = writes.length === 0 || writes.some(({ array }) => live.has(array));
    return isKept || op.kind === "host" ? [op] : [];
  }
  if (liveResults(op, live) === undefined) return [];
  const writes = op.writes.filter((write) => live.has(write.array));
  const kept = { ...op, writes };
  if (kept.kind === "map" && kept.emit !== undefined && !live.has(kept.emit.list)) {
    const { emit: _emit, ...rest } = kept;
    return [pruneBody(rest)];
  }
  return [pruneBody(kept)];
}

type BookOp = MapOp | GatherOp | EdgesOp;

/** What settles and rebuilds something that is seen. */
function liveBooks({ settle, rebuild }: Program, live: ReadonlySet<string>): Partial<Program> {
  const keep = <T extends BookOp>(ops: readonly T[]): T[] =>
    ops.flatMap((op) => keepLive(op, live)) as T[];
  return {
    ...(settle === undefined ? {} : { settle: keep(settle) }),
    ...(rebuild === undefined ? {} : { rebuild: keep(rebuild) }),
  };
}

/** Arrays that nothing refers to and nobody can name. */
function dropArrays(program: Program): Program {
  const used = referencedArrays(program);
  for (const { array, kind } of program.names) if (kind !== "constant") used.add(array);
  const arrays = program.arrays.filter(
    ({ name, role }) => used.has(name) || role === "input" || role === "output",
  );
  return { ...program, arrays };
}

function removeDead(program: Program): Program {
  const direct = dropDeadStores(readConstants(program));
  const { live } = new Liveness(direct);
  const setup = direct.setup.flatMap((op) => keepLive(op, live)) as MapOp[];
  const ops = direct.ops.flatMap((op) => keepLive(op, live));
  const kept = { ...direct, setup, ops, ...liveBooks(direct, live) };
  return dropArrays(dropUnreferenced(renumberVersions(kept)));
}

/** Removes arrays, ops and assignments that nothing depends on. */
export const deadArrays: Pass = {
  name: "deadArrays",
  doc:
    "Drops what reaches no output, named state, stop or user function; sums that nothing is added " +
    "to become the number they start with. Bit for bit equal.",
  run: removeDead,
};
