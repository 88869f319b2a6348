// Text of SVG elements: numbers, escaping, axes. Invariant: no name from outside reaches the
// document unescaped, and the same data give the same bytes.

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
const longestLabel = 200;

/** Text for the inside of an element or an attribute; control characters become blanks. */
export function escapeXml(text: string): string {
  const short = text.length > longestLabel ? `${text.slice(0, longestLabel)}...` : text;

  return short
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufffe\uffff\ud800-\udfff]/gu, " ")
    .replace(/[&<>"']/g, (character) => escapes[character]!);
}

/**
 * Content of a text element: a name with more characters than `longest` keeps its beginning, and
 * viewers that can show the whole.
 */
export function shortText(name: string, longest: number): string {
  // Only so much of a very long name is looked at.
  const characters = Array.from(name.slice(0, 4 * longest));
  if (characters.length <= longest && name.length <= 4 * longest) return escapeXml(name);
  const short = `${characters.slice(0, longest - 1).join("")}…`;
  return `${escapeXml(short)}<title>${escapeXml(name)}</title>`;
}

/** A coordinate with at most two decimals. */
export function coordinate(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** A length of a picture [pixels], or undefined where it is none that can be drawn. */
export function pixels(length: number, least: number): number | undefined {
  const canBe = Number.isFinite(length) && length >= least && length <= 10_000;
  return canBe ? Math.floor(length) : undefined;
}

/** Round numbers that divide a range into about `wanted` parts. */
export function ticks(low: number, high: number, wanted: number): number[] {
  const span = high - low;
  if (!(span > 0) || !Number.isFinite(span)) return [low];
  let step = 1;
  while (step * wanted < span) step *= 10;
  while (step * wanted > span * 10) step /= 10;
  for (const divisor of [5, 2]) {
    if ((step / divisor) * wanted >= span) {
      step /= divisor;
      break;
    }
  }
  const first = Math.ceil(low / step);
  const found: number[] = [];
  // Far from 0 counting up does not reach the next number: the loop must end all the same.
  for (let i = 0; i <= 10 * wanted && (first + i) * step <= high + step * 1e-9; i += 1) {
    const tick = Number(((first + i) * step).toPrecision(12));
    if (tick !== found.at(-1)) found.push(tick);
  }
  return found.length === 0 ? [low] : found;
}
