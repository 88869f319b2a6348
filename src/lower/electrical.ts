// Sums that are the same in every step, such as the conductances of electrical synapses: where a sum
// begins with such terms, they are added up now. Invariant: only the beginning of a sum is taken, so
// that every addition keeps its operands.

import { accessOf } from "../ir/access.js";
import { indexArraysOf, visitsOf } from "../ir/layout.js";
import type { ArraySpec, GatherOp, MapOp, Op, Program, Write } from "../ir/program.js";
import { isBodyOp, pruneBody } from "./support/bodies.js";
import { isKnownWrite, writeKnown, type KnownContext } from "./support/known-sums.js";
import { NewArrays, stemOf } from "./support/new-arrays.js";
import type { Pass } from "./pass.js";
import { dropUnreferenced } from "./support/references.js";
import { renumberVersions } from "./support/rewire.js";

/** More edges than this are not added up while compiling. */
const mostVisits = 2 ** 22;

/** One write to an array, in the order of the step. */
interface Contribution {
  readonly at: number;
  readonly op: MapOp | GatherOp;
  readonly write: Write;
}

/** The known beginning of a sum. */
interface Beginning {
  readonly array: string;
  readonly parts: readonly Contribution[];
  readonly values: Float64Array;
  /** Nothing else is added: the sum is a parameter. */
  readonly isWhole: boolean;
}

interface Chain {
  readonly contributions: Contribution[];
  /** Where the array is first read, or written by something that is not understood. */
  end: number;
  writes: number;
}

function chainsOf(program: Program): Map<string, Chain> {
  const chains = new Map<string, Chain>();
  for (const { name, role, type } of program.arrays) {
    if (role === "scratch" && type === "real") {
      chains.set(name, { contributions: [], end: Infinity, writes: 0 });
    }
  }
  for (const { array } of program.names) chains.delete(array);
  program.ops.forEach((op, at) => {
    const { reads, writes } = accessOf(op);
    for (const { array } of reads) {
      const chain = chains.get(array);
      if (chain !== undefined) chain.end = Math.min(chain.end, at);
    }
    const isClear = op.kind === "map" || (op.kind === "gather" && op.layout.kind !== "uniform");
    for (const { array } of writes) {
      const chain = chains.get(array);
      if (chain === undefined) continue;
      chain.writes += 1;
      if (!isClear) chain.end = Math.min(chain.end, at);
    }
    if (!isClear) return;
    for (const write of op.writes) chains.get(write.array)?.contributions.push({ at, op, write });
  });
  return chains;
}

function beginningOf(
  context: KnownContext,
  spec: ArraySpec,
  { contributions, end, writes }: Chain,
): Beginning | undefined {
  const parts: Contribution[] = [];
  for (const part of contributions) {
    if (part.at >= end || !isKnownWrite(context, part.op, part.write)) break;
    parts.push(part);
  }
  const gathers = parts.filter(({ op }) => op.kind === "gather");
  const visits = gathers.reduce((sum, { op }) => sum + visitsOf((op as GatherOp).layout), 0);
  if (visits === 0 || visits > mostVisits) return undefined;
  const values = new Float64Array(spec.length);
  for (const { op, write } of parts) writeKnown(context, op, write, values);
  if (values.some(Number.isNaN)) return undefined;
  return { array: spec.name, parts, values, isWhole: parts.length === writes };
}

/** The map that starts a sum with its known beginning; `ids` are taken. */
function startMap(ids: Set<string>, made: NewArrays, { array, parts, values }: Beginning): MapOp {
  let number = 0;
  while (ids.has(`sum${number}`)) number += 1;
  ids.add(`sum${number}`);
  const known = made.addValues(values, "parameter", stemOf(array));
  return {
    kind: "map",
    id: `sum${number}`,
    phase: parts.at(-1)!.op.phase,
    count: values.length,
    reads: [{ symbol: "known", array: known, version: 0, at: "element" }],
    body: [],
    writes: [{ symbol: "known", array, version: 1, at: "element", mode: "set" }],
  };
}

function withoutWrites(op: Op, gone: ReadonlySet<Write>): Op[] {
  if (!isBodyOp(op) || op.kind === "random") return [op];
  const writes = op.writes.filter((write) => !gone.has(write));
  if (writes.length === op.writes.length) return [op];
  const isEmpty = writes.length === 0 && !(op.kind === "map" && op.emit !== undefined);
  return isEmpty ? [] : [pruneBody({ ...op, writes })];
}

function addUp(program: Program): Program {
  const specs = new Map(program.arrays.map((spec) => [spec.name, spec]));
  const context: KnownContext = { program, specs, arrays: indexArraysOf(program) };
  const made = new NewArrays(program);
  const found = [...chainsOf(program)]
    .map(([array, chain]) => beginningOf(context, specs.get(array)!, chain))
    .filter((one) => one !== undefined);
  if (found.length === 0) return program;
  const gone = new Set(found.flatMap(({ parts }) => parts.map(({ write }) => write)));
  const starts = new Map<number, MapOp[]>();
  const ids = new Set([...program.setup, ...program.ops].map((op) => op.id));
  const wholes = new Map<string, Float64Array>();
  for (const one of found) {
    if (one.isWhole) {
      wholes.set(one.array, one.values);
      continue;
    }
    const { at } = one.parts.at(-1)!;
    starts.set(at, [...(starts.get(at) ?? []), startMap(ids, made, one)]);
  }
  const ops = program.ops.flatMap((op, at) => [
    ...withoutWrites(op, gone),
    ...(starts.get(at) ?? []),
  ]);
  const arrays = program.arrays.map((spec): ArraySpec => {
    const initial = wholes.get(spec.name);
    return initial === undefined ? spec : { ...spec, role: "parameter", perCopy: false, initial };
  });
  return renumberVersions({ ...program, ops, arrays: [...arrays, ...made.added] });
}

/** Adds up now what is the same in every step. */
export const electrical: Pass = {
  name: "electrical",
  doc:
    "Sums that begin with terms of parameters alone start from their value instead of adding them " +
    "in every step. Bit for bit equal.",
  run: (program) => dropUnreferenced(addUp(program)),
};
