// defineSynapse: a synapse model from text. Invariant: names ending in _pre and _post are left to
// be resolved when a connection is made; all others are declared here.

import { SpecError, ValidationError } from "../../errors.js";
import type { Assignment, Expr } from "../../expr/ast.js";
import { namesIn } from "../../expr/rewrite.js";
import { sameDimension } from "../../expr/units.js";
import { readBlocks, writeOut } from "./blocks.js";
import type { Blocks } from "./blocks.js";
import { commonFields, readCommon } from "./common.js";
import { checkFields, checkText, copyDefinition, openDraft } from "./definition.js";
import { readExpression, readList, refuseUnknown } from "./definition.js";
import type { Draft } from "./definition.js";
import { readAssignments, refuseIdleStates } from "./events.js";
import { freezeDeep, makeFactory, readValues } from "./factory.js";
import type { BuildOptions, Factory, ValuesFor } from "./factory.js";
import { putReceptors, readChoice, readReceptors } from "./receptors.js";
import type { Choice, ReceptorNames } from "./receptors.js";
import type { GradedDefinition, GradedModel, ParameterModel } from "../types.js";
import type { StateModel, SynapseDefinition, SynapseModel, SynapseType } from "../types.js";

export interface SynapseExtras {
  /** Name of connections made with it; default the model's. */
  readonly name?: string | undefined;
}
export type SynapseFactory<
  P extends SynapseDefinition["params"] = SynapseDefinition["params"],
  R = unknown,
> = Factory<ValuesFor<P> & SynapseExtras & R, SynapseModel, SynapseType>;

const fields = [
  ...commonFields,
  ...["equations", "graded", "gradedBack", "symmetric", "onPre", "onPost"],
  ...["receptors", "delay", "strength", "divided"],
];

/**
 * Checks a definition at once and gives back the factory of its synapses.
 *
 * @example
 * ```ts
 * import { defineSynapse, Network, neurons } from "myelin";
 *
 * const pulse = defineSynapse({
 *   name: "pulse",
 *   doc: "A current that each spike raises and that decays.",
 *   params: {
 *     strength: { symbol: "w", default: 1, unit: "nA", doc: "added by a spike" },
 *     timeConstant: { symbol: "tau", default: 5, unit: "ms", above: 0, doc: "of the decay" },
 *   },
 *   state: { s: { initial: 0, unit: "nA", doc: "current" } },
 *   equations: "tau ds/dt = -s",
 *   onPre: "s += w",
 *   graded: { current: "s" },
 * });
 * const net = new Network();
 * net.addPopulation(neurons.spiking(), 3, { name: "cells" });
 * net.addConnection(pulse({ strength: 2 }), "cells", "cells", { connectivity: "one-to-one" });
 * console.log(net.synapseCount); // 3
 * ```
 */
export function defineSynapse<const D extends SynapseDefinition>(
  definition: D,
): SynapseFactory<D["params"], ReceptorNames<D>> {
  const copy = copyDefinition<SynapseDefinition>("synapse", definition, fields);
  const model = readSynapse(copy, new Map());
  const choose = chooser(model);
  return makeFactory({
    model,
    path: `synapses.${model.name}`,
    parameters: model.parameters,
    build: (values, options) => buildSynapse(model, values, choose, options),
  });
}

/** The model for each choice of receptors. Models are compared by identity, so each is made once. */
function chooser(general: SynapseModel): (choice: Choice) => SynapseModel {
  const made = new Map<string, SynapseModel>();
  const keyOf = ({ receptors }: SynapseModel, choice: Choice): string =>
    receptors.map(({ publicName, state }) => choice.get(publicName) ?? state).join();
  const first = keyOf(general, new Map());
  return (choice) => {
    const key = keyOf(general, choice);
    if (key === first) return general;
    const known = made.get(key);
    if (known !== undefined) return known;
    const model = Object.freeze({ ...readSynapse(general.definition, choice), general });
    freezeDeep(model);
    made.set(key, model);
    return model;
  };
}

