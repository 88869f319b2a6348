// The format of running state: what a backend writes is understood without it, bytes that do not fit
// are refused as such.

import { create } from "../../../backends/iterative/index.js";
import { LoadError } from "../../../src/errors.js";
import type { NamedValue, Program } from "../../../src/ir/program.js";
import { array, program } from "../../../src/ir/build.js";
import { decodeState, encodeState } from "../../../src/ir/state-bytes.js";
import type { Values } from "../../../src/runtime/backend.js";
import { programCases } from "../../helpers/program-cases/index.js";

/** State of a documented Program after some steps with input. */
async function stateOf(program: Program): Promise<Uint8Array> {
  const backend = (await create())!;
  const names = program.ops.flatMap((op) => (op.kind === "host" ? [op.name] : []));
  const hosts = new Map(names.map((name) => [name, () => {}]));
  const executable = backend.loadSync!(program, { device: "cpu", hosts });
  const input = (step: number, x: Values) => void x.fill(step % 5);
  const isLarge = program.arrays.some(({ length }) => length > 1e4);
  executable.runSync!({ steps: isLarge ? 1 : 12, input, monitors: [], chunk: 12 });
  return executable.snapshotSync!();
}

test.each(programCases)(
  "what the iterative backend saves of $name comes back byte by byte",
  async ({ program }) => {
    const bytes = await stateOf(program);
    const state = decodeState(program, bytes);
    expect(state.stepCount).toBeGreaterThan(0);
    expect(encodeState(program, state)).toEqual(bytes);
  },
);

test("bytes that are too short, too long or of another kind are a LoadError", async () => {
  const { program } = programCases[0]!;
  const bytes = await stateOf(program);
  const longer = new Uint8Array(bytes.length + 1);
  longer.set(bytes);
  const wrongMagic = bytes.slice();
  wrongMagic[0] = 0;
  const wrongCount = bytes.slice();
  wrongCount.fill(0xff, 12, 20);
  const wrong: Uint8Array[] = [longer, wrongMagic, wrongCount, new Uint8Array()];
  for (let length = 0; length < bytes.length; length += 7) wrong.push(bytes.subarray(0, length));
  for (const one of wrong) expect(() => decodeState(program, one)).toThrow(LoadError);
});

test("any change of a byte is either refused as a LoadError or read", async () => {
  for (const { program } of programCases) {
    const bytes = await stateOf(program);
    // Of large states a few places are enough: their numbers are all alike.
    const stride = bytes.length > 1e5 ? bytes.length / 10 : Math.ceil(bytes.length / 200);
    for (let i = 0; i < bytes.length; i += stride) {
      const changed = bytes.slice();
      const place = Math.floor(i);
      changed[place] = changed[place]! ^ 0xff;
      try {
        decodeState(program, changed);
      } catch (error) {
        expect(error).toBeInstanceOf(LoadError);
      }
    }
  }
});

test("state of a Program with other names, arrays or precision is refused", () => {
  const V: NamedValue = {
    ...{ path: "left.V", array: "V", offset: 0, count: 1, shape: [], kind: "state" },
  };
  const made = program({ arrays: [array({ name: "V" })], ops: [], names: [V] });
  const data = Float64Array.of(7);
  const entries = new Map([["V", { kind: "values" as const, data }]]);
  const bytes = encodeState(made, { stepCount: 3, entries });
  expect(decodeState(structuredClone(made), bytes)).toEqual({ stepCount: 3, entries });
  const others: Program[] = [
    { ...made, names: [{ ...V, path: "right.V" }] },
    { ...made, arrays: [array({ name: "W" })] },
    { ...made, arrays: [array({ name: "V", slots: 1, length: 2 })] },
    { ...made, precision: "float32" },
  ];
  for (const other of others) {
    expect(() => decodeState(other, bytes)).toThrow(/belongs to another program/);
  }
});

test("state of a Program that numbers edges in another way is refused", () => {
  const g: NamedValue = {
    ...{ path: "syn.g", array: "g", offset: 0, count: 3, shape: [3], kind: "state" },
  };
  const numbered = (...order: number[]): Program => {
    const names = [order.length === 0 ? g : { ...g, order: Int32Array.from(order) }];
    return program({ arrays: [array({ name: "g", length: 3 })], ops: [], names });
  };
  const data = Float64Array.of(7, 8, 9);
  const entries = new Map([["g", { kind: "values" as const, data }]]);
  const programs = [numbered(), numbered(0, 2, 1), numbered(2, 0, 1), numbered(1, 2, 0)];
  for (const own of programs) {
    const bytes = encodeState(own, { stepCount: 3, entries });
    for (const other of programs) {
      if (own === other)
        expect(decodeState(structuredClone(other), bytes).entries).toEqual(entries);
      else expect(() => decodeState(other, bytes)).toThrow(/belongs to another program/);
    }
  }
});

test("a spike list that is not ascending, or reaches beyond the sources, is refused", () => {
  const made = program({ arrays: [array({ name: "fired", type: "spikes", length: 4 })], ops: [] });
  const stateWith = (...items: number[]) => {
    const slots = [{ items: Int32Array.from(items), columns: [] }];
    return encodeState(made, {
      stepCount: 1,
      entries: new Map([["fired", { kind: "spikes" as const, slots }]]),
    });
  };
  expect(decodeState(made, stateWith(0, 3)).stepCount).toBe(1);
  for (const items of [[1, 1], [2, 1], [4], [-1]]) {
    expect(() => decodeState(made, stateWith(...items))).toThrow(/broken spike list/);
  }
});

test.each([undefined, "MYSTATE1", [1, 2], new ArrayBuffer(40), new Float64Array(5)])(
  "%p is no state",
  (given) => {
    const made = program({ arrays: [], ops: [] });
    expect(() => decodeState(made, given as unknown as Uint8Array)).toThrow(LoadError);
  },
);
