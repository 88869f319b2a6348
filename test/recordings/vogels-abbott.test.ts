// The Vogels-Abbott network, written as a user would, fires the spikes of Auryn 8.3: every one of
// them for seconds, and with the same statistics after that.

import { existsSync } from "node:fs";
import {
  dt,
  joinSpikes,
  prefixOf,
  readRows,
  recorded,
} from "../../benchmarks/networks/vogels-abbott.js";
import { sizes, variations, vogelsAbbott } from "../../benchmarks/networks/vogels-abbott.js";
import type { Rows, Spikes, Variation } from "../../benchmarks/networks/vogels-abbott.js";
import type { CompileOptions, Network } from "../../src/index.js";
import { agreementOf, compileFor, findVariants } from "../conformance/variants.js";
import type { Variant } from "../conformance/variants.js";
import { meanOf, quantileOf, statisticsOf } from "../helpers/network-statistics.js";
import type { SpikeList } from "../helpers/network-statistics.js";
import { catalogueNetwork } from "../helpers/recordings/catalogue-network.js";
import { findGolden } from "../helpers/recordings/golden.js";

interface RecordedPopulation {
  readonly rate_mean_hz: number;
  readonly rate_quantiles_hz: readonly number[];
  readonly cv_isi_mean: number;
}
interface Recorded {
  readonly quantiles: readonly number[];
  readonly simulators: {
    readonly auryn: { readonly exc: RecordedPopulation; readonly inh: RecordedPopulation };
  };
  readonly auryn_first_spike_steps: readonly {
    readonly step: number;
    readonly count: number;
    readonly sum_ids: number;
  }[];
  readonly acceptance: { readonly mean_rate_rel: number; readonly cv_mean_rel: number };
  readonly exact_prefix: Readonly<Record<string, ReturnType<typeof prefixOf>>>;
}

const file = "../shared/data/va/va4000.csr.bin";
const found = findGolden<Recorded>("statistics/va.json");
const isThere = found !== undefined && existsSync(file);
if (!isThere)
  test.skip("the Vogels-Abbott network, which only the whole recordings have", () => {});

/** MYELIN_RUNS: how much longer than usual the slow backends run. */
const factor = Number(process.env["MYELIN_RUNS"] ?? 1);
/** Steps for which a precision was recorded to meet Auryn's spikes. */
const horizons = { float32: 40_000, float64: 10_000 } as const;
/** Steps in a few seconds of the interpreter. */
const few = 1_000;

/** Backends that promise all bits and compile are fast enough for whole recordings. */
const isFast = (variant: Variant): boolean =>
  agreementOf(variant) === "bits" && variant.backend !== "iterative";
const horizonOf = (variant: Variant): number => {
  const horizon = horizons[variant.precision];
  return isFast(variant) ? horizon : Math.min(few * factor, horizon);
};

async function run(
  network: Network,
  variant: Variant,
  { steps, ...options }: { readonly steps: number } & Partial<CompileOptions>,
): Promise<Readonly<Record<string, SpikeList>>> {
  const model = await compileFor(network, variant, { dt, ...options });
  const { spikes } = await model.run({ steps, record: recorded });
  model.dispose();
  return spikes;
}

/** Compares with all that was recorded of the spikes before a step. */
function expectPrefix({ step, index }: Spikes, before: number): void {
  const { exact_prefix, auryn_first_spike_steps } = found!;
  for (const first of auryn_first_spike_steps.filter((each) => each.step < before)) {
    const ids = Array.from(index).filter((_, i) => step[i] === first.step);
    const sum = ids.reduce((a, b) => a + b, 0);
    expect({ step: first.step, count: ids.length, sum_ids: sum }).toEqual(first);
  }
  const keys = Object.keys(exact_prefix).filter((key) => Number(key) <= before);
  expect(keys.length).toBeGreaterThan(0);
  for (const key of keys) {
    expect({ key, ...prefixOf({ step, index }, Number(key)) }).toEqual({
      key,
      ...exact_prefix[key]!,
    });
  }
}

