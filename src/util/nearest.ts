// Spelling suggestions for unknown names. Invariant: the work is bounded, whatever the length of a
// name or the number of known ones.

// Taken out once: in a test's realm every look-up of the global Math is slow.
const { abs, floor, max, min } = Math;

const longestCompared = 64;
const mostCompared = 10_000;
const mostSuggested = 3;

/** How many edits a name of this length may be away and still count as a misspelling. */
function allowedEdits(length: number): number {
  if (length <= 1) return 0;
  return length <= 4 ? 1 : min(4, floor(length / 3));
}

/** Insertions, deletions, substitutions and swaps of neighbours that turn `a` into `b`. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let best = min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) best = min(best, before[j - 2]! + 1);
      row.push(best);
    }
    before = last;
    last = row;
  }
  return last[b.length]!;
}

/** Smaller is nearer; undefined is not near at all. Upper and lower case are nearly the same. */
function distance(name: string, candidate: string): number | undefined {
  if (candidate.length > longestCompared) return undefined;
  const a = name.toLowerCase();
  const b = candidate.toLowerCase();
  if (a === b) return 0;
  const limit = allowedEdits(max(a.length, b.length));
  if (abs(a.length - b.length) <= limit) {
    const edits = editDistance(a, b);
    if (edits <= limit) return edits;
  }
  const isPart = min(a.length, b.length) >= 3 && (a.includes(b) || b.includes(a));
  return isPart ? limit + 1 : undefined;
}

/** Up to three known names that `name` may be a misspelling of, nearest first. */
export function nearestNames(name: string, known: Iterable<string>): string[] {
  if (name.length > longestCompared) return [];
  const found: { readonly candidate: string; readonly score: number }[] = [];
  let compared = 0;
  for (const candidate of known) {
    if (++compared > mostCompared) break;
    const score = distance(name, candidate);
    if (score !== undefined && candidate !== name) found.push({ candidate, score });
  }
  found.sort((a, b) => a.score - b.score);
  return found.slice(0, mostSuggested).map(({ candidate }) => candidate);
}

/** `Did you mean "a" or "b"?` for a name that is not known; undefined where nothing is near. */
export function didYouMean(name: string, known: Iterable<string>): string | undefined {
  const near = nearestNames(name, known);
  if (near.length === 0) return undefined;
  return `Did you mean ${near.map((each) => JSON.stringify(each)).join(" or ")}?`;
}
