/**
 * The gpu backend in a browser, on a GPU that is computed on the CPU: from a bundle of esbuild, from one
 * of Vite and as plain modules, which all have to do without the package `webgpu`.
 *
 * playwright-core reads functions for the page by new Function; the page itself refuses that.
 * @jest-environment-options {"codeFromStrings": true}
 */

import { serveFolder } from "../../tools/static-server.mjs";
import { copiedCases } from "./support/cases.js";
import { describeInBrowser, openPage, useBrowser } from "./support/chromium.js";
import { forms, findForms } from "./support/forms.js";
import { runNetwork } from "./support/job.js";
import type { Job } from "./support/job.js";
import type { Result, TestPage } from "./support/main.js";

type InPage = typeof globalThis & { readonly testPage: TestPage };

const flags = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"];
const headers = {
  "Content-Security-Policy":
    "default-src 'none'; img-src data:; script-src 'self' 'wasm-unsafe-eval'",
};

const numbersOf = (bytes: Uint8Array): Float32Array =>
  new Float32Array(Uint8Array.from(bytes).buffer);

describeInBrowser("the gpu backend in a browser", () => {
  const browser = useBrowser(flags);
  /** What a page gets for a job. */
  async function answer(form: string, job: Job): Promise<Result> {
    const server = await serveFolder(await findForms(), { headers });
    try {
      const { page } = await openPage(browser(), `${server.origin}/${form}/`);
      await page.waitForFunction(() => "testPage" in globalThis);
      const result = await page.evaluate(
        (given) => (globalThis as InPage).testPage.answer(given),
        job,
      );
      await page.close();
      return result;
    } finally {
      await server.close();
    }
  }

  const [{ network, job }] = copiedCases() as [ReturnType<typeof copiedCases>[number]];
  const short = { ...job, steps: Math.min(job.steps, 60), precision: "float32" as const };

  test.each(forms)(
    "from %s it gives what the iterative backend gives",
    async (form) => {
      const wanted = await runNetwork(network, { ...short, backend: "iterative" });
      const result = await answer(form, { ...short, backend: "gpu" });
      if ("error" in result) throw new Error(result.error);
      expect(result.backend).toBe("gpu");
      const found = numbersOf(Buffer.from(result.bytes, "base64"));
      const expected = numbersOf(wanted.bytes);
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
    const server = await serveFolder(await findForms(), { headers });
    try {
      const { page } = await openPage(browser(), `${server.origin}/esbuild/`);
      await page.waitForFunction(() => "testPage" in globalThis);
      const { job } = copiedCases()[0]!;
      const refused = await page.evaluate(
        (given) => (globalThis as InPage).testPage.answer(given),
        { ...job, backend: "gpu", precision: "float32" } as Job,
      );
      expect(refused).toMatchObject({
        name: "BackendUnavailableError",
        code: "backend-unavailable",
      });
    } finally {
      await server.close();
    }
  }, 120_000);
});
