// Names that are given out once each. Invariant: what a caller gets depends only on what was asked before.

/** Gives out each name once; later takers of the same name get `name#2`, `name#3` ... */
export class UniqueNames {
  readonly #taken: Set<string>;
  /** Where to go on numbering names that were wanted more than once. */
  readonly #next = new Map<string, number>();

  /** `taken`: what others have already. */
  constructor(taken: Iterable<string> = []) {
    this.#taken = new Set(taken);
  }

  take(wanted: string): string {
    const before = this.#taken.size;
    if (this.#taken.add(wanted).size > before) return wanted;
    let number = this.#next.get(wanted) ?? 2;
    while (this.#taken.has(`${wanted}#${number}`)) number += 1;
    this.#next.set(wanted, number + 1);
    const name = `${wanted}#${number}`;
    this.#taken.add(name);
    return name;
  }
}
