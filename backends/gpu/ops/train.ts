// Arriving spikes inside a kernel: which sources fired, and where the payload of a spike lies.

import type { SpikeRef } from "../../../src/ir/program.js";
import type { SpikesPlace } from "../places.js";
import { plus, type Site } from "../wgsl/site.js";
import { whole } from "../wgsl/text.js";

/** Spikes as an op sees them. */
export class Train {
  readonly ref: SpikeRef;
  readonly #site: Site;
  readonly #list: SpikesPlace;
  /** Where the lag is a number: place of the first source in the list. */
  #first = "";

  constructor(site: Site, ref: SpikeRef) {
    this.ref = ref;
    this.#site = site;
    this.#list = site.scene.places.spikes(ref.array);
    if (!this.isPerEdge) {
      const slot =
        this.#list.ring === undefined ? "" : site.namedSlot(this.#list, Number(ref.lag ?? 0));
      this.#first = site.text.let(plus(site.block(this.#list, slot), ref.offset ?? 0), "first");
    }
    const names = this.#list.spec.payload ?? [];
    site.columns = new Map(names.map((name, i) => [name, this.#list.columns[i]!]));
  }

  get isPerEdge(): boolean {
    return typeof this.ref.lag === "string";
  }

  get slots(): number {
    return this.#list.slots;
  }

  /** Does `inner` where the spike of this end arrives; at an edge, its own lag is looked up. */
  whereFired(end: string, inner: () => void, onlyLag?: string): void {
    const { text } = this.#site;
    let first = this.#first;
    let due = "";
    if (this.isPerEdge) {
      const lag = String(this.#site.lag(this.ref.lag));
      const slot = text.let(this.#site.slot(this.#list, lag), "slot");
      first = text.let(plus(this.#site.block(this.#list, slot), this.ref.offset ?? 0), "first");
      due = onlyLag === undefined ? "" : `${lag} == ${onlyLag} && `;
    }
    const place = text.let(`${first} + ${end}`, "spike");
    text.block(`if (${due}ints[${plus(place, this.#list.base)}] != 0)`, () => {
      this.#site.indices = { ...this.#site.indices, spike: place };
      inner();
    });
  }
}

/** Runs `inner` for each lag from the oldest on, where order matters and each edge has its own lag. */
export function overLags(
  site: Site,
  train: Train,
  isOrdered: boolean,
  inner: (onlyLag?: string) => void,
): void {
  if (!train.isPerEdge || !isOrdered) return inner();
  const { text } = site;
  text.block(`for (var back = 0u; back < ${whole(train.slots)}; back++)`, () => {
    inner(text.let(`${whole(train.slots - 1)} - back`, "lag"));
  });
}
