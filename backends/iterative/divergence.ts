// Finds states that are no longer finite numbers and says which of the user's values that is.

import { DivergenceError } from "../../src/errors.js";
import type { NamedValue, Program } from "../../src/ir/program.js";
import { slotAt, type Memory, type ValueArray } from "./memory.js";

// Taken out once: in a test's realm every look-up of a global is slow.
const { isFinite } = Number;

/** Index inside a named value of an element of its array, or -1. */
function placeIn(named: NamedValue, array: string, element: number): number {
  if (named.array !== array || named.kind === "constant" || named.kind === "spikes") return -1;
  const place = element - named.offset;
  if (named.order !== undefined) return named.order.indexOf(place);
  return place >= 0 && place < named.count ? place : -1;
}

interface Found {
  readonly array: ValueArray;
  readonly element: number;
  readonly copy: number;
  readonly value: number;
}

function refuse(program: Program, step: number, found: Found): never {
  const { array, element, copy, value } = found;
  let where = array.spec.origin ?? array.spec.name;
  let index = element;
  for (const named of program.names) {
    const place = placeIn(named, array.spec.name, element);
    if (place < 0) continue;
    where = named.path;
    index = place;
    break;
  }
  const inCopy = program.batch > 1 ? ` of copy ${copy}` : "";
  throw new DivergenceError({
    code: "diverged",
    where,
    problem: `element ${index}${inCopy} is no longer a finite number after step ${step}`,
    got: value,
    hint: "Use a smaller dt, or check the inputs and the parameters that act on it.",
  });
}

/** Binds a scan over all real states; of a ring only what was pushed last, the rest was scanned. */
export function bindScan(program: Program, memory: Memory): (step: number) => void {
  const scanned = [...memory.values()].filter(
    (array): array is ValueArray =>
      array.kind === "values" && array.spec.role === "state" && array.spec.type === "real",
  );
  return (step) => {
    for (const array of scanned) {
      for (let copy = 0; copy < array.copies; copy++) {
        const first = slotAt(array, copy, 0) * array.length;
        for (let element = 0; element < array.length; element++) {
          const value = array.data[first + element]!;
          if (!isFinite(value)) refuse(program, step, { array, element, copy, value });
        }
      }
    }
  };
}
