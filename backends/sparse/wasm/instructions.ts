// The instructions that generated code uses: name in the text format, opcode, what follows it.
// Invariant: the one list that both the encoder and the printer read; names are those of the
// WebAssembly specification.

/** What follows an opcode. */
export type Immediate =
  /** Nothing. */
  | "none"
  /** An index: of a local, a global, a function, or a label's depth. */
  | "index"
  /** Alignment (as exponent of 2) and offset. */
  | "memory"
  /** A lane number. */
  | "lane"
  /** Alignment and offset, then a lane number. */
  | "memoryLane"
  | "i32"
  | "i64"
  | "f32"
  | "f64"
  | "v128"
  /** Type of a block: empty, or one result. */
  | "block"
  /** Sixteen lane numbers. */
  | "shuffle"
  /** Two memory indices, of which only 0 exists. */
  | "memories";

export interface Instruction {
  /** 0xfd for vectors, 0xfc for the later ones, else absent. */
  readonly prefix?: number;
  readonly code: number;
  readonly immediate: Immediate;
  /** Exponent of the natural alignment, for loads and stores. */
  readonly align?: number;
}

type Entry = readonly [name: string, code: number];

const plain: readonly Entry[] = [
  ...entries(0x00, "unreachable", "nop"),
  ...entries(0x0b, "end"),
  ...entries(0x05, "else"),
  ...entries(0x0f, "return"),
  ...entries(0x1a, "drop", "select"),
  ...entries(0x45, "i32.eqz", "i32.eq", "i32.ne", "i32.lt_s", "i32.lt_u", "i32.gt_s", "i32.gt_u"),
  ...entries(0x4c, "i32.le_s", "i32.le_u", "i32.ge_s", "i32.ge_u"),
  ...entries(0x50, "i64.eqz", "i64.eq", "i64.ne", "i64.lt_s", "i64.lt_u", "i64.gt_s", "i64.gt_u"),
  ...entries(0x57, "i64.le_s", "i64.le_u", "i64.ge_s", "i64.ge_u"),
  ...entries(0x5b, "f32.eq", "f32.ne", "f32.lt", "f32.gt", "f32.le", "f32.ge"),
  ...entries(0x61, "f64.eq", "f64.ne", "f64.lt", "f64.gt", "f64.le", "f64.ge"),
  ...entries(0x67, "i32.clz", "i32.ctz", "i32.popcnt", "i32.add", "i32.sub", "i32.mul"),
  ...entries(0x6d, "i32.div_s", "i32.div_u", "i32.rem_s", "i32.rem_u", "i32.and", "i32.or"),
  ...entries(0x73, "i32.xor", "i32.shl", "i32.shr_s", "i32.shr_u", "i32.rotl", "i32.rotr"),
  ...entries(0x79, "i64.clz", "i64.ctz", "i64.popcnt", "i64.add", "i64.sub", "i64.mul"),
  ...entries(0x7f, "i64.div_s", "i64.div_u", "i64.rem_s", "i64.rem_u", "i64.and", "i64.or"),
  ...entries(0x85, "i64.xor", "i64.shl", "i64.shr_s", "i64.shr_u", "i64.rotl", "i64.rotr"),
  ...entries(0x8b, "f32.abs", "f32.neg", "f32.ceil", "f32.floor", "f32.trunc", "f32.nearest"),
  ...entries(0x91, "f32.sqrt", "f32.add", "f32.sub", "f32.mul", "f32.div", "f32.min", "f32.max"),
  ...entries(0x98, "f32.copysign"),
  ...entries(0x99, "f64.abs", "f64.neg", "f64.ceil", "f64.floor", "f64.trunc", "f64.nearest"),
  ...entries(0x9f, "f64.sqrt", "f64.add", "f64.sub", "f64.mul", "f64.div", "f64.min", "f64.max"),
  ...entries(0xa6, "f64.copysign", "i32.wrap_i64"),
  ...entries(0xac, "i64.extend_i32_s", "i64.extend_i32_u"),
  ...entries(0xb2, "f32.convert_i32_s", "f32.convert_i32_u", "f32.convert_i64_s"),
  ...entries(0xb5, "f32.convert_i64_u", "f32.demote_f64", "f64.convert_i32_s"),
  ...entries(0xb8, "f64.convert_i32_u", "f64.convert_i64_s", "f64.convert_i64_u"),
  ...entries(0xbb, "f64.promote_f32", "i32.reinterpret_f32", "i64.reinterpret_f64"),
  ...entries(0xbe, "f32.reinterpret_i32", "f64.reinterpret_i64"),
];

