// Ops of every kind on drawn layouts, operands and spikes. Invariant: each function adds what its op
// needs before it, and nothing else.

import { body, read, write } from "../../../src/ir/build.js";
import { edgesOf, sourcesOf, targetsOf } from "../../../src/ir/layout.js";
import type { Layout, ReduceOp, SpikeRef } from "../../../src/ir/program.js";
import { drawBody, type Scope } from "./bodies.js";
import type { Draft } from "./draft.js";
import { drawLayout, type LayoutKind, type Sizes } from "./layouts.js";

const columnNames = ["strength", "mark"];

/** Adds a map over so many elements; may emit, perhaps in two ops that fill one list. */
export function addMap(draft: Draft, count: number, emits: boolean): void {
  const { dice } = draft;
  const writesAt = count === 1 ? (["element", "one"] as const) : (["element"] as const);
  const scope: Scope = { sizes: { element: count, one: 1 }, writesAt, mayOverlap: true };
  const payload = columnNames.slice(0, dice.below(3));
  const parts = emits ? draft.pick([1, 2, 3]) : 1;
  // The parts of a list may be filled in any order.
  const places = Array.from({ length: parts }, (_, i) => i * count);
  if (dice.chance(0.5)) places.reverse();
  const length = parts * count + draft.pick([0, 2]);
  const shift = dice.below(length - parts * count + 1);
  const list = emits ? draft.array({ type: "spikes", length, payload }) : "";
  places.forEach((place, i) => {
    const drawn = drawBody(draft, scope);
    const x = draft.operand("x", { at: "element", size: count });
    const symbols = [...drawn.body.map(({ target }) => target), "x", "t"];
    const isSimple = dice.chance(0.7);
    const when = isSimple ? "fires" : draft.pick(symbols);
    const emit = {
      ...{ when, list, version: 0, append: i > 0, offset: place + shift },
      ...(payload.length > 0 && { payload: payload.map(() => draft.pick(symbols)) }),
    };
    draft.op({
      ...{ kind: "map", count, reads: [...drawn.reads, x], writes: drawn.writes },
      body: [...drawn.body, ...body(`fires = x > ${draft.pick([-5, 0.2, 1.5, 5])}`)],
      ...(emits && { emit }),
    });
  });
}

/** What an op sees of spikes. */
interface Train {
  readonly spikes: SpikeRef;
  readonly payload: readonly string[];
}

/** Adds a list of spikes, perhaps a ring of past ones, for an op that sees `count` sources. */
export function addTrain(draft: Draft, count: number, edges?: number): Train {
  const { dice } = draft;
  const payload = columnNames.slice(0, draft.pick([0, 0, 1, 2]));
  const offset = draft.pick([0, 0, 1, 3]);
  const length = offset + count + draft.pick([0, 0, 2]);
  const list = draft.array({ type: "spikes", length, payload });
  const x = draft.array({ role: "input", length });
  draft.op({
    ...{ kind: "map", count: length, reads: [read("x", `${x}@0`)], writes: [] },
    body: body(`fires = x > ${draft.pick([-100, 0, 0.5, 1.2])}; double = 2 * x; third = x / 3`),
    emit: {
      ...{ when: "fires", list, version: 0 },
      ...(payload.length > 0 && { payload: ["double", "third"].slice(0, payload.length) }),
    },
  });
  const place = offset > 0 ? { offset } : {};
  if (dice.chance(0.4)) return { spikes: { array: list, version: 0, ...place }, payload };
  const slots = 1 + dice.below(10);
  const initial = Float64Array.from({ length }, () => dice.below(2));
  const ring = draft.array({ type: "spikes", length, payload, slots, initial });
  draft.op({
    ...{ kind: "ring", from: { array: list, version: 0 }, into: { array: ring, version: 0 } },
  });
  const isPerEdge = edges !== undefined && dice.chance(0.5);
  const lag = isPerEdge ? draft.lags(edges, slots) : dice.below(slots);
  return { spikes: { array: ring, version: 0, lag, ...place }, payload };
}

