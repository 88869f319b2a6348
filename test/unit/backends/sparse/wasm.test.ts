// The encoder writes what an assembler of the text format writes: every instruction of the table, the
// limits of the number formats, and whole modules. wabt is the assembler; the engine has to agree.

import wabt from "wabt";
import { Bytes } from "../../../../backends/sparse/wasm/bytes.js";
import {
  FunctionBuilder,
  typeCodes,
  type ValueType,
} from "../../../../backends/sparse/wasm/function-builder.js";
import { instructions, type Instruction } from "../../../../backends/sparse/wasm/instructions.js";
import { ModuleBuilder } from "../../../../backends/sparse/wasm/module-builder.js";
import { effectOf } from "../../../../backends/sparse/wasm/operands.js";
import { Reader } from "../../../../backends/sparse/wasm/reader.js";
import { printBytes, printModule } from "../../../../backends/sparse/wasm/text.js";

const tools = await wabt();
const features = { simd: true, bulk_memory: true, sat_float_to_int: true, mutable_globals: true };
const types = Object.keys(typeCodes) as ValueType[];

/** What the assembler makes of a text; it also checks the types. */
function assembled(text: string): number[] {
  const module = tools.parseWat("printed.wat", text, features);
  module.validate();
  const { buffer } = module.toBinary({});
  module.destroy();
  return [...buffer];
}

/** Throws unless the bytes are a module of plain SIMD that prints and assembles to itself. */
function check(builder: ModuleBuilder): void {
  const bytes = builder.encode(1);
  const read = tools.readWasm(bytes.slice(), features);
  read.validate();
  read.destroy();
  expect(WebAssembly.validate(bytes)).toBe(true);
  expect(assembled(printModule(builder, 1))).toEqual([...bytes]);
  expect(assembled(printBytes(bytes))).toEqual([...bytes]);
}

function moduleWith(
  write: (fn: FunctionBuilder) => void,
  parameters: readonly ValueType[] = [],
  results: readonly ValueType[] = [],
): ModuleBuilder {
  const fn = new FunctionBuilder("f", parameters, results);
  write(fn);
  const builder = new ModuleBuilder();
  builder.global("counter", "i32");
  builder.add(fn, true);
  return builder;
}

