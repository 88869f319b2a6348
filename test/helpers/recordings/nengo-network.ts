// Builds the Program of a recorded Nengo network: nodes, ensembles, connections, rules and probes,
// in Nengo's order of a step. Everything random (encoders, decoders, ...) is in the recording.

import { body } from "../../../src/ir/build.js";
import type { Program } from "../../../src/ir/program.js";
import type { ConnectionCase, EnsembleCase, NetworkCase, NodeCase } from "./nengo-cases.js";
import { neuronBody } from "./nengo-neurons.js";
import { addRule, type Rule } from "./nengo-rules.js";
import { addFilter, type Filter } from "./nengo-synapse.js";
import { addWeights, weightedReads, type Signal, type Weights } from "./nengo-weights.js";
import { ProgramDraft } from "./program-draft.js";

export interface NengoProgram {
  readonly program: Program;
  /** Fills the input vector. */
  readonly input: (step: number, x: Float32Array | Float64Array) => void;
  /** The array that each probe shows, and the spike list of each ensemble. */
  readonly probes: ReadonlyMap<string, string>;
  readonly spikes: ReadonlyMap<string, string>;
}

/** Name of the sum of what arrives at a place. */
const sumOf = (id: string, port: string): string => `${id}.${port}`;

/** A connection with its arrays. */
interface Link {
  readonly connection: ConnectionCase;
  readonly pre: Signal;
  readonly weights: Weights;
  /** Weighted source values of this step. */
  readonly value: string;
  readonly filter?: Filter;
}

class NetworkBuilder {
  readonly draft = new ProgramDraft();
  readonly probes = new Map<string, string>();
  readonly spikes = new Map<string, string>();
  readonly #network: NetworkCase;
  readonly #sources: NodeCase[] = [];
  readonly #signals = new Map<string, Signal>();
  readonly #links: Link[] = [];
  readonly #rules: Rule[] = [];
  readonly #probeFilters: Filter[] = [];

  constructor(network: NetworkCase) {
    this.#network = network;
    this.#addNodes();
    for (const ensemble of network.ensembles) this.#addEnsemble(ensemble);
    for (const probe of network.probes) {
      if (probe.kind === "decoded") this.#addSum(probe.id, "input", probe.size);
    }
    for (const connection of network.connections) this.#addRuleSums(connection);
    for (const connection of network.connections) this.#addLink(connection);
    for (const connection of network.connections) this.#addRules(connection);
    this.#addProbes();
  }

  /* ---- arrays ---- */

