// Documents of random networks come back as the same networks, and documents that were changed at
// random end in a network or in a typed error, soon and in little memory. MYELIN_RUNS multiplies.

import fc from "fast-check";
import { readFileSync } from "node:fs";
import { LoadError, Network, ValidationError } from "../../src/index.js";
import type { ToDocumentOptions } from "../../src/index.js";
import { everyPart, everyRule, halfCentre } from "../helpers/document-networks.js";
import { schemaProblems } from "../helpers/json-schema.js";
import { mutant } from "../helpers/mutate-document.js";
import { buildNetwork, networkPlan, runs } from "../helpers/random-network.js";
import { expectSameNetwork, throughText } from "../helpers/same-network.js";

const minutes = 60_000;
const schema = JSON.parse(readFileSync("src/document/network.schema.json", "utf8")) as Readonly<
  Record<string, unknown>
>;

/** Through text, with all lists of at least so many numbers in files beside it. */
function throughFiles(net: Network, least: number): Network {
  const files = new Map<string, Float64Array | Int32Array>();
  const options: ToDocumentOptions = { least, arrays: (name, values) => files.set(name, values) };
  const text = JSON.stringify(net.toDocument(options));
  const bytes = (name: string): Uint8Array => new Uint8Array(files.get(name)!.buffer);
  return Network.fromDocument(text, { arrays: bytes });
}

describe.each([false, true])("with the ways of SNS-Toolbox: %s", (compat) => {
  test(
    "a network that was written and read compiles to the same Program",
    () => {
      const property = fc.property(networkPlan(compat), fc.nat(4), (plan, least) => {
        const net = buildNetwork(plan);
        expectSameNetwork(throughText(net), net);
        expectSameNetwork(throughFiles(net, least), net);
        expect(schemaProblems(schema, JSON.parse(JSON.stringify(net.toDocument())))).toEqual([]);
      });
      fc.assert(property, runs(6));
    },
    5 * minutes,
  );
});

const files = new Map<string, Float64Array | Int32Array>();
const documents = [
  halfCentre().toDocument(),
  everyPart("none").toDocument(),
  everyPart("some").toDocument(),
  everyPart("all").toDocument(),
  everyRule().toDocument(),
  ...fc
    .sample(networkPlan(false), { numRuns: 4, seed: 1 })
    .map((plan) => buildNetwork(plan).toDocument()),
  everyPart("none").toDocument({ arrays: (name, values) => files.set(name, values), least: 1 }),
].map((document) => JSON.parse(JSON.stringify(document)) as unknown);

const mebi = 2 ** 20;
const longest = 100;
const arrays = (name: string) => files.get(name) ?? new ArrayBuffer(24);

interface Outcome {
  readonly network?: Network;
  readonly error?: unknown;
  /** Of the processor [ms]: others may keep the machine busy. */
  readonly time: number;
  /** [bytes] */
  readonly memory: number;
}

const usedMemory = (): number => {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

const milliseconds = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1000;

function read(text: string): Outcome {
  const before = usedMemory();
  const start = process.cpuUsage();
  const done = (): Pick<Outcome, "time" | "memory"> => ({
    time: milliseconds(process.cpuUsage(start)),
    memory: usedMemory() - before,
  });
  try {
    return { network: Network.fromDocument(text, { arrays }), ...done() };
  } catch (error) {
    return { error, ...done() };
  }
}

/** Garbage may be collected at any time: only what is slow five times is slow. */
function readPatiently(text: string): Outcome {
  let outcome = read(text);
  for (let i = 0; i < 4 && outcome.time > longest; i += 1) outcome = read(text);
  return outcome;
}

function problemWith(text: string, { network, error, time, memory }: Outcome): string | undefined {
  if (time > longest) return `took ${time} ms`;
  if (memory > 64 * mebi) return `took ${memory} bytes`;
  if (network !== undefined) {
    const problems = schemaProblems(schema, JSON.parse(text.replace(/^\ufeff/, "")));
    return problems.length === 0 ? undefined : `was read against the schema: ${problems[0]}`;
  }
  if (!(error instanceof LoadError) && !(error instanceof ValidationError)) {
    return `threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  }
  const isPlaced = /^\$(?:$|[.[])/.test(error.where);
  return isPlaced ? undefined : `names no place: ${error.message}`;
}

test(
  "a changed document gives a network or a typed error, soon and in little memory",
  () => {
    const count = Math.round(1000 * Number(process.env["MYELIN_RUNS"] ?? 1));
    const first = Number(process.env["MYELIN_SEED"]) || 1;
    const problems: string[] = [];
    let accepted = 0;
    for (let seed = first; seed < first + count && problems.length < 5; seed += 1) {
      const text = mutant(seed, documents);
      const outcome = readPatiently(text);
      const problem = problemWith(text, outcome);
      if (problem !== undefined) problems.push(`seed ${seed}: ${problem}\n${text.slice(0, 200)}`);
      else if (outcome.network !== undefined) accepted += 1;
    }
    expect(problems).toEqual([]);
    // Mutants that are all refused for one reason would test little.
    expect(accepted / count).toBeGreaterThan(0.03);
    expect(accepted / count).toBeLessThan(0.6);
  },
  30 * minutes,
);
