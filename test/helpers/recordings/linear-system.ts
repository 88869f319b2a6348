// Transfer functions in discrete time: controller canonical form, five ways to discretise, and the
// state from which a filter starts as if it had long been at some output.

import { all, create, type Matrix } from "mathjs";

const math = create(all ?? {}, { matrix: "Array" });

type Rows = readonly (readonly number[])[];

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

const identity = (n: number): number[][] =>
  Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => Number(i === j)));

const column = (values: readonly number[]): number[][] => values.map((value) => [value]);

const withoutLeadingZeros = (values: readonly number[]): readonly number[] => {
  const first = values.findIndex((value) => value !== 0);
  return first < 0 ? [0] : values.slice(first);
};

/** Controller canonical form of a proper transfer function. */
function canonical({ num, den }: TransferFunction): LinearSystem {
  const below = withoutLeadingZeros(den);
  const lead = below[0]!;
  const n = below.length - 1;
  const short = withoutLeadingZeros(num);
  if (short.length > below.length) throw new Error("the transfer function is improper");
  const above = [...new Array<number>(below.length - short.length).fill(0), ...short];
  const a = below.slice(1).map((value) => value / lead);
  const b = above.map((value) => value / lead);
  const A = Array.from({ length: n }, (_, i) =>
    i === 0 ? a.map((value) => -value) : Array.from({ length: n }, (_, j) => Number(j === i - 1)),
  );
  return {
    A,
    B: A.map((_, i) => Number(i === 0)),
    C: a.map((value, i) => b[i + 1]! - b[0]! * value),
    D: b[0]!,
  };
}

/** Exact for an input that is held over a step. */
function zeroOrderHold({ A, B, C, D }: LinearSystem, dt: number): LinearSystem {
  const n = A.length;
  const block = A.map((row, i) => [...row.map((value) => value * dt), B[i]! * dt]);
  block.push(new Array<number>(n + 1).fill(0));
  const exponential = math.expm(math.matrix(block)).toArray() as number[][];
  return {
    A: exponential.slice(0, n).map((row) => row.slice(0, n)),
    B: exponential.slice(0, n).map((row) => row[n]!),
    C,
    D,
  };
}

/** The generalised bilinear transformation: 0 is Euler's, 0.5 Tustin's, 1 backward differences. */
function bilinear({ A, B, C, D }: LinearSystem, dt: number, alpha: number): LinearSystem {
  const n = A.length;
  const mix = (weight: number): number[][] =>
    identity(n).map((row, i) => row.map((value, j) => value + weight * A[i]![j]!));
  const left = mix(-alpha * dt);
  const solve = (right: number[][]): number[][] => {
    const solved: number[][] | Matrix = math.lusolve(left, right) as number[][];
    return solved;
  };
  const discreteB = solve(column(B.map((value) => value * dt))).map(([value]) => value!);
  const transposed = math.transpose(left) as number[][];
  const solvedC = math.lusolve(transposed, column(C)) as number[][];
  return {
    A: math.transpose(
      math.transpose(solveColumns(left, mix((1 - alpha) * dt))) as number[][],
    ) as number[][],
    B: discreteB,
    C: solvedC.map(([value]) => value!),
    D: D + alpha * C.reduce((sum, value, i) => sum + value * discreteB[i]!, 0),
  };
}
