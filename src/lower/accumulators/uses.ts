// Edge states and the ops that touch them: decays, deliveries and sums. Invariant: a state counts as
// found only when every op that touches it is one of these.

import { accessOf } from "../../ir/access.js";
import type {
  ArraySpec,
  DeliverOp,
  Domain,
  GatherOp,
  MapOp,
  Op,
  Operand,
  Program,
  Write,
} from "../../ir/program.js";

interface Use<T extends Op> {
  readonly op: T;
  /** Place in the ops of the step. */
  readonly at: number;
  /** Element of the state that belongs to the first edge (or element) of the op. */
  readonly offset: number;
}
/** A map that makes a state smaller. */
export interface DecayUse extends Use<MapOp> {
  readonly symbol: string;
  readonly write: Write;
}
/** What arriving spikes do to a state; what is not written is only read. */
export interface DeliveryUse extends Use<DeliverOp> {
  readonly read?: Operand;
  readonly write?: Write;
}
/** Sums of a state by target. */
export interface SumUse extends Use<GatherOp> {
  readonly symbol: string;
}
/** An array with one value for each edge, and all that the step does with it. */
export interface EdgeState {
  readonly spec: ArraySpec;
  readonly decays: DecayUse[];
  readonly deliveries: DeliveryUse[];
  readonly sums: SumUse[];
}

/** What a search gives: states, and for those that are left as they are the reason, by array. */
export interface Found {
  readonly states: Map<string, EdgeState>;
  readonly refused: Map<string, string>;
}

const readsOf = (op: { readonly reads: readonly Operand[] }, array: string): Operand[] =>
  op.reads.filter((read) => read.array === array && read.at !== "spike" && read.at !== "event");

const writesOf = (op: { readonly writes: readonly Write[] }, array: string): Write[] =>
  op.writes.filter((write) => write.array === array);

/** One element for each index, from an offset on. */
const isPlain = ({ at, repeat = 1, period, lag }: Operand, domain: Domain): boolean =>
  at === domain && repeat === 1 && period === undefined && lag === undefined;

const offsetOf = ({ offset = 0 }: Operand | Write): number => offset;

function asDecay(op: MapOp, at: number, array: string): DecayUse | undefined {
  const [read, ...more] = readsOf(op, array);
  const [write, ...others] = writesOf(op, array);
  if (read === undefined || write === undefined || more.length + others.length > 0)
    return undefined;
  const offset = offsetOf(read);
  const fits = isPlain(read, "element") && write.mode === "set" && offsetOf(write) === offset;
  return fits ? { op, at, offset, symbol: read.symbol, write } : undefined;
}

function asDelivery(op: DeliverOp, at: number, array: string): DeliveryUse | undefined {
  const [read, ...more] = readsOf(op, array);
  const [write, ...others] = writesOf(op, array);
  if (more.length + others.length > 0) return undefined;
  if (read !== undefined && !isPlain(read, "edge")) return undefined;
  if (write !== undefined && (write.at !== "edge" || write.mode !== "set")) return undefined;
  const offset = offsetOf((read ?? write)!);
  if (write !== undefined && offsetOf(write) !== offset) return undefined;
  return {
    ...{ op, at, offset },
    ...(read === undefined ? {} : { read }),
    ...(write === undefined ? {} : { write }),
  };
}

function asSum(op: GatherOp, at: number, array: string): SumUse | undefined {
  const [read, ...more] = readsOf(op, array);
  if (read === undefined || more.length > 0 || writesOf(op, array).length > 0) return undefined;
  return isPlain(read, "edge")
    ? { op, at, offset: offsetOf(read), symbol: read.symbol }
    : undefined;
}

/** Notes a use; false where the op is none. */
function note(state: EdgeState, op: Op, at: number): boolean {
  const { name } = state.spec;
  const addTo = <T>(list: T[], use: T | undefined): boolean => {
    if (use !== undefined) list.push(use);
    return use !== undefined;
  };
  switch (op.kind) {
    case "map":
      return addTo(state.decays, asDecay(op, at, name));
    case "deliver":
      return addTo(state.deliveries, asDelivery(op, at, name));
    case "gather":
      return addTo(state.sums, asSum(op, at, name));
    default:
      return false;
  }
}

/** The arrays that spikes change edge by edge, or that are summed edge by edge. */
function candidates({ arrays, ops }: Program): Map<string, EdgeState> {
  const byEdge = new Set<string>();
  for (const op of ops) {
    if (op.kind !== "gather" && op.kind !== "deliver") continue;
    for (const place of [...op.reads, ...op.writes])
      if (place.at === "edge") byEdge.add(place.array);
  }
  const states = new Map<string, EdgeState>();
  for (const spec of arrays) {
    const { name, role, type, slots } = spec;
    if (role !== "state" || type !== "real" || slots !== undefined || !byEdge.has(name)) continue;
    states.set(name, { spec, decays: [], deliveries: [], sums: [] });
  }
  return states;
}

/** Finds the edge states of a Program by what its ops do with them. */
export function findUses(program: Program): Found {
  const states = candidates(program);
  const refused = new Map<string, string>();
  program.ops.forEach((op, at) => {
    const { reads, writes } = accessOf(op);
    for (const array of new Set([...reads, ...writes].map((one) => one.array))) {
      const state = states.get(array);
      if (state === undefined || note(state, op, at)) continue;
      states.delete(array);
      refused.set(array, `${op.id} is neither a decay nor a delivery nor a sum of it`);
    }
  });
  for (const [array, { decays }] of states) {
    if (decays.length > 0) continue;
    states.delete(array);
    refused.set(array, "nothing makes it smaller");
  }
  return { states, refused };
}
