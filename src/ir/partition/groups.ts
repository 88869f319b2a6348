// Which elements must stay together: sets that grow together where an op needs both in the same step.
// Invariant: the root of a set is its first element, so the order of elements decides nothing else.

/** Disjoint sets of the numbers 0 ... size - 1. */
export class Groups {
  readonly #parent: Int32Array;

  constructor(size: number) {
    this.#parent = new Int32Array(size);
    for (let i = 0; i < size; i++) this.#parent[i] = i;
  }

  /** The first element of the set. */
  rootOf(element: number): number {
    const parent = this.#parent;
    let at = element;
    while (parent[at] !== at) {
      const next = parent[parent[at]!]!;
      parent[at] = next;
      at = next;
    }
    return at;
  }

  /** Joins two sets; false where they were one. */
  join(a: number, b: number): boolean {
    const one = this.rootOf(a);
    const two = this.rootOf(b);
    if (one === two) return false;
    if (one < two) this.#parent[two] = one;
    else this.#parent[one] = two;
    return true;
  }
}
