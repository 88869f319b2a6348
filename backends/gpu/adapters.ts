// Finds GPUs: those of the page, or in Node those that the package `webgpu` finds. Invariant: nothing of
// that is looked for before it is asked for; where there is none, it is said why and what to do.

import { BackendUnavailableError, DeviceError } from "../../src/errors.js";
import type {
  AdapterOptions,
  Gpu,
  GpuAdapter,
  GpuDevice,
  LimitName,
  Limits,
} from "./webgpu-api.js";

/** A GPU that was found. */
export interface Found {
  /** Its name as a device of this backend. */
  readonly device: string;
  readonly name: string;
  /** Computes on the CPU: for tests, not for speed. */
  readonly isSoftware: boolean;
  readonly limits: Limits;
  /** What it was asked for with: adapters are used up when a device is made. */
  readonly options: AdapterOptions;
}

/** Why there is no GPU, and what to do about it. */
export interface Missing {
  readonly code: "package-missing" | "no-adapter";
  readonly reason: string;
  readonly hint: string;
}

/** Whether this is Node and no page. */
export const isNode = (): boolean =>
  (globalThis as { process?: { versions?: { node?: string } } }).process?.versions?.node !==
  undefined;

/** Kept for good: the objects of the package end the process when they are let go of early. */
let made: Gpu | undefined;

/** What stands for `navigator.gpu` here, or why there is nothing. */
async function entry(): Promise<Gpu | Missing> {
  const { navigator } = globalThis as { navigator?: { gpu?: Gpu } };
  if (navigator?.gpu !== undefined) return navigator.gpu;
  if (made !== undefined) return made;
  const code = "package-missing";
  if (!isNode()) {
    const hint = "Use a browser with WebGPU, and https or localhost.";
    return { code, reason: "this page has no WebGPU (navigator.gpu)", hint };
  }
  try {
    const { create } = await import("webgpu");
    made = create([]) as unknown as Gpu;
    return made;
  } catch (error) {
    const why = error instanceof Error ? error.message.split("\n")[0]! : String(error);
    return {
      code,
      reason: `the package "webgpu" cannot be loaded (${why})`,
      hint: "npm install webgpu",
    };
  }
}

/** Ways of asking that may give different GPUs; the first is what one gets without a wish. */
const ways: readonly AdapterOptions[] = [
  { powerPreference: "high-performance" },
  {},
  { powerPreference: "low-power" },
  { forceFallbackAdapter: true },
];

const isMissing = (gpu: Gpu | Missing): gpu is Missing => "reason" in gpu;

function nameOf({ info }: GpuAdapter): string {
  const { vendor, architecture, device, description } = info;
  const parts = [description, device, architecture, vendor].filter((part) => part);
  return parts[0] === undefined ? "a GPU without a name" : parts.slice(0, 2).join(", ");
}

/** Adapters that a description names as computing on the CPU, where the standard's flag is missing. */
const softwareNames = /swiftshader|llvmpipe|lavapipe|software|basic render/i;

function limitsOf({ limits }: GpuAdapter): Limits {
  return {
    maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
    maxBufferSize: limits.maxBufferSize,
    maxStorageBuffersPerShaderStage: limits.maxStorageBuffersPerShaderStage,
    maxComputeWorkgroupsPerDimension: limits.maxComputeWorkgroupsPerDimension,
    maxComputeInvocationsPerWorkgroup: limits.maxComputeInvocationsPerWorkgroup,
  };
}

/** All GPUs that can be told apart here, the fastest first; or why there is none. */
export async function findGpus(): Promise<readonly Found[] | Missing> {
  const gpu = await entry();
  if (isMissing(gpu)) return gpu;
  const found = new Map<string, Found>();
  for (const options of ways) {
    const adapter = await gpu.requestAdapter(options);
    if (adapter === null) continue;
    const name = nameOf(adapter);
    if (found.has(name)) continue;
    const isFallback = adapter.info.isFallbackAdapter ?? adapter.isFallbackAdapter ?? false;
    found.set(name, {
      ...{ device: `gpu:${found.size}`, name, options, limits: limitsOf(adapter) },
      isSoftware: isFallback || softwareNames.test(name),
    });
  }
  if (found.size > 0) return [...found.values()];
  return {
    code: "no-adapter",
    reason: "WebGPU finds no GPU that it can use (requestAdapter gave null)",
    hint: isNode()
      ? "Install the driver of the GPU with Vulkan (on Linux also libvulkan1), Metal or Direct3D 12."
      : "Update the browser and the driver of the GPU, or allow WebGPU in the browser's settings.",
  };
}

/** Limits that are asked for as large as the adapter has them. */
const wantedLimits: readonly LimitName[] = ["maxStorageBufferBindingSize", "maxBufferSize"];

/** A device that models share, and whether it is still there. */
export interface Device {
  readonly gpu: GpuDevice;
  readonly found: Found;
  /** Set when the device is lost: nothing on it can be reached any more. */
  lost?: { readonly reason: string; readonly message: string };
}

const open = new Map<string, Promise<Device>>();

function unavailable(where: string, { code, reason, hint }: Missing, device: string): never {
  const problem = `the gpu backend cannot run here: ${reason}`;
  throw new BackendUnavailableError({ code, where, problem, got: device, hint });
}

async function connect(where: string, found: Found): Promise<Device> {
  const gpu = await entry();
  if (isMissing(gpu)) return unavailable(where, gpu, found.device);
  const adapter = await gpu.requestAdapter(found.options);
  const gone: Missing = { code: "no-adapter", reason: "the GPU is gone", hint: "Try again." };
  if (adapter === null) return unavailable(where, gone, found.device);
  const limits = limitsOf(adapter);
  const requiredLimits = Object.fromEntries(wantedLimits.map((name) => [name, limits[name]]));
  try {
    const device: Device = {
      gpu: await adapter.requestDevice({ label: "myelin", requiredLimits }),
      found,
    };
    // What goes wrong is looked for where it can happen; without a listener it would be printed.
    device.gpu.onuncapturederror = () => undefined;
    void device.gpu.lost.then(({ reason, message }) => {
      device.lost = { reason, message };
      open.delete(found.device);
    });
    return device;
  } catch (cause) {
    throw new DeviceError({
      code: "no-device",
      where,
      problem: `the GPU ${found.name} gives no device`,
      hint: "Close other programs that use it, or choose another device or backend.",
      cause,
    });
  }
}

/** The GPU that `gpu` or `gpu:N` means. */
function chosen(where: string, gpus: readonly Found[], device: string): Found {
  const found = gpus.find((one) => one.device === (device === "gpu" ? "gpu:0" : device));
  if (found !== undefined) return found;
  throw new BackendUnavailableError({
    code: "device",
    where,
    problem: "there is no such GPU",
    got: device,
    allowed: ["gpu", ...gpus.map((one) => `${one.device} (${one.name})`)].join(", "),
    hint: "The command `myelin devices` lists them.",
  });
}

/** The device that a model runs on; models of one GPU share it. */
export async function openDevice(where: string, device: string): Promise<Device> {
  const gpus = await findGpus();
  if ("reason" in gpus) return unavailable(where, gpus, device);
  const found = chosen(where, gpus, device);
  let opened = open.get(found.device);
  if (opened === undefined) {
    opened = connect(where, found);
    open.set(found.device, opened);
    opened.catch(() => open.delete(found.device));
  }
  return opened;
}
