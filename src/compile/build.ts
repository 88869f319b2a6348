// From a network and checked options to a model: lower, choose a backend, load, put together. Loaded by
// the first compile().

import { allNames } from "../ir/names.js";
import { CompileError, ValidationError } from "../errors.js";
import type { NamedValue, Program } from "../ir/program.js";
import { lower } from "../lower/lower.js";
import { resolveEdges } from "../lower/resolve-edges.js";
import type { FlatNetwork } from "../network/types.js";
import type { NetworkWarning } from "../network/warnings.js";
import type { AsyncModel } from "../runtime/async-model.js";
import { backendLoaders } from "../runtime/backend-list.js";
import type { HostFunction } from "../runtime/backend.js";
import type { Lowered, ModelParts, ParameterSource } from "../runtime/core.js";
import { explain } from "../runtime/explain.js";
import type { Model } from "../runtime/model.js";
import type { Settings } from "../runtime/options.js";
import { chooseBackend } from "../runtime/select.js";
import { SyncModel } from "../runtime/sync-model.js";
import { didYouMean } from "../util/nearest.js";
import { readParameter, withParameter } from "./parameters.js";
import { exportOnnx } from "./to-onnx.js";

type LowerOptions = Parameters<typeof lower>[1];

/** Lowers with the settings of a compile() call and these tunable parameters. */
function lowerWith(settings: Settings, flat: FlatNetwork, tunable: readonly string[]) {
  const { dt, precision, seed, batch, perCopy, order, optimize, debug, debugSink } = settings;
  return lower(flat, {
    ...{ dt, precision, seed, batch, perCopy, tunable },
    ...(order !== undefined && { order }),
    optimize: optimize as LowerOptions["optimize"],
    debug: { channels: debug, sink: debugSink },
  });
}

/** Every function that the Program calls must be there, and every one that is there be called. */
function checkHosts(program: Program, hosts: ReadonlyMap<string, HostFunction>): void {
  const called = new Set(program.ops.flatMap((op) => (op.kind === "host" ? [op.name] : [])));
  for (const name of called) {
    if (hosts.has(name)) continue;
    throw new ValidationError({
      code: "missing-host",
      where: "compile.hosts",
      problem: `the network calls the function "${name}", which is not given`,
      hint: `Give hosts: { ${JSON.stringify(name)}: (step, inputs, outputs) => { ... } }.`,
    });
  }
  for (const name of hosts.keys()) {
    if (called.has(name)) continue;
    const hint = didYouMean(name, called);
    throw new ValidationError({
      code: "unknown-host",
      where: `compile.hosts.${name}`,
      problem: "the network calls no function of this name",
      allowed: [...called].join(", ") || "none",
      ...(hint === undefined ? {} : { hint }),
    });
  }
}

/** Checks and changes parameters of the running model, starting from the network as compiled. */
function parameterSource(network: FlatNetwork, settings: Settings): ParameterSource {
  let flat = network;
  let tunable = settings.tunable;
  const { precision } = settings;
  return {
    check: (path, value, copies) => readParameter(flat, path, value, { copies, precision }),
    written(path, value) {
      flat = withParameter(flat, path, value);
    },
    lower(path, value): Lowered {
      const changed = withParameter(flat, path, value);
      const more = tunable.includes(path) ? tunable : [...tunable, path];
      const finish = (names: readonly string[]): Lowered => ({
        ...lowerWith(settings, changed, names),
        isApplied: changed !== flat,
        commit() {
          flat = changed;
          tunable = names;
        },
      });
      try {
        return finish(more);
      } catch (error) {
        // Delays and switches are structure: the new value is in the network, and that is enough.
        const isStructure = error instanceof CompileError && error.code === "not-tunable";
        if (!isStructure || changed === flat) throw error;
        return finish(tunable);
      }
    },
  };
}

const ownerOf = ({ path }: NamedValue): string => path.slice(0, Math.max(0, path.lastIndexOf(".")));

