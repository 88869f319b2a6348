// Documents that strangers might write: valid ones with something changed, from a seed. Invariant: the
// same seed gives the same text.

import { Dice } from "./random-program.js";

type Json = unknown;
type Holder = Record<string, Json> | Json[];

const deep = (levels: number): Json => (levels === 0 ? 1 : [deep(levels - 1)]);

/** Values that readers trip over. */
const hostile: readonly Json[] = [
  ...[null, true, false, 0, -1, 1, 2, 1.5, 1e15, 2 ** 31, 2 ** 53, -1e308, 1e308, 5e-324],
  ...["", " ", "x", "-0", "NaN", "Infinity", "inf", "-inf", "nan mV", "1e999 mV", "20 pA", "5 ms"],
  ...["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "length", "then"],
  ...["a/b", "/", "//", "a\u0000b", "\ud800", "\u2028", "$", "$.x", "[0]", "x".repeat(2_000)],
  ...["all-to-all", "one-to-one", "matrix", "pattern", "probability", "spikes", "V", "I"],
  ...["neurons.nonSpiking", "neurons.spiking", "channels.gated", "synapses.spiking", "neurons."],
  ...["synapses.electrical", "neurons.toString", "sns-toolbox", "red", "url(x)", "#12"],
  ...["V = ", "dV/dt = V", "x = x", "V += 1e999", "((((", "exp(exp(V))", "V ^ V ^ V", "1/0", "t"],
  ...[[], {}, [[]], [[1], [1, 2]], [1, 2, 3], [1, "x"], ["-0"], [true, false], [null], deep(5)],
  ...[deep(70), { toString: 1, valueOf: 2 }, { length: 1e9 }, { V: 1 }, { V: [1, 2] }],
  ...[{ rule: "matrix" }, { rule: "pattern", kernel: [1e15 + 1] }, { rule: "pattern", kernel: [] }],
  ...[{ rule: "probability", probability: 0.1, seed: 1 }, { rule: {} }, { rule: "one-to-one" }],
  ...["fixed-probability", "fixed-in-degree", "fixed-out-degree", "fixed-total-number"],
  ...[{ rule: "fixed-probability", probability: 0.5, seed: 2 ** 32 - 1 }],
  ...[{ rule: "fixed-in-degree", inDegree: 2, allowMultapses: false, allowSelfConnections: false }],
  ...[
    { rule: "fixed-total-number", number: 1e9 },
    { rule: "fixed-out-degree", outDegree: 1e5 },
  ],
  ...[
    { rule: "all-to-all", allowSelfConnections: false },
    { start: [0, 1], targets: [0] },
  ],
  ...[
    { sources: [0], targets: [0] },
    { sources: [], targets: [] },
    { sources: [1e9], targets: [0] },
  ],
  ...[{ arrays: "a.bin" }, { arrays: "../a" }, { arrays: "a.bin", type: "int32", length: 1e15 }],
  ...[{ arrays: "a.bin", type: "uint8", offset: 3 }, { arrays: "constructor" }, { arrays: 1 }],
  ...[
    [1e15],
    [1e8, 1e8],
    [65_536, 32_768],
    [65_536, 32_767],
    2_147_483_647,
    new Array(1001).fill(1),
  ],
];

/** Keys that documents know, and some that none should. */
const keys: readonly string[] = [
  ...["myelin", "version", "name", "compat", "models", "populations", "connections", "inputs"],
  ...["outputs", "networks", "model", "parameters", "channels", "shape", "initialValue", "color"],
  ...["source", "target", "connectivity", "showLabel", "synapseName", "size", "port", "variable"],
  ...[
    "rule",
    "kernel",
    "sources",
    "targets",
    "arrays",
    "type",
    "offset",
    "length",
    "first",
    "count",
  ],
  ...["probability", "inDegree", "outDegree", "number", "seed", "projection", "start"],
  ...["allowSelfConnections", "allowMultapses"],
  ...["doc", "params", "state", "requires", "units", "integrate", "quirks", "equations", "output"],
  ...["symbol", "default", "min", "above", "unit", "initial", "spike", "reset", "refractory"],
  ...["__proto__", "constructor", "prototype", "toString", "x", "", "nmae", "maxConductance", "0"],
];

/** Pieces of text that break the form of JSON, or repeat keys. */
const pieces: readonly string[] = [
  ...[",", ":", "{", "}", "[", "]", '"', "\\", "\n", " ", "\u0000", "NaN", "-Infinity", "1e999"],
  ...["null", "01", "+1", ".5", "'x'", "// x\n", "/* x */", '"__proto__":1,', '"name":"a",'],
  ...['"name":"a","name":"b",', '"\\u006eame":"c",', "[".repeat(200), "{}", "undefined", "\ufeff"],
];

/** A copy. Not by structuredClone(), which keeps memory for as long as no event is waited for. */
const cloned = (value: Json): Json => JSON.parse(JSON.stringify(value ?? null)) as Json;
const pick = <T>(dice: Dice, list: readonly T[]): T => list[dice.below(list.length)]!;
const isHolder = (value: Json): value is Holder => typeof value === "object" && value !== null;

interface Place {
  readonly holder: Holder;
  readonly key: string;
}

/** Every value inside a document with the object or list that holds it. */
function placesIn(value: Json, found: Place[] = []): Place[] {
  if (!isHolder(value)) return found;
  for (const key of Object.keys(value)) {
    found.push({ holder: value, key });
    placesIn((value as Record<string, Json>)[key], found);
  }
  return found;
}

const valueAt = ({ holder, key }: Place): Json => (holder as Record<string, Json>)[key];

/** Sets an own key, also one that assigning would treat specially. */
function put(holder: Holder, key: string, value: Json): void {
  Object.defineProperty(holder, key, {
    ...{ value, enumerable: true, configurable: true, writable: true },
  });
}

function remove({ holder, key }: Place): void {
  if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else Reflect.deleteProperty(holder, key);
}

function mutateText(dice: Dice, text: string): string {
  const at = dice.below(text.length + 1);
  const to = Math.min(text.length, at + dice.below(4));
  return text.slice(0, at) + pick(dice, ["", "x", " ", "+", "(", "/", "0", "V"]) + text.slice(to);
}

function mutateNumber(dice: Dice, value: number): number {
  return pick(dice, [-value, value + 1, value - 1, value * 10, value / 3, 0, 1e15, 1e300, -0.5]);
}

const changes: readonly ((dice: Dice, place: Place, all: readonly Place[]) => void)[] = [
  (dice, { holder, key }) => put(holder, key, pick(dice, hostile)),
  (_dice, place) => remove(place),
  (dice, place) => {
    if (Array.isArray(place.holder)) return;
    const value = valueAt(place);
    remove(place);
    put(place.holder, pick(dice, keys), value);
  },
  (dice, { holder }) => {
    if (!Array.isArray(holder)) put(holder, pick(dice, keys), pick(dice, hostile));
  },
  (_dice, { holder, key }) => {
    if (Array.isArray(holder)) holder.push(cloned(holder[Number(key)]));
  },
  (dice, place, all) => put(place.holder, place.key, cloned(valueAt(pick(dice, all)))),
  (dice, place) => {
    const value = valueAt(place);
    if (typeof value === "number") put(place.holder, place.key, mutateNumber(dice, value));
    if (typeof value === "string") put(place.holder, place.key, mutateText(dice, value));
  },
];

function breakText(dice: Dice, text: string): string {
  const at = dice.below(text.length + 1);
  const to = Math.min(text.length, at + dice.below(30));
  switch (dice.below(5)) {
    case 0:
      return text.slice(0, at) + text.slice(to);
    case 1:
      return text.slice(0, at) + text.slice(at, to) + text.slice(at);
    case 2:
      return text.slice(0, at);
    case 3:
      return text.slice(0, at) + String.fromCharCode(dice.below(300)) + text.slice(at + 1);
    default:
      return text.slice(0, at) + pick(dice, pieces) + text.slice(at);
  }
}

/** A document of these as JSON text, with one to three changes of its values or of its text. */
export function mutant(seed: number, documents: readonly Json[]): string {
  const dice = new Dice(seed);
  // The first numbers of neighbouring seeds are alike.
  for (let i = 0; i < 5; i += 1) dice.next();
  const document = cloned(pick(dice, documents));
  const places = placesIn(document);
  const count = 1 + dice.below(3);
  const isText = dice.chance(0.3);
  if (isText) {
    let text = JSON.stringify(document);
    for (let i = 0; i < count; i += 1) text = breakText(dice, text);
    return text;
  }
  for (let i = 0; i < count; i += 1) pick(dice, changes)(dice, pick(dice, places), places);
  return JSON.stringify(document);
}
