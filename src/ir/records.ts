// Operands, writes, spikes and names as records of a few shapes. Invariant: the same fields as a spread
// would give. In Node 20 each `{ ...record, field }` that adds a field has a hidden class of its own
// (not so in Node 24), and every look at one of thousands of them is slow: compiling 1000 single
// synapses took twice as long.

import type {
  Domain,
  Emit,
  Initial,
  Named,
  NamedPool,
  NamedValue,
  Operand,
  SpikeRef,
  Write,
} from "./program.js";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What an operand may say beyond symbol, array, version and domain. */
export type OperandExtra = Pick<Operand, "offset" | "repeat" | "period" | "lag">;

/** An operand from what it needs and what it may say. */
export function makeOperand(
  symbol: string,
  { array, version }: { readonly array: string; readonly version: number },
  at: Domain,
  extra?: OperandExtra,
): Operand {
  const made: Mutable<Operand> = { symbol, array, version, at };
  if (extra === undefined) return made;
  if (extra.offset !== undefined) made.offset = extra.offset;
  if (extra.repeat !== undefined) made.repeat = extra.repeat;
  if (extra.period !== undefined) made.period = extra.period;
  if (extra.lag !== undefined) made.lag = extra.lag;
  return made;
}

/** The operand at a version; itself where it is that one. */
export function operandAt(operand: Operand, version: number): Operand {
  if (operand.version === version) return operand;
  const { symbol, array, at } = operand;
  return makeOperand(symbol, { array, version }, at, operand);
}

/** A write that makes a version. */
export function writeAt(write: Omit<Write, "version">, version: number): Write {
  const { symbol, array, at, mode, offset } = write;
  const made: Mutable<Write> = { symbol, array, version, at, mode };
  if (offset !== undefined) made.offset = offset;
  return made;
}

/** Spikes as a version of their array has them. */
export function spikesAt(spikes: Omit<SpikeRef, "version">, version: number): SpikeRef {
  const { array, lag, offset } = spikes;
  const made: Mutable<SpikeRef> = { array, version };
  if (lag !== undefined) made.lag = lag;
  if (offset !== undefined) made.offset = offset;
  return made;
}

/** What a map emits, as a version of its list. */
export function emitAt(emit: Omit<Emit, "version">, version: number): Emit {
  const { when, list, offset, append, payload } = emit;
  const made: Mutable<Emit> = { when, list, version };
  if (offset !== undefined) made.offset = offset;
  if (append !== undefined) made.append = append;
  if (payload !== undefined) made.payload = payload;
  return made;
}

/** What a name keeps wherever its values are. */
function sameName(named: Named, kind: Named["kind"]): Mutable<NamedValue> | Mutable<NamedPool> {
  const { count, shape, unit, rank } = named;
  const place = { array: "", offset: 0, count, shape, kind };
  const made: Mutable<NamedValue> | Mutable<NamedPool> =
    "members" in named ? { ...place, members: named.members } : { path: named.path, ...place };
  if (unit !== undefined) made.unit = unit;
  if (rank !== undefined) made.rank = rank;
  return made;
}

/** The same name for another place; the order of its values stays unless it is given. */
export function nameAt(named: Named, array: string, offset: number, order = named.order): Named {
  const made = sameName(named, named.kind);
  made.array = array;
  made.offset = offset;
  if (named.values !== undefined) made.values = named.values;
  if (order !== undefined) made.order = order;
  return made;
}

/** The same name for values that no array holds. */
export function constantName(named: Named, values: Initial): Named {
  const made = sameName(named, "constant");
  made.values = values;
  return made;
}
