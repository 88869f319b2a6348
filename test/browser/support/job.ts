// What is done with a network, in Node and in a page alike: this file is in both. Invariant: it
// imports only the public entry, so that a page loads no more of the library than a user's would.

import { Network } from "../../../src/index.js";
import type { AsyncModel, Model, Precision } from "../../../src/index.js";

/** Plain data, so that it can travel into a page. */
export interface Job {
  readonly name: string;
  /** The network as JSON text. */
  readonly document: string;
  readonly dt: number;
  readonly backend: "iterative" | "sparse" | "gpu" | "auto";
  readonly precision: Precision;
  /** Absent: the one that the backend takes. */
  readonly device?: "gpu.js";
  /** Threads; absent: 1. */
  readonly workers?: number;
  readonly steps: number;
  /** From which step on which input is held; null is none. */
  readonly inputs: readonly (readonly [step: number, x: readonly number[] | null])[];
  /** Steps before which the model is reset, ascending. */
  readonly resets: readonly number[];
}

type Numbers = Float64Array | Float32Array;

function joinBytes(parts: readonly Numbers[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const { buffer, byteOffset, byteLength } of parts) {
    all.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  return all;
}

/** What a job came to. */
export interface Done {
  /** Every output of every step, then every state after the last one. */
  readonly bytes: Uint8Array;
  /** The backend that did it. */
  readonly backend: string;
}

/** A model that is quiet. */
export function compileFor(network: Network, job: Job) {
  const { dt, backend, precision, device, workers } = job;
  const onWarning = (): undefined => undefined;
  const options = { dt, precision, onWarning, ...(device && { device }) } as const;
  if (workers === undefined) return network.compile({ ...options, backend });
  return network.compile({ ...options, backend: "sparse", workers });
}

/** Compiles a network and does a job with it. */
export async function runNetwork(network: Network, job: Job): Promise<Done> {
  const { steps, inputs, resets } = job;
  const model = await compileFor(network, job);
  const parts: Numbers[] = [];
  let x: number[] | undefined;
  let change = 0;
  let reset = 0;
  for (let step = 0; step < steps; step += 1) {
    for (; resets[reset] === step; reset += 1) await model.reset();
    for (; inputs[change]?.[0] === step; change += 1) x = inputs[change]![1]?.slice();
    parts.push(await model.step(x));
  }
  for (const name of model.state.names()) parts.push(await model.state.get(name));
  const { backend } = model;
  model.dispose();
  return { bytes: joinBytes(parts), backend };
}

/** The same from the network's document. */
export const runJob = (job: Job): Promise<Done> =>
  runNetwork(Network.fromDocument(job.document), job);

/** Does the steps of a job in one call, in the background, without its inputs. */
export async function runAtOnce(network: Network, job: Job): Promise<Done & { warnings: string }> {
  const model = await compileFor(network, job);
  const { spikes } = await model.run({ steps: job.steps, record: [spikesOf(model)], chunk: 100 });
  const found = Object.values(spikes).map(({ step, index }) => Float64Array.of(...step, ...index));
  const { backend, warnings } = model;
  const bytes = joinBytes([...found, Float64Array.from(await model.snapshot())]);
  model.dispose();
  return { bytes, backend, warnings: warnings.join("\n") };
}

const spikesOf = (model: Model | AsyncModel): string =>
  model.state.names().find((name) => name.endsWith(".spikes"))!;
