// Decides which ops become one and, from that, which arrays lie behind one another in one base
// array. Invariant: stable: groups, classes and the rules that split them agree when this is done.

import type { Assignment } from "../../expr/ast.js";
import type { Op, Program } from "../../ir/program.js";
import { findBundles, type Bundles } from "./bundles.js";
import { joinEnds } from "./join-ends.js";
import { findDependencies, type Graph } from "./dependencies.js";
import { groupOps } from "./grouping.js";
import type { Inventory } from "./inventory.js";
import type { Group, Part, Slot } from "./part.js";
import { describePart } from "./parts.js";
import { Numbering, pushTo, TupleNumbering, UnionFind } from "./sets.js";

export interface Plan {
  readonly inventory: Inventory;
  readonly bundles: Bundles;
  readonly setup: readonly Group[];
  readonly ops: readonly Group[];
  /** The leader of the class of arrays that an array is in. */
  readonly classOf: (array: number) => number;
}

/** Ops that may change places among each other. */
interface Segment {
  readonly parts: readonly Part[];
  readonly graph: Graph;
  /** How they were grouped last, and by what. */
  last: { readonly signatures: readonly number[]; readonly groups: readonly Group[] };
}

/** A run of one phase, not across the place where monitors sample. */
function splitPhases(ops: readonly Op[]): Op[][] {
  const runs: Op[][] = [];
  ops.forEach((op, i) => {
    const before = ops[i - 1];
    const isNew =
      before === undefined ||
      before.phase !== op.phase ||
      before.kind === "record" ||
      op.kind === "record";
    if (isNew) runs.push([]);
    runs.at(-1)!.push(op);
  });
  return runs;
}

/** Refinements that keep this many rounds from settling are cut short by leaving arrays alone. */
const mostRounds = 12;

class Planner {
  readonly #bundles: Bundles;
  readonly #setup: Segment[];
  readonly #ops: Segment[];
  readonly #parts: Part[];
  readonly #texts = new Numbering();
  /** What must be equal for arrays to be joined: at first their kind, then also what is found. */
  readonly #colours: string[];
  /** The same as numbers, where they are known already. */
  readonly #colourNumbers: (number | undefined)[];

  constructor(
    readonly inventory: Inventory,
    readonly program: Program,
  ) {
    this.#bundles = findBundles(inventory, [...program.setup, ...program.ops]);
    this.#colours = inventory.colours.slice();
    this.#colourNumbers = inventory.colours.map(() => undefined);
    const byId = new Map(program.ops.map((op) => [op.id, op]));
    let index = 0;
    const described = new Map<readonly Assignment[], Part>();
    const context = { inventory, bundles: this.#bundles, texts: this.#texts, described };
    const segment = (ops: readonly Op[]): Segment => {
      const first = index;
      return {
        parts: ops.map((op) => describePart(context, op, index++)),
        graph: findDependencies(inventory, { ops, first }, (id) => byId.get(id)),
        last: { signatures: [], groups: [] },
      };
    };
    this.#setup = splitPhases(program.setup).map(segment);
    this.#ops = splitPhases(program.ops).map(segment);
    this.#parts = [...this.#setup, ...this.#ops].flatMap(({ parts }) => parts);
  }

  #mark(array: number, text: string): void {
    this.#colours[array] += text;
    this.#colourNumbers[array] = undefined;
  }

