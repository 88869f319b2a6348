// Random numbers: ten rounds of Philox4x32 for each. Invariant: the words, and what is made of them,
// are those of src/util/philox.ts, bit for bit.

import { binary, call, name, num } from "../../../src/expr/ast.js";
import type { RandomOp } from "../../../src/ir/program.js";
import { opFunction, valuesOf, type Context } from "../context.js";
import { Kernel, loadPresent, pushWriteAddress, storeScalar } from "../kernel.js";
import { compileExpr } from "../lanes/compile.js";
import { lanesOf } from "../lanes/lanes.js";
import { countedLoop } from "../loops.js";
import { Site } from "../site.js";
import type { FunctionBuilder, Local } from "../wasm/function-builder.js";
import { appendTo, closeList, openList } from "./emitter.js";

type Addressed = Extract<RandomOp, { how: "uniform" | "normal" }>;
type Skip = Extract<RandomOp, { how: "skip" }>;

const multipliers = [0xd2511f53n, 0xcd9e8d57n] as const;
const weyls = [0x9e3779b9, 0xbb67ae85] as const;
const two32 = 2 ** 32;
const rounds = 10;

/** What stays the same for all numbers of an op in one step. */
interface Stream {
  readonly key: readonly [Local, Local];
  readonly counter: readonly [Local, Local];
  readonly words: readonly [Local, Local, Local, Local];
}

/** Sets the key; the 11 bits left beside seed and step hold the copy. */
function openStream(site: Site): Stream {
  const { fn, context } = site;
  const { seed } = context.program;
  const make = (): Local => fn.local("i32");
  const stream: Stream = {
    key: [make(), make()],
    counter: [make(), make()],
    words: [make(), make(), make(), make()],
  };
  const high = Math.floor(seed / two32);
  fn.i32(seed % two32).set(stream.key[0]);
  fn.i32(high);
  if (site.copy !== undefined) {
    fn.get(site.copy).i32(0x7ff).op("i32.and").i32(21).op("i32.shl").op("i32.or");
  }
  fn.set(stream.key[1]);
  return stream;
}

/** Pushes the upper bits of the copy, where counter[1] holds them. */
function pushHighCopy({ fn, copy }: Site): void {
  if (copy === undefined) fn.i32(0);
  else fn.get(copy).i32(11).op("i32.shr_u").i32(21).op("i32.shl");
}

/** Fills the words for an element. */
function drawWords(site: Site, { key, counter, words }: Stream, element: Local, of: number): void {
  const { fn } = site;
  const [c0, c1, c2, c3] = words;
  const [product0, product1] = [fn.local("i64"), fn.local("i64")];
  fn.get(counter[0]).set(c0).get(counter[1]).set(c1).get(element).set(c2).i32(of).set(c3);
  const multiply = (word: Local, multiplier: bigint, into: Local): void => {
    fn.get(word).op("i64.extend_i32_u").i64(multiplier).op("i64.mul").set(into);
  };
  const high = (product: Local): void => {
    fn.get(product).i64(32n).op("i64.shr_u").op("i32.wrap_i64");
  };
  for (let round = 0; round < rounds; round++) {
    multiply(c0, multipliers[0], product0);
    multiply(c2, multipliers[1], product1);
    const addKey = (i: 0 | 1): void => {
      fn.get(key[i]);
      if (round > 0) fn.i32(Math.imul(weyls[i], round)).op("i32.add");
      fn.op("i32.xor");
    };
    high(product1);
    fn.get(c1).op("i32.xor");
    addKey(0);
    fn.set(c0);
    fn.get(product1).op("i32.wrap_i64").set(c1);
    high(product0);
    fn.get(c3).op("i32.xor");
    addKey(1);
    fn.set(c2);
    fn.get(product0).op("i32.wrap_i64").set(c3);
  }
}

/** Uniform in (0, 1) from two words: an odd multiple of 2^-53. */
function uniform53(fn: FunctionBuilder, first: Local, second: Local): Local {
  const value = fn.local("f64");
  fn.get(first).op("i64.extend_i32_u").i64(21n).op("i64.shl");
  fn.get(second).i32(12).op("i32.shr_u").op("i64.extend_i32_u").i64(1n).op("i64.shl");
  fn.op("i64.or").i64(1n).op("i64.or");
  fn.op("f64.convert_i64_s")
    .get(fn.constant("f64", 2 ** -53))
    .op("f64.mul")
    .set(value);
  return value;
}

/** Uniform in (0, 1) for float32: an odd multiple of 2^-24. */
function uniform24(fn: FunctionBuilder, word: Local): Local {
  const value = fn.local("f32");
  fn.get(word).i32(9).op("i32.shr_u").i32(1).op("i32.shl").i32(1).op("i32.or");
  fn.op("f32.convert_i32_u")
    .get(fn.constant("f32", 2 ** -24))
    .op("f32.mul")
    .set(value);
  return value;
}

