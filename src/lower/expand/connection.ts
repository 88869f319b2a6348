// Expands connections: per-synapse parameters and states, graded sums, arriving spikes and what
// target spikes change. Invariant: a connection only reads its two populations, writes their sums,
// its own states, and the target's states named in its onPre text.

import { CompileError } from "../../errors.js";
import { binary, name } from "../../expr/ast.js";
import type { Assignment } from "../../expr/ast.js";
import { evaluateElements } from "../../expr/elements.js";
import { namesIn, sameExpr } from "../../expr/rewrite.js";
import type { Domain, Layout } from "../../ir/program.js";
import type { GradedModel, SynapseModel } from "../../models/types.js";
import { isMirrored } from "../../network/connectivity.js";
import type { Population } from "../../network/types.js";
import { Kept } from "../../util/kept.js";
import {
  addParameters,
  asNumbers,
  bindBody,
  bindQuirks,
  element,
  parameterBinding,
} from "./bind.js";
import type { Bindings } from "./bind.js";
import type {
  Binding,
  DraftWrite,
  ExpandContext,
  ParameterArray,
  PopulationArrays,
} from "./context.js";
import type { PooledConnection } from "../pool/pooled.js";
import { delayInSteps } from "./delays.js";
import { edgeSpace } from "./edge-space.js";
import type { EdgeSpace } from "./edge-space.js";
import { equationsToBody } from "./equations.js";
import { checkStability } from "./stability.js";
import { float64s } from "../../util/tabulate.js";

/** A connection with everything that its ops refer to. */
interface Wiring {
  readonly connection: PooledConnection;
  readonly model: SynapseModel;
  readonly source: PopulationArrays;
  readonly target: PopulationArrays;
  readonly ends: { readonly source: Population; readonly target: Population };
  readonly edges: EdgeSpace;
  readonly parameters: ReadonlyMap<string, ParameterArray>;
  readonly states: ReadonlyMap<string, string>;
  /** Made when the first op needs it. */
  forwards: ReadonlyMap<string, Binding> | undefined;
}

/** Adds arrays and ops of one connection. */
export function addConnection(context: ExpandContext, connection: PooledConnection): void {
  const { source: from, target: to, synapse, values } = connection;
  const { populations } = context.network;
  const ends = { source: populations[from]!, target: populations[to]! };
  const { model } = synapse;
  const stored =
    model.states.length > 0 ||
    model.onPre.length > 0 ||
    (connection.connectivity.kind !== "pattern" &&
      model.parameters.some(({ publicName }) => typeof values.get(publicName) === "object"));
  const edges = edgeSpace(context, connection, ends.source, ends.target, stored);
  const path = connection.name;
  const kernel =
    connection.connectivity.kind === "pattern" ? connection.connectivity.kernel : undefined;
  const shape = kernel ?? edges.shape;
  const parameters = addParameters(context, connection, {
    models: model.parameters,
    values,
    shape,
    structural: model.delay,
  });
  const states = addStates(context, connection, edges);
  const source = context.populations[from]!;
  const target = context.populations[to]!;
  const wiring: Wiring = {
    connection,
    model,
    source,
    target,
    ends,
    edges,
    parameters,
    states,
    forwards: undefined,
  };
  addStepping(context, wiring);
  if (model.graded !== undefined) addGraded(context, wiring, model.graded, "forwards");
  // Where both directions of each pair are edges, each coupling is met from both of its ends already.
  if (model.gradedBack !== undefined && !isMirrored(connection)) {
    addGraded(context, wiring, model.gradedBack, "backwards");
  }
  if (model.onPre.length > 0) addArrival(context, wiring);
  if (model.onPost.length > 0) addTargetSpikes(context, wiring);
  checkStability(context, { path, model, values });
}

