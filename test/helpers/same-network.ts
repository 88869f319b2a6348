// Comparing a network with one that was read from its document.

import { Network } from "../../src/index.js";
import type { Connection } from "../../src/index.js";
import { printProgram } from "../../src/ir/print.js";
import { flatten } from "../../src/lower/flatten.js";
import { lower } from "../../src/lower/lower.js";

/** Writes a network as JSON text and reads it again. */
export const throughText = (net: Network): Network =>
  Network.fromDocument(JSON.stringify(net.toDocument()));

const settings = {
  ...{ dt: 0.1, precision: "float64" as const, seed: 1, batch: 1, perCopy: [], tunable: [] },
  debug: { channels: new Set<string>(), sink: () => {} },
} as const;

function programOf(net: Network, optimize: "none" | "default") {
  return lower(flatten(net), { ...settings, optimize });
}

/** A connection without the note which parameters were given: documents give all of them. */
const comparable = (connection: Connection): unknown => {
  const { synapse, ...rest } = connection;
  return { ...rest, synapse: { ...synapse, given: undefined, model: synapse.model.definition } };
};

const typesOf = ({ populations }: Network): unknown =>
  populations.map(({ type, ...rest }) => ({
    ...rest,
    model: type.model.definition,
    values: type.values,
    channels: type.channels.map((each) => ({ ...each, model: each.model.definition })),
  }));

/** Fails unless both networks have the same parts and compile to the same Programs. */
export function expectSameNetwork(got: Network, wanted: Network): void {
  expect(got.summary()).toBe(wanted.summary());
  expect(got.quirks).toEqual(wanted.quirks);
  expect(typesOf(got)).toEqual(typesOf(wanted));
  expect(got.connections.map(comparable)).toEqual(wanted.connections.map(comparable));
  expect(got.inputs).toEqual(wanted.inputs);
  expect(got.outputs).toEqual(wanted.outputs);
  expect(got.networks).toEqual(wanted.networks);
  expect(JSON.stringify(got.toDocument())).toBe(JSON.stringify(wanted.toDocument()));
  for (const optimize of ["none", "default"] as const) {
    const [one, two] = [programOf(got, optimize), programOf(wanted, optimize)];
    expect(printProgram(one.program)).toBe(printProgram(two.program));
    expect(one.program.arrays).toEqual(two.program.arrays);
    expect(one.warnings).toEqual(two.warnings);
  }
}
