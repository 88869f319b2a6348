// The conformance suite: every case, hand-written or of the catalogue, on every backend and in every
// precision that it has. MYELIN_BACKEND=iterative runs it on one backend.

import { cases } from "./cases/index.js";
import { catalogueCases } from "./catalogue-cases.js";
import { runCase } from "./run-case.js";
import { expectRefusal, strayEntries, unsupportedBy } from "./unsupported.js";
import type { Unsupported } from "./unsupported.js";
import { findVariants } from "./variants.js";
import type { Variant } from "./variants.js";

interface Runnable {
  readonly name: string;
  readonly run: (variant: Variant) => Promise<void>;
}

/** Hand-written cases hold without passes and with them. */
const handWritten: readonly Runnable[] = cases.map((of) => ({
  name: of.name,
  run: async (variant) => {
    await runCase(of, variant, "none");
    await runCase(of, variant, "default");
  },
}));
const all = [...handWritten, ...catalogueCases()];
const names = all.map(({ name }) => name);

test("every case has a name of its own", () => {
  expect(names).toEqual([...new Set(names)]);
});

const variants = await findVariants();
const entriesOf = new Map<string, readonly Unsupported[]>();
for (const { backend } of variants) entriesOf.set(backend, await unsupportedBy(backend));

describe.each(variants)("$backend, $precision", (variant) => {
  const entries = entriesOf.get(variant.backend)!;

  test("lists as unsupported only cases that there are", () => {
    expect(strayEntries(entries, names)).toEqual([]);
  });

  test.each(all)("$name", async ({ name, run }) => {
    const entry = entries.find((each) => each.case === name);
    if (entry === undefined) await run(variant);
    else await expectRefusal(entry, () => run(variant));
  });
});
