// Ops drawn at random over edges that share arrays: numbered in the order of the spikes they give the
// same bits. A failure prints the seed.

import { array, body, read, write } from "../../src/ir/build.js";
import type { ArraySpec, MapOp, Op, Program } from "../../src/ir/program.js";
import { verify } from "../../src/ir/verify.js";
import { edgeOrder } from "../../src/lower/edge-order.js";
import { traceOf } from "../helpers/compare-programs.js";
import { inOrder, named, rowsOf, type Csr, type Pairs } from "../helpers/edge-lists.js";
import { Dice } from "../helpers/random-program.js";

const sizes = [4, 3] as const;
const [sources, targets] = sizes;
const spikes = { array: "spikes", version: 0 };
const back = { array: "back", version: 0 };

function fire(id: string, count: number, list: string, from: string): MapOp {
  return {
    ...{ kind: "map", id, phase: "update", count, reads: [read("v", `${from}@0`)] },
    ...{ body: body("fired = v > 0.2"), writes: [], emit: { when: "fired", list, version: 0 } },
  };
}

interface Part {
  readonly first: number;
  readonly count: number;
  /** Edges of all parts. */
  readonly all: number;
  readonly out: Csr;
  readonly into: Csr;
}

/** An op of any kind over a part of the arrays, and now and then over another part of one of them. */
function drawOp(id: string, { first, count, all, out, into }: Part, dice: Dice): Op {
  const offset = dice.chance(0.1) ? 0 : first;
  const other = dice.chance(0.1) ? 0 : first;
  const kind = dice.below(12);
  const at = kind > 8 ? "element" : "edge";
  const state = dice.chance(0.5) ? "g" : "h";
  const more = dice.chance(0.5) ? "W@0" : "T@0";
  const jump = write("jump", "V@0", "target", { mode: "add" });
  const isOne = dice.chance(0.2);
  const common = {
    ...{ id, phase: "update", body: body("g = 0.6 * g + 0.2 * w; jump = 0.1 * g") },
    reads: [
      read("g", `${state}@0`, at, { offset }),
      isOne ? read("w", more, "one") : read("w", more, at, { offset: other }),
    ],
    writes: [write("g", `${state}@0`, at, { offset })],
  };
  if (kind < 5) {
    return { ...common, kind: "deliver", spikes, layout: out, writes: [...common.writes, jump] };
  }
  if (kind === 5)
    return { ...common, kind: "edges", trigger: { on: "source", spikes }, layout: out };
  if (kind === 6) {
    return { ...common, kind: "edges", trigger: { on: "target", spikes: back }, layout: into };
  }
  if (kind === 7)
    return { ...common, kind: "edges", trigger: { on: "every", steps: 2 }, layout: out };
  if (kind === 8) return { ...common, kind: "gather", layout: into, writes: [jump] };
  const room = all - Math.max(offset, other);
  const some = kind === 9 ? count : kind === 10 ? room : 1 + dice.below(room);
  return { ...common, kind: "map", count: Math.min(some, room) };
}

function drawn(seed: number): Program {
  const dice = new Dice(seed);
  const counts = Array.from({ length: 1 + dice.below(3) }, () => 1 + dice.below(7));
  const all = counts.reduce((sum, count) => sum + count, 0);
  const values = (name: string, role: ArraySpec["role"] = "state"): ArraySpec =>
    array({ name, role, initial: dice.values(all, -1, 1) });
  const shown = [values("g"), values("h"), values("W", "parameter"), values("T", "tunable")];
  shown.push(array({ name: "V", length: targets }));
  const lists: ArraySpec[] = [];
  const ops: Op[] = [fire("map0", sources, "spikes", "x"), fire("map1", targets, "back", "V")];
  let first = 0;
  for (const [number, count] of counts.entries()) {
    const pairs: Pairs = Array.from({ length: count }, () => [dice.below(4), dice.below(3)]);
    const out = rowsOf(`out${number}`, "source", pairs, sizes);
    const into = rowsOf(`in${number}`, "target", pairs, sizes);
    lists.push(...out.arrays, ...into.arrays);
    const part = { first, count, all, out: out.layout, into: into.layout };
    for (let k = 0; k < 3; k++) ops.push(drawOp(`op${10 * number + k}`, part, dice));
    first += count;
  }
  ops.push({
    ...{ kind: "map", id: "map2", phase: "update", count: targets, reads: [read("V", "V@0")] },
    ...{ body: body("V = V / 2"), writes: [write("V", "V@0")] },
  });
  const arrays = [
    array({ name: "x", role: "input", length: sources }),
    array({ name: "spikes", type: "spikes", length: sources }),
    array({ name: "back", type: "spikes", length: targets }),
    ...shown,
    ...lists,
  ];
  const inputs = [{ name: "x", offset: 0, size: sources }];
  return inOrder({ arrays, ops, names: shown.map(named), inputs });
}

const factor = Number(process.env["MYELIN_RUNS"] ?? 1);

test("edges may be numbered in any order", async () => {
  let changed = 0;
  for (let seed = 0; seed < 150 * factor; seed++) {
    const before = drawn(seed);
    const after = edgeOrder.run(before);
    if (after === before) continue;
    changed += 1;
    verify(after);
    const trace = await traceOf(after, 6, seed);
    expect({ seed, trace }).toEqual({ seed, trace: await traceOf(before, 6, seed) });
  }
  expect(changed).toBeGreaterThan(30 * factor);
}, 600_000);
