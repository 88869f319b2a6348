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
    await context.out.write([`${jsonText({ devices, ...missing })}\n`]);
    return codes.done;
  }
  if (found.missing !== undefined) {
    const { reason, hint: cure } = found.missing;
    await context.out.write([`no GPU: ${reason}. ${cure}\n`]);
    return codes.done;
  }
  const rows = found.devices.map(({ device, name, isSoftware, limits }) => [
    device,
    name,
    `${showBytes(limits.maxStorageBufferBindingSize)} in one buffer`,
    isSoftware ? software : "",
  ]);
  await context.out.write([table(rows)]);
  return codes.done;
}
