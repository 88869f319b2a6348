// Programs for comparing backends: every kind of op, at every size around the width of a vector.
// A case is drawn from its number alone.

import type { Program, ReduceOp } from "../../../src/ir/program.js";
import { Draft } from "./draft.js";
import { layoutKinds, type LayoutKind, type Sizes } from "./layouts.js";
import {
  addArrivals,
  addDeliver,
  addEdges,
  addGather,
  addHistory,
  addMap,
  addRandom,
  addReduce,
  addSlices,
  addStops,
} from "./ops.js";

/** One way to fill a Program, at several sizes. */
export interface Family {
  readonly name: string;
  readonly variants: readonly ((draft: Draft) => void)[];
  /** How simple operands are; absent: it is drawn. */
  readonly plainness?: number;
}

const upTo = (most: number): number[] => Array.from({ length: most + 1 }, (_, i) => i);

/** Maps are small, and how repeats and periods fall between lanes takes many of them. */
const mapCounts = [1, 2, 3, 4].flatMap(() => [...upTo(17), 33]);

/** Sizes around the width of a vector: one target, all lanes and a rest, empty rows. */
const layoutSizes: readonly Sizes[] = [
  ...upTo(9).map((targets) => ({ targets, degree: 3 })),
  ...upTo(9).map((degree) => ({ targets: 5, degree })),
  ...[
    [1, 1],
    [1, 9],
    [9, 1],
    [16, 4],
    [17, 5],
    [33, 2],
  ].map(([targets, degree]) => ({ targets: targets!, degree: degree! })),
];

/** Stencils and convolutions need an extent along every axis. */
const isGrid = (kind: LayoutKind): boolean => kind === "stencil" || kind === "convolution";
function sizesOf(kind: LayoutKind): readonly Sizes[] {
  // Rows have more to be drawn than others: numbers of edges, empty rows, sorted ends.
  if (kind === "csr") return [...layoutSizes, ...layoutSizes, ...layoutSizes];
  return layoutSizes.filter(({ targets, degree }) => !isGrid(kind) || (targets > 0 && degree > 0));
}

/** Several edges for a target, with operands that are mostly simple: what most Programs are made of. */
const simple = (name: string, add: (draft: Draft, sizes: Sizes) => void): Family => ({
  name: `${name}, simple`,
  variants: upTo(39).map((i) => (draft) => {
    add(draft, { targets: 1 + (i % 11), degree: 3 + (i % 7) });
  }),
  plainness: 0.85,
});

const overLayouts = (
  name: string,
  kinds: readonly LayoutKind[],
  add: (draft: Draft, kind: LayoutKind, sizes: Sizes) => void,
): Family[] =>
  kinds.map((kind) => ({
    name: `${name}, ${kind}`,
    variants: sizesOf(kind).map((sizes) => (draft) => add(draft, kind, sizes)),
  }));

/** Layouts whose edges have values. */
const valued = layoutKinds.filter((kind) => kind !== "uniform");
const functions: readonly ReduceOp["fn"][] = ["sum", "mean", "min", "max", "count"];

/** Every family. */
export const families: readonly Family[] = [
  { name: "map", variants: mapCounts.map((count) => (draft) => addMap(draft, count, false)) },
  {
    name: "map that emits",
    variants: mapCounts.map((count) => (draft) => addMap(draft, count, true)),
  },
  ...overLayouts("gather", layoutKinds, addGather),
  ...overLayouts("deliver", layoutKinds, addDeliver),
  ...(["source", "target", "every"] as const).flatMap((on) =>
    overLayouts(`edges by ${on}`, valued, (draft, kind, sizes) => addEdges(draft, kind, sizes, on)),
  ),
  ...overLayouts("history", valued, addHistory),
  ...(["csr", "stencil", "dense"] as const).map((kind) =>
    simple(`gather, ${kind}`, (draft, sizes) => addGather(draft, kind, sizes)),
  ),
  simple("deliver, csr", (draft, sizes) => addDeliver(draft, "csr", sizes)),
  simple("edges by source, csr", (draft, sizes) => addEdges(draft, "csr", sizes, "source")),
  ...functions.map((fn) => ({
    name: `reduce, ${fn}`,
    variants: upTo(32).map((i) => (draft: Draft) => addReduce(draft, fn, i + 1)),
  })),
  ...(["uniform", "normal", "skip"] as const).map((how) => ({
    name: `random, ${how}`,
    variants: upTo(9).map((count) => (draft: Draft) => addRandom(draft, how, count)),
  })),
  { name: "slices", variants: upTo(10).map((count) => (draft) => addSlices(draft, count)) },
  { name: "stop", variants: upTo(11).map(() => addStops) },
  {
    name: "deliver, sums of what arrives",
    variants: upTo(59).map((i) => (draft: Draft) => {
      addArrivals(draft, { targets: 1 + (i % 11), degree: 1 + (i % 7) });
    }),
  },
];

/** The Program of a variant; `round` gives others of the same size. */
export function drawnProgram(family: number, variant: number, round: number): Program {
  const { name, variants, plainness } = families[family]!;
  const number = (round * 1000 + variant) * 1000 + family;
  const draft = new Draft({
    seed: number,
    precision: (variant + round) % 2 === 0 ? "float64" : "float32",
    batch: [1, 1, 3, 1, 2, 5, 1, 4][(variant + 3 * round) % 8]!,
    plainness,
  });
  variants[variant]!(draft);
  return draft.program(`${name}, variant ${variant} of round ${round}`);
}
