// Deliveries with a delay for each edge get sums of their own, which are added to the state afterwards:
// a backend can then add what will arrive as soon as the spike is there. Invariant: the terms of a
// target keep their order; only the state comes last in the sum instead of first.

import { num } from "../expr/ast.js";
import { neededBody } from "../expr/needed.js";
import { expectedActivity } from "../ir/expected-activity.js";
import { edgesOf, sourcesOf, targetsOf } from "../ir/layout.js";
import type { ArraySpec, DeliverOp, MapOp, Op, Operand, Program, Write } from "../ir/program.js";
import { headOf, operand, write } from "./accumulators/parts.js";
import type { Pass } from "./pass.js";
import { NewArrays } from "./support/new-arrays.js";
import { renumberVersions } from "./support/rewire.js";

type Specs = ReadonlyMap<string, ArraySpec>;

/** Where as many edges of a source have one delay, meeting them when they are due is the faster way. */
const mostPerDelay = 32;
/**
 * What meeting one delay of one spike costs, against clearing, handing over and adding one sum. Measured:
 * with 50 delays and as many targets as sources both are equal where 0.7 of a thousand fire in a step.
 */
const meetingCost = 28;

const fixedRoles: ReadonlySet<string> = new Set(["parameter", "tunable", "derived"]);

/** Whether the terms are known as soon as a spike is: nothing in them changes over time. */
function hasFixedTerms({ reads, body, writes }: DeliverOp, specs: Specs): boolean {
  const results = writes.map(({ symbol }) => symbol);
  const known = new Set(["dt", ...reads.map(({ symbol }) => symbol)]);
  const isFixed = ({ at, array, lag }: Operand): boolean => {
    if ((at !== "edge" && at !== "one") || lag !== undefined) return false;
    const { role, perCopy, slots } = specs.get(array)!;
    return fixedRoles.has(role) && !perCopy && slots === undefined;
  };
  const { needed } = neededBody(body, results);
  return reads.every(isFixed) && [...needed].every((symbol) => known.has(symbol));
}

/** Whether everything is added to real states, each in one place. */
function addsToStates({ writes }: DeliverOp, specs: Specs): boolean {
  const isSum = ({ array, at, mode }: Write): boolean => {
    const { role, type, slots } = specs.get(array)!;
    const isState = role === "state" && type === "real" && slots === undefined;
    return isState && at === "target" && mode === "add";
  };
  return writes.every(isSum) && new Set(writes.map(({ array }) => array)).size === writes.length;
}

/** How many different delays the edges have; 0 where they are not known. */
function countDelays({ spikes, layout }: DeliverOp, specs: Specs): number {
  if (typeof spikes.lag !== "string" || layout.kind !== "csr" || layout.rows !== "source") return 0;
  const { role, initial } = specs.get(spikes.lag)!;
  return role === "index" && typeof initial === "object" ? new Set(initial).size : 0;
}

interface Expected {
  readonly specs: Specs;
  readonly delays: number;
  readonly activity: number;
}

/** Whether adding ahead costs less, at the activity that is expected, than meeting every delay. */
function pays({ layout, reads }: DeliverOp, { specs, delays, activity }: Expected): boolean {
  // After a write everything that is under way is added up anew, and some write in every step.
  if (reads.some(({ array }) => specs.get(array)!.role !== "parameter")) return false;
  const sources = sourcesOf(layout);
  const isScattered = edgesOf(layout) < mostPerDelay * sources * delays;
  return isScattered && meetingCost * delays * activity * sources >= targetsOf(layout);
}

/** The ops that take the place of a delivery: clear its sums, deliver into them, add them. */
function rewrite(
  op: DeliverOp,
  { specs, created, freshId }: { specs: Specs; created: NewArrays; freshId: () => string },
): Op[] {
  const count = targetsOf(op.layout);
  const head = { ...headOf(op), kind: "map", count } as const;
  const sums = op.writes.map(({ array }, i) => {
    const { unit, origin = op.origin } = specs.get(array)!;
    const spec = {
      type: "real",
      role: "scratch",
      length: count,
      initial: 0,
      perCopy: true,
    } as const;
    const about = { ...(unit !== undefined && { unit }), ...(origin !== undefined && { origin }) };
    return { symbol: `sum${i}`, array: created.add({ ...spec, ...about }, "arriving") };
  });
  const at = "element";
  const clear: MapOp = {
    ...head,
    ...{ id: freshId(), reads: [] },
    body: sums.map(({ symbol }) => ({ target: symbol, value: num(0) })),
    writes: sums.map(({ symbol, array }) => write(symbol, { array, at })),
  };
  const writes = op.writes.map((one, i): Write => {
    const { offset: _, ...rest } = one;
    return { ...rest, array: sums[i]!.array };
  });
  const add: MapOp = {
    ...head,
    ...{ id: freshId(), body: [] },
    reads: sums.map(({ symbol, array }) => operand(symbol, { array, at })),
    writes: op.writes.map(({ array, offset = 0 }, i) =>
      write(sums[i]!.symbol, { array, at, offset }, "add"),
    ),
  };
  return [clear, { ...op, writes }, add];
}

/** Gives ids that no op has yet. */
function idMaker({ setup, ops, settle = [], rebuild = [] }: Program): () => string {
  const taken = new Set([...setup, ...ops, ...settle, ...rebuild].map(({ id }) => id));
  let number = 0;
  return () => {
    while (taken.has(`arriving${number}`)) number += 1;
    return `arriving${number++}`;
  };
}

function addUp(program: Program, isForced: boolean): Program {
  const specs: Specs = new Map(program.arrays.map((spec) => [spec.name, spec]));
  const activity = expectedActivity(program);
  const isChosen = (op: Op): op is DeliverOp => {
    if (op.kind !== "deliver") return false;
    const delays = countDelays(op, specs);
    if (delays < 2 || !addsToStates(op, specs) || !hasFixedTerms(op, specs)) return false;
    return isForced || pays(op, { specs, delays, activity });
  };
  if (!program.ops.some(isChosen)) return program;
  const created = new NewArrays(program);
  const rewriting = { specs, created, freshId: idMaker(program) };
  const ops = program.ops.flatMap((op) => (isChosen(op) ? rewrite(op, rewriting) : [op]));
  return renumberVersions({ ...program, arrays: [...program.arrays, ...created.added], ops });
}

const doc =
  "Deliveries with many delays add up what arrives in a step, then add it to the state. " +
  "Within 1e-12 in one step from equal states.";
const common = { name: "arrivals", doc, tolerance: 1e-12 } as const;

/** Adds up what arrives where few edges of a source have the same delay. */
export const arrivals: Pass = { ...common, run: (program) => addUp(program, false) };
/** Adds up what arrives wherever that is possible. */
export const allArrivals: Pass = { ...common, run: (program) => addUp(program, true) };
