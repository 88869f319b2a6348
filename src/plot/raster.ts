// Spikes over time as one SVG picture: neurons, in groups, against milliseconds. Invariant: no
// dependency, no DOM; at most one mark for each pixel, so any number of spikes can be drawn.

import { ValidationError } from "../errors.js";
import { coordinate, escapeXml, pixels, shortText, ticks } from "./svg.js";

/** Spikes in any order; such as a record of a run. */
export interface RasterSpikes {
  /** [ms] */
  readonly time?: ArrayLike<number>;
  /** Step numbers; used where there are no times. */
  readonly step?: ArrayLike<number>;
  /** Number of the neuron, counted from 0. */
  readonly index: ArrayLike<number>;
}
/** Neurons that stand together, such as a population. */
export interface RasterGroup {
  readonly name: string;
  /** How many neurons. */
  readonly size: number;
  /** A colour of CSS; default one of a palette. */
  readonly color?: string;
}
export interface RasterOptions {
  readonly title: string;
  /** From the bottom to the top. */
  readonly groups: readonly RasterGroup[];
  /** One record for each group, or one whose numbers count through all groups. */
  readonly spikes: RasterSpikes | readonly RasterSpikes[];
  /** Where the time axis ends [ms, or steps]; it begins at 0. */
  readonly duration?: number;
  /** Instead of a duration: where the time axis begins and ends. Other spikes are left out. */
  readonly range?: readonly [number, number];
  /** [pixels] 200 to 10000, default 800. */
  readonly width?: number;
  /** [pixels] 120 to 10000, default 320. */
  readonly height?: number;
}

/** Okabe and Ito's colours that are dark enough for single points. */
const colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#000000"];
const margin = { left: 150, right: 32, top: 36, bottom: 44 };
const leastLabelDistance = 13;
/** Groups that are lower have no numbers at their neurons. */
const leastNumberedHeight = 40;
const longestLabel = 12;
const mostNeurons = 2 ** 31;

interface Frame {
  readonly width: number;
  readonly height: number;
  /** Pixels of the area where marks are, and rows in it: pixels, or neurons where those are fewer. */
  readonly columns: number;
  readonly rows: number;
  readonly rowHeight: number;
  readonly range: readonly [number, number];
  readonly total: number;
  readonly unit: "time [ms]" | "step";
}

function refuse(where: string, problem: string, got: unknown, allowed: string): never {
  throw new ValidationError({
    code: "wrong-raster",
    where: `plotRaster: ${where}`,
    problem,
    got,
    allowed,
  });
}

/**
 * Draws spikes; text of a complete SVG file.
 *
 * @example
 * ```ts
 * import { plotRaster } from "myelin";
 *
 * const spikes = { time: [1, 2, 2.5, 7], index: [0, 1, 0, 2] };
 * const svg = plotRaster({ title: "Spikes", groups: [{ name: "cells", size: 3 }], spikes });
 * console.log(svg.startsWith("<svg")); // true
 * ```
 */