function addStates(
  context: ExpandContext,
  connection: PooledConnection,
  edges: EdgeSpace,
): Map<string, string> {
  const { model } = connection.synapse;
  const states = new Map<string, string>();
  if (model.states.length === 0) return states;
  const scope = new Map<string, number | Float64Array>();
  for (const { symbol, publicName } of model.parameters) {
    const value = asNumbers(connection.values.get(publicName)!);
    const { period } = edges;
    const spread = (taps: Float64Array): Float64Array =>
      float64s(edges.count, (edge) => taps[edge % period!]!);
    scope.set(symbol, typeof value === "object" && period !== undefined ? spread(value) : value);
  }
  for (const { symbol, initial: text, unit } of model.states) {
    const { count, shape } = edges;
    const initial = evaluateElements(text, scope);
    scope.set(symbol, initial);
    const path = `${connection.name}.${symbol}`;
    const origin = connection.name;
    const array = context.addArray({
      name: path,
      role: "state",
      length: count,
      initial,
      unit,
      origin,
    });
    context.addNames(connection, symbol, { array, kind: "state", unit }, { shape });
    states.set(symbol, array);
  }
  return states;
}

/** Names of the synapse itself (parameters, states, oddities), for an op whose index is the edge. */
function ownBindings(context: ExpandContext, wiring: Wiring, at: Domain): Bindings {
  const bindings: Bindings = new Map();
  wiring.states.forEach((array, symbol) => bindings.set(symbol, element(array, at)));
  const { period } = wiring.edges;
  const extra = period === undefined ? undefined : { period };
  wiring.parameters.forEach((parameter, symbol) => {
    bindings.set(symbol, parameterBinding(parameter, at, extra));
  });
  bindQuirks(bindings, wiring.model.quirks, context.network.quirks);
  return bindings;
}

/** What one name of a neuron means to the connections at one of their ends. */
interface EndName {
  readonly symbol: string;
  /** With `_pre` or `_post`. */
  readonly name: string;
  readonly binding: Binding;
}

/** The names of populations, which many connections share. */
const endNames = new Kept<PopulationArrays, readonly EndName[]>();

function endNamesOf(
  { states, parameters }: PopulationArrays,
  suffix: "_pre" | "_post",
  at: Domain,
): EndName[] {
  const names: EndName[] = [];
  states.forEach((array, symbol) => {
    names.push({ symbol, name: symbol + suffix, binding: element(array, at) });
  });
  parameters.forEach((parameter, symbol) => {
    names.push({ symbol, name: symbol + suffix, binding: parameterBinding(parameter, at) });
  });
  return names;
}

/** One end of a connection: where its values are, and which symbols the synapse names. */
interface End {
  readonly arrays: PopulationArrays;
  readonly named: readonly string[];
  readonly suffix: "_pre" | "_post";
  readonly at: Domain;
}

/** Adds `X_pre` or `X_post` for the states and parameters of an end that the synapse names. */
function addEnd(bindings: Bindings, { arrays, named, suffix, at }: End): void {
  if (named.length === 0) return;
  const names = endNames.get(arrays, `${at}${suffix}`, () => endNamesOf(arrays, suffix, at));
  for (const { symbol, name, binding } of names) {
    if (named.includes(symbol)) bindings.set(name, binding);
  }
}

function addEnds(bindings: Bindings, wiring: Wiring, backwards = false): Bindings {
  const { source, target, model } = wiring;
  const [from, to] = backwards ? (["target", "source"] as const) : (["source", "target"] as const);
  addEnd(bindings, { arrays: source, named: model.ends.pre, suffix: "_pre", at: from });
  addEnd(bindings, { arrays: target, named: model.ends.post, suffix: "_post", at: to });
  return bindings;
}

/** What ops over the edges see, from source to target. */
function edgeBindings(context: ExpandContext, wiring: Wiring): ReadonlyMap<string, Binding> {
  wiring.forwards ??= addEnds(ownBindings(context, wiring, "edge"), wiring);
  return wiring.forwards;
}

