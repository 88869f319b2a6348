// Bodies over drawn operands: trees with everything the language has, results that are written to
// arrays of every kind. Invariant: what a real state is given is finite, so that nothing diverges.

import {
  binary,
  call,
  conditional,
  functionArity,
  name,
  num,
  unary,
  type Assignment,
  type BinaryOperator,
  type Expr,
  type FunctionName,
} from "../../../src/expr/ast.js";
import { body as parsed, read, readColumn } from "../../../src/ir/build.js";
import type { Domain, Operand, Write } from "../../../src/ir/program.js";
import { tame, type Draft } from "./draft.js";

const arithmetic: readonly BinaryOperator[] = ["+", "-", "*", "+", "-", "*", "/"];
const logic: readonly BinaryOperator[] = ["<", "<=", ">", ">=", "==", "!=", "and", "or"];
const cheap: readonly FunctionName[] = ["abs", "floor", "ceil", "min", "max", "sqrt", "sign"];
const dear = (Object.keys(functionArity) as FunctionName[]).filter(
  (each) => each !== "prev" && !cheap.includes(each),
);
const literals = [0, -0, 1, -1, 2, 0.5, 0.1, 3, -2.5, 1e-3, 1e10];

function drawCall(draft: Draft, symbols: readonly string[], depth: number): Expr {
  // Few of the dear ones: each is hundreds of instructions.
  const fn = draft.pick(draft.dice.chance(0.12) ? dear : cheap);
  const args = Array.from({ length: functionArity[fn] }, () => drawTree(draft, symbols, depth));
  return call(fn, ...args);
}

function drawTree(draft: Draft, symbols: readonly string[], depth: number): Expr {
  const { dice } = draft;
  if (depth === 0 || dice.chance(0.2)) {
    const isName = symbols.length > 0 && dice.chance(0.8);
    return isName ? name(draft.pick(symbols)) : num(draft.pick(literals));
  }
  const part = (): Expr => drawTree(draft, symbols, depth - 1);
  const kind = dice.below(10);
  if (kind < 5) return binary(draft.pick(arithmetic), part(), part());
  if (kind < 6) return binary(draft.pick(logic), part(), part());
  if (kind < 7) return conditional(part(), part(), part());
  if (kind < 8) return unary(draft.pick(["-", "not"]), part());
  return drawCall(draft, symbols, depth - 1);
}

/** What a body may read and write. */
export interface Scope {
  /** Number of elements of each domain that operands may run over. */
  readonly sizes: { readonly [D in Domain]?: number };
  readonly writesAt: readonly Domain[];
  /** Edges, where lags may be given for each. */
  readonly edges?: number | undefined;
  /** Payload columns of spikes and of events. */
  readonly columns?: readonly { readonly at: "spike" | "event"; readonly column: string }[];
  /** Symbols that the op gives. */
  readonly given?: readonly string[];
  /** Whether two writes may add to overlapping places of one array. */
  readonly mayOverlap?: boolean;
}
export interface DrawnBody {
  readonly reads: readonly Operand[];
  readonly body: readonly Assignment[];
  readonly writes: readonly Write[];
}

/** A place to be written. */
interface Goal {
  readonly array: string;
  readonly at: Domain;
  readonly offset: number;
  readonly mode: "set" | "add";
  readonly isTame: boolean;
  /** Elements of the array behind the last that is written. */
  readonly behind: number;
}

const goalKinds = [
  { role: "state", type: "real" },
  { role: "state", type: "real" },
  { role: "scratch", type: "real" },
  { role: "output", type: "real" },
  { role: "state", type: "int" },
  { role: "scratch", type: "int" },
] as const;

function drawGoal(draft: Draft, at: Domain, size: number): Goal {
  const { dice } = draft;
  const { role, type } = draft.pick(
    dice.chance(draft.plainness) ? goalKinds.slice(0, 4) : goalKinds,
  );
  const offset = draft.pick([0, 0, 0, 1, 2, 3]);
  const behind = draft.pick([0, 0, 0, 1, 3]);
  const length = offset + size + behind;
  const initial = type === "int" ? draft.integers(length) : dice.values(length, -1, 1);
  const isState = role === "state";
  const array = draft.array({ role, type, length, ...(isState && { initial }) });
  const mode = role === "state" && dice.chance(0.5) ? "add" : "set";
  return { array, at, offset, mode, isTame: isState && type === "real", behind };
}

