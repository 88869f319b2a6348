// Programs as plain data: every documented one and every drawn one comes back as it was.

import { programForm, SectionList } from "../../../src/file/program-form.js";
import { readProgram } from "../../../src/file/read-program.js";
import { printProgram } from "../../../src/ir/print.js";
import type { Program } from "../../../src/ir/program.js";
import { everything } from "../../helpers/everything.js";
import { drawnProgram, families } from "../../helpers/drawn-programs/index.js";
import { programCases } from "../../helpers/program-cases/index.js";

/** Through text and back. */
function again(program: Program): { readonly read: Program; readonly text: string } {
  const into = new SectionList();
  const text = JSON.stringify(programForm(program, into));
  const at = { path: "model", depth: 0, sections: into.sections };
  return { read: readProgram(JSON.parse(text), at), text };
}

function expectSame(program: Program): void {
  const { read, text } = again(program);
  expect(again(read).text).toBe(text);
  expect(printProgram(read)).toBe(printProgram(program));
}

test.each(programCases)("$name", ({ program }) => expectSame(program));

test("every kind of op", () => {
  for (const precision of ["float64", "float32"] as const) expectSame(everything({ precision }));
});

test("drawn Programs", () => {
  families.forEach(({ variants }, family) => {
    const count = Math.min(3, variants.length);
    for (let variant = 0; variant < count; variant++) expectSame(drawnProgram(family, variant, 1));
  });
});
