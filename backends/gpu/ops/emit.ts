// From op to kernels: one total table over the op kinds. Invariant: the kernels of an op, launched one
// after the other, do it for all copies.

import { InternalError } from "../../../src/errors.js";
import type { EdgesOp, Op } from "../../../src/ir/program.js";
import type { Kernel, Module } from "../module.js";
import type { Scene } from "../wgsl/site.js";
import { emitDeliver, emitEvery, emitGather, emitTriggered } from "./edges.js";
import { emitHistory, emitRemember, type HistoryEdges } from "./history.js";
import { emitMap } from "./map.js";
import { emitIo, emitRing, emitStop } from "./plain.js";
import { emitRandom } from "./random.js";
import { emitReduce } from "./reduce.js";

type EmitTable = {
  readonly [K in Op["kind"]]: (
    op: Extract<Op, { kind: K }>,
    module: Module,
    scene: Scene,
  ) => Kernel[];
};

function emitEdges(op: EdgesOp, module: Module, scene: Scene): Kernel[] {
  const { trigger } = op;
  switch (trigger.on) {
    case "source":
    case "target":
      return emitTriggered(op, trigger, module, scene);
    case "every":
      return emitEvery(op, trigger.steps, module, scene);
    case "history":
      return emitHistory(op as HistoryEdges, module, scene);
  }
}

const emitTable: EmitTable = {
  map: emitMap,
  gather: emitGather,
  deliver: emitDeliver,
  edges: emitEdges,
  ring: emitRing,
  remember: emitRemember,
  random: emitRandom,
  reduce: emitReduce,
  stop: emitStop,
  host: (op) => {
    throw new InternalError(op.id, "calls a function, which was to be refused before");
  },
  io: emitIo,
  // The place where samples are taken; what is sampled follows from the run.
  record: () => [],
};

/** Writes the kernels of an op. */
export const emitOp = (op: Op, module: Module, scene: Scene): Kernel[] =>
  // The table is total over the kinds; the cast only tells the compiler that key and op agree.
  (emitTable[op.kind] as (op: Op, module: Module, scene: Scene) => Kernel[])(op, module, scene);
