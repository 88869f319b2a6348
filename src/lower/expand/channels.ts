// Expands the channels in the membranes of a population: neighbours of one model become one array
// over (neuron, channel). Invariant: element = neuron * channels + channel.

import { name } from "../../expr/ast.js";
import type { Assignment } from "../../expr/ast.js";
import { evaluateElements } from "../../expr/elements.js";
import { makeOperand } from "../../ir/records.js";
import type { ChannelModel, ChannelType, ParameterValue } from "../../models/types.js";
import type { Population } from "../../network/types.js";
import { Kept } from "../../util/kept.js";
import { addParameters, asNumbers, bindBody, bindQuirks, element } from "./bind.js";
import type { Bindings } from "./bind.js";
import type {
  Binding,
  DraftWrite,
  ExpandContext,
  ParameterArray,
  PopulationArrays,
} from "./context.js";
import { equationsToBody } from "./equations.js";
import { checkStability } from "./stability.js";
import { float64s } from "../../util/tabulate.js";

/** Channels next to each other that have the same model and agree in every boolean. */
function groupChannels(channels: readonly ChannelType[]): ChannelType[][] {
  const groups: ChannelType[][] = [];
  for (const channel of channels) {
    const group = groups.at(-1);
    if (group !== undefined && sameStructure(group[0]!, channel)) group.push(channel);
    else groups.push([channel]);
  }
  return groups;
}

function sameStructure(a: ChannelType, b: ChannelType): boolean {
  if (a.model !== b.model) return false;
  return a.model.parameters.every(({ publicName }) => {
    const value = a.values.get(publicName);
    return typeof value !== "boolean" || value === b.values.get(publicName);
  });
}

/** One value for each channel, or one for each (neuron, channel) when any channel varies over neurons. */
function stackValues(group: readonly ChannelType[], size: number): Map<string, ParameterValue> {
  const stacked = new Map<string, ParameterValue>();
  for (const { publicName } of group[0]!.model.parameters) {
    const values = group.map((channel) => channel.values.get(publicName)!);
    stacked.set(publicName, stack(values, size));
  }
  return stacked;
}

function stack(values: readonly ParameterValue[], size: number): ParameterValue {
  const [first] = values;
  if (typeof first === "boolean") return first;
  const numbers = values.map(asNumbers);
  if (numbers.every((value) => typeof value === "number")) {
    return values.length === 1 ? numbers[0]! : Float64Array.from(numbers as number[]);
  }
  const all = new Float64Array(size * values.length);
  for (let neuron = 0; neuron < size; neuron += 1) {
    numbers.forEach((value, channel) => {
      all[neuron * values.length + channel] = typeof value === "number" ? value : value[neuron]!;
    });
  }
  return all;
}

/** Everything that the expansion of one group of channels needs to know. */
interface Group {
  readonly path: string;
  readonly type: ChannelType;
  readonly values: ReadonlyMap<string, ParameterValue>;
  readonly channels: number;
  readonly population: Population;
  readonly neuron: PopulationArrays;
}

/** Adds arrays and ops of all channels of a population: states first, then the summed current. */
export function addChannels(
  context: ExpandContext,
  population: Population,
  neuron: PopulationArrays,
): void {
  const taken = new Map<string, number>();
  for (const channels of groupChannels(population.type.channels)) {
    const type = channels[0]!;
    const number = (taken.get(type.model.name) ?? 0) + 1;
    taken.set(type.model.name, number);
    const suffix = number === 1 ? "" : String(number);
    const values = stackValues(channels, population.size);
    addGroup(context, {
      path: `${population.name}.${type.model.name}${suffix}`,
      type,
      values,
      channels: channels.length,
      population,
      neuron,
    });
  }
}

/** How an element (neuron, channel) finds a parameter that is single, per channel or per both. */
function channelParameter(parameter: ParameterArray, group: Group, length: number): Binding {
  if (parameter.kind === "literal") return parameter;
  if (parameter.single !== undefined) return parameter.single;
  const perChannel = length === group.channels && group.channels > 1;
  return element(parameter.array, "element", perChannel ? { period: group.channels } : {});
}

/** Bodies are made once, so that what is found out about one is found out once. */
const bodies = new Kept<ChannelModel, readonly Assignment[]>();
const summing: readonly Assignment[] = [{ target: "sum", value: name("current") }];

