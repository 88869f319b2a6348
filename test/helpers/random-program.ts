// Programs as lowering makes them before any pass, built at random from a seed: populations with
// arrays of their own, connections of every layout, spikes, delays, inputs and outputs.

import { body, read, write } from "../../src/ir/build.js";
import type {
  ArraySpec,
  Layout,
  NamedValue,
  Op,
  Operand,
  Program,
  Write,
} from "../../src/ir/program.js";
import { renumberVersions } from "../../src/lower/support/rewire.js";

/** A small generator of its own: the tests must not depend on the code they test. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = (seed * 2654435761 + 12345) >>> 0;
  }

  /** Uniform in [0, 1). */
  next(): number {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0;
    return this.#state / 2 ** 32;
  }

  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  values(count: number, low: number, high: number): Float64Array {
    return Float64Array.from({ length: count }, () => this.between(low, high));
  }
}

export interface RandomSettings {
  readonly populations?: number;
  readonly connections?: number;
  readonly mostNeurons?: number;
  readonly tunable?: boolean;
  readonly batch?: number;
  readonly precision?: Program["precision"];
}

interface Population {
  readonly path: string;
  readonly size: number;
  readonly spiking: boolean;
  readonly ring: number;
}

class Builder {
  readonly arrays: ArraySpec[] = [];
  readonly names: NamedValue[] = [];
  readonly setup: Op[] = [];
  readonly phases: { [phase: string]: Op[] } = {};
  #ops = 0;

  constructor(
    readonly dice: Dice,
    readonly settings: RandomSettings,
  ) {}

  array(name: string, spec: Partial<ArraySpec>): string {
    const role = spec.role ?? "state";
    const perCopy = ["state", "scratch", "input", "output"].includes(role);
    this.arrays.push({ name, type: "real", role, length: 1, initial: 0, perCopy, ...spec });
    if (role === "state" || role === "tunable" || role === "parameter") {
      const isSpikes = spec.type === "spikes";
      if (spec.slots !== undefined) return name;
      const count = spec.length ?? 1;
      const kind = isSpikes ? "spikes" : role;
      this.names.push({ path: name, array: name, offset: 0, count, shape: [count], kind });
    }
    return name;
  }

  /** A parameter: one value for all, or one for each. */
  parameter(name: string, count: number, low: number, high: number, at: Operand["at"]): Operand {
    const { dice } = this;
    const single = dice.chance(0.6);
    const symbol = name.slice(name.lastIndexOf(".") + 1);
    const isTunable = this.settings.tunable === true && dice.chance(0.3);
    const role = isTunable ? "tunable" : "parameter";
    const choices = [low, (low + high) / 2, dice.between(low, high)];
    if (single) {
      this.array(name, { role, initial: choices[dice.below(3)]! });
      return read(symbol, `${name}@0`, "one");
    }
    const initial = dice.values(count, low, high);
    // Weights are often absent, and kernels have empty borders.
    if (low === 0 && dice.chance(0.5)) {
      for (let i = 0; i < count; i++) if (dice.chance(0.6)) initial[i] = 0;
    }
    this.array(name, { role, length: count, initial });
    return read(symbol, `${name}@0`, at);
  }

  op(phase: string, op: object): void {
    const { kind } = op as { kind: string };
    (this.phases[phase] ??= []).push({ id: `${kind}${this.#ops++}`, phase, ...op } as Op);
  }
}

function addPopulation(builder: Builder, path: string): Population {
  const { dice, settings } = builder;
  const size = 1 + (dice.chance(0.6) ? 0 : dice.below(settings.mostNeurons ?? 5));
  const spiking = dice.chance(0.5);
  const ring = spiking && dice.chance(0.6) ? 1 + dice.below(4) : 0;
  const own = { length: size, origin: path };
  builder.array(`${path}.V`, { ...own, initial: dice.values(size, -1, 1) });
  for (const sum of ["drive", "conductance", "current"]) {
    builder.array(`${path}.${sum}`, { ...own, role: "scratch" });
  }
  if (spiking) {
    builder.array(`${path}.theta`, { ...own, initial: 0.5 });
    builder.array(`${path}.spiked`, { ...own, role: "scratch" });
    builder.array(`${path}.spikes`, { ...own, type: "spikes" });
    if (ring > 0) {
      const past = { ...own, type: "spikes", slots: ring } as const;
      builder.array(`${path}.past`, past);
      builder.op("emit", {
        kind: "ring",
        origin: path,
        from: { array: `${path}.spikes`, version: 0 },
        into: { array: `${path}.past`, version: 0 },
      });
    }
  }
  builder.op("clear", {
    kind: "map",
    origin: path,
    count: size,
    reads: [],
    body: body("zero = 0"),
    writes: ["drive", "conductance", "current"].map((sum) => write("zero", `${path}.${sum}@1`)),
  });
  addUpdate(builder, { path, size, spiking, ring });
  return { path, size, spiking, ring };
}

