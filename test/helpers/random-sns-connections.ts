// Random connections of every type the case format knows, over given populations: pairs connected
// several times, both ways and with themselves, zero entries, delays, kernels of all odd sizes.

import type { Dice } from "./random-program.js";
import { round } from "./random-sns-numbers.js";
import { gridIn, numberIn, sizeOf } from "./sns-types.js";
import type { SnsConnection, SnsParams, SnsPopulation, SnsValue } from "./sns-types.js";

type Draw = () => number;
type Fill = (draw: Draw) => number | number[] | number[][];

interface Site {
  readonly dice: Dice;
  /** Resting potential of the source [mV]: activation ranges lie around it. */
  readonly rest: number;
  /** Typical conductance of one synapse [uS]. */
  readonly g: number;
  /** May an entry be no synapse at all? */
  readonly withZeros: boolean;
}

/** Parameters of a graded synapse, each made by `fill`; `suffix` is that of kernels. */
function gradedParams(site: Site, fill: Fill, suffix: string): SnsParams {
  const { dice, rest } = site;
  const isFalling = dice.chance(0.2);
  const span = [20, 20, 3, 0.01][dice.below(4)]!;
  // Whole intervals, so that no entry opens and closes at the same potential.
  const low = (): number => round(rest + dice.between(-4, 4));
  const high = (): number => round(rest + (isFalling ? -1 : 1) * (5 + dice.between(0.5, 1) * span));
  return {
    [`max_conductance${suffix}`]: fill(() =>
      dice.chance(site.withZeros ? 0.3 : 0.05) ? 0 : round(site.g * dice.between(0.1, 1)),
    ),
    [`reversal_potential${suffix}`]: fill(() => round(rest + dice.between(-90, 110))),
    [`e_lo${suffix}`]: fill(low),
    [`e_hi${suffix}`]: fill(high),
  };
}

function spikingParams(site: Site, fill: Fill, suffix: string): SnsParams {
  const { dice, rest } = site;
  const isDelayed = dice.chance(0.6);
  const longest = dice.chance(0.1) ? 60 : 13;
  return {
    [`max_conductance${suffix}`]: fill(() =>
      site.withZeros && dice.chance(0.3) ? 0 : round(site.g * dice.between(0.1, 2)),
    ),
    [`reversal_potential${suffix}`]: fill(() => round(rest + dice.between(-90, 190))),
    [`time_constant${suffix}`]: fill(() => round(dice.between(0.4, 8))),
    [`transmission_delay${suffix}`]: fill(() => (isDelayed ? dice.below(longest) : 0)),
  };
}

function paramsOf(site: Site, isSpiking: boolean, fill: Fill, suffix: string): SnsParams {
  if (!isSpiking) return gradedParams(site, fill, suffix);
  return withIncrement(site.dice, spikingParams(site, fill, suffix), suffix);
}

/** An increment left out, equal to the conductance, smaller or larger. */
function withIncrement(dice: Dice, params: SnsParams, suffix: string): SnsParams {
  const factor = [1, 0.3, 0.05, 2][dice.below(4)]!;
  if (dice.chance(0.4)) return params;
  const scale = (value: SnsValue): SnsValue =>
    typeof value === "number"
      ? round(value * factor)
      : (value as readonly number[]).map((each) => scale(each) as number);
  const increment = scale(params[`max_conductance${suffix}`]!);
  return { ...params, [`conductance_increment${suffix}`]: increment };
}

/** Each parameter sometimes the same for all synapses. */
function oftenEqual(dice: Dice, fill: Fill): Fill {
  return (draw) => {
    const value = draw();
    return fill(dice.chance(0.3) ? () => value : draw);
  };
}

/** Which entries of a matrix may be synapses: any, few, a diagonal, a triangle, a row or a column. */
function masked(dice: Dice, params: SnsParams): SnsParams {
  const some = dice.below(3);
  const masks: ((row: number, column: number) => boolean)[] = [
    () => true,
    () => dice.chance(0.15),
    (row, column) => row === column,
    (row, column) => row > column,
    (row) => row === some,
    (_, column) => column === some,
  ];
  const mask = masks[dice.chance(0.4) ? 0 : dice.below(masks.length)]!;
  const max_conductance = gridIn(params, "max_conductance").map((values, row) =>
    values.map((value, column) => (mask(row, column) ? value : 0)),
  );
  return { ...params, max_conductance };
}

