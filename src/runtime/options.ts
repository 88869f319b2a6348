// The options of compile(): their types, and the one place where they are checked and completed.
// Invariant: what leaves here is complete and of the right kinds; names in it are checked later,
// against the Program.

import type { Precision } from "../ir/program.js";
import type { HostFunction } from "./backend.js";
import {
  checkFunction,
  checkNames,
  checkPositive,
  checkRecord,
  checkWhole,
  checkWord,
  isRecord,
  refuse,
} from "./checks.js";

export type SyncBackend = "iterative" | "sparse";
export type AsyncBackend = "dense" | "gpu";
export type BackendName = SyncBackend | AsyncBackend | "auto";
export type Device = "cpu" | "cuda" | "webgpu" | "gpu" | `gpu:${number}` | "gpu.js";
export type DebugChannel = "ir" | "passes" | "code" | "timing" | "memory" | "verify";
/** Which passes run: none, the usual ones, or the usual ones with some switched by name. */
export type OptimizeOption = "none" | "default" | Readonly<Record<string, boolean>>;

/** How a network is compiled. */
export interface CompileOptions {
  /** Time step [ms]. */
  readonly dt: number;
  /** Default `auto`: the cheapest backend that can run the network. */
  readonly backend?: BackendName;
  /** Default `cpu`; for the gpu backend `gpu`. */
  readonly device?: Device;
  /** Default `float64`; on a GPU `float32`. */
  readonly precision?: Precision;
  /**
   * Threads that run the network together, with `backend: "sparse"`; default 1. The results have the
   * same bits for any number. Worth it for large networks of spiking neurons whose synapses have
   * delays; what cannot be divided is refused. A page that is not isolated runs it on one thread and
   * says so in `model.warnings`. End the threads with `model.dispose()`.
   */
  readonly workers?: number;
  /** Copies of the network that run side by side. */
  readonly batch?: number;
  /** Parameters with a value of their own in each copy, for example `left.bias`. */
  readonly perCopy?: readonly string[];
  /** Parameters that can be written between steps without lowering again. */
  readonly tunable?: readonly string[];
  /** Step convention, see docs/timestep.md. */
  readonly order?: string;
  readonly seed?: number;
  readonly optimize?: OptimizeOption;
  /** What to print while compiling and running; the environment variable MYELIN_DEBUG adds to it. */
  readonly debug?: readonly DebugChannel[];
  /** Takes what `debug` prints; default: console.error. */
  readonly debugSink?: (text: string) => void;
  /** Functions of the user that the network calls inside the step, by name. */
  readonly hosts?: Readonly<Record<string, HostFunction>> | ReadonlyMap<string, HostFunction>;
  /** Takes warnings; default: console.warn. */
  readonly onWarning?: (text: string) => void;
}

/** Complete, checked options. */
export interface Settings {
  readonly dt: number;
  readonly backend: BackendName;
  readonly device: Device;
  readonly precision: Precision;
  readonly workers: number;
  readonly batch: number;
  readonly perCopy: readonly string[];
  readonly tunable: readonly string[];
  readonly order?: string;
  readonly seed: number;
  readonly optimize: OptimizeOption;
  readonly debug: ReadonlySet<DebugChannel>;
  readonly debugSink: (text: string) => void;
  readonly hosts: ReadonlyMap<string, HostFunction>;
  readonly onWarning: (text: string) => void;
  /** Whether the model is synchronous: it follows from the options alone. */
  readonly synchronous: boolean;
}

export const syncBackends: readonly SyncBackend[] = ["iterative", "sparse"];
export const asyncBackends: readonly AsyncBackend[] = ["dense", "gpu"];
const backendNames: readonly BackendName[] = ["auto", ...syncBackends, ...asyncBackends];
const devices = ["cpu", "cuda", "webgpu", "gpu", "gpu.js"] as const;
const channels: readonly DebugChannel[] = ["ir", "passes", "code", "timing", "memory", "verify"];
const optionNames: readonly (keyof CompileOptions)[] = [
  ...(["dt", "backend", "device", "precision", "batch", "perCopy", "tunable", "order"] as const),
  ...(["seed", "optimize", "debug", "debugSink", "hosts", "onWarning", "workers"] as const),
];
/** More copies than this are a mistake in nearly every case, and their arrays would not fit. */
const mostCopies = 2 ** 20;
/** More threads than any machine has cores for gain nothing. */
const mostWorkers = 64;

function checkDevice(value: unknown): Device {
  if (typeof value === "string" && /^gpu:\d{1,3}$/.test(value)) return value as Device;
  return checkWord("compile.device", value, devices);
}

function checkOptimize(value: unknown): OptimizeOption {
  if (isRecord(value) && !ArrayBuffer.isView(value)) {
    for (const [pass, isOn] of Object.entries(value)) {
      if (typeof isOn === "boolean") continue;
      const where = `compile.optimize.${pass}`;
      refuse(where, "wrong-kind", "must be a boolean", { got: isOn, allowed: "true or false" });
    }
    return value as Readonly<Record<string, boolean>>;
  }
  const words = ["none", "default"] as const;
  return checkWord<"none" | "default">("compile.optimize", value, words);
}

