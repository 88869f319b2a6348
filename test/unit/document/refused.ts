// Documents with one thing wrong, and the check that each is refused at its place, with what was given,
// what is allowed and what to do.

import { LoadError, Network, ValidationError } from "../../../src/index.js";
import { errorOf } from "../network/fixtures.js";

export type Json = Readonly<Record<string, unknown>>;

export const cells = { name: "cells", model: "neurons.spiking", shape: [2, 3] };
export const base = {
  ...{ myelin: "network", version: 1 },
  populations: [{ name: "a", model: "neurons.nonSpiking" }, cells],
};
export const synapse = { model: "synapses.nonSpiking", source: "a", target: "cells" };
export const definition = {
  doc: "for tests",
  params: { gain: { symbol: "k", default: 2, doc: "gain" } },
  state: { x: { initial: 0, doc: "value" } },
  inputs: { I: { doc: "sum" } },
  equations: "x = k * I",
  output: "x",
};

export const whole = (parts: Json): Json => ({ ...base, ...parts });
export const population = (parts: Json): Json =>
  whole({ populations: [{ model: "neurons.nonSpiking", ...parts }] });
export const connection = (parts: Json): Json => whole({ connections: [{ ...synapse, ...parts }] });
export const input = (parts: Json): Json => whole({ inputs: [{ target: "a", ...parts }] });
export const output = (parts: Json): Json => whole({ outputs: [{ source: "a", ...parts }] });
export const model = (parts: Json, path = "neurons.mine"): Json =>
  whole({ models: { [path]: { ...definition, ...parts } } });
export const matrix = (maxConductance: unknown): Json =>
  connection({ connectivity: "matrix", parameters: { maxConductance } });
export const huge = { name: "huge", model: "neurons.nonSpiking", shape: 2 ** 31 - 1 };

export type Row = readonly [
  name: string,
  document: unknown,
  code: string,
  where: string,
  says: string,
];

/** Every row is one document, and what its error says. */
export function testRefusals(title: string, rows: readonly Row[]): void {
  describe(title, () => {
    test.each(rows)("%s", (_name, document, code, where, says) => {
      const error = errorOf(() => Network.fromDocument(document));
      expect(error.constructor === LoadError || error.constructor === ValidationError).toBe(true);
      expect({ code: error.code, where: error.where }).toEqual({ code, where });
      expect(error.message).toContain(says);
    });
  });
}
