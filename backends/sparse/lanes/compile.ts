// Expressions and bodies as operations on lanes: the counterpart of src/expr/evaluate.ts.
// Invariant: one entry for every operator and function, so that a missing one does not compile.

import { InternalError } from "../../../src/errors.js";
import type {
  Assignment,
  BinaryOperator,
  Expr,
  FunctionName,
  UnaryOperator,
} from "../../../src/expr/ast.js";
import { functionArity } from "../../../src/expr/ast.js";
import type { Lanes, LaneValue } from "./types.js";

type Args = readonly LaneValue[];

const unaryOperators: {
  readonly [K in UnaryOperator]: (lanes: Lanes, a: LaneValue) => LaneValue;
} = {
  "-": ({ negate }, a) => negate(a),
  not: ({ not }, a) => not(a),
};

const binaryOperators: {
  readonly [K in BinaryOperator]: (lanes: Lanes, a: LaneValue, b: LaneValue) => LaneValue;
} = {
  "+": ({ add }, a, b) => add(a, b),
  "-": ({ sub }, a, b) => sub(a, b),
  "*": ({ mul }, a, b) => mul(a, b),
  "/": ({ div }, a, b) => div(a, b),
  // pow gives the same bits whether its exponent is known or not.
  "^": ({ maths }, a, b) =>
    b.constant === undefined ? maths.pow(a, b) : maths.powConstant(a, b.constant),
  "<": ({ less }, a, b) => less(a, b),
  "<=": ({ lessEqual }, a, b) => lessEqual(a, b),
  ">": ({ less }, a, b) => less(b, a),
  ">=": ({ lessEqual }, a, b) => lessEqual(b, a),
  "==": ({ equal }, a, b) => equal(a, b),
  "!=": ({ notEqual }, a, b) => notEqual(a, b),
  and: ({ and }, a, b) => and(a, b),
  or: ({ or }, a, b) => or(a, b),
};

const functions: {
  readonly [K in Exclude<FunctionName, "prev">]: (lanes: Lanes, args: Args) => LaneValue;
} = {
  abs: ({ abs }, [x]) => abs(x!),
  ceil: ({ ceil }, [x]) => ceil(x!),
  clip: ({ min, max }, [x, low, high]) => max(low!, min(x!, high!)),
  cos: ({ maths }, [x]) => maths.cos(x!),
  exp: ({ maths }, [x]) => maths.exp(x!),
  expm1: ({ maths }, [x]) => maths.expm1(x!),
  exprel: ({ maths }, [x]) => maths.exprel(x!),
  floor: ({ floor }, [x]) => floor(x!),
  int: ({ toMask }, [x]) => toMask(x!),
  log: ({ maths }, [x]) => maths.log(x!),
  log1p: ({ maths }, [x]) => maths.log1p(x!),
  max: ({ max }, [a, b]) => max(a!, b!),
  min: ({ min }, [a, b]) => min(a!, b!),
  sign: ({ sign }, [x]) => sign(x!),
  sin: ({ maths }, [x]) => maths.sin(x!),
  sqrt: ({ sqrt }, [x]) => sqrt(x!),
  tanh: ({ maths }, [x]) => maths.tanh(x!),
};

type Symbols = ReadonlyMap<string, LaneValue>;

function valueOf(symbol: string, symbols: Symbols): LaneValue {
  const value = symbols.get(symbol);
  if (value !== undefined) return value;
  const known = [...symbols.keys()].join(", ");
  throw new InternalError("sparse", `no value for the symbol "${symbol}"; known are: ${known}`);
}

/** Writes the code of an expression. The result may be a mask: `lanes.toNumber` makes it a number. */
export function compileExpr(expr: Expr, symbols: Symbols, lanes: Lanes): LaneValue {
  const compile = (part: Expr): LaneValue => compileExpr(part, symbols, lanes);
  switch (expr.kind) {
    case "number":
      if (expr.unit !== undefined) {
        throw new InternalError("sparse", `the unit ${expr.unit} of a number was not converted`);
      }
      return lanes.constant(expr.value);
    case "name":
      return valueOf(expr.name, symbols);
    case "unary":
      return unaryOperators[expr.op](lanes, compile(expr.arg));
    case "binary":
      return binaryOperators[expr.op](lanes, compile(expr.left), compile(expr.right));
    case "conditional":
      return lanes.select(compile(expr.test), compile(expr.then), compile(expr.else));
    case "call": {
      if (expr.fn === "prev") throw new InternalError("sparse", "prev() was not resolved");
      if (expr.args.length !== functionArity[expr.fn]) {
        throw new InternalError("sparse", `${expr.fn}() was given ${expr.args.length} arguments`);
      }
      return functions[expr.fn](lanes, expr.args.map(compile));
    }
  }
}

/** Writes the code of assignments in order; `symbols` is updated. A plain name costs nothing. */
export function compileBody(
  body: readonly Assignment[],
  symbols: Map<string, LaneValue>,
  lanes: Lanes,
): void {
  for (const { target, value } of body) symbols.set(target, compileExpr(value, symbols, lanes));
}
