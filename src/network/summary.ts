// A network as readable text: counts first, then one aligned line for each part.

import { showShape } from "./checks.js";
import type { Connectivity, FlatNetwork } from "./types.js";

/** What a summary shows. */
export interface SummarySource extends FlatNetwork {
  /** Number of synapses of each connection. */
  readonly synapseCounts: readonly number[];
}

/** Lists longer than this end in "... and n more". */
const mostRows = 200;
type Row = readonly string[];

const sum = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0);
const count = (number: number, one: string): string => `${number} ${one}${number === 1 ? "" : "s"}`;

function section(title: string, length: number, rowOf: (index: number) => Row): string[] {
  if (length === 0) return [];
  const rows = Array.from({ length: Math.min(length, mostRows) }, (_, i) => rowOf(i));
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, cell.length)));
  }
  const line = (row: Row): string =>
    `  ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join("  ")}`.trimEnd();
  const more = length > mostRows ? [`  ... and ${length - mostRows} more`] : [];
  return [title, ...rows.map(line), ...more];
}

function counts(source: SummarySource): string[] {
  const { populations, connections, inputs, outputs, synapseCounts } = source;
  const outputSize = sum(outputs.map((output) => populations[output.source]?.size ?? 0));
  const lines = [
    `network ${source.name}`,
    `  ${count(sum(populations.map(({ size }) => size)), "neuron")} in ` +
      count(populations.length, "population"),
    `  ${count(sum(synapseCounts), "synapse")} in ${count(connections.length, "connection")}`,
    `  ${count(inputs.length, "input")} of ${count(sum(inputs.map(({ size }) => size)), "value")}, ` +
      `${count(outputs.length, "output")} of ${count(outputSize, "value")}`,
  ];
  const { quirks } = source;
  return quirks.size === 0 ? lines : [...lines, `  oddities: ${[...quirks].join(", ")}`];
}

/** How neurons are joined, in a word or two. */
function showConnectivity(connectivity: Connectivity): string {
  if (connectivity.kind === "pattern") return `pattern ${showShape(connectivity.kernel)}`;
  if (connectivity.kind !== "csr" || connectivity.rule === undefined) return connectivity.kind;
  const { rule } = connectivity;
  switch (rule.rule) {
    case "all-to-all":
      return "all-to-all but self";
    case "fixed-probability":
      return `${rule.rule} ${rule.probability}`;
    case "fixed-in-degree":
      return `${rule.rule} ${rule.inDegree}`;
    case "fixed-out-degree":
      return `${rule.rule} ${rule.outDegree}`;
    case "fixed-total-number":
      return rule.rule;
  }
}

/** Text of several lines that describes a network; equal networks give equal text. */
export function summarize(source: SummarySource): string {
  const { populations, connections, inputs, outputs, synapseCounts } = source;
  const nameOf = (index: number): string => populations[index]?.name ?? "?";
  const at = <T>(list: readonly T[], index: number, row: (item: T) => Row): Row => {
    const item = list[index];
    return item === undefined ? [] : [String(index), ...row(item)];
  };
  return [
    ...counts(source),
    ...section("populations", populations.length, (i) =>
      at(populations, i, ({ name, type, shape, initialValues }) => [
        name,
        [type.model.name, ...type.channels.map((channel) => channel.model.name)].join(" + "),
        showShape(shape),
        initialValues.size === 0 ? "" : `starts with ${[...initialValues.keys()].join(", ")} given`,
      ]),
    ),
    ...section("connections", connections.length, (i) =>
      at(connections, i, ({ name, synapse, source: from, target, connectivity }) => [
        name,
        synapse.model.name,
        `${nameOf(from)} -> ${nameOf(target)}`,
        showConnectivity(connectivity),
        count(synapseCounts[i] ?? 0, "synapse"),
      ]),
    ),
    ...section("inputs", inputs.length, (i) =>
      at(inputs, i, ({ name, target, port, size }) => [
        name,
        `-> ${nameOf(target)}.${port}`,
        count(size, "value"),
      ]),
    ),
    ...section("outputs", outputs.length, (i) =>
      at(outputs, i, ({ name, source: from, variable }) => [
        name,
        `<- ${nameOf(from)}.${variable}`,
        count(populations[from]?.size ?? 0, "value"),
      ]),
    ),
  ].join("\n");
}
