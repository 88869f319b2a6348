// docs/design/program.md shows every documented Program as the printer prints it. With
// MYELIN_ACCEPT=1 the blocks are rewritten, the prose stays.

import { readFileSync, writeFileSync } from "node:fs";
import { printProgram } from "../../../src/ir/print.js";
import { verify } from "../../../src/ir/verify.js";
import { programCases } from "../../helpers/program-cases/index.js";

const page = "docs/design/program.md";
const block = /```text\ncase ([^\n]*)\n([^]*?)```/g;

const blockOf = (name: string): string => {
  const { program } = programCases.find((one) => one.name === name)!;
  return `\`\`\`text\ncase ${name}\n${printProgram(program).trimEnd()}\n\`\`\``;
};

const isAccepted = process.env["MYELIN_ACCEPT"] === "1";

function readPage(): string {
  const text = readFileSync(page, "utf8");
  if (!isAccepted) return text;
  const known = new Set(programCases.map(({ name }) => name));
  const next = text.replace(block, (old: string, name: string) =>
    known.has(name) ? blockOf(name) : old,
  );
  writeFileSync(page, next);
  return next;
}

describe("the page of the Program", () => {
  const text = readPage();
  const blocks = [...text.matchAll(block)];

  test("shows every case once, in their order", () => {
    expect(blocks.map(([, name]) => name)).toEqual(programCases.map(({ name }) => name));
  });

  test.each(programCases)("shows $name as it is printed", ({ name, program }) => {
    verify(program);
    const shown = blocks.find(([, each]) => each === name)?.[0];
    expect(shown).toBe(blockOf(name));
  });

  test("explains every case under a heading of its own", () => {
    const parts = text.split("\n### ").slice(1);
    const explained = parts.map((part) => {
      const [title, , prose] = part.split("\n");
      const [, name] = /```text\ncase (.*)/.exec(part) ?? [];
      return { name, isExplained: title !== "" && (prose ?? "").length > 80 };
    });
    const expected = programCases.map(({ name }) => ({ name, isExplained: true }));
    expect(explained).toEqual(expected);
  });
});
