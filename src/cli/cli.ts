// The command `myelin` but for the process around it. Invariant: it never throws and never ends the
// process; whatever goes wrong becomes a line on standard error and an exit code.

import { MyelinError } from "../errors.js";
import { nearestNames } from "../util/nearest.js";
import { visible } from "../util/visible.js";
import { codes } from "./command.js";
import { compile } from "./compile.js";
import { calibrate } from "./calibrate.js";
import { convert } from "./convert.js";
import type { Command, Context } from "./command.js";
import { devices } from "./devices.js";
import { isWrongUse, wrongUse } from "./flags.js";
import { help } from "./help.js";
import { inspect } from "./inspect.js";
import { jsonText } from "./json.js";
import { models } from "./models.js";
import { run } from "./run.js";
import { Sink } from "./streams.js";
import type { Surroundings } from "./streams.js";
import { version } from "./version.js";

const commands = {
  run,
  compile,
  convert,
  inspect,
  models,
  devices,
  calibrate,
} as const satisfies Record<string, Command>;
type CommandName = keyof typeof commands;
const commandNames = Object.keys(commands) as CommandName[];

const isCommand = (name: string): name is CommandName => Object.hasOwn(commands, name);

/** Whether help is asked for: what is behind "--" is no flag. */
function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  const flags = end < 0 ? args : args.slice(0, end);
  return flags.includes("--help") || flags.includes("-h");
}

function refuseCommand(name: string | undefined): never {
  const allowed = commandNames.join(", ");
  const hint = "See myelin --help.";
  if (name === undefined) wrongUse("myelin", "needs a command", { allowed, hint });
  const isFlag = name.startsWith("-");
  const known = isFlag ? ["--help", "--version"] : commandNames;
  const near = nearestNames(name, known);
  wrongUse(name, isFlag ? "unknown flag" : "unknown command", {
    got: name,
    allowed: near.length > 0 ? near.join(" or ") : known.join(", "),
    hint,
  });
}

async function dispatch(args: readonly string[], context: Context): Promise<number> {
  const [name, ...rest] = args;
  if (name !== undefined && isCommand(name)) {
    if (!asksForHelp(rest)) return commands[name](rest, context);
    await context.out.write([help[name]]);
    return codes.done;
  }
  if (name === "--version" || name === "-v" || name === "version") {
    if (rest.length > 0)
      wrongUse(rest[0]!, "one argument too many", { hint: "See myelin --help." });
    await context.out.write([`${version()}\n`]);
    return codes.done;
  }
  if (name !== "--help" && name !== "-h" && name !== "help") refuseCommand(name);
  const [about] = rest;
  if (about !== undefined && !isCommand(about)) refuseCommand(about);
  await context.out.write([about === undefined ? help.main : help[about]]);
  return codes.done;
}

/** What went wrong, for programs. */
function errorJson(error: MyelinError): string {
  const { name, code, where, message, hint } = error;
  return `${jsonText({ error: { name, code, where, message, hint } })}\n`;
}

/** Errors of Myelin say all that is needed; anything else is a defect, and its place matters. */
function textOf(error: unknown): string {
  if (error instanceof MyelinError) return error.message;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `this is a defect of Myelin; please report it.\n${text}`;
}

async function report(error: unknown, args: readonly string[], context: Context): Promise<number> {
  const isUse = isWrongUse(error);
  const [name = ""] = args;
  const text = textOf(error);
  const hint =
    isUse && !text.includes("--help") && isCommand(name) ? ` See myelin ${name} --help.` : "";
  await context.error.write([`error: ${visible(text)}${hint}\n`]);
  // Programs that read the output find an object there in any case.
  if (error instanceof MyelinError && !isUse && args.includes("--json")) {
    await context.out.write([errorJson(error)]);
  }
  return isUse ? codes.wrongUse : codes.failed;
}

/** Runs the command with these arguments; gives back its exit code. */
export async function cli(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const { stdin, stdout, stderr, cwd = process.cwd(), onInterrupt } = surroundings;
  const context: Context = {
    stdin,
    cwd,
    out: new Sink(stdout),
    error: new Sink(stderr),
    ...(onInterrupt === undefined ? {} : { onInterrupt }),
  };
  try {
    return await dispatch(args, context);
  } catch (error) {
    return await report(error, args, context).catch(() => codes.failed);
  } finally {
    await context.out.release();
    await context.error.release();
  }
}
