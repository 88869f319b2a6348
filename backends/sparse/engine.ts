// Does the steps of a loaded Program in a WebAssembly instance, over arrays that JavaScript sees as
// views of its memory. Invariant: the step count is right whenever control is here, also after an
// error of a user's function; states are looked at for divergence every few hundred steps.

import { booksOf } from "../../src/ir/books.js";
import type { EdgesOp, Program } from "../../src/ir/program.js";
import { Watch, refuseSkip } from "../../src/memory/divergence.js";
import type { Engine } from "../../src/memory/executable.js";
import { bindHost } from "../../src/memory/hosts.js";
import { historyIn, type Memory } from "../../src/memory/memory.js";
import type { Now } from "../../src/memory/monitors.js";
import type { Settler } from "../../src/memory/settling.js";
import type { HostFunction } from "../../src/runtime/backend.js";
import type { Compiled, Exports } from "./compiled.js";

/** Steps in one call of the module. */
const mostSteps = 500;
/** Steps between two looks at the states. */
const stepsPerLook = 256;

/** What an engine is made of. */
export interface EngineParts {
  readonly program: Program;
  readonly compiled: Compiled;
  readonly buffer: ArrayBuffer;
  readonly memory: Memory;
  readonly hosts: ReadonlyMap<string, HostFunction>;
  readonly now: Now;
}

/** The functions that a module calls; `exports` is set once the module has been instantiated. */
export interface Link {
  exports: Exports | undefined;
  readonly host: (op: number, copy: number) => void;
  readonly sample: () => void;
  readonly fail: (op: number, value: number) => void;
}

/** Makes what the module imports. */
export function linkOf(parts: EngineParts): Link {
  const { program, now } = parts;
  const hosts = program.ops.map((op) => (op.kind === "host" ? bindHost(op, parts) : undefined));
  const link: Link = {
    exports: undefined,
    host(op, copy) {
      const sampled = now.step;
      now.step = Number(link.exports!.step.value);
      hosts[op]!(now.step, copy);
      now.step = sampled;
    },
    // Counting is several times cheaper than asking the module for its 64-bit number.
    sample() {
      now.sample!();
      now.step += 1;
    },
    fail: (op, value) => refuseSkip(program.ops[op]!, Number(link.exports!.step.value), value),
  };
  return link;
}

/** The one settler of a module, if its Program keeps anything lazily. */
function settlersOf({ program, memory }: EngineParts, { settle }: Exports): Settler[] {
  if (settle === undefined) return [];
  const settling = program.ops.filter(
    (op): op is EdgesOp => op.kind === "edges" && op.trigger.on === "history",
  );
  const { settled, concerned } = booksOf(program);
  const histories = program.arrays
    .filter(({ type }) => type === "history")
    .map(({ name }) => historyIn(memory, name));
  const written = settling.flatMap((op) => op.writes.map(({ array }) => array));
  return [
    {
      writes: [...written, ...settled],
      settleAll: (done) => settle(BigInt(done)),
      forget() {
        for (const { counts } of histories) counts.fill(0);
      },
      isConcernedBy: (array) => settling.length > 0 || concerned.has(array),
    },
  ];
}

/** Binds the exports of an instance. */
export function createEngine(parts: EngineParts, exports: Exports): Engine {
  const { program, compiled, buffer, memory, now } = parts;
  const { run, step: count, sampling, reason, rebuild } = exports;
  const canStop = program.ops.some(({ kind }) => kind === "stop");
  const watch = new Watch(program, memory);
  let nextLook = stepsPerLook;
  const look = (): void => {
    nextLook = now.step + stepsPerLook;
    watch.look(now.step);
  };
  const reasonOf = (number: number): string | undefined => {
    const op = program.ops[number - 1];
    return op?.kind === "stop" ? op.reason : undefined;
  };
  return {
    memory,
    now,
    settlers: settlersOf(parts, exports),
    ...(rebuild !== undefined && { rebuild }),
    step() {
      try {
        run(1);
      } catch (error) {
        // A step that was left is done again from its beginning.
        compiled.refresh(buffer);
        throw error;
      }
      now.step += 1;
      if (now.step >= nextLook) look();
    },
    advance(most, isSampling) {
      const first = now.step;
      if (isSampling) sampling.value = 1;
      try {
        now.step = first + run(Math.min(most, mostSteps));
      } catch (error) {
        compiled.refresh(buffer);
        now.step = Number(count.value);
        throw error;
      } finally {
        if (isSampling) sampling.value = 0;
      }
      if (canStop) now.reason = reasonOf(reason.value);
      if (now.step >= nextLook) look();
    },
    finish: look,
    written(arrays) {
      const isCopied = arrays?.some((array) => compiled.copied.has(array)) ?? true;
      if (isCopied) compiled.refresh(buffer);
      if (count.value === BigInt(now.step)) return;
      count.value = BigInt(now.step);
      watch.restart(now.step);
      nextLook = now.step + stepsPerLook;
    },
    generated: () => [{ file: "module.wat", text: compiled.text() }],
  };
}
