// Which neurons a connection joins, from what users give: a rule, lists of neurons, or the shape of
// the synapse's own arrays. Invariant: everything is checked before a synapse is drawn or copied.

import { ValidationError } from "../errors.js";
import type { SynapseType } from "../models/types.js";
import { checkIndices, checkOptions, isRecord, sameShape, showShape } from "./checks.js";
import { unknownName } from "./names.js";
import { drawRows } from "./rules/draw.js";
import { completeRule, isRule, projectionOf } from "./rules/rule.js";
import type { CompleteRule, Rule } from "./rules/rule.js";
import type { Connectivity, Population } from "./types.js";

/** Pairs as two lists: synapse e goes from sources[e] to targets[e]. */
export interface EdgeListOption {
  readonly sources: ArrayLike<number>;
  readonly targets: ArrayLike<number>;
}
/** Pairs as compressed rows: synapse e in start[s] ... start[s + 1] - 1 goes from source s to targets[e]. */
export interface CompressedRowsOption {
  readonly start: ArrayLike<number>;
  readonly targets: ArrayLike<number>;
}
/** Who is joined: by a rule, or by lists of neurons. */
export type ConnectivityOption =
  "all-to-all" | "one-to-one" | Rule | EdgeListOption | CompressedRowsOption;

export interface Ends {
  readonly source: Population;
  readonly target: Population;
}
/** The ends of a connection in a network of this name. */
export interface NamedEnds extends Ends {
  readonly network: string;
}

/** Checks how a synapse type joins two populations. */
export function readConnectivity(
  where: string,
  synapse: SynapseType,
  option: unknown,
  ends: NamedEnds,
): Connectivity {
  const { shape } = synapse;
  if (shape.kind === "free") return freeConnectivity(where, option, ends);
  if (option !== undefined) {
    throw new ValidationError({
      code: "wrong-kind",
      where: `${where}.connectivity`,
      problem: `a ${shape.kind} synapse says itself which neurons it joins`,
      got: option,
      allowed: "no connectivity option",
    });
  }
  if (shape.kind === "matrix") return matrixConnectivity(where, synapse, shape, ends);
  checkPattern(where, shape.kernel, ends);
  return { kind: "pattern", kernel: Object.freeze([...shape.kernel]) };
}

function freeConnectivity(name: string, option: unknown, ends: NamedEnds): Connectivity {
  const where = `${name}.connectivity`;
  if (option === undefined || option === "all-to-all") return { kind: "all-to-all" };
  if (option === "one-to-one") return oneToOne(where, ends);
  if (typeof option === "string") {
    throw unknownName(where, "connectivity", option, ["all-to-all", "one-to-one"]);
  }
  if (isRule(option)) {
    return ruleConnectivity(
      where,
      completeRule(where, option, projectionOf(ends.network, name)),
      ends,
    );
  }
  if (!isRecord(option)) {
    throw new ValidationError({
      code: "wrong-kind",
      where,
      problem: "not a connectivity",
      got: option,
      allowed:
        '"all-to-all", "one-to-one", one of rules, { sources, targets } or { start, targets }',
    });
  }
  return Object.hasOwn(option, "start")
    ? rowConnectivity(where, option, ends)
    : listConnectivity(where, option, ends);
}

function oneToOne(where: string, ends: Ends): Connectivity {
  if (ends.source.size === ends.target.size) return { kind: "one-to-one" };
  const hint = 'Use "all-to-all", or list the pairs in { sources, targets }.';
  throw sizeMismatch(where, "one-to-one needs as many targets as sources", ends, hint);
}

function ruleConnectivity(where: string, rule: CompleteRule, ends: Ends): Connectivity {
  if (rule.rule === "one-to-one") return oneToOne(where, ends);
  const isRecurrent = ends.source === ends.target;
  const isWhole = rule.rule === "all-to-all" && (rule.allowSelfConnections || !isRecurrent);
  if (isWhole) return { kind: "all-to-all" };
  const sizes = { sources: ends.source.size, targets: ends.target.size, isRecurrent };
  return Object.freeze({ kind: "csr", ...drawRows(rule, { where, ...sizes }), rule });
}

