// Marks and lists of a Program on a device, and the sizes of the launches that follow from them.
// Invariant: no launch that writes the table of sizes has its size from there, and no kernel of the
// Program sees the table: devices refuse both.

import type { Compiled } from "./compile-program.js";
import type { Launch } from "./module.js";
import {
  usage,
  visibleInCompute,
  type ComputePass,
  type GpuBuffer,
  type GpuDevice,
  type Opaque,
} from "./webgpu-api.js";

type Sized = Launch & { readonly sizedBy: number };

export const isSized = (launch: Launch): launch is Sized => launch.sizedBy !== undefined;

/** What a Program with lists has on a device besides its buffers. */
export class Tallies {
  /** Of the kernels of the Program, which have them as a second group. */
  readonly layout: Opaque;
  readonly #group: Opaque;
  readonly #buffers: { readonly tally: GpuBuffer; readonly sizes: GpuBuffer };
  readonly #gpu: GpuDevice;
  readonly #sizing: { readonly group: Opaque; readonly layout: Opaque; readonly code: string };
  readonly #pipelines = new Map<string, Opaque>();

  constructor(
    gpu: GpuDevice,
    { tallies, sizes, sizing }: Compiled,
    make: (bytes: number, kind: number) => GpuBuffer,
  ) {
    this.#gpu = gpu;
    const tally = make(tallies * 4, usage.storage);
    const table = make(sizes * 16, usage.storage | usage.indirect);
    this.#buffers = { tally, sizes: table };
    const layoutOf = (count: number): Opaque =>
      gpu.createBindGroupLayout({
        entries: Array.from({ length: count }, (_, binding) => ({
          ...{ binding, visibility: visibleInCompute, buffer: { type: "storage" as const } },
        })),
      });
    const groupOf = (layout: Opaque, buffers: readonly GpuBuffer[]): Opaque => {
      const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer } }));
      return gpu.createBindGroup({ layout, entries });
    };
    this.layout = layoutOf(1);
    this.#group = groupOf(this.layout, [tally]);
    const both = layoutOf(2);
    const layout = gpu.createPipelineLayout({ bindGroupLayouts: [both] });
    this.#sizing = { group: groupOf(both, [tally, table]), layout, code: sizing };
  }

  /** Compiles what fills the table of sizes. */
  async compile(launches: readonly Launch[]): Promise<void> {
    const { layout, code } = this.#sizing;
    const module = this.#gpu.createShaderModule({ code });
    for (const { entry: entryPoint } of launches.filter(({ isSizing }) => isSizing)) {
      const compute = { module, entryPoint };
      const pipeline = await this.#gpu.createComputePipelineAsync({ layout, compute });
      this.#pipelines.set(entryPoint, pipeline);
    }
  }

  /** Gives the kernels of the Program their second group. */
  bind(pass: ComputePass): void {
    pass.setBindGroup(1, this.#group, []);
  }

  /** Launches as many workgroups as the table says. */
  dispatch(pass: ComputePass, { sizedBy }: Sized): void {
    pass.dispatchWorkgroupsIndirect(this.#buffers.sizes, sizedBy * 4);
  }

  /** Fills a row of the table. */
  fill(pass: ComputePass, { entry }: Launch): void {
    pass.setPipeline(this.#pipelines.get(entry)!);
    pass.setBindGroup(0, this.#sizing.group, []);
    pass.dispatchWorkgroups(1, 1, 1);
  }

  dispose(): void {
    for (const buffer of Object.values(this.#buffers)) buffer.destroy();
  }
}
