// Pass: puts the parts of an expanded network into the order of a step convention and gives every
// read and write its version. Invariant: inside a phase the order of addition is kept, but for parts
// of one kind, which follow the first of them.

import type { Op, Program, Trigger } from "../ir/program.js";
import type { DraftOp, DraftOperand, DraftWrite, ExpandContext } from "./expand/context.js";
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
      if (part.kind === undefined) return { part, index, first: index };
      const first = firstOfKind.get(part.kind) ?? index;
      firstOfKind.set(part.kind, first);
      return { part, index, first };
    })
    .sort(
      (a, b) =>
        rank.get(a.part.phase)! - rank.get(b.part.phase)! || a.first - b.first || a.index - b.index,
    );
  const versions = new Versions();
  const ops = parts.map(({ part }, index): Op => {
    const id = `${part.op.kind}${index}`;
    return versions.number({ id, phase: part.phase, origin: part.origin }, part.op);
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

  #reads<T extends DraftOperand>(reads: readonly T[]): (T & { version: number })[] {
    return reads.map((operand) => ({ ...operand, version: this.#now(operand.array) }));
  }

  #writes(writes: readonly DraftWrite[]): (DraftWrite & { version: number })[] {
    const done = writes.map((write) => ({ ...write, version: this.#now(write.array) + 1 }));
    for (const { array, version } of done) this.#count.set(array, version);
    return done;
  }

  #write(array: string): number {
    const version = this.#now(array) + 1;
    this.#count.set(array, version);
    return version;
  }

  /** Gives every operand of one op its version; reads come before writes. */
  number(head: Head, op: DraftOp): Op {
    switch (op.kind) {
      case "map": {
        const { emit, ...bare } = op;
        const reads = this.#reads(op.reads);
        const map = { ...head, ...bare, reads, writes: this.#writes(op.writes) };
        if (emit === undefined) return map;
        const list = { ...emit, version: this.#write(emit.list) };
        return { ...map, emit: list };
      }
      case "gather":
        return { ...head, ...op, reads: this.#reads(op.reads), writes: this.#writes(op.writes) };
      case "deliver": {
        const spikes = { ...op.spikes, version: this.#now(op.spikes.array) };
        const reads = this.#reads(op.reads);
        return { ...head, ...op, spikes, reads, writes: this.#writes(op.writes) };
      }
      case "edges": {
        const trigger = this.#trigger(op.trigger);
        const reads = this.#reads(op.reads);
        return { ...head, ...op, trigger, reads, writes: this.#writes(op.writes) };
      }
      case "ring": {
        const from = { array: op.from, version: this.#now(op.from) };
        const into = { array: op.into, version: this.#write(op.into) };
        return { ...head, kind: "ring", from, into };
      }
      case "io": {
        const pieces = op.pieces.map((piece) => ({ ...piece, version: this.#now(piece.array) }));
        return { ...head, ...op, pieces, version: this.#write(op.into) };
      }
      case "record":
        return { ...head, ...op };
    }
  }

  #trigger(trigger: Extract<DraftOp, { kind: "edges" }>["trigger"]): Trigger {
    if (trigger.on === "every") return trigger;
    return { ...trigger, spikes: { ...trigger.spikes, version: this.#now(trigger.spikes.array) } };
  }
}