const lanes = [31, 0, 15, 16, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

/** Writes an instruction with some immediate, inside a block that it may leave. */
function writeOne(fn: FunctionBuilder, name: string, { immediate }: Instruction): void {
  switch (immediate) {
    case "none":
      fn.op(name);
      break;
    case "memory":
      fn.memory(name, 16);
      break;
    case "memoryLane":
      fn.memoryLane(name, 16, 1);
      break;
    case "lane":
      fn.lane(name, 1);
      break;
    case "shuffle":
      fn.shuffle(lanes);
      break;
    case "memories":
      fn.bulk(name as "memory.copy" | "memory.fill");
      break;
    default:
      throw new Error(`${name} has a test of its own`);
  }
}

const ordinary = [...instructions].filter(
  ([name, { immediate }]) =>
    !["index", "block", "i32", "i64", "f32", "f64", "v128"].includes(immediate) &&
    !["end", "else"].includes(name),
);

/** All lists of so many types. */
const typeLists = (count: number): ValueType[][] =>
  count === 0 ? [[]] : typeLists(count - 1).flatMap((list) => types.map((type) => [...list, type]));

test.each(ordinary)("%s is the assembler's, with the operands that its name says", (name, how) => {
  const { takes, leaves } = effectOf(name, how.immediate);
  const builders = typeLists(takes).map((parameters) =>
    moduleWith((fn) => {
      fn.block(() => {
        for (const parameter of fn.parameters) fn.get(parameter);
        writeOne(fn, name, how);
        for (let i = 0; i < leaves; i++) fn.op("drop");
      });
    }, parameters),
  );
  const fitting = builders.filter((builder) => WebAssembly.validate(builder.encode(1)));
  expect(fitting).not.toHaveLength(0);
  for (const builder of fitting) check(builder);
});

test("no instruction is beyond plain SIMD, and names and opcodes are distinct", () => {
  const codes = [...instructions].map(([, { prefix = 0, code }]) => prefix * 65536 + code);
  expect(new Set(codes).size).toBe(codes.length);
  for (const [, { prefix, code }] of instructions) {
    // Relaxed instructions begin at 0x100.
    if (prefix === 0xfd) expect(code).toBeLessThan(0x100);
  }
});

const integers = [0, 1, -1, 63, 64, -64, -65, 127, 128, 8191, 8192, -8192, -8193, 2 ** 31 - 1];

test("integers of every length are the assembler's", () => {
  const wide = [2n ** 31n, -(2n ** 31n) - 1n, 2n ** 62n, -(2n ** 62n) - 1n, 2n ** 63n - 1n];
  for (const value of [...integers, -(2 ** 31)]) {
    check(moduleWith((fn) => fn.i32(value).op("drop").i64(BigInt(value)).op("drop")));
  }
  for (const value of [...wide, -(2n ** 63n)]) {
    check(moduleWith((fn) => fn.i64(value).op("drop")));
  }
  for (const offset of [0, 127, 128, 16383, 16384, 2 ** 31, 2 ** 32 - 1]) {
    check(moduleWith((fn) => fn.i32(0).memory("v128.load", offset).op("drop")));
  }
});

test("integers are read back as they were written", () => {
  const bytes = new Bytes();
  const unsigned = [0, 127, 128, 16383, 16384, 2 ** 21 - 1, 2 ** 28, 2 ** 31, 2 ** 32 - 1];
  const signed = [...integers, -(2 ** 31)].map(BigInt);
  for (const value of unsigned) bytes.u32(value);
  for (const value of signed) bytes.s32(Number(value));
  for (const value of [...signed, 2n ** 63n - 1n, -(2n ** 63n)]) bytes.s64(value);
  const reader = new Reader(bytes.view());
  expect(unsigned.map(() => reader.u32())).toEqual(unsigned);
  expect(signed.map(() => reader.s64())).toEqual(signed);
  expect([...signed, 0, 0].map(() => reader.s64())).toEqual([
    ...[...signed, 2n ** 63n - 1n],
    -(2n ** 63n),
  ]);
  expect(reader.isAtEnd).toBe(true);
  expect(() => reader.u8()).toThrow("the bytes end too early");
});

test("a NaN has the bits of the assembler's, whatever made it", () => {
  const negative = new Float64Array(BigUint64Array.of(0xfff8000000000001n).buffer)[0]!;
  for (const value of [NaN, Math.sqrt(-1), negative]) {
    check(moduleWith((fn) => fn.get(fn.constant("f64x2", value)).op("drop")));
    check(moduleWith((fn) => fn.get(fn.constant("f32", value)).op("drop")));
  }
});

test("bytes keep their content while they grow", () => {
  const bytes = new Bytes();
  const wanted: number[] = [];
  for (let i = 0; i < 1000; i++) {
    bytes.u8(i & 255);
    bytes.append(Uint8Array.of(1, 2, 3));
    wanted.push(i & 255, 1, 2, 3);
  }
  bytes.text("µ");
  expect(bytes.length).toBe(4003);
  expect([...bytes.view()]).toEqual([...wanted, 2, 0xc2, 0xb5]);
});

const numbers = [
  ...[0, -0, 1, -1, 0.1, 1 / 3, 1e-310, 5e-324, Number.MAX_VALUE, 1e22, 123456789, NaN, Infinity],
  ...[-Infinity, Math.fround(0.1), Math.fround(1 / 3), Math.fround(3.4e38), 2 ** -149, 1e-40],
];

test.each(["f32", "f64", "f32x4", "f64x2"] as const)(
  "constants of %s are the assembler's",
  (shape) => {
    const builder = moduleWith((fn) => {
      for (const value of numbers) fn.get(fn.constant(shape, value)).op("drop");
    });
    check(builder);
  },
);

test("a constant is made once, and 0 is not -0", () => {
  const fn = new FunctionBuilder("f", [], []);
  expect(fn.constant("f64", 0)).toBe(fn.constant("f64", 0));
  expect(fn.constant("f64", 0)).not.toBe(fn.constant("f64", -0));
  expect(fn.constant("f64", 0)).not.toBe(fn.constant("f32", 0));
  expect(fn.constant("f64x2", NaN)).toBe(fn.constant("f64x2", NaN));
  const shapes = ["i32", "i64", "i32x4", "i64x2"] as const;
  const of = shapes.map((shape) => fn.constant(shape, -5).type);
  expect(of).toEqual(["i32", "i64", "v128", "v128"]);
  const builder = new ModuleBuilder();
  builder.add(fn);
  check(builder);
});

/** Sums i * i for i from n down to 1, by way of everything that branches. */
function everything(): ModuleBuilder {
  const builder = new ModuleBuilder();
  const host = builder.import("host call", ["i32", "f64"], ["f64"]);
  const report = builder.import("report", []);
  const step = builder.global("step", "i64");
  const square = new FunctionBuilder("square", ["f64"], ["f64"]);
  square.get(square.parameters[0]!).get(square.parameters[0]!).op("f64.mul");
  const squareIndex = builder.add(square);
  const run = new FunctionBuilder("run", ["i32"], ["f64"]);
  const [n, sum] = [run.parameters[0]!, run.local("f64")];
  run.block((leave) => {
    run.get(n).op("i32.eqz").branchIf(leave);
    run.loop((again) => {
      run.get(sum).get(n).op("f64.convert_i32_s").call(squareIndex);
      run.op("f64.add").set(sum);
      run.get(n).i32(1).op("i32.sub").tee(n).branchIf(again);
    });
    run.branch(leave);
  });
  run.getGlobal(step).i64(1n).op("i64.add").setGlobal(step);
  run.get(run.parameters[0]!);
  run.if(
    () => run.get(run.constant("f64", 0)),
    () => run.i32(7).get(sum).call(host),
    "f64",
  );
  run.call(report);
  builder.add(run, true);
  return builder;
}

test("a module with calls, loops and branches is the assembler's, and runs", () => {
  const builder = everything();
  check(builder);
  const memory = new WebAssembly.Memory({ initial: 1 });
  const seen: number[] = [];
  const env = {
    memory,
    "host call": (a: number, b: number) => seen.push(a, b) + b,
    report: () => seen.push(-1),
  };
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(builder.encode(1)), { env });
  expect((exports["run"] as (n: number) => number)(4)).toBe(32);
  expect(seen).toEqual([7, 30, -1]);
  expect((exports["step"] as { value: bigint }).value).toBe(1n);
});

