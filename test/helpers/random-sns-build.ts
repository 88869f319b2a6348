// Random networks as the calls that build them, and the flat network that the calls must give:
// sub-networks in sub-networks, presets, derived types, parameters left out, places by name.

import type { Dice } from "./random-program.js";
import { randomType } from "./random-sns-connections.js";
import { round } from "./random-sns-numbers.js";
import { randomPopulation } from "./random-sns-populations.js";
import type { Flavour } from "./random-sns-populations.js";
import { modulationParams, randomPreset, transmissionParams } from "./random-sns-presets.js";
import { numberIn, sizeOf } from "./sns-types.js";
import type {
  SnsConnection,
  SnsInput,
  SnsNetwork,
  SnsOutput,
  SnsParams,
  SnsPopulation,
} from "./sns-types.js";

/** A call that builds a network. */
export interface SnsOp {
  readonly op: "population" | "connection" | "input" | "output" | "network";
  readonly [name: string]: unknown;
}

interface Flat {
  readonly populations: SnsPopulation[];
  readonly connections: SnsConnection[];
  readonly inputs: SnsInput[];
  readonly outputs: SnsOutput[];
}

interface Building {
  readonly dice: Dice;
  readonly flavour: Flavour;
  readonly flat: Flat;
  readonly build: SnsOp[];
}

const thresholdDefaults = {
  threshold_time_constant: 5,
  threshold_initial_value: 1,
  threshold_proportionality_constant: 0,
  threshold_leak_rate: 1,
  threshold_increment: 0,
};

function neuronDefaults({ type, params }: SnsPopulation): SnsParams {
  const membrane = {
    ...{ membrane_capacitance: 5, membrane_conductance: 1, resting_potential: 0, bias: 0 },
  };
  if (type !== "SpikingNeuron") return membrane;
  const rest = numberIn({ ...membrane, ...params }, "resting_potential");
  return { ...membrane, ...thresholdDefaults, threshold_floor: rest, reset_potential: rest };
}

/** Leaves out parameters that have a default: what is given, and what holds. */
function leaveOut(
  dice: Dice,
  params: SnsParams,
  names: readonly string[],
  defaultsOf: (given: SnsParams) => SnsParams,
): { given: SnsParams; full: SnsParams } {
  const isLeftOut = (name: string): boolean => names.includes(name) && dice.chance(0.3);
  const given = Object.fromEntries(Object.entries(params).filter(([name]) => !isLeftOut(name)));
  return { given, full: { ...defaultsOf(given), ...given } };
}

/** A neuron with the one channel that has a type of its own. */
function sodiumParams(dice: Dice): { given: SnsParams; full: SnsParams } {
  const all: SnsParams = {
    g_ion: [round(dice.between(0.2, 1.2))],
    e_ion: [round(dice.between(40, 110))],
    ...{ k_m: [1.5], slope_m: [0.04], e_m: [15], k_h: [0.7], slope_h: [-0.03], e_h: [4] },
    tau_max_h: [round(dice.between(50, 300))],
  };
  const given = Object.fromEntries(Object.entries(all).filter(() => dice.chance(0.5)));
  const of = (name: string, standard: number): readonly number[] =>
    (given[name] ?? [standard]) as readonly number[];
  const full = {
    ...{ membrane_capacitance: 5, membrane_conductance: 1, resting_potential: 0, bias: 0 },
    ...{ g_ion: of("g_ion", 1.0485070729908987), e_ion: of("e_ion", 110) },
    ...{ pow_a: [1], k_a: of("k_m", 1), slope_a: of("slope_m", 0.05), e_a: of("e_m", 20) },
    ...{ pow_b: [1], k_b: of("k_h", 0.5), slope_b: of("slope_h", -0.05), e_b: of("e_h", 0) },
    tau_max_b: of("tau_max_h", 300),
    ...{ pow_c: [0], k_c: [1], slope_c: [0], e_c: [0], tau_max_c: [1] },
  };
  return { given, full };
}

function addPopulation({ dice, flavour, flat, build }: Building): void {
  const drawn = randomPopulation(dice, flavour, flat.populations);
  const { name, shape, type } = drawn;
  const isSodium = type.endsWith("Channels") && flavour.channels === 1 && dice.chance(0.5);
  const optional = Object.keys(neuronDefaults(drawn));
  const { given, full } = isSodium
    ? sodiumParams(dice)
    : leaveOut(dice, drawn.params, optional, (params) => neuronDefaults({ ...drawn, params }));
  const isInitial = dice.chance(0.5);
  const initial_value = isInitial ? drawn.initial_value : numberIn(full, "resting_potential");
  flat.populations.push({ ...drawn, params: full, initial_value });
  build.push({
    ...{ op: "population", name, shape, params: given },
    type: isSodium ? "NonSpikingNeuronWithPersistentSodiumChannel" : type,
    ...(isInitial ? { initial_value } : {}),
  });
}

/** A population as a call may name it: the first one of its name, or a number. */
function refer({ dice, flat }: Building, index: number): number | string {
  const { name } = flat.populations[index]!;
  const isFirst = flat.populations.findIndex((other) => other.name === name) === index;
  return isFirst && dice.chance(0.5) ? name : index;
}

interface Typed {
  readonly given: { readonly type: string; readonly params: SnsParams };
  readonly full: Pick<SnsConnection, "type" | "params">;
}

