// Weights of Nengo's connections as layouts and edge values of a gather.

import type { Layout, Operand } from "../../../src/ir/program.js";
import type { ConnectionCase, ConvolutionCase, Nested } from "./nengo-cases.js";
import type { ProgramDraft } from "./program-draft.js";

/** A part of an array: sources are its elements `offset` .. `offset + size - 1`. */
export interface Signal {
  readonly array: string;
  readonly offset: number;
  readonly size: number;
}

export interface Weights {
  readonly layout: Layout;
  /** The weight of an edge: an array, or one number for all edges. */
  readonly value: { readonly array: string; readonly isShared: boolean };
}

interface Edge {
  readonly source: number;
  readonly target: number;
  readonly weight: number;
}

/** Edges between the selected sources (numbered from 0) and the selected targets, row by row. */
function edgesOf({ weights }: ConnectionCase, sources: number): Edge[] {
  const along = (weight: (i: number) => number): Edge[] =>
    Array.from({ length: sources }, (_, i) => ({ source: i, target: i, weight: weight(i) }));
  switch (weights.type) {
    case "identity":
      return along(() => 1);
    case "scalar":
      return along(() => weights.value);
    case "diag":
      return along((i) => weights.value[i]!);
    case "dense":
      return weights.value.flatMap((row, target) =>
        row.map((weight, source) => ({ source, target, weight })),
      );
    case "sparse":
      return weights.data.map((weight, i) => {
        return { source: weights.cols[i]!, target: weights.rows[i]!, weight };
      });
    case "conv":
      throw new Error("a slice of a convolution");
  }
}

/** Any edges, as compressed rows by target. */
function sparse(
  draft: ProgramDraft,
  connection: ConnectionCase,
  pre: Signal,
  targets: number,
): Weights {
  const { id } = connection;
  const from = connection.pre.idx ?? Array.from({ length: pre.size }, (_, i) => i);
  const to = connection.post.idx ?? Array.from({ length: targets }, (_, i) => i);
  const edges = edgesOf(connection, from.length)
    .map((edge) => ({ ...edge, source: from[edge.source]!, target: to[edge.target]! }))
    .sort((a, b) => a.target - b.target);
  const starts = new Int32Array(targets + 1);
  for (const { target } of edges) starts[target + 1]!++;
  for (let t = 0; t < targets; t++) starts[t + 1]! += starts[t]!;
  const others = Int32Array.from(edges, ({ source }) => source);
  const initial = Float64Array.from(edges, ({ weight }) => weight);
  const start = draft.array({ name: `${id}.start`, role: "index", initial: starts });
  const other = draft.array({ name: `${id}.other`, role: "index", initial: others });
  const array = draft.array({ name: `${id}.weights`, role: "parameter", initial });
  const sizes = { sources: pre.size, targets, edges: edges.length };
  return {
    layout: { kind: "csr", rows: "target", ...sizes, start, other },
    value: { array, isShared: false },
  };
}

const flat = (values: Nested): number[] =>
  typeof values === "number" ? [values] : values.flatMap(flat);

function convolution(draft: ProgramDraft, id: string, weights: ConvolutionCase): Weights {
  if (!weights.channels_last) throw new Error("channels first");
  const { kernel_size: kernel, strides, groups, n_filters: filters } = weights;
  const input = weights.input_shape.slice(0, -1);
  const output = weights.output_shape.slice(0, -1);
  const channels = weights.input_shape.at(-1)!;
  // The smaller half of what is missing comes first.
  const pad = kernel.map((size, d) => {
    const missing = (output[d]! - 1) * strides[d]! + size - input[d]!;
    return weights.padding === "same" ? Math.floor(Math.max(missing, 0) / 2) : 0;
  });
  const initial = Float64Array.from(flat(weights.kernel));
  const array = draft.array({ name: `${id}.weights`, role: "parameter", initial });
  const shape = { input, output, kernel, strides, pad, channels, filters, groups };
  return { layout: { kind: "convolution", ...shape }, value: { array, isShared: false } };
}

/** Adds the arrays of a connection's weights; learned ones are state. */
export function addWeights(
  draft: ProgramDraft,
  connection: ConnectionCase,
  pre: Signal,
  targets: number,
): Weights {
  const { id, weights } = connection;
  const isWhole = connection.pre.idx === null && connection.post.idx === null;
  const isLearned = (connection.rules ?? []).some(({ type }) => type !== "Voja");
  if (isLearned && !(isWhole && weights.type === "dense"))
    throw new Error("learned, but not dense");
  if (weights.type === "conv" && isWhole) return convolution(draft, id, weights);
  if (!isWhole || weights.type === "sparse") return sparse(draft, connection, pre, targets);
  if (weights.type === "dense") {
    const role = isLearned ? "state" : "parameter";
    const initial = Float64Array.from(weights.value.flat());
    const array = draft.array({ name: `${id}.weights`, role, initial });
    const layout = { kind: "dense", sources: pre.size, targets } as const;
    return { layout, value: { array, isShared: false } };
  }
  const initial = Float64Array.from(edgesOf(connection, pre.size), ({ weight }) => weight);
  const isShared = weights.type !== "diag";
  const values = isShared ? initial.slice(0, 1) : initial;
  const array = draft.array({ name: `${id}.weights`, role: "parameter", initial: values });
  return { layout: { kind: "diagonal", count: targets }, value: { array, isShared } };
}

/** The operands of `w * s` as they are now. */
export function weightedReads(draft: ProgramDraft, weights: Weights, pre: Signal): Operand[] {
  const { array, isShared } = weights.value;
  const extra = pre.offset === 0 ? {} : { offset: pre.offset };
  return [
    draft.read("w", array, isShared ? "one" : "edge"),
    draft.read("s", pre.array, "source", extra),
  ];
}