test("text folds operands, names labels and breaks long lines", () => {
  expect(printModule(everything(), 3)).toMatchInlineSnapshot(`
    "(module
      (import "env" "host call" (func $host_call (param i32) (param f64) (result f64)))
      (import "env" "report" (func $report))
      (import "env" "memory" (memory 3))
      (global $step (mut i64) (i64.const 0))
      (export "run" (func $run))
      (export "step" (global $step))
      (func $square (param $d0 f64) (result f64)
        (f64.mul (local.get $d0) (local.get $d0))
      )
      (func $run (param $i0 i32) (result f64)
        (local $d1 f64)
        (local $d2 f64)
        (local.set $d2 (f64.const 0))
        block $block0
          (br_if $block0 (i32.eqz (local.get $i0)))
          loop $loop1
            (local.set $d1 (f64.add (local.get $d1) (call $square (f64.convert_i32_s (local.get $i0)))))
            (br_if $loop1 (local.tee $i0 (i32.sub (local.get $i0) (i32.const 1))))
          end
          (br $block0)
        end
        (global.set $step (i64.add (global.get $step) (i64.const 1)))
        (local.get $i0)
        if $if2 (result f64)
          (local.get $d2)
        else
          (call $host_call (i32.const 7) (local.get $d1))
        end
        (call $report)
      )
    )
    "
  `);
});

test("names that the text format does not allow, or that occur twice, are changed", () => {
  const builder = new ModuleBuilder();
  for (const name of ["a b", "a.3", "a_b", "a", "a", "", 'x"\\\n', "µ"]) {
    builder.add(new FunctionBuilder(name, [], []));
  }
  builder.add(new FunctionBuilder('say "µ"\n', [], []), true);
  check(builder);
  const names = [...printModule(builder, 1).matchAll(/^ {2}\(func (\S+)/gm)].map(([, id]) => id);
  expect(names).toEqual(
    ["a_b", "a.3", "a_b.2", "a", "a.4", ".5", "x_\\_", "_", "say_____"].map((id) => `$${id}`),
  );
});

test("many locals are declared in runs of one type", () => {
  const builder = moduleWith((fn) => {
    for (const type of ["f64", "f64", "i32", "v128", "v128", "f64"] as const) {
      const local = fn.local(type);
      fn.get(local).set(local);
    }
    for (let i = 0; i < 300; i++) fn.get(fn.constant("f64x2", i)).op("drop");
  });
  check(builder);
});

test("operands below what a statement takes stay in their order", () => {
  check(
    moduleWith(
      (fn) => {
        const local = fn.local("i32");
        fn.i32(1).i32(2).set(local).get(local).op("i32.sub");
      },
      [],
      ["i32"],
    ),
  );
});

test("what is no instruction, comes too late or stays open is refused", () => {
  const fn = new FunctionBuilder("f", [], []);
  expect(() => fn.op("f64.exp")).toThrow('f64.exp: is no instruction with immediate "none"');
  expect(() => fn.op("local.get")).toThrow('is no instruction with immediate "none"');
  expect(() => fn.memory("f64.add")).toThrow('is no instruction with immediate "memory"');
  const builder = new ModuleBuilder();
  builder.add(fn);
  expect(() => builder.import("late", [])).toThrow("late: is imported too late");
  fn.block(() => expect(() => fn.encode()).toThrow("f: has an open block"));
});

test("bytes that are no module of ours are refused", () => {
  expect(() => printBytes(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1))).toThrow("end too early");
  const bytes = moduleWith((fn) => fn.op("nop")).encode(1);
  const broken = bytes.slice();
  broken[broken.length - 2] = 0xff;
  expect(() => printBytes(broken)).toThrow("there is no instruction 255");
  broken[broken.length - 3] = 1;
  broken.set([1, 0x70], broken.length - 2);
  expect(() => printBytes(broken)).toThrow("there is no type");
});
