// Documents that are wrong as a whole, keys that are refused anywhere, and wrong use of the calls.

import { MyelinError, Network, neurons } from "../../../src/index.js";
import { errorOf } from "../network/fixtures.js";
import { base, cells, definition, population, synapse, testRefusals, whole } from "./refused.js";
import type { Json, Row } from "./refused.js";

const heads: readonly Row[] = [
  ["null", null, "wrong-kind", "$", "got null, allowed a network document"],
  ["a number", 5, "wrong-kind", "$", "got 5"],
  ["a list", [], "wrong-kind", "$", "got an array of 0"],
  ["bytes", new Uint8Array(3), "wrong-kind", "$", 'readFileSync(path, "utf8")'],
  ["another kind of file", {}, "not-a-document", "$.myelin", 'got undefined, allowed "network"'],
  [
    "a later version",
    { ...base, version: 2 },
    "unsupported-version",
    "$.version",
    "got 2, allowed 1",
  ],
  [
    "an unknown key",
    whole({ conections: [] }),
    "unknown-key",
    "$.conections",
    'Did you mean "connections"',
  ],
  ["a list that is none", whole({ inputs: {} }), "wrong-kind", "$.inputs", "allowed a list"],
  ["a name that is none", whole({ name: 5 }), "wrong-kind", "$.name", "got 5"],
  ["a name with a slash", whole({ name: "a/b" }), "bad-name", "$.name", 'must not contain "/"'],
  ["another system", whole({ compat: "nest" }), "unknown-name", "$.compat", '"sns-toolbox"'],
  [
    "an unknown oddity",
    whole({ compat: { timeFactor: true } }),
    "unknown-name",
    "$.compat",
    "timeFactorG",
  ],
  [
    "an oddity that is text",
    whole({ compat: { snsOrder: "yes" } }),
    "wrong-kind",
    "$.compat.snsOrder",
    "true or false",
  ],
  [
    "too many entries",
    whole({ outputs: new Array(1_000_001) }),
    "too-large",
    "$.outputs",
    "got 1000001, allowed at most 1000000",
  ],
];

testRefusals("documents that are refused", heads);

test.each(["__proto__", "constructor", "prototype"])("%s is refused as a key anywhere", (key) => {
  const text = JSON.stringify({
    ...base,
    compat: { timeFactorG: true },
    models: { "neurons.mine": definition },
    connections: [
      { ...synapse, parameters: { maxConductance: 1 }, connectivity: { rule: "all-to-all" } },
    ],
    populations: [
      { ...cells, parameters: { bias: 0 }, initialValue: { V: 0 } },
      base.populations[0],
    ],
    inputs: [{ target: 0 }],
    outputs: [{ source: 0 }],
    networks: [{ name: "n", first: 0, count: 1 }],
  });
  expect(() => Network.fromDocument(text)).not.toThrow();
  const places = [...text.matchAll(/\{/g)].map(({ index }) => index + 1);
  expect(places.length).toBeGreaterThan(15);
  for (const at of places) {
    const rest = text.slice(at);
    const more = rest.startsWith("}") ? "" : ",";
    for (const value of ["1", '{"polluted":1}']) {
      const changed = `${text.slice(0, at)}"${key}":${value}${more}${rest}`;
      const error = errorOf(() => Network.fromDocument(changed));
      expect(error).toBeInstanceOf(MyelinError);
      expect(error.code).toMatch(/^(reserved-name|unknown-name)$/);
    }
  }
  expect(({} as Json)["polluted"]).toBeUndefined();
});

test("options of fromDocument and toDocument are checked", () => {
  const loose = (options: object): never => options as never;
  const codes = [
    () => Network.fromDocument(base, loose({ array: 1 })),
    () => Network.fromDocument(base, loose({ arrays: {} })),
    () => new Network().toDocument(loose({ arrays: 5 })),
    () => new Network().toDocument(loose({ short: true })),
  ].map((call) => errorOf(call).code);
  expect(codes).toEqual(["unknown-name", "wrong-kind", "wrong-kind", "unknown-name"]);
});

test("objects of data from code have a limit of keys, too", () => {
  const parameters = Object.fromEntries(Array.from({ length: 100_001 }, (_, i) => [`k${i}`, 0]));
  const error = errorOf(() => Network.fromDocument(population({ parameters })));
  expect(error.code).toBe("too-large");
  expect(error.where).toBe("$.populations[0].parameters");
});

test("long keys are shortened in paths", () => {
  const error = errorOf(() => Network.fromDocument(whole({ ["x".repeat(1_000)]: 1 })));
  expect(error.where).toBe(`$["${"x".repeat(100)}..."]`);
});

test("what cannot be written is refused while writing", () => {
  const net = new Network();
  net.addPopulation(neurons.nonSpiking(), new Array<number>(1001).fill(1), { name: "tall" });
  const error = errorOf(() => net.toDocument());
  expect(error.code).toBe("too-large");
  expect(error.where).toBe("tall.shape");
});

test("lists inside lists that data from code makes endless are refused", () => {
  const endless: unknown[] = [];
  endless.push(endless);
  expect(
    errorOf(() => Network.fromDocument(population({ parameters: { bias: endless } }))).code,
  ).toBe("too-deep");
  const wide = Array.from({ length: 60 }).reduce<unknown>((inner) => [inner, inner], 1);
  expect(errorOf(() => Network.fromDocument(population({ parameters: { bias: wide } }))).code).toBe(
    "too-large",
  );
});