/** Two writes that add to one array, the places of the second a few behind those of the first. */
function drawOverlap(draft: Draft, at: Domain, size: number): Goal[] {
  const apart = draft.dice.below(4);
  const length = size + apart + 1;
  const array = draft.array({ length, initial: draft.dice.values(length, -1, 1) });
  const goal = { array, at, mode: "add", isTame: true, behind: 0 } as const;
  return [0, apart].map((offset) => ({ ...goal, offset }));
}

function drawGoals(draft: Draft, { sizes, writesAt, mayOverlap }: Scope): Goal[] {
  const { dice } = draft;
  const goals = Array.from({ length: 1 + dice.below(3) }, () => {
    const at = draft.pick(writesAt);
    return drawGoal(draft, at, sizes[at]!);
  });
  if (mayOverlap !== true || !dice.chance(0.15)) return goals;
  const at = draft.pick(writesAt);
  return [...goals, ...drawOverlap(draft, at, sizes[at]!)];
}

/** Operands on what the op itself writes: the same places, or others that it leaves alone. */
function drawOwnReads(draft: Draft, goals: readonly Goal[], { sizes }: Scope): Operand[] {
  const isAlone = ({ array }: Goal): boolean =>
    goals.filter((other) => other.array === array).length === 1;
  return goals.filter(isAlone).flatMap((goal, i) => {
    const { array, at, offset, behind } = goal;
    if (draft.spec(array).role !== "state") return [];
    const inPlace = draft.dice.chance(0.4);
    const apart = behind > 0 && draft.dice.chance(0.3);
    const after = offset + (at === "one" ? 1 : sizes[at]!);
    return [
      ...(inPlace ? [read(`own${i}`, `${array}@0`, at, { offset })] : []),
      ...(apart ? [read(`next${i}`, `${array}@0`, "one", { offset: after })] : []),
    ];
  });
}

function drawReads(draft: Draft, { sizes, edges, columns = [] }: Scope): Operand[] {
  const domains = (Object.entries(sizes) as [Domain, number][]).filter(
    ([at]) => at !== "spike" && at !== "event",
  );
  const count = draft.pick([0, 1, 2, 2, 3, 4]);
  const reads = Array.from({ length: count }, (_, i) => {
    const [at, size] = draft.pick(domains);
    return draft.operand(`a${i}`, { at, size, edges });
  });
  columns.forEach(({ at, column }, i) => {
    if (draft.dice.chance(0.8)) reads.push(readColumn(`c${i}`, column, at));
  });
  return reads;
}

/** Draws reads, body and writes. */
export function drawBody(draft: Draft, scope: Scope): DrawnBody {
  const { dice } = draft;
  const goals = drawGoals(draft, scope);
  const reads = [...drawReads(draft, scope), ...drawOwnReads(draft, goals, scope)];
  const bound = reads.map(({ symbol }) => symbol);
  const free = [...bound];
  const known = [...bound, ...(scope.given ?? []), "step", "t", "dt"];
  const body: Assignment[] = [];
  const lines = dice.below(4);
  for (let i = 0; i < lines; i++) {
    // Symbols may be assigned anew, those that were read too.
    const target = free.length > 0 && dice.chance(0.25) ? draft.pick(free) : `y${i}`;
    body.push({ target, value: drawTree(draft, known, 3) });
    if (!known.includes(target)) {
      known.push(target);
      free.push(target);
    }
  }
  const writes = goals.map(({ array, at, offset, mode, isTame }, i): Write => {
    // An operand that nothing needs would be seen by nobody.
    const found = draft.pick(bound.length > 0 && dice.chance(0.5) ? bound : known);
    if (isTame) body.push(...parsed(`tame${i} = ${tame(found)}`));
    const symbol = isTame ? `tame${i}` : found;
    return { symbol, array, version: 0, at, mode, ...(offset > 0 && { offset }) };
  });
  return { reads, body, writes };
}
