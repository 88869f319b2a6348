// The package onnxruntime-node, as far as it is used here: its public API, loaded when it is needed.
// Invariant: without the package, or where its binary does not load, there is simply no backend.

import { BackendUnavailableError } from "../../src/errors.js";
import type { Element, TensorData } from "./onnx/model.js";

/** A tensor of the runtime. */
export interface OrtTensor {
  readonly data: unknown;
}

/** A loaded graph. */
export interface OrtSession {
  run(feeds: Readonly<Record<string, OrtTensor>>): Promise<Readonly<Record<string, OrtTensor>>>;
  release(): Promise<void>;
}

/** What is used of the package. */
export interface Ort {
  readonly Tensor: new (type: Element, data: TensorData, dims: readonly number[]) => OrtTensor;
  readonly InferenceSession: {
    create(bytes: Uint8Array, options: Readonly<Record<string, unknown>>): Promise<OrtSession>;
  };
  readonly listSupportedBackends?: () => readonly { readonly name: string }[];
}

/** Devices of the package that a model can be compiled for. */
const knownDevices: readonly string[] = ["cpu", "cuda", "webgpu"];

/** In bundles for browsers there is nothing under this name: see "browser" in package.json. */
const importPackage = (): Promise<unknown> => import("onnxruntime-node");

const isOrt = (found: unknown): found is Ort =>
  typeof found === "object" && found !== null && "Tensor" in found && "InferenceSession" in found;

/** The package, or null where there is none that works; `load` is for tests. */
export async function loadOrt(load: () => Promise<unknown> = importPackage): Promise<Ort | null> {
  try {
    const found = await load();
    if (isOrt(found)) return found;
    const inner = (found as { readonly default?: unknown }).default;
    return isOrt(inner) ? inner : null;
  } catch {
    return null;
  }
}

/** The devices that this build of the package knows; whether they are there shows when one is used. */
export function devicesOf(ort: Ort): readonly string[] {
  const listed = ort.listSupportedBackends?.().map(({ name }) => name) ?? [];
  return knownDevices.filter((device) => device === "cpu" || listed.includes(device));
}

const remedies: Readonly<Record<string, string>> = {
  cuda:
    "It needs Linux on x64, an NVIDIA driver, CUDA 12 and cuDNN, and the CUDA files of " +
    "onnxruntime-node, which its install script fetches: npm rebuild onnxruntime-node.",
  webgpu: "It needs a GPU with a driver for Vulkan, Metal or Direct3D 12.",
};

/** Loads a graph on a device. */
export async function createSession(
  ort: Ort,
  bytes: Uint8Array,
  { device, where }: { readonly device: string; readonly where: string },
): Promise<OrtSession> {
  const options = {
    executionProviders: device === "cpu" ? ["cpu"] : [device, "cpu"],
    // Measured: for one network a second thread gains nothing, and it hurts on a busy machine.
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    // Fatal errors only; what goes wrong is thrown.
    logSeverityLevel: 4,
  };
  try {
    return await ort.InferenceSession.create(bytes, options);
  } catch (cause) {
    if (device === "cpu") throw cause;
    throw new BackendUnavailableError({
      code: "device",
      where,
      problem: `the device ${device} of the dense backend cannot be used here`,
      got: cause instanceof Error ? cause.message : String(cause),
      allowed: 'device: "cpu", which is always there',
      hint: remedies[device] ?? "Choose another device.",
      cause,
    });
  }
}
