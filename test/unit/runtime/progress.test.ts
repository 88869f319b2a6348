// The line on the terminal: only there, not more often than it can be read, and always closed.

import { progressLine, startProgress } from "../../../src/runtime/progress.js";
import type { ProgressInfo } from "../../../src/runtime/progress.js";

function terminal(isTTY: boolean) {
  const written: string[] = [];
  return { isTTY, written, write: (text: string) => void written.push(text) };
}

test("the line tells part, speed, real-time factor and time left", () => {
  const info = {
    done: 50,
    steps: 200,
    stepsPerSecond: 12345,
    realTimeFactor: 1.2345,
    remaining: 3,
  };
  expect(progressLine(info)).toBe(
    " 25 %  50 of 200 steps  12,345 steps/s  1.23 x real time  3.00 s left",
  );
  expect(progressLine({ ...info, done: 0, steps: 0 })).toMatch(/^100 %/);
});

test("it is written again after a tenth of a second and at the end, on one line", () => {
  const shown = terminal(true);
  let time = 0;
  const progress = startProgress(true, 100, 0.1, () => time, shown);
  for (time = 10; time <= 1000; time += 10) progress.report(time / 10);
  progress.end();
  expect(shown.written).toHaveLength(12);
  expect(shown.written.at(-1)).toBe("\n");
  expect(shown.written.slice(0, -1).every((text) => text.startsWith("\r"))).toBe(true);
  expect(shown.written.at(-2)).toMatch("100 %  100 of 100 steps  100 steps/s");
});

test("nothing is written where there is no terminal", () => {
  const file = terminal(false);
  const progress = startProgress(true, 10, 0.1, () => 0, undefined);
  progress.report(10);
  progress.end();
  expect(file.written).toEqual([]);
});

test("a function gets numbers that are finite from the first report on", () => {
  const seen: ProgressInfo[] = [];
  const progress = startProgress(
    (info: ProgressInfo) => seen.push(info),
    10,
    0.5,
    () => 7,
  );
  progress.report(0);
  progress.report(10);
  for (const info of seen) expect(Object.values(info).every(Number.isFinite)).toBe(true);
});
