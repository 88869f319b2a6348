// The table of features and backends. Invariant: a cell says that everything ran, or gives the reason
// why not; a difference from the iterative backend is an error, never a cell.

import { BackendUnavailableError } from "../../src/errors.js";
import { backendLoaders } from "../../src/runtime/backend-list.js";
import type { Backend } from "../../src/runtime/backend.js";
import { features, type Feature } from "./features.js";

/** Backends that can run here; `absent` says why the others cannot. */
export interface Columns {
  readonly truth: Backend;
  readonly backends: readonly Backend[];
  readonly absent: readonly string[];
}

export async function findColumns(): Promise<Columns> {
  const backends: Backend[] = [];
  const absent: string[] = [];
  for (const [name, load] of Object.entries(backendLoaders)) {
    const backend = await load().then(({ create }) => create());
    if (backend === null) absent.push(name);
    else backends.push(backend);
  }
  return { truth: backends.find(({ name }) => name === "iterative")!, backends, absent };
}

export interface Cell {
  /** How many parts ran, and of how many. */
  readonly ran: number;
  readonly of: number;
  /** Why the others were refused; each reason once. */
  readonly reasons: readonly string[];
}

/** Runs a feature on a backend; throws where it runs wrongly. */
export async function fillCell(feature: Feature, other: Backend, truth: Backend): Promise<Cell> {
  const reasons = new Set<string>();
  let ran = 0;
  for (const part of feature.parts) {
    try {
      await part({ truth, other });
      ran += 1;
    } catch (error) {
      if (!(error instanceof BackendUnavailableError)) {
        throw new Error(`${feature.name} on ${other.name}: ${String(error)}`, { cause: error });
      }
      reasons.add(error.details.problem);
    }
  }
  return { ran, of: feature.parts.length, reasons: [...reasons] };
}

const escapeCell = (text: string): string => text.replaceAll("|", "\\|");

function showCell({ ran, of, reasons }: Cell, footnote: (reason: string) => number): string {
  if (ran === of) return "yes";
  const notes = reasons.map((reason) => `[${footnote(reason)}]`).join("");
  return ran === 0 ? `no ${notes}` : `${ran} of ${of} ${notes}`;
}

/** The table as Markdown; reasons stand below it. */
export async function makeTable(
  { truth, backends }: Columns,
  onRow: (name: string) => void = () => {},
): Promise<string> {
  const reasons: string[] = [];
  const footnote = (reason: string): number => {
    // Names of arrays and numbers differ from network to network.
    const general = reason.replace(/, in [^;]+;/, ";");
    if (!reasons.includes(general)) reasons.push(general);
    return reasons.indexOf(general) + 1;
  };
  const names = backends.map(({ name }) => name);
  const lines: string[] = [];
  let group = "";
  for (const feature of features()) {
    if (feature.group !== group) {
      group = feature.group;
      lines.push("", `### ${group}`, "");
      lines.push(`| | ${names.join(" | ")} |`, `| --- | ${names.map(() => "---").join(" | ")} |`);
    }
    onRow(feature.name);
    const cells: string[] = [];
    for (const backend of backends) {
      cells.push(showCell(await fillCell(feature, backend, truth), footnote));
    }
    lines.push(`| ${escapeCell(feature.name)} | ${cells.join(" | ")} |`);
  }
  const notes = reasons.map((reason, i) => `${i + 1}. ${reason}`);
  return [...lines.slice(1), "", ...notes].join("\n");
}