const later: readonly Entry[] = [
  ...entries(0x00, "i32.trunc_sat_f32_s", "i32.trunc_sat_f32_u", "i32.trunc_sat_f64_s"),
  ...entries(0x03, "i32.trunc_sat_f64_u", "i64.trunc_sat_f32_s", "i64.trunc_sat_f32_u"),
  ...entries(0x06, "i64.trunc_sat_f64_s", "i64.trunc_sat_f64_u"),
];

const vector: readonly Entry[] = [
  ...entries(0x0f, "i8x16.splat", "i16x8.splat", "i32x4.splat", "i64x2.splat"),
  ...entries(0x13, "f32x4.splat", "f64x2.splat"),
  ...entries(0x37, "i32x4.eq", "i32x4.ne", "i32x4.lt_s", "i32x4.lt_u", "i32x4.gt_s"),
  ...entries(0x41, "f32x4.eq", "f32x4.ne", "f32x4.lt", "f32x4.gt", "f32x4.le", "f32x4.ge"),
  ...entries(0x47, "f64x2.eq", "f64x2.ne", "f64x2.lt", "f64x2.gt", "f64x2.le", "f64x2.ge"),
  ...entries(0x4d, "v128.not", "v128.and", "v128.andnot", "v128.or", "v128.xor"),
  ...entries(0x52, "v128.bitselect", "v128.any_true"),
  ...entries(0x5e, "f32x4.demote_f64x2_zero", "f64x2.promote_low_f32x4"),
  ...entries(0x67, "f32x4.ceil", "f32x4.floor", "f32x4.trunc", "f32x4.nearest"),
  ...entries(0x74, "f64x2.ceil", "f64x2.floor"),
  ...entries(0x7a, "f64x2.trunc"),
  ...entries(0x94, "f64x2.nearest"),
  ...entries(0xa0, "i32x4.abs", "i32x4.neg"),
  ...entries(0xa3, "i32x4.all_true", "i32x4.bitmask"),
  ...entries(0xa7, "i32x4.extend_low_i16x8_s", "i32x4.extend_high_i16x8_s"),
  ...entries(0xa9, "i32x4.extend_low_i16x8_u", "i32x4.extend_high_i16x8_u"),
  ...entries(0xab, "i32x4.shl", "i32x4.shr_s", "i32x4.shr_u", "i32x4.add"),
  ...entries(0xb1, "i32x4.sub"),
  ...entries(0xb5, "i32x4.mul"),
  ...entries(0xc1, "i64x2.neg"),
  ...entries(0xc3, "i64x2.all_true", "i64x2.bitmask"),
  ...entries(0xc7, "i64x2.extend_low_i32x4_s", "i64x2.extend_high_i32x4_s"),
  ...entries(0xc9, "i64x2.extend_low_i32x4_u", "i64x2.extend_high_i32x4_u"),
  ...entries(0xcb, "i64x2.shl", "i64x2.shr_s", "i64x2.shr_u", "i64x2.add"),
  ...entries(0xd1, "i64x2.sub"),
  ...entries(0xd5, "i64x2.mul"),
  ...entries(0xde, "i64x2.extmul_low_i32x4_u", "i64x2.extmul_high_i32x4_u"),
  ...entries(0xe0, "f32x4.abs", "f32x4.neg"),
  ...entries(0xe3, "f32x4.sqrt", "f32x4.add", "f32x4.sub", "f32x4.mul", "f32x4.div"),
  ...entries(0xe8, "f32x4.min", "f32x4.max", "f32x4.pmin", "f32x4.pmax"),
  ...entries(0xec, "f64x2.abs", "f64x2.neg"),
  ...entries(0xef, "f64x2.sqrt", "f64x2.add", "f64x2.sub", "f64x2.mul", "f64x2.div"),
  ...entries(0xf4, "f64x2.min", "f64x2.max", "f64x2.pmin", "f64x2.pmax"),
  ...entries(0xf8, "i32x4.trunc_sat_f32x4_s", "i32x4.trunc_sat_f32x4_u"),
  ...entries(0xfa, "f32x4.convert_i32x4_s", "f32x4.convert_i32x4_u"),
  ...entries(0xfc, "i32x4.trunc_sat_f64x2_s_zero", "i32x4.trunc_sat_f64x2_u_zero"),
  ...entries(0xfe, "f64x2.convert_low_i32x4_s", "f64x2.convert_low_i32x4_u"),
];

