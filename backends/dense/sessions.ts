// The loaded graphs of one Program, made when they are first needed. Invariant: what a call gives
// depends on what it is given alone; the state is kept outside.

import type { Program } from "../../src/ir/program.js";
import { libraryVersion } from "../../src/util/version.js";
import { buildRebuilding, buildRun, buildSettling, buildStep } from "./build/graphs.js";
import type { BuiltGraph, Source } from "./build/graphs.js";
import { encodeOnnx } from "./onnx/model.js";
import { createSession, type Ort, type OrtSession, type OrtTensor } from "./runtime.js";

/** A graph that runs. */
export interface LoadedGraph {
  readonly built: BuiltGraph;
  /** Absent where nothing comes out: then there is nothing to run. */
  readonly session?: OrtSession;
}

/** Runs with other monitors need graphs of their own; so many are kept. */
const mostRuns = 4;

export const producer = { name: "myelin", version: libraryVersion } as const;

type Tensors = Readonly<Record<string, OrtTensor>>;

/** Loads the graphs of a Program and keeps them. */
export class Sessions {
  readonly #ort: Ort;
  readonly #source: Source;
  readonly #device: string;
  readonly #graphs = new Map<string, LoadedGraph>();

  constructor(ort: Ort, source: Source, device: string) {
    this.#ort = ort;
    this.#source = source;
    this.#device = device;
  }

  get #program(): Program {
    return this.#source.program;
  }

  async #load(key: string, build: () => BuiltGraph): Promise<LoadedGraph> {
    const known = this.#graphs.get(key);
    if (known !== undefined) return known;
    const built = build();
    const loaded = built.record.outputs.length === 0 ? { built } : await this.#create(built);
    this.#graphs.set(key, loaded);
    await this.#forget();
    return loaded;
  }

  async #create(built: BuiltGraph): Promise<LoadedGraph> {
    const bytes = encodeOnnx({ graph: built.record }, producer);
    const at = { device: this.#device, where: this.#program.name };
    return { built, session: await createSession(this.#ort, bytes, at) };
  }

  /** Lets go of the oldest graph of a run when there are too many. */
  async #forget(): Promise<void> {
    const runs = [...this.#graphs.keys()].filter((key) => key.startsWith("run "));
    for (const key of runs.slice(0, -mostRuns)) {
      const { session } = this.#graphs.get(key)!;
      this.#graphs.delete(key);
      await session?.release();
    }
  }

  step(): Promise<LoadedGraph> {
    return this.#load("step", () => buildStep(this.#source));
  }

  /** Many steps; the arrays in `watched` are sampled in each of them. */
  run(watched: readonly string[]): Promise<LoadedGraph> {
    const names = [...new Set(watched)].sort();
    return this.#load(`run ${JSON.stringify(names)}`, () => buildRun(this.#source, names));
  }

  settling(): Promise<LoadedGraph> {
    return this.#load("settle", () => buildSettling(this.#source));
  }

  rebuilding(): Promise<LoadedGraph> {
    return this.#load("rebuild", () => buildRebuilding(this.#source));
  }

  /** Runs a graph. */
  async call({ session }: LoadedGraph, feeds: Tensors): Promise<Tensors> {
    return session === undefined ? {} : session.run(feeds);
  }

  async release(): Promise<void> {
    const loaded = [...this.#graphs.values()];
    this.#graphs.clear();
    for (const { session } of loaded) await session?.release();
  }
}
