// Expands inputs and outputs: the input vector is summed into the populations it feeds, outputs are
// copied into the output vector. Invariant: positions follow the order in which they were added.

import { name } from "../../expr/ast.js";
import type { Assignment } from "../../expr/ast.js";
import type { Layout } from "../../ir/program.js";
import { makeOperand } from "../../ir/records.js";
import type { PooledInput } from "../pool/pooled.js";
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
  for (const run of runsOf(inputs)) {
    const [input] = run as [PooledInput];
    const target = context.populations[input.target]!;
    const { size } = populations[input.target]!;
    const { element } = input;
    const isOneByOne = element !== undefined || input.size === size;
    const count = element === undefined ? size : run.length;
    const layout: Layout = isOneByOne
      ? { kind: "diagonal", count }
      : { kind: "dense", sources: 1, targets: size };
    const sum = target.sums.get(input.port)!.current!;
    const write = { symbol: "sum", array: sum, at: "target", mode: "add" } as const;
    context.addPart("currents", input, {
      kind: "gather",
      layout,
      reads: [
        makeOperand("input", { array, version: 0 }, "source", offset === 0 ? {} : { offset }),
      ],
      body: passingOn,
      writes: [element === undefined || element === 0 ? write : { ...write, offset: element }],
    });
    for (const { name, size } of run) {
      context.inputs.push({ name, offset, size });
      offset += size;
    }
  }
}

/** Inputs whose members of one pool follow one another are passed on together. */
function runsOf(inputs: readonly PooledInput[]): PooledInput[][] {
  const runs: PooledInput[][] = [];
  for (const input of inputs) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    const follows =
      last?.element !== undefined &&
      last.element + 1 === input.element &&
      last.target === input.target &&
      last.port === input.port;
    if (follows) run!.push(input);
    else runs.push([input]);
  }
  return runs;
}

/** Adds the output vector and the op that fills it. */
export function addOutputs(context: ExpandContext): void {
  const { outputs, populations } = context.network;
  let position = 0;
  const pieces = outputs.map(({ name, source, variable, element }) => {
    const { size } = populations[source]!;
    const { path, spiked, states } = context.populations[source]!;
    const array =
      variable === "spikes" ? (spiked ?? silent(context, path, size)) : states.get(variable)!;
    const count = element === undefined ? size : 1;
    const piece = { array, offset: element ?? 0, count, position };
    context.outputs.push({ name, offset: position, size: count });
    position += count;
    return piece;
  });
  if (position > 0) {
    const into = context.addArray({
      name: outputArray,
      role: "output",
      length: position,
      origin: "outputs",
    });
    context.addPart("outputs", { name: "outputs" }, { kind: "io", into, pieces });
  }
  context.addPart("record", { name: "monitors" }, { kind: "record" });
}

/** Spikes of neurons that cannot fire. */
function silent(context: ExpandContext, path: string, length: number): string {
  return context.addArray({ name: `${path}.spiked`, role: "parameter", length, origin: path });
}
