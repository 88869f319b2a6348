// Sets of numbers that grow together. Invariant: the leader of a set is its smallest member, so that
// results do not depend on the order of the unions.

/** A partition of 0 .. count - 1 that starts as singletons. */
export class UnionFind {
  readonly #parent: Int32Array;

  constructor(count: number) {
    this.#parent = Int32Array.from({ length: count }, (_, i) => i);
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
