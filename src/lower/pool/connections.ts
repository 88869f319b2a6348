// Pools of single synapses. Invariant: in every sum, and in all that arriving spikes do to one neuron,
// synapses come in the order in which the user made them.

import type { GradedModel, SynapseModel } from "../../models/types.js";
import type { Connection, Connectivity, FlatNetwork } from "../../network/types.js";
import type { UniqueNames } from "../support/unique-names.js";
import { Identities } from "./keys.js";
import type { KeyContext } from "./keys.js";
import type { Place, PooledConnection, PooledPopulation } from "./pooled.js";
import { stackParameters } from "./stack.js";

interface Ends {
  readonly populations: readonly PooledPopulation[];
  /** By the number of a population of the user's. */
  readonly places: readonly Place[];
  /** Keys of the connections; see `keyOfConnection`. */
  readonly keys: readonly (string | undefined)[];
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
  /** Whose turn it is. */
  readonly of: "source" | "target";
  /** The order is that of sources, not of synapses. */
  readonly bySource: boolean;
}

interface Last {
  readonly pool: number;
  readonly source: number;
}

/** The last who took their turn, neuron by neuron. */
class Turns {
  readonly #last = new Map<string, Last[]>();

  /** Whether nobody would be overtaken. */
  isFree({ what, bySource }: Turn, neuron: number, { pool, source }: Last): boolean {
    const last = this.#last.get(what)?.[neuron];
    if (last === undefined || last.pool < pool) return true;
    return last.pool === pool && (!bySource || source >= last.source);
  }

  take({ what }: Turn, neuron: number, last: Last): void {
    let all = this.#last.get(what);
    if (all === undefined) this.#last.set(what, (all = []));
    all[neuron] = last;
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
  const turnsOfModel = new Map<SynapseModel, readonly Turn[]>();
  const pools: Pool[] = [];
  const latest = new Map<string, Pool>();
  const begin = (index: number): Pool => {
    const pool = { number: pools.length, members: [index] };
    pools.push(pool);
    return pool;
  };
  flat.connections.forEach((connection, index) => {
    const place = ends.places[connection.source]!;
    if (place.isApart) return void begin(index);
    const { model } = connection.synapse;
    let mine = turnsOfModel.get(model);
    if (mine === undefined) turnsOfModel.set(model, (mine = turnsOf(model, identities)));
    const { population } = ends.places[connection.target]!;
    const key = ends.keys[index]!;
    const kind = `${identities.of(model)} ${place.population} ${population} ${key}`;
    const source = place.element ?? 0;
    const isFree = ({ number: pool }: Pool): boolean =>
      mine.every((turn) => turns.isFree(turn, connection[turn.of], { pool, source }));
    let pool = latest.get(kind);
    if (pool !== undefined && isFree(pool)) pool.members.push(index);
    else latest.set(kind, (pool = begin(index)));
    for (const turn of mine) turns.take(turn, connection[turn.of], { pool: pool.number, source });
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
  identities: Identities,
): readonly Turn[] {
  const turns: Turn[] = [];
  const sum = (model: GradedModel, of: Turn["of"]): void => {
    turns.push({ what: `sum ${identities.of(model)}`, of, bySource: false });
  };
  if (graded !== undefined) sum(graded, "target");
  if (gradedBack !== undefined) sum(gradedBack, "source");
  const isOwn = (name: string): boolean => states.some(({ symbol }) => symbol === name);
  if (onPre.some((statement) => !isOwn(statement.target))) {
    turns.push({ what: "spikes", of: "target", bySource: true });
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
    members: {
      names: members.map(({ name }) => name),
      shapes: members.map(({ connectivity: { kind } }) => (kind === "all-to-all" ? [1, 1] : [1])),
      ranks: numbers.map((number) => flat.populations.length + number),
    },
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
