// Merging: many small ops become few large ones, and their arrays neighbours in few base arrays.
// Schedule first, lay memory out afterwards. Invariant: deterministic, and equal to the Program
// before it in every bit: nothing is computed otherwise, only in fewer ops.

import { indexArraysOf, visitsOf } from "../ir/layout.js";
import type { ArraySpec, Initial, MapOp, Named, Op, Program } from "../ir/program.js";
import { nameAt } from "../ir/records.js";
import { assembleEdges } from "./merge/assemble-edges.js";
import { assembleMaps, assembleRings } from "./merge/assemble-maps.js";
import { rebaseOp, type Assembly } from "./merge/assemble.js";
import { planMerge } from "./merge/classes.js";
import type { Group } from "./merge/part.js";
import { takeInventory } from "./merge/inventory.js";
import { placeArrays } from "./merge/placement.js";
import { commonOrigin, NewArrays, stemOf } from "./support/new-arrays.js";
import type { Pass } from "./pass.js";
import { asConstant, isUnreferenced, referencedArrays } from "./support/references.js";
import { renumberVersions } from "./support/rewire.js";
import { initialAt } from "./support/values.js";

function joinInitial(specs: readonly ArraySpec[]): Initial {
  const first = specs[0]!.initial;
  if (specs.every(({ initial }) => typeof initial === "number" && Object.is(initial, first))) {
    return first;
  }
  const length = specs.reduce((sum, spec) => sum + spec.length, 0);
  const values = specs[0]!.type === "int" ? new Int32Array(length) : new Float64Array(length);
  let at = 0;
  for (const spec of specs) {
    for (let i = 0; i < spec.length; i++) values[at++] = initialAt(spec.initial, i);
  }
  return values;
}

/** The array that takes the place of several. */
function joinSpecs(specs: readonly ArraySpec[], name: string): ArraySpec {
  const { origin: _origin, unit, slots, ...first } = specs[0]!;
  const origin = commonOrigin(specs.map((spec) => spec.origin));
  const depth = specs.reduce((most, spec) => Math.max(most, spec.slots ?? 0), 0);
  return {
    ...first,
    name,
    length: specs.reduce((sum, spec) => sum + spec.length, 0),
    initial: joinInitial(specs),
    ...(slots === undefined ? {} : { slots: depth }),
    ...(unit !== undefined && specs.every((spec) => spec.unit === unit) ? { unit } : {}),
    ...(origin === undefined ? {} : { origin }),
  };
}

function nameBases(assembly: Omit<Assembly, "nameOf">): Map<number, string> {
  const { inventory, placement, created } = assembly;
  const names = new Map<number, string>();
  for (const [leader, members] of placement.bases) {
    names.set(leader, created.nameFor(stemOf(inventory.specs[members[0]!]!.name)));
  }
  return names;
}

/** The arrays of the merged Program but for those not used; a base stands where its first member stood. */
function joinArrays(assembly: Assembly, used: ReadonlySet<string>): ArraySpec[] {
  const { inventory, placement, nameOf, created } = assembly;
  const { specs, canMove } = inventory;
  const arrays: ArraySpec[] = [];
  const done = new Set<number>();
  const keep = (spec: ArraySpec): void => {
    if (!isUnreferenced(spec, used)) arrays.push(spec);
  };
  specs.forEach((spec, id) => {
    const base = canMove[id]! ? placement.baseOf(id) : id;
    const members = canMove[id]! ? placement.bases.get(base) : undefined;
    if (members === undefined) {
      keep(spec);
    } else if (!done.has(base)) {
      done.add(base);
      const joined = members.map((member) => specs[member]!);
      arrays.push(joinSpecs(joined, nameOf(base)));
    }
  });
  created.added.forEach(keep);
  return arrays;
}

/** Where a name is now; what no op uses any more becomes a constant. */
function moveName(assembly: Assembly, used: ReadonlySet<string>, named: Named): Named {
  if (named.kind === "constant") return named;
  const { inventory, placement, nameOf } = assembly;
  const id = inventory.idOf(named.array);
  const spec = inventory.specs[id]!;
  if (!inventory.canMove[id]!) return isUnreferenced(spec, used) ? asConstant(named, spec) : named;
  const array = nameOf(placement.baseOf(id));
  return array === named.array ? named : nameAt(named, array, named.offset + placement.startOf(id));
}

/** Ops that run for no element at all only keep others apart. */
function dropEmpty(program: Program): Program {
  let states: ReadonlySet<string> | undefined;
  const isState = (array: string): boolean => {
    states ??= new Set(program.arrays.flatMap(({ name, role }) => (role === "state" ? name : [])));
    return states.has(array);
  };
  const isEmpty = (op: Op): boolean => {
    if (op.kind === "map") {
      if (op.count > 0 || op.emit !== undefined) return false;
      return op.writes.every((write) => isState(write.array));
    }
    if (op.kind !== "gather" && op.kind !== "deliver" && op.kind !== "edges") return false;
    // A history is settled through its edges op even where that never runs by itself.
    const isKept = op.kind === "edges" && op.trigger.on === "history";
    const isSetting = op.kind === "gather" && op.writes.some((write) => write.mode === "set");
    return !isKept && !isSetting && visitsOf(op.layout) === 0;
  };
  const ops = program.ops.filter((op) => !isEmpty(op));
  return ops.length === program.ops.length ? program : { ...program, ops };
}

/** Outputs that lie behind one another on both sides are copied as one piece. */
function joinPieces(op: Op): Op {
  if (op.kind !== "io") return op;
  const pieces: (typeof op.pieces)[number][] = [];
  for (const piece of op.pieces) {
    const last = pieces.at(-1);
    const follows =
      last?.array === piece.array &&
      last.offset + last.count === piece.offset &&
      last.position + last.count === piece.position;
    if (follows) pieces.push({ ...pieces.pop()!, count: last.count + piece.count });
    else pieces.push(piece);
  }
  return { ...op, pieces };
}

/** Joins what a plan found. */
function assemble(program: Program): Program {
  const inventory = takeInventory(program);
  const plan = planMerge(inventory, program);
  const placement = placeArrays(plan);
  const created = new NewArrays(program, { taken: inventory.ids });
  const names = nameBases({ inventory, placement, created });
  const nameOf = (base: number): string => names.get(base) ?? inventory.specs[base]!.name;
  const assembly: Assembly = { inventory, placement, nameOf, created };
  const arrays = indexArraysOf(program);
  const build = (group: Group): Op[] => {
    const { op } = group[0]!;
    if (op.kind === "map") return assembleMaps(assembly, group);
    if (op.kind === "ring") return assembleRings(assembly, group);
    if (op.kind === "gather" || op.kind === "deliver" || op.kind === "edges") {
      return assembleEdges(assembly, arrays, group);
    }
    return group.map((part) => joinPieces(rebaseOp(assembly, part.op)));
  };
  const setup = plan.setup.flatMap(build) as MapOp[];
  const ops = plan.ops.flatMap(build);
  const used = referencedArrays({ ...program, setup, ops });
  return {
    ...program,
    setup,
    ops,
    arrays: joinArrays(assembly, used),
    names: program.names.map((named) => moveName(assembly, used, named)),
  };
}

/** Joins equal ops over neighbouring arrays. */
export const merge: Pass = {
  name: "merge",
  doc:
    "Joins equal ops into one, and their arrays into neighbours in one base array. " +
    "Bit for bit equal.",
  run: (program) => renumberVersions(assemble(dropEmpty(program))),
};
