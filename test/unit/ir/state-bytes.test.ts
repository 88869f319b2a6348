// The format of running state: what a backend writes is understood without it, bytes that do not fit
// are refused as such.

import { create } from "../../../backends/iterative/index.js";
import { LoadError } from "../../../src/errors.js";
import type { Program } from "../../../src/ir/program.js";
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
