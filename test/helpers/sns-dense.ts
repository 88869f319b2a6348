// The compile step of SNS-Toolbox 1.5.2 as dense N x N arrays, written from the description of its
// behaviour alone: later connections replace earlier ones on the same pair, per array.

import { gridIn, numberIn, sizeOf, vectorIn } from "./sns-types.js";
import type { SnsConnection, SnsNetwork, SnsPopulation } from "./sns-types.js";

/** N x N, row = destination, column = source. */
export type Square = Float64Array;

export interface Dense {
  readonly n: number;
  /** First flat neuron number of each population, then N. */
  readonly first: readonly number[];
  readonly isSpiking: boolean;
  readonly isDelayed: boolean;
  readonly isElectrical: boolean;
  readonly isRectified: boolean;
  readonly channels: number;
  readonly neuron: { readonly [name: string]: Float64Array };
  readonly fires: readonly boolean[];
  readonly gated: readonly boolean[];
  /** Per channel, per neuron. */
  readonly gate: { readonly [name: string]: readonly Float64Array[] };
  readonly gNon: Square;
  readonly del: Square;
  readonly eLo: Square;
  readonly eHi: Square;
  readonly gSpk: Square;
  readonly inc: Square;
  readonly tauSyn: Square;
  readonly delay: Square;
  readonly gEl: Square;
  readonly gRect: Square;
}

export interface DenseOptions {
  /** One channel in a network of several: repeated (as 1.5.2 does) or padded with idle ones. */
  readonly singleChannel?: "repeat" | "pad";
}

interface Entry {
  readonly g: number;
  readonly E: number;
  readonly eLo: number;
  readonly eHi: number;
  readonly inc: number;
  readonly tau: number;
  readonly delay: number;
}

type Place = (d: number, s: number, entry: Entry) => void;

const blank: Entry = { g: 0, E: 0, eLo: 0, eHi: 1, inc: 0, tau: 1, delay: 0 };

function isSpikingType(connection: SnsConnection): boolean {
  return connection.type.startsWith("Spiking");
}

/** One cell of the parameter grids whose names end in `suffix`. */
function cellOf(connection: SnsConnection, suffix: string, row: number, column: number): Entry {
  const { params } = connection;
  const cell = (name: string): number => gridIn(params, name + suffix)[row]![column]!;
  const g = cell("max_conductance");
  const E = cell("reversal_potential");
  if (!isSpikingType(connection)) {
    return { ...blank, g, E, eLo: cell("e_lo"), eHi: cell("e_hi") };
  }
  const hasIncrement = `conductance_increment${suffix}` in params;
  const inc = hasIncrement ? cell("conductance_increment") : g;
  return { ...blank, g, E, inc, tau: cell("time_constant"), delay: cell("transmission_delay") };
}

function singleOf(connection: SnsConnection, sourceSize: number): Entry {
  const { params } = connection;
  const g = numberIn(params, "max_conductance");
  const E = numberIn(params, "reversal_potential");
  const shared = { ...blank, g: g / sourceSize, E };
  if (!isSpikingType(connection)) {
    return { ...shared, eLo: numberIn(params, "e_lo"), eHi: numberIn(params, "e_hi") };
  }
  const inc = "conductance_increment" in params ? numberIn(params, "conductance_increment") : g;
  const tau = numberIn(params, "time_constant");
  return { ...shared, inc, tau, delay: numberIn(params, "transmission_delay") };
}

