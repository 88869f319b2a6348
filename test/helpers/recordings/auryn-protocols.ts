// Programs of single plastic synapses of Auryn under spike protocols. Protocols whose source spikes
// coincide share a source; each has its own target. Auryn's order: arriving source spikes, then
// target spikes of this step, then the traces grow, then they decay.

import { array, body, program, read, write } from "../../../src/ir/build.js";
import type { ArraySpec, MapOp, Op, Program } from "../../../src/ir/program.js";
import type { Rule, Trace } from "./auryn-rules.js";
import type { Values } from "../../../src/runtime/backend.js";

export interface Protocol {
  readonly pairs: number;
  readonly freq_hz: number;
  /** Target spike minus arrival of the source spike [steps]. */
  readonly delta_steps: number;
  readonly w_final: number;
}
export interface PlasticityCase {
  readonly dt_ms: number;
  readonly pre_delay_steps: number;
  readonly w0: number;
  readonly wmax: number;
  readonly first_pre_step: number;
  readonly last_step: number;
  readonly params: Readonly<Record<string, number>>;
  readonly protocols: readonly Protocol[];
}

/** Every trace of all ends decays; the factors are constant and computed in the setup. */
function decay(
  id: string,
  count: number,
  traces: Readonly<Record<string, Trace>>,
  end: string,
): Op {
  const symbols = Object.keys(traces);
  return {
    kind: "map",
    id,
    phase: "plasticity",
    count,
    reads: symbols.flatMap((each) => [
      read(each, `${end}.${each}@1`),
      read(`keep_${each}`, `${end}.keep.${each}@0`, "one"),
    ]),
    body: body(symbols.map((each) => `${each} = ${each} * keep_${each}`).join("\n")),
    writes: symbols.map((each) => write(each, `${end}.${each}@2`)),
  };
}

/** Every trace of the ends that fired grows by 1. */
function grow(id: string, count: number, symbols: readonly string[], spikes: Spikes): Op {
  return {
    kind: "deliver",
    id,
    phase: "plasticity",
    spikes: spikes.list,
    layout: { kind: "diagonal", count },
    reads: [],
    body: body("one = 1"),
    writes: symbols.map((each) =>
      write("one", `${spikes.end}.${each}@1`, "target", { mode: "add" }),
    ),
  };
}

interface Spikes {
  readonly end: "pre" | "post";
  readonly list: { readonly array: string; readonly version: number } & Partial<{
    readonly lag: number;
    readonly offset: number;
  }>;
}

function traceArrays(end: string, count: number, traces: Readonly<Record<string, Trace>>) {
  return Object.entries(traces).flatMap(([symbol, { initial = 0 }]): ArraySpec[] => [
    array({ name: `${end}.${symbol}`, length: count, initial }),
    array({ name: `${end}.keep.${symbol}`, role: "derived" }),
  ]);
}

const keepFactors = (end: string, traces: Readonly<Record<string, Trace>>): MapOp[] =>
  Object.entries(traces).map(([symbol, { tau }], i) => ({
    kind: "map",
    id: `${end}${i}`,
    phase: "setup",
    count: 1,
    reads: [],
    body: body(`keep = exp(-dt / (1000 * ${tau}))`),
    writes: [write("keep", `${end}.keep.${symbol}@1`)],
  }));

/** Input 0 makes the source fire, the others the targets. */
export function protocolProgram(recorded: PlasticityCase, rule: Rule, count: number): Program {
  const { pre_delay_steps: delay, w0 } = recorded;
  const cells = { array: "cells.spikes", version: 1, offset: 1 };
  const arriving: Spikes = { end: "pre", list: { array: "cells.past", version: 1, lag: delay } };
  const fired: Spikes = { end: "post", list: cells };
  const [source, target] = [Object.keys(rule.source), Object.keys(rule.target)];
  const layout = { kind: "dense", sources: 1, targets: count } as const;
  return program({
    name: "plastic synapses side by side",
    dt: recorded.dt_ms,
    order: "auryn",
    inputs: [{ name: "fire", offset: 0, size: count + 1 }],
    arrays: [
      array({ name: "fire", role: "input", length: count + 1 }),
      array({ name: "cells.spikes", type: "spikes", length: count + 1 }),
      array({ name: "cells.past", type: "spikes", length: count + 1, slots: delay + 1 }),
      ...traceArrays("pre", 1, rule.source),
      ...traceArrays("post", count, rule.target),
      array({ name: "syn.w", length: count, initial: w0 }),
    ],
    setup: [...keepFactors("pre", rule.source), ...keepFactors("post", rule.target)],
    ops: [
      {
        kind: "map",
        id: "map0",
        phase: "update",
        count: count + 1,
        reads: [read("fires", "fire@0")],
        body: [],
        writes: [],
        emit: { when: "fires", list: "cells.spikes", version: 1 },
      },
      {
        kind: "ring",
        id: "ring1",
        phase: "emit",
        from: { array: "cells.spikes", version: 1 },
        into: { array: "cells.past", version: 1 },
      },
      {
        kind: "edges",
        id: "edges2",
        phase: "deliver",
        trigger: { on: "source", spikes: arriving.list },
        layout,
        reads: [
          read("w", "syn.w@0", "edge"),
          ...target.map((each) => read(each, `post.${each}@0`, "target")),
        ],
        body: body(rule.onSource),
        writes: [write("w", "syn.w@1", "edge")],
      },
      {
        kind: "edges",
        id: "edges3",
        phase: "plasticity",
        trigger: { on: "target", spikes: fired.list },
        layout,
        reads: [
          read("w", "syn.w@1", "edge"),
          ...source.map((each) => read(each, `pre.${each}@0`, "source")),
          ...target.map((each) => read(each, `post.${each}@0`, "target")),
        ],
        body: body(rule.onTarget),
        writes: [write("w", "syn.w@2", "edge")],
      },
      grow("deliver4", 1, source, arriving),
      grow("deliver5", count, target, fired),
      decay("map6", 1, rule.source, "pre"),
      decay("map7", count, rule.target, "post"),
    ],
  });
}

/** Steps in which source and target of one protocol are made to fire. */
function spikeSteps(
  { first_pre_step: first, pre_delay_steps: delay }: PlasticityCase,
  { pairs, freq_hz, delta_steps }: Protocol,
): { readonly pre: readonly number[]; readonly post: readonly number[] } {
  const pre = Array.from({ length: pairs }, (_, k) => first + k * Math.round(10_000 / freq_hz));
  return { pre, post: pre.map((step) => step + delay + delta_steps) };
}

/** Input of the Program for these protocols, and after how many steps no weight changes. */
export function protocolInput(
  recorded: PlasticityCase,
  protocols: readonly Protocol[],
): { readonly steps: number; readonly input: (step: number, x: Values) => void } {
  const events = new Map<number, number[]>();
  const put = (step: number, index: number): void => {
    const there = events.get(step);
    if (there === undefined) events.set(step, [index]);
    else there.push(index);
  };
  protocols.forEach((protocol, i) => {
    const { pre, post } = spikeSteps(recorded, protocol);
    if (i === 0) for (const step of pre) put(step, 0);
    for (const step of post) put(step, 1 + i);
  });
  const last = Math.max(...events.keys()) + recorded.pre_delay_steps;
  const input = (step: number, x: Values): void => {
    x.fill(0);
    for (const index of events.get(step) ?? []) x[index] = 1;
  };
  return { steps: last + 1, input };
}
