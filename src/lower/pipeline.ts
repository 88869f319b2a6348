// The passes in their order, and what debugging shows of them. Invariant: every pass can be left
// out; each one gives a sound Program with the meaning of the one before.

import { ValidationError } from "../errors.js";
import { printProgram } from "../ir/print.js";
import type { Program } from "../ir/program.js";
import { verify } from "../ir/verify.js";
import { diffLines } from "./support/diff.js";
import { accumulators, allAccumulators } from "./accumulators.js";
import { allArrivals, arrivals } from "./arrivals.js";
import { deadArrays } from "./dead-arrays.js";
import { deliveries } from "./deliveries.js";
import { edgeOrder } from "./edge-order.js";
import { electrical } from "./electrical.js";
import { flush } from "./flush.js";
import { fold } from "./fold.js";
import { fuse } from "./fuse.js";
import { matrix } from "./matrix.js";
import { merge } from "./merge.js";
import type { Pass } from "./pass.js";
import { pattern } from "./pattern.js";
import { pointwise } from "./pointwise.js";
import { precompute } from "./precompute.js";
import { sharedCurves } from "./shared-curves.js";
import { sortSums } from "./sort-sums.js";
import { sourceDecays } from "./source-decays.js";
import { startSums } from "./start-sums.js";
import { uniform } from "./uniform.js";

/** All passes by name, in the order in which they first run. */
export const passes = {
  precompute,
  sortSums,
  merge,
  pattern,
  matrix,
  electrical,
  uniform,
  deadArrays,
  fold,
  sharedCurves,
  accumulators,
  sourceDecays,
  arrivals,
  deliveries,
  flush,
  pointwise,
  startSums,
  fuse,
  edgeOrder,
} as const satisfies Record<string, Pass>;

export type PassName = keyof typeof passes;
export const passNames = Object.keys(passes) as readonly PassName[];

/** Passes that change more than nothing: only on request. */
const onRequest: ReadonlySet<PassName> = new Set(["sortSums"]);

/** Passes that choose where they pay, as they are when they are asked for by name. */
const whenAsked: Partial<Record<PassName, Pass>> = {
  accumulators: allAccumulators,
  arrivals: allArrivals,
};

/** What becomes unused while curves are shared and maps joined is dropped once more. */
const sequence: readonly PassName[] = [...passNames, "deadArrays"];

/** All passes, none, or the default with single ones switched on or off. */
export type OptimizeSetting = "none" | "default" | Partial<Readonly<Record<PassName, boolean>>>;

/** Where debugging text goes, and which kinds of it are wanted. */
export interface DebugOutput {
  sink(text: string): void;
  readonly channels: ReadonlySet<string>;
}

/** The passes of a setting in the order in which they run. */
export function chosenPasses(setting: OptimizeSetting): readonly Pass[] {
  if (setting === "none") return [];
  if (setting === "default") return chosenPasses({});
  for (const name of Object.keys(setting)) {
    if ((passNames as readonly string[]).includes(name)) continue;
    throw new ValidationError({
      code: "unknown-pass",
      where: "compile.optimize",
      problem: "no pass has this name",
      got: name,
      allowed: `"none", "default", or an object with: ${passNames.join(", ")}`,
    });
  }
  const isChosen = (name: PassName): boolean => setting[name] ?? !onRequest.has(name);
  const passOf = (name: PassName): Pass =>
    (setting[name] === true ? whenAsked[name] : undefined) ?? passes[name];
  return sequence.filter(isChosen).map(passOf);
}

/** Runs the chosen passes over a Program. */
export function optimize(program: Program, setting: OptimizeSetting, debug?: DebugOutput): Program {
  const shows = (channel: string): boolean => debug?.channels.has(channel) === true;
  let now = program;
  let text = shows("passes") ? printProgram(now) : "";
  for (const pass of chosenPasses(setting)) {
    now = pass.run(now);
    if (shows("verify")) verify(now);
    if (!shows("passes")) continue;
    const next = printProgram(now);
    debug!.sink(`pass ${pass.name}\n${diffLines(text, next)}`);
    text = next;
  }
  if (shows("ir")) debug!.sink(printProgram(now));
  return now;
}
