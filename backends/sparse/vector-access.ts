// Loads and stores of neighbouring elements at once. Invariant: lane i holds what the scalar code
// would read or write at the index of the first lane plus i.

import type { Operand, Write } from "../../src/ir/program.js";
import type { ValuesPlace } from "./compiled.js";
import { valuesOf } from "./context.js";
import type { Lanes, LaneValue } from "./lanes/lanes.js";
import type { Site } from "./site.js";
import { isNonzero } from "./tables.js";
import type { Local } from "./wasm/function-builder.js";

/** Whether the operand means one element for all indices. */
const isSingle = ({ at, period }: Operand): boolean => at === "one" || period === 1;

/** Whether neighbours of the index are neighbours in the array, for first lanes at multiples. */
const isContiguous = ({ repeat = 1, period }: Operand, lanes: number): boolean =>
  repeat === 1 && (period === undefined || period % lanes === 0);

/** Whether all lanes read one element, for first lanes at multiples of the number of lanes. */
const isShared = ({ repeat = 1 }: Operand, lanes: number): boolean => repeat % lanes === 0;

/** Loads an operand for all lanes; the index of the first lane is a multiple of their number. */
export function loadVector(site: Site, lanes: Lanes, read: Operand, place: ValuesPlace): LaneValue {
  const { fn } = site;
  const value = fn.local("v128");
  const base = site.valuesBase(read);
  const from = base.offset + (read.offset ?? 0) * place.width;
  if (isSingle(read)) {
    fn.i32(0);
    site.toAddress(base, place.width);
    loadSplat(site, place, from);
  } else if (isContiguous(read, lanes.count)) {
    site.pushElement(read);
    site.toAddress(base, place.width);
    loadNeighbours(site, lanes, place, from);
  } else if (isShared(read, lanes.count)) {
    site.pushElement(read);
    site.toAddress(base, place.width);
    loadSplat(site, place, from);
  } else loadEach(site, lanes, read, place, from);
  fn.set(value);
  return lanes.value(value, isNonzero(place));
}

/** One number into every lane; its address is on the stack. */
function loadSplat(site: Site, place: ValuesPlace, from: number): void {
  const { fn, context } = site;
  const { scalar, vector, width } = context;
  if (place.spec.type !== "int") {
    fn.memory(width === 8 ? "v128.load64_splat" : "v128.load32_splat", from);
    return;
  }
  fn.memory("i32.load", from).op(`${scalar}.convert_i32_s`).op(`${vector}.splat`);
}

function loadNeighbours(site: Site, lanes: Lanes, place: ValuesPlace, from: number): void {
  const { fn } = site;
  if (place.spec.type !== "int") fn.memory("v128.load", from);
  else if (lanes.count === 4) fn.memory("v128.load", from).op("f32x4.convert_i32x4_s");
  else fn.memory("v128.load64_zero", from).op("f64x2.convert_low_i32x4_s");
}

/** Lane by lane, where repeat or period fall between the lanes. */
function loadEach(site: Site, lanes: Lanes, read: Operand, place: ValuesPlace, from: number): void {
  const { fn, context } = site;
  const { scalar, vector } = context;
  const base = site.valuesBase(read);
  for (let lane = 0; lane < lanes.count; lane++) {
    site.pushElement(read, lane);
    site.toAddress(base, place.width);
    if (place.spec.type === "int") fn.memory("i32.load", from).op(`${scalar}.convert_i32_s`);
    else fn.memory(`${scalar}.load`, from);
    if (lane === 0) fn.op(`${vector}.splat`);
    else fn.lane(`${vector}.replace_lane`, lane);
  }
}

/** Stores all lanes at neighbouring elements. */
export function storeVector(
  site: Site,
  lanes: Lanes,
  write: Write,
  place: ValuesPlace,
  value: Local,
): void {
  const { fn, context } = site;
  const base = site.valuesBase(write);
  const to = base.offset + (write.offset ?? 0) * place.width;
  site.pushElement(write);
  site.toAddress(base, place.width);
  if (place.spec.type === "int") {
    fn.get(value);
    if (lanes.count === 4) fn.op("i32x4.trunc_sat_f32x4_s").memory("v128.store", to);
    else fn.op("i32x4.trunc_sat_f64x2_s_zero").memoryLane("v128.store64_lane", to, 0);
    return;
  }
  if (write.mode === "add") {
    const address = fn.local("i32");
    fn.tee(address).get(address).memory("v128.load", to);
    fn.get(value).op(`${context.vector}.add`);
  } else fn.get(value);
  fn.memory("v128.store", to);
}

/** Whether a body can run over several elements at once and still give what one by one gives. */
export function canRunInLanes(
  site: Site,
  { reads, writes }: { readonly reads: readonly Operand[]; readonly writes: readonly Write[] },
): boolean {
  const isInt = ({ array }: Write): boolean => valuesOf(site.context, array).spec.type === "int";
  // Sums into one element, or into an element that another write adds to as well, keep their order.
  const plain = writes.every(
    (write) => write.at === "element" && !(write.mode === "add" && isInt(write)),
  );
  const arrays = new Set(writes.map(({ array }) => array));
  return (
    plain &&
    arrays.size === writes.length &&
    reads.every(({ at }) => at === "element" || at === "one")
  );
}
