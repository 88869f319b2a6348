// Chooses the backend. Invariant: a backend is asked before anything is allocated; the choice
// follows from the options, from what is installed and from estimates, and keeps its reasons.

import { BackendUnavailableError } from "../errors.js";
import type { Program } from "../ir/program.js";
import type { Backend, Cost, Problem } from "./backend.js";
import { asyncBackends, syncBackends } from "./options.js";
import type { BackendName, Settings } from "./options.js";

/** What the generated list of backends looks like. */
export type BackendLoaders = Readonly<Record<string, () => Promise<BackendModule>>>;

/** What the module of a backend gives. */
interface BackendModule {
  /** For a device: a backend may have some that are another technology altogether. */
  create(device?: string): Promise<Backend | null>;
  /** Where `create` gave null: why, and what to do about it. */
  whyUnavailable?(device?: string): Promise<Missing | undefined>;
}

interface Missing {
  readonly reason: string;
  readonly hint?: string;
}

/** What became of one backend when the choice was made. */
export interface Candidate {
  readonly name: string;
  readonly status: "chosen" | "possible" | "refused" | "unavailable" | "not asked";
  /** Why, unless it was chosen or possible. */
  readonly reason?: string;
  readonly estimate?: Cost;
  /** The estimate follows the pace of this backend as measured on this machine. */
  readonly isMeasured?: boolean;
}

export interface Choice {
  readonly backend: Backend;
  readonly reason: string;
  readonly candidates: readonly Candidate[];
}

type Wanted = Pick<Settings, "backend" | "device" | "precision" | "synchronous">;

const known: readonly Exclude<BackendName, "auto">[] = [...syncBackends, ...asyncBackends];

/** Packages that a backend needs besides this one. */
const packages: { readonly [name: string]: string } = {
  dense: "onnxruntime-node",
  gpu: "webgpu",
};

/** Devices of backends that look for hardware when they are created, which not everybody wants. */
const onlyOn: { readonly [name: string]: RegExp } = { gpu: /^gpu/ };

/** Sentences that say how to get backends that need a package of their own. */
const howToInstall = (names: readonly string[]): string[] =>
  names
    .filter((name) => packages[name] !== undefined)
    .map((name) => `For the ${name} backend: npm install ${packages[name]}.`);

function unavailable(name: string, { reason, hint }: Missing, installed: readonly string[]): never {
  const cure = hint === undefined ? howToInstall([name]) : [hint];
  throw new BackendUnavailableError({
    code: "backend-unavailable",
    where: "compile.backend",
    problem: reason,
    got: name,
    allowed: `here: ${[...installed, "auto"].join(", ")}`,
    hint: [...cure, 'backend: "auto" takes the best that there is.'].join(" "),
  });
}

/** The backend of this name for a device, or why there is none. */
async function create(
  loaders: BackendLoaders,
  name: string,
  device: string,
): Promise<Backend | Missing> {
  const load = Object.hasOwn(loaders, name) ? loaders[name] : undefined;
  if (load === undefined) return { reason: "this backend is not part of this installation" };
  const module = await load();
  const backend = await module.create(device);
  if (backend !== null) return backend;
  const why = await module.whyUnavailable?.(device);
  const reason = "this backend cannot run on this machine";
  return why === undefined ? { reason } : { ...why, reason: `${reason}: ${why.reason}` };
}

const isMissing = (found: Backend | Missing): found is Missing => "reason" in found;

const summary = (problems: readonly Problem[]): string => {
  const shown = problems.slice(0, 3).map(({ op, reason }) => (op ? `${op}: ${reason}` : reason));
  const more = problems.length > 3 ? `; and ${problems.length - 3} more reasons` : "";
  return `${shown.join("; ")}${more}`;
};

/** All reasons why a backend cannot run a Program as wanted. */
function problemsOf(backend: Backend, program: Program, wanted: Wanted): Problem[] {
  const { device, precision } = wanted;
  const problems: Problem[] = [];
  // "gpu:1" is the second device of the kind "gpu".
  if (!backend.devices.includes(device) && !backend.devices.includes(device.split(":")[0]!)) {
    const has = backend.devices.join(", ");
    problems.push({ code: "device", reason: `it has no device "${device}", only ${has}` });
  }
  if (!backend.precisions.includes(precision)) {
    const has = backend.precisions.join(", ");
    problems.push({ code: "precision", reason: `it has no ${precision}, only ${has}` });
  }
  return problems.length > 0 ? problems : backend.supports(program);
}

async function chooseNamed(
  loaders: BackendLoaders,
  program: Program,
  wanted: Wanted,
): Promise<Choice> {
  const name = wanted.backend;
  const installed = known.filter((one) => Object.hasOwn(loaders, one));
  const backend = await create(loaders, name, wanted.device);
  if (isMissing(backend)) unavailable(name, backend, installed);
  const problems = problemsOf(backend, program, wanted);
  if (problems.length > 0) {
    throw new BackendUnavailableError({
      code: problems[0]!.code,
      where: program.name,
      problem: `the ${name} backend cannot run this network: ${summary(problems)}`,
      hint: 'backend: "auto" takes one that can.',
    });
  }
  const candidates = known.map((one): Candidate => {
    if (one === name) return { name, status: "chosen", estimate: backend.estimate(program) };
    return { name: one, status: "not asked", reason: `backend: "${name}" was given` };
  });
  return { backend, reason: `backend: "${name}" was given`, candidates };
}

