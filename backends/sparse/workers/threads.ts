// The threads of a model, started and ended together. Invariant: after a failure none is left, and what
// failed first is the error of every later call.

import { WorkerError } from "../../../src/errors.js";
import type { Control } from "./control.js";
import { startThread, type Thread } from "./start-thread.js";
import type { Task } from "./task.js";

/**
 * The wait after which a thread looks again for signs of life [ms]. Waits are counted and not time: where
 * a machine is so busy, or asleep, that who waits is late as well, patience becomes as much longer. That
 * is why waits are short.
 */
export const slice = 50;
/**
 * Waits without a sign of life after which a thread is stuck. A thread that works shows it every 50 ms,
 * one that has to share its core gets a turn of some milliseconds each time: to be away for so long it
 * would have to share it with a hundred. With the first wait and the page's own delays, it is less than
 * a second.
 */
const mostSlices = 14;
/** Until a thread has started it may take longer: it reads files, and others may be starting, too. */
const mostStartSlices = 600;
/** A step of another part may take so many times as long as one of which it is known. */
const slowest = 20;

export interface ThreadsParts {
  readonly where: string;
  readonly control: Control;
  /** One for each part that is not done by the thread that leads. */
  readonly tasks: readonly Task[];
}

export class Threads {
  readonly #where: string;
  readonly #control: Control;
  readonly #tasks: readonly Task[];
  readonly #threads: Thread[] = [];
  /** What ended a thread that should still be there, by part. */
  readonly #ended = new Map<number, unknown>();
  #isOver = false;
  #failure: WorkerError | undefined;

  constructor({ where, control, tasks }: ThreadsParts) {
    this.#where = where;
    this.#control = control;
    this.#tasks = tasks;
    try {
      for (const task of tasks) {
        const onEnd = (cause: unknown): void => {
          if (!this.#ended.has(task.part)) this.#ended.set(task.part, cause);
        };
        this.#threads.push(startThread(task, onEnd));
      }
    } catch (cause) {
      this.end();
      const task = tasks[this.#threads.length]!;
      throw this.#error(`${this.#nameOf(task.part)} cannot be started`, cause);
    }
  }

  #nameOf(part: number): string {
    return `worker ${part + 1} of ${this.#tasks[0]!.parts}`;
  }

  /** A thread that is ended before it has started need not say so. */
  async #within(started: Promise<void>): Promise<void> {
    const longest = mostStartSlices * slice;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no sign of life for ${longest} ms`)), longest);
    });
    try {
      await Promise.race([started, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Waits until all threads have started. */
  async started(): Promise<void> {
    for (const [i, thread] of this.#threads.entries()) {
      try {
        await this.#within(thread.started);
      } catch (cause) {
        this.end();
        throw this.#error(`${this.#nameOf(this.#tasks[i]!.part)} did not start`, cause);
      }
    }
  }

  /** What ended the threads, if something did. */
  get failure(): WorkerError | undefined {
    return this.#failure;
  }

  #error(problem: string, cause?: unknown): WorkerError {
    const reason = cause instanceof Error ? `: ${cause.message}` : "";
    return new WorkerError({
      code: "worker-lost",
      where: this.#where,
      problem: `${problem}${reason}`,
      ...(cause !== undefined && { cause }),
      hint:
        "The state of some steps before can still be read: take a snapshot, and restore it into a " +
        "model that is compiled anew.",
    });
  }

  /** Ends all threads, because something else went wrong here. */
  abandon(problem: string, cause: unknown): void {
    if (this.#failure !== undefined) return;
    this.#failure = this.#error(problem, cause);
    this.#control.raise(0, "the thread that leads failed");
    this.end();
  }

  /** Ends all threads and throws. */
  fail(part: number, problem: string, cause?: unknown): never {
    this.#control.raise(0, "another worker failed");
    this.#failure = this.#error(`${this.#nameOf(part)} ${problem}`, cause);
    this.end();
    throw this.#failure;
  }

  /** Throws where a thread has failed or ended. */
  check(): void {
    if (this.#failure !== undefined) throw this.#failure;
    const { fault } = this.#control;
    if (fault > 0) this.fail(fault - 1, `failed: ${this.#control.textOf(fault - 1)}`);
    for (const [part, cause] of this.#ended) this.fail(part, "has ended", cause);
  }

  /** Throws when a part has been waited for so often without a sign of life that it must be stuck. */
  judge(part: number, slices: number, stepTime: number): void {
    const most = this.#control.beats(part) === 0 ? mostStartSlices : mostSlices;
    const patience = most + Math.floor((slowest * stepTime) / slice);
    if (slices >= patience) this.fail(part, `did not answer for ${slices * slice} ms`);
  }

  /** Ends all threads. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const thread of this.#threads) thread.end();
  }
}
