// Random networks through the public API. A plan is plain data that fast-check makes and shrinks;
// numbers are drawn from the seeds in it. Invariant: every plan gives a network that compiles.

import fc from "fast-check";
import { catalogue, channels, Network, synapses } from "../../src/index.js";
import type { ChannelType, NeuronType, SynapseType } from "../../src/index.js";
import { listModels } from "../../src/models/list-models.js";
import type { ModelEntry } from "../../src/models/list-models.js";
import type { ParameterModel } from "../../src/models/types.js";
import { Dice } from "./random-program.js";

export const dt = 0.1;

export interface PopulationPlan {
  readonly model: number;
  readonly shape: readonly number[];
  /** How many channels in the membrane. */
  readonly channels: number;
  readonly seed: number;
}
export interface ConnectionPlan {
  readonly model: number;
  readonly from: number;
  readonly to: number;
  readonly wiring: "all-to-all" | "one-to-one" | "edges" | "matrix" | "pattern";
  readonly seed: number;
}
export interface PortPlan {
  readonly at: number;
  readonly whole: boolean;
  readonly variable: number;
}
export interface NetworkPlan {
  readonly compat: boolean;
  readonly populations: readonly PopulationPlan[];
  readonly connections: readonly ConnectionPlan[];
  readonly inputs: readonly PortPlan[];
  readonly outputs: readonly PortPlan[];
  /** Networks that are added; connections and ports of the outer one reach into them. */
  readonly inner: readonly NetworkPlan[];
}

const number = fc.nat({ max: 1000 });
const shape = fc.constantFrom([1], [1], [2], [3], [5], [2, 3], [3, 3], [2, 1, 2]);
const population: fc.Arbitrary<PopulationPlan> = fc.record({
  model: number,
  shape,
  channels: fc.constantFrom(0, 0, 0, 1, 2, 3),
  seed: number,
});
const connection: fc.Arbitrary<ConnectionPlan> = fc.record({
  model: number,
  from: number,
  to: number,
  wiring: fc.constantFrom("all-to-all", "one-to-one", "edges", "matrix", "pattern"),
  seed: number,
});
const port: fc.Arbitrary<PortPlan> = fc.record({
  at: number,
  whole: fc.boolean(),
  variable: number,
});

const planOf = (compat: boolean, depth: number): fc.Arbitrary<NetworkPlan> =>
  fc.record({
    compat: fc.constant(compat),
    populations: fc.array(population, { minLength: 1, maxLength: 2 + 2 * depth }),
    connections: fc.array(connection, { maxLength: 3 + 4 * depth }),
    inputs: fc.array(port, { maxLength: 3 }),
    outputs: fc.array(port, { maxLength: 4 }),
    inner: depth === 0 ? fc.constant([]) : fc.array(planOf(compat, depth - 1), { maxLength: 2 }),
  });

/** Plans with the ways of SNS-Toolbox or without; networks inside networks up to two deep. */
export const networkPlan = (compat: boolean): fc.Arbitrary<NetworkPlan> => planOf(compat, 2);

const models = listModels();
const entriesOf = (kind: ModelEntry["kind"]): readonly ModelEntry[] =>
  models.filter((entry) => entry.kind === kind);

const at = <T>(list: readonly T[], index: number): T => list[index % list.length]!;

/** Values that keep a network lively and stable; by public name, and else near the default. */
const ranges: Readonly<Record<string, readonly [number, number]>> = {
  bias: [0, 8],
  conductance: [0.01, 0.2],
  maxConductance: [0.01, 0.2],
  conductanceIncrement: [0.02, 0.2],
  gain: [0.1, 0.6],
  ratio: [0.4, 1],
  referenceRange: [15, 25],
  maxFrequency: [0.05, 0.2],
  nonLinearity: [0.1, 0.5],
  timeConstant: [0.5, 5],
  refractoryPeriod: [0, 1.5],
  gateASteepness: [0.5, 1.5],
  gateASlope: [-0.06, 0.06],
  gateAMidpoint: [-20, 20],
  gateBSteepness: [0.5, 1.5],
  gateBSlope: [-0.06, 0.06],
  gateBMidpoint: [-20, 20],
  gateBTimeConstant: [5, 300],
  gateCSteepness: [0.5, 1.5],
  gateCSlope: [-0.06, 0.06],
  gateCMidpoint: [-20, 20],
  gateCTimeConstant: [5, 300],
};

