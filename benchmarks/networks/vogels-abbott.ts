// The Vogels-Abbott network (Vogels & Abbott 2005, as in Zenke & Gerstner 2014) from text of its own:
// 4000 cells in volts, with conductances relative to the leak. Invariant: every variation fires the
// same spikes, so that one recording checks all of them.

import { readFileSync } from "node:fs";
import { defineNeuron, defineSynapse, Network, rules } from "../../src/index.js";
import type { ConnectivityOption } from "../../src/index.js";

/** Numbers of excitatory and inhibitory cells. */
export const sizes = { exc: 3200, inh: 800 } as const;
const cells = sizes.exc + sizes.inh;
const populations = [
  { name: "exc", first: 0, size: sizes.exc },
  { name: "inh", first: sizes.exc, size: sizes.inh },
] as const;

/** Who is joined: row s lists the targets of cell s; excitatory cells come first. */
export interface Rows {
  readonly start: Int32Array;
  readonly targets: Int32Array;
}

/** What such a file begins with ("VACS"), and the version of its form. */
export const header = { magic: 0x53434156, version: 1 } as const;

/** Reads the shared connectivity: eight words, the starts of the rows, the targets. */
export function readRows(path: string): Rows {
  const file = readFileSync(path);
  const words = Int32Array.from({ length: file.length / 4 }, (_, i) => file.readInt32LE(4 * i));
  const [word, form, count = 0, , edges = 0] = words;
  const length = 8 + count + 1 + edges;
  if (
    word !== header.magic ||
    form !== header.version ||
    count !== cells ||
    words.length !== length
  ) {
    throw new Error(`${path}: not the connectivity of ${cells} cells`);
  }
  return { start: words.slice(8, 8 + count + 1), targets: words.slice(8 + count + 1) };
}

export type PopulationName = keyof typeof sizes;
/** One of the four connections between the two populations. */
export interface Projection {
  readonly from: PopulationName;
  readonly to: PopulationName;
  readonly connectivity: ConnectivityOption;
}

/** The connections, their rows numbered inside the populations, or drawn where none are given. */
export function projections(rows?: Rows): readonly Projection[] {
  const drawn = rules.fixedProbability({ probability: 0.02, seed: 1 });
  return populations.flatMap((from) =>
    populations.map((to) => ({
      from: from.name,
      to: to.name,
      connectivity: rows === undefined ? drawn : rowsBetween(rows, from, to),
    })),
  );
}

/** The rows of one projection, numbered inside its populations. */
function rowsBetween(
  { start, targets }: Rows,
  from: (typeof populations)[number],
  to: (typeof populations)[number],
): Rows {
  const starts = new Int32Array(from.size + 1);
  const inside: number[] = [];
  for (let row = 0; row < from.size; row += 1) {
    const source = from.first + row;
    for (let edge = start[source]!; edge < start[source + 1]!; edge += 1) {
      const target = targets[edge]! - to.first;
      if (target >= 0 && target < to.size) inside.push(target);
    }
    starts[row + 1] = inside.length;
  }
  return { start: starts, targets: Int32Array.from(inside) };
}

/**
 * The network itself, and others that cost about as much and have text that nobody saw before:
 * another name for a constant, a state more, a second kind of synapse with it.
 */
export const variations = ["plain", "renamed", "state", "synapse"] as const;
export type Variation = (typeof variations)[number];

