// Draws the synapses of a rule. Invariant: the same rule and sizes always give the same rows; memory
// is taken once, at its final size, so that what is not known before is drawn twice.

import { MemoryLimitError } from "../../errors.js";
import { fixedInDegree, fixedOutDegree } from "./fixed-degree.js";
import { fixedTotalNumber } from "./fixed-total-number.js";
import { Geoskip } from "./geoskip.js";
import { checkTotal, evenStart, leavesSelfOut } from "./rows.js";
import type { CompressedRows, Place, Sizes } from "./rows.js";
import type { CompleteRule } from "./rule.js";

/** Rules that need a list of synapses. */
export type DrawnRule = Exclude<CompleteRule, { readonly rule: "one-to-one" }>;
type DrawTable = {
  readonly [R in DrawnRule["rule"]]: (
    rule: Extract<DrawnRule, { rule: R }>,
    place: Place,
  ) => CompressedRows;
};

function allPairs(rule: { readonly allowSelfConnections: boolean }, place: Place): CompressedRows {
  const { sources, targets: columns } = place;
  const isGapped = leavesSelfOut(rule, place);
  const length = isGapped ? columns - 1 : columns;
  checkTotal(place.where, sources * length);
  const start = evenStart(sources, length);
  const targets = new Int32Array(sources * length);
  let at = 0;
  for (let source = 0; source < sources; source += 1) {
    for (let column = 0; column < columns; column += 1) {
      if (isGapped && column === source) continue;
      targets[at] = column;
      at += 1;
    }
  }
  return { start, targets };
}

function fixedProbability(
  rule: Extract<DrawnRule, { rule: "fixed-probability" }>,
  place: Place,
): CompressedRows {
  const { sources, targets: columns } = place;
  // The generator's 32 bits hold neither a certain hit nor a certain miss.
  if (rule.probability === 1) return allPairs(rule, place);
  const start = new Int32Array(sources + 1);
  if (rule.probability === 0) return { start, targets: new Int32Array(0) };
  const generator = new Geoskip(rule, { columns, leavesSelfOut: leavesSelfOut(rule, place) });
  const row = new Int32Array(columns);
  let edges = 0;
  for (let source = 0; source < sources; source += 1) {
    edges += generator.rowInto(row, 0, source);
    checkTotal(place.where, edges);
    start[source + 1] = edges;
  }
  const targets = new Int32Array(edges);
  for (let source = 0; source < sources; source += 1) {
    generator.rowInto(targets, start[source]!, source);
  }
  return { start, targets };
}

const drawTable: DrawTable = {
  "all-to-all": allPairs,
  "fixed-probability": fixedProbability,
  "fixed-in-degree": fixedInDegree,
  "fixed-out-degree": fixedOutDegree,
  "fixed-total-number": fixedTotalNumber,
};

/** Draws the synapses of a rule, or throws; `place.where` says where the rule stands. */
export function drawRows(rule: DrawnRule, place: Place): CompressedRows {
  const draw = drawTable[rule.rule] as (rule: DrawnRule, place: Place) => CompressedRows;
  try {
    return Object.freeze(draw(rule, place));
  } catch (cause) {
    // What typed arrays throw where there is no room for them.
    if (!(cause instanceof RangeError)) throw cause;
    throw new MemoryLimitError({
      code: "memory",
      where: place.where,
      problem: "the synapses do not fit into memory",
      got: costOf(rule, place),
      hint: "Use a smaller network or fewer synapses.",
      cause,
    });
  }
}

type CostTable = {
  readonly [R in DrawnRule["rule"]]: (
    rule: Extract<DrawnRule, { rule: R }>,
    sizes: Sizes,
  ) => number;
};

const costTable: CostTable = {
  "all-to-all": (_, { sources, targets }) => sources * targets,
  "fixed-probability": ({ probability }, { sources, targets }) =>
    sources * targets * (probability + 1 / 1024),
  "fixed-in-degree": ({ inDegree }, { targets }) => inDegree * targets,
  "fixed-out-degree": ({ outDegree }, { sources }) => outDegree * sources,
  "fixed-total-number": ({ number }) => number,
};

/** About how many numbers have to be drawn or stored for a rule. */
export const costOf = (rule: DrawnRule, sizes: Sizes): number =>
  sizes.sources +
  sizes.targets +
  (costTable[rule.rule] as (rule: DrawnRule, sizes: Sizes) => number)(rule, sizes);