/** Defaults that make a time constant too short for the step. */
const unstable: ReadonlySet<string> = new Set(["maxFrequency"]);

function draw({ publicName, definition }: ParameterModel, dice: Dice): number {
  if (publicName.endsWith("Power")) return dice.below(3);
  if (publicName === "transmissionDelay") return dice.below(6) * dt;
  const range = ranges[publicName];
  if (range !== undefined) return dice.between(...range);
  const usual = typeof definition.default === "number" ? definition.default : 1;
  const value = usual === 0 ? dice.between(-1, 1) : usual * dice.between(0.8, 1.2);
  return Math.min(definition.max ?? Infinity, Math.max(definition.min ?? -Infinity, value));
}

type Values = Record<string, number | boolean | Float64Array>;

/** Some parameters at their defaults, some the same for all elements, some different for each. */
export function drawValues(
  parameters: readonly ParameterModel[],
  dice: Dice,
  arrayOf: (value: () => number) => number | Float64Array,
): Values {
  const values: Values = {};
  for (const parameter of parameters) {
    const { publicName, kind, definition } = parameter;
    if (kind === "boolean") {
      if (publicName.startsWith("gate")) values[publicName] = dice.chance(0.5);
      continue;
    }
    const isRequired = definition.default === undefined;
    const isText = typeof definition.default === "string";
    const isOptional = !isRequired && !unstable.has(publicName);
    if (isOptional && dice.chance(isText ? 0.7 : 0.3)) continue;
    const one = (): number => draw(parameter, dice);
    values[publicName] = dice.chance(0.35) ? arrayOf(one) : one();
  }
  return values;
}

export const listOf = (length: number) => (value: () => number) =>
  Float64Array.from({ length }, value);

export function drawChannel(size: number, dice: Dice): ChannelType {
  const entry = at(entriesOf("channel"), dice.below(100));
  const values = drawValues(entry.parameters, dice, listOf(size));
  return channels.gated.model === entry.model
    ? (entry.make({ ...values, reversalPotential: dice.between(-80, 100) }) as ChannelType)
    : (entry.make(values) as ChannelType);
}

function drawNeuron(plan: PopulationPlan, size: number): NeuronType {
  const dice = new Dice(plan.seed);
  const entry = at(entriesOf("neuron"), plan.model);
  const values = drawValues(entry.parameters, dice, listOf(size));
  const membrane = Array.from({ length: plan.channels }, () => drawChannel(size, dice));
  const hasInput = entry.model.kind === "neuron" && entry.model.inputs.length > 0;
  const more = membrane.length > 0 && hasInput ? { channels: membrane } : {};
  return entry.make({ ...values, ...more }) as NeuronType;
}

function addPopulation(net: Network, plan: PopulationPlan, index: number): void {
  const size = plan.shape.reduce((product, length) => product * length, 1);
  const type = drawNeuron(plan, size);
  const dice = new Dice(plan.seed + 5000);
  const { output } = type.model;
  const start = dice.chance(0.5) ? {} : { initialValue: { [output]: dice.values(size, -3, 12) } };
  net.addPopulation(type, plan.shape, { name: `p${index}`, ...start });
}

export interface Ends {
  readonly from: Network["populations"][number];
  readonly to: Network["populations"][number];
  readonly isSelf: boolean;
}

/** Whether the ends have what the synapse reads and changes of them. */
export function fits({ model }: ModelEntry, { from, to }: Ends): boolean {
  if (model.kind !== "synapse") return false;
  const has = ({ type }: Ends["from"], needed: readonly string[]): boolean => {
    const { states, parameters, inputs } = type.model;
    const known = new Set([...states, ...parameters, ...inputs].map(({ symbol }) => symbol));
    return needed.every((symbol) => known.has(symbol));
  };
  return has(from, model.ends.pre) && has(to, model.ends.post);
}