function listConnectivity(
  where: string,
  option: Readonly<Record<string, unknown>>,
  ends: Ends,
): Connectivity {
  checkOptions(where, option, ["sources", "targets"]);
  const sources = checkIndices(`${where}.sources`, option["sources"], ends.source.size);
  const targets = checkIndices(`${where}.targets`, option["targets"], ends.target.size);
  if (sources.length === targets.length) return { kind: "edges", sources, targets };
  throw new ValidationError({
    code: "wrong-length",
    where,
    problem: "sources and targets must be equally many",
    got: targets.length,
    allowed: `${sources.length}`,
  });
}

function rowConnectivity(
  where: string,
  option: Readonly<Record<string, unknown>>,
  ends: Ends,
): Connectivity {
  checkOptions(where, option, ["start", "targets"]);
  const targets = checkIndices(`${where}.targets`, option["targets"], ends.target.size);
  const path = `${where}.start`;
  // A start may be the place behind the last synapse.
  const start = checkIndices(path, option["start"], targets.length + 1, "place in targets");
  const rows = ends.source.size;
  if (start.length !== rows + 1) {
    throw new ValidationError({
      code: "wrong-length",
      where: path,
      problem: "there must be a start for each source, and the end of the last one",
      got: start.length,
      allowed: `${rows + 1}, for ${ends.source.name}`,
    });
  }
  const row = wrongRow(start, targets.length);
  if (row < 0) return { kind: "csr", start, targets };
  throw new ValidationError({
    code: "out-of-range",
    where: `${path}[${row}]`,
    problem: "starts must begin at 0, never fall and end with the number of targets",
    got: start[row],
    allowed: row === 0 ? "0" : row === rows ? `${targets.length}` : `at least ${start[row - 1]}`,
  });
}

/** The first row whose start is wrong, or -1. */
function wrongRow(start: Int32Array, edges: number): number {
  if (start[0] !== 0) return 0;
  for (let row = 1; row < start.length; row += 1) if (start[row]! < start[row - 1]!) return row;
  return start.at(-1) === edges ? -1 : start.length - 1;
}

function sizeMismatch(where: string, problem: string, ends: Ends, hint: string): ValidationError {
  const describe = ({ name, shape }: Population): string => `${name} of shape ${showShape(shape)}`;
  return new ValidationError({
    code: "size-mismatch",
    where,
    problem,
    got: `${describe(ends.source)} -> ${describe(ends.target)}`,
    hint,
  });
}

function matrixConnectivity(
  where: string,
  synapse: SynapseType,
  shape: { readonly rows: number; readonly columns: number },
  ends: Ends,
): Connectivity {
  const { rows, columns } = shape;
  if (rows !== ends.target.size || columns !== ends.source.size) {
    throw new ValidationError({
      code: "size-mismatch",
      where,
      problem: "a matrix must have a row for each target and a column for each source",
      got: `${rows} x ${columns}`,
      allowed: `${ends.target.size} x ${ends.source.size}, for ${ends.source.name} -> ${ends.target.name}`,
      ...(rows === ends.source.size && columns === ends.target.size
        ? { hint: "The matrix may have to be transposed." }
        : {}),
    });
  }
  const strength = synapse.model.strength;
  const values = strength === undefined ? 1 : (synapse.values.get(strength) ?? 1);
  const present = new Uint8Array(rows * columns);
  if (typeof values === "object") {
    for (let i = 0; i < present.length; i += 1) present[i] = values[i] === 0 ? 0 : 1;
  } else present.fill(values === 0 ? 0 : 1);
  return { kind: "matrix", present };
}

function checkPattern(where: string, kernel: readonly number[], ends: Ends): void {
  if (!sameShape(ends.source.shape, ends.target.shape)) {
    const hint = "Use a matrix, or give both populations the same shape.";
    throw sizeMismatch(where, "a pattern needs populations of one shape", ends, hint);
  }
  if (kernel.length !== ends.source.shape.length) {
    throw new ValidationError({
      code: "size-mismatch",
      where,
      problem: "a kernel needs as many dimensions as the populations",
      got: showShape(kernel),
      allowed: `${ends.source.shape.length} dimensions, for ${ends.source.name} -> ${ends.target.name}`,
    });
  }
  if (kernel.every((taps) => taps % 2 === 1)) return;
  throw new ValidationError({
    code: "size-mismatch",
    where,
    problem: "a kernel needs a centre",
    got: showShape(kernel),
    allowed: "odd lengths",
  });
}
