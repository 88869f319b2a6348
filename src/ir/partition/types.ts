// What dividing a Program gives: a Program for each part, where the elements of its arrays come from,
// and which spikes must pass between the parts. Invariant: plain data; every element that changes in a
// step belongs to one part, or is computed alike by all.

import type { Op, Program } from "../program.js";

/** Elements of an array in their order: a run of neighbours, or a list. */
export interface Elements {
  readonly first: number;
  readonly count: number;
  /** Absent: first, first + 1, ... */
  readonly list?: Int32Array;
}

/** An array of a part that holds elements of an array of the whole. */
export interface Piece {
  /** Of the whole Program. */
  readonly array: string;
  /** Of the part. */
  readonly local: string;
  readonly elements: Elements;
  /** Whether the whole gets these elements back from this part. */
  readonly isOwner: boolean;
}

export interface Part {
  readonly program: Program;
  /** Everything but spike lists. */
  readonly pieces: readonly Piece[];
  /** Names of spike lists, which all parts number like the whole. */
  readonly lists: readonly string[];
}

/** A spike list, or a ring of them, of which each part fills the share of its own sources. */
export interface SharedList {
  readonly array: string;
  /** Part p owns the sources bounds[p] ... bounds[p + 1] - 1. */
  readonly bounds: readonly number[];
  /** Whether sources of one part reach targets of another. */
  readonly isExchanged: boolean;
}

export interface Division {
  readonly parts: readonly Part[];
  readonly lists: readonly SharedList[];
  /** So many steps can be done before parts need each other's spikes: the least delay between them. */
  readonly steps: number;
}

/** An op, or a share of its writes, and whether all parts do it alike. */
export interface Share {
  readonly op: Op;
  readonly isReplicated: boolean;
}
