// What a run records: all outputs, or the names that --record gives, with what results say of each.
// Invariant: every name that the library would record can be given, also one with commas in it.

import { allNames } from "../ir/names.js";
import type { Network } from "../compile.js";
import type { AsyncModel } from "../runtime/async-model.js";
import { suggest } from "../runtime/checks.js";
import type { Model } from "../runtime/model.js";
import { wrongUse } from "./flags.js";
import type { NamedPorts } from "./load-network.js";

/** One name that is recorded. */
export interface RecordedName {
  /** As results call it. */
  readonly name: string;
  /** As the run calls it. */
  readonly recordedAs: string;
  readonly size: number;
}
export interface RecordedTrace extends RecordedName {
  readonly shape: readonly number[];
  readonly unit?: string;
}
export interface Recorded {
  /** For `record` of a run. */
  readonly names: readonly string[];
  readonly traces: readonly RecordedTrace[];
  readonly spikes: readonly RecordedName[];
}

/** What can be recorded, by name: as the run looks it up, values before outputs before inputs. */
type Known = ReadonlyMap<
  string,
  { readonly isSpikes: boolean; readonly shape: readonly number[]; readonly unit?: string }
>;

const unitOf = (unit: string | undefined): { readonly unit?: string } =>
  unit === undefined || unit === "1" ? {} : { unit };

/** The ports of a model, as far as their network tells more of them than their names and sizes. */
function knownPorts(model: Model | AsyncModel, network: Network | undefined): Known {
  type Port = { isSpikes: boolean; shape: readonly number[]; unit?: string };
  const known = new Map<string, Port>();
  if (network === undefined) {
    for (const { name, size } of [...model.inputs, ...model.outputs]) {
      known.set(name, { isSpikes: false, shape: [size] });
    }
    return known;
  }
  for (const { name, target, size, port } of network.inputs) {
    const { inputs } = network.populations[target]!.type.model;
    const { unit } = inputs.find(({ symbol }) => symbol === port) ?? {};
    known.set(name, { isSpikes: false, shape: [size], ...unitOf(unit) });
  }
  for (const { name, source, variable } of network.outputs) {
    const { shape, type } = network.populations[source]!;
    const { unit } = type.model.states.find(({ symbol }) => symbol === variable) ?? {};
    known.set(name, { isSpikes: false, shape, ...unitOf(unit) });
  }
  return known;
}

function knownNames(model: Model | AsyncModel, network: Network | undefined): Known {
  const known = new Map(knownPorts(model, network));
  const values = new Map(allNames(model.program).map((named) => [named.path, named]));
  const add = (name: string, path: string): void => {
    const named = values.get(path);
    if (named === undefined) return;
    known.set(name, {
      isSpikes: named.kind === "spikes",
      shape: named.shape,
      ...unitOf(named.unit),
    });
  };
  for (const { name, type } of network?.populations ?? [])
    add(name, `${name}.${type.model.output}`);
  for (const path of values.keys()) add(path, path);
  return known;
}

/** Names as given; what is no name is a list of names with commas. */
function split(given: readonly string[], known: Known): string[] {
  const names = given.flatMap((text) =>
    known.has(text)
      ? [text]
      : text
          .split(",")
          .map((name) => name.trim())
          .filter((name) => name !== ""),
  );
  for (const name of names) {
    if (!known.has(name)) {
      const hint = suggest(name, [...known.keys()]);
      wrongUse("--record", "there is no value of this name", { got: name, hint });
    }
  }
  if (given.length > 0 && names.length === 0)
    wrongUse("--record", "holds no name", { got: given[0] });
  return [...new Set(names)];
}

/** Outputs, and the network that they are of where that is known. */
export interface RecordedPorts extends Pick<NamedPorts, "outputs"> {
  readonly network?: Network;
}

/** Finds out what to record; without names, all outputs. */
export function findRecorded(
  model: Model | AsyncModel,
  { network, outputs }: RecordedPorts,
  given: readonly string[],
): Recorded {
  const known = knownNames(model, network);
  const wanted =
    given.length === 0
      ? outputs.map(({ name, shownAs }) => ({ recordedAs: name, name: shownAs }))
      : split(given, known).map((name) => ({ recordedAs: name, name }));
  const traces: RecordedTrace[] = [];
  const spikes: RecordedName[] = [];
  for (const each of wanted) {
    const { isSpikes, shape, unit } = known.get(each.recordedAs)!;
    const size = shape.reduce((product, length) => product * length, 1);
    if (isSpikes) spikes.push({ ...each, size });
    else traces.push({ ...each, size, shape, ...(unit === undefined ? {} : { unit }) });
  }
  return { names: wanted.map(({ recordedAs }) => recordedAs), traces, spikes };
}
