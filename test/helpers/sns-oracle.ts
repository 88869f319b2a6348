// An oracle of SNS-Toolbox 1.5.2 in dense float64 arrays: what a case of the format sns-golden/1 must
// give. Shares nothing with the project and knows nothing of it; slow and plain on purpose.

import { denseOf } from "./sns-dense.js";
import type { Dense, DenseOptions } from "./sns-dense.js";
import { stepsOf } from "./sns-types.js";
import type { RecordedSteps, SnsCase, SnsCompiled, SnsExpected, SnsState } from "./sns-types.js";

export interface OracleOptions extends DenseOptions {
  readonly recordedSteps?: RecordedSteps;
  readonly stateSteps?: readonly number[];
  readonly withCompiled?: boolean;
  /** Add up from the last neuron to the first: shows how much a case amplifies rounding. */
  readonly reverse?: boolean;
}

export interface OracleResult {
  readonly expected: SnsExpected;
  /** The smallest distance of a potential from its threshold when compared. */
  readonly closest: number;
  /** The largest absolute potential. */
  readonly largest: number;
  readonly spikes: number;
}

// Looking a global up is slow where tests run in a context of their own.
const { abs, exp, max, min, sqrt } = Math;

interface Moment {
  V: Float64Array;
  Vp: Float64Array;
  theta: Float64Array;
  spike: Float64Array;
  gSpike: Float64Array;
  buffer: Float64Array[];
  b: Float64Array[];
  c: Float64Array[];
}

function initialGates(dense: Dense, z: "b" | "c"): Float64Array[] {
  const { gate, neuron } = dense;
  return Array.from({ length: dense.channels }, (_, j) =>
    neuron["V0"]!.map((V0, i) => {
      // Without meaning, but this is what the recordings show for neurons without channels.
      if (!dense.gated[i]!) return 0;
      const exponent = gate[`slope_${z}`]![j]![i]! * (V0 - gate[`e_${z}`]![j]![i]!);
      return 1 / (1 + gate[`k_${z}`]![j]![i]! * exp(exponent));
    }),
  );
}

function bufferLength({ delay }: Dense): number {
  return 1 + delay.reduce((longest, steps) => max(longest, steps), 0);
}

function initialMoment(dense: Dense): Moment {
  const zeros = (): Float64Array => new Float64Array(dense.n);
  return {
    V: dense.neuron["V0"]!.slice(),
    Vp: dense.neuron["V0"]!.slice(),
    theta: dense.neuron["th0"]!.slice(),
    spike: zeros(),
    gSpike: new Float64Array(dense.n * dense.n),
    buffer: Array.from({ length: bufferLength(dense) }, zeros),
    b: initialGates(dense, "b"),
    c: initialGates(dense, "c"),
  };
}

/** reset() leaves the synapses and the spikes under way as they are. */
function reset(dense: Dense, now: Moment): void {
  const { V, Vp, theta, b, c } = initialMoment(dense);
  Object.assign(now, { V, Vp, theta, b, c });
}

/** Adds g and g*x over all sources, and returns the current at potential V. */
function currentThrough(g: Float64Array, x: Float64Array, V: number, isReverse: boolean): number {
  const n = g.length;
  let conductance = 0;
  let drive = 0;
  for (let k = 0; k < n; k++) {
    const s = isReverse ? n - 1 - k : k;
    conductance += g[s]!;
    drive += g[s]! * x[s]!;
  }
  return drive - V * conductance;
}

function chemicalInto(g: Float64Array, dense: Dense, now: Moment, d: number): void {
  const { n, gNon, eLo, eHi } = dense;
  for (let s = 0; s < n; s++) {
    const at = d * n + s;
    const open = gNon[at]! * ((now.Vp[s]! - eLo[at]!) / (eHi[at]! - eLo[at]!));
    g[s] = max(0, min(open, gNon[at]!));
    if (dense.isSpiking) g[s]! += now.gSpike[at]!;
  }
}

function rectifiedInto(g: Float64Array, dense: Dense, now: Moment, d: number): void {
  const { n, gRect } = dense;
  const { Vp } = now;
  for (let s = 0; s < n; s++) {
    const into = Vp[s]! > Vp[d]! ? gRect[d * n + s]! : 0;
    const outOf = Vp[d]! > Vp[s]! ? gRect[s * n + d]! : 0;
    g[s] = s === d ? into : into + outOf;
  }
}

function synapticCurrent(dense: Dense, now: Moment, d: number, isReverse: boolean): number {
  const { n, del, gEl } = dense;
  const V = now.Vp[d]!;
  const row = (square: Float64Array): Float64Array => square.subarray(d * n, (d + 1) * n);
  const g = new Float64Array(n);
  chemicalInto(g, dense, now, d);
  let current = currentThrough(g, row(del), V, isReverse);
  if (dense.isElectrical) current += currentThrough(row(gEl), now.Vp, V, isReverse);
  if (dense.isRectified) {
    rectifiedInto(g, dense, now, d);
    current += currentThrough(g, now.Vp, V, isReverse);
  }
  return current;
}

