// Text for people: tables, numbers, and names that cannot take over a terminal.

/** A number so that reading it gives the same number again. */
export const showNumber = (value: number): string => (Object.is(value, -0) ? "-0" : String(value));

/** "1 step", "2 steps". */
export const count = (number: number, one: string): string =>
  `${number} ${one}${number === 1 ? "" : "s"}`;

/** How cells stand in their column. */
export type Side = "left" | "right";

/**
 * Lines of equally wide columns. The rows are made twice, first for the widths, so that a long table
 * never is in memory.
 */
export function* tableLines(
  rows: () => Iterable<readonly string[]>,
  sideOf: (column: number) => Side = () => "left",
  indent = "",
): Generator<string> {
  const widths: number[] = [];
  for (const row of rows()) {
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, cell.length);
    });
  }
  for (const row of rows()) {
    const cells = row.map((cell, i) =>
      sideOf(i) === "left" ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!),
    );
    yield `${indent}${cells.join("  ").trimEnd()}\n`;
  }
}

/** A short table at once. */
export const table = (rows: readonly (readonly string[])[], indent = ""): string =>
  [...tableLines(() => rows, undefined, indent)].join("");

/** A number of bytes as people read it. */
export function showBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const units = ["KiB", "MiB", "GiB", "TiB"];
  let value = bytes / 1024;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value.toPrecision(3)} ${units[unit]}`;
}
