// Processes of their own for what is measured, so that no contestant meets the heap, the optimised
// code or the garbage of another one. Invariant: a worker answers one question at a time.

import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The functions of a worker, by name. */
export type Service<S> = { readonly [K in keyof S]: (...args: never[]) => unknown };

export interface Worker<S extends Service<S>> {
  /** Calls a function of the worker. */
  ask<K extends keyof S & string>(
    name: K,
    ...args: Parameters<S[K]>
  ): Promise<Awaited<ReturnType<S[K]>>>;
  end(): void;
}

interface Question {
  readonly name: string;
  readonly args: readonly unknown[];
}
type Answer = { readonly value: unknown } | { readonly error: string };

/** Starts a file of benchmarks/, given from there without its ending. */
export function startWorker<S extends Service<S>>(
  file: string,
  flags: readonly string[] = [],
): Worker<S> {
  const path = fileURLToPath(new URL(`../${file}.js`, import.meta.url));
  const child = fork(path, {
    execArgv: [...process.execArgv, ...flags],
    serialization: "advanced",
  });
  return {
    ask: <K extends keyof S & string>(name: K, ...args: Parameters<S[K]>) =>
      new Promise<Awaited<ReturnType<S[K]>>>((resolve, reject) => {
        const onExit = (code: number | null): void =>
          reject(new Error(`${file} ended with ${code} instead of answering ${name}`));
        child.once("exit", onExit);
        child.once("message", (answer: Answer) => {
          child.removeListener("exit", onExit);
          if ("error" in answer) reject(new Error(`${file}, ${name}: ${answer.error}`));
          else resolve(answer.value as Awaited<ReturnType<S[K]>>);
        });
        child.send({ name, args } satisfies Question);
      }),
    end: () => void child.disconnect(),
  };
}

/** In a worker: answers questions until the other side hangs up. */
export function serve<S extends Service<S>>(service: S): void {
  const functions = new Map(
    Object.entries(service) as [string, (...args: readonly unknown[]) => unknown][],
  );
  const answer = (reply: Answer): void => void process.send?.(reply);
  process.on("message", async ({ name, args }: Question) => {
    try {
      answer({ value: await functions.get(name)!(...args) });
    } catch (error) {
      answer({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  });
}
