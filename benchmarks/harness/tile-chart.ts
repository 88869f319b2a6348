// Fields of tiles as SVG text: which of a few answers holds where, over two ordered axes. Invariant:
// pure; a tile says its answer by colour and by text, so that it can be read without colours.

export interface Tile {
  readonly x: number;
  readonly y: number;
  readonly answer: string;
  /** A second line, small. */
  readonly note: string;
}

export interface Field {
  readonly title: string;
  readonly tiles: readonly Tile[];
}

export interface TileChart {
  readonly title: string;
  readonly x: { readonly name: string; readonly labels: readonly string[] };
  readonly y: { readonly name: string; readonly labels: readonly string[] };
  readonly fields: readonly Field[];
  /** Colours by answer; others are grey. */
  readonly colours: Readonly<Record<string, string>>;
}

const tile = { width: 88, height: 30 };
const margin = { left: 110, top: 56, between: 34 };
const ink = "#333333";

const escapeText = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

function label(x: number, y: number, content: string, size: number, anchor = "middle"): string {
  return (
    `<text x="${x}" y="${y}" font-size="${size}" fill="${ink}" text-anchor="${anchor}">` +
    `${escapeText(content)}</text>`
  );
}

function drawField(field: Field, top: number, { x, y, colours }: TileChart): string[] {
  const parts = [label(margin.left, top - 8, field.title, 14, "start")];
  y.labels.forEach((text, row) => {
    parts.push(label(margin.left - 8, top + (row + 0.65) * tile.height, text, 12, "end"));
  });
  for (const { x: column, y: row, answer, note } of field.tiles) {
    const left = margin.left + column * tile.width;
    const above = top + row * tile.height;
    parts.push(
      `<rect x="${left + 1}" y="${above + 1}" width="${tile.width - 2}" height="${tile.height - 2}" ` +
        `fill="${colours[answer] ?? "#dddddd"}"/>`,
      label(left + tile.width / 2, above + 14, answer, 12),
      label(left + tile.width / 2, above + 25, note, 9),
    );
  }
  x.labels.forEach((text, column) => {
    const middle = margin.left + (column + 0.5) * tile.width;
    parts.push(label(middle, top + y.labels.length * tile.height + 14, text, 12));
  });
  return parts;
}

/** Text of a complete SVG file. */
export function tileChart(chart: TileChart): string {
  const { title, x, y, fields } = chart;
  const width = margin.left + x.labels.length * tile.width + 16;
  const step = y.labels.length * tile.height + margin.between + 18;
  const height = margin.top + 20 + fields.length * step + 10;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" ` +
      `height="${height}" font-family="sans-serif" role="img">`,
    `<title>${escapeText(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    label(width / 2, 28, title, 17),
    ...fields.flatMap((field, i) => drawField(field, margin.top + 20 + i * step, chart)),
    label(width / 2, height - 6, `across: ${x.name}; down: ${y.name}`, 12),
    "</svg>",
    "",
  ].join("\n");
}
