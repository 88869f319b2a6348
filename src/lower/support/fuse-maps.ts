// Two maps over the same elements as one. Invariant: element i does what it did in the first and then
// what it did in the second; where an element of the second needs another one of the first, or the
// other way round, there is no such map.

import { binary, name } from "../../expr/ast.js";
import { visitExpr } from "../../expr/rewrite.js";
import type { Emit, MapOp, Operand, Write } from "../../ir/program.js";
import { freshSymbol, pruneBody, resultsOf } from "./bodies.js";
import { joinBodies } from "./join-bodies.js";
import { commonOrigin } from "./new-arrays.js";
import { reachOf } from "./values.js";

/** Larger maps keep more streams of memory open than a processor follows or a GPU binds. */
const mostArrays = 64;
/** Larger bodies take compilers longer than joining them saves. */
const mostNodes = 2_000;

type Place = Operand | Write;

/** Whether element i is at offset + i, for all i. */
function isInPlace(place: Place, count: number): boolean {
  const { at, repeat = 1, lag } = place as Operand;
  if (lag !== undefined) return false;
  return at === "one" ? count === 1 : repeat === 1 && reachOf(place as Operand, count) === count;
}

type Relation = "apart" | "same" | "crossing";

function relate(a: Place, b: Place, count: number): Relation {
  if (a.array !== b.array) return "apart";
  const [one, other] = [a.offset ?? 0, b.offset ?? 0];
  const [oneReach, otherReach] = [a, b].map((each) => reachOf(each as Operand, count));
  if (one + oneReach! <= other || other + otherReach! <= one) return "apart";
  const isSame = a.at === b.at && one === other;
  return isSame && isInPlace(a, count) && isInPlace(b, count) ? "same" : "crossing";
}

/** How much two maps have to do with each other. */
export type Closeness = "values" | "places" | "nothing";

/** Whether the second map goes on with values of the first, or touches the same elements. */
export function closenessOf(first: MapOp, second: MapOp): Closeness {
  const { count } = first;
  if (count !== second.count) return "nothing";
  const meet = (a: readonly Place[], b: readonly Place[]): boolean =>
    a.some((one) => b.some((other) => relate(one, other, count) === "same"));
  const touched = [...second.reads, ...second.writes];
  if (meet(first.writes, touched)) return "values";
  return meet(first.reads, touched) ? "places" : "nothing";
}

const writesOnce = ({ writes }: MapOp): boolean =>
  new Set(writes.map(({ array }) => array)).size === writes.length;

function canFuse(first: MapOp, second: MapOp, isReal: (array: string) => boolean): boolean {
  const { count } = first;
  const isCrossing = (a: Place) => (b: Place) => relate(a, b, count) === "crossing";
  // Integers are cut off where they are stored, so a symbol is not what is read again.
  const allowsRead = (write: Write) => (read: Operand) => {
    const relation = relate(write, read, count);
    return relation === "apart" || (relation === "same" && isReal(write.array));
  };
  // One op writes an array in one place: else its elements cannot run side by side.
  const allowsWrite = (write: Write) => (later: Write) =>
    write.array !== later.array || (relate(write, later, count) === "same" && isReal(write.array));
  return (
    first.writes.every(
      (write) => second.reads.every(allowsRead(write)) && second.writes.every(allowsWrite(write)),
    ) && !first.reads.some((read) => second.writes.some(isCrossing(read)))
  );
}

/** A map that adds to one of these arrays, as one that reads and replaces. */
function withSums(op: MapOp, arrays: ReadonlySet<string>): MapOp {
  let next = op;
  for (const write of op.writes) {
    if (write.mode !== "add" || !arrays.has(write.array)) continue;
    const { mode: _mode, symbol: term, ...place } = write;
    const present = freshSymbol(next, "present", new Set());
    const sum = freshSymbol(next, "sum", new Set());
    next = {
      ...next,
      reads: [...next.reads, { ...place, symbol: present, version: write.version - 1 }],
      body: [...next.body, { target: sum, value: binary("+", name(present), name(term)) }],
      writes: next.writes.map((each) =>
        each === write ? { ...place, symbol: sum, mode: "set" } : each,
      ),
    };
  }
  return next;
}

const arraysOf = ({ reads, writes }: MapOp): Set<string> =>
  new Set([...reads, ...writes].map(({ array }) => array));

/** Whether both together stay within the limits. */
function isSmall(...maps: readonly MapOp[]): boolean {
  if (new Set(maps.flatMap((map) => [...arraysOf(map)])).size > mostArrays) return false;
  let nodes = 0;
  for (const { value } of maps.flatMap(({ body }) => body)) visitExpr(value, () => (nodes += 1));
  return nodes <= mostNodes;
}

function renamedEmit(emit: Emit, rename: (symbol: string) => string): Emit {
  const { when, payload } = emit;
  const renamed = { ...emit, when: rename(when) };
  return payload === undefined ? renamed : { ...renamed, payload: payload.map(rename) };
}

function join(first: MapOp, second: MapOp): MapOp {
  const isSame = (a: Place, b: Place): boolean => relate(a, b, first.count) === "same";
  const kept = first.writes.filter((write) => !second.writes.some((later) => isSame(write, later)));
  const { reads, body, rename } = joinBodies({
    first,
    second,
    lasting: new Set(resultsOf({ ...first, writes: kept })),
    valueOf: (read) => first.writes.find((write) => isSame(write, read))?.symbol,
  });
  const later = second.writes.map((write) => ({ ...write, symbol: rename(write.symbol) }));
  const emit = first.emit ?? (second.emit && renamedEmit(second.emit, rename));
  const origin = commonOrigin([first.origin, second.origin]);
  const { origin: _origin, ...head } = first;
  return pruneBody({
    ...head,
    ...(origin === undefined ? {} : { origin }),
    merged: (first.merged ?? 1) + (second.merged ?? 1),
    reads,
    body,
    writes: [...kept, ...later],
    ...(emit === undefined ? {} : { emit }),
  });
}

/** The map that does both, or undefined where their elements need each other or it gets too large. */
export function fuseMaps(
  first: MapOp,
  second: MapOp,
  isReal: (array: string) => boolean,
): MapOp | undefined {
  if (first.count !== second.count || (first.emit && second.emit) !== undefined) return undefined;
  if (!writesOnce(first) || !writesOnce(second) || !isSmall(first, second)) return undefined;
  const others = arraysOf(second);
  const shared = new Set([...arraysOf(first)].filter((array) => others.has(array)));
  const [one, other] = [withSums(first, shared), withSums(second, shared)];
  return canFuse(one, other, isReal) ? join(one, other) : undefined;
}
