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

/**
 * Where most cases are left to those who ask: on the software device of the tests, which is slow, and in a
 * second precision that changes the type of the numbers and nothing else. One case in so many runs;
 * no multiple of the six checks of each model, so that every check has its turn.
 */
const distances: Readonly<Record<string, number>> = { "gpu float32": 11, "dense float32": 5 };

/** The cases that run on a backend: all where it was asked for by name, or for more runs. */
function casesFor({ backend, precision }: Variant): readonly Runnable[] {
  const { MYELIN_BACKEND: asked, MYELIN_RUNS: runs } = process.env;
  if (asked !== undefined || runs !== undefined) return all;
  const distance = distances[`${backend} ${precision}`] ?? 1;
  return all.filter((_, i) => i % distance === 0);
}

const variants = await findVariants();
const entriesOf = new Map<string, readonly Unsupported[]>();
for (const { backend } of variants) entriesOf.set(backend, await unsupportedBy(backend));

describe.each(variants)("$backend, $precision", (variant) => {
  const entries = entriesOf.get(variant.backend)!;

  test("lists as unsupported only cases that there are", () => {
    expect(strayEntries(entries, names)).toEqual([]);
  });

  const chosen = casesFor(variant);
  const left = all.length - chosen.length;
  if (left > 0) test.skip(`${left} cases, which MYELIN_BACKEND=${variant.backend} runs`, () => {});

  test.each(chosen)("$name", async ({ name, run }) => {
    const entry = entries.find((each) => each.case === name);
    if (entry === undefined) await run(variant);
    else await expectRefusal(entry, () => run(variant));
  });
});