function buildSynapse(
  model: SynapseModel,
  values: Readonly<Record<string, unknown>>,
  choose: (choice: Choice) => SynapseModel,
  options: BuildOptions = {},
): SynapseType {
  const where = options.where ?? `synapses.${model.name}`;
  const { shape } = options;
  const read = readValues(model, values, { where, shape });
  const name = values["name"] ?? model.name;
  if (typeof name !== "string" || name === "") {
    const details = { problem: "a name must be text", got: name, allowed: "a string" };
    throw new ValidationError({ code: "not-a-text", where: `${where}.name`, ...details });
  }
  return Object.freeze({
    kind: "synapse",
    model: choose(readChoice(model.receptors, values, where)),
    values: read.values,
    shape: Object.freeze(shape ?? { kind: "free" }),
    given: read.given,
    name,
  });
}

function readSynapse(given: SynapseDefinition, choice: Choice): SynapseModel {
  const draft = openDraft("synapse", given);
  const common = readCommon(draft, given);
  const { parameters, states } = common;
  const receptors = readReceptors(draft, given, { parameters, choice });
  const definition = putReceptors(given, receptors);
  const options = { ...definition, states, canRest: false };
  const blocks = readBlocks(draft, definition.equations, options);
  const onPre = readEvent(draft, definition.onPre, { where: "onPre", states, blocks });
  const onPost = readEvent(draft, definition.onPost, { where: "onPost", states, blocks });
  const targets = [...onPre, ...onPost].map(({ target }) => target);
  refuseIdleStates(
    draft,
    states,
    new Set([...blocks.changed, ...targets]),
    "equations or at spikes",
  );
  const graded = readGraded(draft, definition.graded, { where: "graded", blocks });
  const gradedBack = readGraded(draft, definition.gradedBack, { where: "gradedBack", blocks });
  refuseIdleSynapse(draft, definition);
  const acting = {
    blocks: blocks.blocks,
    onPre,
    onPost,
    ...(graded === undefined ? {} : { graded }),
    ...(gradedBack === undefined ? {} : { gradedBack }),
  };
  return Object.freeze({
    kind: "synapse",
    ...common,
    ...acting,
    receptors,
    ends: endsOf(acting),
    symmetric: readSwitch(draft, definition.symmetric),
    ...readRoles(draft, definition, parameters),
    definition: given,
  });
}

/** What a synapse does, as far as it has been read. */
type Acting = Pick<SynapseModel, "blocks" | "onPre" | "onPost" | "graded" | "gradedBack">;

/** Which symbols of the neurons at its ends a synapse names. */
function endsOf({ blocks, onPre, onPost, graded, gradedBack }: Acting): SynapseModel["ends"] {
  const bodies = [...onPre, ...onPost];
  const expressions: Expr[] = [];
  for (const part of [graded, gradedBack]) {
    if (part?.kind === "current") expressions.push(part.current);
    if (part?.kind === "conductance") expressions.push(part.conductance, part.reversal);
  }
  for (const block of blocks) {
    bodies.push(...(block.kind === "assign" ? block.body : block.intermediates));
    for (const { coefficient, value } of block.kind === "assign" ? [] : block.equations) {
      expressions.push(value, ...(coefficient === undefined ? [] : [coefficient]));
    }
  }
  const names = new Set(bodies.map(({ target }) => target));
  for (const expr of [...expressions, ...bodies.map(({ value }) => value)]) {
    for (const each of namesIn(expr)) names.add(each);
  }
  // No symbol of the synapse itself can end like this.
  const endingIn = (suffix: string): readonly string[] =>
    [...names].filter((each) => each.endsWith(suffix)).map((each) => each.slice(0, -suffix.length));
  return { pre: endingIn("_pre"), post: endingIn("_post") };
}

function readSwitch({ where }: Draft, symmetric: unknown): boolean {
  if (symmetric === undefined || typeof symmetric === "boolean") return symmetric ?? false;
  const problem = "must be true or false";
  throw new SpecError({
    code: "not-a-boolean",
    where: `${where}.symmetric`,
    problem,
    got: symmetric,
    allowed: "true, false or nothing",
  });
}

interface Part {
  readonly where: string;
  readonly blocks: Blocks;
}

