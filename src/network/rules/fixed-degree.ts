// The rules fixed in-degree and fixed out-degree. Invariant: the partners of a neuron depend on seed,
// projection, the number of the neuron and the size of the other population alone.

import { IndexStream } from "./index-stream.js";
import { checkTotal, evenStart, leavesSelfOut, sumInPlace } from "./rows.js";
import type { CompressedRows, Place } from "./rows.js";
import { checkWhole, mostEdges } from "./rule.js";
import type { CompleteRule } from "./rule.js";

type InDegree = Extract<CompleteRule, { rule: "fixed-in-degree" }>;
type OutDegree = Extract<CompleteRule, { rule: "fixed-out-degree" }>;

/** Picks partners for the neurons of one population out of another one. */
class Picker {
  readonly #stream: IndexStream;
  readonly #size: number;
  readonly #leavesSelfOut: boolean;
  /** One more than the last neuron that picked each partner, where none may be picked twice. */
  readonly #pickedBy: Int32Array | undefined;

  constructor(rule: InDegree | OutDegree, size: number, place: Place) {
    this.#stream = new IndexStream(rule);
    this.#size = size;
    this.#leavesSelfOut = leavesSelfOut(rule, place);
    this.#pickedBy = rule.allowMultapses ? undefined : new Int32Array(size);
  }

  /** Fills a list with the partners of a neuron. */
  pickInto(out: Int32Array, neuron: number): void {
    const stream = this.#stream;
    const pickedBy = this.#pickedBy;
    const self = this.#leavesSelfOut ? neuron : this.#size;
    const choice = this.#leavesSelfOut ? this.#size - 1 : this.#size;
    const count = out.length;
    stream.seek(neuron);
    for (let i = 0; i < count; i += 1) {
      let picked: number;
      if (pickedBy === undefined) picked = stream.below(choice);
      else {
        // Floyd's algorithm: every set of `count` different numbers is equally likely.
        const last = choice - count + i;
        picked = stream.below(last + 1);
        if (pickedBy[picked] === neuron + 1) picked = last;
        pickedBy[picked] = neuron + 1;
      }
      out[i] = picked >= self ? picked + 1 : picked;
    }
  }
}

interface Degree {
  readonly key: "inDegree" | "outDegree";
  readonly degree: number;
  /** How many neurons pick, and out of how many. */
  readonly neurons: number;
  readonly partners: number;
}

/** Refuses degrees that the other population cannot give. */
function checkDegree(rule: InDegree | OutDegree, place: Place, wanted: Degree): void {
  const { key, degree, neurons, partners } = wanted;
  const where = `${place.where}.${key}`;
  const choice = leavesSelfOut(rule, place) ? partners - 1 : partners;
  checkWhole(where, degree, rule.allowMultapses && choice > 0 ? mostEdges : choice);
  checkTotal(where, degree * neurons);
}

/** As many sources for every target. */
export function fixedInDegree(rule: InDegree, place: Place): CompressedRows {
  const { sources, targets: neurons } = place;
  const degree = rule.inDegree;
  checkDegree(rule, place, { key: "inDegree", degree, neurons, partners: sources });
  const picked = new Int32Array(degree);
  const start = new Int32Array(sources + 1);
  const counting = new Picker(rule, sources, place);
  for (let target = 0; target < neurons; target += 1) {
    counting.pickInto(picked, target);
    for (let i = 0; i < degree; i += 1) start[picked[i]! + 1]! += 1;
  }
  sumInPlace(start);
  const next = start.slice(0, sources);
  const targets = new Int32Array(neurons * degree);
  const placing = new Picker(rule, sources, place);
  for (let target = 0; target < neurons; target += 1) {
    placing.pickInto(picked, target);
    for (let i = 0; i < degree; i += 1) {
      const source = picked[i]!;
      targets[next[source]!] = target;
      next[source]! += 1;
    }
  }
  return { start, targets };
}

/** As many targets for every source. */
export function fixedOutDegree(rule: OutDegree, place: Place): CompressedRows {
  const { sources: neurons, targets: partners } = place;
  const degree = rule.outDegree;
  checkDegree(rule, place, { key: "outDegree", degree, neurons, partners });
  const picker = new Picker(rule, partners, place);
  const start = evenStart(neurons, degree);
  const targets = new Int32Array(neurons * degree);
  for (let source = 0; source < neurons; source += 1) {
    const row = targets.subarray(start[source], start[source + 1]);
    picker.pickInto(row, source);
    row.sort();
  }
  return { start, targets };
}
