// The browser of the tests: the Chromium of this machine, without a window. Invariant: where there is
// none, tests are skipped and say how to get one; nothing is downloaded.

import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";
import type { Browser, Page } from "playwright-core";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The program: what MYELIN_CHROMIUM names, else the first that is in the path. */
export function findChromium(): string | undefined {
  const { MYELIN_CHROMIUM: given, PATH = "" } = process.env;
  if (given !== undefined && given !== "") return given;
  const folders = PATH.split(delimiter).filter((folder) => folder !== "");
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isProgram);
}

const program = findChromium();
const howTo =
  "tests in a browser are skipped, because there is no chromium in the path; " +
  "apt-get install --no-install-recommends chromium, or name the program in MYELIN_CHROMIUM";

/** Declares tests that need a browser; where there is none, one that says so stands in for them. */
export function describeInBrowser(name: string, tests: () => void): void {
  if (program !== undefined) {
    describe(name, tests);
    return;
  }
  // Jest names skipped tests only when it runs a single file.
  console.warn(howTo);
  describe(name, () => test.skip(howTo, () => undefined));
}

/** A browser for the tests of a file; `more` are further words of its command line. */
export function useBrowser(more: readonly string[] = []): () => Browser {
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: program!,
      // Containers run as root, which Chromium's sandbox refuses, and have little shared memory.
      args: ["--no-sandbox", "--disable-dev-shm-usage", ...more],
    });
  }, 60_000);
  afterAll(() => browser?.close());
  return () => browser!;
}

/** A page with everything that it complained about. */
export interface Opened {
  readonly page: Page;
  readonly complaints: string[];
}

/** Opens an address in a page of its own. */
export async function openPage(
  browser: Browser,
  address: string,
  viewport = { width: 1280, height: 800 },
): Promise<Opened> {
  const page = await browser.newPage({ viewport });
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("requestfailed", (request) => complaints.push(`${request.url()} failed`));
  await page.goto(address);
  return { page, complaints };
}
