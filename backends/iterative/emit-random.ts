// Random numbers. Invariant: each number depends on (seed, stream, copy, element, step) alone; the
// skip process, which needs a number only for each spike, counts them and uses the count as step.

import { portable64 } from "../../src/expr/portable.js";
import type { RandomOp } from "../../src/ir/program.js";
import { refuseSkip } from "../../src/memory/divergence.js";
import {
  normal,
  uniform01,
  uniform01Single,
  wordsInto,
  type Address,
} from "../../src/util/philox.js";
import { rounder, spikesOf, type Context, type Run } from "./context.js";
import { bindKernel, bindPresent, bindStore, newSite } from "./kernel.js";
import { appendSpike, clearSpikes } from "./spikes.js";

type Addressed = Extract<RandomOp, { how: "uniform" | "normal" }>;
type Skip = Extract<RandomOp, { how: "skip" }>;

const maths = { log: portable64.log, sqrt: Math.sqrt, cos: portable64.cos };

/** Turns the words at an address into one number; a normal is made in float64 and then rounded. */
function drawOf(op: RandomOp, context: Context): (words: Uint32Array) => number {
  const round = rounder(context.program);
  if (op.how === "normal") return (words) => round(normal(words, maths));
  return context.program.precision === "float32"
    ? (words) => uniform01Single(words)
    : (words) => uniform01(words);
}

const addressOf = (op: RandomOp, context: Context): Address => ({
  seed: context.program.seed,
  stream: op.stream,
  copy: 0,
  element: 0,
  step: 0,
});

function emitAddressed(op: Addressed, context: Context): Run {
  const site = newSite();
  const store = bindStore(context, op.write, site);
  const draw = drawOf(op, context);
  const address = addressOf(op, context);
  const words = new Uint32Array(4);
  return (copy) => {
    site.copy = copy;
    address.copy = copy;
    address.step = context.now.step;
    for (let i = 0; i < op.count; i++) {
      site.element = i;
      address.element = i;
      wordsInto(words, address);
      store(draw(words));
    }
  };
}

function emitSkip(op: Skip, context: Context): Run {
  const kernel = bindKernel(context, { ...op, writes: [], given: ["u"] });
  const { site, frame } = kernel;
  const round = rounder(context.program);
  const draw = drawOf(op, context);
  const address = addressOf(op, context);
  const words = new Uint32Array(4);
  const list = spikesOf(context, op.emit.list);
  const loadPosition = bindPresent(context, op.position, site);
  const storePosition = bindStore(context, op.position, site);
  const loadDraws = bindPresent(context, op.draws, site);
  const storeDraws = bindStore(context, op.draws, site);
  const u = kernel.slotOf("u");
  const skip = kernel.slotOf("skip");
  return (copy) => {
    kernel.begin(copy, context.now.step);
    clearSpikes(list, copy);
    address.copy = copy;
    let position = loadPosition();
    let draws = loadDraws();
    let last = -1;
    while (position < op.count) {
      site.element = Math.floor(position);
      // A skip below 1 may meet the same element again; it still fires once in a step. A position
      // below 0 fires nothing.
      if (site.element > last) {
        appendSpike(list, copy, site.element);
        last = site.element;
      }
      address.step = draws >>> 0;
      wordsInto(words, address);
      frame[u] = draw(words);
      // An int32 wraps after 2^31 numbers; as an unsigned number the address goes on to 2^32.
      draws = (draws + 1) | 0;
      kernel.evaluate();
      const next = round(position + frame[skip]!);
      if (!(next > position)) refuseSkip(op, context.now.step, frame[skip]!);
      position = next;
    }
    storePosition(round(position - op.count));
    storeDraws(draws);
  };
}

/** Binds a source of random numbers. */
export const emitRandom = (op: RandomOp, context: Context): Run =>
  op.how === "skip" ? emitSkip(op, context) : emitAddressed(op, context);
