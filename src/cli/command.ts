// What the commands have in common. Types, and the loading and compiling that each starts with.

import type { Network } from "../compile.js";
import { MyelinError } from "../errors.js";
import type { AsyncModel } from "../runtime/async-model.js";
import type { Model } from "../runtime/model.js";
import type { CompileOptions } from "../runtime/options.js";
import { visible } from "../util/visible.js";
import { sayAsFlag } from "./compile-flags.js";
import type { Sink, Surroundings } from "./streams.js";

/** What a command works with. */
export interface Context extends Pick<Surroundings, "stdin" | "onInterrupt"> {
  readonly cwd: string;
  readonly out: Sink;
  readonly error: Sink;
}

/** A command: does what its arguments say and gives back an exit code. */
export type Command = (args: readonly string[], context: Context) => Promise<number>;

/** Exit codes. */
export const codes = { done: 0, failed: 1, wrongUse: 2, interrupted: 130 } as const;

/** A note on standard error. */
export const note = ({ error }: Context, kind: "note" | "warning", text: string): void =>
  error.writeNow(`${kind}: ${visible(text)}\n`);

/** Compiles; warnings go to standard error unless the options say otherwise. */
export async function compileFor(
  context: Context,
  network: Network,
  options: CompileOptions,
): Promise<Model | AsyncModel> {
  try {
    return await network.compile({
      onWarning: (text) => note(context, "warning", text),
      debugSink: (text) => context.error.writeNow(`${visible(text)}\n`),
      ...options,
    });
  } catch (error) {
    if (error instanceof MyelinError) sayAsFlag(error);
    throw error;
  }
}
