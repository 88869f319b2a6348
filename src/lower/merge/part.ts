// A part: an op as the merging pass sees it. Invariant: types only; `describePart` makes the parts.

import type { Assignment } from "../../expr/ast.js";
import type { DeliverOp, EdgesOp, GatherOp, MapOp, Op } from "../../ir/program.js";
import type { Bundles } from "./bundles.js";
import type { Inventory } from "./inventory.js";
import type { Refs } from "./refs.js";
import type { Numbering } from "./sets.js";

/** What the index of a reference runs over; `whole`: all of an array, `own`: one element per part. */
export type Axis = "element" | "edge" | "source" | "target" | "whole" | "own";

/** A reference to an array whose place matters when parts are joined. */
export interface Slot {
  readonly axis: Axis;
  readonly array: number;
  readonly offset: number;
  /** How many neighbouring elements it covers. */
  readonly span: number;
  readonly isWrite: boolean;
}

/** What a read of a body is: `same` in all parts, a parameter with known values, or a slot. */
export type Bound =
  | { readonly kind: "same" }
  | { readonly kind: "parameter" }
  /** The number of the slot. */
  | { readonly kind: "slot"; readonly slot: number };

/** Ops whose bodies can be joined. */
export type Bodied = MapOp | GatherOp | DeliverOp | EdgesOp;

export interface Part {
  /** Place in the list of ops that the part comes from. */
  readonly index: number;
  readonly op: Op;
  readonly refs: Refs;
  readonly canMerge: boolean;
  /** A number for everything that must be equal, but for the colours of the slots' arrays. */
  readonly form: number;
  readonly slots: readonly Slot[];
  /** One for each read of the body. */
  readonly bounds: readonly Bound[];
  /** Arrays that the op writes, and all that it reads or writes. */
  readonly written: readonly number[];
  readonly touched: readonly number[];
}

/** Parts that run together, in the order of the Program they come from. */
export type Group = readonly Part[];

export interface PartContext {
  readonly inventory: Inventory;
  readonly bundles: Bundles;
  readonly texts: Numbering;
  /** For each body the part that was described last. */
  readonly described: Map<readonly Assignment[], Part>;
}
