// Reads arrays into the index space of an op. Invariant: what is read has the axis of copies first and
// then one axis for each of the space, of size 1 where it does not vary.

import type { ArraySpec, Domain, Operand, SpikeRef } from "../../../src/ir/program.js";
import { valueOf, type Context } from "../context.js";
import type { Value } from "../onnx/graph.js";
import { placesAt, type Space, type View } from "./space.js";

/** Which element of an array belongs to index i of a domain. */
export interface Reach {
  readonly at: Domain;
  readonly offset?: number;
  readonly repeat?: number;
  readonly period?: number;
  readonly lag?: number | string;
}

const oneView = ({ shape }: Space): View => ({ size: 1, shape: shape.map(() => 1) });

const viewOf = (space: Space, at: Domain): View =>
  at === "one" ? oneView(space) : space.views[at]!;

/** What an operand reads of a plain array: one element, a run of neighbours, or listed elements. */
type Pick =
  | { readonly kind: "run"; readonly from: number; readonly count: number }
  | { readonly kind: "list"; readonly places: Int32Array };

function pick({ offset = 0, repeat = 1, period = Infinity }: Reach, view: View): Pick {
  const { size, places } = view;
  const place = (i: number): number => offset + (Math.floor(i / repeat) % period);
  if (size <= 1 || period === 1 || repeat >= size) return { kind: "run", from: offset, count: 1 };
  if (places !== undefined) return { kind: "list", places: places.map(place) };
  if (repeat === 1 && period >= size) return { kind: "run", from: offset, count: size };
  return { kind: "list", places: Int32Array.from({ length: size }, (_, i) => place(i)) };
}

/** A list of elements as a value; made once, however many ops read at the same places. */
function listOf(context: Context, space: Space, reach: Reach, places: Int32Array): Value {
  const { at, offset, repeat, period, lag } = reach;
  const key = [space.key, at, offset, repeat, period, lag].join(" | ");
  const { lists } = context.shared;
  const known = lists.get(key);
  if (known !== undefined) return known;
  const data = BigInt64Array.from(places, BigInt);
  const made = context.t.graph.tensor("int64", [places.length], data);
  lists.set(key, made);
  return made;
}

/** Reads a plain array, shape [copies, length], at the places of a domain. */
function loadPlain(context: Context, space: Space, array: Value, reach: Reach): Value {
  const { t } = context;
  const view = viewOf(space, reach.at);
  const copies = array.shape[0]!;
  const picked = pick(reach, view);
  if (picked.kind === "list") {
    const indices = listOf(context, space, reach, picked.places);
    return t.reshape(t.gather(array, indices, 1), [copies, ...view.shape]);
  }
  const { from, count } = picked;
  const run = t.slice(array, 1, from, from + count);
  return t.reshape(run, [copies, ...(count === 1 ? oneView(space) : view).shape]);
}

/** Reads a ring, shape [copies, slots, length], with a lag for each edge. */
function loadLagged(
  context: Context,
  space: Space,
  { array, spec, reach, lags }: LaggedParts,
): Value {
  const { t } = context;
  const { offset = 0, repeat = 1, period = Infinity } = reach;
  const edges = placesAt(space, "edge");
  const own = reach.at === "one" ? new Int32Array(edges.length) : placesAt(space, reach.at);
  const places = own.map(
    (i, visit) => lags[edges[visit]!]! * spec.length + offset + (Math.floor(i / repeat) % period),
  );
  const copies = array.shape[0]!;
  const flat = t.reshape(array, [copies, array.shape[1]! * array.shape[2]!]);
  return t.reshape(t.gather(flat, listOf(context, space, reach, places), 1), [
    copies,
    ...space.shape,
  ]);
}

interface LaggedParts {
  readonly array: Value;
  readonly spec: ArraySpec;
  readonly reach: Reach;
  readonly lags: ArrayLike<number>;
}

/** The lags of the edges; the verifier lets only constants be lags. */
function lagsOf({ shared }: Context, name: string): ArrayLike<number> {
  const { initial, length } = shared.specs.get(name)!;
  return typeof initial === "number" ? new Int32Array(length).fill(initial) : initial;
}

/** Reads an array, a ring or the marks of spikes at the places of a domain. */
export function loadArray(
  context: Context,
  space: Space,
  name: string,
  reach: Reach,
  column?: string,
): Value {
  const array = valueOf(context, name, column);
  const spec = context.shared.specs.get(name)!;
  if (spec.slots === undefined) return loadPlain(context, space, array, reach);
  const { t } = context;
  const { lag = 0 } = reach;
  if (typeof lag === "string") {
    return loadLagged(context, space, { array, spec, reach, lags: lagsOf(context, lag) });
  }
  const slot = t.slice(array, 1, lag, lag + 1);
  return loadPlain(context, space, t.reshape(slot, [array.shape[0]!, spec.length]), reach);
}

/** Which end of an edge a list of spikes speaks of. */
export interface Arriving {
  readonly spikes: SpikeRef;
  readonly end: "source" | "target";
}

const reachOf = ({ spikes, end }: Arriving): Reach => ({
  at: end,
  offset: spikes.offset ?? 0,
  ...(spikes.lag === undefined ? {} : { lag: spikes.lag }),
});

/** Where the spikes arrive. */
export const loadMarks = (context: Context, space: Space, arriving: Arriving): Value =>
  loadArray(context, space, arriving.spikes.array, reachOf(arriving));

/** Reads what an operand binds, as numbers. */
export function loadOperand(
  context: Context,
  space: Space,
  operand: Operand,
  arriving?: Arriving,
): Value {
  const { t } = context;
  if (operand.at === "spike") {
    const { array } = arriving!.spikes;
    return loadArray(context, space, array, reachOf(arriving!), operand.array);
  }
  return t.toReal(loadArray(context, space, operand.array, operand));
}
