// The options of compile(): what each may be, what it is without being given, and what is refused.

import { ValidationError } from "../../../src/errors.js";
import { checkCompileOptions } from "../../../src/runtime/options.js";

const ofEnvironment = process.env["MYELIN_DEBUG"];
beforeEach(() => {
  delete process.env["MYELIN_DEBUG"];
});
afterAll(() => {
  if (ofEnvironment !== undefined) process.env["MYELIN_DEBUG"] = ofEnvironment;
});

/** The error that the options are refused with. */
function refusal(options: unknown): ValidationError {
  try {
    checkCompileOptions(options);
  } catch (error) {
    if (error instanceof ValidationError) return error;
    throw error;
  }
  throw new Error(`accepted: ${JSON.stringify(options)}`);
}

test("only dt has to be given; all else has a usual value", () => {
  expect(checkCompileOptions({ dt: 0.1 })).toMatchObject({
    ...{ dt: 0.1, backend: "auto", device: "cpu", precision: "float64", batch: 1 },
    ...{ perCopy: [], tunable: [], seed: 0, optimize: "default", synchronous: true },
    debug: new Set(),
  });
});

test.each<[unknown, string, string]>([
  [undefined, "compile", "wrong-kind"],
  [null, "compile", "wrong-kind"],
  [[], "compile", "wrong-kind"],
  [0.1, "compile", "wrong-kind"],
  [{}, "compile.dt", "wrong-number"],
  [{ dt: "0.1" }, "compile.dt", "wrong-number"],
  [{ dt: 0 }, "compile.dt", "wrong-number"],
  [{ dt: -1 }, "compile.dt", "wrong-number"],
  [{ dt: NaN }, "compile.dt", "wrong-number"],
  [{ dt: Infinity }, "compile.dt", "wrong-number"],
  [{ dt: 1, backnd: "sparse" }, "compile.backnd", "unknown-option"],
  [{ dt: 1, backend: "sparce" }, "compile.backend", "unknown-name"],
  [{ dt: 1, backend: 3 }, "compile.backend", "unknown-name"],
  [{ dt: 1, device: "gpus" }, "compile.device", "unknown-name"],
  [{ dt: 1, device: "gpu:x" }, "compile.device", "unknown-name"],
  [{ dt: 1, precision: "float16" }, "compile.precision", "unknown-name"],
  [{ dt: 1, batch: 0 }, "compile.batch", "wrong-number"],
  [{ dt: 1, batch: 1.5 }, "compile.batch", "wrong-number"],
  [{ dt: 1, batch: 2 ** 40 }, "compile.batch", "wrong-number"],
  [{ dt: 1, perCopy: ["a.b"] }, "compile.perCopy", "no-batch"],
  [{ dt: 1, batch: 2, perCopy: "a.b" }, "compile.perCopy", "wrong-kind"],
  [{ dt: 1, batch: 2, perCopy: [3] }, "compile.perCopy[0]", "wrong-kind"],
  [{ dt: 1, tunable: "a.b" }, "compile.tunable", "wrong-kind"],
  [{ dt: 1, order: 3 }, "compile.order", "wrong-kind"],
  [{ dt: 1, seed: -1 }, "compile.seed", "wrong-number"],
  [{ dt: 1, seed: 0.5 }, "compile.seed", "wrong-number"],
  [{ dt: 1, optimize: "all" }, "compile.optimize", "unknown-name"],
  [{ dt: 1, optimize: true }, "compile.optimize", "unknown-name"],
  [{ dt: 1, optimize: { merge: 1 } }, "compile.optimize.merge", "wrong-kind"],
  [{ dt: 1, debug: "ir" }, "compile.debug", "wrong-kind"],
  [{ dt: 1, debug: ["irr"] }, "compile.debug", "unknown-name"],
  [{ dt: 1, debugSink: "stderr" }, "compile.debugSink", "wrong-kind"],
  [{ dt: 1, hosts: [() => {}] }, "compile.hosts", "wrong-kind"],
  [{ dt: 1, hosts: { f: 3 } }, "compile.hosts.f", "wrong-kind"],
  [{ dt: 1, hosts: { f: undefined } }, "compile.hosts.f", "wrong-kind"],
  [{ dt: 1, onWarning: {} }, "compile.onWarning", "wrong-kind"],
])("%j is refused at %s", (options, where, code) => {
  expect(refusal(options)).toMatchObject({ where, code });
});

test("a misspelled name is answered with the nearest known one", () => {
  expect(refusal({ dt: 1, backend: "sparce" }).message).toBe(
    'compile.backend: unknown name; got "sparce", allowed auto, iterative, sparse, dense, gpu. ' +
      'Did you mean "sparse"?',
  );
  expect(refusal({ dt: 1, presicion: "float32" }).message).toMatch('Did you mean "precision"?');
});

test.each([
  [{ dt: 1 }, true],
  [{ dt: 1, backend: "auto" }, true],
  [{ dt: 1, backend: "iterative" }, true],
  [{ dt: 1, backend: "sparse", batch: 4 }, true],
  [{ dt: 1, device: "cpu" }, true],
  [{ dt: 1, batch: 1 }, false],
  [{ dt: 1, device: "gpu" }, false],
  [{ dt: 1, backend: "dense" }, false],
  [{ dt: 1, backend: "gpu" }, false],
] as const)("%j is synchronous: %s", (options, synchronous) => {
  expect(checkCompileOptions(options).synchronous).toBe(synchronous);
});

test("on a GPU the usual device is the GPU and the usual precision float32", () => {
  expect(checkCompileOptions({ dt: 1, backend: "gpu" })).toMatchObject({
    ...{ device: "gpu", precision: "float32" },
  });
  expect(checkCompileOptions({ dt: 1, device: "gpu:1" })).toMatchObject({
    ...{ device: "gpu:1", precision: "float32" },
  });
});

test("functions of the user are taken from an object or a map", () => {
  const host = () => {};
  expect(checkCompileOptions({ dt: 1, hosts: { host } }).hosts.get("host")).toBe(host);
  const hosts = new Map([["host", host]]);
  expect(checkCompileOptions({ dt: 1, hosts }).hosts.get("host")).toBe(host);
});

test("the environment adds debug channels, and a misspelled one is an error", () => {
  process.env["MYELIN_DEBUG"] = "ir, code";
  expect(checkCompileOptions({ dt: 1, debug: ["timing"] }).debug).toEqual(
    new Set(["timing", "ir", "code"]),
  );
  process.env["MYELIN_DEBUG"] = "cod";
  expect(refusal({ dt: 1 })).toMatchObject({ where: "MYELIN_DEBUG", code: "unknown-name" });
});