/** Arrays that hold synaptic states, spikes or delays: what belongs to no neuron. */
function synapticArrays(flat: FlatNetwork, program: Program): ReadonlySet<string> {
  const connections = new Set(flat.connections.map(({ name }) => name));
  const populations = new Set(flat.populations.map(({ name }) => name));
  const owners = new Map<string, string[]>();
  for (const named of allNames(program)) {
    if (named.kind !== "state") continue;
    const known = owners.get(named.array);
    if (known === undefined) owners.set(named.array, [ownerOf(named)]);
    else known.push(ownerOf(named));
  }
  const found = new Set<string>();
  for (const { name, role, type, slots, origin } of program.arrays) {
    if (role !== "state") continue;
    const isSynaptic =
      owners.get(name)?.every((owner) => connections.has(owner)) ??
      (origin !== undefined && !populations.has(origin));
    if (type === "spikes" || slots !== undefined || isSynaptic) found.add(name);
  }
  return found;
}

/** A large network may give thousands of warnings of one kind: shows the first ones and says how many more there are. */
function reportWarnings(warnings: readonly string[], report: (text: string) => void): void {
  const shown = 5;
  for (const text of warnings.slice(0, shown)) report(text);
  const more = warnings.length - shown;
  if (more > 0) report(`${more} more warnings: see model.warnings.`);
}

/** A population stands for its output variable. */
const aliasesOf = ({ populations }: FlatNetwork): ReadonlyMap<string, string> =>
  new Map(populations.map(({ name, type }) => [name, `${name}.${type.model.output}`]));

/** Prints how long the parts of compiling took. */
function stopwatch(settings: Settings): (part: string) => void {
  if (!settings.debug.has("timing")) return () => {};
  let last = performance.now();
  return (part) => {
    const now = performance.now();
    settings.debugSink(`timing: ${part} ${(now - last).toFixed(2)} ms`);
    last = now;
  };
}

function printLoaded(settings: Settings, parts: ModelParts): void {
  const { debug, debugSink } = settings;
  if (debug.has("code")) {
    for (const { file, text } of parts.executable.generated()) debugSink(`code: ${file}\n${text}`);
  }
  if (debug.has("memory"))
    debugSink(explain(parts.program, parts.choice, parts.warnings).toString());
}

/** A network as it was when it was to be compiled. */
export interface Described {
  readonly flat: FlatNetwork;
  readonly warnings: readonly NetworkWarning[];
}

/** Builds the model that the options ask for. */
export async function build(network: Described, settings: Settings): Promise<Model | AsyncModel> {
  const lap = stopwatch(settings);
  const flat = resolveEdges(network.flat);
  const { program, warnings } = lowerWith(settings, flat, settings.tunable);
  checkHosts(program, settings.hosts);
  lap("lower");
  const choice = await chooseBackend(backendLoaders, program, settings);
  lap("choose a backend");
  const { device, hosts, workers } = settings;
  const load = { device, hosts, workers };
  const executable = await choice.backend.load(program, load);
  lap("load");
  const notes = network.warnings.map(({ where, message }) => `${where}: ${message}`);
  const parts: ModelParts = {
    ...{ program, choice, executable, load },
    warnings: [...notes, ...warnings, ...(executable.notes ?? [])],
    onWarning: settings.onWarning,
    aliases: aliasesOf(flat),
    synapticArrays: (current) => synapticArrays(flat, current),
    resetKeepsSynapses: flat.quirks.has("resetKeepsSynapses"),
    parameters: parameterSource(flat, settings),
    toOnnx: exportOnnx,
  };
  reportWarnings(parts.warnings, settings.onWarning);
  printLoaded(settings, parts);
  if (settings.synchronous) return new SyncModel(parts);
  const { QueuedModel } = await import("../runtime/queued-model.js");
  return new QueuedModel(parts);
}
