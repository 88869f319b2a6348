// npm run matrix [-- --into PAGE]: prints what each backend that there is here can run, or puts the
// table between the marks of a page. Fails where a backend runs something wrongly.

import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { findColumns, makeTable } from "./table.js";

const begin = "<!-- begin matrix -->";
const end = "<!-- end matrix -->";

const { values } = parseArgs({ options: { into: { type: "string" } } });
const columns = await findColumns();
for (const name of columns.absent) console.error(`${name} cannot run here and has no column`);
const table = await makeTable(columns, (row) => console.error(row));
if (values.into === undefined) {
  console.log(table);
} else {
  const page = readFileSync(values.into, "utf8");
  const [before, rest] = page.split(begin);
  const after = rest?.split(end)[1];
  if (after === undefined) throw new Error(`${values.into} has no ${begin} ... ${end}`);
  writeFileSync(values.into, `${before}${begin}\n\n${table}\n\n${end}${after}`);
}