function readEvent(
  draft: Draft,
  text: string | undefined,
  part: Part & { readonly states: readonly StateModel[] },
): readonly Assignment[] {
  if (text === undefined) return [];
  const symbols = part.states.map(({ symbol }) => symbol);
  // What a spike of the target does to the target itself belongs into the neuron's reset.
  const reachesTarget = part.where === "onPre";
  return readAssignments(draft, text, {
    where: `${draft.where}.${part.where}`,
    blocks: part.blocks,
    isTarget: (target) => symbols.includes(target) || (reachesTarget && /._post$/.test(target)),
    targets: reachesTarget ? [...symbols, "<name>_post"] : symbols,
  });
}

function readGraded(
  draft: Draft,
  graded: GradedDefinition | undefined,
  part: Part,
): GradedModel | undefined {
  if (graded === undefined) return undefined;
  const where = `${draft.where}.${part.where}`;
  checkFields(graded, ["conductance", "reversal", "current", "into"], where);
  const { conductance, reversal, current, into } = graded;
  checkText(into, `${where}.into`, false);
  const isConductance = conductance !== undefined && reversal !== undefined;
  const isHalf = (conductance === undefined) !== (reversal === undefined);
  if (isHalf || isConductance === (current !== undefined)) {
    const problem = "must be a conductance with a reversal, or a current";
    const allowed = '{ conductance: "...", reversal: "..." } or { current: "..." }';
    const got = Object.keys(graded).join(", ");
    throw new SpecError({ code: "graded", where, problem, got, allowed });
  }
  const read = (text: string | undefined, key: string) => {
    const path = `${where}.${key}`;
    return writeOut(readExpression(draft, text, { where: path }), part.blocks, path);
  };
  const target = into === undefined ? {} : { into };
  if (!isConductance) {
    return Object.freeze({ ...target, kind: "current", current: read(current, "current") });
  }
  return Object.freeze({
    ...target,
    kind: "conductance",
    conductance: read(conductance, "conductance"),
    reversal: read(reversal, "reversal"),
  });
}

/** A synapse must reach the target: by a graded term, or by what it assigns at spikes. */
function refuseIdleSynapse(draft: Draft, definition: SynapseDefinition): void {
  const { graded, gradedBack, onPre, onPost } = definition;
  if ([graded, gradedBack, onPre, onPost].some((part) => part !== undefined)) return;
  throw new SpecError({
    code: "no-effect",
    where: draft.where,
    problem: "this synapse does nothing",
    allowed: "graded, gradedBack, onPre, onPost",
    hint: "Give at least one of these fields.",
  });
}

function readRoles(
  draft: Draft,
  { delay, strength, divided }: SynapseDefinition,
  parameters: readonly ParameterModel[],
): Pick<SynapseModel, "delay" | "strength" | "divided"> {
  const names = parameters.filter(({ kind }) => kind === "number").map((each) => each.publicName);
  const check = (name: unknown, where: string): void => {
    checkText(name, where, true);
    if (!names.includes(name as string)) refuseUnknown(where, name as string, names, "parameter");
  };
  if (delay !== undefined) {
    check(delay, `${draft.where}.delay`);
    checkDelay(
      draft,
      parameters.find(({ publicName }) => publicName === delay)!,
    );
  }
  if (strength !== undefined) check(strength, `${draft.where}.strength`);
  const shares = readList(divided, `${draft.where}.divided`);
  shares.forEach((name, i) => check(name, `${draft.where}.divided[${i}]`));
  return {
    ...(delay === undefined ? {} : { delay }),
    ...(strength === undefined ? {} : { strength }),
    divided: shares,
  };
}

/** A delay is a time; a negative one would ask for spikes of the future. */
function checkDelay(draft: Draft, { publicName, symbol, unit, definition }: ParameterModel): void {
  const time = draft.scope.get("dt")!.dimension;
  const { dimension } = draft.scope.get(symbol)!;
  const isTime = dimension === "any" || time === "any" || sameDimension(dimension, time);
  const where = `${draft.where}.params.${publicName}`;
  if (!isTime) {
    const problem = "the delay must be a time";
    const allowed = draft.system === "SI" ? "s" : "ms";
    throw new SpecError({
      code: "unit-mismatch",
      where: `${where}.unit`,
      problem,
      got: unit,
      allowed,
    });
  }
  if ((definition.min ?? definition.above ?? -1) >= 0) return;
  const problem = "the delay must not be negative";
  const hint = "Give the parameter min: 0.";
  throw new SpecError({ code: "empty-range", where, problem, got: "no lower bound", hint });
}
