// Auryn's short-term plasticity by hand: resources and release belong to the source, and the
// efficacy of a spike travels with it through the delay.

import { array, body, program, read, readColumn, write } from "../../../src/ir/build.js";
import type { Program } from "../../../src/ir/program.js";

export interface ShortTermCase {
  readonly dt_ms: number;
  readonly delay_steps: number;
  /** Steps in which the source fires. */
  readonly in: readonly number[];
  readonly runs: readonly {
    readonly name: string;
    readonly U: number;
    readonly tau_d_s: number;
    readonly tau_f_s: number;
    /** Of each spike. */
    readonly efficacy: readonly number[];
  }[];
}

/** All runs side by side; `post.efficacy` is what the last spike that arrived brought. */
export function shortTermProgram({ dt_ms, delay_steps, runs }: ShortTermCase): Program {
  const count = runs.length;
  const parameter = (name: string, of: (run: ShortTermCase["runs"][number]) => number) =>
    array({ name, role: "parameter", initial: Float64Array.from(runs, of) });
  const payload = ["efficacy"];
  return program({
    name: "short-term plasticity",
    dt: dt_ms,
    order: "auryn",
    inputs: [{ name: "fire", offset: 0, size: 1 }],
    arrays: [
      array({ name: "fire", role: "input", length: 1 }),
      parameter("pre.U", ({ U }) => U),
      parameter("pre.tau_d", ({ tau_d_s }) => 1000 * tau_d_s),
      parameter("pre.tau_f", ({ tau_f_s }) => 1000 * tau_f_s),
      array({ name: "pre.x", length: count, initial: 1 }),
      array({ name: "pre.u", initial: Float64Array.from(runs, ({ U }) => U) }),
      array({ name: "pre.spikes", type: "spikes", length: count, payload }),
      array({ name: "pre.past", type: "spikes", length: count, payload, slots: delay_steps + 1 }),
      array({ name: "post.efficacy", length: count }),
      array({ name: "post.arrived", length: count }),
    ],
    ops: [
      {
        kind: "map",
        id: "map0",
        phase: "update",
        count,
        reads: [
          read("fires", "fire@0", "one"),
          ...["U", "tau_d", "tau_f", "x", "u"].map((each) => read(each, `pre.${each}@0`)),
        ],
        body: body(`
          efficacy = x * u
          x = fires ? x - efficacy : x
          u = fires ? u + U * (1 - u) : u
          x = x + dt / tau_d * (1 - x)
          u = u + dt / tau_f * (U - u)`),
        writes: [write("x", "pre.x@1"), write("u", "pre.u@1")],
        emit: { when: "fires", list: "pre.spikes", version: 1, payload },
      },
      {
        kind: "ring",
        id: "ring1",
        phase: "emit",
        from: { array: "pre.spikes", version: 1 },
        into: { array: "pre.past", version: 1 },
      },
      {
        kind: "deliver",
        id: "deliver2",
        phase: "deliver",
        spikes: { array: "pre.past", version: 1, lag: delay_steps },
        layout: { kind: "diagonal", count },
        reads: [readColumn("efficacy", "efficacy", "spike")],
        body: body("one = 1"),
        writes: [
          write("efficacy", "post.efficacy@1", "target"),
          write("one", "post.arrived@1", "target", { mode: "add" }),
        ],
      },
    ],
  });
}
