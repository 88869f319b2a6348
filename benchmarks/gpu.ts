// Question: what does a GPU gain on large networks and on batches? Steps a second on the GPU and on the
// sparse backend, and the bytes a second that the GPU moves by the backend's own estimate of a step.

import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import type { AsyncModel, Model } from "../src/index.js";
import { alternate, ratioOf, rawOf } from "./harness/alternate.js";
import type { Benchmark, Context } from "./harness/benchmark.js";
import { show, showIn, showTime } from "./harness/report.js";
import { buildNetwork } from "./networks/build.js";

const cases = [
  { neurons: 1000, batch: 1 },
  { neurons: 1000, batch: 64 },
  { neurons: 20_000, batch: 1 },
  { neurons: 100_000, batch: 1 },
] as const;
type Case = (typeof cases)[number];

/** Steps after which both must be close together; later, chaos parts them. */
const checked = 50;
/** How long a contestant measures in its turn, at least [ms]. */
const turn = 500;

interface Device {
  readonly name: string;
  readonly isSoftware: boolean;
}

/** The GPU that is taken by default, as the command `myelin devices` tells. */
function firstDevice(): Device | undefined {
  const args = ["tools/run.mjs", "src/cli/main.ts", "devices", "--json"];
  const text = execFileSync(process.execPath, args, { encoding: "utf8" });
  return (JSON.parse(text) as { readonly devices: readonly Device[] }).devices[0];
}

type Any = Model | AsyncModel;

function compileOn(backend: "sparse" | "gpu", { neurons, batch }: Case): Promise<Any> {
  const { network } = buildNetwork({ of: "balanced", neurons });
  const options = { dt: 0.1, precision: "float32", onWarning: () => {} } as const;
  const copies = batch === 1 ? {} : { batch };
  return network.compile({ ...options, ...copies, backend });
}

async function check(models: readonly Any[], watched: string): Promise<void> {
  const [one, two] = await Promise.all(
    models.map(async (model) => {
      await model.run({ steps: checked, record: [] });
      return model.state.get(watched);
    }),
  );
  one!.forEach((value, i) => assert.ok(Math.abs(value - two![i]!) < 1e-3, `${watched}[${i}]`));
}

/** Milliseconds per step, over runs of more and more steps until a turn is over. */
async function measure(model: Any): Promise<number> {
  const start = performance.now();
  let done = 0;
  for (let steps = 10; performance.now() - start < turn; steps *= 2) {
    await model.run({ steps, record: [] });
    done += steps;
  }
  return (performance.now() - start) / done;
}

async function runCase(of: Case, device: Device, context: Context): Promise<void> {
  const name = `${of.neurons} cells, ${of.batch} ${of.batch === 1 ? "copy" : "copies"}`;
  if (!context.wants(name)) return;
  const models = [await compileOn("sparse", of), await compileOn("gpu", of)];
  try {
    const [watched] = buildNetwork({ of: "balanced", neurons: of.neurons }).watched;
    await check(models, `${watched!}.V`);
    const contestants = ["sparse", "gpu"].map((backend, i) => ({
      name: backend,
      measure: () => measure(models[i]!),
    }));
    const [sparse, gpu] = await alternate(contestants, context.rounds);
    const ratio = ratioOf(sparse!, gpu!);
    const { candidates } = models[1]!.explain();
    const bytes = candidates.find(({ status }) => status === "chosen")!.estimate!.bytes;
    context.report({
      case: name,
      quantity: "sparse / gpu",
      ...ratio,
      columns: {
        sparse: showTime(sparse!.median),
        gpu: showTime(gpu!.median),
        "steps a second on the gpu": show(1000 / gpu!.median),
        "GB/s by the estimate": show(bytes / gpu!.median / 1e6),
        "in the best rounds of both": showIn(ratio.best, ratio.unit),
      },
      raw: rawOf([sparse!, gpu!]),
      notes: { unit: "ms per step", device: device.name, software: String(device.isSoftware) },
    });
  } finally {
    for (const model of models) model.dispose();
  }
}

export const gpu: Benchmark = {
  question: "what does a GPU gain on large networks and on batches?",
  async run(context) {
    const device = firstDevice();
    if (device === undefined) {
      context.say("there is no GPU here; nothing was measured");
      return;
    }
    if (device.isSoftware) {
      context.say(`${device.name} computes on the CPU: these are no figures of a GPU`);
    }
    for (const of of cases) await runCase(of, device, context);
  },
};
