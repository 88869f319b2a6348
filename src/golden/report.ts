// One line for each case, for people or for programs. Invariant: says what was compared and how far
// apart it was also where a case passed.

import { hasPassed } from "./comparison.js";
import type { Findings } from "./comparison.js";

/** What running one way of building a case's network gave. */
export interface VariantResult {
  /** For example `network` or `build`. */
  readonly variant: string;
  readonly findings: Findings;
}
export interface CaseResult {
  readonly file: string;
  readonly name: string;
  readonly schema?: string;
  readonly milliseconds: number;
  /** Set where the case could not be read or run. */
  readonly error?: string;
  readonly tolerance?: number;
  /** Why the tolerance is not the usual one. */
  readonly toleranceReason?: string;
  readonly variants: readonly VariantResult[];
}

/** What a runner finds out about a case. */
export type Outcome = Omit<CaseResult, "file" | "milliseconds" | "schema">;

/** Whether all variants of a case agreed with what was recorded. */
export function casePassed({ error, variants }: CaseResult): boolean {
  const all = variants.every(({ findings }) => hasPassed(findings));
  return error === undefined && variants.length > 0 && all;
}

const showError = (error: number): string => (error === 0 ? "0" : error.toExponential(1));

const longestError = 500;

/** Texts may hold anything, and a report is one line for each case. */
const oneLine = (text: string): string => text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ");

/** What was thrown, without the attachments of its further lines; as JSON it is complete. */
const headline = (error: string): string => error.split("\n", 1)[0]!.slice(0, longestError);

const total = (variants: readonly VariantResult[], of: (findings: Findings) => number): number =>
  variants.reduce((sum, { findings }) => sum + of(findings), 0);

function largestError(variants: readonly VariantResult[]): number {
  return variants.reduce((largest, { findings }) => Math.max(largest, findings.largestError), 0);
}

/** What is wrong with one variant, as clauses. */
function faults({ variant, findings }: VariantResult): string[] {
  const { deviations, worst, spikeDifference, problems, values } = findings;
  const found = problems.map((problem) => problem);
  if (values === 0 && problems.length === 0) found.push("nothing was compared");
  if (worst !== undefined) {
    const { at, got, expected } = worst;
    found.push(`${deviations} values too far off, most ${at}: got ${got}, recorded ${expected}`);
  }
  if (spikeDifference !== undefined) {
    const { neuron, step, kind } = spikeDifference;
    found.push(`first spike difference: neuron ${neuron}, step ${step} (${kind})`);
  }
  return found.map((text) => (variant === "network" ? text : `${variant}: ${text}`));
}

/** For example `PASS p05: 4511 values, 1712 spikes, largest error 2.2e-16 (tolerance 1e-9)`. */
export function caseLine(result: CaseResult): string {
  const { name, file, error, variants, tolerance = 0, toleranceReason } = result;
  if (error !== undefined) return oneLine(`ERROR ${file}: ${headline(error)}`);
  const spikes = total(variants, (findings) => findings.spikes);
  const ways = variants.length > 1 ? ` (${variants.map(({ variant }) => variant).join(", ")})` : "";
  const reason = toleranceReason === undefined ? "" : `: ${toleranceReason}`;
  const clauses = [
    `${total(variants, ({ values }) => values)} values${ways}`,
    ...(spikes > 0 ? [`${spikes} spikes`] : []),
    `largest error ${showError(largestError(variants))} (tolerance ${tolerance}${reason})`,
  ];
  const wrong = variants.flatMap(faults);
  const verdict = casePassed(result) ? "PASS" : "FAIL";
  return oneLine(
    `${verdict} ${name}: ${clauses.join(", ")}${wrong.map((text) => `; ${text}`).join("")}`,
  );
}

/** The same as one JSON object on one line. Numbers that JSON cannot hold are texts. */
export function caseJson(result: CaseResult): string {
  const { error, variants } = result;
  const verdict = error !== undefined ? "error" : casePassed(result) ? "pass" : "fail";
  const record = {
    verdict,
    ...result,
    values: total(variants, ({ values }) => values),
    spikes: total(variants, (findings) => findings.spikes),
    largestError: largestError(variants),
    milliseconds: Math.round(result.milliseconds * 10) / 10,
  };
  return JSON.stringify(record, (_key, value: unknown) =>
    typeof value === "number" && !Number.isFinite(value) ? String(value) : value,
  );
}
