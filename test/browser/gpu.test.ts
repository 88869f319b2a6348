/**
 * The gpu backend in a browser, on a GPU that is computed on the CPU: from a bundle of esbuild, from one
 * of Vite and as plain modules, which all have to do without the package `webgpu`.
 *
 * playwright-core reads functions for the page by new Function; the page itself refuses that.
 * @jest-environment-options {"codeFromStrings": true}
 */

import { answer, float32sOf } from "./support/answer.js";
import { copiedCases } from "./support/cases.js";
import { describeInBrowser, useBrowser } from "./support/chromium.js";
import { forms } from "./support/forms.js";
import { runNetwork } from "./support/job.js";

const flags = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"];

describeInBrowser("the gpu backend in a browser", () => {
  const browser = useBrowser(flags);
  const [{ network, job }] = copiedCases() as [ReturnType<typeof copiedCases>[number]];
  const short = { ...job, steps: Math.min(job.steps, 60), precision: "float32" as const };

  test.each(forms)(
    "from %s it gives what the iterative backend gives",
    async (form) => {
      const wanted = await runNetwork(network, { ...short, backend: "iterative" });
      const result = await answer(browser(), { form }, { ...short, backend: "gpu" });
      if ("error" in result) throw new Error(result.error);
      expect(result.backend).toBe("gpu");
      const found = float32sOf(Buffer.from(result.bytes, "base64"));
      const expected = float32sOf(wanted.bytes);
      expect(found).toHaveLength(expected.length);
      found.forEach((value, i) => {
        const gap = Math.abs(value - expected[i]!) / Math.max(1, Math.abs(expected[i]!));
        if (!(gap <= 1e-4)) throw new Error(`number ${i}: ${value}, not ${expected[i]}`);
      });
    },
    120_000,
  );
});

describeInBrowser("the gpu backend in a browser without WebGPU", () => {
  const browser = useBrowser();

  test("it says that there is none", async () => {
    const { job } = copiedCases()[0]!;
    const unavailable = { ...job, backend: "gpu", precision: "float32" } as const;
    const refused = await answer(browser(), { form: "esbuild" }, unavailable);
    expect(refused).toMatchObject({ name: "BackendUnavailableError", code: "backend-unavailable" });
  }, 120_000);
});