  #addSum(id: string, port: string, length: number): string {
    return this.draft.array({ name: sumOf(id, port), role: "scratch", length });
  }

  #addNodes(): void {
    const { nodes } = this.#network;
    const sources = nodes.filter(({ type }) => type === "source");
    const total = sources.reduce((sum, { size }) => sum + size, 0);
    if (total > 0) this.draft.array({ name: "x", role: "input", length: total });
    let offset = 0;
    for (const node of nodes) {
      const { id, size } = node;
      let array: string;
      if (node.type === "source") {
        this.#sources.push(node);
        this.#signals.set(`${id}.output`, { array: "x", offset, size });
        offset += size;
        continue;
      }
      if (node.type === "constant") {
        const initial = Float64Array.from(node.value);
        array = this.draft.array({ name: `${id}.value`, role: "parameter", initial });
      } else {
        array = this.#addSum(id, "input", size);
      }
      this.#signals.set(`${id}.output`, { array, offset: 0, size });
    }
  }

  #addEnsemble(ensemble: EnsembleCase): void {
    const { id, n, d, neuron, gain, radius, encoders } = ensemble;
    const { draft } = this;
    const state = this.#addSum(id, "state", d);
    this.#signals.set(`${id}.state`, { array: state, offset: 0, size: d });
    if (neuron.type === "Direct") return;
    const scale = gain.map((value) => value / radius);
    const scaled = encoders.flatMap((row, i) => row.map((value) => value * scale[i]!));
    const isLearned = this.#network.connections.some(
      ({ post, rules }) => post.obj === id && rules?.some(({ type }) => type === "Voja"),
    );
    const constant = (name: string, values: readonly number[]): string =>
      draft.array({ name: `${id}.${name}`, role: "parameter", initial: Float64Array.from(values) });
    constant("gain", gain);
    constant("bias", ensemble.bias);
    constant("scale", scale);
    const role = isLearned ? "state" : "parameter";
    draft.array({ name: `${id}.encoders`, role, initial: Float64Array.from(scaled) });
    const { states, fires } = neuronBody(neuron);
    for (const key of Object.keys(states)) {
      draft.array({ name: `${id}.${key}`, initial: Float64Array.from(ensemble.state[key]!) });
    }
    draft.array({ name: `${id}.J`, role: "scratch", length: n });
    const out = draft.array({ name: `${id}.out`, role: "scratch", length: n });
    this.#signals.set(`${id}.neurons`, { array: out, offset: 0, size: n });
    if (fires === undefined) return;
    this.spikes.set(id, draft.array({ name: `${id}.spikes`, type: "spikes", length: n }));
  }

  #addRuleSums({ id, rules }: ConnectionCase): void {
    const { connections } = this.#network;
    const arriving = (k: number): ConnectionCase | undefined =>
      connections.find(({ post }) => post.obj === id && post.port === "rule" && post.rule === k);
    (rules ?? []).forEach(({ type }, k) => {
      const sender = arriving(k);
      const isVector = sender?.weights.type === "dense" && type !== "Voja";
      const size = isVector ? (sender.weights as { value: readonly unknown[] }).value.length : 1;
      this.#addSum(id, `rule${k}`, size);
    });
  }

  /** The sum that a connection adds to; neurons and currents add to J. */
  #targetOf({ post }: ConnectionCase): string {
    if (post.port === "neurons" || post.port === "current") return `${post.obj}.J`;
    return sumOf(post.obj, post.port === "rule" ? `rule${post.rule}` : post.port);
  }

  #addLink(connection: ConnectionCase): void {
    const { id, synapse } = connection;
    const pre = this.#signals.get(`${connection.pre.obj}.${connection.pre.port}`);
    if (pre === undefined) throw new Error(`${id}: unknown source`);
    const size = this.draft.lengthOf(this.#targetOf(connection));
    const weights = addWeights(this.draft, connection, pre, size);
    const value = this.draft.array({ name: `${id}.value`, role: "scratch", length: size });
    const link = { connection, pre, weights, value };
    if (synapse === null) {
      this.#links.push(link);
      return;
    }
    const { dt } = this.#network;
    const filter = addFilter(this.draft, { name: id, synapse, dt, size, input: value });
    this.#links.push({ ...link, filter });
  }

  #addRules(connection: ConnectionCase): void {
    const { id, pre, post, rules = [] } = connection;
    const { dt } = this.#network;
    rules.forEach((rule, k) => {
      const isVoja = rule.type === "Voja";
      const layout = { name: `${id}.rule${k}`, dt, signal: sumOf(id, `rule${k}`) };
      const ensemble = this.#network.ensembles.find((one) => one.id === post.obj)!;
      const modified = isVoja ? `${post.obj}.encoders` : `${id}.weights`;
      const sources = isVoja ? ensemble.d : this.draft.lengthOf(`${pre.obj}.out`);
      const site = {
        ...layout,
        pre: `${pre.obj}.out`,
        post: `${post.obj}.out`,
        modified,
        sources,
        targets: this.draft.lengthOf(modified) / sources,
        input: sumOf(post.obj, "state"),
        scale: `${post.obj}.scale`,
      };
      this.#rules.push(addRule(this.draft, site, rule));
    });
  }

  #addProbes(): void {
    for (const probe of this.#network.probes) {
      if (probe.kind === "decoded") {
        this.probes.set(probe.id, sumOf(probe.id, "input"));
        continue;
      }
      const { id, obj, attr, synapse } = probe;
      const shown = this.#attribute(obj, attr);
      if (synapse === null) {
        this.probes.set(id, shown);
        continue;
      }
      const size = this.draft.lengthOf(shown);
      const { dt } = this.#network;
      const filter = addFilter(this.draft, { name: id, synapse, dt, size, input: shown });
      this.#probeFilters.push(filter);
      this.probes.set(id, filter.output);
    }
  }

  /** The array behind a variable that can be probed. */
  #attribute(obj: string, attr: string): string {
    const isEnsemble = this.#network.ensembles.some(({ id }) => id === obj);
    const names: Readonly<Record<string, string>> = {
      input: `${obj}.J`,
      output: `${obj}.out`,
      scaled_encoders: `${obj}.encoders`,
    };
    if (isEnsemble) return names[attr] ?? `${obj}.${attr}`;
    const { array, size } = this.#signals.get(`${obj}.${attr}`)!;
    if (size !== this.draft.lengthOf(array))
      throw new Error(`${obj}: a probe of one source of many`);
    return array;
  }

  /* ---- ops, in the order of a step ---- */

  /** Objects such that every connection without synapse leads forward; rules come last. */
  #inOrder(): string[] {
    const { nodes, ensembles, probes } = this.#network;
    const waiting = [...nodes, ...ensembles, ...probes].map(({ id }) => id);
    const done: string[] = [];
    while (waiting.length > 0) {
      const next = waiting.findIndex((id) =>
        this.#links.every(
          ({ connection: { pre, post }, filter }) =>
            filter !== undefined || post.obj !== id || pre.obj === id || done.includes(pre.obj),
        ),
      );
      if (next < 0) throw new Error("a loop without synapse");
      done.push(...waiting.splice(next, 1));
    }
    return done;
  }

  #clear(name: string): void {
    const { draft } = this;
    const count = draft.lengthOf(name);
    const writes = [draft.set("zero", name)];
    draft.op({ kind: "map", phase: "clear", count, reads: [], body: body("zero = 0"), writes });
  }

  /** Adds what arrives over the connections to one port of an object. */
  #receive(obj: string, port: string, rule?: number): void {
    const { draft } = this;
    for (const link of this.#links) {
      const { connection, value, filter } = link;
      const { post } = connection;
      if (post.obj !== obj || post.port !== port || (post.rule ?? 0) !== (rule ?? 0)) continue;
      if (filter === undefined) this.#weigh(link);
      const isNeurons = port === "neurons";
      const target = this.#targetOf(connection);
      const reads = [draft.read("s", filter?.output ?? value, "source")];
      if (isNeurons) reads.push(draft.read("gain", `${obj}.gain`, "target"));
      draft.op({
        kind: "gather",
        phase: "currents",
        layout: { kind: "diagonal", count: draft.lengthOf(target) },
        reads,
        body: body(`term = ${isNeurons ? "gain * s" : "s"}`),
        writes: [draft.add("term", target, "target")],
      });
    }
  }

  /** Weights times the source's output. */
  #weigh({ weights, pre, value }: Link): void {
    const { draft } = this;
    draft.op({
      kind: "gather",
      phase: "currents",
      layout: weights.layout,
      reads: weightedReads(draft, weights, pre),
      body: body("term = w * s"),
      writes: [draft.set("term", value, "target")],
    });
  }

  #stepEnsemble({ id, n, d, neuron }: EnsembleCase): void {
    const { draft } = this;
    const J = `${id}.J`;
    const one = { kind: "map", phase: "update", count: n } as const;
    const bias = draft.read("J", `${id}.bias`);
    draft.op({ ...one, reads: [bias], body: [], writes: [draft.set("J", J)] });
    draft.op({
      kind: "gather",
      phase: "update",
      layout: { kind: "dense", sources: d, targets: n },
      reads: [draft.read("E", `${id}.encoders`, "edge"), draft.read("x", `${id}.state`, "source")],
      body: body("term = E * x"),
      writes: [draft.add("term", J, "target")],
    });
    this.#receive(id, "neurons");
    this.#receive(id, "current");
    const { states, text, fires } = neuronBody(neuron);
    const named = Object.entries(states);
    const list = this.spikes.get(id);
    const version = list === undefined ? 0 : draft.version(list) + 1;
    draft.op({
      ...one,
      reads: [draft.read("J", J), ...named.map(([key, each]) => draft.read(each, `${id}.${key}`))],
      body: body(text),
      writes: [
        ...named.map(([key, each]) => draft.set(each, `${id}.${key}`)),
        draft.set("out", `${id}.out`),
      ],
      ...(list === undefined ? {} : { emit: { when: fires!, list, version } }),
    });
  }

  #stepObject(id: string): void {
    const ensemble = this.#network.ensembles.find((one) => one.id === id);
    const port = ensemble === undefined ? "input" : "state";
    if (this.draft.has(sumOf(id, port))) this.#clear(sumOf(id, port));
    this.#receive(id, port);
    if (ensemble !== undefined && ensemble.neuron.type !== "Direct") this.#stepEnsemble(ensemble);
  }

  #addOps(): void {
    for (const rule of this.#rules) rule.apply();
    for (const id of this.#inOrder()) this.#stepObject(id);
    for (const { id, rules = [] } of this.#network.connections) {
      rules.forEach((_, k) => {
        this.#clear(sumOf(id, `rule${k}`));
        this.#receive(id, "rule", k);
      });
    }
    this.draft.op({ kind: "record", phase: "record" });
    for (const link of this.#links) {
      if (link.filter === undefined) continue;
      this.#weigh(link);
      link.filter.advance("synapses");
    }
    for (const filter of this.#probeFilters) filter.advance("synapses");
    for (const rule of this.#rules) rule.learn();
  }

  build(): NengoProgram {
    this.#addOps();
    const { id, dt } = this.#network;
    const series = this.#sources.map((node) => (node.type === "source" ? node.series : []));
    const size = this.draft.has("x") ? this.draft.lengthOf("x") : 0;
    const inputs = size === 0 ? [] : [{ name: "sources", offset: 0, size }];
    const program = this.draft.program({ name: id, dt: dt * 1000, order: "nengo", inputs });
    const { probes, spikes } = this;
    const input: NengoProgram["input"] = (step, x) => {
      let at = 0;
      for (const rows of series) for (const value of rows[step] ?? []) x[at++] = value;
    };
    return { program, input, probes, spikes };
  }
}

/** The Program of a recorded network. */
export function nengoProgram(network: NetworkCase): NengoProgram {
  return new NetworkBuilder(network).build();
}