const standardNormal = binary(
  "*",
  call("sqrt", binary("*", num(-2), call("log", name("u")))),
  call("cos", binary("*", num(2 * Math.PI), name("v"))),
);

/** One number from the words, in the Program's precision; a normal is made in float64. */
function numberOf(site: Site, how: RandomOp["how"], words: Stream["words"]): Local {
  const { fn, context } = site;
  if (how !== "normal") {
    return context.scalar === "f32" ? uniform24(fn, words[0]) : uniform53(fn, words[0], words[1]);
  }
  const lanes = lanesOf(fn, "f64");
  const symbols = new Map([
    ["u", lanes.value(uniform53(fn, words[0], words[1]))],
    ["v", lanes.value(uniform53(fn, words[2], words[3]))],
  ]);
  const value = compileExpr(standardNormal, symbols, lanes).local;
  if (context.scalar === "f64") return value;
  const rounded = fn.local("f32");
  fn.get(value).op("f32.demote_f64").set(rounded);
  return rounded;
}

function emitAddressed(op: Addressed, context: Context): FunctionBuilder {
  const fn = opFunction(context, op.id);
  const site = new Site(context, fn);
  const place = valuesOf(context, op.write.array);
  const stream = openStream(site);
  const element = site.index("element");
  site.valuesBase(op.write);
  fn.getGlobal(context.globals.step).op("i32.wrap_i64").set(stream.counter[0]);
  fn.getGlobal(context.globals.step).i64(32n).op("i64.shr_u").op("i32.wrap_i64");
  pushHighCopy(site);
  fn.op("i32.or").set(stream.counter[1]);
  countedLoop(fn, element, { from: 0, to: op.count, step: 1 }, () => {
    drawWords(site, stream, element, op.stream);
    storeScalar(site, op.write, place, numberOf(site, op.how, stream.words));
  });
  return fn;
}

/** Emits the walk of one position over the elements, one number for each spike. */
function emitSkip(op: Skip, context: Context): FunctionBuilder {
  const fn = opFunction(context, op.id);
  const site = new Site(context, fn);
  const { scalar } = context;
  const parts = { reads: op.reads, body: op.body, writes: [] };
  const kernel = new Kernel(site, parts, lanesOf(fn, scalar), ["skip"]);
  const element = site.index("element");
  const draws = fn.local("i32");
  const last = fn.local("i32");
  const next = fn.local(scalar);
  const stream = openStream(site);
  // The count of numbers is the whole address: the element in it is always 0.
  const noElement = fn.local("i32");
  site.prepare([], [op.position, op.draws]);
  kernel.begin();
  const list = openList(site, op.emit.list, false);
  const position = loadPresent(site, op.position, valuesOf(context, op.position.array));
  const from = pushWriteAddress(site, op.draws, valuesOf(context, op.draws.array));
  fn.memory("i32.load", from).set(draws);
  fn.i32(-1).set(last);
  pushHighCopy(site);
  fn.set(stream.counter[1]);
  const count = fn.constant(scalar, op.count);
  const opNumber = context.program.ops.indexOf(op);
  fn.block((done) => {
    fn.loop((again) => {
      // A position that is no number ends the walk, too.
      fn.get(position).get(count).op(`${scalar}.lt`).op("i32.eqz").branchIf(done);
      fn.get(position).op(`${scalar}.floor`).op(`i32.trunc_sat_${scalar}_s`).set(element);
      // A skip below 1 may meet the same element again; it still fires once in a step. A position
      // below 0 fires nothing.
      fn.get(element).get(last).op("i32.gt_s");
      fn.if(() => {
        appendTo(site, list, element, () => {});
        fn.get(element).set(last);
      });
      fn.get(draws).set(stream.counter[0]);
      drawWords(site, stream, noElement, op.stream);
      fn.get(draws).i32(1).op("i32.add").set(draws);
      kernel.lanes.scope(() => {
        kernel.give("u", kernel.lanes.value(numberOf(site, op.how, stream.words)));
        kernel.evaluate();
        const skip = kernel.number("skip");
        fn.get(position).get(skip).op(`${scalar}.add`).tee(next);
        fn.get(position).op(`${scalar}.gt`).op("i32.eqz");
        fn.if(() => {
          fn.i32(opNumber).get(skip);
          if (scalar === "f32") fn.op("f64.promote_f32");
          fn.call(context.imports.fail);
        });
      });
      fn.get(next).set(position).branch(again);
    });
  });
  fn.get(position).get(count).op(`${scalar}.sub`).set(next);
  storeScalar(site, op.position, valuesOf(context, op.position.array), next);
  const to = pushWriteAddress(site, op.draws, valuesOf(context, op.draws.array));
  fn.get(draws).memory("i32.store", to);
  closeList(site, op.emit.list, list);
  return fn;
}

/** Emits a source of random numbers as a function. */
export const emitRandom = (op: RandomOp, context: Context): FunctionBuilder =>
  op.how === "skip" ? emitSkip(op, context) : emitAddressed(op, context);
