// Graphs as text, one line for each node, for people who want to see what was generated.

import type { Attribute, GraphRecord, PortRecord } from "./model.js";

const port = ({ name, type, shape }: PortRecord): string => `${name}: ${type}[${shape.join(", ")}]`;

function attribute(name: string, value: Attribute): string {
  if (typeof value === "object" && "nodes" in value) return `${name} = { ... }`;
  return `${name} = ${typeof value === "object" ? `[${value.join(", ")}]` : value}`;
}

/** A graph as text; what is inside of nodes follows indented. */
export function printGraph(graph: GraphRecord, indent = ""): string {
  const lines = [`${indent}graph ${graph.name}`];
  const line = (text: string): void => void lines.push(`${indent}  ${text}`);
  for (const input of graph.inputs) line(`input ${port(input)}`);
  for (const { name, type, shape } of graph.initialisers)
    line(`constant ${port({ name, type, shape })}`);
  for (const { op, inputs, outputs, attributes } of graph.nodes) {
    const more = Object.entries(attributes).map(([name, value]) => attribute(name, value));
    const given = [...inputs, ...more].join(", ");
    line(`${outputs.join(", ")} = ${op}(${given})`);
    for (const value of Object.values(attributes)) {
      if (typeof value === "object" && "nodes" in value)
        lines.push(printGraph(value, `${indent}    `));
    }
  }
  for (const output of graph.outputs) line(`output ${port(output)}`);
  return lines.join("\n");
}
