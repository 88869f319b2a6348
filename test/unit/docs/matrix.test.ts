// The table of features and backends in docs/choosing.md: it has every feature, its cells are answers,
// and refusals are still what it says.

import { readFileSync } from "node:fs";
import { features, type Feature } from "../../matrix/features.js";
import { fillCell, findColumns } from "../../matrix/table.js";

const page = readFileSync("docs/choosing.md", "utf8");
const table = page.slice(
  page.indexOf("<!-- begin matrix -->"),
  page.indexOf("<!-- end matrix -->"),
);

/** Cells by backend, for each row. */
const rows = new Map<string, ReadonlyMap<string, string>>();
let columns: string[] = [];
for (const line of table.split("\n").filter((each) => each.startsWith("|"))) {
  const [name = "", ...cells] = line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim().replaceAll("\\|", "|"));
  if (name === "") columns = cells;
  else if (!name.startsWith("---")) {
    rows.set(name, new Map(columns.map((column, i) => [column, cells[i]!])));
  }
}

test("the page has a row for every feature, and no other", () => {
  expect([...rows.keys()].sort()).toEqual(
    features()
      .map(({ name }) => name)
      .sort(),
  );
});

test("each cell says yes, or gives a reason that is listed", () => {
  const notes = new Set(table.match(/^\d+\. .+/gm)?.map((line) => line.split(".")[0]));
  for (const cells of rows.values()) {
    for (const cell of cells.values()) {
      expect(cell).toMatch(/^(yes|(no|\d+ of \d+) (\\?\[\d+\\?\])+)$/);
      for (const [, note] of cell.matchAll(/\[(\d+)\\?\]/g)) expect(notes).toContain(note);
    }
  }
});

// That all rows run is shown by the conformance suite, and again whenever the table is printed.
test("options and refusals are still what the page says, on every backend that there is", async () => {
  const { truth, backends } = await findColumns();
  const isShort = ({ group, name }: Feature): boolean =>
    group === "Options" || [...rows.get(name)!.values()].some((cell) => cell !== "yes");
  for (const feature of features().filter(isShort)) {
    for (const backend of backends.filter(({ name }) => name !== "gpu")) {
      const { ran, of } = await fillCell(feature, backend, truth);
      const cell = rows.get(feature.name)!.get(backend.name)!.split(" \\[")[0]!.split(" [")[0];
      const found = ran === of ? "yes" : ran === 0 ? "no" : `${ran} of ${of}`;
      expect([feature.name, backend.name, found]).toEqual([feature.name, backend.name, cell]);
    }
  }
}, 120_000);
