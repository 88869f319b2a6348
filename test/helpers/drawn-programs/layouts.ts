// Layouts of every kind, drawn around the widths of vectors. Invariant: what is drawn fits the op:
// compressed rows are by the end that it asks for.

import type { Layout } from "../../../src/ir/program.js";
import type { Draft } from "./draft.js";

export type LayoutKind = Layout["kind"];

/** How large a layout is to be. */
export interface Sizes {
  /** Targets, or elements of an axis. */
  readonly targets: number;
  /** Edges of a target, sources, or taps. */
  readonly degree: number;
}

type Rows = "source" | "target";
type Drawer = (draft: Draft, sizes: Sizes, rows: Rows) => Layout;

/** Edges of each row: equally many, any number up to a bound, or mostly none. */
function drawDegrees(draft: Draft, rows: number, degree: number): number[] {
  const { dice } = draft;
  const how = dice.below(3);
  return Array.from({ length: rows }, () => {
    if (how === 0) return degree;
    return how === 1 || dice.chance(0.2) ? dice.below(degree + 1) : 0;
  });
}

function drawCsr(draft: Draft, { targets, degree }: Sizes, rows: Rows): Layout {
  const { dice } = draft;
  const ends = draft.pick([1, 2, 3, 5, 8, 11]);
  const degrees = drawDegrees(draft, targets, degree);
  const first = draft.pick([0, 0, 0, 2]);
  const start = new Int32Array(targets + 1).fill(first);
  degrees.forEach((count, row) => (start[row + 1] = start[row]! + count));
  const positions = start[targets]!;
  const length = positions + draft.pick([0, 0, 3]);
  const other = Int32Array.from({ length }, () => dice.below(ends));
  if (dice.chance(0.5)) for (let row = 0; row < targets; row++) sortRow(other, start, row);
  const isNumbered = dice.chance(0.5);
  const edges = positions + draft.pick([0, 0, 1]);
  const numbers = Int32Array.from({ length }, () => dice.below(Math.max(1, edges)));
  const sides =
    rows === "target" ? { sources: ends, targets } : { sources: targets, targets: ends };
  return {
    ...{ kind: "csr", rows, ...sides, edges },
    start: draft.index(start),
    other: draft.index(other),
    ...(isNumbered && edges > 0 && { edge: draft.index(numbers) }),
  };
}

function sortRow(other: Int32Array, start: Int32Array, row: number): void {
  other.subarray(start[row]!, start[row + 1]!).sort();
}

function drawStencil(draft: Draft, { targets, degree }: Sizes): Layout {
  const { dice } = draft;
  const taps = (): number => Math.max(1, dice.chance(0.7) ? degree : dice.below(5));
  const rank = draft.pick([1, 1, 2, 2, 3]);
  const outer = Array.from({ length: rank - 1 }, () => 1 + dice.below(4));
  return {
    kind: "stencil",
    shape: [...outer, targets],
    kernel: [...outer.map(() => 1 + dice.below(4)), taps()],
  };
}

function drawConvolution(draft: Draft, { targets, degree }: Sizes): Layout {
  const { dice } = draft;
  const rank = draft.pick([1, 2]);
  const list = (make: () => number): number[] => Array.from({ length: rank }, make);
  const groups = draft.pick([1, 1, 2, 3]);
  return {
    kind: "convolution",
    input: [targets, ...list(() => 1 + dice.below(4)).slice(1)],
    output: list(() => 1 + dice.below(5)),
    kernel: [Math.max(1, Math.min(4, degree)), ...list(() => 1 + dice.below(3)).slice(1)],
    strides: list(() => 1 + dice.below(3)),
    pad: list(() => dice.below(3)),
    ...{ channels: groups * (1 + dice.below(2)), filters: groups * (1 + dice.below(3)), groups },
  };
}

const drawers: { readonly [K in LayoutKind]: Drawer } = {
  dense: (_draft, { targets, degree }) => ({ kind: "dense", sources: degree, targets }),
  diagonal: (_draft, { targets }) => ({ kind: "diagonal", count: targets }),
  segments: (_draft, { targets, degree }) => ({ kind: "segments", targets, size: degree }),
  block: (draft, { targets, degree }) => ({
    ...{ kind: "block", blocks: draft.pick([1, 2, 3, 4]), sources: degree, targets },
  }),
  csr: drawCsr,
  stencil: drawStencil,
  convolution: drawConvolution,
  uniform: (_draft, { targets, degree }) => ({ kind: "uniform", sources: degree, targets }),
};

export const layoutKinds = Object.keys(drawers) as readonly LayoutKind[];

/** Draws a layout; compressed rows are those of the given end. */
export const drawLayout = (draft: Draft, kind: LayoutKind, sizes: Sizes, rows: Rows): Layout =>
  drawers[kind](draft, sizes, rows);
