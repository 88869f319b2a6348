// Random sequences of valid and invalid calls leave a consistent network.

import fc from "fast-check";
import { MyelinError } from "../../../src/errors.js";
import { flatten } from "../../../src/lower/flatten.js";
import { applySnsPairs } from "../../../src/lower/sns-pairs.js";
import { edgeCount, valueCount } from "../../../src/network/connectivity.js";
import type { ConnectionOptions, NetworkBase } from "../../../src/network/network.js";
import type { FlatNetwork } from "../../../src/network/types.js";
import {
  firing,
  gap,
  graded,
  leaky,
  matrix,
  net,
  numbers,
  other,
  pattern,
  spiking,
} from "./fixtures.js";

type Call = (network: NetworkBase) => unknown;

const types = fc.constantFrom(leaky, firing, other);
const index = fc.oneof(
  fc.integer({ min: -1, max: 6 }),
  fc.constantFrom("a", "b", "leaky", "inner/a", "nothing"),
);
const name = fc.option(fc.constantFrom("a", "b", "c", "", "a/b"), { nil: undefined });
const options = <T extends object>(more: T, given: string | undefined): T =>
  given === undefined ? more : { ...more, name: given };
const shape = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constantFrom([2, 2], [3], [1, 3], [0]));
const synapse = fc.oneof(
  fc.constantFrom(graded(), spiking(), gap(), graded({}, pattern(3)), graded({}, pattern(1))),
  fc.constantFrom(
    graded({}, matrix(2, 2)),
    graded({ conductance: numbers(1, 2, 0, 4) }, matrix(2, 2)),
  ),
  fc.constantFrom(
    graded({ conductance: numbers(1, 2) }),
    spiking({ reversal: numbers(1, 2, 3) }, pattern(3)),
  ),
);
const connectivity = fc.constantFrom<ConnectionOptions>(
  {},
  { connectivity: "all-to-all" },
  { connectivity: "one-to-one" },
  { connectivity: { sources: [0, 1], targets: [1, 0] } },
);

function inner(): NetworkBase {
  const network = net({ name: "inner" });
  network.addPopulation(leaky, 2, { name: "a" });
  network.addConnection(graded(), 0, 0, { name: "c" });
  network.addInput(0);
  network.addOutput(0);
  return network;
}

const call: fc.Arbitrary<Call> = fc.oneof(
  fc.record({ types, shape, name }).map(
    (of): Call =>
      (n) =>
        n.addPopulation(of.types, of.shape, options({}, of.name)),
  ),
  fc.record({ synapse, from: index, to: index, name, connectivity }).map(
    (of): Call =>
      (n) =>
        n.addConnection(of.synapse, of.from, of.to, options(of.connectivity, of.name)),
  ),
  fc.record({ index, size: fc.integer({ min: 0, max: 4 }), name }).map(
    (of): Call =>
      (n) =>
        n.addInput(of.index, options({ size: of.size }, of.name)),
  ),
  fc.record({ index, spiking: fc.boolean(), name }).map(
    (of): Call =>
      (n) =>
        n.addOutput(of.index, options({ spiking: of.spiking }, of.name)),
  ),
  fc.record({ name }).map(
    (of): Call =>
      (n) =>
        n.addNetwork(inner(), options({}, of.name)),
  ),
);

function expectConsistent({ populations, connections, inputs, outputs }: FlatNetwork): void {
  const parts = [...populations, ...connections].map((part) => part.name);
  for (const names of [parts, inputs.map((each) => each.name), outputs.map((each) => each.name)]) {
    expect(new Set(names).size).toBe(names.length);
  }
  for (const { source, target, connectivity: joins, values } of connections) {
    const ends = [populations[source]!, populations[target]!] as const;
    expect(edgeCount(joins, ...ends)).toBeLessThanOrEqual(ends[0].size * ends[1].size + 2);
    for (const value of values.values()) {
      if (typeof value === "object") expect(value.length).toBe(valueCount(joins, ...ends));
    }
  }
  for (const { target, size, port } of inputs) {
    expect([1, populations[target]!.size]).toContain(size);
    expect(populations[target]!.type.model.inputs.map((each) => each.symbol)).toContain(port);
  }
  for (const { source } of outputs) expect(populations[source]).toBeDefined();
}

test.each([undefined, "sns-toolbox"] as const)(
  "any calls leave a consistent network (compat %s)",
  (compat) => {
    fc.assert(
      fc.property(fc.array(call, { maxLength: 25 }), (calls) => {
        const network = net(compat === undefined ? {} : { compat });
        for (const each of calls) {
          const before = network.summary();
          try {
            each(network);
            expect(network.summary()).not.toBe(before);
          } catch (error) {
            if (!(error instanceof MyelinError)) throw error;
            expect(network.summary()).toBe(before);
          }
        }
        const flat = flatten(network);
        expectConsistent(flat);
        expectConsistent(applySnsPairs(flat));
        expect(network.copy().summary()).toBe(network.summary());
        const outer = net(compat === undefined ? {} : { compat });
        outer.addNetwork(network);
        expect(outer.synapseCount).toBe(network.synapseCount);
        expectConsistent(flatten(outer));
      }),
      { numRuns: 150 },
    );
  },
);
