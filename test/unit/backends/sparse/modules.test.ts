// Whole modules as other tools see them: valid, nothing beyond plain SIMD, and equal to what an
// assembler makes of their text.

import wabt from "wabt";
import { compileProgram } from "../../../../backends/sparse/compile-program.js";
import type { Program } from "../../../../src/ir/program.js";
import { drawnProgram, families } from "../../../helpers/drawn-programs/index.js";
import { everything } from "../../../helpers/everything.js";
import { programCases } from "../../../helpers/program-cases/index.js";

const tools = await wabt();
const features = { simd: true, bulk_memory: true, sat_float_to_int: true, mutable_globals: true };

/** Throws unless the module is valid; gives it as wabt disassembles it. */
function disassembled(bytes: Uint8Array<ArrayBuffer>): string {
  const read = tools.readWasm(bytes.slice(), { ...features, readDebugNames: true });
  try {
    read.validate();
    read.applyNames();
    return read.toText({ foldExprs: false, inlineExport: false });
  } finally {
    read.destroy();
  }
}

function assembled(text: string): Uint8Array {
  const module = tools.parseWat("module.wat", text, features);
  try {
    module.validate();
    return module.toBinary({}).buffer;
  } finally {
    module.destroy();
  }
}

function check(program: Program): void {
  const compiled = compileProgram(program);
  expect(WebAssembly.validate(compiled.module)).toBe(true);
  const text = disassembled(compiled.module);
  for (const [, name] of text.matchAll(/\(export "([^"]*)"/g)) {
    expect(["run", "step", "sampling", "reason", "settle", "rebuild"]).toContain(name);
  }
  expect(text).toContain('(export "run"');
  // Compared as texts: a difference of megabytes is no help.
  const own = assembled(compiled.text());
  expect(own.length).toBe(compiled.module.length);
  expect(Buffer.compare(own, compiled.module)).toBe(0);
  expect(Buffer.compare(compileProgram(program).module, compiled.module)).toBe(0);
}

describe.each(["float64", "float32"] as const)("%s", (precision) => {
  test.each([1, 3])("every kind of op, batch of %d", (batch) => {
    check(everything({ precision, batch, stop: true }));
  });

  test.each(programCases.map(({ name, program }) => ({ name, program })))(
    "the documented case $name",
    ({ program }) => check({ ...program, precision }),
  );
});

test.each(families.map(({ name, variants }, family) => ({ name, family, count: variants.length })))(
  "drawn: $name",
  ({ family, count }) => {
    for (let variant = 0; variant < count; variant += 4) check(drawnProgram(family, variant, 0));
  },
);
