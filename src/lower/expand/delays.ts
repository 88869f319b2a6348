// Transmission delays: from milliseconds to whole steps. Invariant: a delay that is not a whole
// number of steps (to 1e-9) is refused, never rounded.

import { CompileError } from "../../errors.js";
import type { Connection } from "../../network/types.js";
import type { ExpandContext } from "./context.js";
import { int32s } from "../../util/tabulate.js";

const tolerance = 1e-9;
/** Keeps rings within what an int32 lag and a sane memory can hold. */
const longestDelay = 1e6;

/** For messages: 3 * 0.1 is not quite 0.3. */
const rounded = (milliseconds: number): number => Number(milliseconds.toPrecision(12));

function toSteps(connection: Connection, milliseconds: number, dt: number): number {
  const exact = milliseconds / dt;
  const steps = Math.round(exact);
  const where = `${connection.name}.${connection.synapse.model.delay!}`;
  if (Math.abs(exact - steps) > tolerance * Math.max(1, Math.abs(steps))) {
    const [below, above] = [Math.floor(exact), Math.ceil(exact)].map((n) => rounded(n * dt));
    throw new CompileError({
      code: "delay-not-whole",
      where,
      problem: "a delay must be a whole number of steps",
      got: milliseconds,
      allowed: `multiples of dt = ${dt} ms; the nearest are ${below} and ${above} ms`,
      hint: "Change the delay or the step size.",
    });
  }
  if (steps > longestDelay) {
    throw new CompileError({
      code: "delay-too-long",
      where,
      problem: "the delay is too long for the step size",
      got: milliseconds,
      allowed: `at most ${longestDelay} steps, ${rounded(longestDelay * dt)} ms`,
      hint: "Give delays in ms; use a larger dt.",
    });
  }
  return steps;
}

function delaysOf(connection: Connection, dt: number): number | Int32Array {
  const { model } = connection.synapse;
  if (model.delay === undefined) return 0;
  const value = connection.values.get(model.delay)!;
  const scale = model.system === "SI" ? 1000 : 1;
  if (typeof value !== "object") return toSteps(connection, Number(value) * scale, dt);
  const steps = Int32Array.from(value, (each) => toSteps(connection, each * scale, dt));
  return steps.every((each) => each === steps[0]) && steps.length > 0 ? steps[0]! : steps;
}

/** Largest delay of a connection [steps]. */
export function longestDelayOf(connection: Connection, dt: number): number {
  const delays = delaysOf(connection, dt);
  return typeof delays === "number" ? delays : delays.reduce((a, b) => Math.max(a, b), 0);
}

/** One lag for all edges, or the name of an int array with the lag of each. */
export function delayInSteps(
  context: ExpandContext,
  connection: Connection,
  edges: number,
  period: number | undefined,
): number | string {
  const delays = delaysOf(connection, context.options.dt);
  if (typeof delays === "number") return delays;
  const initial = period === undefined ? delays : int32s(edges, (edge) => delays[edge % period]!);
  return context.addArray({
    name: `${connection.name}.lag`,
    type: "int",
    role: "index",
    length: edges,
    initial,
    origin: connection.name,
  });
}
