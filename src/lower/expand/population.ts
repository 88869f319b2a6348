// Expands populations: states, parameters, summed inputs, and the ops that advance them, test the
// threshold and reset. Invariant: all populations of one model get the same sums, so that merging
// finds their ops equal.

import { binary, conditional, name, num, unary } from "../../expr/ast.js";
import type { Assignment, Expr } from "../../expr/ast.js";
import { evaluateElements } from "../../expr/elements.js";
import { namesIn, substitute } from "../../expr/rewrite.js";
import type { NeuronModel } from "../../models/types.js";
import type { PooledPopulation } from "../pool/pooled.js";
import { Kept } from "../../util/kept.js";
import {
  addParameters,
  asNumbers,
  bindBody,
  bindQuirks,
  element,
  literal,
  parameterBinding,
} from "./bind.js";
import type { Bindings } from "./bind.js";
import type {
  DraftWrite,
  ExpandContext,
  InputSums,
  NewArray,
  PopulationArrays,
} from "./context.js";
import { equationsToBody, timeInUnits } from "./equations.js";
import { checkStability } from "./stability.js";

/** Which sums a neuron model needs, by input symbol; collected over the whole network. */
export type NeededSums = ReadonlyMap<string, ReadonlySet<keyof InputSums>>;

/** Makes the arrays of a population. The ops come later, when all arrays are known. */
export function addPopulationArrays(
  context: ExpandContext,
  population: PooledPopulation,
  needed: NeededSums,
  ringSlots: number,
): PopulationArrays {
  const { name: path, size, shape } = population;
  const { model } = population.type;
  const values = population.type.values;
  const parameters = addParameters(context, population, {
    models: model.parameters,
    values,
    shape,
  });
  const states = addStates(context, population);
  const sums = new Map<string, InputSums>();
  for (const [symbol, kinds] of needed) {
    const entry: { current?: string; drive?: string; conductance?: string } = {};
    for (const kind of ["current", "drive", "conductance"] as const) {
      if (!kinds.has(kind)) continue;
      const array = {
        name: `${path}.${symbol}.${kind}`,
        role: "scratch",
        length: size,
        origin: path,
      } as const;
      entry[kind] = context.addArray(array);
    }
    sums.set(symbol, entry);
  }
  if (model.spike === undefined) return { path, size, states, parameters, sums };
  // Written out, so that all have the same shape: connections look at their ends thousands of times.
  const { spikes, spiked, ring } = addSpikeArrays(context, population, ringSlots);
  return ring === undefined
    ? { path, size, states, parameters, sums, spikes, spiked }
    : { path, size, states, parameters, sums, spikes, spiked, ring };
}

function addSpikeArrays(
  context: ExpandContext,
  population: PooledPopulation,
  ringSlots: number,
): { spikes: string; spiked: string; ring?: string } {
  const { name: path, size, shape } = population;
  const add = (name: string, rest: Pick<NewArray, "role" | "type" | "slots">): string => {
    return context.addArray({ name: `${path}.${name}`, length: size, origin: path, ...rest });
  };
  const addName = (name: string, array: string, kind: "state" | "spikes"): void => {
    context.addNames(population, name, { array, kind }, { shape });
  };
  const spikes = add("spikes", { role: "state", type: "spikes" });
  const spiked = add("spiked", { role: "scratch" });
  addName("spikes", spikes, "spikes");
  if (isEverRefractory(context, population)) {
    addName("refractoryLeft", add("refractoryLeft", { role: "state" }), "state");
  }
  if (ringSlots === 0) return { spikes, spiked };
  return { spikes, spiked, ring: add("past", { role: "state", type: "spikes", slots: ringSlots }) };
}

/** Values at the start: given ones first, then what the model's text says, in order of declaration. */
function addStates(context: ExpandContext, population: PooledPopulation): Map<string, string> {
  const { name: path, size, shape, type, initialValues } = population;
  const scope = new Map<string, number | Float64Array>();
  for (const parameter of type.model.parameters) {
    scope.set(parameter.symbol, asNumbers(type.values.get(parameter.publicName)!));
  }
  for (const quirk of type.model.quirks)
    scope.set(quirk, Number(context.network.quirks.has(quirk)));
  const states = new Map<string, string>();
  for (const state of type.model.states) {
    const initial = initialValues.get(state.symbol) ?? evaluateElements(state.initial, scope);
    scope.set(state.symbol, initial);
    const unit = state.unit;
    const arrayName = `${path}.${state.symbol}`;
    const array = context.addArray({
      name: arrayName,
      role: "state",
      length: size,
      initial,
      unit,
      origin: path,
    });
    context.addNames(population, state.symbol, { array, kind: "state", unit }, { shape });
    states.set(state.symbol, array);
  }
  return states;
}