/** A synapse that the source can drive, and that has what it needs at the target. */
function synapseEntry(plan: ConnectionPlan, ends: Ends): ModelEntry {
  const { from } = ends;
  const canFire = from.type.model.spike !== undefined;
  const actsOnSpikes = ({ model }: ModelEntry): boolean =>
    model.kind === "synapse" && model.onPre.length > 0;
  // Half of what leaves a spiking neuron is spikes.
  const wantsSpikes = canFire && plan.seed % 2 === 0;
  const fitting = entriesOf("synapse").filter(
    (entry) =>
      (actsOnSpikes(entry) === wantsSpikes || (canFire && !wantsSpikes)) && fits(entry, ends),
  );
  return at(fitting, plan.model);
}

/** Which wiring is possible between these populations. */
function wiringOf({ wiring }: ConnectionPlan, { from, to }: Ends): ConnectionPlan["wiring"] {
  if (wiring === "one-to-one") return from.size === to.size ? wiring : "all-to-all";
  if (wiring !== "pattern") return wiring;
  const same = from.shape.join() === to.shape.join();
  return same && from.shape.length <= 2 ? wiring : "matrix";
}

export const isSymmetric = (entry: ModelEntry, { isSelf }: Ends): boolean =>
  isSelf && entry.model.kind === "synapse" && entry.model.symmetric;

/** The parameter whose value 0 means: no synapse here. */
const strengthOf = ({ model, parameters }: ModelEntry): string => {
  const named = model.kind === "synapse" ? model.strength : undefined;
  return (parameters.find(({ publicName }) => publicName === named) ?? parameters[0]!).publicName;
};

/** Positive gains need a positive reversal potential. */
export function withReversal(entry: ModelEntry, values: Values, dice: Dice): Values {
  if (!entry.parameters.some(({ publicName }) => publicName === "reversalPotential")) return values;
  const hasGain = entry.parameters.some(({ publicName }) => publicName === "gain");
  return { ...values, reversalPotential: hasGain ? 100 : dice.between(-60, 120) };
}

/** Flat values for rows and columns, with gaps, the same on both sides of the diagonal if asked. */
export function drawMatrix(dice: Dice, shape: readonly [number, number], isMirrored: boolean) {
  const [rows, columns] = shape;
  return (value: () => number, gaps: number): Float64Array => {
    const values = new Float64Array(rows * columns);
    for (let r = 0; r < rows; r += 1) {
      for (let c = 0; c < columns; c += 1) {
        const drawn = dice.chance(gaps) ? 0 : value();
        values[r * columns + c] = isMirrored && c < r ? values[c * columns + r]! : drawn;
      }
    }
    return values;
  };
}

/** Flat taps, the same for opposite places if asked. */
function drawKernel(dice: Dice, taps: number, isMirrored: boolean) {
  return (value: () => number, gaps: number): Float64Array => {
    const values = Float64Array.from({ length: taps }, () => (dice.chance(gaps) ? 0 : value()));
    if (isMirrored) values.forEach((each, i) => (values[taps - 1 - i] = each));
    return values;
  };
}

const factoryOf = (entry: ModelEntry): never =>
  (catalogue.synapses as Record<string, unknown>)[entry.path.split(".")[1]!] as never;

/** A synapse type with a matrix or a kernel of strengths. */
export function drawShaped(
  entry: ModelEntry,
  wiring: "matrix" | "pattern",
  ends: Ends,
  dice: Dice,
): SynapseType {
  const mirrored = isSymmetric(entry, ends);
  const kernel = ends.from.shape.map(() => 1 + 2 * dice.below(3));
  const shape = [ends.to.size, ends.from.size] as const;
  const drawAll =
    wiring === "matrix"
      ? drawMatrix(dice, shape, mirrored)
      : drawKernel(
          dice,
          kernel.reduce((product, length) => product * length, 1),
          mirrored,
        );
  const values = drawValues(entry.parameters, dice, (value) => drawAll(value, 0));
  const strength = entry.parameters.find(({ publicName }) => publicName === strengthOf(entry))!;
  values[strength.publicName] = drawAll(() => draw(strength, dice), 0.3);
  const complete = withReversal(entry, values, dice) as never;
  return wiring === "matrix"
    ? synapses.matrix(factoryOf(entry), complete, { shape })
    : synapses.pattern(factoryOf(entry), complete, { kernel });
}

