// The parts of a divided Program, one after the other in one thread: what several threads do, without
// waiting for any. For comparing many Programs.

import { compileProgram } from "../../backends/sparse/compile-program.js";
import { loadEngine } from "../../backends/sparse/executable.js";
import { Copies } from "../../backends/sparse/workers/copies.js";
import { Exchange } from "../../backends/sparse/workers/exchange.js";
import { exchangePlans, loadPart } from "../../backends/sparse/workers/parts.js";
import type { PartExports } from "../../backends/sparse/workers/task.js";
import { divide } from "../../src/ir/partition/divide.js";
import type { Division } from "../../src/ir/partition/types.js";
import type { Program } from "../../src/ir/program.js";
import { bindSetup } from "../../src/ir/setup.js";
import { verify } from "../../src/ir/verify.js";
import type { Engine } from "../../src/memory/executable.js";
import { valuesIn } from "../../src/memory/memory.js";
import { takeSnapshot } from "../../src/memory/snapshot.js";

const nothing = (): void => undefined;

export class PartsInTurn {
  readonly division: Division;
  readonly #program: Program;
  readonly #base: Engine;
  readonly #copies: Copies;
  readonly #parts: readonly { readonly exports: PartExports; readonly exchange: Exchange }[];
  #step = 0;

  /** Divides and loads; every part must be a Program that can be verified. */
  constructor(program: Program, count: number) {
    this.#program = program;
    this.division = divide(program, count);
    for (const part of this.division.parts) verify(part.program);
    this.#base = loadEngine(program, compileProgram(program), { device: "cpu", hosts: new Map() });
    bindSetup(program, (name) => valuesIn(this.#base.memory, name).data)();
    this.#base.written?.();
    this.#base.rebuild?.();
    const parts = this.division.parts.map(loadPart);
    const plans = exchangePlans(program, this.division, parts);
    this.#copies = new Copies(this.#base.memory, parts, this.division);
    this.#copies.intoParts();
    this.#parts = parts.map(({ compiled, wasm, refresh }, part) => {
      refresh?.();
      const module = new WebAssembly.Module(compiled.module);
      const env = { memory: wasm, host: nothing, sample: nothing, fail: nothing };
      const { exports } = new WebAssembly.Instance(module, { env });
      const exchange = new Exchange(plans[part]!, wasm.buffer, part);
      return { exports: exports as unknown as PartExports, exchange };
    });
  }

  /** Holds all inputs at these values. */
  hold(x: (i: number) => number): void {
    let at = 0;
    const inputs = this.#program.arrays.filter(({ role }) => role === "input");
    for (const { name } of inputs) {
      const { data } = valuesIn(this.#base.memory, name);
      for (let i = 0; i < data.length; i++) data[i] = x(at++);
    }
    this.#copies.intoParts(new Set(inputs.map(({ name }) => name)));
  }

  run(steps: number): void {
    for (let left = steps; left > 0;) {
      const now = Math.min(left, this.division.steps);
      for (const { exports, exchange } of this.#parts) {
        exports.run(now);
        exchange.post(now);
      }
      for (const { exchange } of this.#parts) exchange.complete(now);
      left -= now;
    }
    this.#step += steps;
  }

  snapshot(): Uint8Array {
    this.#copies.outOfParts();
    return takeSnapshot(this.#program, this.#base.memory, this.#step);
  }
}
