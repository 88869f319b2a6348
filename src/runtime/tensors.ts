// Parameters and states of a model as tensors for other programs. Invariant: the numbers, their order
// and their names are those of model.params and model.state; nothing of the model changes.

import { allNames } from "../ir/names.js";
import { writeSafetensors, type Tensor } from "../file/safetensors.js";
import type { NamedValue } from "../ir/program.js";
import { product } from "../util/product.js";
import { libraryVersion } from "../util/version.js";
import type { Values } from "./backend.js";
import type { ModelCore } from "./core.js";
import { copiesOf, type NamedKind, type NameTable } from "./lookup.js";
import { constantValues, takeSlice } from "./state.js";

/** Spikes are left out: they are events of one step. */
const kinds: ReadonlySet<NamedKind> = new Set(["state", "tunable", "parameter", "constant"]);

const tensorNames = (table: NameTable): readonly NamedValue[] =>
  allNames(table.program).filter(({ kind }) => kinds.has(kind));

/** The arrays that `tensorsOf` reads, each once. */
export const tensorArrays = (table: NameTable): readonly string[] => [
  ...new Set(tensorNames(table).flatMap(({ kind, array }) => (kind === "constant" ? [] : [array]))),
];

function tensorOf(table: NameTable, named: NamedValue, whole: (array: string) => Values): Tensor {
  const isConstant = named.kind === "constant";
  const copies = isConstant ? 1 : copiesOf(table, named.array);
  const values = isConstant
    ? constantValues(table, named)
    : takeSlice(table, named, whole(named.array));
  const one = product(named.shape) === named.count ? named.shape : [named.count];
  const isInt = table.arrays.get(named.array)?.type === "int";
  return {
    shape: copies > 1 ? [copies, ...one] : one,
    data: isInt ? Int32Array.from(values) : values,
  };
}

/** The file; `read` gives a whole array of the Program. */
export function tensorBytes(
  { table }: Pick<ModelCore, "table">,
  stepCount: number,
  read: (array: string) => Values,
): Uint8Array {
  const known = new Map<string, Values>();
  const whole = (array: string): Values => {
    const values = known.get(array) ?? read(array);
    known.set(array, values);
    return values;
  };
  const { name, dt } = table.program;
  const tensors = tensorNames(table).map((named) => [named.path, tensorOf(table, named, whole)]);
  return writeSafetensors(Object.fromEntries(tensors) as Record<string, Tensor>, {
    ...{ myelin: libraryVersion, network: name, dt: String(dt), step: String(stepCount) },
  });
}
