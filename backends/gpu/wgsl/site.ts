// Reading and writing the arrays of a Program inside a kernel. Invariant: every address is made here;
// bases are constants, and the slot of a ring follows from the step of the block, so that no kernel has
// to move a head.

import { InternalError } from "../../../src/errors.js";
import type { Domain, Operand, Write } from "../../../src/ir/program.js";
import type { Place, Places, ValuesPlace } from "../places.js";
import type { Library } from "./maths.js";
import { literal, whole, type Text } from "./text.js";

/** Places of what the kernels share besides the arrays of the Program; see module.ts. */
export const control = {
  /** Position in the block of the step that a `stop` op ended, or all ones. */
  stopPosition: 0,
  stopOp: 1,
  /** Place of the first state that is not finite, or all ones. */
  odd: 2,
  /** Op that got no way forward from its random numbers, plus 1; position; and what it got. */
  stuckOp: 3,
  stuckPosition: 4,
  stuckValue: 5,
  /** From here on five words for each ring. */
  rings: 8,
} as const;
export const wordsPerRing = 5;
/** Words in the feed that describe one monitor: see `sample_dense`. */
export const descriptorWords = 7;

/** What writing the ops of a Program shares. */
export interface Scene {
  readonly places: Places;
  readonly library: Library;
  /** Pushes into each ring that are done when the op runs, in its step. */
  readonly pushed: ReadonlyMap<string, number>;
  /** Also runs in steps behind the one that a `stop` op ended. */
  readonly isUnguarded?: boolean;
}

/** One index for each domain: WGSL expressions. */
export type Indices = { readonly [K in Domain]?: string };

/** A sum of terms: numbers are added up, empty terms left out. */
function sum(...terms: readonly string[]): string {
  let constant = 0;
  const others = terms.filter((term) => {
    const isNumber = /^\d+u$/.test(term);
    if (isNumber) constant += parseInt(term, 10);
    return term !== "" && !isNumber;
  });
  if (constant === 0 && others.length > 0) return others.join(" + ");
  return [...others, whole(constant)].join(" + ");
}

/** Adds a constant to an index. */
export const plus = (index: string, constant: number): string =>
  index === "" && constant === 0 ? "" : sum(index, whole(constant));

const scaled = (index: string, factor: number): string =>
  factor === 1 ? index : `${index} * ${whole(factor)}`;

/** The arrays of a Program as the lines of one function see them. */
export class Site {
  readonly text: Text;
  readonly scene: Scene;
  /** WGSL expression: the copy of the batch. */
  readonly copy: string;
  indices: Indices = {};
  /** For operands at `spike` and `event`: place of a payload column by name. */
  columns: ReadonlyMap<string, number> = new Map();
  readonly #heads = new Map<string, string>();

  constructor(text: Text, scene: Scene, copy = "copy") {
    this.text = text;
    this.scene = scene;
    this.copy = copy;
  }

  /** The same arrays in another copy of the batch. */
  ofCopy(copy: string): Site {
    return new Site(this.text, this.scene, copy);
  }

  /** The slot of a ring with what was pushed `lag` pushes ago. */
  slot(place: Place, lag: number | string): string {
    const { ring, slots, spec } = place;
    if (ring === undefined) return "";
    if (slots === 1) return whole(0);
    const row = control.rings + ring.index * wordsPerRing;
    const done = this.scene.pushed.get(spec.name) ?? 0;
    const moved = ring.pushes === 0 ? "" : scaled("now.position", ring.pushes);
    const head = sum(`control[${row}]`, moved, done === 0 ? "" : whole(done));
    if (lag === 0) return `(${head}) % ${whole(slots)}`;
    const back = typeof lag === "number" ? whole(slots - lag) : `${whole(slots)} - ${lag}`;
    return `(${head} + ${back}) % ${whole(slots)}`;
  }

