// Transfer functions in discrete time: controller canonical form, four ways to discretise, and the
// state from which a filter starts as if it had long been at some output.

import { all, create } from "mathjs";

const math = create(all!, { matrix: "Array" });

type Rows = number[][];

/** x' = A x + B u, y = C x + D u with one input and one output; no rows of A: y = D u. */
export interface LinearSystem {
  readonly A: Rows;
  readonly B: readonly number[];
  readonly C: readonly number[];
  readonly D: number;
}

export interface TransferFunction {
  readonly num: readonly number[];
  readonly den: readonly number[];
  /** False: in z already. */
  readonly analog: boolean;
  readonly method: string;
}

const identity = (n: number): Rows =>
  Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => Number(i === j)));

const product = (a: Rows, b: Rows): Rows => math.multiply(a, b);
const column = (values: readonly number[]): Rows => values.map((value) => [value]);
const plus = (a: Rows, weight: number, b: Rows): Rows =>
  a.map((row, i) => row.map((value, j) => value + weight * b[i]![j]!));

function withoutLeadingZeros(values: readonly number[]): readonly number[] {
  const first = values.findIndex((value) => value !== 0);
  return first < 0 ? [0] : values.slice(first);
}

/** Controller canonical form of a proper transfer function. */
function canonical({ num, den }: TransferFunction): LinearSystem {
  const below = withoutLeadingZeros(den);
  const above = withoutLeadingZeros(num);
  const missing = below.length - above.length;
  if (missing < 0) throw new Error("the transfer function is improper");
  const lead = below[0]!;
  const a = below.slice(1).map((value) => value / lead);
  const b = [...new Array<number>(missing).fill(0), ...above].map((value) => value / lead);
  const A = a.map((_, i) => a.map((value, j) => (i === 0 ? -value : Number(j === i - 1))));
  return {
    A,
    B: a.map((_, i) => Number(i === 0)),
    C: a.map((value, i) => b[i + 1]! - b[0]! * value),
    D: b[0]!,
  };
}

/** Exact for an input that is held over a step. */
function zeroOrderHold({ A, B, C, D }: LinearSystem, dt: number): LinearSystem {
  const n = A.length;
  const block = A.map((row, i) => [...row, B[i]!].map((value) => value * dt));
  block.push(new Array<number>(n + 1).fill(0));
  const exponential = math.expm(math.matrix(block)).toArray() as Rows;
  const top = exponential.slice(0, n);
  return { A: top.map((row) => row.slice(0, n)), B: top.map((row) => row[n]!), C, D };
}

/** The generalised bilinear transformation: 0 is Euler's, 0.5 Tustin's, 1 backward differences. */
function bilinear({ A, B, C, D }: LinearSystem, dt: number, alpha: number): LinearSystem {
  const one = identity(A.length);
  const inverse = math.inv(plus(one, -alpha * dt, A));
  const discrete = product(inverse, column(B)).map(([value]) => value! * dt);
  return {
    A: product(inverse, plus(one, (1 - alpha) * dt, A)),
    B: discrete,
    C: product([[...C]], inverse)[0]!,
    D: D + alpha * C.reduce((sum, value, i) => sum + value * discrete[i]!, 0),
  };
}

const alphas: Readonly<Record<string, number>> = { euler: 0, bilinear: 0.5, backward_diff: 1 };

/** A transfer function as a system in steps of `dt` [s]. */
export function discretize(given: TransferFunction, dt: number): LinearSystem {
  const system = canonical(given);
  if (system.A.length === 0 || !given.analog) return system;
  if (given.method === "zoh") return zeroOrderHold(system, dt);
  const alpha = alphas[given.method];
  if (alpha === undefined) throw new Error(`unknown method ${given.method}`);
  return bilinear(system, dt, alpha);
}

/** The state under the constant input that gives the output 1. */
export function steadyState({ A, B, C, D }: LinearSystem): number[] {
  if (A.length === 0) return [];
  const state = product(math.inv(plus(identity(A.length), -1, A)), column(B));
  const gain = C.reduce((sum, value, i) => sum + value * state[i]![0]!, D);
  if (gain === 0) throw new Error("the filter has no gain at rest");
  return state.map(([value]) => value! / gain);
}
