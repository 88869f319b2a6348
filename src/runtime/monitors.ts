// What a run records. Resolves names to monitors, keeps their samples in arrays of known size, and
// puts the result together. Invariant: memory is bounded, and samples fall on absolute step numbers,
// so that two runs record what one run of the same length would.

import type { NamedValue, Port, Program } from "../ir/program.js";
import type { Monitor, Values } from "./backend.js";
import { refuse, suggest } from "./checks.js";
import type { Stretch } from "./inputs.js";
import { copiesOf, findValue, namesOf } from "./lookup.js";
import type { NameTable } from "./lookup.js";
import { Budget, recordSpikes, recordTrace } from "./recorders.js";
import type { SpikeRecord } from "./recorders.js";

/** Takes samples while a run goes on; `values` is reused by the next call. */
export type Stream = (name: string, step: number, values: ArrayLike<number>, copy: number) => void;

/** How a run records. */
export interface RecordSettings {
  readonly names: readonly string[];
  /** Values are sampled in steps with (step + 1) % every == 0. */
  readonly every: number;
  /** Samples (for spikes: spikes) kept of each name; the newest ones. */
  readonly maxSamples: number;
  readonly stream: Stream | undefined;
}

/** Results that depend on what was recorded; part of a Recording. */
export interface Records {
  readonly steps: Float64Array;
  readonly time: Float64Array;
  readonly traces: Readonly<Record<string, Values>>;
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  readonly spikes: Readonly<Record<string, SpikeRecord>>;
}

/** The monitors of a run, and what to do when it is over. */
export interface RecordPlan {
  readonly monitors: readonly Monitor[];
  /** Puts the results together after `done` steps; throws if a record outgrew its memory. */
  finish(done: number): Records;
}

/** What is being watched: values of an array, or spikes. */
interface Watched {
  readonly name: string;
  readonly kind: "values" | "spikes";
  readonly array: string;
  readonly offset: number;
  readonly count: number;
  readonly order?: Int32Array;
  readonly shape: readonly number[];
}

/**
 * All ports by name. Input and output vectors consist of all arrays of that role, one after the
 * other; an output hides an input of its name.
 */
function findPorts({ inputs, outputs, arrays }: Program): ReadonlyMap<string, Watched> {
  const found = new Map<string, Watched>();
  const sides: readonly (readonly ["output" | "input", readonly Port[]])[] = [
    ["input", inputs],
    ["output", outputs],
  ];
  for (const [role, ports] of sides) {
    const own = arrays.filter((one) => one.role === role);
    for (const { name, offset: place, size } of ports) {
      let start = 0;
      for (const spec of own) {
        const offset = place - start;
        if (offset >= 0 && offset + size <= spec.length) {
          const shape = [size];
          found.set(name, { name, kind: "values", array: spec.name, offset, count: size, shape });
          break;
        }
        start += spec.length;
      }
    }
  }
  return found;
}

function watch(name: string, named: NamedValue): Watched {
  const { array, offset, count, shape, order, kind } = named;
  if (kind === "constant") {
    refuse("run.record", "not-recordable", `"${named.path}" is a constant, it never changes`, {
      hint: `Read it with model.params.get("${named.path}").`,
    });
  }
  const watched = { name, array, offset, count, shape, ...(order !== undefined && { order }) };
  return { ...watched, kind: kind === "spikes" ? "spikes" : "values" };
}

function find(table: NameTable, name: string, ports: ReadonlyMap<string, Watched>): Watched {
  const named = findValue(table, name);
  if (named !== undefined) return watch(name, named);
  const port = ports.get(name);
  if (port !== undefined) return port;
  const { inputs, outputs } = table.program;
  const known = [
    ...namesOf(table, ["state", "spikes", "tunable", "parameter"]),
    ...table.aliases.keys(),
    ...[...outputs, ...inputs].map((one) => one.name),
  ];
  refuse("run.record", "unknown-name", "unknown name", { got: name, hint: suggest(name, known) });
}

/** Sampled steps before `steps` are done. */
const samplesBefore = (steps: number, every: number): number => Math.floor(steps / every);

