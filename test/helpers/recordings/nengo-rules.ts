// Nengo's learning rules as parts of a Program. A rule filters activities without further delay and
// leaves a change, which is added to what it modifies at the beginning of the next step.

import { body } from "../../../src/ir/build.js";
import type { Layout, Operand } from "../../../src/ir/program.js";
import type { RuleCase } from "./nengo-cases.js";
import { addFilter, type Filter, type SynapseCase } from "./nengo-synapse.js";
import type { ProgramDraft } from "./program-draft.js";

/** What a rule works on. */
export interface RuleSite {
  readonly name: string;
  /** [s] */
  readonly dt: number;
  /** Outputs of the neurons before and after. */
  readonly pre: string;
  readonly post: string;
  /** The weights, or the scaled encoders of the neurons after. */
  readonly modified: string;
  /** Size of the vectors that the modified matrix maps from and to. */
  readonly sources: number;
  readonly targets: number;
  /** Sum of what arrives at the rule: an error, or what opens a gate. */
  readonly signal: string;
  /** Voja: what the neurons after represent, and the length of their encoders. */
  readonly input?: string | undefined;
  readonly scale?: string | undefined;
}

export interface Rule {
  /** Adds the change of the step before. */
  readonly apply: () => void;
  /** Computes the change of this step. */
  readonly learn: () => void;
}

interface Term {
  readonly filters: readonly Filter[];
  readonly reads: () => readonly Operand[];
  readonly text: string;
}

/** A filtered activity; without a synapse it is the activity itself. */
function filtered(
  draft: ProgramDraft,
  site: RuleSite,
  part: { name: string; input: string; synapse: SynapseCase | null | undefined },
): { readonly filters: Filter[]; readonly output: string } {
  const { name, input, synapse } = part;
  if (synapse === null || synapse === undefined) return { filters: [], output: input };
  const size = draft.lengthOf(input);
  const options = { name: `${site.name}.${name}`, synapse, dt: site.dt, size, input };
  const filter = addFilter(draft, options);
  return { filters: [filter], output: filter.output };
}

function termOf(draft: ProgramDraft, site: RuleSite, rule: RuleCase): Term {
  const rate = rule.learning_rate;
  const before = filtered(draft, site, { name: "pre", input: site.pre, synapse: rule.pre_synapse });
  const after = filtered(draft, site, {
    name: "post",
    input: site.post,
    synapse: rule.post_synapse,
  });
  const a = (): Operand => draft.read("a", before.output, "source");
  const b = (): Operand => draft.read("b", after.output, "target");
  const w = (): Operand => draft.read("w", site.modified, "edge");
  const h = "dt / 1000";
  switch (rule.type) {
    case "PES":
      return {
        filters: before.filters,
        reads: () => [a(), draft.read("error", site.signal, "target")],
        text: `-${rate} * (${h}) / ${site.sources} * error * a`,
      };
    case "BCM": {
      const slow = { name: "theta", input: site.post, synapse: rule.theta_synapse };
      const theta = filtered(draft, site, slow);
      return {
        filters: [...before.filters, ...after.filters, ...theta.filters],
        reads: () => [a(), b(), draft.read("theta", theta.output, "target")],
        text: `${rate} * (${h}) * (b * (b - theta)) * a`,
      };
    }
    case "Oja":
      return {
        filters: [...before.filters, ...after.filters],
        reads: () => [a(), b(), w()],
        text: `${rate} * (${h}) * (b * a - ${rule.beta} * b^2 * w)`,
      };
    case "Voja":
      return {
        filters: after.filters,
        reads: () => [
          b(),
          w(),
          draft.read("x", site.input!, "source"),
          draft.read("scale", site.scale!, "target"),
          draft.read("gate", site.signal, "one"),
        ],
        text: `${rate} * (${h}) * (1 + gate) * b * (scale * x - w)`,
      };
  }
}

/** Adds the arrays of a rule. */
export function addRule(draft: ProgramDraft, site: RuleSite, rule: RuleCase): Rule {
  const { modified, sources, targets } = site;
  const term = termOf(draft, site, rule);
  const delta = draft.array({ name: `${site.name}.delta`, length: draft.lengthOf(modified) });
  const layout: Layout = { kind: "dense", sources, targets };
  return {
    apply: () =>
      draft.op({
        kind: "map",
        phase: "update",
        count: draft.lengthOf(modified),
        reads: [draft.read("w", modified), draft.read("delta", delta)],
        body: body("w = w + delta"),
        writes: [draft.set("w", modified)],
      }),
    learn() {
      for (const filter of term.filters) filter.advance("plasticity");
      draft.op({
        kind: "edges",
        phase: "plasticity",
        trigger: { on: "every", steps: 1 },
        layout,
        reads: term.reads(),
        body: body(`delta = ${term.text}`),
        writes: [draft.set("delta", delta, "edge")],
      });
    },
  };
}
