// `myelin devices`: the GPUs that the gpu backend can use, with their limits. Invariant: says what there
// is and why there is not more; finding none is no failure.

import { backendLoaders } from "../runtime/backend-list.js";
import { codes } from "./command.js";
import type { Context } from "./command.js";
import { readArguments } from "./flags.js";
import { jsonText } from "./json.js";
import { showBytes, table } from "./text.js";

export const deviceFlags = { "--json": {} } as const;

const software = "computes on the CPU: for tests";

/** Runs the command with its arguments. */
export async function devices(args: readonly string[], context: Context): Promise<number> {
  const hint = "See myelin devices --help.";
  const flags = readArguments(args, { flags: deviceFlags, places: [], hint });
  if (flags === "help") throw new TypeError("help is answered before");
  const { listDevices } = await backendLoaders.gpu();
  const found = await listDevices();
  if (flags.has("--json")) {
    const devices = found.devices.map(({ device, name, isSoftware, limits }) => {
      return { device, name, isSoftware, limits: { ...limits } };
    });
    const missing = found.missing === undefined ? {} : { missing: { ...found.missing } };
    const gpuJs = { ...found.gpuJs };
    await context.out.write([`${jsonText({ devices, ...missing, "gpu.js": gpuJs })}\n`]);
    return codes.done;
  }
  const { missing, gpuJs } = found;
  if (missing !== undefined) {
    await context.out.write([`no GPU: ${missing.reason}. ${missing.hint}\n`]);
  }
  const rows = found.devices.map(({ device, name, isSoftware, limits }) => [
    device,
    name,
    `${showBytes(limits.maxStorageBufferBindingSize)} in one buffer`,
    isSoftware ? software : "",
  ]);
  if ("kind" in gpuJs) rows.push(["gpu.js", gpuJs.kind, "float32, without spikes", ""]);
  else await context.out.write([`no gpu.js: ${gpuJs.reason}. ${gpuJs.hint}\n`]);
  if (rows.length > 0) await context.out.write([table(rows)]);
  return codes.done;
}