const bodyOf = ({ name: channel, blocks, system, current }: ChannelModel): Assignment[] =>
  equationsToBody(blocks, system, `channel ${channel}`, [{ target: "current$", value: current }]);

function addGroup(context: ExpandContext, group: Group): void {
  const { type, population, neuron, channels, path, values } = group;
  const { model } = type;
  const shape = channels === 1 ? population.shape : [...population.shape, channels];
  const count = population.size * channels;
  const parameters = addParameters(
    context,
    { name: path },
    { models: model.parameters, values, shape },
  );
  const bindings: Bindings = new Map();
  const membrane = neuron.states.get(population.type.model.output)!;
  bindings.set("V", element(membrane, "element", channels === 1 ? {} : { repeat: channels }));
  for (const { symbol, publicName } of model.parameters) {
    const value = values.get(publicName)!;
    const length = typeof value === "object" ? value.length : 1;
    bindings.set(symbol, channelParameter(parameters.get(symbol)!, group, length));
  }
  bindQuirks(bindings, model.quirks, context.network.quirks);
  const states = addStates(context, group, shape, membrane);
  for (const [symbol, array] of states) bindings.set(symbol, element(array, "element"));
  const current = context.addArray({
    name: `${path}.current`,
    role: "scratch",
    length: count,
    origin: path,
  });
  const equations = bodies.get(model, "", () => bodyOf(model));
  const { reads, body } = bindBody(equations, bindings);
  const assigned = new Set(body.map((statement) => statement.target));
  const writes: DraftWrite[] = [...states]
    .filter(([symbol]) => assigned.has(symbol))
    .map(([symbol, array]) => ({ symbol, array, at: "element", mode: "set" }));
  writes.push({ symbol: "current$", array: current, at: "element", mode: "set" });
  context.addPart("channels", { name: path }, { kind: "map", count, reads, body, writes });
  const port = population.type.model.inputs[0]!.symbol;
  context.addPart(
    "channels",
    { name: path },
    {
      kind: "gather",
      layout: { kind: "segments", targets: population.size, size: channels },
      reads: [makeOperand("current", { array: current, version: 0 }, "source")],
      body: summing,
      writes: [
        { symbol: "sum", array: neuron.sums.get(port)!.current!, at: "target", mode: "add" },
      ],
    },
  );
  const spreadValues = new Map(
    [...values].map(([key, value]) => [key, forElements(value, group)] as const),
  );
  checkStability(context, { path, model, values: spreadValues });
}

function addStates(
  context: ExpandContext,
  group: Group,
  shape: readonly number[],
  membrane: string,
): Map<string, string> {
  const { type, path, channels, population, values } = group;
  const count = population.size * channels;
  const scope = new Map<string, number | Float64Array>();
  const start = context.initialOf(membrane);
  scope.set(
    "V",
    spread(start, count, (i) => Math.floor(i / channels)),
  );
  for (const { symbol, publicName } of type.model.parameters) {
    scope.set(symbol, forElements(values.get(publicName)!, group));
  }
  for (const quirk of type.model.quirks) {
    scope.set(quirk, Number(context.network.quirks.has(quirk)));
  }
  const states = new Map<string, string>();
  for (const { symbol, initial: text, unit } of type.model.states) {
    const initial = evaluateElements(text, scope);
    scope.set(symbol, initial);
    const name = `${path}.${symbol}`;
    const array = context.addArray({
      name,
      role: "state",
      length: count,
      initial,
      unit,
      origin: path,
    });
    context.addNames({ name: path }, symbol, { array, kind: "state", unit }, { shape });
    states.set(symbol, array);
  }
  return states;
}

/** Values with one for each (neuron, channel), where the channels differ. */
function forElements(value: ParameterValue, group: Group): number | Float64Array {
  const { channels, population } = group;
  const numbers = asNumbers(value);
  const perChannel = typeof numbers === "object" && numbers.length === channels && channels > 1;
  return perChannel ? spread(numbers, population.size * channels, (i) => i % channels) : numbers;
}

function spread(
  value: number | Float64Array,
  count: number,
  index: (i: number) => number,
): number | Float64Array {
  if (typeof value === "number") return value;
  return float64s(count, (i) => value[index(i)]!);
}
