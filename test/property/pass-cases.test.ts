// Every documented Program, alone and twice side by side, before and after every pass.

import { booksOf } from "../../src/ir/books.js";
import type { ArraySpec, NamedValue, Op, Program } from "../../src/ir/program.js";
import { verify } from "../../src/ir/verify.js";
import { optimize, passes, passNames } from "../../src/lower/pipeline.js";
import { renumberVersions, rewireOp } from "../../src/lower/support/rewire.js";
import { differenceOf, traceOf } from "../helpers/compare-programs.js";
import { programCases } from "../helpers/program-cases/index.js";

/** Gives every state a name, so that all of them are compared; what is rebuilt can have none. */
function withNames(given: Program): Program {
  const { rebuilt } = booksOf(given);
  const shown = given.arrays.filter(
    ({ name, role, type, slots }) =>
      role === "state" && type !== "history" && slots === undefined && !rebuilt.has(name),
  );
  const names = shown.map(({ name, length, type }): NamedValue => ({
    path: name,
    array: name,
    offset: 0,
    count: length,
    shape: [length],
    kind: type === "spikes" ? "spikes" : "state",
  }));
  return { ...given, names };
}

/** Everything of an op under new names. */
function renamed(op: Op, rename: (name: string) => string, copy: number): Op {
  const move = <T extends { readonly array: string }>(ref: T): T => ({
    ...ref,
    array: rename(ref.array),
  });
  const lagged = <T extends { readonly array: string; readonly lag?: number | string }>(
    ref: T,
  ): T => (typeof ref.lag === "string" ? { ...move(ref), lag: rename(ref.lag) } : move(ref));
  let next = rewireOp(op, {
    operand: lagged,
    spikes: lagged,
    write: move,
    readSlice: move,
    writeSlice: move,
    readWhole: move,
    writeWhole: move,
    emit: (emit) => ({ ...emit, list: rename(emit.list) }),
  });
  if ("layout" in next && next.layout.kind === "csr") {
    const { start, other, edge } = next.layout;
    const lists = { start: rename(start), other: rename(other) };
    const layout = {
      ...next.layout,
      ...lists,
      ...(edge === undefined ? {} : { edge: rename(edge) }),
    };
    next = { ...next, layout };
  }
  if (next.kind === "edges" && next.trigger.on === "history") {
    next = { ...next, trigger: { ...next.trigger, since: rename(next.trigger.since) } };
  }
  if (next.kind === "remember") next = { ...next, settle: `${next.settle}${copy}` };
  if (next.kind === "random") next = { ...next, stream: next.stream + 1000 * copy };
  return { ...next, id: `${next.id}${copy}` };
}

/** Two copies of a Program in one; only one of them may sample. */
function twice(given: Program): Program {
  const rename = (copy: number) => (name: string) => `copy${copy}.${name}`;
  const arrays = given.arrays.flatMap((spec): ArraySpec[] =>
    [0, 1].map((copy) => ({ ...spec, name: rename(copy)(spec.name) })),
  );
  const double = <T extends Op>(op: T): T[] =>
    (op.kind === "record" ? [0] : [0, 1]).map((copy) => renamed(op, rename(copy), copy) as T);
  return renumberVersions({
    ...given,
    arrays,
    inputs: [],
    outputs: [],
    setup: given.setup.flatMap(double),
    ops: given.ops.flatMap(double),
    ...(given.settle && { settle: given.settle.flatMap(double) }),
    ...(given.rebuild && { rebuild: given.rebuild.flatMap(double) }),
    names: [],
  });
}

const given = programCases.flatMap(({ name, program }) => [
  { name, program: withNames(program) },
  { name: `${name} twice`, program: withNames(twice(program)) },
]);

test.each(given)("$name: every pass keeps its promise", async ({ program }) => {
  verify(program);
  // The image of the pattern case is large; its steps are all alike.
  const steps = program.arrays.some((spec) => spec.length > 2000) ? 1 : 40;
  const before = await traceOf(program, steps);
  for (const name of passNames) {
    const after = passes[name].run(program);
    verify(after);
    const trace = await traceOf(after, steps);
    if (passes[name].tolerance !== undefined)
      expect(differenceOf(trace, before)).toBeLessThan(1e-9);
    else expect({ name, trace }).toEqual({ name, trace: before });
  }
  const off = passNames.filter((name) => passes[name].tolerance !== undefined);
  const all = optimize(program, Object.fromEntries(off.map((name) => [name, false])));
  verify(all);
  expect(await traceOf(all, steps)).toEqual(before);
  for (const setting of ["default", { accumulators: true }] as const) {
    const close = optimize(program, setting);
    verify(close);
    expect(differenceOf(await traceOf(close, steps), before)).toBeLessThan(1e-9);
  }
});
