// A body inside a kernel: its operands are loaded, its assignments run, its writes are stored.

import type { Assignment } from "../../../src/expr/ast.js";
import type { Operand, Write } from "../../../src/ir/program.js";
import { writeBody } from "../expressions.js";
import { wgsl } from "../wgsl/maths.js";
import type { Site } from "../wgsl/site.js";

export interface Body {
  readonly reads: readonly Operand[];
  readonly body: readonly Assignment[];
  readonly writes: readonly Write[];
}

/** Loads and assignments; gives the WGSL names of the symbols afterwards. */
export function writeEvaluation(
  site: Site,
  { reads, body }: Omit<Body, "writes">,
  known: ReadonlyMap<string, string> = new Map(),
): Map<string, string> {
  const { text, scene } = site;
  const symbols = new Map([...site.symbols(), ...known]);
  for (const read of reads) {
    if (known.has(read.symbol)) continue;
    symbols.set(read.symbol, text.let(site.load(read), "r"));
  }
  writeBody(body, { dialect: wgsl, text, library: scene.library, symbols });
  return symbols;
}

/** Stores all writes at the site. */
export function writeStores(
  site: Site,
  writes: readonly Write[],
  symbols: ReadonlyMap<string, string>,
): void {
  for (const write of writes) site.store(write, symbols.get(write.symbol)!);
}

interface Slice {
  readonly array: string;
  readonly from: number;
  readonly to: number;
}

/**
 * Whether threads that each have their own index could write the same element: the same array at
 * different places that overlap.
 */
export function canCollide(writes: readonly Write[], sizeAt: (at: Write["at"]) => number): boolean {
  const slices = writes.map((write): Slice & { readonly at: string } => {
    const { array, at, offset = 0 } = write;
    return { array, at, from: offset, to: offset + (at === "one" ? 1 : sizeAt(at)) };
  });
  return slices.some((a, i) =>
    slices.slice(i + 1).some((b) => {
      const isSame = a.at === b.at && a.from === b.from;
      return a.array === b.array && !isSame && a.from < b.to && b.from < a.to;
    }),
  );
}
