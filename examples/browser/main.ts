// The program of the page: compiles both networks, binds them to their parts of the page and lets
// them run, picture by picture. Invariant: what goes wrong is said on the page.

import { balanced } from "./balanced.js";
import { find, usePause, useReadouts, useSlider } from "./controls.js";
import { halfCentre } from "./half-centre.js";
import { Live } from "./live.js";
import type { Scene } from "./live.js";

async function begin(id: string, make: (part: HTMLElement) => Promise<Scene>): Promise<Live> {
  const part = find(document, `#${id}`, HTMLElement);
  const live = new Live(await make(part), useReadouts(find(part, "dl", HTMLElement)));
  useSlider(`${id}-speed`, (speed) => void (live.speed = speed));
  find(part, ".restart", HTMLButtonElement).addEventListener("click", () => live.restart());
  return live;
}

async function main(): Promise<void> {
  const isPaused = usePause(find(document, "#pause", HTMLButtonElement));
  const lives = [await begin("half-centre", halfCentre), await begin("balanced", balanced)];
  let last = performance.now();
  const picture = (now: number): void => {
    // A page that nobody looked at does not catch up.
    const elapsed = Math.min(Math.max(now - last, 0), 100);
    last = now;
    if (!isPaused()) for (const live of lives) live.advance(elapsed);
    requestAnimationFrame(picture);
  };
  requestAnimationFrame(picture);
}

main().catch((error: unknown) => {
  const problem = find(document, "#problem", HTMLElement);
  problem.textContent = error instanceof Error ? error.message : String(error);
  problem.hidden = false;
});
