// From the `compat` option to the set of oddities that are on.

import { ValidationError } from "../errors.js";
import { quirkNames } from "../models/quirks.js";
import type { Compat, QuirkName } from "../models/quirks.js";
import { isRecord } from "./checks.js";
import { unknownName } from "./names.js";

const systems: ReadonlyMap<unknown, readonly QuirkName[]> = new Map([["sns-toolbox", quirkNames]]);

/** Checks a `compat` option; absent means none. */
export function resolveQuirks(where: string, compat: Compat | undefined): ReadonlySet<QuirkName> {
  const given: unknown = compat;
  if (given === undefined) return new Set();
  const system = systems.get(given);
  if (system !== undefined) return new Set(system);
  if (typeof given === "string") {
    throw unknownName(`${where}.compat`, "system", given, ["sns-toolbox"]);
  }
  if (!isRecord(given)) {
    throw new ValidationError({
      code: "wrong-kind",
      where: `${where}.compat`,
      problem: "must name a system or single oddities",
      got: given,
      allowed: '"sns-toolbox" or an object such as { timeFactorG: true }',
    });
  }
  return chosenQuirks(`${where}.compat`, given);
}

function chosenQuirks(where: string, given: Readonly<Record<string, unknown>>): Set<QuirkName> {
  const chosen = new Set<QuirkName>();
  for (const key of Object.keys(given)) {
    const quirk = quirkNames.find((name) => name === key);
    if (quirk === undefined) throw unknownName(where, "oddity", key, quirkNames);
    const on = given[key];
    if (on !== undefined && typeof on !== "boolean") {
      throw new ValidationError({
        code: "wrong-kind",
        where: `${where}.${key}`,
        problem: "must be a boolean",
        got: on,
        allowed: "true or false",
      });
    }
    if (on === true) chosen.add(quirk);
  }
  return chosen;
}
