// Results as JSON lines for machines, as sentences for people, and as tables for pages. Invariant:
// pure; a table is aligned as the formatter of this project aligns it.

import { isMet } from "./benchmark.js";
import type { Goal, Result } from "./benchmark.js";

/** What must be known of a machine to read its figures. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly node: string;
  /** Average number of processes that want to run, in the last minute. */
  readonly load: number;
}

/** Three digits, without an exponent. */
export function show(value: number): string {
  if (!Number.isFinite(value) || value === 0) return String(value);
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(digits, 20));
}

/** A number with its unit. */
export const showIn = (value: number, unit: string): string =>
  unit === "x" ? show(value) : `${show(value)} ${unit}`;

/** A time of a step [ms] in a unit that suits it. */
export function showTime(milliseconds: number): string {
  if (milliseconds < 1e-3) return showIn(1e6 * milliseconds, "ns");
  return milliseconds < 1 ? showIn(1e3 * milliseconds, "us") : showIn(milliseconds, "ms");
}

/** A target in words. */
export function showGoal(goal: Goal | undefined, unit: string): string {
  if (goal === undefined) return "";
  const { atLeast, atMost, aim } = goal;
  const bounds = [
    ...(atLeast === undefined ? [] : [`>= ${showIn(atLeast, unit)}`]),
    ...(atMost === undefined ? [] : [`<= ${showIn(atMost, unit)}`]),
  ];
  return `${bounds.join(" and ")}${aim === undefined ? "" : `, aim ${showIn(aim, unit)}`}`;
}

const short = (value: number): number => Number(value.toPrecision(4));

/** One line of JSON. */
export function toJson(benchmark: string, result: Result, machine: Machine): string {
  const raw = Object.fromEntries(
    Object.entries(result.raw).map(([name, values]) => [name, values.map(short)]),
  );
  const met = isMet(result);
  const rest = { ...(met !== undefined && { met }), ...machine };
  const best = result.best === undefined ? {} : { best: short(result.best) };
  return JSON.stringify({
    benchmark,
    ...result,
    value: short(result.value),
    ...best,
    raw,
    ...rest,
  });
}

/** One line for people, with the target next to the figure. */
export function toSentence(benchmark: string, result: Result): string {
  const { quantity, value, best, unit, goal, columns = {} } = result;
  const met = isMet(result);
  const target =
    met === undefined ? "" : ` (target ${showGoal(goal, unit)}: ${met ? "met" : "MISSED"})`;
  const others = Object.entries(columns).map(([name, text]) => `; ${name} ${text}`);
  const figure = `${showIn(value, unit)}${best === undefined ? "" : `, best rounds ${show(best)}`}`;
  return `${benchmark}: ${result.case}: ${quantity} ${figure}${target}${others.join("")}`;
}

/** A table with columns as wide as their widest cell. */
function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, i) =>
    Math.max(3, title.length, ...rows.map((row) => row[i]!.length)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i]!)).join(" | ")} |`;
  const rule = line(widths.map((width) => "-".repeat(width)));
  return [line(head), rule, ...rows.map(line)].join("\n");
}

/** A table for each quantity, and below it what it was measured on. */
export function toMarkdown(results: readonly Result[], machine: Machine): string {
  const quantities = [...new Set(results.map(({ quantity }) => quantity))];
  const tables = quantities.map((quantity) => {
    const those = results.filter((result) => result.quantity === quantity);
    const columns = [...new Set(those.flatMap(({ columns }) => Object.keys(columns ?? {})))];
    const hasGoal = those.some(({ goal }) => goal !== undefined);
    const rows = those.map((result) => [
      result.case,
      ...columns.map((name) => result.columns?.[name] ?? ""),
      showIn(result.value, result.unit),
      ...(hasGoal ? [showGoal(result.goal, result.unit)] : []),
    ]);
    return tableOf(["case", ...columns, quantity, ...(hasGoal ? ["target"] : [])], rows);
  });
  const { cpu, cores, node, load } = machine;
  const told = `${cpu}, ${cores} cores, Node ${node}, load ${load.toFixed(1)}`;
  return [...tables, `_Measured on: ${told}._`].join("\n\n");
}

/** The marks around what is generated on a page. */
export const marksOf = (benchmark: string): readonly [begin: string, end: string] => [
  `<!-- begin ${benchmark} -->`,
  `<!-- end ${benchmark} -->`,
];

/** The page with the part of one benchmark replaced. */
export function insertInto(page: string, benchmark: string, text: string): string {
  const [begin, end] = marksOf(benchmark);
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new Error(`no "${begin}" ... "${end}" on the page`);
  return `${page.slice(0, from + begin.length)}\n\n${text}\n\n${page.slice(to)}`;
}