function edgeScope(layout: Layout, writesAt: Scope["writesAt"]): Scope {
  const ends = { source: sourcesOf(layout), target: targetsOf(layout), one: 1 };
  const edges = edgesOf(layout);
  // All targets of a uniform layout have the one sum, and edges no values.
  if (layout.kind === "uniform") return { sizes: ends, writesAt };
  return { sizes: { ...ends, edge: edges }, edges, writesAt };
}

const columnsAt = (at: "spike" | "event", payload: readonly string[]) =>
  payload.map((column) => ({ at, column }));

/** Adds a sum over the edges of each target. */
export function addGather(draft: Draft, kind: LayoutKind, sizes: Sizes): void {
  const layout = drawLayout(draft, kind, sizes, "target");
  const plain = edgeScope(layout, ["target"]);
  const { target, ...others } = plain.sizes;
  // The one sum of a uniform layout is for no target.
  const reading = kind === "uniform" ? others : { ...others, target: target! };
  const sizesToDraw = { ...reading, target: target! };
  const drawn = drawBody(draft, { ...plain, sizes: sizesToDraw, mayOverlap: true });
  const reads = drawn.reads.filter(({ at }) => kind !== "uniform" || at !== "target");
  const lost = drawn.reads.filter((one) => !reads.includes(one));
  const instead = body(lost.map(({ symbol }) => `${symbol} = 0.5`).join("; "));
  draft.op({
    kind: "gather",
    layout,
    reads,
    body: [...instead, ...drawn.body],
    writes: drawn.writes,
  });
}

/** Adds a delivery; its edges may change what they and their targets have. */
export function addDeliver(draft: Draft, kind: LayoutKind, sizes: Sizes): void {
  const layout = drawLayout(draft, kind, sizes, "source");
  const hasEdges = kind !== "uniform";
  const scope = edgeScope(layout, hasEdges ? ["target", "edge"] : ["target"]);
  const { spikes, payload } = addTrain(draft, sourcesOf(layout), scope.edges);
  const columns = columnsAt("spike", payload);
  const drawn = drawBody(draft, { ...scope, columns, mayOverlap: true });
  draft.op({ kind: "deliver", spikes, layout, ...drawn });
}

/**
 * Adds a delivery with a delay for each edge into sums that begin at 0, and what adds them to states.
 * All that the terms are made of stays as it is in a step, but some of it can be written.
 */
export function addArrivals(draft: Draft, sizes: Sizes): void {
  const { dice } = draft;
  const layout = drawLayout(draft, "csr", sizes, "source");
  const targets = targetsOf(layout);
  const edges = edgesOf(layout);
  const { spikes, slots } = addPastTrain(draft, sourcesOf(layout));
  const lags = Int32Array.from({ length: edges }, () => dice.below(slots));
  const role = (): "parameter" | "tunable" => draft.pick(["parameter", "tunable"]);
  const w = draft.array({ role: role(), length: edges, initial: dice.values(edges, -2, 2) });
  const k = draft.array({ role: role(), initial: dice.between(-2, 2) });
  const offset = draft.pick([0, 0, 1, 3]);
  const symbols = draft.pick([["a"], ["b"], ["a", "b"]]);
  const length = offset + targets + draft.pick([0, 2]);
  const ends = symbols.map((symbol) => ({
    ...{ symbol, sum: draft.array({ role: "scratch", length }), state: draft.array({ length }) },
  }));
  const zero = draft.pick(["0", "0", "0", "-0", "0.5"]);
  draft.op({
    ...{ kind: "map", count: length, reads: [], body: body(`z = ${zero}`) },
    writes: ends.map(({ sum }) => write("z", `${sum}@0`)),
  });
  const term = draft.pick(["a = w * k; b = a - dt", "a = k; b = 0.7", "a = w; b = max(w, k)"]);
  draft.op({
    ...{ kind: "deliver", spikes: { ...spikes, lag: draft.index(lags) }, layout },
    reads: [read("w", `${w}@0`, "edge"), read("k", `${k}@0`, "one")],
    body: body(term),
    writes: ends.map(({ symbol, sum }) =>
      write(symbol, `${sum}@0`, "target", { mode: "add", ...(offset > 0 && { offset }) }),
    ),
  });
  draft.op({
    ...{ kind: "map", count: length, body: body("") },
    reads: ends.map(({ symbol, sum }) => read(symbol, `${sum}@0`)),
    writes: ends.map(({ symbol, state }) =>
      write(symbol, `${state}@0`, "element", { mode: "add" }),
    ),
  });
}

