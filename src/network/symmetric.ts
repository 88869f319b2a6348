// Symmetric synapses inside one population, where "every pair shares one coupling" needs both
// directions of a pair to agree. In a list of edges each entry is a coupling of its own.

import { ValidationError } from "../errors.js";
import { isListed } from "./connectivity.js";
import type { Connection } from "./types.js";

/** Throws where a symmetric synapse inside one population has values that contradict each other. */
export function checkSymmetric(where: string, connection: Connection, size: number): void {
  const { synapse, source, target, connectivity } = connection;
  if (!synapse.model.symmetric || source !== target) return;
  if (isListed(connectivity) || connectivity.kind === "one-to-one") return;
  for (const [name, values] of connection.values) {
    if (typeof values !== "object") continue;
    // A tap and the one opposite to it are the two directions of a pair; so are an entry of a
    // matrix and the one on the other side of its diagonal.
    if (connectivity.kind === "pattern") checkTaps(`${where}.${name}`, values);
    else checkMatrix(`${where}.${name}`, values, size);
  }
}

function contradiction(where: string, got: string): ValidationError {
  return new ValidationError({
    code: "not-symmetric",
    where,
    problem: "a symmetric synapse inside one population has two values for one pair",
    got,
    allowed: "equal values for both directions",
  });
}

function checkTaps(where: string, values: Float64Array): void {
  values.forEach((value, tap) => {
    const opposite = values.length - 1 - tap;
    if (value !== values[opposite]) throw contradiction(where, `taps ${tap} and ${opposite}`);
  });
}

function checkMatrix(where: string, values: Float64Array, size: number): void {
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < row; column += 1) {
      if (values[row * size + column] === values[column * size + row]) continue;
      throw contradiction(where, `entries ${row}, ${column} and ${column}, ${row}`);
    }
  }
}
