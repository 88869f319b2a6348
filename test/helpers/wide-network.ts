// Random networks with more in them than those of random-network.ts: models of the user, rules and
// lists that say who is joined, receptors, a delay for each synapse. Invariant: every plan gives a
// network that compiles.

import fc from "fast-check";
import { MyelinError, rules, synapses } from "../../src/index.js";
import type { ConnectivityOption, Network, Rule, SynapseType } from "../../src/index.js";
import { listModels } from "../../src/models/list-models.js";
import type { ParameterModel, SynapseModel } from "../../src/models/types.js";
import {
  buildNetwork,
  drawMatrix,
  drawValues,
  dt,
  networkPlan,
  withReversal,
  type Ends,
  type NetworkPlan,
} from "./random-network.js";
import { Dice } from "./random-program.js";
import { userNeurons, userSynapses } from "./wide-models.js";

export interface CellPlan {
  readonly model: number;
  readonly shape: readonly number[];
  readonly seed: number;
}
const wirings = ["all-to-all", "one-to-one", "rule", "list", "rows", "matrix"] as const;
export interface JoinPlan {
  readonly from: number;
  readonly to: number;
  readonly wiring: (typeof wirings)[number];
  readonly seed: number;
}
export interface WidePlan {
  readonly base: NetworkPlan;
  readonly cells: readonly CellPlan[];
  readonly joins: readonly JoinPlan[];
}

const number = fc.nat({ max: 1000 });
const cell: fc.Arbitrary<CellPlan> = fc.record({
  model: number,
  shape: fc.constantFrom([1], [2], [4], [5], [2, 3], [9]),
  seed: number,
});
const join: fc.Arbitrary<JoinPlan> = fc.record({
  from: number,
  to: number,
  wiring: fc.constantFrom(...wirings),
  seed: number,
});

/** Plans with the ways of SNS-Toolbox or without. */
export const widePlan: fc.Arbitrary<WidePlan> = fc.record({
  base: fc.boolean().chain(networkPlan),
  cells: fc.array(cell, { maxLength: 3 }),
  joins: fc.array(join, { maxLength: 7 }),
});

type Values = Record<string, number | Float64Array>;
type ArrayOf = (value: () => number) => Float64Array;

/** Values around the defaults, some different for each element. */
function vary(parameters: readonly ParameterModel[], dice: Dice, arrayOf: ArrayOf): Values {
  const values: Values = {};
  for (const { publicName, definition } of parameters) {
    const usual = Number(definition.default);
    const one = (): number => {
      if (publicName === "transmissionDelay") return dice.below(6) * dt;
      const value = usual * dice.between(0.8, 1.2);
      return Math.min(definition.max ?? Infinity, Math.max(definition.min ?? -Infinity, value));
    };
    if (dice.chance(0.3)) continue;
    values[publicName] = dice.chance(0.4) ? arrayOf(one) : one();
  }
  return values;
}

function addCells(net: Network, { model, shape, seed }: CellPlan, index: number): void {
  const dice = new Dice(seed);
  const factory = userNeurons[model % userNeurons.length]!;
  const size = shape.reduce((product, length) => product * length, 1);
  const arrayOf: ArrayOf = (value) => Float64Array.from({ length: size }, value);
  const name = `user${index}`;
  net.addPopulation(factory(vary(factory.parameters, dice, arrayOf)), shape, { name });
  if (dice.chance(0.7)) net.addInput(name, { size: dice.chance(0.5) ? size : 1 });
  net.addOutput(name);
  if (factory.model.spike !== undefined) net.addOutput(name, { spiking: true });
}

function drawRule(dice: Dice, { from, to }: Ends): Rule {
  const most = Math.min(from.size, to.size);
  const options = { seed: dice.below(9), allowMultapses: dice.chance(0.6) };
  const kind = dice.below(5);
  if (kind === 0) return rules.fixedProbability({ probability: dice.next(), seed: 3 });
  if (kind === 1) return rules.fixedInDegree({ inDegree: dice.below(most + 1), ...options });
  if (kind === 2) return rules.fixedOutDegree({ outDegree: dice.below(most + 1), ...options });
  if (kind === 3) return rules.fixedTotalNumber({ number: dice.below(most + 3), ...options });
  return rules.allToAll({ allowSelfConnections: dice.chance(0.5) });
}

/** Compressed rows, some of them empty, and perhaps pairs that are there twice. */
function drawRows(dice: Dice, { from, to }: Ends): ConnectivityOption {
  const start = new Int32Array(from.size + 1);
  const list: number[] = [];
  for (let row = 0; row < from.size; row++) {
    const degree = dice.chance(0.3) ? 0 : dice.below(Math.min(6, 2 * to.size) + 1);
    for (let k = 0; k < degree; k++) list.push(dice.below(to.size));
    start[row + 1] = list.length;
  }
  return { start, targets: Int32Array.from(list) };
}

