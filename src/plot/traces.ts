// Traces over time as one SVG picture: values of neurons against milliseconds. Invariant: no
// dependency, no DOM; at most two points for each pixel column, so any length of run can be drawn.

import { ValidationError } from "../errors.js";
import { coordinate, escapeXml, pixels, shortText, ticks } from "./svg.js";

/** One line of the picture. */
export interface Trace {
  readonly name: string;
  readonly values: ArrayLike<number>;
}
export interface TracesOptions {
  readonly title: string;
  /** [ms], one for each value of every trace. */
  readonly time: ArrayLike<number>;
  readonly traces: readonly Trace[];
  /** Name and unit of the values, for example `V [mV]`. */
  readonly label: string;
  /** [pixels] 200 to 10000, default 800. */
  readonly width?: number;
  /** [pixels] 120 to 10000, default 320. */
  readonly height?: number;
}

/** Okabe and Ito's colours, which people with any kind of colour vision can tell apart. */
const colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#000000"];
/** [pixels] for each trace, and so many characters fit. */
const legendWidth = 140;
const longestLabel = 17;
const margin = { left: 64, right: 32, top: 48, bottom: 44 };

interface Frame {
  readonly x: (time: number) => number;
  readonly y: (value: number) => number;
  readonly times: readonly [number, number];
  readonly values: readonly [number, number];
  readonly width: number;
  readonly height: number;
}

/**
 * Draws traces over a common time axis; text of a complete SVG file.
 *
 * @example
 * ```ts
 * import { plotTraces } from "myelin";
 *
 * const traces = [{ name: "sine", values: [0, 1, 0, -1, 0] }];
 * const svg = plotTraces({ title: "A wave", time: [0, 1, 2, 3, 4], traces, label: "V [mV]" });
 * console.log(svg.startsWith("<svg")); // true
 * ```
 */
export function plotTraces(options: TracesOptions): string {
  const { time, traces } = options;
  const width = lengthOf("width", options.width ?? 800, 200);
  const height = lengthOf("height", options.height ?? 320, 120);
  for (const { name, values } of traces) {
    if (values.length === time.length && time.length > 0) continue;
    throw new ValidationError({
      code: "wrong-length",
      where: `plotTraces: trace ${name}`,
      problem: "a trace needs one value for each time",
      got: values.length,
      allowed: String(time.length),
    });
  }
  const frame = frameOf(time, traces, width, height);
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    `<title>${escapeXml(options.title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    `<text x="${margin.left}" y="18" font-size="14">${escapeXml(options.title)}</text>`,
    ...axes(frame, options.label),
    ...traces.map(({ values }, index) =>
      line(frame, time, values, colours[index % colours.length]!),
    ),
    ...legend(traces),
    "</svg>",
  ];
  return `${parts.join("\n")}\n`;
}

function lengthOf(where: string, value: number, least: number): number {
  const length = pixels(value, least);
  if (length !== undefined) return length;
  throw new ValidationError({
    code: "wrong-size",
    where: `plotTraces: ${where}`,
    problem: "the picture needs a size",
    got: value,
    allowed: `${least} to 10000 pixels`,
  });
}

function rangeOf(all: readonly ArrayLike<number>[]): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const values of all) {
    for (let i = 0; i < values.length; i += 1) {
      const value = values[i]!;
      if (!Number.isFinite(value)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  if (low > high) return [0, 1];
  if (low < high) return [low, high];
  // Far from 0 a distance of 1 is none.
  const room = Math.max(1, Math.abs(low) * 1e-9);
  return [low - room, high + room];
}

function frameOf(
  time: ArrayLike<number>,
  traces: readonly Trace[],
  width: number,
  height: number,
): Frame {
  const times = rangeOf([time]);
  const values = rangeOf(traces.map((trace) => trace.values));
  const across = (width - margin.left - margin.right) / (times[1] - times[0]);
  const up = (height - margin.top - margin.bottom) / (values[1] - values[0]);
  return {
    x: (at) => margin.left + (at - times[0]) * across,
    y: (value) => height - margin.bottom - (value - values[0]) * up,
    times,
    values,
    width,
    height,
  };
}

function axes(frame: Frame, label: string): string[] {
  const { x, y, width, height } = frame;
  const bottom = height - margin.bottom;
  const parts: string[] = [];
  for (const tick of ticks(frame.values[0], frame.values[1], 5)) {
    const at = coordinate(y(tick));
    parts.push(
      `<path d="M${margin.left} ${at}H${width - margin.right}" stroke="#dddddd"/>`,
      `<text x="${margin.left - 6}" y="${at}" text-anchor="end" dominant-baseline="middle">${tick}</text>`,
    );
  }
  for (const tick of ticks(frame.times[0], frame.times[1], 8)) {
    const at = coordinate(x(tick));
    parts.push(
      `<path d="M${at} ${bottom}v4" stroke="#444444"/>`,
      `<text x="${at}" y="${bottom + 18}" text-anchor="middle">${tick}</text>`,
    );
  }
  const middle = coordinate((margin.top + bottom) / 2);
  parts.push(
    `<path d="M${margin.left} ${margin.top}V${bottom}H${width - margin.right}" fill="none" stroke="#444444"/>`,
    `<text x="${width - margin.right}" y="${height - 8}" text-anchor="end">time [ms]</text>`,
    `<text transform="translate(16 ${middle}) rotate(-90)" text-anchor="middle">${escapeXml(label)}</text>`,
  );
  return parts;
}

/** For each pixel column the lowest and the highest value in it, in the order in which they came. */
function line(
  frame: Frame,
  time: ArrayLike<number>,
  values: ArrayLike<number>,
  colour: string,
): string {
  const points: string[] = [];
  let at = 0;
  while (at < values.length) {
    const column = Math.floor(frame.x(time[at]!));
    let low = at;
    let high = at;
    let next = at;
    while (next < values.length && Math.floor(frame.x(time[next]!)) === column) {
      if (values[next]! < values[low]!) low = next;
      if (values[next]! > values[high]!) high = next;
      next += 1;
    }
    for (const i of low === high ? [low] : [Math.min(low, high), Math.max(low, high)]) {
      points.push(`${coordinate(frame.x(time[i]!))} ${coordinate(frame.y(values[i]!))}`);
    }
    at = next;
  }
  return `<polyline points="${points.join(" ")}" fill="none" stroke="${colour}" stroke-width="1.5"/>`;
}

function legend(traces: readonly Trace[]): string[] {
  return traces.flatMap(({ name }, index) => {
    const x = margin.left + 8 + index * legendWidth;
    return [
      `<path d="M${x} 34h20" stroke="${colours[index % colours.length]!}" stroke-width="3"/>`,
      `<text x="${x + 26}" y="38">${shortText(name, longestLabel)}</text>`,
    ];
  });
}
