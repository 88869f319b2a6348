// Pictures of results as SVG text: lines over two logarithmic axes, and bars. Invariant: pure, light on
// white, legible at a width of 800 pixels; every axis says what it is and in which unit.

/** A line of a chart, by its points. */
export interface Line {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Computed and not measured: dashed, without dots. */
  readonly isComputed?: boolean;
}

export interface LineChart {
  readonly title: string;
  /** What the axes show, with units. */
  readonly x: string;
  readonly y: string;
  readonly lines: readonly Line[];
  /** Text for a power of ten on the y axis. */
  readonly showY: (value: number) => string;
  /** Nothing above this is drawn. */
  readonly mostY?: number;
}

export interface BarChart {
  readonly title: string;
  readonly x: string;
  readonly bars: readonly {
    readonly name: string;
    readonly group: string;
    readonly value: number;
  }[];
}

/** Okabe and Ito's colours, which people with any kind of colour vision can tell apart. */
const colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00"];
const ink = "#333333";
const faint = "#dddddd";
const size = { width: 800, height: 460 };
const frame = { left: 96, right: 550, top: 56, bottom: 396 };

const escapeText = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const at = (value: number): string => String(Math.round(10 * value) / 10);

interface TextStyle {
  readonly anchor?: "start" | "middle" | "end";
  readonly rotate?: boolean;
  readonly size?: number;
  readonly fill?: string;
}

function text(x: number, y: number, content: string, style: TextStyle = {}): string {
  const { anchor = "start", rotate = false, size: fontSize = 14, fill = ink } = style;
  const turned = rotate ? ` transform="rotate(-90 ${at(x)} ${at(y)})"` : "";
  return (
    `<text x="${at(x)}" y="${at(y)}" font-size="${fontSize}" fill="${fill}" ` +
    `text-anchor="${anchor}"${turned}>${escapeText(content)}</text>`
  );
}

const line = (x1: number, y1: number, x2: number, y2: number, stroke: string): string =>
  `<line x1="${at(x1)}" y1="${at(y1)}" x2="${at(x2)}" y2="${at(y2)}" stroke="${stroke}"/>`;

function picture(title: string, height: number, parts: readonly string[]): string {
  const { width } = size;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" ` +
      `height="${height}" font-family="sans-serif" role="img">`,
    `<title>${escapeText(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    text(width / 2, 28, title, { anchor: "middle", size: 17 }),
    ...parts,
    "</svg>",
    "",
  ].join("\n");
}

/** Powers of ten from the one below the least value to the one above the largest. */
function decades(values: readonly number[]): number[] {
  const first = Math.floor(Math.log10(Math.min(...values)) + 1e-9);
  const last = Math.ceil(Math.log10(Math.max(...values)) - 1e-9);
  return Array.from({ length: Math.max(2, last - first + 1) }, (_, i) => first + i);
}

const raised = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"];
const powerOf = (exponent: number): string =>
  exponent < 4 ? String(10 ** exponent) : `10${raised[exponent] ?? exponent}`;

type Scale = (value: number) => number;

/** A logarithmic scale over these powers of ten. */
function scaleOf(powers: readonly number[], from: number, to: number): Scale {
  const [first, last] = [powers[0]!, powers.at(-1)!];
  return (value) => from + ((Math.log10(value) - first) / (last - first)) * (to - from);
}

function drawLine(
  { points, isComputed = false }: Line,
  colour: string,
  x: Scale,
  y: Scale,
): string {
  const places = points.map(([a, b]) => `${at(x(a))},${at(y(b))}`);
  const dashes = isComputed ? ` stroke-dasharray="7 5"` : "";
  const path =
    `<polyline points="${places.join(" ")}" fill="none" stroke="${colour}" ` +
    `stroke-width="2"${dashes}/>`;
  const dots = points.map(
    ([a, b]) => `<circle cx="${at(x(a))}" cy="${at(y(b))}" r="4" fill="${colour}"/>`,
  );
  return [path, ...(isComputed ? [] : dots)].join("\n");
}

/** The part of a line that is not above a value. */
function cut(given: Line, most: number): Line {
  const points = given.points.filter(([, value]) => value <= most);
  return { ...given, points };
}

/** Lines over two logarithmic axes; text of a complete SVG file. */
export function lineChart({ title, x, y, lines, showY, mostY = Infinity }: LineChart): string {
  const shown = lines.map((each) => cut(each, mostY));
  const points = shown.flatMap((each) => each.points);
  const across = decades(points.map(([value]) => value));
  const up = decades(points.map(([, value]) => value));
  const { left, right, top, bottom } = frame;
  const toX = scaleOf(across, left, right);
  const toY = scaleOf(up, bottom, top);
  const grid = [
    ...across.flatMap((power) => [
      line(toX(10 ** power), top, toX(10 ** power), bottom, faint),
      text(toX(10 ** power), bottom + 22, powerOf(power), { anchor: "middle" }),
    ]),
    ...up.flatMap((power) => [
      line(left, toY(10 ** power), right, toY(10 ** power), faint),
      text(left - 10, toY(10 ** power) + 5, showY(10 ** power), { anchor: "end" }),
    ]),
    line(left, bottom, right, bottom, ink),
    line(left, top, left, bottom, ink),
    text((left + right) / 2, size.height - 14, x, { anchor: "middle" }),
    text(20, (top + bottom) / 2, y, { anchor: "middle", rotate: true }),
  ];
  const legend = shown.flatMap(({ name, isComputed = false }, i) => {
    const height = top + 20 + 24 * i;
    const dashes = isComputed ? ` stroke-dasharray="7 5"` : "";
    return [
      `<line x1="${right + 20}" y1="${height - 5}" x2="${right + 46}" y2="${height - 5}" ` +
        `stroke="${colours[i % colours.length]}" stroke-width="2"${dashes}/>`,
      text(right + 54, height, name, { size: 13 }),
    ];
  });
  const drawn = shown.map((each, i) => drawLine(each, colours[i % colours.length]!, toX, toY));
  return picture(title, size.height, [...grid, ...drawn, ...legend]);
}

/** Horizontal bars with their values; text of a complete SVG file. */
export function barChart({ title, x, bars }: BarChart): string {
  const row = 34;
  const left = 220;
  const right = 700;
  const top = 56;
  const groups = [...new Set(bars.map(({ group }) => group))];
  const most = Math.max(...bars.map(({ value }) => value));
  const bottom = top + row * bars.length;
  const parts = bars.flatMap(({ name, group, value }, i) => {
    const y = top + row * i;
    const width = (value / most) * (right - left);
    const colour = colours[groups.indexOf(group) % colours.length]!;
    return [
      text(left - 10, y + 19, `${group}, ${name}`, { anchor: "end" }),
      `<rect x="${left}" y="${y + 4}" width="${at(Math.max(1, width))}" height="${row - 10}" fill="${colour}"/>`,
      text(left + width + 8, y + 19, value.toPrecision(3)),
    ];
  });
  const axis = [
    line(left, top - 4, left, bottom, ink),
    text((left + right) / 2, bottom + 26, x, { anchor: "middle" }),
  ];
  return picture(title, bottom + 44, [...parts, ...axis]);
}