/** Moves the gates of neuron i on by one step and returns the current through its channels. */
function ionCurrent(dense: Dense, now: Moment, i: number, dt: number): number {
  const { gate } = dense;
  const V = now.Vp[i]!;
  let current = 0;
  for (let j = 0; j < dense.channels; j++) {
    const value = (name: string): number => gate[name]![j]![i]!;
    const q = (z: string): number =>
      value(`k_${z}`) * exp(value(`slope_${z}`) * (value(`e_${z}`) - V));
    const a = 1 / (1 + q("a"));
    for (const z of ["b", "c"] as const) {
      const steady = 1 / (1 + q(z));
      const tau = value(`tau_max_${z}`) * steady * sqrt(q(z));
      const old = now[z][j]![i]!;
      now[z][j]![i] = old + dt * ((steady - old) / tau);
    }
    current +=
      value("g_ion") *
      a ** value("pow_a") *
      now.b[j]![i]! ** value("pow_b") *
      now.c[j]![i]! ** value("pow_c") *
      (value("e_ion") - V);
  }
  return current;
}

/** Spikes raise the conductances they reach, in this step or `delay` steps later. */
function deliverSpikes(dense: Dense, now: Moment): void {
  const { n, delay, inc, gSpk } = dense;
  const { gSpike, buffer } = now;
  buffer.pop();
  buffer.unshift(now.spike);
  for (let at = 0; at < n * n; at++) {
    if (buffer[delay[at]!]![at % n] !== 1) continue;
    gSpike[at]! += min(inc[at]!, gSpk[at]! - gSpike[at]!);
  }
}

function membraneStep(
  dense: Dense,
  now: Moment,
  given: { applied: Float64Array; dt: number; reverse: boolean },
): void {
  const { C, G, Er, bias } = dense.neuron as { [name: string]: Float64Array };
  const { Vp } = now;
  now.V = Vp.map((V, d) => {
    const synaptic = synapticCurrent(dense, now, d, given.reverse);
    let sum = -G![d]! * (V - Er![d]!) + bias![d]! + synaptic + given.applied[d]!;
    if (dense.channels > 0) sum += ionCurrent(dense, now, d, given.dt);
    return V + (given.dt / (C![d]! / G![d]!)) * sum;
  });
}

/** Threshold, spikes, delivery and reset; returns how close a potential came to its threshold. */
function spikeStep(dense: Dense, now: Moment, dt: number): number {
  const { Er, th0, m, tauTh, leak, increment, floor, reset: to } = dense.neuron;
  const { V, Vp } = now;
  let closest = Infinity;
  now.theta = now.theta.map((theta, i) => {
    const slope = leak![i]! * (th0![i]! - theta) + m![i]! * (Vp[i]! - Er![i]!);
    return theta + (dt / tauTh![i]!) * slope;
  });
  now.spike = V.map((value, i) => (value > now.theta[i]! ? 1 : 0));
  V.forEach((value, i) => {
    closest = min(closest, abs(value - now.theta[i]!));
  });
  deliverSpikes(dense, now);
  now.V = V.map((value, i) => (value - to![i]!) * (1 - now.spike[i]!) + to![i]!);
  now.theta = now.theta.map((theta, i) => {
    return theta + now.spike[i]! * max(increment![i]!, floor![i]! - theta);
  });
  return closest;
}

function decaySynapses(dense: Dense, now: Moment, dt: number): void {
  for (let at = 0; at < now.gSpike.length; at++) now.gSpike[at]! *= 1 - dt / dense.tauSyn[at]!;
}

function inputAt(given: SnsCase, step: number): readonly number[] | null {
  const { inputs } = given;
  if (inputs.mode === "none") return null;
  if (inputs.mode === "explicit") return inputs.x[step]!;
  const segment = inputs.segments.find(({ start, end }) => step >= start && step < end);
  return segment?.x ?? new Array<number>(inputs.size).fill(0);
}

function inputMatrix(given: SnsCase, dense: Dense): number[][] {
  const { inputs } = given.network;
  const width = inputs.reduce((sum, { size }) => sum + size, 0);
  const matrix = Array.from({ length: dense.n }, () => new Array<number>(width).fill(0));
  let column = 0;
  for (const { destination, size } of inputs) {
    const start = dense.first[destination]!;
    const end = dense.first[destination + 1]!;
    for (let i = start; i < end; i++) matrix[i]![size === 1 ? column : column + i - start] = 1;
    column += size;
  }
  return matrix;
}

function outputRows(given: SnsCase, dense: Dense): { neuron: number; spiking: boolean }[] {
  return given.network.outputs.flatMap(({ source, spiking }) => {
    const start = dense.first[source]!;
    const length = dense.first[source + 1]! - start;
    return Array.from({ length }, (_, i) => ({ neuron: start + i, spiking }));
  });
}

