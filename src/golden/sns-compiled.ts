// What SNS-Toolbox compiles a network to, rebuilt from the named parameters of a compiled model.
// Invariant: no number comes from the case; entries without a synapse are as SNS-Toolbox fills them.

import { isMirrored } from "../network/connectivity.js";
import { synapseKind } from "../network/kinds.js";
import type { SynapseKind } from "../network/kinds.js";
import type { Connection, FlatNetwork } from "../network/types.js";
import type { Comparison } from "./comparison.js";
import { forEachPair, neuronOffsets, readParameter } from "./sns-edges.js";
import type { Running } from "./sns-edges.js";
import type { CountName, MatrixName, SnsCompiled, VectorName } from "./sns-expected.js";

type Matrix = Float64Array[];
/** Matrices with an entry for each pair of neurons: [target][source]. */
type PairMatrix = Exclude<
  MatrixName,
  "input_connectivity" | "output_voltage_connectivity" | "output_spike_connectivity"
>;

/** A compiled model with the flat network it came from, all oddities applied. */
export interface Compiled extends Running {
  /** Time step [ms]. */
  readonly dt: number;
}

const newMatrix = (rows: number, columns: number, fill = 0): Matrix =>
  Array.from({ length: rows }, () => new Float64Array(columns).fill(fill));

/** Entries of pairs that no connection has written. */
const neutral = (dt: number): Readonly<Record<PairMatrix, number>> => ({
  g_max_non: 0,
  del_e: 0,
  e_lo: 0,
  e_hi: 1,
  g_max_spike: 0,
  g_increment: 0,
  time_factor_synapse: dt,
  spike_delays: 0,
  g_electrical: 0,
  g_rectified: 0,
});

type Matrices = Readonly<Record<PairMatrix, Matrix>>;
type Writer = (compiled: Compiled, connection: Connection, into: Matrices) => Promise<void>;

/** Writes parameters of one connection into matrices; `change` converts what is stored otherwise. */
async function writePairs(
  running: Running,
  connection: Connection,
  into: Matrix,
  parameter: string,
  change: (value: number) => number = (value) => value,
): Promise<void> {
  const read = await readParameter(running, connection, parameter);
  forEachPair(running.flat, connection, (pair) => {
    into[pair.target]![pair.source] = change(read(pair));
  });
}

/**
 * SNS-Toolbox fills what a kernel does not reach with values that divide by no zero, and copies
 * matrices whole, entries with conductance 0 included. Both only where it can run them: not for
 * spiking synapses and not for kernels in one dimension.
 */
async function fillBlock(
  compiled: Compiled,
  connection: Connection,
  into: Matrices,
): Promise<void> {
  const { flat, model } = compiled;
  const source = flat.populations[connection.source]!;
  const target = flat.populations[connection.target]!;
  const { first } = neuronOffsets(flat.populations);
  const { shape } = connection.synapse;
  const set = (matrix: Matrix, to: number, from: number, value: number): void => {
    matrix[first[connection.target]! + to]![first[connection.source]! + from] = value;
  };
  if (shape.kind === "pattern" && shape.kernel.length === 2) {
    const rest = await model.params.get(`${source.name}.restingPotential`);
    for (let to = 0; to < target.size; to += 1) {
      for (let from = 0; from < source.size; from += 1) {
        set(into.del_e, to, from, 0);
        set(into.e_lo, to, from, rest[rest.length === 1 ? 0 : from]!);
        set(into.e_hi, to, from, rest[rest.length === 1 ? 0 : from]! + 1);
      }
    }
  }
  if (shape.kind !== "matrix") return;
  for (const [name, matrix] of chemicalNames(into)) {
    const value = connection.synapse.values.get(name);
    for (let i = 0; i < source.size * target.size; i += 1) {
      const entry = typeof value === "object" ? value[i]! : Number(value);
      set(matrix, Math.floor(i / source.size), i % source.size, entry);
    }
  }
}

const chemicalNames = (into: Matrices): readonly (readonly [string, Matrix])[] => [
  ["reversalPotential", into.del_e],
  ["lowerThreshold", into.e_lo],
  ["upperThreshold", into.e_hi],
];

async function writeElectrical(
  running: Running,
  connection: Connection,
  into: Matrix,
): Promise<void> {
  const read = await readParameter(running, connection, "conductance");
  const hasBothDirections = isMirrored(connection);
  forEachPair(running.flat, connection, (pair) => {
    into[pair.target]![pair.source] = read(pair);
    if (!hasBothDirections) into[pair.source]![pair.target] = read(pair);
  });
}

/** What each kind of synapse writes. */
const writers: Readonly<Record<SynapseKind, Writer>> = {
  "non-spiking": async (compiled, connection, into) => {
    await fillBlock(compiled, connection, into);
    await writePairs(compiled, connection, into.g_max_non, "maxConductance");
    for (const [name, matrix] of chemicalNames(into)) {
      await writePairs(compiled, connection, matrix, name);
    }
  },
  spiking: async (compiled, connection, into) => {
    const { dt } = compiled;
    await writePairs(compiled, connection, into.g_max_spike, "maxConductance");
    await writePairs(compiled, connection, into.del_e, "reversalPotential");
    await writePairs(compiled, connection, into.g_increment, "conductanceIncrement");
    const factor = (tau: number): number => dt / tau;
    const steps = (delay: number): number => Math.round(delay / dt);
    await writePairs(compiled, connection, into.time_factor_synapse, "timeConstant", factor);
    await writePairs(compiled, connection, into.spike_delays, "transmissionDelay", steps);
  },
  electrical: (compiled, connection, into) =>
    writeElectrical(compiled, connection, into.g_electrical),
  rectified: (compiled, connection, into) =>
    writePairs(compiled, connection, into.g_rectified, "conductance"),
};

