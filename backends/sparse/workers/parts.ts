// The parts of a divided Program, each with a module and a memory that all threads can see. Invariant:
// what one part exchanges has the same layout for all.

import type { Division, Part } from "../../../src/ir/partition/types.js";
import type { Program } from "../../../src/ir/program.js";
import { allocate, allocateMemory } from "../../../src/memory/allocate.js";
import type { Memory } from "../../../src/memory/memory.js";
import { compileProgram } from "../compile-program.js";
import type { Compiled } from "../compiled.js";
import { newMemory } from "../executable.js";
import { viewOf } from "../views.js";
import { outboxBytes } from "./exchange.js";
import type { ExchangedList, ExchangePlan, ListPlace } from "./task.js";

/** A part with its code and its memory. */
export interface Loaded extends Part {
  readonly compiled: Compiled;
  readonly wasm: WebAssembly.Memory;
  /** The same memory as arrays. */
  readonly memory: Memory;
  /** Brings tables that copy tunable parameters up to date; absent where there are none. */
  readonly refresh?: () => void;
}

/** Makes the module and the memory of a part. */
export function loadPart(part: Part): Loaded {
  const { program } = part;
  const compiled = compileProgram(program, true);
  const wasm = newMemory(program, compiled.pages, true);
  const { buffer } = wasm;
  const memory = allocateMemory(program, (spec) => {
    const place = compiled.places.get(spec.name);
    return place === undefined ? allocate(spec, program) : viewOf(place, buffer, program.precision);
  });
  compiled.fill(buffer);
  const refresh = compiled.copied.size > 0 && { refresh: () => compiled.refresh(buffer) };
  return { ...part, compiled, wasm, memory, ...(refresh !== false && refresh) };
}

function placeOf({ compiled }: Loaded, array: string): ListPlace | undefined {
  const place = compiled.places.get(array);
  if (place?.kind !== "spikes") return undefined;
  const { length, slots, heads, counts, items, columns } = place;
  return { length, slots, heads, counts, items, columns };
}

/** How each part exchanges its spikes. */
export function exchangePlans(program: Program, division: Division, parts: readonly Loaded[]) {
  const arrays = new Map(program.arrays.map((spec) => [spec.name, spec]));
  const shared = division.lists.filter(({ isExchanged }) => isExchanged);
  const listsOf = (part: Loaded): ExchangedList[] =>
    shared.map(({ array, bounds }) => {
      const place = placeOf(part, array);
      const columns = arrays.get(array)?.payload?.length ?? 0;
      return { bounds, columns, ...(place !== undefined && { place }) };
    });
  const base = { steps: division.steps, isDouble: program.precision === "float64" };
  const outboxes = parts.map(
    (part, p) => new SharedArrayBuffer(outboxBytes({ ...base, lists: listsOf(part) }, p)),
  );
  return parts.map((part): ExchangePlan => ({ ...base, lists: listsOf(part), outboxes }));
}
