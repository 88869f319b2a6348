// `myelin calibrate`: times the backends of this machine, so that `auto` knows them. Invariant: what is
// kept changes which backend is taken, never a result.

import { backendLoaders } from "../runtime/backend-list.js";
import type { Backend } from "../runtime/backend.js";
import { calibrate as measure } from "../runtime/pace.js";
import { codes } from "./command.js";
import type { Context } from "./command.js";
import { readArguments } from "./flags.js";
import { jsonPieces } from "./json.js";
import { table } from "./text.js";

export const calibrateFlags = { "--json": {} } as const;

/** The backends that can run here, each on its first device. */
async function available(): Promise<readonly Backend[]> {
  const loaded = await Promise.all(Object.values(backendLoaders).map((load) => load()));
  const created = await Promise.all(loaded.map(({ create }) => create().catch(() => null)));
  return created.filter((backend) => backend !== null);
}

/** Runs the command with its arguments. */
export async function calibrate(args: readonly string[], context: Context): Promise<number> {
  const rules = { flags: calibrateFlags, places: [], hint: "See myelin calibrate --help." };
  const flags = readArguments(args, rules);
  if (flags === "help") throw new TypeError("help is answered before");
  const rows: { name: string; device: string; precision: string; fixed: number; rest: number }[] =
    [];
  for (const backend of await available()) {
    const { name, devices, precisions } = backend;
    const device = devices[0]!;
    for (const precision of precisions) {
      rows.push({ name, device, precision, ...(await measure(backend, device, precision)) });
    }
  }
  if (flags.has("--json")) {
    await context.out.write(jsonPieces({ paces: rows }));
    await context.out.write(["\n"]);
    return codes.done;
  }
  const shown = rows.map(({ name, device, precision, fixed, rest }) => [
    ...[name, device, precision],
    ...[fixed, rest].map((factor) => `x ${factor.toPrecision(3)}`),
  ]);
  const head = ["backend", "device", "precision", "a step of any size", "its work"];
  await context.out.write([table([head, ...shown])]);
  return codes.done;
}
