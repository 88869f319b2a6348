// Runs two Programs side by side on the iterative backend and compares everything that has a name.

import { allNames } from "../../src/ir/names.js";
import { create } from "../../backends/iterative/index.js";
import type { NamedValue, Program } from "../../src/ir/program.js";
import type { Executable, HostFunction } from "../../src/runtime/backend.js";
import { Dice } from "./random-program.js";

/** A function for every name that a Program calls: something simple of what it reads. */
function hostsOf(program: Program): Map<string, HostFunction> {
  const answer: HostFunction = (step, inputs, outputs) => {
    const sum = inputs.flatMap((one) => [...one]).reduce((all, value) => all + value, step % 3);
    for (const output of outputs) output.fill(0.1 * sum);
  };
  const called = program.ops.flatMap((op) => (op.kind === "host" ? [op.name] : []));
  return new Map(called.map((name) => [name, answer]));
}

export async function load(program: Program): Promise<Executable> {
  const backend = (await create())!;
  return backend.load(program, { device: "cpu", hosts: hostsOf(program) });
}

const sizeOf = (program: Program, role: string): number =>
  program.batch *
  program.arrays.filter((spec) => spec.role === role).reduce((sum, spec) => sum + spec.length, 0);

/** The values behind a name, all copies one after the other. */
export function namedValues(program: Program, running: Executable, named: NamedValue): number[] {
  if (named.kind === "constant") {
    const { values, count } = named;
    const all = typeof values === "number" ? new Array<number>(count).fill(values) : [...values!];
    // A constant keeps the value that the user gave; arrays are rounded when they are loaded.
    return program.precision === "float32" ? all.map(Math.fround) : all;
  }
  const spec = program.arrays.find((one) => one.name === named.array)!;
  const all = running.readSync!(named.array);
  const copies = spec.perCopy ? program.batch : 1;
  const found: number[] = [];
  for (let copy = 0; copy < copies; copy++) {
    for (let i = 0; i < named.count; i++) {
      const place = named.order === undefined ? i : named.order[i]!;
      found.push(all[copy * spec.length + named.offset + place]!);
    }
  }
  return found;
}

/** Everything with a name, and the outputs, after each step. */
export async function traceOf(program: Program, steps: number, seed = 1): Promise<string[]> {
  const running = await load(program);
  const dice = new Dice(seed);
  const Vector = program.precision === "float64" ? Float64Array : Float32Array;
  const x = new Vector(sizeOf(program, "input"));
  const y = new Vector(sizeOf(program, "output"));
  const lines: string[] = [];
  for (let step = 0; step < steps; step++) {
    for (let i = 0; i < x.length; i++) x[i] = dice.between(-0.5, 1);
    running.step!(x, y);
    for (const named of allNames(program)) {
      lines.push(`${step} ${named.path} ${namedValues(program, running, named).join(" ")}`);
    }
    lines.push(`${step} output ${[...y].join(" ")}`);
  }
  running.dispose();
  return lines;
}

/** The largest difference, relative to the larger value or 1, between two traces. */
export function differenceOf(a: readonly string[], b: readonly string[]): number {
  if (a.length !== b.length) return Infinity;
  let most = 0;
  a.forEach((line, i) => {
    const one = line.split(" ");
    const two = b[i]!.split(" ");
    if (one.length !== two.length || one[1] !== two[1]) most = Infinity;
    for (let k = 2; k < one.length; k++) {
      const p = Number(one[k]);
      const q = Number(two[k]);
      if (Object.is(p, q)) continue;
      const gap = Math.abs(p - q) / Math.max(1, Math.abs(p), Math.abs(q));
      most = Math.max(most, Number.isNaN(gap) ? Infinity : gap);
    }
  });
  return most;
}
