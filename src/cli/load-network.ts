// Reads the network document that a command names, and makes its ports addressable. Invariant: errors
// of the document say in which file they are.

import { dirname, join, resolve } from "node:path";

import { Network } from "../compile.js";
import { LoadError, MemoryLimitError, MyelinError } from "../errors.js";
import { decodeText, largestFile, readBytes, readStream } from "./files.js";
import type { Surroundings } from "./streams.js";

/** A network, and the files that it was read from. */
export interface LoadedNetwork {
  readonly network: Network;
  /** Paths, none of which may be written over. */
  readonly files: readonly string[];
}

/** A network in which each input and each output can be named alone. */
export interface NamedPorts {
  readonly network: Network;
  /** Outputs in their order, and what results call them. */
  readonly outputs: readonly { readonly name: string; readonly shownAs: string }[];
  /** What the user should know about it. */
  readonly notes: readonly string[];
}

/** Synapses that the rules of a document may draw: the file is the user's own. */
const mostDrawn = 2 ** 28;

/** All files beside a document together. */
const mostBytes = 4 * largestFile;

/** Reads files beside a document, each once. */
function filesBeside(folder: string, files: string[]): (name: string) => Uint8Array {
  const known = new Map<string, Uint8Array>();
  let total = 0;
  return (name) => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const path = join(folder, name);
    const bytes = readBytes(path);
    files.push(path);
    known.set(name, bytes);
    total += bytes.length;
    if (total <= mostBytes) return bytes;
    throw new MemoryLimitError({
      code: "arrays-too-large",
      where: path,
      problem: "the files beside the document are too large together",
      allowed: `at most ${mostBytes / 2 ** 20} MiB`,
    });
  };
}

/** The same error with the file before the place in it. */
function inFile(error: unknown, file: string): unknown {
  if (!(error instanceof MyelinError) || !error.where.startsWith("$")) return error;
  return new LoadError({ ...error.details, where: `${file} ${error.where}` });
}

/** Reads the document; `-` is standard input. */
export async function loadNetwork(
  name: string,
  { stdin, cwd = "." }: Pick<Surroundings, "stdin" | "cwd">,
): Promise<LoadedNetwork> {
  const isStream = name === "-";
  const shown = isStream ? "standard input" : name;
  const path = resolve(cwd, name);
  const bytes = isStream ? await readStream(stdin, shown) : readBytes(path);
  const files = isStream ? [] : [path];
  const arrays = filesBeside(isStream ? resolve(cwd) : dirname(path), files);
  try {
    const network = Network.fromDocument(decodeText(bytes, shown), { arrays, mostDrawn });
    return { network, files };
  } catch (error) {
    throw inFile(error, shown);
  }
}

/** Room for a number behind the longest name that is allowed. */
const longestStem = 400;

/** Different names for all; those that are free and not avoided stay as they are. */
function differing(names: readonly string[], isAvoided: (name: string) => boolean): string[] {
  const taken = new Set(names);
  const used = new Set<string>();
  const next = new Map<string, number>();
  return names.map((name) => {
    let chosen = name;
    if (used.has(name) || isAvoided(name)) {
      const short = Array.from(name).slice(0, longestStem).join("");
      // A dot behind the name of a population makes it a value of that, whatever number follows.
      const stem = isAvoided(name) ? short.replaceAll(".", "_") : short;
      let number = next.get(stem) ?? 1;
      while (taken.has(`${stem}${number}`) || isAvoided(`${stem}${number}`)) number += 1;
      next.set(stem, number + 1);
      chosen = `${stem}${number}`;
      taken.add(chosen);
    }
    used.add(chosen);
    return chosen;
  });
}

/** What a record means before it means an output: populations, and values of them and of connections. */
function meansValue({ populations, connections }: Network): (name: string) => boolean {
  const cells = new Set(populations.map(({ name }) => name));
  const owners = new Set([...cells, ...connections.map(({ name }) => name)]);
  return (name) => {
    if (cells.has(name)) return true;
    for (let dot = name.indexOf("."); dot >= 0; dot = name.indexOf(".", dot + 1)) {
      if (owners.has(name.slice(0, dot))) return true;
    }
    return false;
  };
}

/**
 * Networks with the oddity `flatNames` may have several ports of one name, and an output may be called
 * like a population, which then is meant by the name. Such ports get other names here.
 */
export function namePorts(network: Network): NamedPorts {
  const inputs = network.inputs.map(({ name }) => name);
  const outputs = network.outputs.map(({ name }) => name);
  const never = (): boolean => false;
  const alone = { inputs: differing(inputs, never), outputs: differing(outputs, never) };
  const recorded = differing(alone.outputs, meansValue(network));
  const shown = recorded.map((name, i) => ({ name, shownAs: alone.outputs[i]! }));
  const changed = recorded.some((name, i) => name !== outputs[i]);
  const isTwice = (kind: "inputs" | "outputs", names: readonly string[]): boolean =>
    alone[kind].some((name, i) => name !== names[i]);
  const notes = [
    ...(isTwice("inputs", inputs) ? [noteOn("inputs", alone.inputs)] : []),
    ...(isTwice("outputs", outputs) ? [noteOn("outputs", alone.outputs)] : []),
  ];
  if (!changed && notes.length === 0) return { network, outputs: shown, notes };
  const document = network.toDocument();
  const renamed = Network.fromDocument(
    {
      ...document,
      inputs: document.inputs?.map((each, i) => ({ ...each, name: alone.inputs[i]! })) ?? [],
      outputs: document.outputs?.map((each, i) => ({ ...each, name: recorded[i]! })) ?? [],
    },
    { mostDrawn },
  );
  return { network: renamed, outputs: shown, notes };
}

function noteOn(kind: string, names: readonly string[]): string {
  const most = 10;
  const more = names.length > most ? ` and ${names.length - most} more` : "";
  return `several ${kind} have one name; here they are called ${names.slice(0, most).join(", ")}${more}`;
}
