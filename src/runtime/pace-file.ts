// What was measured of the backends on this machine, in a file of the user's cache. Invariant: the file
// is a convenience; whatever is wrong with it, or with writing it, means that it is measured again.

import { libraryVersion } from "../util/version.js";

/** Factors by which the two parts of an estimated step are longer here. */
export interface Pace {
  /** What a step takes whatever its size. */
  readonly fixed: number;
  readonly rest: number;
}

interface Files {
  readFileSync(path: string, encoding: "utf8"): string;
  writeFileSync(path: string, text: string): void;
  renameSync(from: string, to: string): void;
  mkdirSync(path: string, options: { readonly recursive: true }): void;
}
interface System {
  homedir(): string;
  cpus(): readonly { readonly model: string }[];
}
interface Host {
  readonly process?: {
    readonly pid: number;
    readonly version: string;
    readonly env: Readonly<Record<string, string | undefined>>;
    getBuiltinModule?(name: string): unknown;
  };
}

/** The folder and what identifies the machine; undefined in a page, and where MYELIN_CACHE is "off". */
function place(): { folder: string; machine: string; files: Files; pid: number } | undefined {
  const { process } = globalThis as Host;
  const files = process?.getBuiltinModule?.("node:fs") as Files | undefined;
  const system = process?.getBuiltinModule?.("node:os") as System | undefined;
  if (process === undefined || files === undefined || system === undefined) return undefined;
  const { MYELIN_CACHE: given, XDG_CACHE_HOME: cache } = process.env;
  if (given === "off") return undefined;
  const folder = given ?? `${cache ?? `${system.homedir()}/.cache`}/myelin`;
  const cpus = system.cpus();
  const machine = [libraryVersion, process.version, cpus[0]?.model ?? "", cpus.length].join("; ");
  return { folder, machine, files, pid: process.pid };
}

const isPace = (value: unknown): value is Pace => {
  if (typeof value !== "object" || value === null) return false;
  const { fixed, rest } = value as Partial<Pace>;
  return [fixed, rest].every((each) => Number.isFinite(each) && each! > 0);
};

/** Paces that were measured before, by backend, device and precision. */
export function readPaces(): Map<string, Pace> {
  const found = new Map<string, Pace>();
  const at = place();
  if (at === undefined) return found;
  try {
    const read: unknown = JSON.parse(at.files.readFileSync(`${at.folder}/pace.json`, "utf8"));
    const { machine, paces } = read as { machine?: unknown; paces?: object };
    if (machine !== at.machine) return found;
    for (const [key, value] of Object.entries(paces ?? {}))
      if (isPace(value)) found.set(key, value);
  } catch {
    // Not there, or not ours.
  }
  return found;
}

/** Keeps paces for the next process. */
export function writePaces(paces: ReadonlyMap<string, Pace>): void {
  const at = place();
  if (at === undefined) return;
  const { folder, machine, files, pid } = at;
  try {
    files.mkdirSync(folder, { recursive: true });
    const draft = `${folder}/pace.json.${pid}`;
    files.writeFileSync(draft, JSON.stringify({ machine, paces: Object.fromEntries(paces) }));
    files.renameSync(draft, `${folder}/pace.json`);
  } catch {
    // A cache that cannot be written is measured again.
  }
}
