// The one error hierarchy. Invariant: every error that a user can cause carries a stable code, the
// place in the user's network, what was given, what is allowed and what to do about it; its message can
// be shown anywhere, whatever names are in it.

import { visible, visibleLine } from "./util/visible.js";

/** What every Myelin error is made of; the message is built from it in one fixed order. */
export interface ErrorDetails {
  /** Stable, kebab-case, never translated: what programs test for. */
  readonly code: string;
  /** Path of the object in the user's network or text, for example `leg/flexor.membraneCapacitance`. */
  readonly where: string;
  /** What is wrong, as a clause without a full stop. */
  readonly problem: string;
  readonly got?: unknown;
  readonly allowed?: string;
  /** What to do, as a full sentence. */
  readonly hint?: string;
  readonly cause?: unknown;
}

const longestShown = 200;

function quoted(text: string): string {
  return text.length > longestShown
    ? `${text.slice(0, longestShown)}... (${text.length} characters)`
    : text;
}

/** Shows any value in one short line, for error messages. */
export function show(value: unknown): string {
  if (typeof value === "string") return quoted(visible(JSON.stringify(value)));
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return "a function";
  if (typeof value === "object" && value !== null) {
    if (ArrayBuffer.isView(value)) {
      const size = "length" in value ? String(value.length) : `${value.byteLength} bytes`;
      return `${value.constructor.name} of ${size}`;
    }
    if (Array.isArray(value)) return `an array of ${value.length}`;
    return "an object";
  }
  return String(value);
}

function sentence(details: ErrorDetails): string {
  const facts: string[] = [];
  if ("got" in details) facts.push(`got ${show(details.got)}`);
  if (details.allowed !== undefined) facts.push(`allowed ${details.allowed}`);
  const first = `${quoted(visibleLine(details.where))}: ${details.problem}`;
  const middle = facts.length > 0 ? `; ${facts.join(", ")}` : "";
  return visible(`${first}${middle}.${details.hint === undefined ? "" : ` ${details.hint}`}`);
}

/** Base of all errors thrown on purpose. */
export class MyelinError extends Error {
  // Each class says its own name: bundlers rename classes.
  override readonly name: string = "MyelinError";
  readonly code: string;
  readonly where: string;
  readonly hint: string | undefined;
  readonly details: ErrorDetails;

  constructor(details: ErrorDetails) {
    super(sentence(details), details.cause === undefined ? undefined : { cause: details.cause });
    this.code = details.code;
    this.where = details.where;
    this.hint = details.hint;
    this.details = details;
  }
}

/** A model definition or its equations are wrong. */
export class SpecError extends MyelinError {
  override readonly name: string = "SpecError";
}
/** A network, parameter, input or option given by the user is wrong. */
export class ValidationError extends MyelinError {
  override readonly name: string = "ValidationError";
}
/** The network is valid but cannot be compiled as asked. */
export class CompileError extends MyelinError {
  override readonly name: string = "CompileError";
}
/** The backend asked for cannot run here, or cannot run this Program. */
export class BackendUnavailableError extends MyelinError {
  override readonly name: string = "BackendUnavailableError";
}
/** What was asked for does not fit into memory. */
export class MemoryLimitError extends MyelinError {
  override readonly name: string = "MemoryLimitError";
}
/** A file or snapshot cannot be read. */
export class LoadError extends MyelinError {
  override readonly name: string = "LoadError";
}
/** A file cannot be written. */
export class SaveError extends MyelinError {
  override readonly name: string = "SaveError";
}
/** A state became NaN or infinite. */
export class DivergenceError extends MyelinError {
  override readonly name: string = "DivergenceError";
}
/** A thread of a running model ended or does not answer; the state is that of some steps before. */
export class WorkerError extends MyelinError {
  override readonly name: string = "WorkerError";
}
/** A GPU was lost or gives no results; the state on it is gone. */
export class DeviceError extends MyelinError {
  override readonly name: string = "DeviceError";
}
/** A synchronous call was made on a model whose backend is asynchronous. */
export class AsyncOnlyError extends MyelinError {
  override readonly name: string = "AsyncOnlyError";
}
/** A defect of Myelin itself. */
export class InternalError extends MyelinError {
  override readonly name: string = "InternalError";

  constructor(where: string, problem: string, attachment?: string) {
    super({
      code: "internal",
      where,
      problem,
      hint: `This is a defect of Myelin; please report it.${attachment === undefined ? "" : `\n${attachment}`}`,
    });
  }
}