function grid(rows: number, columns: number): Fill {
  return (draw) => Array.from({ length: rows }, () => Array.from({ length: columns }, draw));
}

/**
 * A flat list for a row of neurons, a grid otherwise. Of a single tap only where SNS-Toolbox can
 * run it: it means all-to-all there.
 */
function kernelFill(dice: Dice, shape: readonly number[], isSpiking: boolean): Fill {
  const odd = (length: number): number => 1 + 2 * dice.below(Math.min(3, length) + 1);
  if (shape.length === 1) {
    const length = Math.max(3, odd(shape[0]!));
    return (draw) => Array.from({ length }, draw);
  }
  const [rows, columns] = [odd(shape[0]!), odd(shape[1]!)];
  return grid(rows, isSpiking && rows === 1 && columns === 1 ? 3 : columns);
}

/** A connection without its place. */
export type Made = Pick<SnsConnection, "type" | "params">;

function randomSynapse(
  dice: Dice,
  source: SnsPopulation,
  destination: SnsPopulation,
  isSpiking: boolean,
): Made {
  const rest = numberIn(source.params, "resting_potential");
  const [columns, rows] = [sizeOf(source), sizeOf(destination)];
  const isSameShape = String(source.shape) === String(destination.shape);
  const prefix = isSpiking ? "Spiking" : "NonSpiking";
  if (isSameShape && columns > 1 && dice.chance(0.5)) {
    const site = { dice, rest, g: 0.2, withZeros: true };
    const fill = oftenEqual(dice, kernelFill(dice, source.shape, isSpiking));
    const params = paramsOf(site, isSpiking, fill, "_kernel");
    return { type: `${prefix}PatternConnection`, params };
  }
  if (dice.chance(0.4)) {
    const site = { dice, rest, g: 1 / columns, withZeros: dice.chance(0.7) };
    const params = masked(
      dice,
      paramsOf(site, isSpiking, oftenEqual(dice, grid(rows, columns)), ""),
    );
    return { type: `${prefix}MatrixConnection`, params };
  }
  const params = paramsOf({ dice, rest, g: 1, withZeros: false }, isSpiking, (draw) => draw(), "");
  return { type: `${prefix}Synapse`, params };
}

function randomElectrical(dice: Dice): Made {
  const conductance = dice.chance(0.05) ? 0 : round(dice.between(0.02, 0.6));
  return { type: "ElectricalSynapse", params: { conductance, rect: dice.chance(0.5) } };
}

/** A connection type with parameters that fit two populations. */
export function randomType(
  dice: Dice,
  from: SnsPopulation,
  to: SnsPopulation,
  spiking: boolean,
): Made {
  if (dice.chance(0.25)) return randomElectrical(dice);
  return randomSynapse(dice, from, to, spiking && dice.chance(0.5));
}

/** A few for each population, a good part of them on pairs that are connected already. */
export function randomConnections(
  dice: Dice,
  populations: readonly SnsPopulation[],
  spiking: boolean,
): SnsConnection[] {
  const connections: SnsConnection[] = [];
  for (let left = dice.below(8 + 2 * populations.length); left > 0; left--) {
    let source = dice.below(populations.length);
    let destination = dice.below(populations.length);
    const last = connections[connections.length - 1];
    if (last !== undefined && dice.chance(0.3)) {
      const isBackwards = dice.chance(0.3);
      source = isBackwards ? last.destination : last.source;
      destination = isBackwards ? last.source : last.destination;
    }
    const [from, to] = [populations[source]!, populations[destination]!];
    const made = randomType(dice, from, to, spiking);
    const name = dice.chance(0.5) ? "Connection" : `c${left}`;
    connections.push({ name, ...made, source, destination });
  }
  return connections;
}
