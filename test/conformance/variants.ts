// Which backends, precisions and pass settings the suite runs. MYELIN_BACKEND, a list of names with
// commas, selects backends; by default all that are installed and available here.

import type { BackendName, CompileOptions, Network, Precision } from "../../src/index.js";
import { backendLoaders } from "../../src/runtime/backend-list.js";
import type { Backend } from "../../src/runtime/backend.js";
import type { AnyModel } from "../helpers/running.js";

export interface Variant {
  readonly backend: BackendName;
  readonly precision: Precision;
}

/** What a backend promises beside the iterative one, in the same precision. */
export type Agreement = "bits" | "close";

/** Backends whose arithmetic is that of the iterative one, operation by operation. */
const sameBits: readonly string[] = ["iterative", "sparse"];

export const agreementOf = ({ backend }: Variant): Agreement =>
  sameBits.includes(backend) ? "bits" : "close";

/** The names that the environment asks for, or all. */
export function wantedBackends(given: string | undefined): readonly string[] {
  const installed = Object.keys(backendLoaders);
  const wanted = (given ?? "").split(",").flatMap((name) => name.trim() || []);
  for (const name of wanted) {
    if (installed.includes(name)) continue;
    throw new Error(`MYELIN_BACKEND: there is no backend "${name}", only ${installed.join(", ")}`);
  }
  return wanted.length === 0 ? installed : wanted;
}

/** All variants that can run here; a backend that was asked for by name has to be available. */
export async function findVariants(given = process.env["MYELIN_BACKEND"]): Promise<Variant[]> {
  const variants: Variant[] = [];
  for (const name of wantedBackends(given)) {
    const load = (backendLoaders as Record<string, () => Promise<{ create(): Promise<unknown> }>>)[
      name
    ]!;
    const backend = (await (await load()).create()) as Backend | null;
    if (backend === null) {
      if (given !== undefined) throw new Error(`the backend "${name}" cannot run on this machine`);
      continue;
    }
    for (const precision of backend.precisions) {
      variants.push({ backend: name as BackendName, precision });
    }
  }
  return variants;
}

/** Compiles for a variant, without printing warnings. */
export async function compileFor(
  network: Network,
  { backend, precision }: Variant,
  options: CompileOptions,
): Promise<AnyModel> {
  return network.compile({ onWarning: () => {}, ...options, backend, precision });
}
