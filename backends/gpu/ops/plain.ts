// Ops that move numbers without a body, and what a block of steps needs besides the ops: inputs that
// are taken in, samples that are taken, states that are looked through.

import type { HostValue, IoOp, RingOp, StopOp, Write } from "../../../src/ir/program.js";
import type { Kernel, Module } from "../module.js";
import {
  control,
  descriptorWords,
  plus,
  wordsPerRing,
  type Scene,
  type Site,
} from "../wgsl/site.js";
import { whole } from "../wgsl/text.js";

/** Moves the newest values, or spikes, of an array into the next slot of a ring. */
export function emitRing(op: RingOp, module: Module, scene: Scene): Kernel[] {
  const { places } = scene;
  const from = places.of(op.from.array);
  const into = places.of(op.into.array);
  // When the op runs its own push has happened.
  const after = new Map(scene.pushed);
  after.set(op.into.array, (after.get(op.into.array) ?? 0) + 1);
  return module.elements("ring", into.length, module.scene(after), (site, i) => {
    const { text } = site;
    const read = text.let(site.within(from, from.ring ? site.namedSlot(from, 0) : "", i));
    const slot = into.ring === undefined ? "" : site.namedSlot(into, 0);
    const written = text.let(site.within(into, slot, i));
    if (from.kind === "values" && into.kind === "values") {
      const word = `${into.buffer}[${plus(written, into.base)}]`;
      text.line(`${word} = ${from.buffer}[${plus(read, from.base)}];`);
    }
    if (from.kind === "spikes" && into.kind === "spikes") {
      text.line(`ints[${plus(written, into.base)}] = ints[${plus(read, from.base)}];`);
      into.columns.forEach((column, c) => {
        const value = `reals[${plus(read, from.columns[c]!)}]`;
        text.line(`reals[${plus(written, column)}] = ${value};`);
      });
    }
  });
}

/** Ends the run after this step where the value is not zero in any copy; the first op that holds. */
export function emitStop(op: StopOp, module: Module, scene: Scene): Kernel[] {
  const number = module.program.ops.indexOf(op);
  const copies = scene.places.of(op.when.array).copies;
  const [kernel] = module.elements("stop", 1, scene, (site) => {
    const { text } = site;
    text.block(`for (var c = 0u; c < ${whole(copies)}; c++)`, () => {
      const holds = text.let(`!(${site.ofCopy("c").load(op.when)} == 0.0f)`, "holds");
      const isFirst = `control[${control.stopPosition}] == 0xffffffffu`;
      text.block(`if (${holds} && ${isFirst})`, () => {
        text.line(`control[${control.stopPosition}] = now.position;`);
        text.line(`control[${control.stopOp}] = ${whole(number)};`);
      });
    });
  });
  return [{ ...kernel!, copies: 1 }];
}

/** Pieces that one kernel copies; more of them make more kernels. */
const piecesInKernel = 8;

interface Piece extends Pick<HostValue, "array" | "offset" | "count"> {
  readonly position: number;
}

const wholeArray = (array: string): Write => ({
  ...{ symbol: "", array, version: 0, at: "element", mode: "set" },
});

function copyPieces(
  kind: string,
  pieces: readonly Piece[],
  module: Module,
  scene: Scene,
  copyOne: (site: Site, piece: Piece, i: string) => void,
): Kernel[] {
  const kernels: Kernel[] = [];
  for (let at = 0; at < pieces.length; at += piecesInKernel) {
    const some = pieces.slice(at, at + piecesInKernel);
    const longest = Math.max(...some.map(({ count }) => count));
    kernels.push(
      ...module.elements(kind, longest, scene, (site, i) => {
        for (const piece of some) {
          site.text.block(`if (${i} < ${whole(piece.count)})`, () => copyOne(site, piece, i));
        }
      }),
    );
  }
  return kernels;
}

/** Fills the output vector. */
export function emitIo(op: IoOp, module: Module, scene: Scene): Kernel[] {
  return copyPieces("io", op.pieces, module, scene, (site, { array, offset, position }, i) => {
    const from = scene.places.values(array);
    const value = site.value(from, site.address(from, plus(i, offset)));
    site.indices = { element: plus(i, position) };
    site.store(wholeArray(op.into), value);
  });
}

