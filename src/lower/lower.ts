// From a flat network to a verified Program: the order of the steps before and around the passes.
// Invariant: pure; the same network and options give the same Program.

import { CompileError } from "../errors.js";
import { verify } from "../ir/verify.js";
import { allNames } from "../ir/names.js";
import type { Precision, Program } from "../ir/program.js";
import type { FlatNetwork } from "../network/types.js";
import { expand } from "./expand.js";
import type { ExpandContext, ExpandOptions } from "./expand/context.js";
import { merge } from "./merge.js";
import { orderNames } from "./orders.js";
import type { OrderName } from "./orders.js";
import { chosenPasses, optimize } from "./pipeline.js";
import type { OptimizeSetting } from "./pipeline.js";
import { pool } from "./pool.js";
import { resolveEdges } from "./resolve-edges.js";
import { schedule } from "./schedule.js";
import { nearestNames } from "../util/nearest.js";

export interface LowerOptions {
  /** [ms] */
  readonly dt: number;
  readonly precision: Precision;
  readonly seed: number;
  readonly batch: number;
  /** Names of parameters that keep one value for each copy of a batch. */
  readonly perCopy: readonly string[];
  /** Names of parameters that may be written between steps without lowering again. */
  readonly tunable: readonly string[];
  readonly order?: string;
  readonly optimize: OptimizeSetting;
  readonly debug: { readonly channels: ReadonlySet<string>; sink(text: string): void };
}

/** Lowers a network; throws `CompileError` or `ValidationError` naming the object at fault. */
export function lower(
  flat: FlatNetwork,
  options: LowerOptions,
): { readonly program: Program; readonly warnings: readonly string[] } {
  const order = chooseOrder(flat, options.order);
  const tunable = new Set(options.tunable);
  const perCopy = new Set(options.perCopy);
  const { dt, precision, seed, batch } = options;
  const context = expandPooled(
    resolveEdges(flat),
    { dt, precision, order, tunable, perCopy },
    chosenPasses(options.optimize).includes(merge),
  );
  for (const wanted of [...tunable, ...perCopy]) {
    if (!context.found.has(wanted))
      refuseTunable(
        wanted,
        allNames(context).map((named) => named.path),
      );
  }
  const scheduled = schedule(context, { seed, batch });
  if (options.debug.channels.has("verify")) verify(scheduled);
  const program = optimize(scheduled, options.optimize, options.debug);
  verify(program);
  return { program, warnings: context.warnings };
}

/** Expands with pools where they are wanted, and without them where something is to be said of single parts. */
function expandPooled(flat: FlatNetwork, options: ExpandOptions, wanted: boolean): ExpandContext {
  const pooled = wanted ? pool(flat, options) : undefined;
  if (pooled === undefined) return expand(flat, options);
  try {
    const context = expand(pooled, options);
    if (context.hasOwnNames && context.warnings.length === 0) return context;
  } catch (error) {
    if (!(error instanceof CompileError)) throw error;
  }
  return expand(flat, options);
}

function refuseTunable(wanted: string, known: readonly string[]): never {
  const exists = known.includes(wanted);
  throw new CompileError({
    code: exists ? "not-tunable" : "unknown-name",
    where: wanted,
    problem: exists
      ? "this value is part of the structure and cannot be tuned while running"
      : "no parameter has this name",
    got: wanted,
    hint: exists
      ? "Leave it out of tunable and perCopy; writing it through model.params compiles again."
      : `Known names that are near: ${nearestNames(wanted, known).join(", ") || "none"}.`,
  });
}

/** The convention asked for, or the one that the models need; mixing is refused. */
function chooseOrder(flat: FlatNetwork, asked: string | undefined): OrderName {
  if (asked !== undefined) {
    if ((orderNames as readonly string[]).includes(asked)) return asked as OrderName;
    throw new CompileError({
      code: "unknown-order",
      where: "compile.order",
      problem: "no step convention has this name",
      got: asked,
      allowed: orderNames.join(", "),
    });
  }
  const needed = new Map<string, string>();
  for (const { name: path, type } of flat.populations) {
    for (const { model } of [type, ...type.channels])
      if (model.order) needed.set(model.order, path);
  }
  for (const { name: path, synapse } of flat.connections) {
    if (synapse.model.order) needed.set(synapse.model.order, path);
  }
  const [first, second] = [...needed];
  if (second !== undefined) {
    throw new CompileError({
      code: "mixed-orders",
      where: flat.name,
      problem: `${first![1]} needs the step order "${first![0]}", ${second[1]} needs "${second[0]}"`,
      hint: "Give order to compile() to choose one.",
    });
  }
  if (first !== undefined) return chooseOrder(flat, first[0]);
  return flat.quirks.has("snsOrder") ? "sns" : "default";
}