const variants = await findVariants();
const rows: Rows | undefined = isThere ? readRows(file) : undefined;
const title = ({ backend, precision }: Variant): string => `${backend}, ${precision}`;
/** [ms] 40 000 steps of the interpreter on a busy machine. */
const longest = 1_800_000;

const rateTest = async (variant: Variant): Promise<void> => {
  const spikes = await run(vogelsAbbott(rows!), variant, { steps: 110_000 });
  const { quantiles, acceptance, simulators } = found!;
  for (const name of ["exc", "inh"] as const) {
    const expected = simulators.auryn[name];
    const window = { cells: sizes[name], dt, from: 10_000, to: 110_000 };
    const {
      rateMean,
      rates,
      variations: irregular,
    } = statisticsOf(spikes[`${name}.spikes`]!, window);
    expectClose(rateMean, expected.rate_mean_hz, acceptance.mean_rate_rel);
    expectClose(meanOf(irregular), expected.cv_isi_mean, acceptance.cv_mean_rel);
    quantiles.forEach((level, i) => {
      const rate = expected.rate_quantiles_hz[i]!;
      // A cell that fires once more in the ten seconds is no other cell.
      const near = Math.max(0.06 * rate, 0.2);
      expect(Math.abs(quantileOf(rates, level) - rate)).toBeLessThanOrEqual(near);
    });
  }
};

const prefixTest =
  (build: () => Network, variant: Variant, options: { steps: number } & Partial<CompileOptions>) =>
  async (): Promise<void> =>
    expectPrefix(joinSpikes(await run(build(), variant, options)), options.steps);

describe("on a connectivity that is drawn", () => {
  for (const variant of variants.filter(isFast)) {
    test(`${title(variant)}: all texts fire the same spikes`, async () => {
      const fired = variations.map((name) =>
        run(vogelsAbbott(undefined, name), variant, { steps: few }),
      );
      const [first, ...others] = (await Promise.all(fired)).map(joinSpikes);
      expect(first!.step.length).toBeGreaterThan(4000);
      for (const other of others) expect(other).toEqual(first);
    });
  }
});

for (const variant of isThere ? variants : []) {
  const horizon = horizonOf(variant);
  const whole = { steps: horizon };
  const part = { steps: few };
  const isSingle = variant.precision === "float32";
  // What costs seconds without saying more is left to backends that are fast.
  const isQuick = isFast(variant) || factor > 1;
  const others: readonly Variation[] = isQuick ? ["renamed", "state", "synapse"] : [];
  const plain = (): Network => vogelsAbbott(rows!);
  // The same spikes without a promise of bits: one precision shows it.
  const isBrief = agreementOf(variant) !== "bits" && factor <= 1;
  if (isBrief && !isSingle) continue;

  describe(title(variant), () => {
    test("every spike is Auryn's", prefixTest(plain, variant, whole), longest);

    for (const name of others) {
      const other = (): Network => vogelsAbbott(rows!, name);
      const says = `every spike is Auryn's with another text: ${name}`;
      test(says, prefixTest(other, variant, part), longest);
    }

    if (isQuick) {
      const none = { ...part, optimize: "none" } as const;
      test("every spike is Auryn's without passes", prefixTest(plain, variant, none), longest);
    }

    if (!isSingle) {
      const ready = (): Network => catalogueNetwork(rows!);
      const says = "every spike is Auryn's with models of the catalogue, in mV and uS";
      test(says, prefixTest(ready, variant, whole), longest);
    }

    if (isFast(variant) && isSingle) {
      test("rates over ten seconds are Auryn's", () => rateTest(variant), longest);
    }
  });
}

function expectClose(value: number, expected: number, relative: number): void {
  expect(Math.abs(value / expected - 1)).toBeLessThanOrEqual(relative);
}