export function plotRaster(options: RasterOptions): string {
  const { title, groups } = options;
  const total = countNeurons(groups);
  const records = recordsOf(options, total);
  const frame = frameOf(options, records, total);
  const { width, height } = frame;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    `<title>${escapeXml(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    `<text x="${margin.left}" y="18" font-size="14">${escapeXml(title)}</text>`,
    ...timeAxis(frame),
    ...groupAxis(frame, groups),
    ...marks(frame, groups, records),
    "</svg>",
  ];
  return `${parts.join("\n")}\n`;
}

function countNeurons(groups: readonly RasterGroup[]): number {
  let total = 0;
  groups.forEach(({ name, size }) => {
    if (!Number.isInteger(size) || size < 0) {
      refuse(`group ${name}`, "a group needs a size", size, "whole numbers of at least 0");
    }
    total += size;
  });
  if (total > mostNeurons) refuse("groups", "too many neurons", total, `at most ${mostNeurons}`);
  return total;
}

/** A record with the first neuron that it counts from, and its times. */
interface PlacedSpikes {
  readonly first: number;
  readonly time: ArrayLike<number>;
  readonly index: ArrayLike<number>;
  readonly isTime: boolean;
}

const isList = (
  spikes: RasterSpikes | readonly RasterSpikes[],
): spikes is readonly RasterSpikes[] => Array.isArray(spikes);

function recordsOf({ spikes, groups }: RasterOptions, total: number): PlacedSpikes[] {
  if (!isList(spikes)) return [place("spikes", spikes, 0, total)];
  if (spikes.length !== groups.length) {
    refuse("spikes", "each group needs its spikes", spikes.length, String(groups.length));
  }
  let first = 0;
  return spikes.map((each, i) => {
    const { name, size } = groups[i]!;
    const placed = place(`spikes of ${name}`, each, first, size);
    first += size;
    return placed;
  });
}

function place(where: string, spikes: RasterSpikes, first: number, size: number): PlacedSpikes {
  const { time, step, index } = spikes;
  const times = time ?? step;
  if (times === undefined || times.length !== index.length) {
    const got = times?.length ?? "neither time nor step";
    refuse(where, "each spike needs a time or a step", got, String(index.length));
  }
  for (let i = 0; i < index.length; i++) {
    const neuron = index[i]!;
    if (!Number.isInteger(neuron) || neuron < 0 || neuron >= size) {
      const allowed = size === 0 ? "no spikes: there is no neuron" : `0 to ${size - 1}`;
      refuse(`${where}, index[${i}]`, "there is no such neuron", neuron, allowed);
    }
    if (!Number.isFinite(times[i])) {
      refuse(`${where}, spike ${i}`, "a time must be a finite number", times[i], "finite numbers");
    }
  }
  return { first, time: times, index, isTime: time !== undefined };
}

function rangeOf(
  { duration, range }: RasterOptions,
  records: readonly PlacedSpikes[],
): readonly [number, number] {
  if (range !== undefined && duration !== undefined) {
    refuse("range", "the time axis has two lengths", "range and duration", "one of them");
  }
  if (range !== undefined || duration !== undefined) {
    const [from, to] = range ?? [0, duration!];
    if (Number.isFinite(to - from) && from <= to) return from < to ? [from, to] : [from, from + 1];
    const got = `${from} to ${to}`;
    refuse("range", "the time axis needs a beginning and an end", got, "finite numbers, rising");
  }
  let last = 0;
  for (const { time } of records) {
    for (let i = 0; i < time.length; i++) last = Math.max(last, time[i]!);
  }
  return [0, last > 0 ? last : 1];
}

function lengthOf(where: string, value: number, least: number): number {
  return (
    pixels(value, least) ??
    refuse(where, "the picture needs a size", value, `${least} to 10000 pixels`)
  );
}

function frameOf(options: RasterOptions, records: readonly PlacedSpikes[], total: number): Frame {
  const width = lengthOf("width", options.width ?? 800, 200);
  const height = lengthOf("height", options.height ?? 320, 120);
  const isTime = records.map((record) => record.isTime);
  if (isTime.includes(true) && isTime.includes(false)) {
    refuse("spikes", "some have times and some only steps", "both", "one of them for all groups");
  }
  const inner = height - margin.top - margin.bottom;
  const rows = Math.min(inner, Math.max(1, total));
  return {
    ...{ width, height, rows, total },
    columns: width - margin.left - margin.right,
    rowHeight: inner / rows,
    range: rangeOf(options, records),
    unit: isTime.includes(false) ? "step" : "time [ms]",
  };
}

/** Height of the lower edge of a neuron's band, which may be a part of a pixel. */
const heightOf = ({ height, total, rows, rowHeight }: Frame, neuron: number): number =>
  height - margin.bottom - (neuron / Math.max(1, total)) * rows * rowHeight;

function timeAxis({ range: [from, to], columns, width, height, unit }: Frame): string[] {
  const bottom = height - margin.bottom;
  const parts = ticks(from, to, 8).flatMap((tick) => {
    const x = coordinate(margin.left + ((tick - from) / (to - from)) * columns);
    return [
      `<path d="M${x} ${bottom}v4" stroke="#444444"/>`,
      `<text x="${x}" y="${bottom + 18}" text-anchor="middle">${tick}</text>`,
    ];
  });
  const middle = coordinate((margin.top + bottom) / 2);
  return [
    ...parts,
    `<path d="M${margin.left} ${margin.top}V${bottom}H${width - margin.right}" fill="none" stroke="#444444"/>`,
    `<text x="${width - margin.right}" y="${height - 8}" text-anchor="end">${unit}</text>`,
    `<text transform="translate(16 ${middle}) rotate(-90)" text-anchor="middle">neuron [number]</text>`,
  ];
}

function label(name: string, x: number, y: number): string {
  const at = `x="${x}" y="${coordinate(y)}" dominant-baseline="middle"`;
  return `<text ${at}>${shortText(name, longestLabel)}</text>`;
}

/** Names of groups and lines between them, as far as there is room. */
function groupAxis(frame: Frame, groups: readonly RasterGroup[]): string[] {
  const parts: string[] = [];
  let first = 0;
  let lastLabel = Infinity;
  let lastLine = Infinity;
  for (const { name, size } of groups) {
    const [low, high] = [heightOf(frame, first), heightOf(frame, first + size)];
    const middle = (low + high) / 2;
    if (lastLabel - middle >= leastLabelDistance) {
      parts.push(label(name, 30, middle));
      lastLabel = middle;
    }
    if (first > 0 && lastLine - low >= 4) {
      const line = `M${margin.left} ${coordinate(low)}H${frame.width - margin.right}`;
      parts.push(`<path d="${line}" stroke="#dddddd"/>`);
      lastLine = low;
    }
    if (low - high >= leastNumberedHeight) parts.push(...neuronNumbers(frame, first, size));
    first += size;
  }
  return parts;
}

function neuronNumbers(frame: Frame, first: number, size: number): string[] {
  const wanted = Math.max(1, Math.floor(((size / frame.total) * frame.height) / 60));
  return ticks(0, size - 1, wanted)
    .filter((tick) => Number.isInteger(tick))
    .map((tick) => {
      const y = coordinate(heightOf(frame, first + tick + 0.5));
      const at = `x="${margin.left - 6}" y="${y}"`;
      return `<text ${at} text-anchor="end" dominant-baseline="middle" fill="#666666">${tick}</text>`;
    });
}

/** For each pixel of the area the number of the group that has a spike there, plus one. */
function fillPixels(
  { columns, rows, range: [from, to], total }: Frame,
  groups: readonly RasterGroup[],
  records: readonly PlacedSpikes[],
): Int32Array {
  const pixels = new Int32Array(rows * columns);
  const starts: number[] = [];
  let first = 0;
  for (const { size } of groups) {
    starts.push(first);
    first += size;
  }
  const groupOf = (neuron: number): number => {
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (starts[middle]! <= neuron) low = middle;
      else high = middle;
    }
    return low;
  };
  for (const { first: start, time, index } of records) {
    for (let i = 0; i < time.length; i++) {
      const at = (time[i]! - from) / (to - from);
      if (!(at >= 0 && at <= 1)) continue;
      const neuron = start + index[i]!;
      const row = Math.floor((neuron * rows) / total);
      const column = Math.min(columns - 1, Math.floor(at * columns));
      pixels[row * columns + column] = groupOf(neuron) + 1;
    }
  }
  return pixels;
}

/** Marks of one group as one path; neighbours in a row become one stroke. */
function marks(
  frame: Frame,
  groups: readonly RasterGroup[],
  records: readonly PlacedSpikes[],
): string[] {
  const { rows, columns, rowHeight, height } = frame;
  const pixels = fillPixels(frame, groups, records);
  const paths = new Map<number, string[]>();
  for (let row = 0; row < rows; row++) {
    const y = coordinate(height - margin.bottom - (row + 0.5) * rowHeight);
    for (let column = 0; column < columns;) {
      const group = pixels[row * columns + column]!;
      const start = column;
      while (column < columns && pixels[row * columns + column] === group) column++;
      if (group === 0) continue;
      const strokes = paths.get(group);
      const stroke = `M${margin.left + start} ${y}h${column - start}`;
      if (strokes === undefined) paths.set(group, [stroke]);
      else strokes.push(stroke);
    }
  }
  // A little room stays between neurons where they have more than a pixel each.
  const thickness = coordinate(rowHeight < 2 ? rowHeight : Math.min(12, 0.8 * rowHeight));
  return [...paths].map(([group, strokes]) => {
    const colour = groups[group - 1]!.color ?? colours[(group - 1) % colours.length]!;
    return `<path d="${strokes.join("")}" stroke="${escapeXml(colour)}" stroke-width="${thickness}" fill="none"/>`;
  });
}
