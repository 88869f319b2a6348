// `myelin devices` and gpu.js: what its kernels run on where that is graphics, else why it is of no use.

import { myelin } from "./helper.js";

const holder = globalThis as { GPU?: unknown };

/** Stands in for gpu.js in a page with WebGL 2: its class has the classes of kernels as properties. */
function libraryWithGraphics(): unknown {
  class WebGL2Kernel {}
  class GPU {
    static readonly WebGL2Kernel = WebGL2Kernel;
    static readonly GPU = GPU;
    createKernel() {
      return Object.assign(() => new Float32Array(1), { kernel: new WebGL2Kernel() });
    }
    async destroy(): Promise<void> {}
  }
  return GPU;
}

// In this order: gpu.js is looked for again only while there is none.
test("without graphics they say what gpu.js would silently run on", async () => {
  const { code, out } = await myelin(["devices"]);
  expect(code).toBe(0);
  expect(out).toMatch(/no gpu\.js: .* would silently run on WebAssembly; allowed WebGL 2/);
  const { out: json } = await myelin(["devices", "--json"]);
  const { "gpu.js": gpuJs } = JSON.parse(json) as { "gpu.js": { reason: string; hint: string } };
  expect(gpuJs.reason).toMatch(/WebAssembly/);
  expect(gpuJs.hint).toMatch(/WebGL/);
});

test("with graphics they list gpu.js with the kind of its kernels", async () => {
  holder.GPU = libraryWithGraphics();
  try {
    const { out } = await myelin(["devices"]);
    expect(out).toMatch(/gpu\.js +WebGL 2 +float32, without spikes/);
    const { out: json } = await myelin(["devices", "--json"]);
    expect(JSON.parse(json)).toMatchObject({ "gpu.js": { kind: "WebGL 2" } });
  } finally {
    delete holder.GPU;
  }
});