/** Adds a list of spikes and a ring of past ones. */
function addPastTrain(draft: Draft, count: number): { spikes: SpikeRef; slots: number } {
  const offset = draft.pick([0, 0, 1, 3]);
  const length = offset + count + draft.pick([0, 0, 2]);
  const x = draft.array({ role: "input", length });
  const list = draft.array({ type: "spikes", length });
  const slots = 1 + draft.dice.below(10);
  const initial = Float64Array.from({ length }, () => draft.dice.below(2));
  const ring = draft.array({ type: "spikes", length, slots, initial });
  draft.op({
    ...{ kind: "map", count: length, reads: [read("x", `${x}@0`)], writes: [] },
    body: body(`fires = x > ${draft.pick([-100, 0, 0.5, 1.2])}`),
    emit: { when: "fires", list, version: 0 },
  });
  draft.op({ kind: "ring", from: { array: list, version: 0 }, into: { array: ring, version: 0 } });
  return { spikes: { array: ring, version: 0, ...(offset > 0 && { offset }) }, slots };
}

/** Adds an update of edges, by the spikes of one end or every few steps. */
export function addEdges(
  draft: Draft,
  kind: LayoutKind,
  sizes: Sizes,
  on: "source" | "target" | "every",
): void {
  const rows = on === "every" ? draft.pick(["source", "target"] as const) : on;
  const layout = drawLayout(draft, kind, sizes, rows);
  const scope = edgeScope(layout, ["edge"]);
  if (on === "every") {
    const trigger = { on, steps: draft.pick([1, 2, 3, 5]) };
    draft.op({ kind: "edges", trigger, layout, ...drawBody(draft, scope) });
    return;
  }
  const ends = on === "source" ? sourcesOf(layout) : targetsOf(layout);
  const { spikes, payload } = addTrain(draft, ends, scope.edges);
  const drawn = drawBody(draft, { ...scope, columns: columnsAt("spike", payload) });
  draft.op({ kind: "edges", trigger: { on, spikes }, layout, ...drawn });
}

/** Adds a history of targets, what fills it and what applies it, in either order. */
export function addHistory(draft: Draft, kind: LayoutKind, sizes: Sizes): void {
  const { dice } = draft;
  const layout = drawLayout(draft, kind, sizes, "source");
  const scope = edgeScope(layout, ["edge"]);
  const payload = columnNames.slice(0, dice.below(3));
  const targets = targetsOf(layout);
  const capacity = 1 + dice.below(4);
  const history = draft.array({ type: "history", length: targets, capacity, payload });
  const since = draft.array({
    ...{ type: "int", length: scope.edges! + draft.pick([0, 2]), initial: draft.pick([-1, 0]) },
  });
  const sources = addTrain(draft, sourcesOf(layout), scope.edges);
  const fired = addTrain(draft, targets);
  const columns = columnsAt("event", payload);
  const drawn = drawBody(draft, { ...scope, columns, given: ["age"] });
  const values = payload.map((_, i) =>
    draft.operand(
      `v${i}`,
      draft.pick([
        { at: "target", size: targets },
        { at: "one", size: 1 },
      ]),
    ),
  );
  const trigger = { on: "history", spikes: sources.spikes, history, version: 0, since };
  const settle = `edges${draft.nextNumber()}`;
  const apply = { kind: "edges", trigger, layout, ...drawn, phase: "step", id: settle };
  const remember = { kind: "remember", spikes: fired.spikes, history, version: 0, values, settle };
  const isBefore = dice.chance(0.5);
  if (isBefore) draft.ops.push(apply as never);
  draft.op(remember);
  if (!isBefore) draft.ops.push(apply as never);
}