function addUpdate(builder: Builder, { path, size, spiking }: Population): void {
  const parameters = [
    builder.parameter(`${path}.C`, size, 4, 6, "element"),
    builder.parameter(`${path}.G`, size, 0.5, 1.5, "element"),
    builder.parameter(`${path}.Er`, size, -0.2, 0.2, "element"),
  ];
  const sums = ["drive", "conductance", "current"].map((sum) => read(sum, `${path}.${sum}@0`));
  const reads = [read("V", `${path}.V@0`), ...sums, ...parameters];
  const step =
    "I = (drive - V * conductance) + current; k = dt / C; V = V + k * (G * (Er - V) + I)";
  const common = { kind: "map", origin: path, count: size };
  if (!spiking) {
    const writes = [write("V", `${path}.V@1`)];
    builder.op("update", { ...common, reads, body: body(step), writes });
    return;
  }
  builder.op("update", {
    ...common,
    reads: [...reads, read("theta", `${path}.theta@0`)],
    body: body(`${step}; spike = V >= theta; theta = theta + 0.01 * (exp(-dt / 7) * V - theta)`),
    writes: ["V", "theta"]
      .map((state) => write(state, `${path}.${state}@1`))
      .concat(write("spike", `${path}.spiked@1`)),
    emit: { when: "spike", list: `${path}.spikes`, version: 1 },
  });
  builder.op("reset", {
    ...common,
    reads: [read("V", `${path}.V@0`), read("s", `${path}.spiked@0`)],
    body: body("V = s ? V - 0.4 : V"),
    writes: [write("V", `${path}.V@1`)],
  });
}

function addRows(builder: Builder, path: string, from: number, to: number, rows: string): Layout {
  const { dice } = builder;
  const [count, others] = rows === "target" ? [to, from] : [from, to];
  const start = new Int32Array(count + 1);
  const other: number[] = [];
  for (let row = 0; row < count; row++) {
    for (let k = 0; k < others; k++) if (dice.chance(0.7)) other.push(k);
    start[row + 1] = other.length;
  }
  const index = (name: string, initial: Int32Array): string =>
    builder.array(`${path}.${rows}${name}`, {
      type: "int",
      role: "index",
      length: initial.length,
      initial,
    });
  const ends = { sources: from, targets: to, edges: other.length };
  const list = index("Other", Int32Array.from(other));
  return {
    kind: "csr",
    rows: rows as "target",
    ...ends,
    start: index("Start", start),
    other: list,
  };
}

/** The same edges in rows of both kinds, edge numbers by source. */
function bothRows(builder: Builder, path: string, from: number, to: number): [Layout, Layout] {
  const bySource = addRows(builder, path, from, to, "source");
  if (bySource.kind !== "csr") throw new Error("unreachable");
  const find = (name: string): Int32Array =>
    builder.arrays.find((spec) => spec.name === name)!.initial as Int32Array;
  const start = find(bySource.start);
  const other = find(bySource.other);
  const list: [number, number, number][] = [];
  for (let s = 0; s < from; s++) {
    for (let p = start[s]!; p < start[s + 1]!; p++) list.push([other[p]!, s, p]);
  }
  list.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const starts = new Int32Array(to + 1);
  for (const [target] of list) starts[target + 1]!++;
  for (let t = 0; t < to; t++) starts[t + 1]! += starts[t]!;
  const index = (name: string, initial: Int32Array): string =>
    builder.array(`${path}.by${name}`, {
      type: "int",
      role: "index",
      length: initial.length,
      initial,
    });
  const byTarget: Layout = {
    ...bySource,
    rows: "target",
    start: index("Start", starts),
    other: index(
      "Source",
      Int32Array.from(list, (one) => one[1]),
    ),
    edge: index(
      "Edge",
      Int32Array.from(list, (one) => one[2]),
    ),
  };
  return [bySource, byTarget];
}