function stateOf(dense: Dense, now: Moment, step: number): SnsState {
  const { n } = dense;
  const state: { -readonly [K in keyof SnsState]: SnsState[K] } = { step, V: [...now.V] };
  if (dense.isSpiking) {
    state.theta = Array.from(now.theta, (theta, i) => (dense.fires[i] ? theta : null));
    const entries = [...now.gSpike].flatMap((g, at) =>
      g > 0 ? [[Math.floor(at / n), at % n, g]] : [],
    );
    state.g_spike = entries.length > 3000 ? null : entries;
    state.g_spike_sum = now.gSpike.reduce((sum, g) => sum + g, 0);
  }
  if (dense.channels > 0) {
    state.b_gate = now.b.map((gates) => [...gates]);
    state.c_gate = now.c.map((gates) => [...gates]);
  }
  return state;
}

function compiledOf(given: SnsCase, dense: Dense): SnsCompiled {
  const { n, neuron } = dense;
  const { dt } = given;
  const square = (values: Float64Array): number[][] =>
    Array.from({ length: n }, (_, d) => [...values.subarray(d * n, (d + 1) * n)]);
  const readOut = (spiking: boolean): number[][] =>
    outputRows(given, dense).map((row) =>
      Array.from({ length: n }, (_, i) => (i === row.neuron && row.spiking === spiking ? 1 : 0)),
    );
  const compiled: SnsCompiled = {
    num_neurons: n,
    time_factor_membrane: Array.from(neuron["C"]!, (C, i) => dt / (C / neuron["G"]![i]!)),
    V_0: [...neuron["V0"]!],
    ...{ g_max_non: square(dense.gNon), del_e: square(dense.del) },
    ...{ e_lo: square(dense.eLo), e_hi: square(dense.eHi) },
    input_connectivity: inputMatrix(given, dense),
    output_voltage_connectivity: readOut(false),
  };
  if (dense.isSpiking) {
    Object.assign(compiled, {
      ...{ g_max_spike: square(dense.gSpk), g_increment: square(dense.inc) },
      time_factor_synapse: square(dense.tauSyn.map((tau) => dt / tau)),
      time_factor_threshold: Array.from(neuron["tauTh"]!, (tau) => dt / tau),
      output_spike_connectivity: readOut(true),
    });
  }
  if (dense.isDelayed) {
    compiled["spike_delays"] = square(dense.delay);
    compiled["buffer_length"] = bufferLength(dense);
  }
  if (dense.isElectrical) compiled["g_electrical"] = square(dense.gEl);
  if (dense.isRectified) compiled["g_rectified"] = square(dense.gRect);
  return compiled;
}

/** Runs a case and returns what its `expected` must hold. */
export function runOracle(given: SnsCase, options: OracleOptions = {}): OracleResult {
  const dense = denseOf(given.network, options);
  const recorded = options.recordedSteps ?? { start: 0, stop: given.steps, stride: 1 };
  const isRecorded = new Set(stepsOf(recorded));
  const isState = new Set(options.stateSteps ?? []);
  const matrix = inputMatrix(given, dense);
  const rows = outputRows(given, dense);
  const now = initialMoment(dense);
  const outputs: number[][] = [];
  const states: SnsState[] = [];
  const spikeSteps: { [neuron: string]: number[] } = {};
  const extremes = { closest: Infinity, largest: 0, spikes: 0 };
  for (let step = 0; step < given.steps; step++) {
    for (const event of given.events) if (event.before_step === step) reset(dense, now);
    const x = inputAt(given, step);
    const applied = Float64Array.from(matrix, (row) =>
      x === null ? 0 : row.reduce((sum, factor, k) => sum + factor * x[k]!, 0),
    );
    now.Vp = now.V;
    if (dense.isSpiking) decaySynapses(dense, now, given.dt);
    membraneStep(dense, now, { applied, dt: given.dt, reverse: options.reverse === true });
    for (const V of now.V) {
      extremes.largest = max(extremes.largest, Number.isNaN(V) ? Infinity : abs(V));
    }
    if (dense.isSpiking) {
      extremes.closest = min(extremes.closest, spikeStep(dense, now, given.dt));
    }
    now.spike.forEach((spike, i) => {
      if (spike === 0) return;
      extremes.spikes++;
      (spikeSteps[i] ??= []).push(step);
    });
    if (isRecorded.has(step)) {
      outputs.push(rows.map((row) => (row.spiking ? now.spike : now.V)[row.neuron]!));
    }
    if (isState.has(step)) states.push(stateOf(dense, now, step));
  }
  const expected: SnsExpected = {
    ...{ recorded_steps: recorded, outputs, states },
    ...(dense.isSpiking ? { spike_steps: spikeSteps } : {}),
    ...(options.withCompiled === true ? { compiled: compiledOf(given, dense) } : {}),
  };
  return { expected, ...extremes };
}
