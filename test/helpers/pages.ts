// The pages of the documentation and the code in them: fenced blocks, and the examples in comments
// of the sources. Invariant: reads only; a block knows the page and the line where it stands.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface Page {
  readonly path: string;
  readonly text: string;
}
/** A fenced block; "ts fragment" after the fence gives the language "ts" and the word "fragment". */
export interface Block {
  readonly page: string;
  /** Line of the opening fence, from 1. */
  readonly line: number;
  readonly language: string;
  readonly words: readonly string[];
  readonly text: string;
}

/** Files below a folder with a given ending, in a fixed order. */
export function filesBelow(folder: string, ending: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((path) => join(folder, path).replaceAll("\\", "/"))
    .filter((path) => path.endsWith(ending))
    .sort();
}

/** README.md, everything in docs, and the pages of the backends. */
export function readPages(): Page[] {
  const backends = readdirSync("backends").map((name) => `backends/${name}/README.md`);
  const paths = ["README.md", ...filesBelow("docs", ".md"), ...backends.filter(existsSync)];
  return paths.map((path) => ({ path, text: readFileSync(path, "utf8") }));
}

/** All fenced blocks of a page, without the indentation of their fence. */
export function blocksOf({ path, text }: Page): Block[] {
  const fence = /^( *)(```+)([^\n`]*)\n([^]*?)^\1\2$/gm;
  return [...text.matchAll(fence)].map((match) => {
    const [, indent = "", , info = "", body = ""] = match;
    const [language = "", ...words] = info.trim().split(/\s+/);
    const line = text.slice(0, match.index).split("\n").length;
    const plain = body.replaceAll(new RegExp(`^${indent}`, "gm"), "");
    return { page: path, line, language, words, text: plain };
  });
}

/** The comment around an example as a page of its own, with as many lines as the source has there. */
function commentAsPage(path: string, text: string, start: number, comment: string): Page {
  const before = "\n".repeat(text.slice(0, start).split("\n").length - 1);
  return { path, text: before + comment.replaceAll(/^ *\* ?/gm, "") };
}

/** The blocks after every `@example` in the comments of the sources; one without a block is an error. */
export function examplesIn(folder: string): Block[] {
  return filesBelow(folder, ".ts").flatMap((path) => {
    const text = readFileSync(path, "utf8");
    return [...text.matchAll(/\/\*\*[^]*?\*\//g)].flatMap((match) => {
      const count = match[0].split("@example").length - 1;
      if (count === 0) return [];
      const blocks = blocksOf(commentAsPage(path, text, match.index, match[0]));
      if (blocks.length === count && blocks.every(({ language }) => language === "ts"))
        return blocks;
      throw new Error(`${path}: each @example needs one block that opens with \`\`\`ts`);
    });
  });
}