function gradedLayout(builder: Builder, path: string, from: number, to: number): Layout {
  const kind = builder.dice.below(4);
  if (kind === 3 && from === to) {
    return { kind: "stencil", shape: [from], kernel: [1 + 2 * builder.dice.below(3)] };
  }
  if (kind === 0 && from === to) return { kind: "diagonal", count: from };
  if (kind === 1) return addRows(builder, path, from, to, "target");
  return { kind: "dense", sources: from, targets: to };
}

const edgeCount = (layout: Layout): number =>
  layout.kind === "dense"
    ? layout.sources * layout.targets
    : layout.kind === "csr"
      ? layout.edges
      : layout.kind === "diagonal"
        ? layout.count
        : layout.kind === "stencil"
          ? layout.kernel[0]!
          : 0;

function addGraded(builder: Builder, path: string, source: Population, target: Population): void {
  const layout = gradedLayout(builder, path, source.size, target.size);
  const edges = edgeCount(layout);
  const parameters = [
    builder.parameter(`${path}.g`, edges, 0, 0.5, "edge"),
    builder.parameter(`${path}.E`, edges, -2, 2, "edge"),
    builder.parameter(`${path}.low`, 1, -1, 0, "one"),
  ].map((operand) =>
    operand.array.endsWith(".low") ? { ...operand, at: "one" as const } : operand,
  );
  builder.op("currents", {
    kind: "gather",
    origin: path,
    layout,
    reads: [read("V_pre", `${source.path}.V@0`, "source"), ...parameters],
    body: body("c = g * clip((V_pre - low) / (1.5 - low), 0, 1); d = c * E"),
    writes: [
      write("d", `${target.path}.drive@1`, "target", { mode: "add" }),
      write("c", `${target.path}.conductance@1`, "target", { mode: "add" }),
    ],
  });
}

function addElectrical(
  builder: Builder,
  path: string,
  source: Population,
  target: Population,
): void {
  const layout = gradedLayout(builder, path, source.size, target.size);
  const g = builder.parameter(`${path}.g`, edgeCount(layout), 0, 0.3, "edge");
  if (builder.dice.chance(0.5)) {
    builder.op("currents", {
      kind: "gather",
      origin: path,
      layout,
      reads: [read("V_pre", `${source.path}.V@0`, "source"), g],
      body: body("c = g; d = c * V_pre"),
      writes: [
        write("d", `${target.path}.drive@1`, "target", { mode: "add" }),
        write("c", `${target.path}.conductance@1`, "target", { mode: "add" }),
      ],
    });
    return;
  }
  builder.op("currents", {
    kind: "gather",
    origin: path,
    layout,
    reads: [
      read("V_pre", `${source.path}.V@0`, "source"),
      read("V_post", `${target.path}.V@0`, "target"),
      g,
    ],
    body: body("i = g * (V_pre - V_post)"),
    writes: [write("i", `${target.path}.current@1`, "target", { mode: "add" })],
  });
}