/** The names that a neuron's own equations see. */
function neuronBindings(
  context: ExpandContext,
  population: PooledPopulation,
  arrays: PopulationArrays,
): Bindings {
  const bindings: Bindings = new Map();
  for (const [symbol, array] of arrays.states) bindings.set(symbol, element(array, "element"));
  for (const [symbol, parameter] of arrays.parameters) {
    bindings.set(symbol, parameterBinding(parameter, "element"));
  }
  bindQuirks(bindings, population.type.model.quirks, context.network.quirks);
  for (const [symbol, sums] of arrays.sums) {
    for (const kind of ["current", "drive", "conductance"] as const) {
      const array = sums[kind];
      if (array !== undefined) bindings.set(`${symbol}$${kind}`, element(array, "element"));
    }
  }
  return bindings;
}

/** `I = current + (drive - V * conductance)`, from what is collected; 0 where nothing is. */
function inputPrelude(model: NeuronModel, arrays: PopulationArrays): Assignment[] {
  return model.inputs.map(({ symbol }) => {
    const sums = arrays.sums.get(symbol) ?? {};
    const terms: Expr[] = [];
    if (sums.drive !== undefined && sums.conductance !== undefined) {
      const pulled = binary("*", name(model.output), name(`${symbol}$conductance`));
      terms.push(binary("-", name(`${symbol}$drive`), pulled));
    }
    if (sums.current !== undefined) terms.push(name(`${symbol}$current`));
    const [first, second] = terms;
    const value =
      first === undefined ? num(0) : second === undefined ? first : binary("+", first, second);
    return { target: symbol, value };
  });
}

const spikedSymbol = "spiked$";

/** Bodies of models by what they depend on beside the model. */
const updates = new Kept<NeuronModel, readonly Assignment[]>();
const resets = new Kept<NeuronModel, readonly Assignment[]>();

/** Sums, the equations of the model and its threshold test. */
function updateBody(
  model: NeuronModel,
  arrays: PopulationArrays,
  refractory: Refractory | undefined,
): readonly Assignment[] {
  const fires: Assignment[] =
    model.spike === undefined
      ? []
      : [{ target: spikedSymbol, value: fireCondition(model.spike, refractory) }];
  const prelude: Assignment[] = refractory === undefined ? [] : refractory.prelude;
  const where = `${model.kind} ${model.name}`;
  const equations = equationsToBody(model.blocks, model.system, where, fires);
  return [...inputPrelude(model, arrays), ...prelude, ...equations];
}

/** The reset for the neurons that fired, and the count of steps at rest. */
function resetBody(model: NeuronModel, refractory: Refractory | undefined): readonly Assignment[] {
  const statements: Assignment[] = model.reset.map(({ target, value }) => ({
    target,
    value: conditional(name(spikedSymbol), value, name(target)),
  }));
  if (refractory !== undefined) statements.push(refractory.reset);
  const time = timeInUnits(model.system);
  return statements.map(({ target, value }) => ({ target, value: substitute(value, time) }));
}

/** Adds the ops of a population: empty the sums, update with threshold test, reset, push into the ring. */
export function addPopulationParts(
  context: ExpandContext,
  population: PooledPopulation,
  arrays: PopulationArrays,
): void {
  const origin = population.name;
  const { model } = population.type;
  addClear(context, population, arrays);
  const bindings = neuronBindings(context, population, arrays);
  const refractory = addRefractory(context, population, arrays, bindings);
  const sums = [...arrays.sums].map(([symbol, kinds]) => [symbol, ...Object.keys(kinds)].join());
  const key = [refractory !== undefined, ...sums].join(" ");
  const whole = updates.get(model, key, () => updateBody(model, arrays, refractory));
  const { reads, body } = bindBody(whole, bindings);
  const writes: DraftWrite[] = [];
  for (const [symbol, array] of arrays.states) {
    if (!body.some(({ target }) => target === symbol)) continue;
    writes.push({ symbol, array, at: "element", mode: "set" });
  }
  if (refractory !== undefined) {
    writes.push({ symbol: refractory.left, array: refractory.array, at: "element", mode: "set" });
  }
  if (arrays.spiked !== undefined) {
    writes.push({ symbol: spikedSymbol, array: arrays.spiked, at: "element", mode: "set" });
  }
  const { size: count, spikes: list } = arrays;
  const emit = list === undefined ? {} : { emit: { when: spikedSymbol, list } };
  context.addPart("update", population, { kind: "map", count, reads, body, writes, ...emit });
  checkStability(context, { path: origin, model, values: population.type.values });
  addReset(context, population, arrays, bindings, refractory);
  if (arrays.ring !== undefined && arrays.spikes !== undefined) {
    context.addPart("emit", population, { kind: "ring", from: arrays.spikes, into: arrays.ring });
  }
}

/** One for all, so that what is found out about a body is found out once. */
const clearing: readonly Assignment[] = [{ target: "zero", value: num(0) }];

