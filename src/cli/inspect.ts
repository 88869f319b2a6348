// `myelin inspect`: what a network document or a saved model holds, and what compiling makes of it. Invariant: nothing
// is run, and what is shown comes from the same passes and the same backend that a run would use.

import type { Network } from "../compile.js";
import { flatten } from "../lower/flatten.js";
import { lower } from "../lower/lower.js";
import { chosenPasses } from "../lower/pipeline.js";
import { printProgram } from "../ir/print.js";
import type { AsyncModel } from "../runtime/async-model.js";
import { backendLoaders } from "../runtime/backend-list.js";
import { backendLines } from "../runtime/explain.js";
import type { Explanation } from "../runtime/explain.js";
import type { Model } from "../runtime/model.js";
import { checkCompileOptions } from "../runtime/options.js";
import type { CompileOptions } from "../runtime/options.js";
import { compareBackends } from "../runtime/select.js";
import type { Candidate } from "../runtime/select.js";
import { visible } from "../util/visible.js";
import { codes, compileFor } from "./command.js";
import type { Context } from "./command.js";
import { compileFlags, readCompileFlags } from "./compile-flags.js";
import { readArguments } from "./flags.js";
import type { Flags } from "./flags.js";
import { jsonPieces } from "./json.js";
import type { Json } from "./json.js";
import { loadNetwork } from "./load-network.js";
import { isSaved, loadFor, readLoadFlags } from "./load-saved.js";
import { count, showBytes, table } from "./text.js";

export const inspectFlags = {
  ...compileFlags,
  "--program": {},
  "--code": {},
  "--backends": {},
  "--json": {},
} as const;

/** [ms] where no flag says it: the step of most published models. */
const usualDt = 0.1;

/** One pass and the number of ops before and after it. */
interface PassCount {
  readonly name: string;
  readonly before: number;
  readonly after: number;
}

function countOps(network: Network, options: CompileOptions): readonly PassCount[] {
  const settings = checkCompileOptions(options);
  const { dt, precision, seed, order } = settings;
  const { program } = lower(flatten(network), {
    ...{ dt, precision, seed, batch: 1, perCopy: [], tunable: [] },
    ...(order === undefined ? {} : { order }),
    optimize: "none",
    debug: { channels: new Set(), sink: () => {} },
  });
  let now = program;
  const setting = settings.optimize === "none" ? "none" : "default";
  return chosenPasses(setting).map((pass) => {
    const before = now.ops.length;
    now = pass.run(now);
    return { name: pass.name, before, after: now.ops.length };
  });
}

interface Findings {
  /** Absent: a saved model. */
  readonly network?: Network;
  readonly name: string;
  readonly passes: readonly PassCount[];
  readonly explanation: Explanation;
  readonly program?: string;
  readonly code?: readonly { readonly file: string; readonly text: string }[];
  /** What every backend would do with it. */
  readonly backends?: readonly Candidate[];
}

function networkJson(network: Network): Record<string, Json> {
  const { populations, connections, inputs, outputs } = network;
  const nameAt = (index: number): string => populations[index]!.name;
  return {
    neurons: network.neuronCount,
    synapses: network.synapseCount,
    populations: populations.map(({ name, type, shape }) => ({
      name,
      model: type.model.name,
      channels: type.channels.map(({ model }) => model.name),
      shape,
    })),
    connections: connections.map(({ name, synapse, source, target, connectivity }) => ({
      name,
      model: synapse.model.name,
      source: nameAt(source),
      target: nameAt(target),
      connectivity: connectivity.kind,
    })),
    inputs: inputs.map(({ name, target, port, size }) => ({
      name,
      target: nameAt(target),
      ...{ port, size },
    })),
    outputs: outputs.map(({ name, source, variable }) => ({
      name,
      source: nameAt(source),
      variable,
      size: populations[source]!.size,
    })),
  };
}

function asJson(findings: Findings): Json {
  const { network, name: title, passes, explanation, program, code, backends } = findings;
  const { backend, reason, dt, precision, order, ops, arrays, bytes, warnings } = explanation;
  return {
    network: title,
    ...(network === undefined ? {} : networkJson(network)),
    ...{ dt, precision, order, backend, reason },
    backends: (backends ?? explanation.candidates).map(
      ({ name, status, reason: why, estimate }) => ({
        ...{ name, status, reason: why },
        estimate: estimate === undefined ? undefined : { ...estimate },
      }),
    ),
    passes: passes.map((each) => ({ ...each })),
    ops: { ...ops },
    memory: { bytes, roles: arrays.map((each) => ({ ...each })) },
    warnings,
    program,
    code: code?.map((each) => ({ ...each })),
  };
}