/** Channels that the environment variable MYELIN_DEBUG asks for, where there is an environment. */
function channelsOfEnvironment(): DebugChannel[] {
  const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } };
  const words = (process?.env?.["MYELIN_DEBUG"] ?? "").split(",").map((word) => word.trim());
  return words
    .filter((word) => word !== "")
    .map((word) => checkWord("MYELIN_DEBUG", word, channels));
}

function checkDebug(value: unknown): ReadonlySet<DebugChannel> {
  const given = value === undefined ? [] : checkNames("compile.debug", value);
  const words = given.map((word) => checkWord("compile.debug", word, channels));
  return new Set([...words, ...channelsOfEnvironment()]);
}

function checkHosts(value: unknown): ReadonlyMap<string, HostFunction> {
  const hosts = new Map<string, HostFunction>();
  if (value === undefined) return hosts;
  if (!isRecord(value) || ArrayBuffer.isView(value)) {
    const allowed = "an object or a Map from names to functions";
    refuse("compile.hosts", "wrong-kind", "must hold functions by name", { got: value, allowed });
  }
  const entries: Iterable<readonly [unknown, unknown]> =
    value instanceof Map ? value.entries() : Object.entries(value);
  for (const [name, host] of entries) {
    const where = `compile.hosts.${String(name)}`;
    const signature = "(step, inputs, outputs) => void";
    const checked = checkFunction<HostFunction>(where, host, signature);
    if (checked === undefined) refuse(where, "wrong-kind", "must be a function", { got: host });
    hosts.set(String(name), checked);
  }
  return hosts;
}

function checkBatch(given: Readonly<Record<string, unknown>>): {
  batch: number;
  perCopy: readonly string[];
} {
  const { batch, perCopy } = given;
  const names = perCopy === undefined ? [] : checkNames("compile.perCopy", perCopy);
  if (batch === undefined && names.length > 0) {
    refuse("compile.perCopy", "no-batch", "values for each copy need copies", {
      hint: "Give `batch`, the number of copies.",
    });
  }
  const copies = batch === undefined ? 1 : checkWhole("compile.batch", batch, 1, mostCopies);
  return { batch: copies, perCopy: names };
}

function checkWorkers(value: unknown, backend: BackendName): number {
  if (value === undefined) return 1;
  const workers = checkWhole("compile.workers", value, 1, mostWorkers);
  if (workers === 1 || backend === "sparse") return workers;
  refuse("compile.workers", "no-workers", `the backend "${backend}" runs on one thread`, {
    got: workers,
    allowed: "1",
    hint: 'Give backend: "sparse".',
  });
}

/** The type of a model must not depend on which backends are installed, so this looks at options only. */
function isSynchronous(backend: BackendName, device: Device, batch: unknown): boolean {
  if (backend === "auto") return batch === undefined && device === "cpu";
  return syncBackends.some((name) => name === backend);
}

/** Checks the options of compile() and completes them; throws a ValidationError at the first fault. */
export function checkCompileOptions(options: unknown): Settings {
  const given = checkRecord("compile", options, optionNames);
  const { order } = given;
  if (order !== undefined && typeof order !== "string") {
    const allowed = "the name of a step convention";
    refuse("compile.order", "wrong-kind", "must be a name", { got: order, allowed });
  }
  const word = <T extends string>(key: keyof CompileOptions, words: readonly T[], other: T): T =>
    given[key] === undefined ? other : checkWord(`compile.${key}`, given[key], words);
  const backend = word("backend", backendNames, "auto");
  const usual: Device = backend === "gpu" ? "gpu" : "cpu";
  const device = given["device"] === undefined ? usual : checkDevice(given["device"]);
  const onGpu = backend === "gpu" || (backend === "auto" && device.startsWith("gpu"));
  const text = "(text: string) => void";
  return {
    dt: checkPositive("compile.dt", given["dt"], "ms"),
    backend,
    device,
    precision: word("precision", ["float64", "float32"], onGpu ? "float32" : "float64"),
    workers: checkWorkers(given["workers"], backend),
    ...checkBatch(given),
    tunable: given["tunable"] === undefined ? [] : checkNames("compile.tunable", given["tunable"]),
    ...(order !== undefined && { order }),
    seed: given["seed"] === undefined ? 0 : checkWhole("compile.seed", given["seed"], 0),
    optimize: given["optimize"] === undefined ? "default" : checkOptimize(given["optimize"]),
    debug: checkDebug(given["debug"]),
    debugSink: checkFunction("compile.debugSink", given["debugSink"], text) ?? console.error,
    hosts: checkHosts(given["hosts"]),
    onWarning: checkFunction("compile.onWarning", given["onWarning"], text) ?? console.warn,
    synchronous: isSynchronous(backend, device, given["batch"]),
  };
}