/** A transmission or modulation synapse; what is given beside its own parameters is overwritten. */
function derivedType(dice: Dice): Typed {
  const type = "NonSpikingSynapse";
  const overwritten = dice.chance(0.3) ? { max_conductance: 0.3 } : {};
  if (dice.chance(0.5)) {
    const ratio = round(dice.between(0.2, 1));
    const e_hi = dice.chance(0.5) ? 20 : round(dice.between(5, 30));
    const params = { ratio, ...(e_hi === 20 ? {} : { e_hi }), ...overwritten };
    const given = { type: "NonSpikingModulationSynapse", params };
    return { given, full: { type, params: modulationParams(ratio, e_hi) } };
  }
  const sign = dice.chance(0.5) ? 1 : -1;
  const gain = round(sign * dice.between(0.1, 1.2));
  const reversal_potential = round(sign * dice.between(60, 150));
  const { R = 20, e_lo = 0 } = dice.chance(0.5) ? {} : { R: round(dice.between(5, 30)), e_lo: -2 };
  const params = {
    ...{ gain, reversal_potential, ...overwritten },
    ...(e_lo === 0 ? {} : { R, e_lo }),
  };
  const given = { type: "NonSpikingTransmissionSynapse", params };
  return { given, full: { type, params: transmissionParams(gain, reversal_potential, R, e_lo) } };
}

const synapseDefaults: { readonly [type: string]: SnsParams } = {
  NonSpikingSynapse: { max_conductance: 1, reversal_potential: 40, e_lo: 0, e_hi: 20 },
  SpikingSynapse: {
    ...{ max_conductance: 1, reversal_potential: 194 },
    ...{ time_constant: 1, transmission_delay: 0 },
  },
  ElectricalSynapse: { rect: false },
};

function addConnection(building: Building): void {
  const { dice, flat, build, flavour } = building;
  const [source, destination] = [0, 0].map(() => dice.below(flat.populations.length)) as [
    number,
    number,
  ];
  const [from, to] = [flat.populations[source]!, flat.populations[destination]!];
  let typed: Typed;
  if (dice.chance(0.25)) typed = derivedType(dice);
  else {
    const { type, params } = randomType(dice, from, to, flavour.spiking);
    const defaults = synapseDefaults[type] ?? {};
    // An activation range is left out as a whole, or its ends might meet.
    const names = Object.keys(defaults).filter((name) => !name.startsWith("e_"));
    const { given, full } = leaveOut(dice, params, names, () => defaults);
    typed = { given: { type, params: given }, full: { type, params: full } };
  }
  flat.connections.push({ name: "Connection", ...typed.full, source, destination });
  build.push({
    ...{ op: "connection", ...typed.given },
    ...{ source: refer(building, source), destination: refer(building, destination) },
  });
}

function addPort(building: Building, isInput: boolean): void {
  const { dice, flat, build } = building;
  const index = dice.below(flat.populations.length);
  const place = refer(building, index);
  if (isInput) {
    const size = dice.chance(0.5) ? 1 : sizeOf(flat.populations[index]!);
    flat.inputs.push({ name: "Input", destination: index, size });
    build.push({ op: "input", destination: place, size, name: "Input" });
  } else {
    flat.outputs.push({ name: "Output", source: index, spiking: false });
    build.push({ op: "output", source: place, spiking: false, name: "Output" });
  }
}

/** Appends a network as add_network does: initial values are dropped. */
function append({ flat }: Building, inner: Omit<Flat, "name">, suffix: string): void {
  const shift = flat.populations.length;
  for (const population of inner.populations) {
    const initial_value = numberIn(population.params, "resting_potential");
    flat.populations.push({ ...population, name: population.name + suffix, initial_value });
  }
  for (const input of inner.inputs) {
    flat.inputs.push({ ...input, destination: input.destination + shift });
  }
  for (const output of inner.outputs) {
    flat.outputs.push({ ...output, source: output.source + shift });
  }
  for (const connection of inner.connections) {
    const { source, destination } = connection;
    flat.connections.push({
      ...connection,
      ...{ source: source + shift, destination: destination + shift },
    });
  }
}

function addNetwork(building: Building, depth: number): void {
  const { dice, build, flavour } = building;
  const suffix = dice.chance(0.5) ? "" : `_${dice.below(3)}`;
  const more = suffix === "" ? {} : { suffix };
  if (dice.chance(0.5)) {
    const { preset, args, populations, connections } = randomPreset(dice);
    const inner = { populations: [...populations], connections: [...connections] };
    append(building, { ...inner, inputs: [], outputs: [] }, suffix);
    build.push({ op: "network", preset, args, ...more });
    return;
  }
  const inner = grow(dice, flavour, depth + 1);
  append(building, inner.flat, suffix);
  build.push({ op: "network", build: inner.build, name: `sub${depth}`, ...more });
}

function grow(dice: Dice, flavour: Flavour, depth: number): Building {
  const flat: Flat = { populations: [], connections: [], inputs: [], outputs: [] };
  const building: Building = { dice, flavour, flat, build: [] };
  addPopulation(building);
  for (let left = 2 + dice.below(10); left > 0; left--) {
    const choice = dice.next();
    if (choice < 0.25) addPopulation(building);
    else if (choice < 0.6) addConnection(building);
    else if (choice < 0.85) addPort(building, dice.chance(0.5));
    else if (depth < 2) addNetwork(building, depth);
  }
  return building;
}

/** A random network, flat and as calls. */
export function randomBuild(
  dice: Dice,
  flavour: Flavour,
): { readonly network: SnsNetwork; readonly build: readonly SnsOp[] } {
  const building = grow(dice, flavour, 0);
  addPort(building, false);
  return { network: { name: "Network", ...building.flat }, build: building.build };
}