const passesLine = (passes: readonly PassCount[]): string =>
  passes.length === 0 ? "passes: none" : "passes: ops before and after each";

function asText(findings: Findings, isUsual: boolean) {
  const { network, name: title, passes, explanation, program, code, backends } = findings;
  const { dt, backend, reason, precision, order, ops, arrays, bytes, warnings } = explanation;
  const counted = Object.entries(ops).map(([kind, number]) => `${number} ${kind}`);
  const lines = [
    network?.summary() ?? `saved model ${title}`,
    "",
    `compiled for ${backend} (${reason}), dt ${dt} ms${isUsual ? " (see --dt)" : ""}, ${precision}, order ${order}`,
    `ops in a step: ${counted.join(", ") || "none"}`,
    ...(network === undefined ? [] : [passesLine(passes)]),
  ];
  const parts = [
    `${lines.join("\n")}\n`,
    table(
      passes.map(({ name, before, after }) => [name, String(before), "->", String(after)]),
      "  ",
    ),
    ...(backends === undefined
      ? []
      : ["backends\n", ...backendLines(backends).map((line) => `${line}\n`)]),
    `memory: ${showBytes(bytes)}\n`,
    table(
      arrays.map((each) => [each.role, count(each.count, "array"), showBytes(each.bytes)]),
      "  ",
    ),
    ...(warnings.length === 0 ? [] : ["warnings\n", ...warnings.map((text) => `  ${text}\n`)]),
    ...(program === undefined ? [] : ["\n", program]),
    ...(code ?? []).map(({ file, text }) => `\n${file}\n${text}`),
  ];
  return parts.map(visible);
}

/** What is inspected. */
interface Inspected {
  readonly model: Model | AsyncModel;
  readonly network?: Network;
  readonly passes: readonly PassCount[];
}

async function findDocument(
  file: string,
  flags: Flags<typeof inspectFlags>,
  context: Context,
): Promise<Inspected> {
  const options = readCompileFlags(flags, usualDt);
  const { network } = await loadNetwork(file, context);
  // All warnings are part of what is shown.
  const model = await compileFor(context, network, { ...options, onWarning: () => {} });
  return { model, network, passes: countOps(network, options) };
}

async function findSaved(
  file: string,
  flags: Flags<typeof inspectFlags>,
  context: Context,
): Promise<Inspected> {
  return { model: await loadFor(context, file, readLoadFlags(flags)), passes: [] };
}

/** Every backend that there is, for the device given or its own. */
async function compareAll(
  { program }: Model | AsyncModel,
  device: string | undefined,
): Promise<readonly Candidate[]> {
  const { precision } = program;
  return compareBackends(backendLoaders, program, { device: device ?? "cpu", precision });
}

/** Runs the command with its arguments. */
export async function inspect(args: readonly string[], context: Context): Promise<number> {
  const hint = "See myelin inspect --help.";
  const rules = { flags: inspectFlags, places: [{ name: "FILE" }], hint };
  const flags = readArguments(args, rules);
  if (flags === "help") throw new TypeError("help is answered before");
  const file = flags.places[0]!;
  const { model, network, passes } = isSaved(file)
    ? await findSaved(file, flags, context)
    : await findDocument(file, flags, context);
  try {
    const findings: Findings = {
      ...(network !== undefined && { network }),
      name: model.program.name,
      passes,
      explanation: model.explain(),
      ...(flags.has("--program") && { program: printProgram(model.program) }),
      ...(flags.has("--code") && { code: model.generated() }),
      ...(flags.has("--backends") && { backends: await compareAll(model, flags.one("--device")) }),
    };
    if (flags.has("--json")) {
      await context.out.write(jsonPieces(asJson(findings)));
      await context.out.write(["\n"]);
    } else {
      const isUsual = network !== undefined && !flags.has("--dt");
      await context.out.write(asText(findings, isUsual));
    }
  } finally {
    model.dispose();
  }
  return codes.done;
}
