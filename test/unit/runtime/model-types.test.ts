// The type of a model follows from the options. tsc checks this file; running it only shows that the
// same options give the same kind at run time.

import type { compile } from "../../../src/compile.js";
import type { AsyncModel } from "../../../src/runtime/async-model.js";
import type { Values } from "../../../src/runtime/backend.js";
import type { Model } from "../../../src/runtime/model.js";
import type { ModelOf } from "../../../src/runtime/model-of.js";
import { checkCompileOptions } from "../../../src/runtime/options.js";
import type { BackendName, CompileOptions } from "../../../src/runtime/options.js";

type Equal<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** Does not compile unless A and B are the same type. */
const same = <A, B>(_same: Equal<A, B>): void => {};

declare const compileIt: typeof compile;
declare const anyBackend: BackendName;
declare const network: Parameters<typeof compile>[0];

/** Never called: only its types matter. */
export async function typesOfModels(): Promise<void> {
  const plain = await compileIt(network, { dt: 1 });
  same<typeof plain, Model>(true);
  const sparse = await compileIt(network, { dt: 1, backend: "sparse" });
  same<typeof sparse, Model>(true);
  const dense = await compileIt(network, { dt: 1, backend: "dense" });
  same<typeof dense, AsyncModel>(true);
  const batch = await compileIt(network, { dt: 1, batch: 16 });
  same<typeof batch, AsyncModel>(true);
  const either = await compileIt(network, { dt: 1, backend: anyBackend });
  same<typeof either, Model | AsyncModel>(true);
  const y = sparse([1]);
  same<typeof y, Values>(true);
  const later = dense([1]);
  same<typeof later, Promise<Values>>(true);
  same<ReturnType<typeof sparse.state.get>, Values>(true);
  same<ReturnType<typeof dense.state.get>, Promise<Values>>(true);
  // @ts-expect-error -- a promise is no vector
  const wrong: Values = dense([1]);
  // @ts-expect-error -- dt is missing
  await compileIt(network, { backend: "sparse" });
  // @ts-expect-error -- no such backend
  await compileIt(network, { dt: 1, backend: "sparce" });
  // @ts-expect-error -- a model is not made of text
  sparse("1");
  void [plain, batch, either, y, later, wrong];
}

same<ModelOf<{ dt: 1 }>, Model>(true);
same<ModelOf<{ dt: 1; backend: "auto" }>, Model>(true);
same<ModelOf<{ dt: 1; backend: "iterative" }>, Model>(true);
same<ModelOf<{ dt: 1; backend: "iterative"; batch: 4 }>, Model>(true);
same<ModelOf<{ dt: 1; backend: "gpu" }>, AsyncModel>(true);
same<ModelOf<{ dt: 1; device: "cpu" }>, Model>(true);
same<ModelOf<{ dt: 1; device: "gpu" }>, AsyncModel>(true);
same<ModelOf<{ dt: 1; device: "cpu" | "gpu" }>, AsyncModel>(true);
same<ModelOf<{ dt: 1; precision: "float32" }>, Model>(true);
same<ModelOf<{ dt: 1; backend: "sparse" | "dense" }>, Model | AsyncModel>(true);
same<ModelOf<{ dt: 1; backend: BackendName }>, Model | AsyncModel>(true);

test.each<[CompileOptions, boolean]>([
  [{ dt: 1 }, true],
  [{ dt: 1, backend: "auto" }, true],
  [{ dt: 1, backend: "iterative", batch: 4 }, true],
  [{ dt: 1, backend: "gpu" }, false],
  [{ dt: 1, device: "cpu" }, true],
  [{ dt: 1, device: "gpu" }, false],
  [{ dt: 1, batch: 16 }, false],
  [{ dt: 1, precision: "float32" }, true],
])("%j is synchronous: %s, as its type says", (options, synchronous) => {
  expect(checkCompileOptions(options).synchronous).toBe(synchronous);
});
