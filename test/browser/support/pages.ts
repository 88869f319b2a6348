// Test pages that stay open for the tests of a file: opening one takes as long as most tests. Invariant:
// a page is shared only by tests that ask for the same form with the same headers.

import type { Browser, Page } from "playwright-core";
import { serveFolder } from "../../../tools/static-server.mjs";
import { openPage } from "./chromium.js";
import { findForms } from "./forms.js";

type Server = Awaited<ReturnType<typeof serveFolder>>;
type Headers = Readonly<Record<string, string>>;

/** Opens a form with these headers, or takes the page that is open; gives what it complained about. */
export type WithPage = (
  form: string,
  headers: Headers,
  use: (page: Page) => Promise<void>,
) => Promise<string[]>;

async function open(browser: Browser, form: string, headers: Headers) {
  const server = await serveFolder(await findForms(), { headers });
  const opened = await openPage(browser, `${server.origin}/${form}/`);
  await opened.page.waitForFunction(() => "testPage" in globalThis || "loadedPage" in globalThis);
  return { ...opened, server };
}

/** Pages for the tests of a file; the browser closes them, the servers end with it. */
export function usePages(browser: () => Browser): WithPage {
  const known = new Map<string, ReturnType<typeof open>>();
  const servers: Server[] = [];
  afterAll(() => Promise.all(servers.map((server) => server.close())));
  return async (form, headers, use) => {
    const key = JSON.stringify([form, headers]);
    const opening = known.get(key) ?? open(browser(), form, headers);
    known.set(key, opening);
    const { page, complaints, server } = await opening;
    if (!servers.includes(server)) servers.push(server);
    await use(page);
    // What it complained about while it was loaded belongs to the first test.
    return complaints.splice(0);
  };
}