function readsEnds(body: readonly Assignment[]): boolean {
  return body.some(({ value }) => [...namesIn(value)].some((each) => /_(pre|post)$/.test(each)));
}

/** Bodies of models, which many connections share. */
const steppings = new Kept<SynapseModel, Stepping>();
const gradedBodies = new Kept<GradedModel, readonly Assignment[]>();
const arrivals = new Kept<SynapseModel, Arrival>();

interface Stepping {
  readonly equations: readonly Assignment[];
  /** They name nothing of the neurons at the ends. */
  readonly local: boolean;
}

function steppingOf(model: SynapseModel): Stepping {
  const equations = equationsToBody(model.blocks, model.system, `synapse ${model.name}`);
  return { equations, local: !readsEnds(equations) };
}

/** The per-step equations of the synapse's states. */
function addStepping(context: ExpandContext, wiring: Wiring): void {
  const { model, connection, edges } = wiring;
  if (model.blocks.length === 0) return;
  const { equations, local } = steppings.get(model, "", () => steppingOf(model));
  const bindings = local ? ownBindings(context, wiring, "element") : edgeBindings(context, wiring);
  const { reads, body } = bindBody(equations, bindings);
  const writes = stateWrites(wiring, body, local ? "element" : "edge");
  if (local) {
    context.addPart("synapses", connection, {
      kind: "map",
      count: edges.count,
      reads,
      body,
      writes,
    });
    return;
  }
  const trigger = { on: "every", steps: 1 } as const;
  const layout = edges.byTarget();
  context.addPart("synapses", connection, {
    kind: "edges",
    trigger,
    layout,
    reads,
    body,
    writes,
  });
}

function stateWrites(wiring: Wiring, body: readonly Assignment[], at: Domain): DraftWrite[] {
  const writes: DraftWrite[] = [];
  for (const [symbol, array] of wiring.states) {
    if (!body.some(({ target }) => target === symbol)) continue;
    writes.push({ symbol, array, at, mode: "set" });
  }
  return writes;
}

/** What a graded synapse gives for each edge. */
const gradedBody = (graded: GradedModel): readonly Assignment[] =>
  graded.kind === "current"
    ? [{ target: "current$", value: graded.current }]
    : [
        { target: "conductance$", value: graded.conductance },
        { target: "drive$", value: binary("*", name("conductance$"), graded.reversal) },
      ];

/** What a graded synapse adds to an input of the neuron at its end. */
function addGraded(
  context: ExpandContext,
  wiring: Wiring,
  graded: GradedModel,
  way: "forwards" | "backwards",
): void {
  const backwards = way === "backwards";
  const receiver = backwards ? wiring.source : wiring.target;
  const receivingModel = (backwards ? wiring.ends.source : wiring.ends.target).type.model;
  const port = graded.into ?? receivingModel.inputs[0]!.symbol;
  const sums = receiver.sums.get(port)!;
  const bindings = backwards
    ? addEnds(ownBindings(context, wiring, "edge"), wiring, backwards)
    : edgeBindings(context, wiring);
  const write = (symbol: string, array: string): DraftWrite => ({
    symbol,
    array,
    at: "target",
    mode: "add",
  });
  const writes =
    graded.kind === "current"
      ? [write("current$", sums.current!)]
      : [write("drive$", sums.drive!), write("conductance$", sums.conductance!)];
  const statements = gradedBodies.get(graded, "", () => gradedBody(graded));
  const layout: Layout = backwards ? wiring.edges.backwards() : wiring.edges.byTarget();
  const { reads, body } = bindBody(statements, bindings);
  const gather = { kind: "gather", layout, reads, body, writes } as const;
  // Sums keep their order when ops are merged, so those that may become one op stand together.
  context.addPart("currents", wiring.connection, gather, graded);
}