/** Adds one value made of many, or the number of spikes. */
export function addReduce(draft: Draft, fn: ReduceOp["fn"], count: number): void {
  const { dice } = draft;
  const isWhole = dice.chance(0.3);
  const into = draft.array({ type: isWhole ? "int" : "real", length: 3 });
  const offset = dice.below(3);
  const mode = dice.chance(0.3) ? "add" : "set";
  const target = write("r", `${into}@0`, "one", { offset, mode });
  // What is given may be no number, but a state must stay one.
  const raw = draft.array({ role: "scratch" });
  if (fn === "count") {
    const { spikes } = addTrain(draft, count);
    const from = { symbol: "r", at: "element", ...spikes };
    draft.op({ kind: "reduce", fn, count, from, write: target });
    return;
  }
  const from = draft.operand("r", { at: "element", size: count });
  draft.op({ kind: "reduce", fn, count, from, write: write("r", `${raw}@0`, "one") });
  draft.op({
    ...{ kind: "map", count: 1, reads: [read("x", `${raw}@0`, "one")] },
    body: body("r = x > -100 ? min(x, 100) : -100"),
    writes: [target],
  });
  if (isWhole) draft.op({ kind: "reduce", fn, count, from, write: target });
}

/** Adds random numbers of a kind. */
export function addRandom(draft: Draft, how: "uniform" | "normal" | "skip", count: number): void {
  const { dice } = draft;
  const stream = dice.below(1000);
  if (how !== "skip") {
    const isWhole = dice.chance(0.3);
    const offset = draft.pick([0, 0, 1, 3]);
    const length = offset + count + draft.pick([0, 2]);
    const into = draft.array({ type: isWhole ? "int" : "real", length });
    const mode = dice.chance(0.4) ? "add" : "set";
    const target = write("r", `${into}@0`, "element", { offset, mode });
    draft.op({ kind: "random", how, stream, count, write: target });
    return;
  }
  const list = draft.array({ type: "spikes", length: count + draft.pick([0, 2]) });
  const position = draft.array({ initial: dice.between(-4, 3) });
  const draws = draft.array({ type: "int", initial: dice.below(100) });
  const rate = draft.operand("rate", { at: "one", size: 1 });
  draft.op({
    ...{ kind: "random", how, stream, count, reads: [rate] },
    body: body(`skip = ${draft.pick([0.2, 1, 4])} * (0.05 - log(u)) + (rate > 0 ? 0.5 : 0)`),
    position: write("position", `${position}@0`, "one"),
    draws: write("draws", `${draws}@0`, "one"),
    emit: { list, version: 0 },
  });
}

/** Adds pieces of an output vector and a call of the user's function `mix`. */
export function addSlices(draft: Draft, count: number): void {
  const { dice } = draft;
  const slice = (length: number, role: "scratch" | "input" | "parameter") => {
    const offset = draft.pick([0, 1, 3]);
    const size = offset + length + draft.pick([0, 2]);
    const initial = role === "parameter" ? dice.values(size, -1, 1) : 0;
    return {
      array: draft.array({ role, length: size, initial }),
      version: 0,
      offset,
      count: length,
    };
  };
  const reads = [slice(count, "input"), slice(dice.below(12), "parameter")];
  const writes = [slice(count, "scratch"), slice(1, "scratch")];
  draft.op({ kind: "host", name: "mix", reads, writes });
  const sources = [writes[0]!, ...reads, slice(9, "input")];
  let position = dice.below(3);
  const pieces = sources.map((source) => {
    const at = position;
    position += source.count + dice.below(2);
    return { ...source, position: at };
  });
  const into = draft.array({ role: "output", length: position + dice.below(3) });
  draft.op({ kind: "io", into, version: 0, pieces });
}

/** Adds two ops that end a run, of which the first that holds gives the reason. */
export function addStops(draft: Draft): void {
  ["first", "second"].forEach((reason) => {
    const x = draft.array({ role: "input", length: 2 });
    const flag = draft.array({ role: "scratch" });
    draft.op({
      ...{ kind: "map", count: 1, reads: [read("x", `${x}@0`, "one", { offset: 1 })] },
      body: body("f = x > 0.7 ? x - 2 : 0"),
      writes: [write("f", `${flag}@0`, "one")],
    });
    draft.op({ kind: "stop", when: read("f", `${flag}@0`, "one"), reason });
  });
}
