// Random numbers by their address, as src/util/philox.ts lays it down: uniform numbers have the same
// bits as everywhere, normal ones are computed in float32. Invariant: nothing is kept between draws.

import type { RandomOp } from "../../../src/ir/program.js";
import type { Kernel, Module } from "../module.js";
import { control, plus, type Scene, type Site } from "../wgsl/site.js";
import { literal, whole } from "../wgsl/text.js";
import { writeEvaluation } from "./body.js";
import { clearList } from "./map.js";
import { nameSlots } from "./edges.js";

type Addressed = Extract<RandomOp, { how: "uniform" | "normal" }>;
type Skip = Extract<RandomOp, { how: "skip" }>;

const two32 = 2 ** 32;

/** The four words at an address; seed and stream are constants, the others WGSL expressions. */
function words(
  site: Site,
  { stream }: RandomOp,
  { element, low, high }: { readonly element: string; readonly low: string; readonly high: string },
): string {
  const { seed } = site.scene.places.program;
  const counter = `vec4u(${low}, ${high} | ((${site.copy} >> 11u) << 21u), ${element}, ${whole(stream)})`;
  const seedHigh = whole(Math.floor(seed / two32));
  const key = `vec2u(${whole(seed % two32)}, ${seedHigh} | ((${site.copy} & 0x7ffu) << 21u))`;
  return `${site.scene.library.use("philox")}(${counter}, ${key})`;
}

function emitAddressed(op: Addressed, module: Module, scene: Scene): Kernel[] {
  return module.elements("random", op.count, scene, (site, element) => {
    site.indices = { element };
    const { library } = scene;
    const address = { element, low: "now.step_low", high: "now.step_high" };
    const drawn = site.text.let(words(site, op, address), "words");
    const value =
      op.how === "uniform"
        ? `${library.use("uniform_number")}(${drawn}.x)`
        : `${library.use("normal_number")}(${drawn})`;
    site.store(op.write, site.text.let(value));
  });
}

/** Says that an op got no way forward; the run then ends with an error. */
function writeStuck(site: Site, op: Skip, skip: string): void {
  const number = site.scene.places.program.ops.indexOf(op) + 1;
  site.text.block(`if (control[${control.stuckOp}] == 0u)`, () => {
    site.text.line(`control[${control.stuckOp}] = ${whole(number)};`);
    site.text.line(`control[${control.stuckPosition}] = now.position;`);
    site.text.line(`control[${control.stuckValue}] = bitcast<u32>(${skip});`);
  });
}

/** The one-number-per-spike Poisson process: one thread, because each number depends on the last. */
function emitSkip(op: Skip, module: Module, scene: Scene): Kernel[] {
  const cleared = clearList(module, op.emit.list, scene);
  const walk = module.elements("skip", 1, scene, (site) => {
    const { text } = site;
    const list = scene.places.spikes(op.emit.list);
    const slot = list.ring === undefined ? "" : site.namedSlot(list, 0);
    const first = text.let(plus(site.block(list, slot), list.base), "first");
    nameSlots(site, op.reads);
    const positionAt = site.target(op.position).address;
    const drawsAt = site.target(op.draws).address;
    const position = text.var(`reals[${positionAt}]`, "position");
    const draws = text.var(`ints[${drawsAt}]`, "draws");
    text.block(`while (${position} < ${literal(op.count)})`, () => {
      // A position below 0 fires nothing.
      const at = text.let(`floor(${position})`, "at");
      text.line(`if (${at} >= 0.0f) { ints[${first} + u32(${at})] = 1; }`);
      site.indices = { element: text.let(`bitcast<u32>(i32(${at}))`, "element") };
      // Drawn at element 0, with the count of draws as the step.
      const address = { element: "0u", low: `bitcast<u32>(${draws})`, high: "0u" };
      const drawn = text.let(words(site, op, address), "words");
      const u = text.let(`${scene.library.use("uniform_number")}(${drawn}.x)`, "u");
      text.line(`${draws} += 1;`);
      const symbols = writeEvaluation(site, op, new Map([["u", u]]));
      const skip = symbols.get("skip")!;
      const next = text.let(`${position} + ${skip}`, "next");
      text.block(`if (!(${next} > ${position}))`, () => {
        writeStuck(site, op, skip);
        text.line("break;");
      });
      text.line(`${position} = ${next};`);
    });
    text.line(`reals[${positionAt}] = ${position} - ${literal(op.count)};`);
    text.line(`ints[${drawsAt}] = ${draws};`);
  });
  return [...cleared, ...walk];
}

/** Writes a source of random numbers. */
export const emitRandom = (op: RandomOp, module: Module, scene: Scene): Kernel[] =>
  op.how === "skip" ? emitSkip(op, module, scene) : emitAddressed(op, module, scene);
