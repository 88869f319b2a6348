// What the value of each write of an op depends on, write by write. Invariant: constants are left out:
// what never changes in a step is the same for all parts.

import { neededBody } from "../../expr/needed.js";
import type { Assignment } from "../../expr/ast.js";
import type { Emit, Op, Operand, Program, Role, SpikeRef, Write } from "../program.js";

const changing: ReadonlySet<Role> = new Set<Role>(["state", "scratch", "input", "output"]);

/** Names of the arrays that may change in a step. */
export const changingArrays = ({ arrays }: Program): Set<string> =>
  new Set(arrays.filter(({ role }) => changing.has(role)).map(({ name }) => name));

/** One array that an op writes, and what the values depend on. */
export interface Dependence {
  readonly op: Op;
  readonly array: string;
  readonly reads: readonly string[];
  /** Spikes decide when it is written. */
  readonly spikes?: SpikeRef;
}

interface Body {
  readonly reads: readonly Operand[];
  readonly body: readonly Assignment[];
}

const isColumn = ({ at }: Operand): boolean => at === "spike" || at === "event";

/** The operands that some symbols of a body need. */
export function operandsFor({ reads, body }: Body, symbols: Iterable<string>): Operand[] {
  const { needed } = neededBody(body, symbols);
  return reads.filter((read) => needed.has(read.symbol) && !isColumn(read));
}

/** The spikes that trigger an op. */
export function spikesOf(op: Op): SpikeRef | undefined {
  if (op.kind === "deliver") return op.spikes;
  return op.kind === "edges" && op.trigger.on !== "every" ? op.trigger.spikes : undefined;
}

/** The symbols that decide what is emitted. */
export const emittedSymbols = ({ when, payload = [] }: Emit): string[] => [when, ...payload];

function ofBody(
  op: Op,
  body: Body & { readonly writes: readonly Write[] },
  isChanging: (array: string) => boolean,
): Dependence[] {
  const spikes = spikesOf(op);
  return body.writes.map(({ symbol, array, mode }) => {
    const reads = operandsFor(body, [symbol]).map((read) => read.array);
    const all = mode === "add" ? [...reads, array] : reads;
    return { op, array, reads: all.filter(isChanging), ...(spikes !== undefined && { spikes }) };
  });
}

/** What the writes of an op depend on. */
export function dependencesOf(op: Op, isChanging: (array: string) => boolean): Dependence[] {
  if (op.kind === "map") {
    const found = ofBody(op, op, isChanging);
    const { emit } = op;
    if (emit === undefined) return found;
    const reads = operandsFor(op, emittedSymbols(emit)).map(({ array }) => array);
    return [...found, { op, array: emit.list, reads: reads.filter(isChanging) }];
  }
  if (op.kind === "gather" || op.kind === "deliver" || op.kind === "edges") {
    return ofBody(op, op, isChanging);
  }
  if (op.kind === "ring") return [{ op, array: op.into.array, reads: [op.from.array] }];
  if (op.kind !== "random") return [];
  if (op.how !== "skip") return [{ op, array: op.write.array, reads: [] }];
  const own = [op.position.array, op.draws.array];
  const reads = [...op.reads.map(({ array }) => array), ...own].filter(isChanging);
  return [...own, op.emit.list].map((array) => ({ op, array, reads }));
}