function monitorOf(watched: Watched, every: number, write: Monitor["write"]): Monitor {
  const { array, kind, offset, count, order } = watched;
  return { array, kind, offset, count, every, write, ...(order !== undefined && { order }) };
}

/** Hands samples on to the user's function; an exception ends the run after its chunk, not inside a step. */
function streaming(name: string, stream: Stream, fail: (error: unknown) => void): Monitor["write"] {
  let isOver = false;
  return (step, values, n, copy) => {
    if (isOver) return;
    try {
      const exact = values.length === n ? values : Array.prototype.slice.call(values, 0, n);
      stream(name, step, exact, copy);
    } catch (error) {
      isOver = true;
      fail(error);
    }
  };
}

/** Record keys are names of users: `__proto__` must be an ordinary one. */
const emptyRecord = <T>(): Record<string, T> => Object.create(null) as Record<string, T>;

/** Numbers of the sampled steps that are kept, and the time at the end of each [ms]. */
function sampledSteps(
  before: number,
  samples: number,
  kept: number,
  { every, dt }: { readonly every: number; readonly dt: number },
): Pick<Records, "steps" | "time"> {
  const steps = new Float64Array(kept);
  for (let i = 0; i < kept; i++) steps[i] = (before + samples - kept + i + 1) * every - 1;
  return { steps, time: steps.map((step) => (step + 1) * dt) };
}

/** Plans what a run records; throws a MemoryLimitError before anything is allocated. */
export function planRecords(
  table: NameTable,
  settings: RecordSettings,
  stretch: Stretch,
  fail: (error: unknown) => void,
): RecordPlan {
  const { names, every, maxSamples, stream } = settings;
  const { precision, batch, dt } = table.program;
  const ports = names.length === 0 ? new Map<string, Watched>() : findPorts(table.program);
  const found = names.map((name) => find(table, name, ports));
  const before = samplesBefore(stretch.start, every);
  const expected = samplesBefore(stretch.start + stretch.steps, every) - before;
  const capacity = stream === undefined ? Math.min(expected, maxSamples) : 0;
  const budget = new Budget(fail);
  const traces = found.filter(({ kind }) => kind === "values");
  const isInt = ({ array }: Watched) => table.arrays.get(array)?.type === "int";
  const typeOf = (one: Watched) => (isInt(one) ? "float64" : precision);
  if (stream === undefined) {
    if (traces.length > 0) budget.claim("steps and times", capacity, 2 * 8);
    for (const one of traces) {
      const bytes = typeOf(one) === "float64" ? 8 : 4;
      budget.claim(one.name, capacity, one.count * copiesOf(table, one.array) * bytes);
    }
  }
  const takers = found.map((one) => {
    if (stream !== undefined) return undefined;
    if (one.kind === "spikes") return recordSpikes({ copies: batch, dt, maxSamples, budget });
    const copies = copiesOf(table, one.array);
    const size = { count: one.count, copies, capacity, precision: typeOf(one) };
    return recordTrace(size, (step) => (step + 1) / every - 1 - before);
  });
  const monitors = found.map((one, i) => {
    const write = takers[i]?.write ?? streaming(one.name, stream!, fail);
    return monitorOf(one, one.kind === "spikes" ? 1 : every, write);
  });
  return {
    monitors,
    finish(done) {
      const samples = samplesBefore(stretch.start + done, every) - before;
      const kept = stream === undefined && traces.length > 0 ? Math.min(samples, capacity) : 0;
      const result = { traces: emptyRecord<Values>(), spikes: emptyRecord<SpikeRecord>() };
      const shapes = emptyRecord<readonly number[]>();
      found.forEach((one, i) => {
        const taker = takers[i];
        if (taker === undefined) return;
        if (taker.kind === "spikes") result.spikes[one.name] = taker.finish();
        else {
          result.traces[one.name] = taker.finish(samples);
          const copies = copiesOf(table, one.array);
          shapes[one.name] = [kept, ...(copies > 1 ? [copies] : []), ...one.shape];
        }
      });
      return { ...sampledSteps(before, samples, kept, { every, dt }), ...result, shapes };
    },
  };
}
