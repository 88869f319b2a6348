/**
 * The conformance suite: every case, hand-written or of the catalogue, on every backend and in every
 * precision that it has. MYELIN_BACKEND=iterative runs it on one backend.
 *
 * @jest-environment-options {"softwareGpu": true}
 */

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

/** Backends that are so slow on the software devices of the tests that most cases are left to those who ask. */
const sampled: readonly string[] = ["gpu"];
const distance = 8;

/** The cases that run on a backend: all where it was asked for by name. */
function casesFor(backend: string): readonly Runnable[] {
  const isSampled = sampled.includes(backend) && process.env["MYELIN_BACKEND"] === undefined;
  return isSampled ? all.filter((_, i) => i % distance === 0) : all;
}

const variants = await findVariants();
const entriesOf = new Map<string, readonly Unsupported[]>();
for (const { backend } of variants) entriesOf.set(backend, await unsupportedBy(backend));

describe.each(variants)("$backend, $precision", (variant) => {
  const entries = entriesOf.get(variant.backend)!;

  test("lists as unsupported only cases that there are", () => {
    expect(strayEntries(entries, names)).toEqual([]);
  });

  const chosen = casesFor(variant.backend);
  const left = all.length - chosen.length;
  if (left > 0) test.skip(`${left} cases, which MYELIN_BACKEND=${variant.backend} runs`, () => {});

  test.each(chosen)("$name", async ({ name, run }) => {
    const entry = entries.find((each) => each.case === name);
    if (entry === undefined) await run(variant);
    else await expectRefusal(entry, () => run(variant));
  });
});
