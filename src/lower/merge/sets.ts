// Sets of numbers that grow together. Invariant: the leader of a set is its smallest member, so that
// results do not depend on the order of the unions.

/** A partition of 0 .. count - 1 that starts as singletons. */
export class UnionFind {
  readonly #parent: Int32Array;

  constructor(count: number) {
    this.#parent = new Int32Array(count);
    for (let i = 0; i < count; i++) this.#parent[i] = i;
  }

  find(member: number): number {
    const parent = this.#parent;
    let root = member;
    while (parent[root]! !== root) root = parent[root]!;
    let at = member;
    while (parent[at]! !== root) {
      const next = parent[at]!;
      parent[at] = root;
      at = next;
    }
    return root;
  }

  join(a: number, b: number): void {
    const one = this.find(a);
    const two = this.find(b);
    if (one !== two) this.#parent[Math.max(one, two)] = Math.min(one, two);
  }
}

/** Gives equal texts equal numbers: numbers are quicker to compare, again and again. */
export class Numbering {
  readonly #known = new Map<string, number>();

  numberOf(text: string): number {
    let number = this.#known.get(text);
    if (number === undefined) this.#known.set(text, (number = this.#known.size));
    return number;
  }
}

/** Appends to the list kept under a key. */
export function pushTo<K, V>(table: Map<K, V[]>, key: K, value: V): void {
  const list = table.get(key);
  if (list === undefined) table.set(key, [value]);
  else list.push(value);
}

/** Gives equal lists of numbers equal numbers: 0, 1, 2 ... in the order in which they are first met. */
export class TupleNumbering {
  /** The last number that was given to a list with this hash. */
  readonly #byHash = new Map<number, number>();
  /** The number that was given before to a list with the same hash, or -1. */
  readonly #before: number[] = [];
  readonly #start: number[] = [0];
  readonly #items: number[] = [];

  numberOf(tuple: readonly number[]): number {
    let hash = tuple.length;
    for (let i = 0; i < tuple.length; i++) hash = (Math.imul(hash, 0x9e3779b1) + tuple[i]!) | 0;
    const last = this.#byHash.get(hash) ?? -1;
    for (let number = last; number >= 0; number = this.#before[number]!) {
      if (this.#isAt(number, tuple)) return number;
    }
    const added = this.#before.length;
    this.#before.push(last);
    this.#byHash.set(hash, added);
    for (let i = 0; i < tuple.length; i++) this.#items.push(tuple[i]!);
    this.#start.push(this.#items.length);
    return added;
  }

  #isAt(number: number, tuple: readonly number[]): boolean {
    const start = this.#start[number]!;
    if (this.#start[number + 1]! - start !== tuple.length) return false;
    for (let i = 0; i < tuple.length; i++) if (this.#items[start + i] !== tuple[i]) return false;
    return true;
  }
}
