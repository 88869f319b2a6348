// The picture that --svg asks for: values over time in panels below each other, spikes as a raster
// below them. Invariant: bounded, whatever was recorded; what is left out is said in the title.

import { plotRaster } from "../plot/raster.js";
import { plotTraces } from "../plot/traces.js";
import type { Trace } from "../plot/traces.js";
import type { RunResults, TraceResult } from "./results.js";

/** As many as the line of names above a panel has room for. */
const mostLines = 5;
const mostPanels = 24;
const width = 800;
const traceHeight = 240;

interface Panel {
  readonly title: string;
  readonly label: string;
  readonly traces: readonly Trace[];
}

/** One element of all samples. */
function elementOf({ size, values }: TraceResult, index: number, samples: number): Float64Array {
  const element = new Float64Array(samples);
  for (let i = 0; i < samples; i++) element[i] = values[i * size + index]!;
  return element;
}

const labelOf = ({ unit }: TraceResult): string =>
  unit === undefined || unit === "1" ? "value" : `value [${unit}]`;

/** The first elements of a population. */
function wholePanel(trace: TraceResult, samples: number): Panel {
  const { name, size } = trace;
  const shown = Math.min(size, mostLines);
  return {
    title: shown < size ? `${name}: elements 0 to ${shown - 1} of ${size}` : name,
    label: labelOf(trace),
    traces: Array.from({ length: shown }, (_, i) => ({
      name: `[${i}]`,
      values: elementOf(trace, i, samples),
    })),
  };
}

/** Single neurons share a panel where their unit is the same; populations have one each. */
function panelsOf({ network, traces, steps }: RunResults): Panel[] {
  const panels: Panel[] = [];
  const open = new Map<string, { readonly title: string; label: string; traces: Trace[] }>();
  for (const trace of traces) {
    if (trace.size === 0) continue;
    if (trace.size > 1) {
      panels.push(wholePanel(trace, steps.length));
      continue;
    }
    const label = labelOf(trace);
    let panel = open.get(label);
    if (panel === undefined || panel.traces.length === mostLines) {
      panel = { title: network, label, traces: [] };
      open.set(label, panel);
      panels.push(panel);
    }
    panel.traces.push({ name: trace.name, values: elementOf(trace, 0, steps.length) });
  }
  return panels;
}

/** A picture inside another one, below what is there. */
function placed(svg: string, top: number, height: number): string {
  return svg.replace(/^<svg /, `<svg y="${top}" width="${width}" height="${height}" `);
}

/** Text of an SVG file. */
export function picture(results: RunResults): string {
  const { network, dt, done, time, steps, spikes } = results;
  const panels = steps.length === 0 ? [] : panelsOf(results);
  const shown = panels.slice(0, mostPanels);
  const pictures = shown.map((panel, i) => {
    const left = panels.length - shown.length;
    const more = i === shown.length - 1 && left > 0 ? ` (${left} more panels are not shown)` : "";
    const title = `${panel.title}${more}`;
    const options = { ...panel, title, time, width, height: traceHeight };
    return { svg: plotTraces(options), height: traceHeight };
  });
  if (spikes.length > 0 || pictures.length === 0) {
    const neurons = spikes.reduce((sum, { size }) => sum + size, 0);
    const height = Math.min(1200, Math.max(200, 80 + 4 * neurons, 100 + 14 * spikes.length));
    const svg = plotRaster({
      title: `${network}: ${spikes.length > 0 ? "spikes" : "nothing was recorded"}`,
      groups: spikes.map(({ name, size }) => ({ name, size })),
      spikes: spikes.map((each) => each.spikes),
      duration: done * dt,
      ...{ width, height },
    });
    pictures.push({ svg, height });
  }
  if (pictures.length === 1) return pictures[0]!.svg;
  let top = 0;
  const parts = pictures.map(({ svg, height }) => {
    const part = placed(svg, top, height);
    top += height;
    return part;
  });
  const open = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${top}">\n`;
  return `${open}${parts.join("")}</svg>\n`;
}
