// Checks that the neurons at the two ends of a connection have what its synapse reads and writes.

import { ValidationError } from "../errors.js";
import type { GradedModel, NeuronModel, StateModel, SynapseModel } from "../models/types.js";
import { didYouMean } from "../util/nearest.js";
import { someOf } from "./names.js";
import type { Population } from "./types.js";

type Expr = StateModel["initial"];
interface EndNames {
  readonly pre: ReadonlySet<string>;
  readonly post: ReadonlySet<string>;
}

function visitNames(expr: Expr, visit: (name: string) => void): void {
  switch (expr.kind) {
    case "number":
      return;
    case "name":
      return visit(expr.name);
    case "unary":
      return visitNames(expr.arg, visit);
    case "binary":
      visitNames(expr.left, visit);
      return visitNames(expr.right, visit);
    case "conditional":
      visitNames(expr.test, visit);
      visitNames(expr.then, visit);
      return visitNames(expr.else, visit);
    case "call":
      return expr.args.forEach((arg) => visitNames(arg, visit));
  }
}

function gradedExpressions(graded: GradedModel | undefined): readonly Expr[] {
  if (graded === undefined) return [];
  return graded.kind === "current" ? [graded.current] : [graded.conductance, graded.reversal];
}

/** Calls `visit` with every name that a synapse model reads, and every one that it assigns. */
function visitModel(model: SynapseModel, visit: (name: string) => void): void {
  const expressions: Expr[] = model.states.map((state) => state.initial);
  expressions.push(...gradedExpressions(model.graded), ...gradedExpressions(model.gradedBack));
  const assignments = [...model.onPre, ...model.onPost];
  for (const block of model.blocks) {
    if (block.kind === "assign") assignments.push(...block.body);
    else {
      assignments.push(...block.intermediates);
      for (const { coefficient, value } of block.equations) {
        expressions.push(value, ...(coefficient === undefined ? [] : [coefficient]));
      }
    }
  }
  for (const { target, value } of assignments) {
    visit(target);
    expressions.push(value);
  }
  for (const expr of expressions) visitNames(expr, visit);
}

const knownEnds = new WeakMap<SynapseModel, EndNames>();

/** Symbols of the source and target neuron that a synapse model uses, without their suffix. */
function endNames(model: SynapseModel): EndNames {
  const known = knownEnds.get(model);
  if (known !== undefined) return known;
  const own = new Set([...model.parameters, ...model.states].map((entry) => entry.symbol));
  const pre = new Set<string>();
  const post = new Set<string>();
  visitModel(model, (name) => {
    if (own.has(name)) return;
    if (name.endsWith("_pre")) pre.add(name.slice(0, -"_pre".length));
    else if (name.endsWith("_post")) post.add(name.slice(0, -"_post".length));
  });
  const ends = { pre, post };
  knownEnds.set(model, ends);
  return ends;
}

const symbolsOf = (model: NeuronModel): readonly string[] =>
  [...model.states, ...model.parameters, ...model.inputs].map((entry) => entry.symbol);

/** One end of a connection that is being checked. */
interface End {
  readonly where: string;
  readonly suffix: "_pre" | "_post";
  readonly population: Population;
  readonly synapse: SynapseModel;
}

function checkVariables(end: End, needed: ReadonlySet<string>): void {
  const { model } = end.population.type;
  const known = symbolsOf(model);
  for (const symbol of needed) {
    if (known.includes(symbol)) continue;
    const hint = didYouMean(symbol, known);
    throw new ValidationError({
      code: "missing-variable",
      where: end.where,
      problem:
        `the synapse model ${end.synapse.name} uses ${symbol}${end.suffix}, ` +
        `but the neuron model ${model.name} of ${end.population.name} has no ${symbol}`,
      allowed: someOf(known, "variables"),
      ...(hint === undefined ? {} : { hint }),
    });
  }
}

function checkInto(end: End, graded: GradedModel | undefined): void {
  if (graded === undefined) return;
  const { model } = end.population.type;
  const known = model.inputs.map((input) => input.symbol);
  const wanted = graded.into ?? known[0];
  if (wanted !== undefined && known.includes(wanted)) return;
  const missing = graded.into === undefined ? "no input" : `no input ${graded.into}`;
  throw new ValidationError({
    code: "missing-variable",
    where: end.where,
    problem:
      `the synapse model ${end.synapse.name} adds to an input, ` +
      `but the neuron model ${model.name} of ${end.population.name} has ${missing}`,
    allowed: someOf(known, "inputs"),
  });
}

function checkFires(end: End, isNeeded: boolean): void {
  if (!isNeeded || end.population.type.model.spike !== undefined) return;
  throw new ValidationError({
    code: "cannot-fire",
    where: end.where,
    problem:
      `the synapse model ${end.synapse.name} acts when ${end.population.name} fires, ` +
      `but neurons of the model ${end.population.type.model.name} never do`,
    hint: 'Use a spiking neuron or a graded synapse; new Network({ compat: "sns-toolbox" }) allows it.',
  });
}

/** Throws unless both populations have all variables, inputs and spikes that the synapse uses. */
export function checkEnds(
  where: string,
  synapse: SynapseModel,
  ends: { readonly source: Population; readonly target: Population },
  mayBeSilent: boolean,
): void {
  const { pre, post } = endNames(synapse);
  const source: End = {
    where: `${where}.source`,
    suffix: "_pre",
    population: ends.source,
    synapse,
  };
  const target: End = {
    where: `${where}.target`,
    suffix: "_post",
    population: ends.target,
    synapse,
  };
  checkVariables(source, pre);
  checkVariables(target, post);
  checkInto(target, synapse.graded);
  checkInto(source, synapse.gradedBack);
  if (mayBeSilent) return;
  checkFires(source, synapse.onPre.length > 0);
  checkFires(target, synapse.onPost.length > 0);
}
