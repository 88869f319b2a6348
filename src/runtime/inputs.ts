// The inputs of a run: turns what the user gives into one function that fills the input vector of a
// step. Invariant: all that can be checked is checked before the first step, and elements that
// nobody gives are 0.

import type { Port } from "../ir/program.js";
import type { Values } from "./backend.js";
import { checkRecord, isRecord, refuse, suggest } from "./checks.js";
import { planEvents, type InputEvent } from "./events.js";
import type { Fill, InputLayout, MakeVector, VectorInput, VectorShape } from "./vectors.js";
import { isArrayLike } from "../util/array-like.js";
import { checkFinite, fillVector } from "./vectors.js";

/**
 * Gives the input of a step: fills `x` (0 at first), or returns a number for all of it or a vector.
 * `step` counts from the last reset, `index` from the start of this run.
 */
export type InputFunction = (
  step: number,
  x: Values,
  index: number,
) => void | number | ArrayLike<number>;

/** Values for each step of a run: rows, or all rows one after the other. Nothing is interpolated. */
export interface InputSeries {
  readonly series: ArrayLike<number> | readonly ArrayLike<number>[];
}

/** What one input, or all of them together, can be given as: held, as a series, or by a function. */
export type PortInput = VectorInput | InputSeries | InputFunction;

/**
 * The input of a run; an object with other keys gives inputs by name, and those left out are 0. An
 * input that is itself called `series` or `events` can be given so beside others.
 */
export type RunInput =
  PortInput | { readonly events: readonly InputEvent[] } | { readonly [name: string]: PortInput };

/** Which steps a run covers. */
export interface Stretch {
  /** Steps done before it. */
  readonly start: number;
  readonly steps: number;
}

function planConstant(value: unknown, shape: VectorShape, make: MakeVector): Fill {
  const held = make(shape.size * shape.copies);
  fillVector(held, value, shape);
  return (_step, x) => x.set(held);
}

function tooShort(where: string, has: number, steps: number): never {
  refuse(where, "series-too-short", "has too few rows for the run", {
    got: has,
    allowed: `at least ${steps} rows, one for each step`,
    hint: "Give more rows, or run fewer steps.",
  });
}

function planSeries(given: unknown, shape: VectorShape, steps: number, make: MakeVector): Fill {
  const series = checkRecord(shape.where, given, ["series"])["series"];
  const where = `${shape.where}.series`;
  if (!isArrayLike(series)) {
    const allowed = "an array of rows, or all rows in one array";
    refuse(where, "wrong-kind", "must be an array", { got: series, allowed });
  }
  const scratch = make(shape.size * shape.copies);
  if (isArrayLike(series[0])) {
    if (series.length < steps) tooShort(where, series.length, steps);
    for (let i = 0; i < steps; i++) {
      fillVector(scratch, series[i], { ...shape, where: `${where}[${i}]`, spread: false });
    }
    return (_step, x, index) => fillVector(x, series[index], shape);
  }
  const width = shape.size * shape.copies;
  if (width === 0 || series.length % width !== 0) {
    refuse(where, "wrong-length", "does not consist of whole rows", {
      got: series.length,
      allowed: width === 0 ? "nothing: there is no input" : `a multiple of ${width} numbers`,
    });
  }
  if (series.length / width < steps) tooShort(where, series.length / width, steps);
  for (let i = 0; i < steps * width; i++) {
    if (typeof series[i] === "number" && Number.isFinite(series[i])) continue;
    const allowed = "finite numbers";
    refuse(`${where}[${i}]`, "not-a-number", "must be a finite number", {
      got: series[i],
      allowed,
    });
  }
  const numbers = series as ArrayLike<number>;
  return (_step, x, index) => {
    for (let i = 0; i < width; i++) x[i] = numbers[index * width + i]!;
  };
}

function planFunction(give: InputFunction, shape: VectorShape): Fill {
  return (step, x, index) => {
    x.fill(0);
    const result: unknown = give(step, x, index);
    if (result === undefined) checkFinite(shape.where, x);
    else fillVector(x, result, shape);
  };
}

function planPiece(value: unknown, shape: VectorShape, steps: number, make: MakeVector): Fill {
  if (typeof value === "function") return planFunction(value as InputFunction, shape);
  if (isRecord(value) && !isArrayLike(value)) return planSeries(value, shape, steps, make);
  return planConstant(value, shape, make);
}

/** Fills one port of the whole vector from a vector of its own. */
function place(fill: Fill, port: Port, layout: InputLayout, own: Values): Fill {
  const { size } = port;
  return (step, x, index) => {
    fill(step, own, index);
    for (let copy = 0; copy < layout.copies; copy++) {
      const start = copy * layout.size + port.offset;
      for (let i = 0; i < size; i++) x[start + i] = own[copy * size + i]!;
    }
  };
}

function planByName(
  given: Readonly<Record<string, unknown>>,
  layout: InputLayout,
  steps: number,
  make: MakeVector,
): Fill {
  const fills = Object.keys(given).map((name) => {
    const port = layout.ports.find((one) => one.name === name);
    if (port === undefined) {
      const names = [...layout.ports.map((one) => one.name), "series", "events"];
      refuse(`run.input.${name}`, "unknown-input", "there is no such input", {
        hint: suggest(name, names),
      });
    }
    const shape = { where: `run.input.${name}`, size: port.size, copies: layout.copies };
    const fill = planPiece(given[name], { ...shape, spread: true }, steps, make);
    return place(fill, port, layout, make(port.size * layout.copies));
  });
  return (step, x, index) => {
    x.fill(0);
    for (const fill of fills) fill(step, x, index);
  };
}

function planFill(input: unknown, layout: InputLayout, stretch: Stretch, make: MakeVector): Fill {
  const { size, copies } = layout;
  const isNamed = isRecord(input) && !isArrayLike(input);
  const isForm = (key: string): boolean =>
    isNamed &&
    key in input &&
    (Object.keys(input).length === 1 || !layout.ports.some(({ name }) => name === key));
  if (isNamed && isForm("events")) {
    const { events } = checkRecord("run.input", input, ["events"]);
    return planEvents(events, layout, stretch.steps, make);
  }
  if (isNamed && !isForm("series")) {
    if (!isPlainObject(input)) {
      const allowed = "numbers, a function, { series }, { events } or an object by names of inputs";
      refuse("run.input", "wrong-kind", "is no kind of input", { got: input, allowed });
    }
    return planByName(input, layout, stretch.steps, make);
  }
  const shape = { where: "run.input", size, copies, spread: size > 0 };
  return planPiece(input, shape, stretch.steps, make);
}

/**
 * Checks the input of a run and plans how to fill the input vector; `undefined` where nothing is
 * given, which means 0.
 */
export function planInput(
  input: unknown,
  layout: InputLayout,
  stretch: Stretch,
  make: MakeVector,
): ((step: number, x: Values) => void) | undefined {
  if (input === undefined) return undefined;
  const fill = planFill(input, layout, stretch, make);
  return (step, x) => fill(step, x, step - stretch.start);
}

/** Objects of other kinds, such as a Map, have no keys and would be taken for one without inputs. */
function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Fills the input vector of a single step. */
export function fillStep(x: Values, input: VectorInput | undefined, shape: VectorShape): void {
  if (input === undefined) x.fill(0);
  else fillVector(x, input, shape);
}