function addSpiking(builder: Builder, path: string, source: Population, target: Population): void {
  const { dice } = builder;
  const isDense = dice.chance(0.5);
  const dense: Layout = { kind: "dense", sources: source.size, targets: target.size };
  const [bySource, byTarget] = isDense
    ? [dense, dense]
    : bothRows(builder, path, source.size, target.size);
  const edges = edgeCount(bySource);
  const lag = source.ring === 0 ? {} : { lag: dice.below(source.ring) };
  const list = source.ring === 0 ? `${source.path}.spikes` : `${source.path}.past`;
  const spikes = { array: list, version: 0, ...lag };
  const w = builder.parameter(`${path}.w`, edges, 0, 0.8, "edge");
  if (dice.chance(0.4)) {
    builder.op("deliver", {
      kind: "deliver",
      origin: path,
      spikes,
      layout: bySource,
      reads: [w],
      body: body("kick = w * 0.3"),
      writes: [write("kick", `${target.path}.V@1`, "target", { mode: "add" })],
    });
    return;
  }
  builder.array(`${path}.s`, { length: edges, initial: 0.1, origin: path });
  builder.op("deliver", {
    kind: "deliver",
    origin: path,
    spikes,
    layout: bySource,
    reads: [read("s", `${path}.s@0`, "edge"), w],
    body: body("s = s + w * (1 - s)"),
    writes: [write("s", `${path}.s@1`, "edge")],
  });
  const tau = builder.parameter(`${path}.tau`, 1, 5, 9, "one");
  builder.op("synapses", {
    kind: "map",
    origin: path,
    count: edges,
    reads: [read("s", `${path}.s@0`), { ...tau, at: "one" }],
    body: body("s = s - dt / tau * s"),
    writes: [write("s", `${path}.s@1`)],
  });
  builder.op("currents", {
    kind: "gather",
    origin: path,
    layout: byTarget,
    reads: [read("s", `${path}.s@0`, "edge")],
    body: body("c = s; d = s * 1.2"),
    writes: [
      write("d", `${target.path}.drive@1`, "target", { mode: "add" }),
      write("c", `${target.path}.conductance@1`, "target", { mode: "add" }),
    ],
  });
}

function addPorts(builder: Builder, populations: readonly Population[]): Partial<Program> {
  const inputs: { name: string; offset: number; size: number }[] = [];
  const pieces: object[] = [];
  let offset = 0;
  let position = 0;
  for (const { path, size } of populations) {
    if (builder.dice.chance(0.5)) {
      const at = offset === 0 ? {} : { offset };
      // Lowering makes gathers; a map is as good, but has to be contiguous.
      const isMap = builder.dice.chance(0.2);
      const domain = isMap ? "element" : "source";
      builder.op("currents", {
        kind: isMap ? "map" : "gather",
        origin: path,
        ...(isMap ? { count: size } : { layout: { kind: "diagonal", count: size } }),
        reads: [read("x", "input@0", domain, at)],
        body: body("sum = x"),
        writes: [write("sum", `${path}.current@1`, isMap ? "element" : "target", { mode: "add" })],
      });
      inputs.push({ name: path, offset, size });
      offset += size;
    }
    if (builder.dice.chance(0.5)) {
      pieces.push({ array: `${path}.V`, version: 0, offset: 0, count: size, position });
      position += size;
    }
  }
  if (offset > 0) builder.array("input", { role: "input", length: offset });
  if (position > 0) {
    builder.array("output", { role: "output", length: position });
    builder.op("outputs", { kind: "io", into: "output", version: 1, pieces });
  }
  return { inputs };
}

const order = [
  "deliver",
  "clear",
  "currents",
  "update",
  "synapses",
  "reset",
  "emit",
  "outputs",
  "record",
];

/** A Program as it is before any pass. */
export function randomProgram(seed: number, settings: RandomSettings = {}): Program {
  const dice = new Dice(seed);
  const builder = new Builder(dice, settings);
  const populations = Array.from({ length: settings.populations ?? 8 }, (_, i) =>
    addPopulation(builder, `p${i}`),
  );
  const spiking = populations.filter((one) => one.spiking);
  for (let i = 0; i < (settings.connections ?? 14); i++) {
    const target = populations[dice.below(populations.length)]!;
    const kind = dice.below(3);
    if (kind === 0 && spiking.length > 0) {
      addSpiking(builder, `c${i}`, spiking[dice.below(spiking.length)]!, target);
    } else {
      const source = populations[dice.below(populations.length)]!;
      (kind === 1 ? addElectrical : addGraded)(builder, `c${i}`, source, target);
    }
  }
  const ports = addPorts(builder, populations);
  builder.op("record", { kind: "record" });
  const batch = settings.batch ?? 1;
  return renumberVersions({
    format: 1,
    name: `random ${seed}`,
    dt: 0.5,
    precision: settings.precision ?? "float64",
    order: "custom",
    seed,
    batch,
    arrays: builder.arrays,
    setup: [],
    ops: order.flatMap((phase) => builder.phases[phase] ?? []),
    inputs: [],
    outputs: [],
    names: builder.names,
    ...ports,
  });
}

export type { Write };
