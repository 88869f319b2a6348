// What CPU backends check before they load a Program. Invariant: a Program that is refused here has
// cost no memory.

import { BackendUnavailableError } from "../errors.js";
import type { Program } from "../ir/program.js";
import type { Backend, LoadOptions, Problem } from "../runtime/backend.js";

/** What no CPU backend can run. */
export function commonProblems(program: Program): Problem[] {
  const problems: Problem[] = [];
  if (program.format !== 1) {
    problems.push({
      code: "format",
      reason: `the Program has the format ${program.format}, not 1`,
    });
  }
  if (program.precision !== "float64" && program.precision !== "float32") {
    problems.push({ code: "precision", reason: `computes in float64 or float32 only` });
  }
  return problems;
}

/** Refuses a device or a Program that a backend does not have or support. */
export function checkLoad(
  { name, devices, supports }: Pick<Backend, "name" | "devices" | "supports">,
  program: Program,
  { device }: LoadOptions,
): void {
  if (!devices.includes(device)) {
    throw new BackendUnavailableError({
      code: "device",
      where: program.name,
      problem: `cannot run there on the ${name} backend`,
      got: device,
      allowed: devices.join(", "),
      hint: "Choose another device or backend.",
    });
  }
  const [problem] = supports(program);
  if (problem === undefined) return;
  throw new BackendUnavailableError({
    code: problem.code,
    where: program.name,
    problem: `cannot run on the ${name} backend: ${problem.reason}`,
  });
}