function entries(first: number, ...names: readonly string[]): Entry[] {
  return names.map((name, i) => [name, first + i] as const);
}

type Named = readonly [string, Instruction];

const simple = (list: readonly Entry[], prefix?: number): Named[] =>
  list.map(([name, code]) => [
    name,
    { code, immediate: "none", ...(prefix !== undefined && { prefix }) },
  ]);

const withImmediate = (immediate: Immediate, list: readonly Entry[], prefix?: number): Named[] =>
  list.map(([name, code]) => [name, { code, immediate, ...(prefix !== undefined && { prefix }) }]);

const memory = (name: string, code: number, align: number, prefix?: number): Named => [
  name,
  { code, immediate: "memory", align, ...(prefix !== undefined && { prefix }) },
];

const vectors = 0xfd;

const table = new Map<string, Instruction>([
  ...simple(plain),
  ...simple(later, 0xfc),
  ...simple(vector, vectors),
  ...withImmediate("block", entries(0x02, "block", "loop", "if")),
  ...withImmediate("index", entries(0x0c, "br", "br_if")),
  ...withImmediate("index", entries(0x10, "call")),
  ...withImmediate("index", entries(0x20, "local.get", "local.set", "local.tee")),
  ...withImmediate("index", entries(0x23, "global.get", "global.set")),
  ...withImmediate("i32", entries(0x41, "i32.const")),
  ...withImmediate("i64", entries(0x42, "i64.const")),
  ...withImmediate("f32", entries(0x43, "f32.const")),
  ...withImmediate("f64", entries(0x44, "f64.const")),
  ...withImmediate("v128", entries(0x0c, "v128.const"), vectors),
  ...withImmediate("shuffle", entries(0x0d, "i8x16.shuffle"), vectors),
  ...withImmediate("lane", entries(0x1b, "i32x4.extract_lane", "i32x4.replace_lane"), vectors),
  ...withImmediate("lane", entries(0x1d, "i64x2.extract_lane", "i64x2.replace_lane"), vectors),
  ...withImmediate("lane", entries(0x1f, "f32x4.extract_lane", "f32x4.replace_lane"), vectors),
  ...withImmediate("lane", entries(0x21, "f64x2.extract_lane", "f64x2.replace_lane"), vectors),
  ...withImmediate("memories", [["memory.copy", 0x0a]], 0xfc),
  ...withImmediate("memories", [["memory.fill", 0x0b]], 0xfc),
  memory("i32.load", 0x28, 2),
  memory("i64.load", 0x29, 3),
  memory("f32.load", 0x2a, 2),
  memory("f64.load", 0x2b, 3),
  memory("i32.load8_u", 0x2d, 0),
  memory("i32.load16_u", 0x2f, 1),
  memory("i32.store", 0x36, 2),
  memory("i64.store", 0x37, 3),
  memory("f32.store", 0x38, 2),
  memory("f64.store", 0x39, 3),
  memory("i32.store8", 0x3a, 0),
  memory("i32.store16", 0x3b, 1),
  memory("v128.load", 0x00, 4, vectors),
  memory("v128.load16x4_u", 0x04, 3, vectors),
  memory("v128.load32_splat", 0x09, 2, vectors),
  memory("v128.load64_splat", 0x0a, 3, vectors),
  memory("v128.store", 0x0b, 4, vectors),
  memory("v128.load32_zero", 0x5c, 2, vectors),
  memory("v128.load64_zero", 0x5d, 3, vectors),
  ["v128.load32_lane", { prefix: vectors, code: 0x56, immediate: "memoryLane", align: 2 }],
  ["v128.load64_lane", { prefix: vectors, code: 0x57, immediate: "memoryLane", align: 3 }],
  ["v128.store32_lane", { prefix: vectors, code: 0x5a, immediate: "memoryLane", align: 2 }],
  ["v128.store64_lane", { prefix: vectors, code: 0x5b, immediate: "memoryLane", align: 3 }],
]);

/** All instructions by name. */
export const instructions: ReadonlyMap<string, Instruction> = table;
