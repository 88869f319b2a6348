// Expands inputs and outputs: the input vector is summed into the populations it feeds, outputs are
// copied into the output vector. Invariant: positions follow the order in which they were added.

import { name } from "../../expr/ast.js";
import type { Assignment } from "../../expr/ast.js";
import type { Layout } from "../../ir/program.js";
import { makeOperand } from "../../ir/records.js";
import type { ExpandContext } from "./context.js";

const inputArray = "x";
const outputArray = "y";

/** One for all, so that what is found out about a body is found out once. */
const passingOn: readonly Assignment[] = [{ target: "sum", value: name("input") }];

/** Adds the input vector and one gather for each input. */
export function addInputs(context: ExpandContext): void {
  const { inputs, populations } = context.network;
  const total = inputs.reduce((sum, input) => sum + input.size, 0);
  if (total === 0) return;
  const array = context.addArray({
    name: inputArray,
    role: "input",
    length: total,
    origin: "inputs",
  });
  let offset = 0;
  for (const input of inputs) {
    const target = context.populations[input.target]!;
    const { size } = populations[input.target]!;
    const layout: Layout =
      input.size === size
        ? { kind: "diagonal", count: size }
        : { kind: "dense", sources: 1, targets: size };
    context.addPart("currents", input.name, {
      kind: "gather",
      layout,
      reads: [
        makeOperand("input", { array, version: 0 }, "source", offset === 0 ? {} : { offset }),
      ],
      body: passingOn,
      writes: [
        { symbol: "sum", array: target.sums.get(input.port)!.current!, at: "target", mode: "add" },
      ],
    });
    context.inputs.push({ name: input.name, offset, size: input.size });
    offset += input.size;
  }
}

/** Adds the output vector and the op that fills it. */
export function addOutputs(context: ExpandContext): void {
  const { outputs, populations } = context.network;
  let position = 0;
  const pieces = outputs.map((output) => {
    const { size } = populations[output.source]!;
    const source = context.populations[output.source]!;
    const array =
      output.variable === "spikes"
        ? (source.spiked ?? silent(context, source.path, size))
        : source.states.get(output.variable)!;
    const piece = { array, offset: 0, count: size, position };
    context.outputs.push({ name: output.name, offset: position, size });
    position += size;
    return piece;
  });
  if (position > 0) {
    const into = context.addArray({
      name: outputArray,
      role: "output",
      length: position,
      origin: "outputs",
    });
    context.addPart("outputs", "outputs", { kind: "io", into, pieces });
  }
  context.addPart("record", "monitors", { kind: "record" });
}

/** Spikes of neurons that cannot fire. */
function silent(context: ExpandContext, path: string, length: number): string {
  return context.addArray({ name: `${path}.spiked`, role: "parameter", length, origin: path });
}