function placePattern(connection: SnsConnection, source: SnsPopulation, place: Place): void {
  const kernel = gridIn(connection.params, "max_conductance_kernel");
  const [kr, kc] = [kernel.length, kernel[0]!.length];
  const [pr, pc] = [(kr - 1) >> 1, (kc - 1) >> 1];
  const columns = source.shape.length > 1 ? source.shape[1]! : source.shape[0]!;
  const size = sizeOf(source);
  const rest = numberIn(source.params, "resting_potential");
  const fill = { ...blank, eLo: rest, eHi: rest + 1 };
  // A kernel of a single tap fills the whole matrix.
  const isSingle = kr === 1 && kc === 1;
  for (let d = 0; d < size; d++) {
    for (let s = 0; s < size; s++) {
      const row = Math.floor(s / columns) - Math.floor(d / columns) + pr;
      const column = (s % columns) - (d % columns) + pc;
      const isInside = row >= 0 && row < kr && column >= 0 && column < kc;
      if (isSingle) place(d, s, cellOf(connection, "_kernel", 0, 0));
      else place(d, s, isInside ? cellOf(connection, "_kernel", row, column) : fill);
    }
  }
}

function placeBlock(network: SnsNetwork, connection: SnsConnection, place: Place): void {
  const source = network.populations[connection.source]!;
  const sourceSize = sizeOf(source);
  const size = sizeOf(network.populations[connection.destination]!);
  if (connection.type.includes("Pattern")) return placePattern(connection, source, place);
  const single = connection.type.includes("Matrix") ? null : singleOf(connection, sourceSize);
  for (let d = 0; d < size; d++) {
    for (let s = 0; s < sourceSize; s++) place(d, s, single ?? cellOf(connection, "", d, s));
  }
}

function placeElectrical(dense: Dense, network: SnsNetwork, connection: SnsConnection): void {
  const { source, destination, params } = connection;
  const sourceSize = sizeOf(network.populations[source]!);
  const g = numberIn(params, "conductance") / sourceSize;
  for (let d = dense.first[destination]!; d < dense.first[destination + 1]!; d++) {
    for (let s = dense.first[source]!; s < dense.first[source + 1]!; s++) {
      if (params["rect"] === true) dense.gRect[d * dense.n + s] = g;
      else dense.gEl[d * dense.n + s] = dense.gEl[s * dense.n + d] = g;
    }
  }
}

function placeConnection(dense: Dense, network: SnsNetwork, connection: SnsConnection): void {
  if (connection.type === "ElectricalSynapse") return placeElectrical(dense, network, connection);
  const [d0, s0] = [dense.first[connection.destination]!, dense.first[connection.source]!];
  const isSpiking = isSpikingType(connection);
  // What 1.5.2 declares but cannot run stands for the equal single synapses: zeros are none.
  const isFlat = network.populations[connection.source]!.shape.length === 1;
  const skipsZeros = isSpiking || (isFlat && connection.type.includes("Pattern"));
  placeBlock(network, connection, (d, s, entry) => {
    const at = (d0 + d) * dense.n + s0 + s;
    if (skipsZeros && entry.g === 0) return;
    dense.del[at] = entry.E;
    if (isSpiking) {
      dense.gSpk[at] = entry.g;
      dense.inc[at] = entry.inc;
      dense.tauSyn[at] = entry.tau;
      dense.delay[at] = entry.delay;
    } else {
      dense.gNon[at] = entry.g;
      dense.eLo[at] = entry.eLo;
      dense.eHi[at] = entry.eHi;
    }
  });
}

const thresholdNames = [
  ["th0", "threshold_initial_value", Number.MAX_VALUE],
  ["m", "threshold_proportionality_constant", 0],
  ["tauTh", "threshold_time_constant", 1],
  ["leak", "threshold_leak_rate", 0],
  ["increment", "threshold_increment", 0],
  ["floor", "threshold_floor", -Number.MAX_VALUE],
] as const;

