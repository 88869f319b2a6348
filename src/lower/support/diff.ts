// What changed between two texts, line by line, for people. Invariant: applying the shown lines in
// order turns the first text into the second; where texts are huge the diff is only coarser.

/** Above this many lines that differ, everything between the common ends is shown as replaced. */
const mostCompared = 2_000;

/** Lengths of the longest common subsequences of all ends of two lists. */
function commonLengths(a: readonly string[], b: readonly string[]): Uint16Array[] {
  const rows = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    const row = rows[i]!;
    const below = rows[i + 1]!;
    for (let j = b.length - 1; j >= 0; j--) {
      row[j] = a[i] === b[j] ? below[j + 1]! + 1 : Math.max(below[j]!, row[j + 1]!);
    }
  }
  return rows;
}

function diffMiddle(a: readonly string[], b: readonly string[]): string[] {
  const isLarge = a.length > mostCompared || b.length > mostCompared;
  const rows = isLarge ? undefined : commonLengths(a, b);
  const lines: string[] = [];
  let i = 0;
  let j = 0;
  while (rows !== undefined && i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      i++;
      j++;
    } else if (rows[i + 1]![j]! >= rows[i]![j + 1]!) {
      lines.push(`- ${a[i++]!}`);
    } else {
      lines.push(`+ ${b[j++]!}`);
    }
  }
  for (; i < a.length; i++) lines.push(`- ${a[i]!}`);
  for (; j < b.length; j++) lines.push(`+ ${b[j]!}`);
  return lines;
}

/** The lines that were taken out (`- `) and put in (`+ `); "no change" where the texts are equal. */
export function diffLines(before: string, after: string): string {
  const a = before.split("\n");
  const b = after.split("\n");
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  const least = Math.min(a.length, b.length) - head;
  while (tail < least && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  const lines = diffMiddle(a.slice(head, a.length - tail), b.slice(head, b.length - tail));
  return lines.length === 0 ? "no change" : lines.join("\n");
}
