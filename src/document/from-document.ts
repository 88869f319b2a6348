// From a document to a network, through the same calls that users make. Invariant: whatever is given,
// the result is a network or an error of one of two classes that names the place; nothing of the
// document is executed, and no memory is taken that its size does not justify.

import { LoadError, ValidationError } from "../errors.js";
import type { Compat } from "../models/quirks.js";
import { checkOptions } from "../network/checks.js";
import { contentsOf } from "../network/network.js";
import type { NetworkBase, NetworkOptions } from "../network/network.js";
import type { ArraySource } from "./arrays.js";
import { documentLimits, documentVersion } from "./document.js";
import { parseJson } from "./json-text.js";
import { Models } from "./models.js";
import { Fields, ownKeys, ownValue, wrongKind } from "./place.js";
import { readConnection } from "./read-connection.js";
import { readPopulation } from "./read-population.js";
import { readAdded, readInput, readOutput } from "./read-port.js";
import type { Reader } from "./reader.js";
import { at } from "./relocate.js";

export interface FromDocumentOptions {
  /** Gives a file that the document names: its bytes (little-endian), or a typed array. */
  readonly arrays?: ArraySource;
  /**
   * How many synapses rules may draw in all, neurons counted with them; default 2^20. Infinity for
   * documents that are trusted.
   */
  readonly mostDrawn?: number;
}

const keys = [
  ...(["$schema", "myelin", "version", "name", "compat", "models"] as const),
  ...(["populations", "connections", "inputs", "outputs", "networks"] as const),
] as const;
type ListName = "populations" | "connections" | "inputs" | "outputs" | "networks";

const lists: readonly (readonly [
  ListName,
  (reader: Reader, where: string, entry: unknown) => void,
])[] = [
  ["populations", readPopulation],
  ["connections", readConnection],
  ["inputs", readInput],
  ["outputs", readOutput],
  ["networks", readAdded],
];

/**
 * Reads a document, as text or as plain data. Throws a LoadError where it is none or too large, and
 * a ValidationError where what it says is wrong.
 */
export function fromDocument<N extends NetworkBase>(
  make: (options: NetworkOptions) => N,
  given: unknown,
  options: FromDocumentOptions = {},
): N {
  const { source, mostDrawn } = readOptions(options);
  const document = typeof given === "string" ? parseJson(given) : given;
  checkHead(document);
  const of = new Fields("$", document, keys);
  of.text("$schema");
  const compat = of.get("compat");
  const named = {
    ...of.texts("name"),
    ...(compat === undefined ? {} : { compat: compat as Compat }),
  };
  const known = (): readonly string[] => ["new Network"];
  const network = at({ where: "$", known }, () => make(named));
  const models = new Models(of.path("models"), of.get("models"));
  const reader: Reader = { network, models, source, neurons: 0, drawn: 0, mostDrawn };
  const contents = contentsOf(network);
  contents.hasPaths = true;
  for (const [name, read] of lists) {
    of.list(name, documentLimits.entries).forEach((entry, i) => {
      read(reader, `${of.path(name)}[${i}]`, entry);
    });
  }
  contents.hasPaths = false;
  return network;
}

function readOptions(options: FromDocumentOptions): Pick<Reader, "source" | "mostDrawn"> {
  const where = "Network.fromDocument";
  checkOptions(where, options, ["arrays", "mostDrawn"]);
  const { arrays, mostDrawn = documentLimits.drawn } = options;
  if (arrays !== undefined && typeof arrays !== "function") {
    throw wrongKind(`${where}.arrays`, arrays, "a function from names to bytes or typed arrays");
  }
  if (typeof mostDrawn === "number" && mostDrawn >= 0) return { source: arrays, mostDrawn };
  throw wrongKind(`${where}.mostDrawn`, mostDrawn, "a number that is not negative");
}

/** Says first whether this is a network document at all, and of a version that can be read. */
function checkHead(document: unknown): void {
  if (ArrayBuffer.isView(document)) {
    throw new ValidationError({
      code: "wrong-kind",
      where: "$",
      problem: "a document is a text or plain data, not bytes",
      got: document,
      hint: 'Read the file as text: readFileSync(path, "utf8").',
    });
  }
  ownKeys("$", document, 'a network document: { "myelin": "network", "version": 1, ... }');
  const kind = ownValue(document, "myelin");
  if (kind !== "network") {
    throw new LoadError({
      code: "not-a-document",
      where: "$.myelin",
      problem: "this is not a network document",
      got: kind,
      allowed: '"network"',
      hint: 'A document begins with { "myelin": "network", "version": 1 }.',
    });
  }
  const version = ownValue(document, "version");
  if (version === documentVersion) return;
  throw new LoadError({
    code: "unsupported-version",
    where: "$.version",
    problem: "this version of the document cannot be read",
    got: version,
    allowed: String(documentVersion),
    hint: "Take a newer Myelin, or let it write the document again.",
  });
}