/** A cell; `tau` names its membrane time constant. */
function defineCell(tau: string, hasTrace: boolean) {
  return defineNeuron({
    name: "cell",
    doc: "Leaky integrate-and-fire cell with exponential conductances and a refractory period.",
    reference: "Vogels & Abbott 2005; Zenke & Gerstner 2014",
    units: "SI",
    order: "auryn",
    integrate: "euler",
    params: {
      membraneTimeConstant: { symbol: tau, default: 0.02, unit: "s", above: 0, doc: "of the leak" },
      restingPotential: { symbol: "E_L", default: -0.06, unit: "V", doc: "rest and reset" },
      threshold: { symbol: "V_th", default: -0.05, unit: "V", doc: "fires above it" },
      excitatoryReversal: { symbol: "E_E", default: 0, unit: "V", doc: "of excitation" },
      inhibitoryReversal: { symbol: "E_I", default: -0.08, unit: "V", doc: "of inhibition" },
      excitatoryDecay: { symbol: "tau_E", default: 0.005, unit: "s", above: 0, doc: "of gE" },
      inhibitoryDecay: { symbol: "tau_I", default: 0.01, unit: "s", above: 0, doc: "of gI" },
      drive: { symbol: "U", default: 0.02, unit: "V", doc: "input current over leak" },
      refractoryPeriod: { symbol: "t_ref", default: 0.005, unit: "s", min: 0, doc: "of rest" },
    },
    state: {
      V: { initial: "E_L", unit: "V", doc: "membrane potential" },
      gE: { initial: 0, unit: "1", doc: "excitatory conductance over leak" },
      gI: { initial: 0, unit: "1", doc: "inhibitory conductance over leak" },
      ...(hasTrace ? { z: { initial: 0, unit: "1", doc: "trace of what arrives" } } : {}),
    },
    equations: [
      `${tau} dV/dt = (E_L - V) - gE * (V - E_E) - gI * (V - E_I) + U  (unless refractory)`,
      `gE = gE * exp(-dt / tau_E)
       gI = gI * exp(-dt / tau_I)
       ${hasTrace ? "z = z * exp(-dt / (2 * tau_I))" : ""}`,
    ],
    output: "V",
    spike: "V > V_th",
    reset: "V = E_L",
    refractory: "t_ref",
  });
}

/** A synapse that does this when a spike arrives. */
function defineJump(name: string, onPre: string, weight: number) {
  return defineSynapse({
    name,
    doc: "Raises a conductance of its target.",
    units: "SI",
    order: "auryn",
    params: {
      weight: { symbol: "w", default: weight, unit: "1", doc: "jump of the conductance over leak" },
      transmissionDelay: { symbol: "d", default: 0.0008, unit: "s", min: 0, doc: "delay" },
    },
    onPre,
    delay: "transmissionDelay",
  });
}

/** The network on a connectivity, or on one that is drawn. */
export function vogelsAbbott(rows?: Rows, variation: Variation = "plain"): Network {
  const hasTrace = variation === "state" || variation === "synapse";
  const cell = defineCell(variation === "renamed" ? "leakTime" : "tau_m", hasTrace)();
  const excitation = defineJump("excitation", "gE_post += w", 0.4)();
  const inhibition = defineJump("inhibition", "gI_post += w", 5.1)();
  const traced = defineJump("traced", "gE_post += w; z_post += 1", 0.4);
  const between = variation === "synapse" ? traced() : excitation;
  const net = new Network({ name: "Vogels-Abbott" });
  for (const { name, size } of populations) net.addPopulation(cell, size, { name });
  for (const { from, to, connectivity } of projections(rows)) {
    const raising = to === "exc" ? excitation : between;
    const synapse = from === "exc" ? raising : inhibition;
    net.addConnection(synapse, from, to, { name: `${from}->${to}`, connectivity });
  }
  return net;
}

/** Step of all recordings [ms]. */
export const dt = 0.1;
/** What is recorded: the spikes of both populations. */
export const recorded = ["exc.spikes", "inh.spikes"] as const;

/** Spikes of all cells, numbered through, in the order of their steps. */
export interface Spikes {
  readonly step: Int32Array;
  readonly index: Int32Array;
}

/** The spikes of both populations as those of one. */
export function joinSpikes(
  spikes: Readonly<
    Record<string, { readonly step: ArrayLike<number>; readonly index: ArrayLike<number> }>
  >,
): Spikes {
  const lists = populations.map(({ name, first }) => {
    const { step, index } = spikes[`${name}.spikes`]!;
    return Array.from({ length: step.length }, (_, i) => [step[i]!, index[i]! + first] as const);
  });
  const all = lists.flat().sort(([a, i], [b, j]) => a - b || i - j);
  return {
    step: Int32Array.from(all, ([step]) => step),
    index: Int32Array.from(all, ([, index]) => index),
  };
}

/** What recordings say of the spikes before a step: how many, and the sum of step times cell. */
export function prefixOf({ step, index }: Spikes, before: number) {
  let spikes = 0;
  let sum = 0;
  while (spikes < step.length && step[spikes]! < before) {
    sum += step[spikes]! * index[spikes]!;
    spikes += 1;
  }
  return { spikes, sum_step_times_id: sum };
}
