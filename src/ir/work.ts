// How much a step of a Program has to do, from its ops alone: the one measure behind the estimates of
// the backends. Rough on purpose: only ratios matter, and those are large.

import type { Assignment, Expr } from "../expr/ast.js";
import { portable64 } from "../expr/portable.js";
import { visitExpr } from "../expr/rewrite.js";
import { arrayBytes } from "./array-bytes.js";
import { expectedActivity } from "./expected-activity.js";
import { visitsOf } from "./layout.js";
import type { ArraySpec, Op, Operand, Program, Write } from "./program.js";

interface Work {
  /** How often the body runs in a step of one copy. */
  readonly times: number;
  readonly reads?: readonly Operand[];
  readonly body?: readonly Assignment[];
  readonly writes?: readonly Write[];
  /** Numbers moved without a body. */
  readonly moved?: number;
}

/** Whether evaluating a node means a series: one of the portable functions. */
const isSeries = (node: Expr): boolean =>
  node.kind === "call" && Object.hasOwn(portable64, node.fn);

const isOperation = ({ kind }: Expr): boolean => kind !== "number" && kind !== "name";

function countIn(body: readonly Assignment[], isCounted: (node: Expr) => boolean): number {
  let count = 0;
  for (const { value } of body) {
    visitExpr(value, (node) => {
      if (isCounted(node)) count++;
    });
  }
  return count;
}

/** What the work of an op depends on besides the op. */
interface Setting {
  /** The part of the sources that is expected to fire in one step. */
  readonly activity: number;
  readonly arrays: ReadonlyMap<string, ArraySpec>;
}

type WorkTable = {
  readonly [K in Op["kind"]]: (op: Extract<Op, { kind: K }>, setting: Setting) => Work;
};

const workTable: WorkTable = {
  map: (op) => ({ ...op, times: op.count }),
  gather: (op) => ({ ...op, times: visitsOf(op.layout) }),
  deliver: (op, { activity }) => ({ ...op, times: visitsOf(op.layout) * activity }),
  edges: (op, { activity }) => {
    const share = op.trigger.on === "every" ? 1 / op.trigger.steps : activity;
    return { ...op, times: visitsOf(op.layout) * share };
  },
  ring({ into }, { activity, arrays }) {
    const spec = arrays.get(into.array);
    const share = spec?.type === "spikes" ? activity : 1;
    return { times: 0, moved: (spec?.length ?? 0) * share };
  },
  remember: ({ values, history }, { activity, arrays }) => ({
    times: (arrays.get(history)?.length ?? 0) * activity,
    reads: values,
  }),
  // Ten rounds of a block cipher: about forty operations for each number.
  random: (op, { activity }) => ({
    times: 0,
    moved: 40 * op.count * (op.how === "skip" ? activity : 1),
  }),
  reduce: ({ count }) => ({ times: 0, moved: count }),
  stop: () => ({ times: 0, moved: 1 }),
  host: ({ reads, writes }) => ({
    times: 0,
    moved: [...reads, ...writes].reduce((sum, { count }) => sum + count, 10),
  }),
  io: ({ pieces }) => ({ times: 0, moved: pieces.reduce((sum, { count }) => sum + count, 0) }),
  record: () => ({ times: 0 }),
};

/** What one step of all copies would cost here. */

/** What one step of all copies does. */
export interface StepWork {
  /** Bytes read and written. */
  readonly bytes: number;
  /** Operations, loads and stores. */
  readonly work: number;
  /** How many of the operations are functions such as exp. */
  readonly calls: number;
  /** Ops, each counted for every copy. */
  readonly ops: number;
  /** Bytes of all arrays. */
  readonly memory: number;
}

/** Adds up the work of all ops of a Program. */
export function stepWork(program: Program): StepWork {
  const { batch, precision, arrays, ops } = program;
  const width = precision === "float64" ? 8 : 4;
  const setting: Setting = {
    activity: expectedActivity(program),
    arrays: new Map(arrays.map((spec) => [spec.name, spec])),
  };
  let bytes = 0;
  let work = 0;
  let calls = 0;
  for (const op of ops) {
    const measure = workTable[op.kind] as (op: Op, setting: Setting) => Work;
    const { times, reads = [], body = [], writes = [], moved = 0 } = measure(op, setting);
    const accesses = reads.length + writes.length;
    bytes += batch * width * (times * accesses + 2 * moved);
    work += batch * (times * (accesses + countIn(body, isOperation)) + moved);
    calls += batch * times * countIn(body, isSeries);
  }
  const memory = arrays.reduce((sum, spec) => sum + arrayBytes(spec, program), 0);
  return { bytes, work, calls, ops: ops.length * batch, memory };
}
