// The rule fixed total number: source and target of every synapse are drawn uniformly, with
// replacement (as in NEST and in the model of Potjans and Diesmann) or without.

import { IndexStream } from "./index-stream.js";
import { checkTotal, leavesSelfOut, sumInPlace } from "./rows.js";
import type { CompressedRows, Place } from "./rows.js";
import { checkWhole, mostEdges } from "./rule.js";
import type { CompleteRule } from "./rule.js";

type TotalNumber = Extract<CompleteRule, { rule: "fixed-total-number" }>;

/** So many synapses in all. */
export function fixedTotalNumber(rule: TotalNumber, place: Place): CompressedRows {
  const { sources, targets } = place;
  // Without itself, a neuron chooses among one fewer.
  const width = leavesSelfOut(rule, place) ? targets - 1 : targets;
  const pairs = sources * width;
  const most = rule.allowMultapses && pairs > 0 ? mostEdges : Math.min(pairs, mostEdges);
  checkWhole(`${place.where}.number`, rule.number, most);
  return rule.allowMultapses
    ? withReplacement(rule, place, width)
    : withoutReplacement(rule, place, width);
}

function withReplacement(rule: TotalNumber, place: Place, width: number): CompressedRows {
  const { sources } = place;
  const { number } = rule;
  const stream = new IndexStream(rule);
  const start = new Int32Array(sources + 1);
  for (let i = 0; i < number; i += 1) {
    start[stream.below(sources) + 1]! += 1;
    stream.below(width);
  }
  sumInPlace(start);
  const next = start.slice(0, sources);
  const targets = new Int32Array(number);
  const isFull = width === place.targets;
  stream.seek(0);
  for (let i = 0; i < number; i += 1) {
    const source = stream.below(sources);
    const column = stream.below(width);
    targets[next[source]!] = isFull || column < source ? column : column + 1;
    next[source]! += 1;
  }
  for (let source = 0; source < sources; source += 1) {
    targets.subarray(start[source], start[source + 1]).sort();
  }
  return { start, targets };
}

/** Different pairs by their numbers, ascending: repeated ones are drawn again. */
function distinctPairs(
  rule: TotalNumber,
  sources: number,
  width: number,
  count: number,
): Float64Array {
  const stream = new IndexStream(rule);
  const pairs = new Float64Array(count);
  for (let different = 0; different < count;) {
    for (let i = different; i < count; i += 1) {
      pairs[i] = stream.below(sources) * width + stream.below(width);
    }
    pairs.sort();
    different = 0;
    for (let i = 0; i < count; i += 1) {
      if (different > 0 && pairs[i] === pairs[different - 1]) continue;
      pairs[different] = pairs[i]!;
      different += 1;
    }
  }
  return pairs;
}

function withoutReplacement(rule: TotalNumber, place: Place, width: number): CompressedRows {
  const { sources } = place;
  const { number } = rule;
  const count = sources * width;
  // Beyond this, doubles do not tell the numbers of pairs apart.
  if (!Number.isSafeInteger(count)) checkTotal(`${place.where}.allowMultapses`, count);
  // Of almost all pairs, those that are left out are drawn.
  const isInverted = number > count / 2;
  const drawn = distinctPairs(rule, sources, width, isInverted ? count - number : number);
  const isFull = width === place.targets;
  const start = new Int32Array(sources + 1);
  const targets = new Int32Array(number);
  let edges = 0;
  const add = (pair: number): void => {
    const source = Math.floor(pair / width);
    const column = pair - source * width;
    start[source + 1]! += 1;
    targets[edges] = isFull || column < source ? column : column + 1;
    edges += 1;
  };
  if (isInverted) {
    let gaps = 0;
    for (let pair = 0; pair < count; pair += 1) {
      if (drawn[gaps] === pair) gaps += 1;
      else add(pair);
    }
  } else drawn.forEach(add);
  sumInPlace(start);
  return { start, targets };
}
