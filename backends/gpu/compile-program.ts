// From a Program to one WGSL module and the order in which its kernels are launched. Invariant: follows
// from the Program alone, so the same Program gives the same text on every machine.

import { readsNextStep } from "../../src/ir/between-steps.js";
import { indexArraysOf } from "../../src/ir/layout.js";
import type { Op, Program } from "../../src/ir/program.js";
import {
  elementGroup,
  longestInterval,
  Module,
  mostJoinedWork,
  type AddedRows,
  type Kernel,
  type Launch,
  type Lists,
} from "./module.js";
import { emitForgetting, emitSettling, isHistoryEdges } from "./ops/history.js";
import { emitOp } from "./ops/emit.js";
import { emitFeed, emitSampling, emitScan } from "./ops/plain.js";
import { Places } from "./places.js";

/** Brings lazily kept states up to date; the steps done less `ahead` are the step that counts. */
export interface Settling {
  readonly launches: readonly Launch[];
  readonly ahead: number;
  /** The arrays that it writes. */
  readonly writes: readonly string[];
  /** Empties what has been settled; absent where what is kept says so itself. */
  readonly forget?: readonly Launch[];
  /** Whether everything must be settled before any array is written, not only the Program's books. */
  readonly concernsAll: boolean;
}

export interface Compiled {
  readonly places: Places;
  readonly code: string;
  /** The module that fills the table of sizes; empty where no launch has its size from there. */
  readonly sizing: string;
  /** Words of marks and lists, and launches in the table of sizes. */
  readonly tallies: number;
  readonly sizes: number;
  readonly added: readonly AddedRows[];
  /** What comes before samples are taken, the inputs first, and what comes behind. */
  readonly before: readonly Launch[];
  readonly after: readonly Launch[];
  /** All of that for many steps at once, where one workgroup for each copy can do it. */
  readonly whole?: Launch;
  /** Settling between two steps, and where samples are taken. */
  readonly settling: readonly Settling[];
  readonly settlingInStep: readonly Settling[];
  readonly rebuild: readonly Launch[];
  readonly scan: readonly Launch[];
  /** Pushes into each ring that are done when samples are taken. */
  readonly pushedAtSample: ReadonlyMap<string, number>;
}

const mostJoinedThreads = 1 << 10;
/** Kernels in one entry point: compilers need time that grows faster than their number. */
export const mostJoined = 32;

/** Whether one workgroup for each copy may do a kernel between other ones. */
const canJoin = (kernel: Kernel, { program }: Module): boolean =>
  kernel.launch === undefined &&
  kernel.lanes === elementGroup &&
  kernel.copies === program.batch &&
  (kernel.every ?? 1) <= longestInterval &&
  kernel.work <= mostJoinedWork &&
  kernel.threads <= mostJoinedThreads;

/** Entry points for kernels in their order: small neighbours share one. */
function launchesOf(kernels: readonly Kernel[], module: Module): Launch[] {
  const launches: Launch[] = [];
  let group: Kernel[] = [];
  const close = (): void => {
    const [first] = group;
    if (group.length === 1) launches.push(module.single(first!));
    else if (group.length > 1) launches.push(module.joined(group));
    group = [];
  };
  for (const kernel of kernels) {
    if (!canJoin(kernel, module)) {
      close();
      launches.push(kernel.launch ?? module.single(kernel));
      continue;
    }
    if (group.length === mostJoined) close();
    group.push(kernel);
  }
  close();
  return launches;
}

function settlingsOf(module: Module, pushed: ReadonlyMap<string, number>): Settling[] {
  const { program } = module;
  const scene = module.scene(pushed);
  const histories = program.ops.filter(isHistoryEdges).map((op): Settling => ({
    launches: launchesOf(emitSettling(op, module, scene), module),
    ahead: readsNextStep(op, program) ? 0 : 1,
    writes: op.writes.map(({ array }) => array),
    forget: launchesOf(emitForgetting(op, module, scene), module),
    concernsAll: true,
  }));
  const { settle } = program;
  if (settle === undefined) return histories;
  const kernels = settle.flatMap((op) => emitOp(op, module, scene));
  const own: Settling = {
    // These run in every step, whatever the step is.
    launches: launchesOf(
      kernels.map(({ every: _, ...kernel }) => kernel),
      module,
    ),
    ahead: 0,
    writes: settle.flatMap(({ writes }) => writes.map(({ array }) => array)),
    concernsAll: false,
  };
  return [...histories, own];
}

/** Writes the ops of the step; samples are taken at `record`, or else at the end. */
function emitStep(module: Module): Pick<Compiled, "before" | "after" | "whole" | "pushedAtSample"> {
  const pushed = new Map<string, number>();
  const before = emitFeed(module, module.scene(new Map()));
  const after: Kernel[] = [];
  let pushedAtSample: ReadonlyMap<string, number> | undefined;
  for (const op of module.program.ops) {
    if (op.kind === "record") pushedAtSample = new Map(pushed);
    const kernels = emitOp(op, module, module.scene(new Map(pushed)));
    (pushedAtSample === undefined ? before : after).push(...kernels);
    if (op.kind === "ring") pushed.set(op.into.array, (pushed.get(op.into.array) ?? 0) + 1);
  }
  const all = [...before, ...after];
  const isWhole = all.length <= mostJoined && all.every((kernel) => canJoin(kernel, module));
  return {
    before: launchesOf(before, module),
    after: launchesOf(after, module),
    ...(isWhole && { whole: module.joined(all, before.length) }),
    pushedAtSample: pushedAtSample ?? pushed,
  };
}

/** Writes everything that runs a Program. */
export function compileProgram(program: Program, lists: Lists = "where it pays"): Compiled {
  const places = new Places(program);
  const module = new Module(program, places, indexArraysOf(program), lists);
  const none: ReadonlyMap<string, number> = new Map();
  const step = emitStep(module);
  const settling = settlingsOf(module, none);
  // Where nothing is pushed before samples are taken, both are the same.
  const isSame = [...step.pushedAtSample.values()].every((count) => count === 0);
  const settlingInStep = isSame ? settling : settlingsOf(module, step.pushedAtSample);
  const rebuilding = (program.rebuild ?? []).flatMap((op: Op) =>
    emitOp(op, module, module.scene(none)),
  );
  const rebuild = launchesOf(rebuilding, module);
  const scan = emitScan(module, module.scene(none)).map((kernel) => module.single(kernel));
  emitSampling(module);
  return {
    ...{ places, code: String(module), added: module.added, ...step },
    ...{ sizing: module.sizingText(), tallies: module.tallies, sizes: module.sizes },
    ...{ settling, settlingInStep, rebuild, scan },
  };
}