interface Asked {
  readonly candidate: Candidate;
  readonly backend?: Backend;
}

async function ask(
  loaders: BackendLoaders,
  name: string,
  program: Program,
  wanted: Wanted,
): Promise<Asked> {
  const isSync = syncBackends.some((one) => one === name);
  if (wanted.synchronous && !isSync) {
    const reason = "asynchronous; taken only for a batch or another device than the CPU";
    return { candidate: { name, status: "not asked", reason } };
  }
  if (Object.hasOwn(loaders, name) && onlyOn[name]?.test(wanted.device) === false) {
    const reason = `it has no device "${wanted.device}"`;
    return { candidate: { name, status: "refused", reason } };
  }
  const backend = await create(loaders, name, wanted.device).catch((error: unknown): Missing => {
    return { reason: String(error) };
  });
  if (isMissing(backend)) {
    return { candidate: { name, status: "unavailable", reason: backend.reason } };
  }
  const problems = problemsOf(backend, program, wanted);
  if (problems.length > 0) {
    return { candidate: { name, status: "refused", reason: summary(problems) } };
  }
  const estimate = backend.estimate(program);
  return { candidate: { name, status: "possible", estimate }, backend };
}

/** Where the second best is within this factor of the best, estimates alone do not decide. */
const doubt = 4;

const nanosecondsOf = ({ candidate }: Asked): number => candidate.estimate?.nanoseconds ?? Infinity;

/**
 * Where it matters, estimates at the pace that was measured on this machine. Synchronous backends are
 * far apart, so a choice among them alone is never worth the time.
 */
async function refine(asked: readonly Asked[], wanted: Wanted): Promise<readonly Asked[]> {
  const [best, second] = asked.map(nanosecondsOf).sort((a, b) => a - b);
  if (wanted.synchronous || second === undefined || second > doubt * best!) return asked;
  const { atPace, paceOf } = await import("./pace.js");
  const refined: Asked[] = [];
  // One after the other: what runs at the same time would slow the clock's subject down.
  for (const one of asked) {
    const { backend, candidate } = one;
    if (backend === undefined || nanosecondsOf(one) > doubt * best!) {
      refined.push(one);
      continue;
    }
    const pace = await paceOf(backend, wanted.device, wanted.precision);
    const estimate = atPace(candidate.estimate!, pace);
    refined.push({ backend, candidate: { ...candidate, estimate, isMeasured: true } });
  }
  return refined;
}

/** What all backends would do with a Program, also those that would not be asked. */
export async function compareBackends(
  loaders: BackendLoaders,
  program: Program,
  wanted: Pick<Wanted, "precision"> & { readonly device: string },
): Promise<readonly Candidate[]> {
  const all = {
    ...wanted,
    device: wanted.device as Wanted["device"],
    backend: "auto",
    synchronous: false,
  } as const;
  const asked = await Promise.all(known.map((name) => ask(loaders, name, program, all)));
  return (await refine(asked, all)).map(({ candidate }) => candidate);
}

async function chooseCheapest(
  loaders: BackendLoaders,
  program: Program,
  wanted: Wanted,
): Promise<Choice> {
  const estimated = await Promise.all(known.map((name) => ask(loaders, name, program, wanted)));
  const asked = await refine(estimated, wanted);
  let best: Asked | undefined;
  for (const one of asked) {
    const cost = one.candidate.estimate?.nanoseconds ?? Infinity;
    const least = best?.candidate.estimate?.nanoseconds ?? Infinity;
    if (one.backend !== undefined && (best === undefined || cost < least)) best = one;
  }
  if (best?.backend === undefined) {
    const reasons = asked.map(({ candidate }) => `${candidate.name}: ${candidate.reason}`);
    const missing = asked.filter(({ candidate }) => candidate.status === "unavailable");
    const hint = howToInstall(missing.map(({ candidate }) => candidate.name)).join(" ");
    throw new BackendUnavailableError({
      code: "backend-unavailable",
      where: program.name,
      problem: `no backend can run this network; ${reasons.join(" | ")}`,
      ...(hint !== "" && { hint }),
    });
  }
  const chosen = best.candidate;
  const candidates = asked.map(({ candidate }): Candidate => {
    return candidate === chosen ? { ...candidate, status: "chosen" } : candidate;
  });
  const others = candidates.filter(({ status }) => status === "possible").length;
  const how = chosen.isMeasured === true ? " at the pace of this machine" : "";
  const reason =
    others === 0 ? "the only one that can run it here" : `the lowest estimated time${how}`;
  return { backend: best.backend, reason, candidates };
}

/** Chooses and creates the backend for a Program; throws a BackendUnavailableError if none can run it. */
export function chooseBackend(
  loaders: BackendLoaders,
  program: Program,
  wanted: Wanted,
): Promise<Choice> {
  return wanted.backend === "auto"
    ? chooseCheapest(loaders, program, wanted)
    : chooseNamed(loaders, program, wanted);
}