function addClear(
  context: ExpandContext,
  population: PooledPopulation,
  arrays: PopulationArrays,
): void {
  const writes: DraftWrite[] = [];
  for (const sums of arrays.sums.values()) {
    for (const kind of ["current", "drive", "conductance"] as const) {
      const array = sums[kind];
      if (array !== undefined) writes.push({ symbol: "zero", array, at: "element", mode: "set" });
    }
  }
  if (writes.length === 0) return;
  const { size: count } = arrays;
  context.addPart("clear", population, { kind: "map", count, reads: [], body: clearing, writes });
}

interface Refractory {
  readonly left: string;
  readonly array: string;
  readonly prelude: Assignment[];
  readonly reset: Assignment;
}

const periods = new Kept<NeuronModel, readonly Assignment[]>();

function periodInSteps(period: Expr, system: NeuronModel["system"]): Assignment[] {
  const dt = timeInUnits(system).get("dt") ?? name("dt");
  const inSteps = binary("+", binary("/", period, dt), num(0.5));
  return [{ target: "steps", value: { kind: "call", fn: "floor", args: [inSteps] } }];
}

/** Counts whole steps: after a spike in step k it is refractory in k+1 ... k+round(period/dt). */
function addRefractory(
  context: ExpandContext,
  population: PooledPopulation,
  arrays: PopulationArrays,
  bindings: Bindings,
): Refractory | undefined {
  const { refractory, system } = population.type.model;
  if (refractory === undefined || !isEverRefractory(context, population)) {
    bindings.set("refractory", literal(0));
    return undefined;
  }
  const origin = population.name;
  const period = periods.get(population.type.model, "", () => periodInSteps(refractory, system));
  const { reads, body } = bindBody(period, bindings);
  const single = reads.every((operand) => operand.at === "one");
  const length = single ? 1 : arrays.size;
  const steps = context.addArray({
    name: `${origin}.refractorySteps`,
    role: "derived",
    length,
    origin,
    perCopy: reads.some((operand) => context.isPerCopy(operand.array)),
  });
  context.setup.push({
    kind: "map",
    id: `setup${context.setup.length}`,
    phase: "setup",
    origin,
    count: length,
    reads,
    body,
    writes: [{ symbol: "steps", array: steps, version: 1, at: "element", mode: "set" }],
  });
  const left = "left$";
  const array = `${origin}.refractoryLeft`;
  bindings.set(left, element(array, "element"));
  bindings.set("steps$", element(steps, single ? "one" : "element"));
  return {
    left,
    array,
    prelude: [
      { target: "refractory", value: binary(">", name(left), num(0)) },
      {
        target: left,
        value: { kind: "call", fn: "max", args: [binary("-", name(left), num(1)), num(0)] },
      },
    ],
    reset: { target: left, value: conditional(name(spikedSymbol), name("steps$"), name(left)) },
  };
}

/** False when the period is 0 for all neurons and cannot change: then nothing has to be counted. */
function isEverRefractory(context: ExpandContext, population: PooledPopulation): boolean {
  const { type } = population;
  const period = type.model.refractory;
  if (period === undefined) return false;
  const used = namesIn(period);
  const scope = new Map<string, number | Float64Array>();
  for (const { symbol, publicName } of type.model.parameters) {
    if (!used.has(symbol)) continue;
    if (context.tuningOf(population, publicName).isTunable) return true;
    scope.set(symbol, asNumbers(type.values.get(publicName)!));
  }
  const value = evaluateElements(period, scope);
  return typeof value === "number" ? value !== 0 : value.some((each) => each !== 0);
}

function fireCondition(spike: Expr, refractory: Refractory | undefined): Expr {
  if (refractory === undefined) return spike;
  return binary("and", unary("not", name("refractory")), spike);
}

/** Runs the reset statements for the neurons that fired. */
function addReset(
  context: ExpandContext,
  population: PooledPopulation,
  arrays: PopulationArrays,
  bindings: Bindings,
  refractory: Refractory | undefined,
): void {
  const { model } = population.type;
  if (arrays.spiked === undefined) return;
  const statements = resets.get(model, String(refractory !== undefined), () =>
    resetBody(model, refractory),
  );
  if (statements.length === 0) return;
  const all: Bindings = new Map(bindings);
  all.set(spikedSymbol, element(arrays.spiked, "element"));
  const { reads, body } = bindBody(statements, all);
  const targets = new Set(body.map((statement) => statement.target));
  const writes = [...targets].map((symbol): DraftWrite => {
    const array = symbol === refractory?.left ? refractory.array : arrays.states.get(symbol)!;
    return { symbol, array, at: "element", mode: "set" };
  });
  context.addPart("reset", population, {
    kind: "map",
    count: arrays.size,
    reads,
    body,
    writes,
  });
}
