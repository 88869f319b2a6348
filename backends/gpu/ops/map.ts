// Maps: a thread for each element. Invariant: where elements could write the same place, one thread
// walks them in their order instead.

import type { Emit, MapOp } from "../../../src/ir/program.js";
import type { Kernel, Module } from "../module.js";
import type { Scene, Site } from "../wgsl/site.js";
import { plus } from "../wgsl/site.js";
import { whole } from "../wgsl/text.js";
import { canCollide, writeEvaluation, writeStores } from "./body.js";

/** Marks the element that the site is at where the condition holds, with its payload. */
function writeEmission(site: Site, emit: Emit, symbols: ReadonlyMap<string, string>): void {
  const { text, scene } = site;
  const list = scene.places.spikes(emit.list);
  const slot = list.ring === undefined ? "" : site.namedSlot(list, 0);
  const source = plus(site.index("element"), emit.offset ?? 0);
  const place = text.let(site.within(list, slot, source), "spike");
  const fired = text.let(`!(${symbols.get(emit.when)!} == 0.0f)`, "fired");
  text.line(`ints[${plus(place, list.base)}] = select(0, 1, ${fired});`);
  (emit.payload ?? []).forEach((symbol, i) => {
    text.line(`reals[${plus(place, list.columns[i]!)}] = ${symbols.get(symbol)!};`);
  });
}

/** Empties what of a list lies outside of the elements that an op marks itself. */
function clearRest(module: Module, op: MapOp, scene: Scene): Kernel[] {
  const { emit, count } = op;
  if (emit === undefined || emit.append === true) return [];
  const list = scene.places.spikes(emit.list);
  const first = emit.offset ?? 0;
  if (list.length === count && first === 0) return [];
  return clearList(module, emit.list, scene, { first, count });
}

/** A kernel that empties a list, but for some of its sources. */
export function clearList(
  module: Module,
  name: string,
  scene: Scene,
  but = { first: 0, count: 0 },
): Kernel[] {
  const list = scene.places.spikes(name);
  return module.elements("clear", list.length, scene, (site, i) => {
    const slot = list.ring === undefined ? "" : site.namedSlot(list, 0);
    const word = `ints[${plus(site.within(list, slot, i), list.base)}]`;
    const isOutside = `${i} < ${whole(but.first)} || ${i} >= ${whole(but.first + but.count)}`;
    site.text.line(but.count === 0 ? `${word} = 0;` : `if (${isOutside}) { ${word} = 0; }`);
  });
}

/** Writes the kernels of a map. */
export function emitMap(op: MapOp, module: Module, scene: Scene): Kernel[] {
  const { count, writes, emit } = op;
  const isSerial = canCollide(writes, () => count);
  const write = (site: Site, element: string): void => {
    site.indices = { element };
    const symbols = writeEvaluation(site, op);
    writeStores(site, writes, symbols);
    if (emit !== undefined) writeEmission(site, emit, symbols);
  };
  const cleared = clearRest(module, op, scene);
  if (!isSerial) return [...cleared, ...module.elements("map", count, scene, write)];
  const serial = module.elements("map", Math.min(count, 1), scene, (site) => {
    // Slots of rings are named before the loop, so that the names are known behind it.
    site.text.block(`for (var n = 0u; n < ${whole(count)}; n++)`, () => write(site, "n"));
  });
  return [...cleared, ...serial];
}
