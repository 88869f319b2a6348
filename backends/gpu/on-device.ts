// A Program on a device: its buffers, its pipelines, and the commands that launch them. Invariant: knows
// nothing of what a Program means; buffers have the sizes of the places and are destroyed together.

import { DeviceError, InternalError, MemoryLimitError } from "../../src/errors.js";
import type { Device } from "./adapters.js";
import type { Compiled } from "./compile-program.js";
import { elementGroup, groupsInRow, type Launch } from "./module.js";
import { bufferNames, type BufferName } from "./places.js";
import { isSized, Tallies } from "./tallies.js";
import { control, wordsPerRing } from "./wgsl/site.js";
import {
  mapForReading,
  usage,
  visibleInCompute,
  type CommandEncoder,
  type ComputePass,
  type GpuBuffer,
  type GpuError,
  type Opaque,
  type ShaderModule,
} from "./webgpu-api.js";

/** The buffers in the order of their bindings. */
export const allBuffers = [...bufferNames, "control", "feed", "records"] as const;
export type AnyBuffer = (typeof allBuffers)[number];

const isConstant = (name: AnyBuffer): boolean =>
  name === "params" || name === "indexes" || name === "feed";

/** What a uniform record takes: its size, and the distance that devices want. */
const recordSize = 64;
export const recordStride = 256;

const roundUp = (bytes: number): number => Math.max(16, Math.ceil(bytes / 16) * 16);

/** How many words the table of heads and flags has. */
export const controlWords = ({ places }: Compiled): number =>
  control.rings + places.rings.length * wordsPerRing;

/** Waits for the end of error scopes and gives the first error. */
type Pending = Promise<GpuError | null>;

/** A Program that is loaded on a device. */
export class OnDevice {
  readonly device: Device;
  readonly #where: string;
  readonly #compiled: Compiled;
  readonly #pipelines = new Map<string, Opaque>();
  #toPipelines: { readonly layout: Opaque; readonly module: ShaderModule } | undefined;
  readonly #layout: Opaque;
  #buffers: Record<AnyBuffer | "now", GpuBuffer>;
  #group: Opaque;
  readonly #tallies: Tallies | undefined;
  #staging: GpuBuffer | undefined;
  #backup: GpuBuffer | undefined;

