// Value numbering: which operations on which values have been computed, and where they are.
// Invariant: each computed value has a local of its own, which is set exactly once.

import type { FunctionBuilder, Local } from "../wasm/function-builder.js";
import type { LaneValue, Shape } from "./types.js";

/** A value with what it was made from. */
export interface Made extends LaneValue {
  readonly id: number;
  readonly op: string;
  readonly args: readonly Made[];
}

export interface Operation {
  readonly kind: LaneValue["kind"];
  /** Names the operation; two with the same name and arguments are the same value. */
  readonly op: string;
  readonly args: readonly Made[];
  /** Gives the same bits with its two arguments exchanged. */
  readonly commutes?: boolean;
  /** Turns the arguments on the stack into the value. */
  readonly write: (fn: FunctionBuilder) => void;
}

function keyOf({ kind, op, args, commutes }: Operation): string {
  const ids = args.map(({ id }) => id);
  if (commutes === true) ids.sort((a, b) => a - b);
  return `${kind} ${op} ${ids.join(" ")}`;
}

export class ValueTable {
  readonly fn: FunctionBuilder;
  readonly shape: Shape;
  readonly isVector: boolean;
  readonly #scopes: Map<string, Made>[] = [new Map()];
  readonly #constants = new Map<string, Made>();
  #count = 0;

  constructor(fn: FunctionBuilder, shape: Shape) {
    this.fn = fn;
    this.shape = shape;
    this.isVector = shape === "f64x2" || shape === "f32x4";
  }

  #newLocal(kind: LaneValue["kind"]): Local {
    const { fn, shape } = this;
    if (shape !== "f64" && shape !== "f32") return fn.local("v128");
    return fn.local(kind === "mask" ? "i32" : shape);
  }

  /** The value of an operation: the known one, or one whose code is written now. */
  compute(operation: Operation): Made {
    const key = keyOf(operation);
    for (const scope of this.#scopes) {
      const known = scope.get(key);
      if (known !== undefined) return known;
    }
    const { kind, op, args } = operation;
    for (const arg of args) this.fn.get(arg.local);
    operation.write(this.fn);
    const local = this.#newLocal(kind);
    this.fn.set(local);
    const made: Made = { kind, local, id: this.#count++, op, args };
    this.#scopes[this.#scopes.length - 1]!.set(key, made);
    return made;
  }

  /** A value that is known now. Its local comes into being when it is used. */
  constant(kind: LaneValue["kind"], constant: number): Made {
    const key = `${kind} ${Object.is(constant, -0) ? "-0" : constant}`;
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const local = (): Local => this.#constantLocal(kind, constant);
    const made: Made = {
      kind,
      get local() {
        return local();
      },
      constant,
      id: this.#count++,
      op: "constant",
      args: [],
    };
    this.#constants.set(key, made);
    return made;
  }

  #constantLocal(kind: LaneValue["kind"], constant: number): Local {
    const { fn, shape, isVector } = this;
    if (kind === "number") return fn.constant(shape, constant);
    return isVector ? fn.constant("i32x4", constant === 1 ? -1 : 0) : fn.constant("i32", constant);
  }

  /** A value that other code has computed. */
  given(kind: LaneValue["kind"], local: Local, isNonzero = false): Made {
    return { kind, local, isNonzero, id: this.#count++, op: "given", args: [] };
  }

  scope<R>(inside: () => R): R {
    this.#scopes.push(new Map());
    try {
      return inside();
    } finally {
      this.#scopes.pop();
    }
  }
}