/** Runs onPre for every synapse that a spike has reached. */
function addArrival(context: ExpandContext, wiring: Wiring): void {
  const { connection, source, edges } = wiring;
  const list = source.spikes;
  if (list === undefined) return;
  const lag = delayInSteps(context, connection, edges.count, edges.period);
  const spikes = source.ring === undefined ? { array: list } : { array: source.ring, lag };
  const bindings = edgeBindings(context, wiring);
  const arrival = arrivals.get(wiring.model, "", () => arrivalOf(wiring.model));
  const { reads, body } = bindBody(arrival.statements, bindings);
  const writes = [...stateWrites(wiring, body, "edge"), ...arrivalWrites(wiring, arrival)];
  const layout = edges.bySource();
  context.addPart("deliver", connection, {
    kind: "deliver",
    spikes,
    layout,
    reads,
    body,
    writes,
  });
}

/** What the statements of onPre become, and what they write of the target neuron. */
interface Arrival {
  readonly statements: readonly Assignment[];
  readonly into: readonly (Pick<DraftWrite, "symbol" | "mode"> & {
    readonly state: string;
    readonly assigned: string;
  })[];
}

/** `x_post += e` becomes a sum, which backends may reorder over targets; other writes are done in order. */
function arrivalOf({ onPre, states }: SynapseModel): Arrival {
  const into = new Map<string, Arrival["into"][number]>();
  const statements = onPre.map((statement) => {
    const { target: assigned, value } = statement;
    if (states.some(({ symbol }) => symbol === assigned) || !assigned.endsWith("_post")) {
      return statement;
    }
    const state = assigned.slice(0, -"_post".length);
    const isOnly = onPre.every((each) => each === statement || each.target !== assigned);
    const added = isOnly ? addend(assigned, value) : undefined;
    const readElsewhere = onPre.some(
      (each) => each !== statement && namesIn(each.value).has(assigned),
    );
    if (added !== undefined && !readElsewhere) {
      const symbol = `${assigned}$sum`;
      into.set(assigned, { assigned, state, symbol, mode: "add" });
      return { target: symbol, value: added };
    }
    into.set(assigned, { assigned, state, symbol: assigned, mode: "set" });
    return statement;
  });
  return { statements, into: [...into.values()] };
}

/** The same for the arrays of one connection. */
function arrivalWrites(wiring: Wiring, { into }: Arrival): DraftWrite[] {
  const { model, target, connection } = wiring;
  return into.map(({ assigned, state, symbol, mode }) => {
    const array = target.states.get(state);
    if (array !== undefined) return { symbol, array, at: "target", mode };
    throw new CompileError({
      code: "not-a-state",
      where: connection.name,
      problem: `onPre of synapse ${model.name} assigns to ${assigned}, but ${target.path} has no state ${state}`,
      got: assigned,
      allowed: [...target.states.keys()].map((each) => `${each}_post`).join(", "),
      hint: "Let onPre change a state of the target neuron, and let that state act as its input.",
    });
  });
}

/** The `e` of `x = x + e` where e does not read x. */
function addend(symbol: string, value: Assignment["value"]): Assignment["value"] | undefined {
  if (value.kind !== "binary" || value.op !== "+" || !sameExpr(value.left, name(symbol)))
    return undefined;
  return namesIn(value.right).has(symbol) ? undefined : value.right;
}

/** Runs onPost for all incoming synapses of the targets that fired. */
function addTargetSpikes(context: ExpandContext, wiring: Wiring): void {
  const { model, connection, target, edges } = wiring;
  if (target.spikes === undefined) return;
  const bindings = edgeBindings(context, wiring);
  const { reads, body } = bindBody(model.onPost, bindings);
  context.addPart("plasticity", connection, {
    kind: "edges",
    trigger: { on: "target", spikes: { array: target.spikes } },
    layout: edges.byTarget(),
    reads,
    body,
    writes: stateWrites(wiring, body, "edge"),
  });
}
