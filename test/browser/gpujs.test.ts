/**
 * The device gpu.js in a browser, with WebGL that is computed on the CPU: in a bundle, which leaves
 * gpu.js out, in a page that loads it beside. And that it is refused where it could not use graphics.
 *
 * playwright-core reads functions for the page by new Function; the page itself refuses that.
 * @jest-environment-options {"codeFromStrings": true}
 */

import { defineNeuron, Network } from "../../src/index.js";
import { gpuJsProblems } from "../../backends/gpu/gpujs/limits.js";
import { copiedCases, type Case } from "./support/cases.js";
import { describeInBrowser, useBrowser } from "./support/chromium.js";
import { answer, float32sOf } from "./support/answer.js";
import { gpuJsFile } from "./support/forms.js";
import { runNetwork } from "./support/job.js";

const withLibrary = { form: "esbuild", script: gpuJsFile };
const withGraphics = ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"];
const withoutGraphics = ["--disable-gpu", "--disable-3d-apis"];

/** Neurons that use what kernels have functions of their own for, and a channel of everything. */
function functions(): Case {
  const cell = defineNeuron({
    name: "functions",
    doc: "Functions of the language on a potential that moves through their ranges.",
    params: {},
    state: { V: { initial: 0.3, doc: "value" }, W: { initial: 1, doc: "value" } },
    equations: `
      V = V + 0.37 > 4 ? -4 : V + 0.37
      W = exp(V) + expm1(V / 4) + log(1 + abs(V)) + log1p(abs(V)) + tanh(V) + sin(V) + cos(3 * V)
      W = W + abs(V)^1.5 + V^3 + clip(V, -1, 2) + sign(V) * floor(V) + exprel(V)`,
    output: "W",
  });
  const network = new Network({ name: "functions" });
  network.addPopulation(cell(), 7, {
    name: "cells",
    initialValue: { V: Float64Array.from({ length: 7 }, (_, i) => i - 3.2) },
  });
  network.addOutput("cells");
  const document = JSON.stringify(network.toDocument());
  const job = { name: "functions", document, dt: 0.1, steps: 30, inputs: [], resets: [] };
  return { network, job };
}

/** The recorded cases that this device does not refuse. */
async function possible(): Promise<Case[]> {
  const found: Case[] = [];
  for (const one of [...copiedCases(), functions()]) {
    const { dt } = one.job;
    const quiet = { onWarning: (): undefined => undefined, precision: "float32" } as const;
    const model = await one.network.compile({ dt, ...quiet, backend: "iterative" });
    if (gpuJsProblems(model.program).length === 0) found.push(one);
  }
  return found;
}

const cases = await possible();
const onGpuJs = { backend: "gpu", device: "gpu.js", precision: "float32" } as const;

describeInBrowser("gpu.js in a browser with WebGL", () => {
  const browser = useBrowser(withGraphics);

  test.each(cases.map((one) => ({ ...one, name: one.job.name })))(
    "$name gives what the iterative backend gives",
    async ({ network, job }) => {
      const short = { ...job, steps: Math.min(job.steps, 30) };
      const truth = { ...short, backend: "iterative", precision: "float32" } as const;
      const wanted = float32sOf((await runNetwork(network, truth)).bytes);
      const result = await answer(browser(), withLibrary, { ...short, ...onGpuJs });
      if ("error" in result) throw new Error(result.error);
      expect(result.backend).toBe("gpu");
      const found = float32sOf(Buffer.from(result.bytes, "base64"));
      expect(found).toHaveLength(wanted.length);
      found.forEach((value, i) => {
        const gap = Math.abs(value - wanted[i]!) / Math.max(1, Math.abs(wanted[i]!));
        if (!(gap <= 1e-4)) throw new Error(`number ${i}: ${value}, not ${wanted[i]}`);
      });
    },
    120_000,
  );

  test("a page that has not loaded it is told how to", async () => {
    const [{ job }] = cases as [(typeof cases)[number]];
    const refused = await answer(browser(), { form: "esbuild" }, { ...job, ...onGpuJs });
    expect(refused).toMatchObject({ name: "BackendUnavailableError", code: "backend-unavailable" });
    expect((refused as { error: string }).error).toMatch(/globalThis\.GPU = GPU/);
  }, 120_000);
});

describeInBrowser("gpu.js in a browser without WebGL", () => {
  const browser = useBrowser(withoutGraphics);

  test("it is refused with what it would silently run on", async () => {
    const [{ job }] = cases as [(typeof cases)[number]];
    const refused = await answer(browser(), withLibrary, { ...job, ...onGpuJs });
    expect(refused).toMatchObject({ name: "BackendUnavailableError", code: "backend-unavailable" });
    expect((refused as { error: string }).error).toMatch(
      /silently run on (WebAssembly|JavaScript)/,
    );
  }, 120_000);
});
