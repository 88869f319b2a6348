// Nengo's synapses as parts of a Program: linear systems of any order, and the triangle.

import { body } from "../../../src/ir/build.js";
import { discretize, steadyState } from "./linear-system.js";
import type { LinearSystem, TransferFunction } from "./linear-system.js";
import type { ProgramDraft } from "./program-draft.js";

/** As in the recordings; `discrete` there is not looked at. */
export type SynapseCase =
  | ({ readonly type: "lowpass" | "alpha" | "linear" } & TransferFunction)
  | { readonly type: "triangle"; readonly t: number };

export interface FilterOptions {
  readonly name: string;
  readonly synapse: SynapseCase;
  /** [s] */
  readonly dt: number;
  /** Channels that are filtered side by side. */
  readonly size: number;
  /** Array whose first `size` elements are filtered. */
  readonly input: string;
  /** Outputs to start from, as if they had long been there. */
  readonly start?: readonly number[] | undefined;
}

export interface Filter {
  /** Array with the outputs of the newest step done. */
  readonly output: string;
  /** Adds the ops of a step. */
  readonly advance: (phase: string) => void;
}

const number = (value: number): string => `(${value})`;

/** `a0 * x0 + a1 * x1 + ...` over the terms that are not 0. */
function combine(weights: readonly number[], symbols: readonly string[]): string {
  const terms = weights.flatMap((weight, i) =>
    weight === 0 ? [] : [`${number(weight)} * ${symbols[i]}`],
  );
  return terms.length === 0 ? "0" : terms.join(" + ");
}

/** The body of a step. With D = 0 the input of the step is already in its output. */
function stepText({ A, B, C, D }: LinearSystem, states: readonly string[]): string {
  const symbols = [...states, "u"];
  const next = A.map((row, i) => `next${i} = ${combine([...row, B[i]!], symbols)}`);
  const move = states.map((state, i) => `${state} = next${i}`);
  const output = `y = ${combine([...C, D], symbols)}`;
  return (D === 0 ? [...next, ...move, output] : [output, ...next, ...move]).join("\n");
}

function addLinear(
  draft: ProgramDraft,
  { name, dt, size, input, start }: FilterOptions,
  synapse: TransferFunction,
): Filter {
  const system = discretize(synapse, dt);
  const atRest = start === undefined ? [] : steadyState(system);
  const states = system.A.map((_, i) => `x${i}`);
  const nameOf = (state: string): string => `${name}.${state}`;
  states.forEach((state, i) => {
    const value = (c: number): number => (start?.[c] ?? 0) * (atRest[i] ?? 0);
    const initial = Float64Array.from({ length: size }, (_, c) => value(c));
    draft.array({ name: nameOf(state), initial });
  });
  const output = draft.array({ name: `${name}.y`, length: size });
  const text = body(stepText(system, states));
  return {
    output,
    advance: (phase) =>
      draft.op({
        kind: "map",
        phase,
        count: size,
        reads: [draft.read("u", input), ...states.map((each) => draft.read(each, nameOf(each)))],
        body: text,
        writes: [...states.map((each) => draft.set(each, nameOf(each))), draft.set("y", output)],
      }),
  };
}

/** A weighted sum over the last inputs: each edge reads the ring at its own lag. */
function addTriangle(
  draft: ProgramDraft,
  { name, dt, size, input }: FilterOptions,
  duration: number,
): Filter {
  const taps = Math.round(duration / dt) + 1;
  const edges = size * taps;
  const ints = (length: number, value: (i: number) => number): Int32Array =>
    Int32Array.from({ length }, (_, i) => value(i));
  const weights = Float64Array.from(
    { length: taps },
    (_, i) => (2 * (taps - i)) / (taps * (taps + 1)),
  );
  draft.array({ name: `${name}.past`, length: size, slots: taps });
  draft.array({ name: `${name}.weights`, role: "parameter", initial: weights });
  const index = (part: string, initial: Int32Array): string =>
    draft.array({ name: `${name}.${part}`, role: "index", initial });
  const start = index(
    "start",
    ints(size + 1, (i) => i * taps),
  );
  const other = index(
    "other",
    ints(edges, (i) => Math.floor(i / taps)),
  );
  const lag = index(
    "lag",
    ints(edges, (i) => i % taps),
  );
  const output = draft.array({ name: `${name}.y`, length: size });
  const from = { kind: "csr", rows: "target", sources: size, targets: size, edges } as const;
  return {
    output,
    advance(phase) {
      const into = { array: `${name}.past`, version: draft.version(`${name}.past`) + 1 };
      draft.op({
        kind: "ring",
        phase,
        from: { array: input, version: draft.version(input) },
        into,
      });
      draft.op({
        kind: "gather",
        phase,
        layout: { ...from, start, other },
        reads: [
          draft.read("u", `${name}.past`, "source", { lag }),
          draft.read("w", `${name}.weights`, "edge", { period: taps }),
        ],
        body: body("term = w * u"),
        writes: [draft.set("term", output, "target")],
      });
    },
  };
}

/** Adds the arrays of a filter; its ops come when it is advanced. */
export function addFilter(draft: ProgramDraft, options: FilterOptions): Filter {
  const { synapse } = options;
  return synapse.type === "triangle"
    ? addTriangle(draft, options, synapse.t)
    : addLinear(draft, options, synapse);
}
