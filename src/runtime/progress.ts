// Tells how far a run has come: to a function of the user, or as one line on a terminal.
// Invariant: nothing is printed where standard error is not a terminal.

import { refuse } from "./checks.js";

/** How far a run has come. */
export interface ProgressInfo {
  readonly done: number;
  readonly steps: number;
  readonly stepsPerSecond: number;
  /** Simulated time over elapsed time. */
  readonly realTimeFactor: number;
  /** Expected time to the end [s]. */
  readonly remaining: number;
}
export type ProgressOption = boolean | ((info: ProgressInfo) => void);

/** Takes the number of steps done; `end` is called once, whatever happens. */
export interface Progress {
  report(done: number): void;
  end(): void;
}

interface Terminal {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** A terminal shows no more lines in a second than people can read. */
const lineEvery = 100;
const silent: Progress = { report: () => {}, end: () => {} };

/** Standard error, where there is one and it is a terminal. */
function findTerminal(): Terminal | undefined {
  const { process } = globalThis as { process?: { stderr?: Terminal } };
  return process?.stderr?.isTTY === true ? process.stderr : undefined;
}

const short = (value: number): string =>
  value >= 1000 ? Math.round(value).toLocaleString("en-US") : value.toPrecision(3);

/** One line of text: what part is done, and how fast. */
export function progressLine(info: ProgressInfo): string {
  const percent = info.steps === 0 ? 100 : Math.floor((100 * info.done) / info.steps);
  return [
    `${String(percent).padStart(3)} %  ${info.done} of ${info.steps} steps`,
    `${short(info.stepsPerSecond)} steps/s`,
    `${short(info.realTimeFactor)} x real time`,
    `${short(info.remaining)} s left`,
  ].join("  ");
}

/** Turns the `progress` option of a run into something that takes reports. */
export function startProgress(
  option: unknown,
  steps: number,
  dt: number,
  now: () => number = () => performance.now(),
  terminal: Terminal | undefined = findTerminal(),
): Progress {
  if (option !== undefined && typeof option !== "boolean" && typeof option !== "function") {
    const allowed = "true, false or (info) => void";
    refuse("run.progress", "wrong-kind", "must be a boolean or a function", {
      got: option,
      allowed,
    });
  }
  const isShown = option === true && terminal !== undefined;
  if (!isShown && typeof option !== "function") return silent;
  const begin = now();
  let lastLine = -Infinity;
  let shown = false;
  const infoAt = (done: number, elapsed: number): ProgressInfo => {
    const seconds = Math.max(elapsed, 1e-3) / 1000;
    const stepsPerSecond = done / seconds;
    const remaining = done === 0 ? 0 : (steps - done) / stepsPerSecond;
    const realTimeFactor = (done * dt) / (seconds * 1000);
    return { done, steps, stepsPerSecond, realTimeFactor, remaining };
  };
  return {
    report(done) {
      const time = now();
      const info = infoAt(done, time - begin);
      if (typeof option === "function") (option as (info: ProgressInfo) => void)(info);
      if (!isShown || (done < steps && time - lastLine < lineEvery)) return;
      lastLine = time;
      shown = true;
      terminal.write(`\r${progressLine(info)}\u001b[K`);
    },
    end() {
      if (shown) terminal?.write("\n");
    },
  };
}
