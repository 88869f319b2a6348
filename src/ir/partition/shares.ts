// Separates what all parts do alike from what is divided, op by op. Invariant: the divided share of an
// op comes first, so that it reads what the other share has not changed yet.

import { neededBody } from "../../expr/needed.js";
import type { DeliverOp, EdgesOp, GatherOp, MapOp, Op, Program, Write } from "../program.js";
import { emittedSymbols } from "./dependences.js";
import { refuse } from "./refuse.js";
import type { Share } from "./types.js";

type BodyOp = MapOp | GatherOp | DeliverOp | EdgesOp;

/** The op with some of its writes, and what they need. */
function withWrites(op: BodyOp, writes: readonly Write[], emits: boolean): BodyOp {
  const emit = op.kind === "map" && emits ? op.emit : undefined;
  const symbols = writes.map(({ symbol }) => symbol);
  if (emit !== undefined) symbols.push(...emittedSymbols(emit));
  const { body, needed } = neededBody(op.body, symbols);
  const reads = op.reads.filter(({ symbol }) => needed.has(symbol));
  if (op.kind !== "map") return { ...op, reads, body, writes };
  const { emit: _emit, ...rest } = op;
  return { ...rest, reads, body, writes, ...(emit !== undefined && { emit }) };
}

function sharesOfBody(op: BodyOp, replicated: ReadonlySet<string>): Share[] {
  const whole = op.writes.filter(({ array }) => replicated.has(array));
  const divided = op.writes.filter(({ array }) => !replicated.has(array));
  const list = op.kind === "map" ? op.emit?.list : undefined;
  const emitsWhole = list !== undefined && replicated.has(list);
  const emitsDivided = list !== undefined && !emitsWhole;
  const shares: Share[] = [];
  if (divided.length > 0 || emitsDivided) {
    const share = withWrites(op, divided, emitsDivided);
    shares.push({ op: share, isReplicated: false });
  }
  if (whole.length === 0 && !emitsWhole) return shares;
  const share = withWrites(op, whole, emitsWhole);
  const isMixed = shares.length > 0;
  if (isMixed && (op.kind === "deliver" || op.kind === "edges")) {
    // Each edge sees what the edges before it wrote, so the two shares must not look at each other.
    const written = new Set(whole.map(({ array }) => array));
    const seen = shares[0]!.op as BodyOp;
    const looks = seen.reads.find(({ array }) => written.has(array));
    if (looks !== undefined) refuse(op, `reads ${looks.array} and changes it for all neurons`);
  }
  const id = isMixed ? `${op.id}.0` : op.id;
  return [...shares, { op: { ...share, id }, isReplicated: true }];
}

function sharesOf(op: Op, replicated: ReadonlySet<string>): Share[] {
  switch (op.kind) {
    case "map":
    case "gather":
    case "deliver":
    case "edges":
      return sharesOfBody(op, replicated);
    case "ring":
      return [{ op, isReplicated: replicated.has(op.into.array) }];
    case "random":
      return [{ op, isReplicated: true }];
    case "io":
      return [{ op, isReplicated: false }];
    case "record":
      return [{ op, isReplicated: true }];
    case "host":
      return refuse(op, "calls a function of yours inside the step");
    case "stop":
      return refuse(op, "can end a run after any step, which all parts would have to know at once");
    case "reduce":
      return refuse(op, `takes the ${op.fn} over neurons of all parts in one step`);
    case "remember":
      return refuse(op, "keeps events of targets for later");
  }
}

/** All ops of a step, separated. */
export const separate = (program: Program, replicated: ReadonlySet<string>): Share[] =>
  program.ops.flatMap((op) => sharesOf(op, replicated));
