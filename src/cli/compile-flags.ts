// The flags that say how a network is compiled, which several commands have. Invariant: what they
// allow is what compile() allows; a wrong value is wrong use, found before any file is read.

import { BackendUnavailableError, MyelinError, ValidationError } from "../errors.js";
import { orderNames } from "../lower/orders.js";
import { asyncBackends, checkCompileOptions, syncBackends } from "../runtime/options.js";
import type { CompileOptions } from "../runtime/options.js";
import { parseNumber, wrongUse } from "./flags.js";
import type { Flags } from "./flags.js";

export const compileFlags = {
  "--dt": { value: "a time step [ms]" },
  "--backend": { value: "a backend", words: ["auto", ...syncBackends, ...asyncBackends] },
  "--device": { value: "a device" },
  "--precision": { value: "a precision", words: ["float64", "float32"] },
  "--optimize": { value: "a word", words: ["none", "default"] },
  "--order": { value: "a step convention", words: orderNames },
  "--seed": { value: "a whole number" },
} as const;

/** The number behind a flag; undefined where it is not given. */
export function numberOf<F extends string>(
  flags: { one(flag: F): string | undefined },
  flag: F,
  allowed: string,
): number | undefined {
  const text = flags.one(flag);
  if (text === undefined) return undefined;
  return parseNumber(text) ?? wrongUse(flag, "must be a number", { got: text, allowed });
}

/** As `numberOf`, for whole numbers of at least `least`. */
export function wholeOf<F extends string>(
  flags: { one(flag: F): string | undefined },
  flag: F,
  least: number,
): number | undefined {
  const allowed = `whole numbers of at least ${least}`;
  const value = numberOf(flags, flag, allowed);
  if (value === undefined || (Number.isSafeInteger(value) && value >= least)) return value;
  wrongUse(flag, "must be a whole number", { got: flags.one(flag), allowed });
}

/** Runs `act`; what it refuses about an option is said about the flag of the same name. */
export function asFlags<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof MyelinError) sayAsFlag(error);
    throw error;
  }
}

/** Throws the error as wrong use where it is about an option that a flag gives. */
export function sayAsFlag(error: MyelinError): void {
  const [, named] = /^(?:compile|run)\.(\w+(?:\.every)?)/.exec(error.where) ?? [];
  const option = named?.replace(".", "-");
  const isOption = option !== undefined && option !== "input";
  if (!isOption) return;
  // A backend that is not installed is asked for in the right way.
  if (error instanceof BackendUnavailableError) {
    throw new BackendUnavailableError({ ...error.details, where: `--${option}` });
  }
  if (!(error instanceof ValidationError)) return;
  const { problem, got, allowed, hint } = error.details;
  wrongUse(`--${option}`, problem, {
    ...(got === undefined ? {} : { got }),
    ...(allowed === undefined ? {} : { allowed }),
    ...(hint === undefined ? {} : { hint }),
  });
}

/** Options for compile() from flags; `dt` where no flag gives it, `workers` where there are some. */
export function readCompileFlags(
  flags: Flags<typeof compileFlags>,
  usualDt: number | undefined,
  workers?: number,
): CompileOptions & { readonly dt: number } {
  const dt = numberOf(flags, "--dt", "> 0 [ms]") ?? usualDt;
  if (dt === undefined) wrongUse("--dt", "is missing", { allowed: "a time step > 0 [ms]" });
  const seed = wholeOf(flags, "--seed", 0);
  const [backend, precision] = [flags.one("--backend"), flags.one("--precision")];
  const [optimize, order, device] = [
    flags.one("--optimize"),
    flags.one("--order"),
    flags.one("--device"),
  ];
  const options = {
    dt,
    ...(backend === undefined ? {} : { backend }),
    ...(device === undefined ? {} : { device: device as NonNullable<CompileOptions["device"]> }),
    ...(precision === undefined ? {} : { precision }),
    ...(optimize === undefined ? {} : { optimize }),
    ...(order === undefined ? {} : { order }),
    ...(seed === undefined ? {} : { seed }),
    ...(workers === undefined ? {} : { workers }),
  };
  asFlags(() => checkCompileOptions(options));
  return options;
}
