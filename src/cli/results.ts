// What a run recorded as a table, as CSV and as JSON. Invariant: numbers are written so that reading
// them gives the same numbers, but for times in tables for people; texts are made piece by piece,
// whatever the length of the run.

import type { Recording } from "../runtime/run.js";
import type { SpikeRecord } from "../runtime/recorders.js";
import { visible } from "../util/visible.js";
import { csvLine } from "./csv.js";
import { wrongUse } from "./flags.js";
import type { Json } from "./json.js";
import { jsonPieces } from "./json.js";
import { showNumber, tableLines } from "./text.js";

/** Values of one name, sample by sample. */
export interface TraceResult {
  readonly name: string;
  readonly unit?: string;
  /** Lengths along the axes of the population. */
  readonly shape: readonly number[];
  readonly size: number;
  /** All elements of a sample, then those of the next. */
  readonly values: ArrayLike<number>;
}
export interface SpikeResult {
  readonly name: string;
  /** Neurons that could have fired. */
  readonly size: number;
  readonly spikes: SpikeRecord;
}

/** What a run was, and what it recorded. */
export interface RunResults {
  readonly network: string;
  readonly backend: string;
  readonly precision: string;
  readonly order: string;
  readonly seed: number;
  /** [ms] */
  readonly dt: number;
  readonly every: number;
  readonly done: number;
  readonly stopped?: NonNullable<Recording["stopped"]>;
  readonly warnings: readonly string[];
  readonly steps: ArrayLike<number>;
  readonly time: ArrayLike<number>;
  readonly traces: readonly TraceResult[];
  readonly spikes: readonly SpikeResult[];
}

/** How fast a run was. */
export interface Speed {
  readonly seconds: number;
  readonly stepsPerSecond: number;
  readonly realTimeFactor: number;
}

/** Names by which elements are told apart: `name`, or `name[i]` where there are several. */
const elementNames = ({
  name,
  size,
}: {
  readonly name: string;
  readonly size: number;
}): string[] => (size === 1 ? [name] : Array.from({ length: size }, (_, i) => `${name}[${i}]`));

const columnNames = (traces: readonly { readonly name: string; readonly size: number }[]) => [
  "step",
  "time [ms]",
  ...traces.flatMap(elementNames),
];

function* traceRows({ steps, time, traces }: RunResults): Generator<number[]> {
  for (let row = 0; row < steps.length; row++) {
    const cells = [steps[row]!, time[row]!];
    for (const { size, values } of traces) {
      for (let i = 0; i < size; i++) cells.push(values[row * size + i]!);
    }
    yield cells;
  }
}

/** Spikes of all names in the order in which they were asked for. */
function* spikeRows({ spikes }: RunResults): Generator<[string, number, number, number]> {
  for (const { name, spikes: found } of spikes) {
    for (let i = 0; i < found.step.length; i++) {
      yield [name, found.step[i]!, found.time[i]!, found.index[i]!];
    }
  }
}

const spikeColumns = ["name", "step", "time [ms]", "neuron"];

/** Refuses what a CSV file cannot hold, before the run. */
export function checkCsv(
  traces: readonly { readonly name: string; readonly size: number }[],
  spikes: readonly { readonly name: string }[],
): void {
  if (traces.length > 0 && spikes.length > 0) {
    wrongUse("--out", "a CSV file holds either values or spikes", {
      got: `${traces[0]!.name} and ${spikes[0]!.name}`,
      hint: "Choose with --record, or write a file that ends in .json.",
    });
  }
  const seen = new Set<string>();
  for (const name of columnNames(traces)) {
    if (seen.has(name)) {
      wrongUse("--out", "two columns of the CSV file would have one name", {
        got: name,
        hint: "Choose with --record, or write a file that ends in .json.",
      });
    }
    seen.add(name);
  }
}

/** One line for each sample; where only spikes were recorded, one for each spike. */
export function* csvPieces(results: RunResults): Generator<string> {
  if (results.traces.length === 0 && results.spikes.length > 0) {
    yield csvLine(spikeColumns);
    for (const row of spikeRows(results)) yield csvLine(row);
    return;
  }
  yield csvLine(columnNames(results.traces));
  for (const row of traceRows(results)) yield csvLine(row);
}

/** A time for people: the sum of many steps is seldom a short number in binary. */
const showTime = (time: number): string => showNumber(Number(time.toPrecision(12)));

/** Tables for people. */
export function* tablePieces(results: RunResults): Generator<string> {
  const { traces, spikes } = results;
  if (traces.length > 0) {
    yield* tableLines(
      function* () {
        yield columnNames(traces).map(visible);
        for (const [step, time, ...values] of traceRows(results)) {
          yield [showNumber(step!), showTime(time!), ...values.map(showNumber)];
        }
      },
      () => "right",
    );
  }
  if (spikes.length === 0) return;
  if (traces.length > 0) yield "\n";
  yield* tableLines(
    function* () {
      yield spikeColumns;
      for (const [name, step, time, neuron] of spikeRows(results)) {
        yield [visible(name), showNumber(step), showTime(time), showNumber(neuron)];
      }
    },
    (column) => (column === 0 ? "left" : "right"),
  );
}

/** Each sample as a list of its elements. */
const sampleRows = ({ size, values }: TraceResult, samples: number): (() => Iterable<Json>) =>
  function* () {
    for (let row = 0; row < samples; row++) {
      yield Array.from({ length: size }, (_, i) => values[row * size + i]!);
    }
  };

/** Everything as one JSON object and a line end. */
export function* resultPieces(results: RunResults, speed?: Speed): Generator<string> {
  const { traces, spikes, stopped, steps, time, ...facts } = results;
  yield* jsonPieces({
    ...facts,
    stopped: stopped === undefined ? undefined : { ...stopped },
    ...(speed === undefined ? {} : { speed: { ...speed } }),
    steps,
    time,
    traces: Object.fromEntries(
      traces.map((trace) => [
        trace.name,
        { shape: trace.shape, unit: trace.unit, values: sampleRows(trace, steps.length) },
      ]),
    ),
    spikes: Object.fromEntries(
      spikes.map(({ name, spikes: { step, time: times, index } }) => [
        name,
        { step, time: times, index },
      ]),
    ),
  });
  yield "\n";
}
