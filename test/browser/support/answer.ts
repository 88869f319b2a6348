// A page of its own for one job, under a policy that allows WebAssembly and no code from text.

import type { Browser } from "playwright-core";
import { serveFolder } from "../../../tools/static-server.mjs";
import { openPage } from "./chromium.js";
import { findForms } from "./forms.js";
import type { Job } from "./job.js";
import type { Result, TestPage } from "./main.js";

type InPage = typeof globalThis & { readonly testPage: TestPage };

const headers = {
  "Content-Security-Policy":
    "default-src 'none'; img-src data:; script-src 'self' 'wasm-unsafe-eval'",
};

/** What a page of this form gets for a job; `script`: a file beside the forms that it loads before. */
export async function answer(
  browser: Browser,
  { form, script }: { readonly form: string; readonly script?: string | undefined },
  job: Job,
): Promise<Result> {
  const server = await serveFolder(await findForms(), { headers });
  try {
    const { page } = await openPage(browser, `${server.origin}/${form}/`);
    await page.waitForFunction(() => "testPage" in globalThis);
    if (script !== undefined) await page.addScriptTag({ url: `${server.origin}/${script}` });
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

export const float32sOf = (bytes: Uint8Array): Float32Array =>
  new Float32Array(Uint8Array.from(bytes).buffer);
