/**
 * The library in a browser: from a bundle of esbuild, from one of Vite and as plain modules, under a
 * content security policy without code from text, with and without isolation. Invariant: a page gives
 * the bits that Node gives.
 *
 * playwright-core reads functions for the page by new Function; the page itself refuses that.
 * @jest-environment-options {"codeFromStrings": true}
 */

import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { isolation } from "../../tools/static-server.mjs";
import { copiedCases, drawnNetwork, expectedOf, missing, otherCases } from "./support/cases.js";
import type { Expected } from "./support/cases.js";
import { describeInBrowser, useBrowser } from "./support/chromium.js";
import { findForms, forms } from "./support/forms.js";
import type { Job } from "./support/job.js";
import type { LoadedPage } from "./support/loaded.js";
import type { Result, TestPage } from "./support/main.js";
import { usePages } from "./support/pages.js";

/** What a page sees as its global object. */
type InPage = typeof globalThis & { readonly testPage: TestPage };

/** What the page that only loads sees so. */
type InLoadedPage = typeof globalThis & { readonly loadedPage: LoadedPage };

const policy = (sources: string): Record<string, string> => ({
  "Content-Security-Policy": `default-src 'none'; img-src data:; script-src ${sources}`,
});
const strict = policy("'self' 'wasm-unsafe-eval'");
const sparse = [
  { backend: "sparse", precision: "float64" },
  { backend: "sparse", precision: "float32" },
] as const;
const iterative = [{ backend: "iterative", precision: "float64" }] as const;

const answer = (page: Page, job: Job): Promise<Result> =>
  page.evaluate((given) => (globalThis as InPage).testPage.answer(given), job);

/** Jobs whose result in the page is not the one of Node. */
async function findDifferences(page: Page, expected: readonly Expected[]): Promise<string[]> {
  const different: string[] = [];
  for (const { job, bytes } of expected) {
    const result = await answer(page, job);
    const name = `${job.name}, ${job.backend} ${job.precision}`;
    if ("error" in result) different.push(`${name}: ${result.error}`);
    else if (result.bytes !== bytes) different.push(`${name}: has other bits`);
  }
  return different;
}

describeInBrowser("in a browser", () => {
  const withPage = usePages(useBrowser());
  const some: Expected[] = [];
  const others: Expected[] = [];
  beforeAll(async () => {
    const made = findForms();
    const copied = copiedCases();
    some.push(...(await expectedOf([...copied, drawnNetwork()], sparse)));
    some.push(...(await expectedOf(copied, iterative)));
    others.push(...(await expectedOf(otherCases(), sparse)));
    await made;
  }, 120_000);

  describe.each(forms)("from %s", (form) => {
    test.each([true, false])(
      "it gives the bits of Node; isolated: %s",
      async (isIsolated) => {
        const complaints = await withPage(
          form,
          { ...strict, ...(isIsolated && isolation) },
          async (page) => {
            const facts = await page.evaluate(() => (globalThis as InPage).testPage.facts);
            expect(facts).toEqual({ isIsolated, isCodeFromTextRefused: true });
            // Isolation changes no arithmetic, so that fewer jobs do without it.
            const single = some.filter(({ job }) => job.precision === "float32");
            const jobs = isIsolated ? some : single.slice(-3);
            expect(await findDifferences(page, jobs)).toEqual([]);
          },
        );
        expect(complaints).toEqual([]);
      },
      60_000,
    );
  });

  if (missing > 0) {
    test.skip(`${missing} cases, which only the whole recording has`, () => undefined);
  } else {
    test("it gives the bits of Node for all other recorded cases", async () => {
      expect(others.length).toBeGreaterThan(0);
      await withPage("esbuild", strict, async (page) => {
        expect(await findDifferences(page, others)).toEqual([]);
      });
    }, 60_000);
  }

  test("a single other bit would be noticed", async () => {
    const { job, bytes } = some[0]!;
    const changed = Buffer.from(bytes, "base64");
    changed[changed.length >> 1]! ^= 1;
    await withPage("esbuild", strict, async (page) => {
      const other = { job, bytes: changed.toString("base64") };
      const name = `${job.name}, sparse float64`;
      expect(await findDifferences(page, [other])).toEqual([`${name}: has other bits`]);
    });
  });

  test("it gives them in a worker, too", async () => {
    const headers = { ...policy("'self' 'wasm-unsafe-eval'; worker-src 'self'"), ...isolation };
    await withPage("esbuild", headers, async (page) => {
      const { job, bytes } = some[0]!;
      const result = await page.evaluate(async (given) => {
        const worker = new Worker("./main.js", { type: "module" });
        const answered = new Promise((done, failed) => {
          worker.onmessage = ({ data }) => done(data);
          worker.onerror = ({ message }) => failed(new Error(message));
        });
        worker.postMessage(given);
        return answered;
      }, job);
      expect(result).toEqual({ bytes, backend: "sparse" });
    });
  });

  test("a model that Node has saved goes on in a page that fetches little more than a backend", async () => {
    const model = await drawnNetwork().network.compile({ dt: 0.1, backend: "sparse" });
    model.runSync({ steps: 100 });
    const file = Buffer.from(model.toBytes()).toString("base64");
    model.runSync({ steps: 100 });
    const wanted = Buffer.from(model.toBytes()).toString("base64");
    await withPage("loaded", strict, async (page) => {
      const fetched: Promise<Buffer>[] = [];
      page.on("response", (response) => void fetched.push(response.body()));
      await page.reload();
      await page.waitForFunction(() => "loadedPage" in globalThis);
      for (const backend of ["sparse", "iterative", "auto"] as const) {
        const goOn = ([bytes, name]: readonly [string, typeof backend]) =>
          (globalThis as unknown as InLoadedPage).loadedPage.goOn(bytes, name, 100);
        expect((await page.evaluate(goOn, [file, backend] as const)) === wanted).toBe(true);
      }
      const sizes = (await Promise.all(fetched)).map((body) => gzipSync(body).length);
      expect(sizes.length).toBeGreaterThan(3);
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(100_000);
    });
  });

  test("a run gives way to other tasks without waiting for a timer", async () => {
    await withPage("esbuild", strict, async (page) => {
      const steps = 1000;
      const time = await page.evaluate((n) => (globalThis as InPage).testPage.giveWay(n), steps);
      // Browsers let a timer wait 4 ms where timers start timers.
      expect(time).toBeLessThan(steps * 2);
    });
  });

  test("where a page allows no WebAssembly, sparse says so and auto takes iterative", async () => {
    const complaints = await withPage("esbuild", policy("'self'"), async (page) => {
      const { job, bytes } = some.find(({ job: { backend } }) => backend === "iterative")!;
      expect(await answer(page, { ...job, backend: "auto" })).toEqual({
        bytes,
        backend: "iterative",
      });
      const refused = await answer(page, { ...job, backend: "sparse" });
      expect(refused).toMatchObject({ name: "BackendUnavailableError", code: "policy" });
      expect(refused).toMatchObject({ error: expect.stringContaining("'wasm-unsafe-eval'") });
    });
    // The browser reports the refusal itself; nothing else went wrong.
    for (const complaint of complaints) expect(complaint).toMatch(/WebAssembly|wasm/);
  });
});
