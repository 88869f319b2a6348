// The page about the passes has all of them, in the order in which they run.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { passNames } from "../../../src/lower/pipeline.js";

const path = fileURLToPath(new URL("../../../docs/design/passes.md", import.meta.url));
const page = readFileSync(path, "utf8");

test("every pass has a row in the table and a section, in the order of the pipeline", () => {
  const rows = [...page.matchAll(/^\| `(\w+)` +\|/gm)].map(([, name]) => name);
  const sections = [...page.matchAll(/^## (\w+)$/gm)].map(([, name]) => name);
  expect(rows).toEqual(passNames);
  // What is off by default is told with what it is for.
  expect(sections).toEqual(passNames.filter((name) => name !== "sortSums"));
  expect(page).toContain("`sortSums: true`");
});