async function pairMatrices(compiled: Compiled): Promise<Matrices> {
  const { count } = neuronOffsets(compiled.flat.populations);
  const matrices = Object.fromEntries(
    Object.entries(neutral(compiled.dt)).map(([name, fill]) => [
      name,
      newMatrix(count, count, fill),
    ]),
  ) as Record<PairMatrix, Matrix>;
  for (const connection of compiled.flat.connections) {
    await writers[synapseKind(connection.synapse.model)](compiled, connection, matrices);
  }
  return matrices;
}

/** One row for each neuron, one column for each element of the input vector. */
function inputMatrix({ populations, inputs }: FlatNetwork): Matrix {
  const { first, count } = neuronOffsets(populations);
  const matrix = newMatrix(
    count,
    inputs.reduce((sum, { size }) => sum + size, 0),
  );
  let column = 0;
  for (const { target, size } of inputs) {
    for (let neuron = 0; neuron < populations[target]!.size; neuron += 1) {
      matrix[first[target]! + neuron]![column + (size === 1 ? 0 : neuron)] = 1;
    }
    column += size;
  }
  return matrix;
}

/** One row for each element of the output vector, one column for each neuron. */
function outputMatrix({ populations, outputs }: FlatNetwork, spiking: boolean): Matrix {
  const { first, count } = neuronOffsets(populations);
  return outputs.flatMap(({ source, variable }) =>
    Array.from({ length: populations[source]!.size }, (_, neuron) => {
      const row = new Float64Array(count);
      if ((variable === "spikes") === spiking) row[first[source]! + neuron] = 1;
      return row;
    }),
  );
}

/** A parameter of all neurons, `fallback` for those without it. */
async function neuronParameter(
  { flat, model }: Compiled,
  publicName: string,
  fallback = Number.NaN,
): Promise<number[]> {
  const values: number[] = [];
  for (const { name, size, type } of flat.populations) {
    const has = type.model.parameters.some((parameter) => parameter.publicName === publicName);
    const own = has ? await model.params.get(`${name}.${publicName}`) : [fallback];
    for (let i = 0; i < size; i += 1) values.push(own[own.length === 1 ? 0 : i]!);
  }
  return values;
}

type VectorMaker = (compiled: Compiled) => Promise<ArrayLike<number>>;

async function membraneFactors(compiled: Compiled): Promise<number[]> {
  const capacitance = await neuronParameter(compiled, "membraneCapacitance");
  const conductance = await neuronParameter(compiled, "membraneConductance");
  return capacitance.map((C, i) => compiled.dt / (C / conductance[i]!));
}

async function thresholdFactors(compiled: Compiled): Promise<number[]> {
  const taus = await neuronParameter(compiled, "thresholdTimeConstant", 1);
  return taus.map((tau) => compiled.dt / tau);
}

/** The membrane potentials as they are now; asked before the first step. */
async function potentials({ flat, model }: Compiled): Promise<number[]> {
  const values: number[] = [];
  for (const { name, type } of flat.populations) {
    values.push(...(await model.state.get(`${name}.${type.model.output}`)));
  }
  return values;
}

const vectorMakers: Readonly<Record<VectorName, VectorMaker>> = {
  time_factor_membrane: membraneFactors,
  time_factor_threshold: thresholdFactors,
  V_0: potentials,
};
const countMakers: Readonly<Record<CountName, (flat: FlatNetwork, delays: Matrix) => number>> = {
  num_neurons: ({ populations }) => neuronOffsets(populations).count,
  buffer_length: (_, delays) =>
    1 + delays.reduce((longest, row) => row.reduce((a, b) => Math.max(a, b), longest), 0),
};

/** Compares what the file says a network compiles to; called before the first step. */
export async function compareCompiled(
  comparison: Comparison,
  compiled: Compiled,
  expected: SnsCompiled,
): Promise<void> {
  const { flat } = compiled;
  const matrices: Readonly<Record<MatrixName, Matrix>> = {
    ...(await pairMatrices(compiled)),
    input_connectivity: inputMatrix(flat),
    output_voltage_connectivity: outputMatrix(flat, false),
    output_spike_connectivity: outputMatrix(flat, true),
  };
  for (const [name, rows] of expected.matrices) {
    comparison.rows(`compiled.${name}`, matrices[name], rows);
  }
  for (const [name, values] of expected.vectors) {
    comparison.list(`compiled.${name}`, await vectorMakers[name](compiled), values);
  }
  for (const [name, count] of expected.counts) {
    comparison.number(
      () => `compiled.${name}`,
      countMakers[name](flat, matrices.spike_delays),
      count,
    );
  }
}
