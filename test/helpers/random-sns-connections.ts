// Random connections of every type the case format knows, over given populations: pairs connected
// several times, both ways and with themselves, zero entries, delays, kernels of all odd sizes.

import type { Dice } from "./random-program.js";
import { round } from "./random-sns-numbers.js";
import { numberIn, sizeOf } from "./sns-types.js";
import type { SnsConnection, SnsParams, SnsPopulation } from "./sns-types.js";

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
  const span = dice.chance(0.5) ? 20 : 3;
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
  return {
    [`max_conductance${suffix}`]: fill(() =>
      site.withZeros && dice.chance(0.3) ? 0 : round(site.g * dice.between(0.1, 2)),
    ),
    [`reversal_potential${suffix}`]: fill(() => round(rest + dice.between(-90, 190))),
    [`time_constant${suffix}`]: fill(() => round(dice.between(0.4, 8))),
    [`transmission_delay${suffix}`]: fill(() => (isDelayed ? dice.below(13) : 0)),
  };
}

function paramsOf(site: Site, isSpiking: boolean, fill: Fill, suffix: string): SnsParams {
  return isSpiking ? spikingParams(site, fill, suffix) : gradedParams(site, fill, suffix);
}

/** An increment left out, equal to the conductance, smaller or larger. */
function withIncrement(dice: Dice, params: SnsParams): SnsParams {
  const g = numberIn(params, "max_conductance");
  const increments = [null, g, round(g * 0.3), round(g * 0.05), g * 2];
  const conductance_increment = increments[dice.below(increments.length)]!;
  return conductance_increment === null ? params : { ...params, conductance_increment };
}

function grid(rows: number, columns: number): Fill {
  return (draw) => Array.from({ length: rows }, () => Array.from({ length: columns }, draw));
}

/** A flat list for a row of neurons, a grid otherwise; never of a single tap. */
function kernelFill(dice: Dice, shape: readonly number[]): Fill {
  const odd = (length: number): number => 1 + 2 * dice.below(Math.min(3, length) + 1);
  if (shape.length === 1) {
    const length = Math.max(3, odd(shape[0]!));
    return (draw) => Array.from({ length }, draw);
  }
  const [rows, columns] = [odd(shape[0]!), odd(shape[1]!)];
  return grid(rows, rows === 1 && columns === 1 ? 3 : columns);
}

type Made = Pick<SnsConnection, "type" | "params">;

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
  const kind = dice.below(4);
  if (kind === 0 && isSameShape && columns > 1) {
    const site = { dice, rest, g: 0.2, withZeros: true };
    const params = paramsOf(site, isSpiking, kernelFill(dice, source.shape), "_kernel");
    return { type: `${prefix}PatternConnection`, params };
  }
  if (kind === 1) {
    const site = { dice, rest, g: 1 / columns, withZeros: dice.chance(0.7) };
    const params = paramsOf(site, isSpiking, grid(rows, columns), "");
    return { type: `${prefix}MatrixConnection`, params };
  }
  const params = paramsOf({ dice, rest, g: 1, withZeros: false }, isSpiking, (draw) => draw(), "");
  return { type: `${prefix}Synapse`, params: isSpiking ? withIncrement(dice, params) : params };
}

function randomElectrical(dice: Dice): Made {
  const conductance = dice.chance(0.05) ? 0 : round(dice.between(0.02, 0.6));
  return { type: "ElectricalSynapse", params: { conductance, rect: dice.chance(0.5) } };
}

/** Up to a dozen connections; a good part of them on pairs that are connected already. */
export function randomConnections(
  dice: Dice,
  populations: readonly SnsPopulation[],
  spiking: boolean,
): SnsConnection[] {
  const connections: SnsConnection[] = [];
  for (let left = dice.below(11); left > 0; left--) {
    let source = dice.below(populations.length);
    let destination = dice.below(populations.length);
    const last = connections[connections.length - 1];
    if (last !== undefined && dice.chance(0.3)) {
      const isBackwards = dice.chance(0.3);
      source = isBackwards ? last.destination : last.source;
      destination = isBackwards ? last.source : last.destination;
    }
    const [from, to] = [populations[source]!, populations[destination]!];
    const made = dice.chance(0.25)
      ? randomElectrical(dice)
      : randomSynapse(dice, from, to, spiking && dice.chance(0.5));
    const name = dice.chance(0.5) ? "Connection" : `c${left}`;
    connections.push({ name, ...made, source, destination });
  }
  return connections;
}