/** Takes the input vector of a step from the feed. */
export function emitFeed(module: Module, scene: Scene): Kernel[] {
  const inputs = module.program.arrays.filter(({ role }) => role === "input");
  const width = inputs.reduce((sum, { length }) => sum + length, 0);
  let position = 0;
  const pieces = inputs.map(({ name, length }): Piece => {
    position += length;
    return { array: name, offset: 0, count: length, position: position - length };
  });
  const kernels = copyPieces("feed", pieces, module, scene, (site, { array, position: at }, i) => {
    const word = `feed[now.a + copy * ${whole(width)} + ${plus(i, at)}]`;
    site.indices = { element: i };
    site.store(wholeArray(array), `bitcast<f32>(${word})`);
  });
  return kernels.map((kernel) => ({ ...kernel, isFeed: true }));
}

/** Finds the first state that is not a finite number. */
export function emitScan(module: Module, scene: Scene): Kernel[] {
  const { scanned } = scene.places;
  const always: Scene = { ...scene, isUnguarded: true };
  const [kernel] = module.elements("scan", scanned, always, (site, i) => {
    const isOdd = `(bitcast<u32>(reals[${i}]) & 0x7f800000u) == 0x7f800000u`;
    site.text.block(`if (${isOdd})`, () => {
      site.text.line(`atomicMin(&marks[${control.odd}], ${i});`);
    });
  });
  return kernel === undefined ? [] : [{ ...kernel, copies: 1 }];
}

/** The newest slot of a ring whose number in the table is known only when the kernel runs. */
const newestSlot = `// Of ring r, 0 where there is none: the start of its newest slot.
fn newest(r: u32) -> u32 {
  if (r == 0u) { return 0u; }
  let row = ${whole(control.rings)} + (r - 1u) * ${whole(wordsPerRing)};
  let pushed = now.position * control[row + 3u] + control[row + 4u];
  return ((control[row] + pushed) % control[row + 1u]) * control[row + 2u];
}
`;

/** One number that the feed lists at `tap`: its buffer and place, and the ring that it is in. */
const tapped = `fn tapped(tap: u32) -> u32 {
  let place = feed[tap];
  let at = (place & 0x3fffffffu) + newest(feed[tap + 1u]);
  let kind = place >> 30u;
  if (kind == 0u) { return bitcast<u32>(reals[at]); }
  if (kind == 1u) { return bitcast<u32>(ints[at]); }
  if (kind == 2u) { return bitcast<u32>(params[at]); }
  return bitcast<u32>(indexes[at]);
}
// 32 sources from first on, or as many as there are left, as bits.
fn packed(first: u32, left: u32) -> u32 {
  var word = 0u;
  for (var k = 0u; k < min(32u, left); k++) {
    if (ints[first + k] != 0) { word |= 1u << k; }
  }
  return word;
}
`;

/** Samples values: `b` numbers listed in the feed from `a` on go to `c`. */
const sampleValues = `@compute @workgroup_size(64)
fn sample_values(@builtin(global_invocation_id) id: vec3u) {
  now = current;
  let i = id.x + id.y * 2097152u;
  if (i < now.b && MAY) { records[now.c + i] = tapped(now.a + 2u * i); }
}
`;

/** Samples spikes: of `b` sources from `a` on, in ring `d`, 32 become a word, from `c` on. */
const sampleSpikes = `@compute @workgroup_size(64)
fn sample_spikes(@builtin(global_invocation_id) id: vec3u) {
  now = current;
  let i = id.x + id.y * 2097152u;
  if (32u * i < now.b && MAY) {
    records[now.c + i] = packed(now.a + newest(now.d) + 32u * i, now.b - 32u * i);
  }
}
`;

/** Samples everything in a step of one copy: what the feed describes `f` times from `g` on. */
const sampleDense = `fn sample_dense(lane: u32, lanes: u32, copy: u32, to: u32) {
  for (var n = 0u; n < current.f; n++) {
    let row = current.g + ${descriptorWords}u * n;
    let a = feed[row + 1u];
    let b = feed[row + 2u];
    let c = to + feed[row + 3u];
    if (copy >= feed[row + 4u]) { continue; }
    if (feed[row] == 0u) {
      for (var i = lane; i < b; i += lanes) {
        records[c + copy * b + i] = tapped(a + 2u * (copy * b + i));
      }
    } else {
      let first = a + newest(feed[row + 5u]) + copy * feed[row + 6u];
      let words = (b + 31u) / 32u;
      for (var i = lane; i < words; i += lanes) {
        records[c + copy * words + i] = packed(first + 32u * i, b - 32u * i);
      }
    }
  }
}
`;

export const sampling = { values: "sample_values", spikes: "sample_spikes" } as const;

/** Writes the kernels that take samples; they serve all monitors. */
export function emitSampling(module: Module): void {
  const may = module.hasStop ? "!is_over()" : "true";
  for (const text of [newestSlot, tapped, sampleDense]) module.add(text);
  for (const text of [sampleValues, sampleSpikes]) module.add(text.replace("MAY", may));
}