  private constructor(where: string, device: Device, compiled: Compiled) {
    this.device = device;
    this.#where = where;
    this.#compiled = compiled;
    const { gpu } = device;
    this.#layout = gpu.createBindGroupLayout({
      entries: [
        {
          binding: 0,
          visibility: visibleInCompute,
          buffer: { type: "uniform", hasDynamicOffset: true },
        },
        ...allBuffers.map((name, i) => ({
          binding: i + 1,
          visibility: visibleInCompute,
          buffer: { type: isConstant(name) ? "read-only-storage" : "storage" } as const,
        })),
      ],
    });
    const { sizes } = compiled.places;
    const make = (numbers: number): GpuBuffer => this.#make(numbers * 4, usage.storage);
    this.#buffers = {
      now: this.#make(recordStride, usage.uniform),
      reals: make(sizes.reals),
      ints: make(sizes.ints),
      params: make(sizes.params),
      indexes: make(sizes.indexes),
      control: make(controlWords(compiled)),
      feed: make(4),
      records: make(4),
    };
    this.#group = this.#bind();
    const hasLists = compiled.tallies > 0;
    if (hasLists) this.#tallies = new Tallies(gpu, compiled, this.#make.bind(this));
  }

  /** Makes the buffers and compiles the kernels. */
  static async load(where: string, device: Device, compiled: Compiled): Promise<OnDevice> {
    const started = OnDevice.#watch(device, () => new OnDevice(where, device, compiled));
    const onDevice = started.result;
    try {
      onDevice.refuse(await started.error);
      await onDevice.#compile();
    } catch (error) {
      onDevice.dispose();
      throw error;
    }
    return onDevice;
  }

  /** Does something and says later what the device said about it. */
  static #watch<T>({ gpu }: Device, act: () => T): { readonly result: T; readonly error: Pending } {
    const scopes = ["internal", "validation", "out-of-memory"] as const;
    for (const scope of scopes) gpu.pushErrorScope(scope);
    try {
      const result = act();
      return { result, error: OnDevice.#popAll(gpu, scopes.length) };
    } catch (error) {
      for (let i = 0; i < scopes.length; i++) gpu.popErrorScope().catch(() => null);
      throw error;
    }
  }

  static async #popAll(gpu: Device["gpu"], count: number): Pending {
    const popped = Array.from({ length: count }, () => gpu.popErrorScope());
    const errors = await Promise.all(popped).catch(() => []);
    return errors.find((error) => error !== null) ?? null;
  }

  watch<T>(act: () => T): { readonly result: T; readonly error: Pending } {
    return OnDevice.#watch(this.device, act);
  }

  /** Throws where the device is lost, or said that something went wrong. */
  refuse(error: GpuError | null): void {
    const { lost, found } = this.device;
    const where = this.#where;
    if (lost !== undefined) {
      throw new DeviceError({
        code: "device-lost",
        where,
        problem: `the GPU ${found.name} was lost, and the state on it with it`,
        got: lost.message || lost.reason,
        hint: "Compile the network again and restore the last snapshot.",
      });
    }
    if (error === null) return;
    if (/memory/i.test(`${error.constructor.name} ${error.message}`)) {
      throw new MemoryLimitError({
        code: "device-memory",
        where,
        problem: `does not get the memory that it needs on ${found.name}`,
        got: this.bytes,
        allowed: "bytes that are free there",
        hint: "Use a smaller network or batch, or dispose of other models.",
      });
    }
    throw new InternalError(where, `the GPU refused: ${error.message}`);
  }

  /** Bytes of all buffers that the Program fixes. */
  get bytes(): number {
    const { sizes } = this.#compiled.places;
    const lists = 4 * this.#compiled.tallies;
    return bufferNames.reduce((sum, name) => sum + roundUp(sizes[name] * 4), lists);
  }

  #make(bytes: number, kind: number): GpuBuffer {
    return this.device.gpu.createBuffer({
      size: roundUp(bytes),
      usage: kind | usage.copyTo | usage.copyFrom,
    });
  }

  #bind(): Opaque {
    const entries = [
      { binding: 0, resource: { buffer: this.#buffers.now, size: recordSize } },
      ...allBuffers.map((name, i) => ({
        binding: i + 1,
        resource: { buffer: this.#buffers[name] },
      })),
    ];
    return this.device.gpu.createBindGroup({ layout: this.#layout, entries });
  }

  async #compile(): Promise<void> {
    const { gpu } = this.device;
    const compiled = this.#compiled;
    const { result: module, error } = this.watch(() =>
      gpu.createShaderModule({ code: compiled.code }),
    );
    const problem = await error;
    if (problem !== null) {
      throw new InternalError(
        this.#where,
        `wrote WGSL that is refused: ${problem.message}`,
        compiled.code,
      );
    }
    const second = this.#tallies === undefined ? [] : [this.#tallies.layout];
    const layout = gpu.createPipelineLayout({ bindGroupLayouts: [this.#layout, ...second] });
    this.#toPipelines = { layout, module };
    // Compiling takes long: what most runs do not need is compiled when it is needed.
    const { whole, before, after, scan } = compiled;
    const needed = whole === undefined ? [...before, ...after, ...scan] : [whole, ...scan];
    await this.#tallies?.compile(needed);
    const own = needed.filter(({ isSizing }) => isSizing !== true);
    const entries = new Set(own.map(({ entry }) => entry));
    await Promise.all(
      [...entries].map(async (entryPoint) => {
        try {
          const compute = { module, entryPoint };
          const pipeline = await gpu.createComputePipelineAsync({ layout, compute });
          this.#pipelines.set(entryPoint, pipeline);
        } catch (cause) {
          this.refuse(null);
          const why = cause instanceof Error ? cause.message : String(cause);
          throw new InternalError(this.#where, `${entryPoint} is refused: ${why}`, compiled.code);
        }
      }),
    );
  }

  /** Makes sure that a buffer has so many bytes; what was in it is lost when it grows. */
  grow(name: "feed" | "records" | "now", bytes: number): void {
    if (this.#buffers[name].size >= bytes) return;
    this.#buffers[name].destroy();
    const kind = name === "now" ? usage.uniform : usage.storage;
    this.#buffers[name] = this.#make(Math.max(bytes, 2 * this.#buffers[name].size), kind);
    this.#group = this.#bind();
  }

  write(name: AnyBuffer | "now", at: number, data: ArrayBufferView, count?: number): void {
    if (data.byteLength === 0 || count === 0) return;
    this.device.gpu.queue.writeBuffer(this.#buffers[name], at * 4, data, 0, count);
  }

  #pipelineOf(entry: string): Opaque {
    let known = this.#pipelines.get(entry);
    if (known === undefined) {
      const { layout, module } = this.#toPipelines!;
      const compute = { module, entryPoint: entry };
      known = this.device.gpu.createComputePipeline({ layout, compute });
      this.#pipelines.set(entry, known);
    }
    return known;
  }

  /** Launches a kernel that runs over the elements, under a uniform record. */
  launch(pass: ComputePass, record: number, launch: Launch): void {
    const { entry, threads, copies, isSizing } = launch;
    if (isSizing) return this.#tallies!.fill(pass, launch);
    pass.setPipeline(this.#pipelineOf(entry));
    pass.setBindGroup(0, this.#group, [record * recordStride]);
    this.#tallies?.bind(pass);
    if (isSized(launch)) return this.#tallies!.dispatch(pass, launch);
    const groups = threads === 0 ? 1 : Math.ceil(threads / elementGroup);
    pass.dispatchWorkgroups(Math.min(groups, groupsInRow), Math.ceil(groups / groupsInRow), copies);
  }

  encoder(): CommandEncoder {
    return this.device.gpu.createCommandEncoder();
  }

  submit(encoder: CommandEncoder): void {
    this.device.gpu.queue.submit([encoder.finish()]);
  }

  /** Adds commands that keep parts of the state, or that put them back. */
  copyBackup(
    encoder: CommandEncoder,
    parts: readonly { readonly buffer: BufferName; readonly at: number; readonly count: number }[],
    direction: "keep" | "return",
  ): void {
    const bytes = parts.reduce((sum, { count }) => sum + count * 4, 0);
    if (bytes === 0) return;
    this.#backup ??= this.#make(bytes, usage.storage);
    let at = 0;
    for (const { buffer, at: first, count } of parts) {
      const own = this.#buffers[buffer];
      const size = count * 4;
      if (direction === "keep") {
        encoder.copyBufferToBuffer(own, first * 4, this.#backup, at, size);
      } else {
        encoder.copyBufferToBuffer(this.#backup, at, own, first * 4, size);
      }
      at += size;
    }
  }

  /** Submits commands and gives copies of parts of buffers, as they are afterwards. */
  async fetch(
    encoder: CommandEncoder,
    parts: readonly { readonly buffer: AnyBuffer; readonly at: number; readonly count: number }[],
  ): Promise<ArrayBuffer[]> {
    const bytes = parts.reduce((sum, { count }) => sum + count * 4, 0);
    const { result: staging, error } = this.watch(() => {
      const room = this.#stagingFor(bytes);
      let at = 0;
      for (const { buffer, at: first, count } of parts) {
        encoder.copyBufferToBuffer(this.#buffers[buffer], first * 4, room, at, count * 4);
        at += count * 4;
      }
      this.submit(encoder);
      return room;
    });
    try {
      await staging.mapAsync(mapForReading, 0, Math.max(4, bytes));
    } catch {
      this.refuse(await error);
      // A device is lost a moment before it says so.
      await Promise.race([this.device.gpu.lost, new Promise((done) => setTimeout(done, 1000))]);
      this.refuse(null);
      throw new DeviceError({
        code: "device-read",
        where: this.#where,
        problem: `the GPU ${this.device.found.name} does not give its results back`,
        hint: "Compile the network again and restore the last snapshot.",
      });
    }
    try {
      this.refuse(await error);
      const whole = staging.getMappedRange(0, Math.max(4, bytes));
      let at = 0;
      return parts.map(({ count }) => whole.slice(at, (at += count * 4)));
    } finally {
      staging.unmap();
    }
  }

  #stagingFor(bytes: number): GpuBuffer {
    const known = this.#staging;
    if (known !== undefined && known.size >= bytes) return known;
    known?.destroy();
    const size = roundUp(Math.max(bytes, 4096));
    this.#staging = this.device.gpu.createBuffer({ size, usage: usage.mapRead | usage.copyTo });
    return this.#staging;
  }

  dispose(): void {
    for (const buffer of Object.values(this.#buffers)) buffer.destroy();
    this.#tallies?.dispose();
    this.#staging?.destroy();
    this.#backup?.destroy();
  }
}