  /** Names the slot, once for each lag that is a number. */
  namedSlot(place: Place, lag: number): string {
    const key = `${place.spec.name}\n${lag}`;
    let known = this.#heads.get(key);
    if (known === undefined) {
      known = this.text.let(this.slot(place, lag), "slot");
      this.#heads.set(key, known);
    }
    return known;
  }

  /** First element of a copy and slot, counted from the base of the array. */
  block(place: Place, slot: string): string {
    const perCopy = place.slots * place.length;
    const ofCopy = place.copies === 1 ? "" : scaled(this.copy, perCopy);
    return sum(ofCopy, slot === "" || place.slots === 1 ? "" : scaled(slot, place.length));
  }

  /** An element of a copy and slot, counted from the base of the array. */
  within(place: Place, slot: string, element: string): string {
    return sum(this.block(place, slot), element);
  }

  index(at: Domain): string {
    if (at === "one") return whole(0);
    const index = this.indices[at];
    if (index === undefined) throw new InternalError("gpu", `has no index at ${at} here`);
    return index;
  }

  /** Address of an element, in the buffer of its array. */
  address(place: ValuesPlace, element: string, slot = ""): string {
    return plus(this.within(place, slot, element), place.base);
  }

  /** An element as float32. */
  value(place: ValuesPlace, address: string): string {
    const word = `${place.buffer}[${address}]`;
    return place.spec.type === "int" ? `f32(${word})` : word;
  }

  /** The lag at the edge at hand, or the number that it is. */
  lag(lag: number | string | undefined): number | string {
    if (typeof lag !== "string") return lag ?? 0;
    const place = this.scene.places.values(lag);
    const address = this.address(place, this.index("edge"));
    return this.text.let(`u32(${place.buffer}[${address}])`, "lag");
  }

  /** What an operand reads. */
  load(operand: Operand): string {
    const { at, array, offset = 0, repeat = 1, period } = operand;
    if (at === "spike" || at === "event") {
      const column = this.columns.get(array);
      if (column === undefined) throw new InternalError("gpu", `has no column ${array}`);
      return `reals[${plus(this.index(at), column)}]`;
    }
    const place = this.scene.places.values(array);
    let element = at === "one" ? "" : this.index(at);
    if (element !== "" && repeat !== 1) element = `(${element}) / ${whole(repeat)}`;
    if (element !== "" && period !== undefined && Number.isFinite(period)) {
      element = `((${element}) % ${whole(period)})`;
    }
    const lag = this.lag(operand.lag);
    const slot =
      place.ring === undefined
        ? ""
        : typeof lag === "number"
          ? this.namedSlot(place, lag)
          : this.text.let(this.slot(place, lag), "slot");
    return this.value(place, this.address(place, plus(element, offset), slot));
  }

  /** Address of what a write changes. */
  target({ array, at, offset = 0 }: Write): { place: ValuesPlace; address: string } {
    const place = this.scene.places.values(array);
    if (place.buffer !== "reals" && place.buffer !== "ints") {
      throw new InternalError("gpu", `writes ${array}, which is constant in a step`);
    }
    const element = at === "one" ? "" : this.index(at);
    return { place, address: this.address(place, plus(element, offset)) };
  }

  /** Writes a number over what is there, or adds it. */
  store(write: Write, value: string): void {
    const { place, address } = this.target(write);
    const word = `${place.buffer}[${address}]`;
    this.text.line(`${word} = ${this.joined(place, word, value, write.mode)};`);
  }

  /** What an element becomes. */
  joined(place: ValuesPlace, present: string, value: string, mode: Write["mode"]): string {
    const { library } = this.scene;
    if (place.spec.type !== "int") return mode === "add" ? `${present} + ${value}` : value;
    return mode === "add"
      ? `${library.use("add_int")}(${present}, ${value})`
      : `${library.use("to_int")}(${value})`;
  }

  /** The symbols that every body has. */
  symbols(): Map<string, string> {
    const dt = literal(this.scene.places.program.dt);
    return new Map([
      ["step", "now.step"],
      ["t", "now.time"],
      ["dt", dt],
    ]);
  }
}
