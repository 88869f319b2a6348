// Pools of single synapses. Invariant: in every sum, and in all that arriving spikes do to one neuron,
// synapses come in the order in which the user made them.

import type { GradedModel, SynapseModel } from "../../models/types.js";
import type { Connection, Connectivity, FlatNetwork } from "../../network/types.js";
import type { UniqueNames } from "../support/unique-names.js";
import { Identities, keyOfConnection } from "./keys.js";
import type { KeyContext } from "./keys.js";
import type { Place, PooledConnection, PooledPopulation } from "./pooled.js";
import { stackParameters } from "./stack.js";

interface Ends {
  readonly populations: readonly PooledPopulation[];
  /** By the number of a population of the user's. */
  readonly places: readonly Place[];
  readonly names: UniqueNames;
}

interface Pool {
  readonly number: number;
  /** Numbers of its connections. */
  readonly members: number[];
}

/** Something that the synapses of one neuron do one after the other. */
interface Turn {
  readonly what: string;
  /** The neuron. */
  readonly at: Place;
  /** The order is that of sources, not of synapses; its place among them. */
  readonly source?: number;
}

/** The last who took their turn, neuron by neuron. */
class Turns {
  readonly #last = new Map<string, { pool: number; source: number }>();

  #keyOf({ what, at: { population, element = 0 } }: Turn): string {
    return `${what} ${population} ${element}`;
  }

  /** Whether nobody would be overtaken. */
  isFree(turn: Turn, pool: number): boolean {
    const last = this.#last.get(this.#keyOf(turn));
    if (last === undefined || last.pool < pool) return true;
    return last.pool === pool && (turn.source === undefined || turn.source >= last.source);
  }

  take(turn: Turn, pool: number): void {
    this.#last.set(this.#keyOf(turn), { pool, source: turn.source ?? 0 });
  }
}

/** All connections, single ones of one kind together. */
export function poolConnections(
  flat: FlatNetwork,
  ends: Ends,
  context: KeyContext,
): PooledConnection[] {
  const identities = new Identities();
  const turns = new Turns();
  const pools: Pool[] = [];
  const latest = new Map<string, Pool>();
  flat.connections.forEach((connection, index) => {
    const source = ends.places[connection.source]!;
    const target = ends.places[connection.target]!;
    if (source.isApart) return void pools.push({ number: pools.length, members: [index] });
    const key = keyOfConnection(connection, context)!;
    const { model } = connection.synapse;
    const kind = `${identities.of(model)} ${source.population} ${target.population} ${key}`;
    const mine = turnsOf(model, source, target, identities);
    let pool = latest.get(kind);
    if (pool === undefined || !mine.every((turn) => turns.isFree(turn, pool!.number))) {
      pool = { number: pools.length, members: [] };
      pools.push(pool);
      latest.set(kind, pool);
    }
    pool.members.push(index);
    for (const turn of mine) turns.take(turn, pool.number);
  });
  const targetOf = (number: number): number =>
    ends.places[flat.connections[number]!.target]!.element ?? 0;
  return pools.map(({ members }) => {
    // Edges of one target lie together; among themselves they keep their order. Those that also add
    // to their sources have an order there that would be lost.
    const { gradedBack } = flat.connections[members[0]!]!.synapse.model;
    if (gradedBack === undefined) members.sort((a, b) => targetOf(a) - targetOf(b) || a - b);
    return joined(flat, members, ends, context);
  });
}

/** What a synapse does in turn with others. */
function turnsOf(
  { graded, gradedBack, onPre, states }: SynapseModel,
  source: Place,
  target: Place,
  identities: Identities,
): Turn[] {
  const turns: Turn[] = [];
  const sum = (model: GradedModel, at: Place): void => {
    turns.push({ what: `sum ${identities.of(model)}`, at });
  };
  if (graded !== undefined) sum(graded, target);
  if (gradedBack !== undefined) sum(gradedBack, source);
  const isOwn = (name: string): boolean => states.some(({ symbol }) => symbol === name);
  if (onPre.some((statement) => !isOwn(statement.target))) {
    turns.push({ what: "spikes", at: target, source: source.element ?? 0 });
  }
  return turns;
}

function joined(
  flat: FlatNetwork,
  numbers: readonly number[],
  { populations, places, names }: Ends,
  { tunable, perCopy }: KeyContext,
): PooledConnection {
  const members = numbers.map((number) => flat.connections[number]!);
  const [first] = members as [Connection];
  const rank = flat.populations.length + numbers.reduce((least, each) => Math.min(least, each));
  const source = places[first.source]!;
  const target = places[first.target]!;
  const placed = { ...first, source: source.population, target: target.population, rank };
  const isAlone = source.element === undefined && target.element === undefined;
  if (isAlone && members.length === 1) return placed;
  const isApart = (parameter: string): boolean => {
    const path = `${first.name}.${parameter}`;
    return tunable.has(path) || perCopy.has(path);
  };
  return {
    ...placed,
    name: names.take(first.synapse.model.name),
    connectivity: connectivityOf(
      members.map((each) => places[each.source]!.element ?? 0),
      members.map((each) => places[each.target]!.element ?? 0),
      {
        sources: populations[source.population]!.size,
        targets: populations[target.population]!.size,
        symmetric: first.synapse.model.symmetric,
      },
    ),
    values: stackParameters(
      members.map((member) => member.values),
      isApart,
    ),
    members: members.map(({ name, connectivity }, i) => {
      const shape = connectivity.kind === "all-to-all" ? [1, 1] : [1];
      return { name, shape, rank: flat.populations.length + numbers[i]! };
    }),
  };
}

/** The simplest description of a list of edges. */
function connectivityOf(
  from: readonly number[],
  to: readonly number[],
  sizes: { readonly sources: number; readonly targets: number; readonly symmetric: boolean },
): Connectivity {
  const { sources, targets, symmetric } = sizes;
  const isDiagonal = sources === targets && from.length === sources;
  if (!symmetric && isDiagonal && from.every((each, i) => each === i && to[i] === i)) {
    return { kind: "one-to-one" };
  }
  const isFull = from.length === sources * targets;
  if (
    !symmetric &&
    isFull &&
    from.every((each, i) => each === i % sources && to[i] === Math.floor(i / sources))
  ) {
    return { kind: "all-to-all" };
  }
  return { kind: "edges", sources: Int32Array.from(from), targets: Int32Array.from(to) };
}
