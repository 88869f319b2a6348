// Pass: puts the parts of an expanded network into the order of a step convention and gives every
// read and write its version. Invariant: inside a phase the order of addition is kept, but for parts
// of one kind, which follow the first of them.

import type { Op, Operand, Program, Trigger, Write } from "../ir/program.js";
import { emitAt, operandAt, spikesAt, writeAt } from "../ir/records.js";
import type { DraftOp, DraftWrite, ExpandContext } from "./expand/context.js";
import { orders } from "./orders.js";
import type { Phase } from "./orders.js";

/** What the Program needs besides the parts. */
export interface ScheduleOptions {
  readonly seed: number;
  readonly batch: number;
}

/** Orders the parts and numbers versions and ops. */
export function schedule(context: ExpandContext, options: ScheduleOptions): Program {
  const { order, dt, precision } = context.options;
  const rank = new Map<Phase, number>(orders[order].map((phase, index) => [phase, index]));
  const firstOfKind = new Map<object, number>();
  const parts = context.parts
    .map((part, index) => {
      const phase = rank.get(part.phase)!;
      if (part.kind === undefined) return { part, index, first: index, phase };
      const first = firstOfKind.get(part.kind) ?? index;
      firstOfKind.set(part.kind, first);
      return { part, index, first, phase };
    })
    .sort((a, b) => a.phase - b.phase || a.first - b.first || a.index - b.index);
  const versions = new Versions();
  const ops = parts.map(({ part }, index): Op => {
    const { op, phase, origin, merged } = part;
    const made = versions.number({ id: `${op.kind}${index}`, phase, origin }, op);
    return merged === undefined ? made : { ...made, merged };
  });
  return {
    format: 1,
    name: context.network.name,
    dt,
    precision,
    order,
    seed: options.seed,
    batch: options.batch,
    arrays: context.arrays,
    setup: context.setup,
    ops,
    inputs: context.inputs,
    outputs: context.outputs,
    names: context.names,
  };
}

type Head = Required<Pick<Op, "id" | "phase" | "origin">>;

/** Counts completed writes of each array. */
class Versions {
  readonly #count = new Map<string, number>();

  #now(array: string): number {
    return this.#count.get(array) ?? 0;
  }

  #reads(reads: readonly Operand[]): Operand[] {
    return reads.map((operand) => operandAt(operand, this.#now(operand.array)));
  }

  #writes(writes: readonly DraftWrite[]): Write[] {
    const done = writes.map((write) => writeAt(write, this.#now(write.array) + 1));
    for (const { array, version } of done) this.#count.set(array, version);
    return done;
  }

  #write(array: string): number {
    const version = this.#now(array) + 1;
    this.#count.set(array, version);
    return version;
  }

  /** Gives every operand of one op its version; reads come before writes. */
  number({ id, phase, origin }: Head, op: DraftOp): Op {
    switch (op.kind) {
      case "map": {
        const { kind, count, body, emit } = op;
        const reads = this.#reads(op.reads);
        const writes = this.#writes(op.writes);
        if (emit === undefined) return { id, phase, origin, kind, count, reads, body, writes };
        const list = emitAt(emit, this.#write(emit.list));
        return { id, phase, origin, kind, count, reads, body, writes, emit: list };
      }
      case "gather": {
        const { kind, layout, body } = op;
        const reads = this.#reads(op.reads);
        return { id, phase, origin, kind, layout, reads, body, writes: this.#writes(op.writes) };
      }
      case "deliver": {
        const { kind, layout, body } = op;
        const spikes = spikesAt(op.spikes, this.#now(op.spikes.array));
        const reads = this.#reads(op.reads);
        const writes = this.#writes(op.writes);
        return { id, phase, origin, kind, spikes, layout, reads, body, writes };
      }
      case "edges": {
        const { kind, layout, body } = op;
        const trigger = this.#trigger(op.trigger);
        const reads = this.#reads(op.reads);
        const writes = this.#writes(op.writes);
        return { id, phase, origin, kind, trigger, layout, reads, body, writes };
      }
      case "ring": {
        const from = { array: op.from, version: this.#now(op.from) };
        const into = { array: op.into, version: this.#write(op.into) };
        return { id, phase, origin, kind: "ring", from, into };
      }
      case "io": {
        const { kind, into } = op;
        const pieces = op.pieces.map(({ array, offset, count, position }) => {
          return { array, offset, count, position, version: this.#now(array) };
        });
        return { id, phase, origin, kind, into, pieces, version: this.#write(into) };
      }
      case "record":
        return { id, phase, origin, kind: op.kind };
    }
  }

  #trigger(trigger: Extract<DraftOp, { kind: "edges" }>["trigger"]): Trigger {
    if (trigger.on === "every") return trigger;
    const { on, spikes } = trigger;
    return { on, spikes: spikesAt(spikes, this.#now(spikes.array)) };
  }
}