function neuronVectors(populations: readonly SnsPopulation[]): Dense["neuron"] {
  const vector = (of: (population: SnsPopulation, index: number) => number): Float64Array =>
    Float64Array.from(
      populations.flatMap((p) => Array.from({ length: sizeOf(p) }, (_, index) => of(p, index))),
    );
  const param = (name: string): Float64Array => vector((p) => numberIn(p.params, name));
  const neuron: { [name: string]: Float64Array } = {
    C: param("membrane_capacitance"),
    G: param("membrane_conductance"),
    Er: param("resting_potential"),
    bias: param("bias"),
    V0: vector(({ initial_value: v }, index) => (typeof v === "number" ? v : v[index]!)),
    reset: vector((p) =>
      numberIn(p.params, p.type === "SpikingNeuron" ? "reset_potential" : "resting_potential"),
    ),
  };
  for (const [symbol, name, never] of thresholdNames) {
    neuron[symbol] = vector((p) => (p.type === "SpikingNeuron" ? numberIn(p.params, name) : never));
  }
  return neuron;
}

const gateDefaults: { readonly [name: string]: number } = {
  ...{ g_ion: 0, e_ion: 0 },
  ...{ pow_a: 0, k_a: 1, slope_a: 0, e_a: 0 },
  ...{ pow_b: 0, k_b: 1, slope_b: 0, e_b: 0, tau_max_b: 1 },
  ...{ pow_c: 0, k_c: 1, slope_c: 0, e_c: 0, tau_max_c: 1 },
};

function gateVectors(
  populations: readonly SnsPopulation[],
  channels: number,
  options: DenseOptions,
): Dense["gate"] {
  const valueOf = (p: SnsPopulation, name: string, channel: number): number => {
    if (!("g_ion" in p.params)) return gateDefaults[name]!;
    const values = vectorIn(p.params, name);
    if (values.length === channels) return values[channel]!;
    if (values.length !== 1) throw new Error(`${p.name}: ${values.length} channels of ${channels}`);
    const isIdle = channel > 0 && options.singleChannel === "pad";
    return isIdle ? gateDefaults[name]! : values[0]!;
  };
  const gate: { [name: string]: Float64Array[] } = {};
  for (const name of Object.keys(gateDefaults)) {
    gate[name] = Array.from({ length: channels }, (_, channel) =>
      Float64Array.from(
        populations.flatMap((p) => new Array<number>(sizeOf(p)).fill(valueOf(p, name, channel))),
      ),
    );
  }
  return gate;
}

/** All arrays of a network. */
export function denseOf(network: SnsNetwork, options: DenseOptions = {}): Dense {
  const { populations, connections } = network;
  const first = [0];
  for (const population of populations) first.push(first[first.length - 1]! + sizeOf(population));
  const n = first[first.length - 1]!;
  const square = (value = 0): Square => new Float64Array(n * n).fill(value);
  const electrical = connections.filter(({ type }) => type === "ElectricalSynapse");
  const channels = Math.max(
    0,
    ...populations.map((p) => ("g_ion" in p.params ? vectorIn(p.params, "g_ion").length : 0)),
  );
  const delays = connections.filter(isSpikingType).flatMap(({ params }) => {
    const value = params["transmission_delay"] ?? params["transmission_delay_kernel"]!;
    return [value].flat(2) as number[];
  });
  const dense: Dense = {
    ...{ n, first, channels },
    isSpiking:
      populations.some((p) => p.type === "SpikingNeuron") || connections.some(isSpikingType),
    isDelayed: delays.some((delay) => delay !== 0),
    isElectrical: electrical.some(({ params }) => params["rect"] !== true),
    isRectified: electrical.some(({ params }) => params["rect"] === true),
    neuron: neuronVectors(populations),
    fires: populations.flatMap((p) =>
      new Array<boolean>(sizeOf(p)).fill(p.type === "SpikingNeuron"),
    ),
    gated: populations.flatMap((p) => new Array<boolean>(sizeOf(p)).fill("g_ion" in p.params)),
    gate: gateVectors(populations, channels, options),
    ...{ gNon: square(), del: square(), eLo: square(), eHi: square(1) },
    ...{ gSpk: square(), inc: square(), tauSyn: square(1), delay: square() },
    ...{ gEl: square(), gRect: square() },
  };
  for (const connection of connections) placeConnection(dense, network, connection);
  return dense;
}