/** A connectivity, and how many synapses are given values; undefined where a rule decides. */
function drawWiring({ wiring, seed }: JoinPlan, ends: Ends): [ConnectivityOption, number?] {
  const dice = new Dice(seed + 7000);
  const [sources, targets] = [ends.from.size, ends.to.size];
  if (wiring === "one-to-one" && sources === targets) return [wiring, sources];
  if (wiring === "rule") return [drawRule(dice, ends)];
  if (wiring === "rows") {
    const rows = drawRows(dice, ends) as {
      readonly targets: Int32Array;
      readonly start: Int32Array;
    };
    return [rows, rows.targets.length];
  }
  if (wiring === "list") {
    const picks = (below: number) => Int32Array.from({ length: 7 }, () => dice.below(below));
    return [{ sources: picks(sources), targets: picks(targets) }, 7];
  }
  return ["all-to-all", sources * targets];
}

/** Any state of the target for each receptor, also one that will be refused. */
function drawReceptors({ receptors }: SynapseModel, { to }: Ends, dice: Dice) {
  const states = to.type.model.states.map(({ symbol }) => symbol);
  return Object.fromEntries(
    receptors.map(({ publicName }) => [publicName, states[dice.below(states.length)]]),
  );
}

type Make = (arrayOf: ArrayOf, dice: Dice) => SynapseType;

/** Synapses of the user and of the catalogue, each with drawn values. */
function candidates(ends: Ends): Make[] {
  const own = userSynapses.map((factory): Make => (arrayOf, dice) => {
    const receptors = dice.chance(0.5) ? drawReceptors(factory.model, ends, dice) : {};
    return factory({ ...vary(factory.parameters, dice, arrayOf), ...receptors } as never);
  });
  const known = listModels()
    .filter(({ kind }) => kind === "synapse")
    .map((entry): Make => (arrayOf, dice) => {
      const receptors = drawReceptors(entry.model as SynapseModel, ends, dice);
      const values = withReversal(entry, drawValues(entry.parameters, dice, arrayOf), dice);
      return entry.make({ ...values, ...receptors }) as SynapseType;
    });
  return [...own, ...known];
}

/** A matrix of strengths, with gaps, of a synapse of the user. */
function addMatrix(net: Network, plan: JoinPlan, ends: Ends, options: { name: string }): void {
  const dice = new Dice(plan.seed);
  const shape = [ends.to.size, ends.from.size] as const;
  const draw = drawMatrix(dice, shape, false);
  const factories = userSynapses.filter(({ model }) => model.strength !== undefined);
  for (const factory of factories) {
    const { strength } = factory.model;
    const values = vary(factory.parameters, dice, (value) => draw(value, 0));
    values[strength!] = draw(() => dice.between(0.05, 0.4), 0.4);
    const type = synapses.matrix(factory as never, values as never, { shape });
    if (accepts(() => net.addConnection(type, ends.from.name, ends.to.name, options))) return;
  }
}

/** Whether a call is not refused; what is refused changes nothing. */
function accepts(call: () => unknown): boolean {
  try {
    call();
    return true;
  } catch (error) {
    if (error instanceof MyelinError) return false;
    throw error;
  }
}

/** Adds the first synapse that fits, beginning anywhere in the list. */
function addJoin(net: Network, plan: JoinPlan, index: number): void {
  const { populations } = net;
  const from = populations[plan.from % populations.length]!;
  const to = populations[plan.to % populations.length]!;
  const ends = { from, to, isSelf: from === to };
  const name = `join${index}`;
  if (plan.wiring === "matrix") {
    addMatrix(net, plan, ends, { name });
    return;
  }
  const [connectivity, edges] = drawWiring(plan, ends);
  const makers = candidates(ends);
  for (let i = 0; i < makers.length; i++) {
    const make = makers[(plan.seed + i) % makers.length]!;
    const dice = new Dice(plan.seed + i);
    // Where a rule decides how many synapses there are, all get one value.
    const arrayOf: ArrayOf = (value) =>
      edges === undefined
        ? (value() as unknown as Float64Array)
        : Float64Array.from({ length: edges }, value);
    if (
      accepts(() =>
        net.addConnection(make(arrayOf, dice), from.name, to.name, { name, connectivity }),
      )
    ) {
      return;
    }
  }
}

/** Builds the network of a plan; the same plan always gives the same network. */
export function buildWide({ base, cells, joins }: WidePlan): Network {
  const net = buildNetwork(base);
  cells.forEach((each, i) => addCells(net, each, i));
  joins.forEach((each, i) => addJoin(net, each, i));
  return net;
}