  #colourOf(array: number): number {
    let number = this.#colourNumbers[array];
    if (number === undefined) {
      number = this.#texts.numberOf(this.#colours[array]!);
      this.#colourNumbers[array] = number;
    }
    return number;
  }

  /** Equal numbers for parts that may be joined. */
  #signatures(parts: readonly Part[]): number[] {
    const numbers = new TupleNumbering();
    const tuple: number[] = [];
    return parts.map(({ canMerge, form, slots }, i) => {
      if (!canMerge) return -1 - i;
      tuple.length = 0;
      tuple.push(form);
      for (const { array } of slots) tuple.push(this.#colourOf(array));
      return numbers.numberOf(tuple);
    });
  }

  /** The groups of a segment; most keep theirs from round to round. */
  #groupSegment(segment: Segment): readonly Group[] {
    const { parts, graph, last } = segment;
    const signatures = this.#signatures(parts);
    const isSame = signatures.every((signature, i) => signature === last.signatures[i]);
    if (isSame && last.signatures.length > 0) return last.groups;
    const members = groupOps(graph, signatures);
    const groups = members.map((list) => list.map((member) => parts[member]!));
    segment.last = { signatures, groups };
    return groups;
  }

  #group(segments: readonly Segment[]): Group[] {
    return segments.flatMap((segment) => this.#groupSegment(segment));
  }

  #classes(groups: readonly Group[]): UnionFind {
    const sets = new UnionFind(this.inventory.specs.length);
    for (const group of groups) {
      group[0]!.slots.forEach((slot, i) => {
        if (slot.axis === "source" || slot.axis === "target") return;
        for (const part of group) sets.join(slot.array, part.slots[i]!.array);
      });
    }
    return sets;
  }

  /**
   * An op that reads one array and writes another must not find both in one base: raises the mark
   * of the written one. True if anything changed.
   */
  #separate(sets: UnionFind, round: number): boolean {
    let changed = false;
    const levels = new Map<number, number>();
    const levelOf = (array: number): number => levels.get(array) ?? 0;
    for (const { written, touched } of this.#parts) {
      for (const to of written) {
        for (const from of touched) {
          if (from === to || sets.find(from) !== sets.find(to)) continue;
          if (levelOf(to) <= levelOf(from)) levels.set(to, levelOf(from) + 1);
          changed = true;
        }
      }
    }
    for (const [array, level] of levels) {
      this.#mark(array, round < mostRounds ? `/${level}` : `/#${array}`);
    }
    return changed;
  }

  /** Lists of one base are emptied together, so one group must emit all of them. */
  #coverLists(sets: UnionFind, groups: readonly Group[], round: number): boolean {
    const { idOf } = this.inventory;
    const emitters = new Map<number, number>();
    groups.forEach((group, number) => {
      for (const { op } of group) {
        if (op.kind === "map" && op.emit !== undefined) emitters.set(idOf(op.emit.list), number);
      }
    });
    const found = new Map<number, number>();
    const broken = new Set<number>();
    for (const [list, number] of emitters) {
      const leader = sets.find(list);
      const known = found.get(leader);
      if (known === undefined) found.set(leader, number);
      else if (known !== number) broken.add(leader);
    }
    for (const [list, number] of emitters) {
      if (!broken.has(sets.find(list))) continue;
      this.#mark(list, round < mostRounds ? `/emit${number}` : `/#${list}`);
    }
    return broken.size > 0;
  }

  /** A ring op pushes a whole array: its group must cover the class, each array once. */
  #coverRings(sets: UnionFind, groups: readonly Group[], round: number): boolean {
    const rings = groups.filter((group) => group[0]!.op.kind === "ring");
    if (rings.length === 0) return false;
    const sizes = new Map<number, number>();
    this.inventory.specs.forEach((_, id) => {
      sizes.set(sets.find(id), (sizes.get(sets.find(id)) ?? 0) + 1);
    });
    const covers = (slots: readonly Slot[]): boolean => {
      const arrays = new Set(slots.map(({ array }) => array));
      return arrays.size === slots.length && sizes.get(sets.find(slots[0]!.array)) === arrays.size;
    };
    let changed = false;
    groups.forEach((group, number) => {
      if (group[0]!.op.kind !== "ring") return;
      const ends = [0, 1].map((end) => group.map((part) => part.slots[end]!));
      if (ends.every(covers)) return;
      changed = true;
      const isTwice = new Set(ends.flat().map(({ array }) => array)).size < 2 * group.length;
      for (const { array } of ends.flat()) {
        const isAlone = isTwice || round >= mostRounds;
        this.#mark(array, isAlone ? `/#${array}` : `/ring${number}`);
      }
    });
    return changed;
  }

  plan(): Plan {
    for (let round = 0; ; round++) {
      const setup = this.#group(this.#setup);
      const ops = this.#group(this.#ops);
      const sets = this.#classes([...setup, ...ops]);
      // All are asked, so that one round finds as much as it can.
      const splits = [
        this.#separate(sets, round),
        this.#coverLists(sets, ops, round),
        this.#coverRings(sets, ops, round),
      ];
      if (splits.includes(true)) continue;
      joinEnds(this.inventory, this.#bundles, sets, [...setup, ...ops]);
      const classOf = (array: number): number => sets.find(array);
      return { inventory: this.inventory, bundles: this.#bundles, setup, ops, classOf };
    }
  }
}

/** Finds groups and classes. */
export const planMerge = (inventory: Inventory, program: Program): Plan =>
  new Planner(inventory, program).plan();

/** The arrays of each class with more than one, in the order of the Program. */
export function membersOfClasses({ inventory, classOf }: Plan): Map<number, number[]> {
  const classes = new Map<number, number[]>();
  inventory.canMove.forEach((canMove, id) => {
    if (canMove) pushTo(classes, classOf(id), id);
  });
  for (const [leader, members] of classes) if (members.length < 2) classes.delete(leader);
  return classes;
}