/** Patterns need two populations of one shape: where they differ the source sees itself. */
function targetOf({ populations }: Network, plan: ConnectionPlan, source: number): number {
  const target = plan.to % populations.length;
  const [from, to] = [populations[source]!, populations[target]!];
  const isRefused = plan.wiring === "pattern" && from.shape.join() !== to.shape.join();
  return isRefused && from.shape.length <= 2 ? source : target;
}

function addConnection(net: Network, plan: ConnectionPlan, index: number): void {
  const count = net.populations.length;
  const source = plan.from % count;
  const target = targetOf(net, plan, source);
  const from = net.populations[source]!;
  const to = net.populations[target]!;
  const ends = { from, to, isSelf: source === target };
  const entry = synapseEntry(plan, ends);
  const wiring = wiringOf(plan, ends);
  const dice = new Dice(plan.seed);
  const name = `c${index}`;
  if (wiring === "matrix" || wiring === "pattern") {
    net.addConnection(drawShaped(entry, wiring, ends, dice), source, target, { name });
    return;
  }
  const edges = wiring === "edges" ? 1 + dice.below(from.size * to.size + 1) : from.size * to.size;
  const length = wiring === "one-to-one" ? from.size : edges;
  const arrays =
    wiring === "all-to-all" && isSymmetric(entry, ends)
      ? drawMatrix(dice, [to.size, from.size], true)
      : listOf(length);
  const values = drawValues(entry.parameters, dice, (value) => arrays(value, 0));
  const type = entry.make(withReversal(entry, values, dice)) as SynapseType;
  const picks = (below: number) => Int32Array.from({ length: edges }, () => dice.below(below));
  const connectivity =
    wiring === "edges" ? { sources: picks(from.size), targets: picks(to.size) } : wiring;
  net.addConnection(type, source, target, { name, connectivity });
}

function addPorts(net: Network, plan: NetworkPlan): void {
  for (const { at: index, whole } of plan.inputs) {
    const { size, type } = net.populations[index % net.populations.length]!;
    if (type.model.inputs.length === 0) continue;
    net.addInput(index % net.populations.length, { size: whole ? size : 1 });
  }
  for (const { at: index, variable } of plan.outputs) {
    const { type } = net.populations[index % net.populations.length]!;
    const known = [...type.model.states.map(({ symbol }) => symbol), "spikes"];
    net.addOutput(index % net.populations.length, { variable: at(known, variable) });
  }
}

/** Builds the network of a plan; the same plan always gives the same network. */
export function buildNetwork(plan: NetworkPlan, name = "random"): Network {
  const net = new Network({ name, ...(plan.compat ? { compat: "sns-toolbox" as const } : {}) });
  plan.populations.forEach((each, i) => addPopulation(net, each, i));
  plan.inner.forEach((each, i) => {
    net.addNetwork(buildNetwork(each, `inner${i}`), i === 0 ? {} : { suffix: `-${i}` });
  });
  plan.connections.forEach((each, i) => addConnection(net, each, i));
  addPorts(net, plan);
  return net;
}

/** MYELIN_RUNS: how much longer than usual to look. */
const factor = Number(process.env["MYELIN_RUNS"] ?? 1);

/** Time limit of a test over random networks. */
export const timeLimit = 180_000 * Math.max(1, factor);

/** Settings of fast-check. */
export function runs(count: number): fc.Parameters<unknown> {
  return {
    // Also ends the shrinking of a failure, with the smallest network found so far.
    interruptAfterTimeLimit: 90_000 * Math.max(1, factor / 5),
    numRuns: Math.max(1, Math.round(count * factor)),
  };
}
