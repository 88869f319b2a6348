// Connections: checked when they are added, and resolved by the oddities of the outermost network.
// Invariant: `given` holds what the user gave, so that adding a network to one with other oddities
// starts from there.

import { ValidationError } from "../errors.js";
import type { QuirkName } from "../models/quirks.js";
import type { ParameterValue, SynapseType } from "../models/types.js";
import { checkIndices, checkOptions, isRecord, sameShape, showShape } from "./checks.js";
import { edgeCount, valueCount } from "./connectivity.js";
import { unknownName } from "./names.js";
import { checkSymmetric } from "./symmetric.js";
import type { Connection, Connectivity, Population } from "./types.js";

/** Who is joined: everyone, neuron i with neuron i, or a list of pairs. */
export type ConnectivityOption =
  | "all-to-all"
  | "one-to-one"
  | { readonly sources: ArrayLike<number>; readonly targets: ArrayLike<number> };

/** A connection as it was given, and as it is under the oddities of its network. */
export interface ConnectionRecord {
  readonly given: Connection;
  readonly resolved: Connection;
  /** Number of edges. */
  readonly edges: number;
}
export interface Ends {
  readonly source: Population;
  readonly target: Population;
}

/** True for what a synapse factory gives back. */
function isSynapseType(value: unknown): value is SynapseType {
  if (typeof value !== "object" || value === null) return false;
  const { kind, model, values, shape } = value as Partial<SynapseType>;
  return (
    kind === "synapse" &&
    model?.kind === "synapse" &&
    values instanceof Map &&
    typeof shape === "object"
  );
}

/** Refuses anything but what a synapse factory gives back. */
export function checkSynapseType(where: string, type: unknown): SynapseType {
  if (isSynapseType(type)) return type;
  throw new ValidationError({
    code: "wrong-kind",
    where: `${where}.synapse`,
    problem: "not a synapse type",
    got: type,
    allowed: "what a synapse factory gives back",
    hint: `Write for example synapses.nonSpiking({ maxConductance: 1 })${
      typeof type === "function" ? ", with the parentheses" : ""
    }.`,
  });
}

/** Checks how a synapse type joins two populations. */
export function readConnectivity(
  where: string,
  synapse: SynapseType,
  option: unknown,
  ends: Ends,
): Connectivity {
  const { shape } = synapse;
  if (shape.kind === "free") return freeConnectivity(`${where}.connectivity`, option, ends);
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

function freeConnectivity(where: string, option: unknown, ends: Ends): Connectivity {
  if (option === undefined || option === "all-to-all") return { kind: "all-to-all" };
  if (option === "one-to-one") {
    if (ends.source.size === ends.target.size) return { kind: "one-to-one" };
    const hint = 'Use "all-to-all", or list the pairs in { sources, targets }.';
    throw sizeMismatch(where, "one-to-one needs as many targets as sources", ends, hint);
  }
  if (typeof option === "string") {
    throw unknownName(where, "connectivity", option, ["all-to-all", "one-to-one"]);
  }
  if (!isRecord(option)) {
    throw new ValidationError({
      code: "wrong-kind",
      where,
      problem: "not a connectivity",
      got: option,
      allowed: '"all-to-all", "one-to-one" or { sources, targets }',
    });
  }
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

/** Refuses arrays of edge values that have another length than the connectivity asks for. */
function checkValueLengths(where: string, connection: Connection, ends: Ends): void {
  const expected = valueCount(connection.connectivity, ends.source, ends.target);
  for (const [name, value] of connection.values) {
    if (typeof value !== "object" || value.length === expected) continue;
    throw new ValidationError({
      code: "wrong-length",
      where: `${where}.${name}`,
      problem: `the number of values does not fit ${connection.connectivity.kind}`,
      got: value.length,
      allowed: `${expected}, for ${ends.source.name} -> ${ends.target.name}`,
    });
  }
}

/** Checks a connection as given and resolves it. */
export function recordConnection(
  where: string,
  given: Connection,
  ends: Ends,
  quirks: ReadonlySet<QuirkName>,
): ConnectionRecord {
  checkValueLengths(where, given, ends);
  checkSymmetric(where, given, ends.source.size);
  const edges = edgeCount(given.connectivity, ends.source, ends.target);
  if (!Number.isSafeInteger(edges)) {
    throw new ValidationError({
      code: "out-of-range",
      where,
      problem: "too many synapses",
      got: edges,
      allowed: `at most ${Number.MAX_SAFE_INTEGER}`,
    });
  }
  return resolveConnection(Object.freeze(given), ends, quirks);
}

/** What a connection is in a network with these oddities. */
export function resolveConnection(
  given: Connection,
  ends: Ends,
  quirks: ReadonlySet<QuirkName>,
): ConnectionRecord {
  const single = singleTap(given, quirks);
  const resolved = Object.freeze(divided(single, ends.source.size, quirks));
  return Object.freeze({
    given,
    resolved,
    edges: edgeCount(resolved.connectivity, ends.source, ends.target),
  });
}

/** A kernel with one tap joins neuron i with neuron i, or everyone where the oddity is on. */
function singleTap(given: Connection, quirks: ReadonlySet<QuirkName>): Connection {
  const { connectivity } = given;
  if (connectivity.kind !== "pattern" || connectivity.kernel.some((taps) => taps !== 1)) {
    return given;
  }
  const values = new Map<string, ParameterValue>();
  for (const [name, value] of given.values) {
    values.set(name, typeof value === "object" ? (value[0] ?? 0) : value);
  }
  const kind = quirks.has("singleTapAllToAll") ? "all-to-all" : "one-to-one";
  return { ...given, connectivity: { kind }, values };
}

/** Applies dividedConductance, which knows only synapses that join whole populations. */
function divided(
  connection: Connection,
  sources: number,
  quirks: ReadonlySet<QuirkName>,
): Connection {
  const { synapse, connectivity } = connection;
  const isWhole = synapse.shape.kind === "free" && connectivity.kind === "all-to-all";
  if (!isWhole || sources === 1 || !quirks.has("dividedConductance")) return connection;
  const { strength } = synapse.model;
  const names = quirks.has("undividedIncrement")
    ? synapse.model.divided.filter((name) => name === strength)
    : synapse.model.divided;
  if (names.length === 0) return connection;
  const values = new Map(connection.values);
  for (const name of names) {
    const value = values.get(name);
    if (typeof value === "number") values.set(name, value / sources);
    else if (typeof value === "object") {
      values.set(
        name,
        value.map((entry) => entry / sources),
      );
    }
  }
  return { ...connection, values };
}
