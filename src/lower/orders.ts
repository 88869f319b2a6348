// The step conventions by name: in which order the phases of a time step run. Invariant: the only
// place that decides order; docs/timestep.md writes the same lists down line by line.

/**
 * Phases of a step. `clear` empties the sums, `deliver` runs arriving spikes over their synapses,
 * `currents` sums graded synapses and inputs, `update` advances neurons and tests the threshold,
 * `synapses` advances synaptic states, `emit` pushes spikes into delay rings.
 */
export type Phase =
  | "clear"
  | "deliver"
  | "currents"
  | "channels"
  | "update"
  | "synapses"
  | "reset"
  | "emit"
  | "plasticity"
  | "outputs"
  | "record";

/** Inputs are given before the first phase of every convention. */
export const orders = {
  default: [
    "deliver",
    "clear",
    "currents",
    "channels",
    "update",
    "synapses",
    "reset",
    "emit",
    "plasticity",
    "outputs",
    "record",
  ],
  sns: [
    "synapses",
    "clear",
    "currents",
    "channels",
    "update",
    "emit",
    "deliver",
    "reset",
    "plasticity",
    "outputs",
    "record",
  ],
  auryn: [
    "clear",
    "currents",
    "channels",
    "update",
    "reset",
    "emit",
    "deliver",
    "synapses",
    "plasticity",
    "outputs",
    "record",
  ],
  brian2: [
    "clear",
    "currents",
    "channels",
    "update",
    "synapses",
    "emit",
    "deliver",
    "plasticity",
    "reset",
    "outputs",
    "record",
  ],
  nest: [
    "clear",
    "currents",
    "channels",
    "update",
    "reset",
    "synapses",
    "emit",
    "deliver",
    "plasticity",
    "outputs",
    "record",
  ],
  nengo: [
    "clear",
    "currents",
    "channels",
    "update",
    "reset",
    "emit",
    "outputs",
    "record",
    "deliver",
    "synapses",
    "plasticity",
  ],
} as const satisfies Record<string, readonly Phase[]>;

export type OrderName = keyof typeof orders;
export const orderNames = Object.keys(orders) as readonly OrderName[];
