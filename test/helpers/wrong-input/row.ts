// One case of wrong input: what is done, and what the error has to say; and what it is done to.

import { Network, neurons, synapses } from "../../../src/index.js";
import type { Model, MyelinError } from "../../../src/index.js";

/** Arguments that have a wrong type on purpose. */
export const loose = (value: unknown) => value as never;

export interface Fixture {
  readonly net: Network;
  readonly model: Model;
}
export interface Wrong {
  readonly what: string;
  readonly does: (on: Fixture) => unknown;
  readonly code: string;
  /** Parts of the message, in any order. */
  readonly says: readonly string[];
  /** Default ValidationError. */
  readonly type?: typeof MyelinError;
}

export const row = (
  what: string,
  code: string,
  says: readonly string[],
  does: Wrong["does"],
  type?: typeof MyelinError,
): Wrong => ({ what, code, says, does, ...(type === undefined ? {} : { type }) });

export const quiet = { dt: 0.1, backend: "iterative", onWarning: () => {} } as const;

/** A grid that drives two spiking cells, with one tunable parameter. */
export function network(): Network {
  const net = new Network({ name: "net" });
  net.addPopulation(neurons.nonSpiking(), [2, 3], { name: "grid" });
  net.addPopulation(neurons.spiking(), 2, { name: "cells" });
  net.addConnection(synapses.nonSpiking(), "grid", "cells", { name: "down" });
  const recurrent = synapses.spiking({ transmissionDelay: 0.2 });
  net.addConnection(recurrent, "cells", "cells", { name: "loop" });
  net.addInput("grid", { name: "in", size: 6 });
  net.addOutput("cells", { name: "out" });
  return net;
}

export async function fixture(): Promise<Fixture> {
  const net = network();
  const model = await net.compile({ ...quiet, tunable: ["cells.bias"] });
  model.runSync({ steps: 12, input: [9, 9, 9, 9, 9, 9] });
  return { net, model };
}

export function show(values: unknown): string {
  const text = (_key: string, value: unknown): unknown =>
    typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
  return JSON.stringify(values, text) ?? String(values);
}

export const above0 = "allowed > 0";
