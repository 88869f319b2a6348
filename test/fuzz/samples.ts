// What is changed: saved models of every part of the catalogue and of every kind of op, network
// documents, and tensors; some with names that somebody might give who wants to break something.

import { create as createIterative } from "../../backends/iterative/index.js";
import { encodeModel } from "../../src/file/model-file.js";
import { loadModel, writeSafetensors } from "../../src/index.js";
import type { Network } from "../../src/index.js";
import type { Program } from "../../src/ir/program.js";
import { catalogueNetworks } from "../helpers/catalogue-networks.js";
import { everyPart, everyRule, halfCentre } from "../helpers/document-networks.js";
import { hostileNames } from "../helpers/hostile-names.js";
import { documentOf, networkOf } from "../helpers/hostile-network.js";
import { programCases } from "../helpers/program-cases/index.js";

/** What is changed, by the kind of reader that it is for. */
export interface Samples {
  readonly files: readonly Uint8Array[];
  readonly documents: readonly unknown[];
  readonly tensors: readonly Uint8Array[];
}

const quiet = { onWarning: () => {} };
const someNames = hostileNames.filter((_name, i) => i % 97 === 0);

async function savedNetwork(net: Network): Promise<Uint8Array> {
  const model = await net.compile({ dt: 0.1, backend: "iterative", ...quiet });
  model.runSync({ steps: 20, input: 5 });
  const bytes = model.toBytes();
  model.dispose();
  return bytes;
}

async function savedProgram(program: Program): Promise<Uint8Array | undefined> {
  const backend = await createIterative();
  // Functions of the user cannot be saved.
  const hasHost = program.ops.some(({ kind }) => kind === "host");
  if (hasHost || backend === null || backend.supports(program).length > 0) return undefined;
  const executable = await backend.load(program, { device: "cpu", hosts: new Map() });
  const state = await executable.snapshot();
  executable.dispose();
  const rest = { aliases: new Map(), synapticArrays: [], resetKeepsSynapses: false, warnings: [] };
  return encodeModel({ program, state, ...rest }, "0.0.0");
}

const isThere = <T>(value: T | undefined): value is T => value !== undefined;

async function fileSamples(): Promise<Uint8Array[]> {
  const networks = [
    ...catalogueNetworks().map(({ build }) => build()),
    networkOf(someNames.slice(0, 3)),
    halfCentre(),
  ];
  const saved = await Promise.all(networks.map(savedNetwork));
  const programs = await Promise.all(programCases.map(({ program }) => savedProgram(program)));
  return [...saved, ...programs.filter(isThere)];
}

function tensorSamples(): Uint8Array[] {
  const names = Object.fromEntries(
    someNames.map((name, i) => [name, { shape: [2, 1], data: Float32Array.of(i, -i) }]),
  );
  const types = {
    double: { shape: [2, 2], data: Float64Array.of(1, -0, NaN, Infinity) },
    int: { shape: [], data: Int32Array.of(5) },
    nothing: { shape: [0, 3], data: new Uint8Array(0) },
    byte: { shape: [3], data: Int8Array.of(1, 2, 3) },
  };
  return [names, types].map((each) => writeSafetensors(each, { about: "samples" }));
}

/** Makes all of them; about a second. */
export async function makeSamples(): Promise<Samples> {
  const files = await fileSamples();
  const first = await loadModel(files[0]!, { backend: "iterative", ...quiet });
  const documents = [
    ...[halfCentre(), everyPart("none"), everyPart("some"), everyPart("all"), everyRule()].map(
      (net) => net.toDocument(),
    ),
    everyPart("none").toDocument({ arrays: () => {}, least: 1 }),
    documentOf(someNames),
  ].map((document) => JSON.parse(JSON.stringify(document)) as unknown);
  return { files, documents, tensors: [...tensorSamples(), first.toSafetensors()] };
}
