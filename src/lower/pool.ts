// Pass: single neurons of one kind become one population, and their single synapses one connection,
// so that thousands of them need not be expanded one by one only to be merged again. Invariant: every
// sum keeps its order, so that results stay bit for bit those of the network as it was given.

import type { FlatNetwork, Population } from "../network/types.js";
import { poolConnections } from "./pool/connections.js";
import { UniqueNames } from "./support/unique-names.js";
import { Identities, keyOfConnection, keyOfPopulation } from "./pool/keys.js";
import type { KeyContext } from "./pool/keys.js";
import type { Place, PooledNetwork, PooledPopulation } from "./pool/pooled.js";
import { stackInitial, stackParameters } from "./pool/stack.js";

/** The network with its pools; undefined where there is nothing to pool. */
export function pool(flat: FlatNetwork, context: KeyContext): PooledNetwork | undefined {
  const keys = flat.connections.map((connection) => keyOfConnection(connection, context));
  const apart = populationsApart(flat, keys, context);
  const groups = groupPopulations(flat, apart, context);
  if (groups.every((group) => group.length === 1)) return undefined;
  const places: Place[] = [];
  groups.forEach((group, population) => {
    group.forEach((index, element) => {
      const isApart = apart.has(index);
      places[index] =
        group.length === 1 ? { population, isApart } : { population, isApart, element };
    });
  });
  // Arrays are named after what holds them.
  const names = new UniqueNames([...flat.populations, ...flat.connections].map(({ name }) => name));
  const populations = groups.map((group) => poolPopulation(flat, group, context, names));
  return {
    name: flat.name,
    quirks: flat.quirks,
    populations,
    connections: poolConnections(flat, { populations, places, keys, names }, context),
    inputs: flat.inputs.map((input) => {
      const { population: target, element } = places[input.target]!;
      return element === undefined ? { ...input, target } : { ...input, target, element };
    }),
    outputs: flat.outputs.map((output) => {
      const { population: source, element } = places[output.source]!;
      return element === undefined ? { ...output, source } : { ...output, source, element };
    }),
  };
}

/** Numbers of populations that become one, in the order of the first of each. */
function groupPopulations(
  flat: FlatNetwork,
  apart: ReadonlySet<number>,
  context: KeyContext,
): number[][] {
  const identities = new Identities();
  const groups: number[][] = [];
  const byKey = new Map<string, number[]>();
  flat.populations.forEach((population, index) => {
    if (apart.has(index)) return void groups.push([index]);
    const model = identities.of(population.type.model);
    const key = `${model} ${keyOfPopulation(population, context)!}`;
    const group = byKey.get(key);
    if (group !== undefined) return void group.push(index);
    const begun = [index];
    byKey.set(key, begun);
    groups.push(begun);
  });
  return groups;
}

/** Populations that cannot be pooled, and all that a connection joins with one of them. */
function populationsApart(
  flat: FlatNetwork,
  keys: readonly (string | undefined)[],
  context: KeyContext,
): Set<number> {
  const apart = new Set<number>();
  const neighbours = new Map<number, number[]>();
  const meet = (from: number, to: number): void => {
    const known = neighbours.get(from);
    if (known === undefined) neighbours.set(from, [to]);
    else known.push(to);
  };
  flat.populations.forEach((population, index) => {
    if (keyOfPopulation(population, context) === undefined) apart.add(index);
  });
  flat.connections.forEach(({ source, target }, index) => {
    meet(source, target);
    meet(target, source);
    if (keys[index] === undefined) apart.add(source).add(target);
  });
  // A set that grows is visited to its end.
  for (const index of apart) for (const other of neighbours.get(index) ?? []) apart.add(other);
  return apart;
}

function poolPopulation(
  flat: FlatNetwork,
  group: readonly number[],
  { tunable, perCopy }: KeyContext,
  names: UniqueNames,
): PooledPopulation {
  const members = group.map((index) => flat.populations[index]!);
  const [first] = members as [Population];
  if (members.length === 1) return { ...first, rank: group[0]! };
  const { type } = first;
  const isApart = (parameter: string): boolean => {
    const path = `${first.name}.${parameter}`;
    return tunable.has(path) || perCopy.has(path);
  };
  const values = stackParameters(
    members.map((member) => member.type.values),
    isApart,
  );
  return {
    name: names.take(type.model.name),
    type: { ...type, values },
    shape: [members.length],
    size: members.length,
    initialValues: stackInitial(members.map((member) => member.initialValues)),
    color: first.color,
    rank: group[0]!,
    members: {
      names: members.map(({ name }) => name),
      shapes: members.map(({ shape }) => shape),
      ranks: group,
    },
  };
}
