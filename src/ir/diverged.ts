// Says which of the user's values is no longer a finite number, and finds such values in a saved
// running state. Invariant: nothing is changed; equal states give equal errors on every backend.

import { allNames } from "./names.js";
import { DivergenceError } from "../errors.js";
import type { ArraySpec, NamedValue, Program } from "./program.js";
import { decodeState, type StateEntry } from "./state-bytes.js";

/** Index inside a named value of an element of its array, or -1. */
function placeIn(named: NamedValue, array: string, element: number): number {
  if (named.array !== array || named.kind === "constant" || named.kind === "spikes") return -1;
  const place = element - named.offset;
  if (named.order !== undefined) return named.order.indexOf(place);
  return place >= 0 && place < named.count ? place : -1;
}

/** Where a value is that is not finite. */
export interface Lost {
  readonly spec: ArraySpec;
  /** Of one copy and one slot. */
  readonly element: number;
  readonly copy: number;
  readonly value: number;
}

/** The error for it; one of the steps from `firstStep` to `lastStep`, numbered from 0, made it so. */
export function divergence(
  program: Program,
  { spec, element, copy, value }: Lost,
  { firstStep, lastStep }: { readonly firstStep: number; readonly lastStep: number },
): DivergenceError {
  let where = spec.origin ?? spec.name;
  let index = element;
  for (const named of allNames(program)) {
    const place = placeIn(named, spec.name, element);
    if (place < 0) continue;
    where = named.path;
    index = place;
    break;
  }
  const inCopy = program.batch > 1 ? ` of copy ${copy}` : "";
  const steps =
    firstStep < lastStep ? `one of the steps ${firstStep} to ${lastStep}` : `step ${lastStep}`;
  return new DivergenceError({
    code: "diverged",
    where,
    problem: `element ${index}${inCopy} is no longer a finite number after ${steps}`,
    got: value,
    hint: "Use a smaller dt, or check the inputs and the parameters that act on it.",
  });
}

// Not findIndex(): states may be the largest arrays that there are, and this costs a call for each.
function findOdd(data: ArrayLike<number>): number {
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i]!)) return i;
  return -1;
}

function findInColumns(
  spec: ArraySpec,
  columns: readonly ArrayLike<number>[],
  placeOf: (i: number) => Pick<Lost, "element" | "copy">,
): Lost | undefined {
  for (const column of columns) {
    const i = findOdd(column);
    if (i >= 0) return { spec, ...placeOf(i), value: column[i]! };
  }
  return undefined;
}

/** The first value of an array that is not finite; also one that travels with a spike. */
function findLost(spec: ArraySpec, entry: StateEntry): Lost | undefined {
  const { length, slots = 1 } = spec;
  const copyAt = (slot: number): number => Math.floor(slot / slots);
  if (entry.kind === "values") {
    return findInColumns(spec, [entry.data], (i) => ({
      element: i % length,
      copy: copyAt(Math.floor(i / length)),
    }));
  }
  const parts =
    entry.kind === "spikes"
      ? entry.slots.map(({ items, columns }, slot) => ({
          columns,
          placeOf: (i: number) => ({ element: items[i]!, copy: copyAt(slot) }),
        }))
      : entry.rows.map(({ columns }, row) => ({
          columns,
          placeOf: () => ({ element: row % length, copy: Math.floor(row / length) }),
        }));
  for (const { columns, placeOf } of parts) {
    const lost = findInColumns(spec, columns, placeOf);
    if (lost !== undefined) return lost;
  }
  return undefined;
}

/**
 * Throws a DivergenceError where a running state holds a value that is not finite. `since`: the number
 * of steps after which all were.
 */
export function refuseDiverged(program: Program, state: Uint8Array, since: number): void {
  const { stepCount, entries } = decodeState(program, state);
  for (const spec of program.arrays) {
    const entry = spec.role === "state" && spec.type !== "int" ? entries.get(spec.name) : undefined;
    const lost = entry && findLost(spec, entry);
    if (lost === undefined) continue;
    const lastStep = stepCount - 1;
    throw divergence(program, lost, { firstStep: Math.min(since, lastStep), lastStep });
  }
}
