// The running state of a loaded Program: tensors while graphs run, the shared memory while somebody
// looks at it or writes to it. Invariant: one of the two is up to date at any time, and nothing is
// copied before the other one is needed.

import type { Program } from "../../src/ir/program.js";
import { allocateMemory } from "../../src/memory/allocate.js";
import type { Memory } from "../../src/memory/memory.js";
import { sortSlots, type Slot, type Slots } from "./build/slots.js";
import type { TensorData } from "./onnx/model.js";
import type { Ort, OrtTensor } from "./runtime.js";
import { dataFrom, storeInto } from "./state.js";

/** Arrays as numbers of a plain type, in the order of the memory. */
type Reals = Float64Array | Float32Array;

export class Holder {
  readonly memory: Memory;
  readonly slots: Slots;
  readonly #ort: Ort;
  /** Tensors of states and tunable arrays by the key of their slot; empty: to be made. */
  #tensors = new Map<string, OrtTensor>();
  #isMemoryFresh = true;

  constructor(ort: Ort, program: Program) {
    this.#ort = ort;
    this.memory = allocateMemory(program);
    this.slots = sortSlots(program);
  }

  /** What the memory holds of a slot. */
  dataOf(slot: Slot): TensorData {
    return dataFrom(this.memory.get(slot.spec.name)!, slot);
  }

  tensor(slot: Slot, data: TensorData, leading: readonly number[] = []): OrtTensor {
    return new this.#ort.Tensor(slot.type, data, [...leading, ...slot.shape]);
  }

  #tensorOf(slot: Slot): OrtTensor {
    const known = this.#tensors.get(slot.key);
    if (known !== undefined) return known;
    const made = this.tensor(slot, this.dataOf(slot));
    this.#tensors.set(slot.key, made);
    return made;
  }

  /** The tensors that a graph takes, but for those that `others` gives. */
  feeds(
    inputs: ReadonlyMap<string, Slot>,
    others: Readonly<Record<string, OrtTensor>> = {},
  ): Record<string, OrtTensor> {
    const feeds: Record<string, OrtTensor> = { ...others };
    for (const [name, slot] of inputs) feeds[name] ??= this.#tensorOf(slot);
    return feeds;
  }

  /** Takes over the states that a graph gave; outputs also reach the memory. */
  take(outputs: ReadonlyMap<string, Slot>, given: Readonly<Record<string, OrtTensor>>): void {
    for (const [name, slot] of outputs) {
      const tensor = given[name]!;
      this.#tensors.set(slot.key, tensor);
      if (slot.spec.role === "output") this.#store(slot, tensor.data);
    }
    this.#isMemoryFresh = false;
  }

  /** Puts the inputs of one step of a series into the memory. */
  takeInputs(seriesOf: (input: number) => unknown, step: number): void {
    this.slots.inputs.forEach((slot, i) => {
      const size = slot.shape.reduce((all, one) => all * one, 1);
      const rows = seriesOf(i) as Reals;
      this.#store(slot, rows.subarray(step * size, (step + 1) * size));
    });
  }

  #store(slot: Slot, data: unknown): void {
    storeInto(this.memory.get(slot.spec.name)!, slot, data);
  }

  /** Brings the memory up to date. */
  collect(): void {
    if (this.#isMemoryFresh) return;
    for (const slot of this.slots.state) {
      const tensor = this.#tensors.get(slot.key);
      if (tensor !== undefined) this.#store(slot, tensor.data);
    }
    this.#isMemoryFresh = true;
  }

  /** To be called when the memory, which was up to date, has been written to. */
  written(): void {
    this.#tensors = new Map();
  }

  /** Whether all real states are finite numbers; looks where they are. */
  isFinite(): boolean {
    for (const slot of this.slots.state) {
      if (slot.spec.role !== "state" || slot.spec.type !== "real") continue;
      const tensor = this.#tensors.get(slot.key);
      if (tensor !== undefined && !areFinite(tensor.data as Reals)) return false;
    }
    return true;
  }
}

/** Adds up 0 for finite numbers and NaN for others, without a branch. */
function areFinite(values: Reals): boolean {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * 0;
  return sum === 0;
}
