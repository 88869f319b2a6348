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

/** Outputs and states of one copy of a batch. */
export function copyOf(shown: Shown, copy: number, batch: number): Shown {
  const part = (values: readonly number[]): readonly number[] => {
    const size = values.length / batch;
    return values.slice(copy * size, (copy + 1) * size);
  };
  return new Map([...shown].map(([name, values]) => [name, part(values)]));
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

/** Gives a model the states that another one showed. */
async function giveStates(model: AnyModel, shown: Shown): Promise<void> {
  for (const name of model.state.names()) {
    if (model.state.info(name).kind === "state") await model.state.set(name, shown.get(name)!);
  }
}

/** Throws where two traces differ in any bit; faster than deep equality, which matters here. */
export function expectSameTrace(a: readonly Shown[], b: readonly Shown[], tolerance = 0): void {
  expect(b.length).toBe(a.length);
  a.forEach((shown, step) => {
    const gap = largestGap(shown, b[step]!);
    if (gap === undefined || gap.size <= tolerance) return;
    throw new Error(`step ${step}: ${JSON.stringify(gap)} is more than ${tolerance}`);
  });
}

export interface LockStep {
  readonly steps: number;
  readonly drive: Drive;
  /** Largest gap that is allowed. */
  readonly tolerance: number;
}

/**
 * Runs models of one network side by side. Before each step the others get the states of the first,
 * so that each step is judged alone; spikes under way are equal as long as all steps agree.
 */
export async function expectEqualSteps(
  first: AnyModel,
  others: readonly AnyModel[],
  { steps, drive, tolerance }: LockStep,
): Promise<void> {
  const names = [...first.state.names()].sort();
  for (const other of others) expect([...other.state.names()].sort()).toEqual(names);
  let before = await shownBy(first);
  for (let step = 0; step < steps; step += 1) {
    const after = await shownBy(first, await stepWith(first, drive));
    for (const [i, other] of others.entries()) {
      await giveStates(other, before);
      const gap = largestGap(after, await shownBy(other, await stepWith(other, drive)));
      if (gap === undefined || gap.size <= tolerance) continue;
      throw new Error(`model ${i}, step ${step}: ${JSON.stringify(gap)} is more than ${tolerance}`);
    }
    before = after;
  }
}
