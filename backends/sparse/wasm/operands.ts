// How many values each instruction takes from the stack and whether it leaves one.
// Invariant: follows from the names of the instructions; used for printing only.

import type { Immediate } from "./instructions.js";

export interface Effect {
  readonly takes: number;
  readonly leaves: 0 | 1;
}

const effect = (takes: number, leaves: 0 | 1): Effect => ({ takes, leaves });

const byName: Readonly<Record<string, Effect>> = {
  unreachable: effect(0, 0),
  nop: effect(0, 0),
  return: effect(0, 0),
  drop: effect(1, 0),
  select: effect(3, 1),
  br: effect(0, 0),
  br_if: effect(1, 0),
  "local.get": effect(0, 1),
  "local.set": effect(1, 0),
  "local.tee": effect(1, 1),
  "global.get": effect(0, 1),
  "global.set": effect(1, 0),
  "v128.bitselect": effect(3, 1),
};

/** Operations on one value, by what follows the dot. */
const ofOne = new RegExp(
  "^(eqz|clz|ctz|popcnt|abs|neg|ceil|floor|trunc|nearest|sqrt|not|splat|any_true|all_true|bitmask" +
    "|(wrap|extend|convert|demote|promote|reinterpret|trunc_sat|extract_lane)(_.*)?)$",
);

/** What an instruction other than a call or a block does to the stack. */
export function effectOf(name: string, immediate: Immediate): Effect {
  const known = byName[name];
  if (known !== undefined) return known;
  if (immediate === "memories") return effect(3, 0);
  if (name.endsWith(".const")) return effect(0, 1);
  const isMemory = immediate === "memory" || immediate === "memoryLane";
  if (isMemory && name.includes(".store")) return effect(2, 0);
  if (immediate === "memory") return effect(1, 1);
  return effect(ofOne.test(name.slice(name.indexOf(".") + 1)) ? 1 : 2, 1);
}
