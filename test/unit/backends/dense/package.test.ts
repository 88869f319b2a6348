// The package onnxruntime-node: what happens without it, and on devices that are not there.

import { Network, neurons } from "../../../../src/index.js";
import type { BackendLoaders } from "../../../../src/runtime/select.js";
import { chooseBackend } from "../../../../src/runtime/select.js";
import { createSession, devicesOf, loadOrt, type Ort } from "../../../../backends/dense/runtime.js";
import { dense } from "./side-by-side.js";

const missing = (): Promise<unknown> =>
  Promise.reject(Object.assign(new Error("Cannot find package"), { code: "ERR_MODULE_NOT_FOUND" }));

test("without the package, or with something else in its place, there is no backend", async () => {
  expect(await loadOrt(missing)).toBeNull();
  expect(await loadOrt(async () => ({}))).toBeNull();
  expect(await loadOrt(async () => ({ default: {} }))).toBeNull();
  expect(await loadOrt()).not.toBeNull();
});

test("asking for it by name then says how to install it", async () => {
  const net = new Network();
  net.addNeuron(neurons.nonSpiking(), { name: "cell" });
  const { program } = await net.compile({ dt: 0.1, backend: "iterative" });
  const loaders: BackendLoaders = {
    dense: async () => ({ create: async () => ((await loadOrt(missing)) === null ? null : dense) }),
  };
  const wanted = {
    backend: "dense",
    device: "cpu",
    precision: "float64",
    synchronous: false,
  } as const;
  await expect(chooseBackend(loaders, program, wanted)).rejects.toMatchObject({
    name: "BackendUnavailableError",
    code: "backend-unavailable",
    message: expect.stringContaining("npm install onnxruntime-node"),
  });
});

const fake = (names: readonly string[], create: () => Promise<never>): Ort => ({
  Tensor: class {
    data = [];
  },
  InferenceSession: { create },
  listSupportedBackends: () => names.map((name) => ({ name })),
});

test("devices are those that the package lists, and the processor always", async () => {
  const none = fake([], () => Promise.reject(new Error("no")));
  expect(devicesOf(none)).toEqual(["cpu"]);
  const all = ["cpu", "webgpu", "cuda", "tensorrt"];
  expect(
    devicesOf({ ...none, listSupportedBackends: () => all.map((name) => ({ name })) }),
  ).toEqual(["cpu", "cuda", "webgpu"]);
});

test("a device that the package does not list is refused before anything is loaded", async () => {
  const net = new Network();
  net.addNeuron(neurons.nonSpiking(), { name: "cell" });
  await expect(net.compile({ dt: 0.1, backend: "dense", device: "gpu" })).rejects.toMatchObject({
    name: "BackendUnavailableError",
    code: "device",
    message: expect.stringContaining('it has no device "gpu", only cpu'),
  });
});

test("a device that cannot be used says what it needs, and that the processor is there", async () => {
  const create = (): Promise<never> => Promise.reject(new Error("libcudnn.so.9: no such file"));
  const ort = fake(["cpu", "cuda"], create);
  const at = { device: "cuda", where: "net" };
  await expect(createSession(ort, new Uint8Array(), at)).rejects.toMatchObject({
    name: "BackendUnavailableError",
    code: "device",
    message: expect.stringMatching(/libcudnn.*device: "cpu".*NVIDIA driver/),
  });
  // What goes wrong on the processor is no matter of devices.
  const onCpu = createSession(ort, new Uint8Array(), { ...at, device: "cpu" });
  await expect(onCpu).rejects.toThrow("libcudnn.so.9: no such file");
});
