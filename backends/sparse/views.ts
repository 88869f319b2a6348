// Shows the arrays of a Program that lie in the memory of a module. Invariant: a view has the layout
// of src/memory/memory.ts, so all that works there works on it; the memory never grows, so views stay.

import type { Precision } from "../../src/ir/program.js";
import type { Reals, Stored } from "../../src/memory/memory.js";
import type { Place } from "./compiled.js";

/** Makes the views of an array at its place. */
export function viewOf(place: Place, buffer: ArrayBufferLike, precision: Precision): Stored {
  const { spec, length, slots, copies } = place;
  const ints = (address: number, count: number): Int32Array =>
    new Int32Array(buffer, address, count);
  const reals = (address: number, count: number): Reals =>
    precision === "float64"
      ? new Float64Array(buffer, address, count)
      : new Float32Array(buffer, address, count);
  const base = { spec, length, slots, copies, heads: ints(place.heads, copies) };
  const size = copies * slots * length;
  if (place.kind === "values") {
    const data = (spec.type === "int" ? ints : reals)(place.address, size);
    return { ...base, kind: "values", data };
  }
  if (place.kind === "spikes") {
    return {
      ...base,
      kind: "spikes",
      counts: ints(place.counts, copies * slots),
      items: ints(place.items, size),
      columns: place.columns.map((address) => reals(address, size)),
    };
  }
  const total = size * place.capacity;
  return {
    ...base,
    kind: "history",
    capacity: place.capacity,
    counts: ints(place.counts, size),
    steps: new Float64Array(buffer, place.steps, total),
    columns: place.columns.map((address) => reals(address, total)),
  };
}
