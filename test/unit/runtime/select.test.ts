// The choice of backend: by name or by estimate, always with its reasons.

import { BackendUnavailableError } from "../../../src/errors.js";
import type { Backend } from "../../../src/runtime/backend.js";
import { explain } from "../../../src/runtime/explain.js";
import { chooseBackend } from "../../../src/runtime/select.js";
import type { BackendLoaders } from "../../../src/runtime/select.js";
import { fakeBackend, fakeProgram } from "../../helpers/fake-backend.js";
import type { FakeBackendOptions } from "../../helpers/fake-backend.js";

const program = fakeProgram();
const wanted = { backend: "auto", device: "cpu", precision: "float64", synchronous: true } as const;

function loadersOf(...backends: (FakeBackendOptions | null)[]): BackendLoaders {
  const names = ["iterative", "sparse", "dense", "gpu"];
  const entries = backends.flatMap((options, i) => {
    if (options === null) return [];
    const name = names[i]!;
    const backend = fakeBackend({ name, synchronous: i < 2, ...options });
    return [[name, async () => ({ create: async () => backend as Backend | null })] as const];
  });
  return Object.fromEntries(entries);
}

test("a backend is taken by its name", async () => {
  const choice = await chooseBackend(loadersOf({}, {}), program, {
    ...wanted,
    backend: "iterative",
  });
  expect(choice.backend.name).toBe("iterative");
  expect(choice.candidates.map(({ status }) => status)).toEqual([
    ...["chosen", "not asked", "not asked", "not asked"],
  ]);
});

test("one that is not installed is refused with what there is and how to get it", async () => {
  const choose = chooseBackend(loadersOf({}), program, { ...wanted, backend: "dense" });
  await expect(choose).rejects.toThrow(BackendUnavailableError);
  await expect(choose).rejects.toThrow(
    'compile.backend: this backend is not part of this installation; got "dense", allowed here: ' +
      "iterative, auto. For the dense backend: npm install onnxruntime-node.",
  );
  const absent = { gpu: async () => ({ create: async () => null }) };
  await expect(chooseBackend(absent, program, { ...wanted, backend: "gpu" })).rejects.toThrow(
    "cannot run on this machine",
  );
});

test("one that cannot run the Program is refused with its reasons", async () => {
  const problems = [{ code: "op-missing", op: "deliver0", reason: "no spikes here" }];
  const named = { ...wanted, backend: "sparse" } as const;
  const refused = async (options: FakeBackendOptions) =>
    expect(chooseBackend(loadersOf({}, options), program, named)).rejects;
  await (await refused({ problems })).toThrow("deliver0: no spikes here");
  await (await refused({ devices: ["cuda"] })).toThrow('it has no device "cpu", only cuda');
  await (await refused({ precisions: ["float32"] })).toThrow("it has no float64, only float32");
});

test("auto takes the cheapest synchronous one that can run it", async () => {
  const problems = [{ code: "limit", reason: "too large" }];
  const choose = (...options: FakeBackendOptions[]) =>
    chooseBackend(loadersOf(...options), program, wanted);
  expect((await choose({}, { nanoseconds: 10 }, { nanoseconds: 1 })).backend.name).toBe("sparse");
  expect((await choose({}, { nanoseconds: 1000 })).backend.name).toBe("iterative");
  const only = await choose({}, { nanoseconds: 10, problems });
  expect(only.backend.name).toBe("iterative");
  expect(only.reason).toBe("the only one that can run it here");
  expect(only.candidates).toMatchObject([
    ...[
      { name: "iterative", status: "chosen" },
      { status: "refused", reason: "too large" },
    ],
    ...[
      { name: "dense", status: "not asked" },
      { name: "gpu", status: "not asked" },
    ],
  ]);
  await expect(choose({ problems }, { problems })).rejects.toThrow(
    /iterative: too large \| sparse/,
  );
});

test("for a batch or another device auto takes asynchronous ones, too", async () => {
  const loaders = loadersOf({}, {}, { nanoseconds: 1 }, { nanoseconds: 9, devices: ["gpu"] });
  const batch = await chooseBackend(loaders, program, { ...wanted, synchronous: false });
  expect(batch.backend.name).toBe("dense");
  const gpu = { ...wanted, synchronous: false, device: "gpu:1" } as const;
  expect((await chooseBackend(loaders, program, gpu)).backend.name).toBe("gpu");
});

test("a backend that fails to load is no obstacle to the others", async () => {
  const failing = async () => {
    throw new Error("no driver");
  };
  const loaders = { ...loadersOf({}), sparse: failing };
  const choice = await chooseBackend(loaders, program, wanted);
  expect(choice.backend.name).toBe("iterative");
  expect(choice.candidates[1]).toMatchObject({ status: "unavailable", reason: "Error: no driver" });
});

test("the explanation has the table, the ops and the bytes, as data and as text", async () => {
  const choice = await chooseBackend(loadersOf({}, { nanoseconds: 50 }), program, wanted);
  const explanation = explain(program, choice, ["left: mind the gap"]);
  expect(explanation).toMatchObject({
    ...{ backend: "sparse", ops: { ring: 1 }, precision: "float64", batch: 1 },
    warnings: ["left: mind the gap"],
  });
  expect(explanation.bytes).toBe(3 * 8 + 5 * 8 + 5 * 8 + 5 * 4 + 5 * 4 + 15 * 4 + 8);
  const text = String(explanation);
  expect(text).toMatch("fake: sparse, the lowest estimated time");
  expect(text).toMatch(/iterative +possible +100 ns a step, 100 B touched, 2.00 KiB held/);
  expect(text).toMatch(/sparse +chosen +50.0 ns/);
  expect(text).toMatch("ops in a step: 1: 1 ring");
  expect(text).toMatch("left: mind the gap");
  expect(JSON.parse(JSON.stringify(explanation))).toMatchObject({ backend: "sparse" });
});
