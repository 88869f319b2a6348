// Every piece of code in the documentation is executed: ts blocks of all pages and examples in
// comments run and have the right types, fragments parse, commands exist, links lead somewhere.

import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { blocksOf, examplesIn, readPages } from "../../helpers/pages.js";
import type { Block, Page } from "../../helpers/pages.js";
import {
  promises,
  runBlock,
  shown,
  syntaxProblems,
  typeProblems,
} from "../../helpers/run-block.js";

const pages = readPages();
const blocks = pages.flatMap(blocksOf);
const examples = examplesIn("src");
const placeOf = ({ page, line }: Block): string => `${page}:${line}`;

/** Blocks with `file=` are put into a copy of the project by adding.test.ts. */
const isFile = ({ words }: Block): boolean => words.some((word) => word.startsWith("file="));
const isFragment = ({ words }: Block): boolean => words.includes("fragment");
const code = blocks.filter(({ language }) => language === "ts");
const whole = [...code.filter((block) => !isFile(block) && !isFragment(block)), ...examples];

test("there is code to run in the README, in pages and in comments", () => {
  const count = (page: RegExp): number => whole.filter((block) => page.test(block.page)).length;
  expect(count(/^README/)).toBeGreaterThanOrEqual(2);
  expect(count(/^docs\//)).toBeGreaterThanOrEqual(10);
  expect(count(/^src\//)).toBeGreaterThanOrEqual(5);
});

/** Python only stands beside its translation; html is what test/browser does with pages of its own. */
const languages = ["ts", "sh", "text", "math", "json", "diff", "python", "html"];

test.each(blocks.map((block) => [placeOf(block), block] as const))(
  "the block at %s says what it is",
  (_place, { language, words }) => {
    expect(languages).toContain(language);
    const known = words.filter((word) => word === "fragment" || word.startsWith("file="));
    expect(words).toEqual(known);
  },
);

describe("blocks of TypeScript", () => {
  test.each(whole.map((block) => [placeOf(block), block] as const))(
    "the code at %s runs and prints what it promises",
    async (_place, block) => {
      const printed = await runBlock(block);
      const said = new Map(printed.map((one) => [one.line, shown(one)]));
      for (const [line, promise] of promises(block)) {
        expect({ line, said: said.get(line) }).toEqual({ line, said: promise });
      }
      if (block.page !== "README.md") return;
      for (const value of printed.flatMap(({ values }) => values)) expect(value).toBeGreaterThan(0);
    },
  );

  const made = { page: "made up", line: 1, language: "ts", words: [] };

  test("what a block prints is compared with what it promises", async () => {
    const block = { ...made, text: 'const a = [1, "b"];\nconsole.log(a, 2); // [ 1, "b" ] 3\n' };
    expect([...promises(block)]).toEqual([[3, '[ 1, "b" ] 3']]);
    expect((await runBlock(block)).map(shown)).toEqual(["[ 1, 'b' ] 2"]);
  });

  test("all of them have the right types, and a wrong one is noticed", () => {
    const text = 'import { Network } from "myelin";\n\nnew Network({ nmae: "a" });\n';
    const problems = typeProblems([...whole, { ...made, text }]);
    expect(problems).toEqual([expect.stringMatching(/^made up:4: .*'nmae'/)]);
  }, 120_000);

  test.each(code.map((block) => [placeOf(block), block] as const))(
    "the code at %s can be parsed",
    (_place, block) => {
      expect(syntaxProblems(block)).toEqual([]);
    },
  );
});

interface Package {
  readonly bin?: Readonly<Record<string, string>>;
  readonly scripts: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}
const {
  bin = {},
  scripts,
  devDependencies,
} = JSON.parse(readFileSync("package.json", "utf8")) as Package;

/** Why a command of the shell cannot be run in this project, if it cannot. */
function commandProblem(command: string): string | undefined {
  const words = command.trim().split(/\s+/);
  while (/^[A-Z_]+=/.test(words[0] ?? "")) words.shift();
  const [name = "", first = "", second = ""] = words;
  if (name === "npm") {
    if (["ci", "install", "test"].includes(first)) return undefined;
    const isScript = first === "run" && Object.hasOwn(scripts, second);
    return isScript ? undefined : `package.json has no script for "npm ${first} ${second}"`;
  }
  if (name === "npx") return Object.hasOwn(devDependencies, first) ? undefined : `no ${first} here`;
  if (name === "node") return existsSync(first) ? undefined : `there is no file ${first}`;
  return Object.hasOwn(bin, name) ? undefined : `unknown command ${name}`;
}

const commandsOf = (text: string): string[] =>
  text
    .split(/\n|&&|;|\|/)
    .map((command) => command.trim())
    .filter((command) => command !== "" && !command.startsWith("#"));

test("the check of commands notices what does not exist", () => {
  const good = ["npm ci", "npm run demo -- picture.png", "MYELIN_DEBUG=ir npm test", "npx jest"];
  expect(good.map(commandProblem)).toEqual(good.map(() => undefined));
  const bad = ["npm run nothing", "node tools/nothing.mjs", "make", "npx nothing"];
  expect(bad.map(commandProblem).filter((problem) => problem === undefined)).toEqual([]);
});

test.each(
  blocks
    .filter(({ language }) => language === "sh")
    .map((block) => [placeOf(block), block] as const),
)("the commands at %s exist", (_place, { text }) => {
  expect(commandsOf(text).flatMap((command) => commandProblem(command) ?? [])).toEqual([]);
});

/** The text of a page without its blocks. */
const proseOf = ({ text }: Page): string => text.replaceAll(/^( *)(```+)[^]*?^\1\2$/gm, "");

/** How GitHub names a heading in addresses. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");

function linkProblem(page: Page, link: string): string | undefined {
  if (/^(https?|mailto):/.test(link)) return undefined;
  const [path = "", anchor] = link.split("#");
  const target = path === "" ? page.path : join(dirname(page.path), path);
  if (!existsSync(target)) return `${link}: there is no ${target}`;
  if (anchor === undefined) return undefined;
  const headings = [...readFileSync(target, "utf8").matchAll(/^#+ (.*)$/gm)];
  const isThere = headings.some(([, heading = ""]) => anchorOf(heading) === anchor);
  return isThere ? undefined : `${link}: no heading in ${target} has this address`;
}

/** Files that the blocks of a page tell the reader to make. */
const toBeMade = (page: Page): string[] =>
  blocksOf(page).flatMap(({ words }) =>
    words.flatMap((word) => (word.startsWith("file=") ? word.slice("file=".length) : [])),
  );

describe.each(pages.map((page) => [page.path, page] as const))("%s", (_path, page) => {
  const prose = proseOf(page);

  test("leads to pages and headings that exist", () => {
    const links = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link);
    expect(links.flatMap((link) => linkProblem(page, link) ?? [])).toEqual([]);
  });

  test("names scripts and files that exist", () => {
    const spans = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, span = ""]) => span);
    const commands = spans.filter((span) => /^([A-Z_]+=\S+ )?(npm|node) /.test(span));
    const files = spans.filter((span) =>
      /^(src|test|tools|docs|backends|examples)\/[\w./-]+$/.test(span),
    );
    const made = new Set(
      page.path === "README.md" ? ["src/models/neurons/adaptive.ts"] : toBeMade(page),
    );
    const missing = files.filter((file) => !existsSync(file) && !made.has(file));
    expect([...commands.flatMap((command) => commandProblem(command) ?? []), ...missing]).toEqual(
      [],
    );
  });
});
