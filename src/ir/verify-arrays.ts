// The verifier's part for arrays, names and ports: each fits its own description.

import { nameOf, repeatedPaths } from "./names.js";
import type { ArraySpec, Named, NamedPool, Port } from "./program.js";
import { isCount, type Report } from "./verify-report.js";
import { product } from "../util/product.js";
import { repeated } from "../util/repeated.js";

const types: readonly string[] = ["real", "int", "spikes", "history"];
const rolesOfType: { readonly [type: string]: readonly string[] } = {
  real: ["state", "parameter", "tunable", "derived", "input", "output", "scratch"],
  int: ["state", "parameter", "tunable", "derived", "scratch", "index"],
  spikes: ["state", "scratch"],
  history: ["state"],
};
const ownedByCopies: readonly string[] = ["input", "output", "scratch"];

function checkInitial(report: Report, spec: ArraySpec, where: string): void {
  const { initial, length, slots, type } = spec;
  const { need } = report;
  if (typeof initial !== "number") {
    const fits = initial.length === length || initial.length === length * (slots ?? 1);
    need(fits, where, `has ${initial.length} initial values for ${length} elements`);
    const isInt = initial instanceof Int32Array;
    if (type === "int") need(isInt, where, "is int, but its initial values are not");
    if (type === "real") need(!isInt, where, "is real, but its initial values are int");
  } else if (type === "int") {
    need(initial === (initial | 0), where, `is int, but starts with ${initial}`);
  }
  if (type === "history") need(initial === 0, where, "is a history and must start empty (0)");
  const values = typeof initial === "number" ? [initial] : initial;
  if (type === "spikes") {
    need(
      values.every((value: number) => value === 0 || value === 1),
      where,
      "is a spike list; its initial values must be 0 or 1 for each source",
    );
  }
  const wrong = wrongValue(values, spec.role === "state");
  if (wrong < 0) return;
  need(false, where, `has an initial value that is not a number or not finite at ${wrong}`);
}

/** Place of the first value that is no number, or not finite where it has to be; -1 for none. */
function wrongValue(values: ArrayLike<number>, isState: boolean): number {
  if (values instanceof Int32Array) return -1;
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i]!;
    // An infinite parameter is legitimate (no upper bound); in a state it means divergence.
    if (value !== value || (isState && (value === Infinity || value === -Infinity))) return i;
  }
  return -1;
}

function checkArray(report: Report, spec: ArraySpec): void {
  const { need, program } = report;
  const where = `array ${spec.name}`;
  need(spec.name !== "", where, "has no name");
  if (!need(types.includes(spec.type), where, `has the unknown type ${spec.type}`)) return;
  const roles = rolesOfType[spec.type]!;
  need(roles.includes(spec.role), where, `is ${spec.type} and cannot have the role ${spec.role}`);
  if (!need(isCount(spec.length), where, `has the length ${spec.length}`)) return;
  if (spec.role === "index") {
    need(
      !spec.perCopy && spec.slots === undefined,
      where,
      "is an index and must be one plain array",
    );
  }
  if (program.batch > 1 && ownedByCopies.includes(spec.role)) {
    need(spec.perCopy, where, `is ${spec.role} and must be per copy in a batch`);
  }
  if (spec.slots !== undefined) {
    need(isCount(spec.slots, 1), where, `has ${spec.slots} slots`);
    need(spec.role === "state", where, `is a ring and must be state, not ${spec.role}`);
    need(spec.type !== "history", where, "is a history and cannot be a ring");
  }
  const isList = spec.type === "spikes" || spec.type === "history";
  const payload = spec.payload ?? [];
  need(isList || spec.payload === undefined, where, `is ${spec.type} and cannot have a payload`);
  for (const column of repeated(payload)) need(false, where, `has the payload ${column} twice`);
  if (spec.type === "history")
    need(isCount(spec.capacity, 1), where, "needs a capacity of 1 or more");
  else need(spec.capacity === undefined, where, `is ${spec.type} and cannot have a capacity`);
  checkInitial(report, spec, where);
}

/** Checks every array on its own. */
export function checkArrays(report: Report): void {
  const { arrays } = report.program;
  for (const name of repeated(arrays.map((spec) => spec.name))) {
    report.need(false, `array ${name}`, "is there more than once");
  }
  for (const spec of arrays) checkArray(report, spec);
}

function checkMembers(report: Report, { members, count }: NamedPool, where: string): void {
  const { names, ranks, shapes = names } = members;
  const fits = count === 1 || count === names.length;
  report.need(fits, where, `has ${names.length} members for ${count} values`);
  const isFull = ranks.length === names.length && shapes.length === names.length;
  report.need(isFull, where, "has no rank or no shape for some of its members");
}

function checkNamed(report: Report, named: Named): void {
  const { need } = report;
  const where = `name ${nameOf(named)}`;
  const { offset, count, shape, order, kind, values } = named;
  if ("members" in named) checkMembers(report, named, where);
  const isRange = isCount(offset) && isCount(count);
  if (!isRange) return void need(false, where, `has the range ${offset} + ${count}`);
  if (product(shape) !== count) {
    need(false, where, `has the shape ${shape.join(" x ")} for ${count} values`);
  }
  if (kind === "constant") {
    if (values === undefined) need(false, where, "is a constant without values");
    const given = typeof values === "object" ? values.length : count;
    if (given !== count) need(false, where, `is a constant of ${count} with ${given} values`);
    return;
  }
  const spec = report.arrays.get(named.array);
  if (spec === undefined) return void need(false, where, `names no array: "${named.array}"`);
  const isSpikes = spec.type === "spikes";
  need(spec.type !== "history", where, "names a history");
  if (isSpikes !== (kind === "spikes")) {
    need(false, where, `is ${kind}, but ${named.array} is ${spec.type}`);
  }
  if (order === undefined) {
    if (offset + count <= spec.length) return;
    return void need(false, where, `reaches beyond the end of ${named.array}`);
  }
  need(order.length === count, where, `has an order of ${order.length} for ${count} values`);
  const fits = order.every((place) => place >= 0 && offset + place < spec.length);
  need(fits, where, `has an order that reaches outside ${named.array}`);
}

/** Checks the table of names that users see. */
export function checkNames(report: Report): void {
  const { names } = report.program;
  for (const path of repeatedPaths(names)) {
    report.need(false, `name ${path}`, "is there more than once");
  }
  for (const named of names) checkNamed(report, named);
}

function checkPortList(report: Report, kind: "input" | "output", ports: readonly Port[]): void {
  const { need, program } = report;
  const own = program.arrays.filter((spec) => spec.role === kind);
  const size = own.reduce((sum, spec) => sum + spec.length, 0);
  for (const name of repeated(ports.map((port) => port.name))) {
    need(false, `${kind} ${name}`, "is there more than once");
  }
  for (const port of ports) {
    const whole = isCount(port.offset) && isCount(port.size);
    const range = `${port.offset} + ${port.size}`;
    const fits = whole && port.offset + port.size <= size;
    need(fits, `${kind} ${port.name}`, `has the range ${range} in a vector of ${size}`);
  }
}

/** Checks the ports: their vector is all arrays of that role, one after the other. */
export function checkPorts(report: Report): void {
  checkPortList(report, "input", report.program.inputs);
  checkPortList(report, "output", report.program.outputs);
}
