/**
 * Workers in a page: from a bundle of esbuild, from one of Vite and as plain modules, a network runs on
 * several threads with the bits of one, the page can be used meanwhile, and a worker that is lost is an
 * error. In a page that is not isolated it runs on one thread and says why.
 *
 * playwright-core reads functions for the page by new Function; the page itself refuses that.
 * @jest-environment-options {"codeFromStrings": true}
 */

import { isolation } from "../../tools/static-server.mjs";
import { drawnNetwork } from "./support/cases.js";
import { describeInBrowser, useBrowser } from "./support/chromium.js";
import { findForms, forms } from "./support/forms.js";
import { compileFor, runAtOnce, runNetwork } from "./support/job.js";
import type { Job } from "./support/job.js";
import type { Loss, Lost } from "./support/loss.js";
import type { TestPage } from "./support/main.js";
import { usePages } from "./support/pages.js";

/** What a page sees as its global object. */
type InPage = typeof globalThis & { readonly testPage: TestPage };

const headers = {
  "Content-Security-Policy":
    "default-src 'none'; img-src data:; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'",
};
const isolated = { ...headers, ...isolation };
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");

const measures = process.env["MYELIN_RUNS"] !== undefined;
/** What MYELIN_RUNS=1 prints of a lost worker; a machine that is busy takes longer, so no test asks. */
const said = ({ afterProgress, wentOn }: Lost): string =>
  `${afterProgress.toFixed()} ms from the last step to the error, ${wentOn.toFixed()} ms after it began`;

describeInBrowser("workers in a browser", () => {
  const withPage = usePages(useBrowser());
  const { network, job: drawn } = drawnNetwork();
  const job: Job = { ...drawn, backend: "sparse", precision: "float64" };
  let stepped = "";
  let atOnce = "";
  beforeAll(async () => {
    const made = findForms();
    stepped = base64((await runNetwork(network, job)).bytes);
    atOnce = base64((await runAtOnce(network, { ...job, steps: 2000 })).bytes);
    await made;
  }, 120_000);

  test.each(forms)(
    "from %s: the bits of one thread",
    async (form) => {
      const complaints = await withPage(form, isolated, async (page) => {
        let workers = 0;
        page.on("worker", () => (workers += 1));
        const many = { ...job, workers: 2 };
        const found = await page.evaluate(
          (given) => (globalThis as InPage).testPage.answer(given),
          many,
        );
        expect(found).toEqual({ bytes: stepped, backend: "sparse" });
        const { bytes, warnings, turns } = await page.evaluate(
          (given) => (globalThis as InPage).testPage.runInBackground(given),
          { ...many, workers: 3, steps: 2000 },
        );
        expect(bytes === atOnce).toBe(true);
        expect(warnings).toBe("");
        expect(turns).toBeGreaterThan(0);
        expect(workers).toBe(5);
        // A model that is disposed of ends its workers.
        while (form === "esbuild" && page.workers().length > 0) await page.waitForTimeout(20);
      });
      expect(complaints).toEqual([]);
    },
    60_000,
  );

  test("without isolation: one thread, and a note", async () => {
    const complaints = await withPage("esbuild", headers, async (page) => {
      const { bytes, warnings } = await page.evaluate(
        (given) => (globalThis as InPage).testPage.runInBackground(given),
        { ...job, workers: 2, steps: 2000 },
      );
      expect(bytes === atOnce).toBe(true);
      expect(warnings).toMatch(/one thread.*not isolated.*Cross-Origin-Opener-Policy/);
      expect(page.workers()).toHaveLength(0);
    });
    expect(complaints).toEqual([]);
  });

  test("a worker of a page has workers of its own", async () => {
    await withPage("esbuild", isolated, async (page) => {
      const result = await page.evaluate(
        async (given) => {
          const worker = new Worker("./main.js", { type: "module" });
          const answered = new Promise((done, failed) => {
            worker.onmessage = ({ data }) => done(data);
            worker.onerror = ({ message }) => failed(new Error(message));
          });
          worker.postMessage(given);
          return answered.finally(() => worker.terminate());
        },
        { ...job, workers: 2 },
      );
      expect(result).toEqual({ bytes: stepped, backend: "sparse" });
    });
  });

  test.each<Loss>(["throws", "stalls", "is terminated"])("a worker that %s", async (loss) => {
    await withPage("esbuild", isolated, async (page) => {
      const lost = await page.evaluate(
        ([given, how]) => (globalThis as InPage).testPage.lose(given, how),
        [{ ...job, workers: 3 }, loss] as const,
      );
      expect(lost).toMatchObject({ error: "WorkerError worker-lost", workers: 3 });
      expect(lost.steps).toBeGreaterThanOrEqual(5);
      if (measures) console.log(`a worker that ${loss}: ${said(lost)}`);
      // What was done until it stopped, also after it was told to end, is what one thread does.
      const one = await compileFor(network, { ...job, workers: 1 });
      await one.run({ steps: lost.steps });
      expect(lost.bytes === base64(Uint8Array.from(await one.snapshot()))).toBe(true);
    });
  });

  test("a bundle that lacks the file of the workers says how to add it", async () => {
    await withPage("esbuild", isolated, async (page) => {
      const file = "**/web-thread*.js";
      await page.route(file, (route) => route.fulfill({ status: 404 }));
      const result = await page.evaluate((given) => (globalThis as InPage).testPage.answer(given), {
        ...job,
        workers: 2,
      });
      await page.unroute(file);
      expect(result).toMatchObject({ name: "WorkerError", code: "worker-lost" });
      expect(result).toMatchObject({ error: expect.stringContaining("myelin/web-thread.js") });
    });
  });
});
