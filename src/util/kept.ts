// Keeps what was computed from an object that never changes, for as long as the object lives.

/** Values by an object and a text that says what else they depend on. */
export class Kept<K extends object, V> {
  readonly #tables = new WeakMap<K, Map<string, V>>();

  /** The value that is kept; `make` runs where there is none yet. */
  get(key: K, text: string, make: () => V): V {
    let table = this.#tables.get(key);
    if (table === undefined) this.#tables.set(key, (table = new Map<string, V>()));
    const known = table.get(text);
    if (known !== undefined) return known;
    const made = make();
    table.set(text, made);
    return made;
  }
}
