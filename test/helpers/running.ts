// Models of any backend, driven and compared alike: what they show by name, inputs that need no
// generator, and how far two of them part in one step from equal states.

import type { AsyncModel, Model, Values } from "../../src/index.js";

export type AnyModel = Model | AsyncModel;

/** Everything with a name that a model shows after a step. */
export type Shown = ReadonlyMap<string, readonly number[]>;

/** Fills the input vector of all copies for a step. */
export type Drive = (step: number, x: Values) => void;

/** An input that changes from step to step and from element to element; always the same. */
export function driveOf(strength: number, shift = 0): Drive {
  return (step, x) => {
    for (let i = 0; i < x.length; i += 1) {
      x[i] = strength * (0.4 + ((step * 7 + (i + shift) * 13) % 17) / 16);
    }
  };
}

/** Length of the input vector of all copies. */
export const inputLength = ({ program }: AnyModel): number =>
  program.batch * program.inputs.reduce((sum, { size }) => sum + size, 0);

/** One step under a drive. */
export async function stepWith(model: AnyModel, drive: Drive): Promise<readonly number[]> {
  const x = new Float64Array(inputLength(model));
  drive(model.stepCount, x);
  return Array.from(await model.step(x));
}

/** All states and spikes by name; `outputs` is what the last step gave. */
export async function shownBy(model: AnyModel, outputs?: readonly number[]): Promise<Shown> {
  const shown = new Map<string, readonly number[]>();
  for (const name of model.state.names()) {
    shown.set(name, Array.from(await model.state.get(name)));
  }
  if (outputs !== undefined) shown.set("(outputs)", outputs);
  return shown;
}

/** What a model shows after each of some steps. */
export async function traceOf(model: AnyModel, steps: number, drive: Drive): Promise<Shown[]> {
  const trace: Shown[] = [];
  for (let i = 0; i < steps; i += 1) {
    trace.push(await shownBy(model, await stepWith(model, drive)));
  }
  return trace;
}

/** Where two values differ most, relative to the larger one or 1; undefined where they agree. */
export interface Gap {
  readonly name: string;
  readonly index: number;
  readonly values: readonly [number, number];
  readonly size: number;
}

function gapOf(a: number, b: number): number {
  if (Object.is(a, b)) return 0;
  const size = Math.abs(a - b) / Math.max(1, Math.abs(a), Math.abs(b));
  return Number.isNaN(size) ? Infinity : size;
}

/** The largest gap between what two models show; NaN and missing names count as infinite. */
export function largestGap(a: Shown, b: Shown): Gap | undefined {
  let worst: Gap | undefined;
  const see = (gap: Gap): void => {
    if (gap.size > (worst?.size ?? 0)) worst = gap;
  };
  for (const name of new Set([...a.keys(), ...b.keys()])) {
    const one = a.get(name) ?? [];
    const two = b.get(name) ?? [];
    for (let index = 0; index < Math.max(one.length, two.length, 1); index += 1) {
      const values = [one[index] ?? NaN, two[index] ?? NaN] as const;
      see({ name, index, values, size: gapOf(...values) });
    }
  }
  return worst;
}

/** Gives a model the states of another one, by name. */
export async function copyStates(from: AnyModel, to: AnyModel): Promise<void> {
  for (const name of from.state.names()) {
    if (from.state.info(name).kind !== "state") continue;
    await to.state.set(name, await from.state.get(name));
  }
}

export interface LockStep {
  readonly steps: number;
  readonly drive: Drive;
  /** Largest gap that is allowed. */
  readonly tolerance: number;
}

/**
 * Runs two models of one network side by side. Before each step the second gets the states of the
 * first, so that each step is judged alone; spikes under way are equal as long as all steps agree.
 */
export async function expectEqualSteps(a: AnyModel, b: AnyModel, how: LockStep): Promise<void> {
  expect([...b.state.names()].sort()).toEqual([...a.state.names()].sort());
  for (let i = 0; i < how.steps; i += 1) {
    await copyStates(a, b);
    const first = await shownBy(a, await stepWith(a, how.drive));
    const second = await shownBy(b, await stepWith(b, how.drive));
    const gap = largestGap(first, second);
    if (gap !== undefined && gap.size > how.tolerance) {
      throw new Error(`step ${i}: ${JSON.stringify(gap)} is more than ${how.tolerance}`);
    }
  }
}
