// One value from many, in the fixed tree order that all backends share: neighbours in pairs, again and
// again; an odd last one moves up unchanged. One workgroup makes the result of a copy.

import type { ReduceOp } from "../../../src/ir/program.js";
import type { Kernel, Module } from "../module.js";
import { plus, type Scene, type Site } from "../wgsl/site.js";
import { literal, whole } from "../wgsl/text.js";

const everyLane = (lanes: number, limit: string): string =>
  `for (var i = lane; i < ${limit}; i += ${whole(lanes)})`;

/** Stores the result by one thread, where the run has not ended. */
function storeOnce(site: Site, module: Module, op: ReduceOp, value: string): void {
  site.indices = {};
  site.text.block(`if (lane == 0u && ${module.mayStore})`, () => site.store(op.write, value));
}

function emitCount(op: ReduceOp, module: Module, scene: Scene): Kernel[] {
  return module.joint("reduce", { count: op.count, scene }, (site, lanes) => {
    const { text } = site;
    const list = scene.places.spikes(op.from.array);
    const slot = list.ring === undefined ? "" : site.namedSlot(list, Number(op.from.lag ?? 0));
    const base = list.base + (op.from.offset ?? 0);
    const first = text.let(plus(site.block(list, slot), base), "first");
    const count = text.var("0.0f", "count");
    text.block(everyLane(lanes, whole(op.count)), () => {
      text.line(`${count} += f32(ints[${first} + i]);`);
    });
    text.line(`partial[lane] = ${count};`);
    text.line("workgroupBarrier();");
    text.block(`for (var left = ${whole(lanes / 2)}; left > 0u; left /= 2u)`, () => {
      text.line("if (lane < left) { partial[lane] = partial[lane] + partial[lane + left]; }");
      text.line("workgroupBarrier();");
    });
    storeOnce(site, module, op, "partial[0]");
  });
}

/** Writes a reduction. */
export function emitReduce(op: ReduceOp, module: Module, scene: Scene): Kernel[] {
  const { fn, count } = op;
  if (fn === "count") return emitCount(op, module, scene);
  const { library, places } = scene;
  const sum = (a: string, b: string): string => `${a} + ${b}`;
  const combine = {
    sum,
    mean: sum,
    min: (a: string, b: string) => `${library.use("m_min")}(${a}, ${b})`,
    max: (a: string, b: string) => `${library.use("m_max")}(${a}, ${b})`,
  }[fn];
  // Two rooms for each copy, filled in turn.
  const room = places.reserve("reals", 2 * count * module.program.batch);
  return module.joint("reduce", { count: op.count, scene }, (site, lanes) => {
    const { text } = site;
    if (places.of(op.from.array).ring !== undefined) {
      site.namedSlot(places.of(op.from.array), Number(op.from.lag ?? 0));
    }
    const from = text.var(`${whole(room)} + copy * ${whole(2 * count)}`, "from");
    const to = text.var(`${from} + ${whole(count)}`, "to");
    const left = text.var(whole(count), "left");
    text.block(everyLane(lanes, whole(count)), () => {
      site.indices = { element: "i" };
      text.line(`reals[${from} + i] = ${site.load(op.from)};`);
    });
    text.line("storageBarrier();");
    text.block(`while (${left} > 1u)`, () => {
      text.block(everyLane(lanes, `(${left} + 1u) / 2u`), () => {
        const first = text.let(`reals[${from} + 2u * i]`, "first");
        text.block(`if (2u * i + 1u < ${left})`, () => {
          text.line(`reals[${to} + i] = ${combine(first, `reals[${from} + 2u * i + 1u]`)};`);
        });
        text.block("else", () => text.line(`reals[${to} + i] = ${first};`));
      });
      text.line("storageBarrier();");
      const other = text.let(from, "other");
      text.line(`${from} = ${to};`);
      text.line(`${to} = ${other};`);
      text.line(`${left} = (${left} + 1u) / 2u;`);
    });
    const total = text.let(`reals[${from}]`, "total");
    storeOnce(site, module, op, fn === "mean" ? `${total} / ${literal(count)}` : total);
  });
}
