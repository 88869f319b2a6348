// Runs bodies as generated code over arrays in the memory of a module, and by the interpreter, and
// compares them bit for bit, where any NaN is as good as another.

import wabt from "wabt";
import { compileBody } from "../../../../backends/sparse/lanes/compile.js";
import {
  lanesOf,
  type Lanes,
  type LaneValue,
  type Shape,
} from "../../../../backends/sparse/lanes/lanes.js";
import { FunctionBuilder } from "../../../../backends/sparse/wasm/function-builder.js";
import { ModuleBuilder } from "../../../../backends/sparse/wasm/module-builder.js";
import type { Assignment, Expr } from "../../../../src/expr/ast.js";
import { compileBody as interpreted } from "../../../../src/expr/evaluate.js";
import { printExpression } from "../../../../src/expr/print.js";

export const shapes: readonly Shape[] = ["f64x2", "f32x4", "f64", "f32"];
export type Inputs = Readonly<Record<string, readonly number[]>>;

const page = 65536;
const tools = await wabt();

/** Throws unless the bytes are a valid module of plain SIMD. */
export function validate(bytes: Uint8Array<ArrayBuffer>): void {
  // It reads the whole buffer of a view.
  const read = tools.readWasm(bytes.slice(), {
    simd: true,
    bulk_memory: true,
    sat_float_to_int: true,
  });
  read.validate();
  read.destroy();
  if (!WebAssembly.validate(bytes)) throw new Error("the engine refuses the module");
}

const isSingle = (shape: Shape): boolean => shape.startsWith("f32");
const widthOf = (shape: Shape): number => (isSingle(shape) ? 4 : 8);

export interface Layout {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Elements of each array, a multiple of the lanes. */
  readonly length: number;
}

/** Writes code that makes outputs from inputs. */
export type Code = (symbols: Map<string, LaneValue>, lanes: Lanes) => void;

/** A module whose `run(from, to)` computes the outputs from the inputs at byte offsets from..to. */
export function moduleOf(
  code: Code,
  shape: Shape,
  { inputs, outputs, length }: Layout,
): ModuleBuilder {
  const fn = new FunctionBuilder("run", ["i32", "i32"], []);
  const lanes = lanesOf(fn, shape);
  const [at, end] = [fn.parameters[0]!, fn.parameters[1]!];
  const prefix = lanes.isVector ? "v128" : shape;
  const bytes = length * widthOf(shape);
  fn.loop((again) => {
    lanes.scope(() => {
      const symbols = new Map<string, LaneValue>();
      inputs.forEach((symbol, i) => {
        const local = fn.local(lanes.isVector ? "v128" : (shape as "f64" | "f32"));
        fn.get(at)
          .memory(`${prefix}.load`, i * bytes)
          .set(local);
        symbols.set(symbol, lanes.value(local));
      });
      code(symbols, lanes);
      outputs.forEach((symbol, i) => {
        const { local } = lanes.toNumber(symbols.get(symbol)!);
        fn.get(at)
          .get(local)
          .memory(`${prefix}.store`, (inputs.length + i) * bytes);
      });
    });
    fn.get(at)
      .i32(lanes.count * widthOf(shape))
      .op("i32.add")
      .tee(at);
    fn.get(end).op("i32.lt_u").branchIf(again);
  });
  const builder = new ModuleBuilder();
  builder.add(fn, true);
  return builder;
}

/** The outputs of code when it has run. */
export function generated(
  code: Code,
  shape: Shape,
  inputs: Inputs,
  outputs: readonly string[],
): Map<string, number[]> {
  const names = Object.keys(inputs);
  const count = inputs[names[0]!]!.length;
  const length = Math.ceil(count / 4) * 4;
  const bytes = moduleOf(code, shape, { inputs: names, outputs, length }).encode(0);
  validate(bytes);
  const width = widthOf(shape);
  const pages = Math.ceil(((names.length + outputs.length) * length * width) / page);
  const memory = new WebAssembly.Memory({ initial: pages });
  const Values = isSingle(shape) ? Float32Array : Float64Array;
  const arrayAt = (i: number) => new Values(memory.buffer, i * length * width, length);
  names.forEach((name, i) => arrayAt(i).set(inputs[name]!));
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  (instance.exports["run"] as (from: number, to: number) => void)(0, length * width);
  return new Map(
    outputs.map((name, i) => [name, [...arrayAt(names.length + i).subarray(0, count)]]),
  );
}

/** Throws where generated code and interpreter differ. */
export function expectSame(
  body: readonly Assignment[],
  shape: Shape,
  inputs: Inputs,
  outputs: readonly string[],
): void {
  const got = generated((known, lanes) => compileBody(body, known, lanes), shape, inputs, outputs);
  const symbols = [...new Set([...Object.keys(inputs), ...body.map(({ target }) => target)])];
  const slots = new Map(symbols.map((symbol, i) => [symbol, i]));
  const run = interpreted(body, slots, isSingle(shape) ? "float32" : "float64");
  const names = Object.keys(inputs);
  const count = inputs[names[0]!]!.length;
  const frame = new Float64Array(symbols.length);
  const round = isSingle(shape) ? Math.fround : (x: number) => x;
  for (let i = 0; i < count; i++) {
    for (const name of names) frame[slots.get(name)!] = round(inputs[name]![i]!);
    run(frame);
    for (const output of outputs) {
      const [wanted, found] = [frame[slots.get(output)!]!, got.get(output)![i]!];
      if (Object.is(wanted, found)) continue;
      const where = names.map((name) => `${name} = ${inputs[name]![i]!}`).join(", ");
      const text = body.map(({ target, value }) => `${target} = ${printExpression(value)}`);
      const wrong = `${output} is ${found}, wanted ${wanted}`;
      throw new Error(`${shape}: ${text.join("; ")} at ${where}: ${wrong}`);
    }
  }
}

/** The same for expressions by themselves, in one module. */
export function expectSameValues(exprs: readonly Expr[], shape: Shape, inputs: Inputs): void {
  const body = exprs.map((value, i) => ({ target: `result${i}`, value }));
  const outputs = body.map(({ target }) => target);
  expectSame(body, shape, inputs, outputs);
}
