// Question: does the memory of a page stay as it is while its networks run for minutes and somebody
// moves their sliders? One minute for each round.

import { spawn } from "node:child_process";
import { once } from "node:events";
import type { CDPSession, Page } from "playwright-core";
import { median } from "./harness/alternate.js";
import type { Benchmark } from "./harness/benchmark.js";
import { startChromium } from "./harness/chromium.js";
import { projectFile } from "./harness/files.js";
import { showIn } from "./harness/report.js";

/** Until everything is compiled for good and has been collected once [ms]. */
const settling = 180_000;
/** Between two looks [ms], of which there are so many in a round. */
const looks = { every: 20_000, perRound: 3 };
/** How long the networks stand still before a look [ms]. */
const standing = 500;
const mebibyte = 2 ** 20;
/** Sliders of the page, with two values that take turns. */
const sliders = [
  ["left-drive", 2, 5],
  ["inhibition", 10, 40],
  ["current", 0.1, 0.3],
  ["inhibitory-weight", 20, 60],
] as const;

/** What a page holds after its garbage was collected [bytes]. */
interface Held {
  /** Objects of JavaScript, and the arrays that they own. */
  readonly objects: number;
  readonly arrays: number;
  /** Memories of WebAssembly that are still there. */
  readonly memories: number;
}

/** Keeps a list of all memories, so that they can be counted. */
function countMemories(): void {
  const made: WeakRef<WebAssembly.Memory>[] = [];
  const Usual = WebAssembly.Memory;
  WebAssembly.Memory = class extends Usual {
    constructor(descriptor: WebAssembly.MemoryDescriptor) {
      super(descriptor);
      made.push(new WeakRef(this));
    }
  };
  const bytes = (): number =>
    made.reduce((sum, memory) => sum + (memory.deref()?.buffer.byteLength ?? 0), 0);
  Object.assign(globalThis, { memoryBytes: bytes });
}

/** Presses the button that lets the networks stand still, or go on. */
async function press(session: CDPSession): Promise<void> {
  const expression = `document.getElementById("pause").click()`;
  await session.send("Runtime.evaluate", { expression });
}

async function look(page: Page, session: CDPSession): Promise<Held> {
  // Else there would be new garbage between a collection and the look, more or less by chance.
  await press(session);
  await page.waitForTimeout(standing);
  // What is freed by one collection lets the next one free more.
  for (let i = 0; i < 3; i += 1) await session.send("HeapProfiler.collectGarbage");
  const heap = await session.send("Runtime.getHeapUsage");
  const { result } = await session.send("Runtime.evaluate", { expression: "memoryBytes()" });
  await press(session);
  const { backingStorageSize = 0 } = heap as { backingStorageSize?: number };
  return { objects: heap.usedSize, arrays: backingStorageSize, memories: Number(result.value) };
}

async function moveSliders(session: CDPSession, round: number): Promise<void> {
  for (const [id, ...values] of sliders) {
    const value = values[round % 2]!;
    const expression = `{
      const slider = document.getElementById("${id}");
      slider.value = "${value}";
      slider.dispatchEvent(new Event("input", { bubbles: true }));
      slider.valueAsNumber;
    }`;
    const { result } = await session.send("Runtime.evaluate", { expression });
    if (result.value !== value) throw new Error(`the slider ${id} did not move to ${value}`);
  }
}

/** Builds and serves the page; gives its address. */
async function serveDemo() {
  const script = projectFile("tools/demo-page.mjs");
  const server = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await once(server.stdout, "data")) as [Buffer];
  return { address: line.toString().trim(), end: () => void server.kill() };
}

async function watch(address: string, rounds: number): Promise<Held[]> {
  const browser = await startChromium();
  try {
    const page = await browser.newPage();
    // Given as text, here and below: the driver makes code of functions, which is refused here.
    await page.addInitScript({ content: `(${String(countMemories)})();` });
    await page.goto(address);
    const session = await page.context().newCDPSession(page);
    await session.send("HeapProfiler.enable");
    await page.waitForTimeout(settling);
    const found = [await look(page, session)];
    for (let i = 0; i < rounds * looks.perRound; i += 1) {
      if (i % looks.perRound === 0) await moveSliders(session, i / looks.perRound);
      await page.waitForTimeout(looks.every);
      found.push(await look(page, session));
    }
    return found;
  } finally {
    await browser.close();
  }
}

export const page: Benchmark = {
  question: "does the memory of a page stay flat over minutes?",
  async run(context) {
    const { address, end } = await serveDemo();
    try {
      const found = await watch(address, context.rounds);
      const kinds = ["objects", "arrays", "memories"] as const;
      const sums = found.map((held) => held.objects + held.arrays + held.memories);
      // What the browser keeps of its own differs from look to look; three of them are one.
      const first = median(sums.slice(0, looks.perRound));
      const last = median(sums.slice(-looks.perRound));
      const range = (values: readonly number[]): string =>
        [Math.min(...values), Math.max(...values)]
          .map((size) => showIn(size / mebibyte, "MiB"))
          .join(" to ");
      context.report({
        case: `both networks of the page, ${context.rounds} minutes`,
        quantity: "growth of objects, arrays and WebAssembly memory",
        value: (100 * (last - first)) / first,
        unit: "%",
        goal: { atMost: 1 },
        columns: Object.fromEntries(
          kinds.map((kind) => [
            kind === "memories" ? "WebAssembly memory" : kind,
            range(found.map((held) => held[kind])),
          ]),
        ),
        raw: Object.fromEntries(kinds.map((kind) => [kind, found.map((held) => held[kind])])),
        notes: { unit: "bytes" },
      });
    } finally {
      end();
    }
  },
};
