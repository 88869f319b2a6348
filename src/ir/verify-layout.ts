// The verifier's part for connectivity: sizes are counts and index arrays stay inside them.

import type { ArraySpec, Layout } from "./program.js";
import { findArray, isCount, rangeOf, type Report } from "./verify-report.js";

type LayoutTable = {
  readonly [K in Layout["kind"]]: (
    report: Report,
    where: string,
    layout: Extract<Layout, { kind: K }>,
  ) => void;
};

type Csr = Extract<Layout, { kind: "csr" }>;

function needCounts(report: Report, where: string, sizes: readonly number[], least = 0): void {
  for (const size of sizes) {
    report.need(isCount(size, least), where, `has ${size} as a size in its layout`);
  }
}

function needSameRank(report: Report, where: string, lists: readonly (readonly number[])[]): void {
  const rank = lists[0]!.length;
  const same = rank > 0 && lists.every((list) => list.length === rank);
  report.need(same, where, "has lists of different lengths in its layout");
}

function findIndex(report: Report, where: string, name: string): ArraySpec | undefined {
  const spec = findArray(report, name, where);
  if (spec === undefined) return undefined;
  const isIndex = spec.type === "int" && spec.role === "index";
  report.need(isIndex, where, `uses ${name} as connectivity, which is ${spec.type} ${spec.role}`);
  return isIndex ? spec : undefined;
}

function checkStart(report: Report, where: string, start: ArraySpec, rows: number): number {
  const { need } = report;
  need(start.length === rows + 1, where, `has ${start.length} row starts for ${rows} rows`);
  const { initial } = start;
  if (typeof initial === "number") {
    need(initial === 0, where, `has row starts that begin at ${initial}`);
    return 0;
  }
  need(initial.length === 0 || initial[0]! >= 0, where, "has a negative row start");
  for (let row = 1; row < initial.length; row++) {
    if (initial[row]! >= initial[row - 1]!) continue;
    need(false, where, `has a row start that falls, at row ${row}`);
    break;
  }
  return initial.length === 0 ? 0 : initial[initial.length - 1]!;
}

function needBelow(report: Report, where: string, spec: ArraySpec, limit: number): void {
  if (spec.length === 0) return;
  const { least, most } = rangeOf(spec);
  const inside = least >= 0 && most < limit;
  report.need(inside, where, `has ${least} to ${most} in ${spec.name}; allowed 0 to ${limit - 1}`);
}

function checkCsr(report: Report, where: string, layout: Csr): void {
  needCounts(report, where, [layout.sources, layout.targets, layout.edges]);
  const [rows, ends] =
    layout.rows === "target" ? [layout.targets, layout.sources] : [layout.sources, layout.targets];
  const start = findIndex(report, where, layout.start);
  const other = findIndex(report, where, layout.other);
  const edge = layout.edge === undefined ? undefined : findIndex(report, where, layout.edge);
  const positions = start === undefined ? 0 : checkStart(report, where, start, rows);
  const { need } = report;
  if (other !== undefined) {
    need(positions <= other.length, where, `has rows up to ${positions} in ${other.length} ends`);
    needBelow(report, where, other, ends);
  }
  if (edge !== undefined) {
    need(positions <= edge.length, where, `has rows up to ${positions} in ${edge.length} edges`);
    needBelow(report, where, edge, layout.edges);
  } else if (layout.edge === undefined) {
    need(positions <= layout.edges, where, `has rows up to ${positions} of ${layout.edges} edges`);
  }
}

const layoutTable: LayoutTable = {
  dense: (report, where, { sources, targets }) => needCounts(report, where, [sources, targets]),
  diagonal: (report, where, { count }) => needCounts(report, where, [count]),
  segments: (report, where, { targets, size }) => needCounts(report, where, [targets, size]),
  block: (report, where, { blocks, sources, targets }) =>
    needCounts(report, where, [blocks, sources, targets]),
  csr: checkCsr,
  stencil(report, where, { shape, kernel }) {
    needSameRank(report, where, [shape, kernel]);
    needCounts(report, where, shape);
    needCounts(report, where, kernel, 1);
  },
  convolution(report, where, layout) {
    const { input, output, kernel, strides, pad, channels, filters, groups } = layout;
    needSameRank(report, where, [input, output, kernel, strides, pad]);
    needCounts(report, where, [...input, ...output, ...pad]);
    needCounts(report, where, [...kernel, ...strides, channels, filters, groups], 1);
    const whole = channels % groups === 0 && filters % groups === 0;
    report.need(whole, where, `has ${channels} channels, ${filters} filters, ${groups} groups`);
  },
  uniform: (report, where, { sources, targets }) => needCounts(report, where, [sources, targets]),
};

/** Checks one layout; where it finds nothing, every walk over the layout stays inside its arrays. */
export function checkLayout(report: Report, where: string, layout: Layout): boolean {
  const before = report.problems.length;
  const check = layoutTable[layout.kind] as
    ((report: Report, where: string, layout: Layout) => void) | undefined;
  if (report.need(check !== undefined, where, `has the unknown layout ${layout.kind}`)) {
    check!(report, where, layout);
  }
  return report.problems.length === before;
}
