/**
 * The page in examples/browser, as `npm run demo:page` builds and serves it: both networks run, react
 * to their sliders, can be used by keyboard and fit on a phone.
 *
 * playwright-core reads functions for the page by new Function; the page itself refuses that.
 * @jest-environment-options {"codeFromStrings": true}
 */

import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import type { Page } from "playwright-core";
import { describeInBrowser, openPage, useBrowser } from "./support/chromium.js";

/** What a network says of itself, by the name of the number. */
function readouts(page: Page, id: string): Promise<Record<string, string>> {
  return page.$$eval(`#${id} dl > div`, (groups) =>
    Object.fromEntries(
      groups.map((group) => Array.from(group.children, ({ textContent }) => textContent)),
    ),
  );
}

/** The number that a readout begins with. */
const numberIn = (text: string | undefined): number => Number.parseFloat(text ?? "");

/** Waits until a readout is as expected. */
async function waitFor(
  page: Page,
  id: string,
  name: string,
  isRight: (text: string) => boolean,
): Promise<void> {
  for (;;) {
    const text = (await readouts(page, id))[name];
    if (text !== undefined && isRight(text)) return;
    await page.waitForTimeout(100);
  }
}

/** Sets a slider as a user does. */
const slide = (page: Page, id: string, value: number): Promise<void> =>
  page.locator(`#${id}`).fill(String(value));

/** Number of pixels of a canvas that something was drawn to. */
const drawnPixels = (page: Page, selector: string): Promise<number> =>
  page.$eval(selector, (element) => {
    const { width, height } = element as HTMLCanvasElement;
    const context = (element as HTMLCanvasElement).getContext("2d")!;
    const { data } = context.getImageData(0, 0, width, height);
    return data.filter((value, i) => i % 4 === 3 && value > 0).length;
  });

describeInBrowser("the page", () => {
  const browser = useBrowser();
  let server: ChildProcess;
  let address = "";
  beforeAll(async () => {
    server = spawn(process.execPath, ["tools/demo-page.mjs"], { stdio: ["ignore", "pipe", 2] });
    const [line] = (await once(server.stdout!, "data")) as [Buffer];
    address = line.toString().trim();
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
  }, 60_000);
  afterAll(() => void server.kill());

  test("both networks run, and draw, without a complaint", async () => {
    const { page, complaints } = await openPage(browser(), address);
    for (const id of ["half-centre", "balanced"]) {
      await waitFor(page, id, "Steps per second", (text) => numberIn(text) > 0);
      const first = numberIn((await readouts(page, id))["Simulated time"]);
      await waitFor(page, id, "Simulated time", (text) => numberIn(text) > first);
      expect(await readouts(page, id)).toMatchObject({ Backend: "sparse" });
    }
    await waitFor(page, "balanced", "Rate, excitatory", (text) => numberIn(text) > 0);
    for (const canvas of [".traces", ".raster", ".rates"]) {
      expect(await drawnPixels(page, canvas)).toBeGreaterThan(50);
    }
    expect(complaints).toEqual([]);
    await page.close();
  });

  test("sliders change the networks while they run, and can be set back", async () => {
    const { page, complaints } = await openPage(browser(), address);
    await slide(page, "half-centre-speed", 1);
    await waitFor(page, "half-centre", "Period", (text) => numberIn(text) > 700);
    await slide(page, "left-drive", 5);
    await slide(page, "right-drive", 5);
    await waitFor(page, "half-centre", "Period", (text) => numberIn(text) < 600);
    await slide(page, "inhibition", 50);
    await waitFor(page, "half-centre", "Period", (text) => text === "no rhythm");

    await waitFor(page, "balanced", "Rate, excitatory", (text) => numberIn(text) > 3);
    await slide(page, "balanced-speed", 0);
    await slide(page, "current", -0.2);
    await slide(page, "excitation", 0);
    await waitFor(page, "balanced", "Rate, excitatory", (text) => numberIn(text) < 1);
    await page.locator("#balanced [type=reset]").click();
    expect(await page.locator("#current").inputValue()).toBe("0.2");
    await waitFor(page, "balanced", "Rate, excitatory", (text) => numberIn(text) > 3);
    await slide(page, "inhibitory-weight", 0);
    await waitFor(page, "balanced", "Rate, inhibitory", (text) => numberIn(text) > 60);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test("it can be paused, continued and restarted by keyboard", async () => {
    const { page } = await openPage(browser(), address);
    const pause = page.locator("#pause");
    await waitFor(page, "half-centre", "Simulated time", (text) => numberIn(text) > 1);
    await page.keyboard.press("Space");
    expect(await pause.textContent()).toBe("Continue");
    const before = await readouts(page, "half-centre");
    await page.waitForTimeout(700);
    expect(await readouts(page, "half-centre")).toEqual(before);

    const focused = () =>
      page.evaluate(() => document.activeElement?.id || document.activeElement?.textContent);
    const order: (string | null | undefined)[] = [];
    for (let i = 0; i < 7; i += 1) {
      await page.keyboard.press("Tab");
      order.push(await focused());
    }
    const sliders = ["left-drive", "right-drive", "inhibition", "half-centre-speed"];
    expect(order).toEqual(["pause", ...sliders, "Restart", "Default values"]);
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Space");
    expect(await readouts(page, "half-centre")).toMatchObject({ "Simulated time": "0.00 s" });

    await page.locator("#left-drive").focus();
    await page.keyboard.press("ArrowRight");
    expect(await page.locator('output[for="left-drive"]').textContent()).toBe("1.1 nA");
    await page.keyboard.press("Space");
    expect(await pause.textContent()).toBe("Pause");
    await waitFor(page, "half-centre", "Simulated time", (text) => numberIn(text) > 0);
    await page.close();
  });

  test("it fits into 360 pixels and more, and every slider has a label", async () => {
    const { page } = await openPage(browser(), address, { width: 360, height: 740 });
    await waitFor(page, "balanced", "Simulated time", () => true);
    for (const width of [360, 768, 1280]) {
      await page.setViewportSize({ width, height: 740 });
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    }
    const labels = await page.$$eval("input", (inputs) =>
      inputs.map(({ labels }) => labels?.[0]?.textContent ?? ""),
    );
    expect(labels).toHaveLength(8);
    expect(labels).not.toContain("");
    await page.close();
  });
});
