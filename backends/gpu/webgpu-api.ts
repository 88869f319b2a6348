// The part of WebGPU that this backend uses, as types. Invariant: types and the constants of the
// standard only, so that nothing here needs the package or a browser.

export interface AdapterInfo {
  readonly vendor: string;
  readonly architecture: string;
  readonly device: string;
  readonly description: string;
  readonly isFallbackAdapter?: boolean;
}

/** The limits that a Program can meet. */
export interface Limits {
  readonly maxStorageBufferBindingSize: number;
  readonly maxBufferSize: number;
  readonly maxStorageBuffersPerShaderStage: number;
  readonly maxComputeWorkgroupsPerDimension: number;
  readonly maxComputeInvocationsPerWorkgroup: number;
}
export type LimitName = keyof Limits;

export interface GpuAdapter {
  readonly info: AdapterInfo;
  readonly limits: Limits;
  readonly isFallbackAdapter?: boolean;
  requestDevice(descriptor: {
    readonly label?: string;
    readonly requiredLimits?: Partial<Limits>;
  }): Promise<GpuDevice>;
}

export interface AdapterOptions {
  readonly powerPreference?: "low-power" | "high-performance";
  readonly forceFallbackAdapter?: boolean;
}

/** `navigator.gpu`, or what the package gives in its place. */
export interface Gpu {
  requestAdapter(options?: AdapterOptions): Promise<GpuAdapter | null>;
}

export interface GpuError {
  readonly message: string;
}
export type ErrorFilter = "validation" | "out-of-memory" | "internal";

export interface DeviceLostInfo {
  readonly reason: string;
  readonly message: string;
}

export interface GpuBuffer {
  readonly size: number;
  mapAsync(mode: number, offset?: number, size?: number): Promise<undefined | void>;
  getMappedRange(offset?: number, size?: number): ArrayBuffer;
  unmap(): void;
  destroy(): void;
}

export interface CompilationMessage {
  readonly type: string;
  readonly message: string;
  readonly lineNum: number;
}

export interface ShaderModule {
  getCompilationInfo(): Promise<{ readonly messages: readonly CompilationMessage[] }>;
}

/** Objects that are only ever handed on. */
export interface Opaque {
  readonly label?: string;
}

export interface ComputePass {
  setPipeline(pipeline: Opaque): void;
  setBindGroup(index: number, group: Opaque, offsets: readonly number[]): void;
  dispatchWorkgroups(x: number, y: number, z: number): void;
  dispatchWorkgroupsIndirect(sizes: GpuBuffer, offset: number): void;
  end(): void;
}

export interface CommandEncoder {
  beginComputePass(): ComputePass;
  copyBufferToBuffer(
    from: GpuBuffer,
    fromOffset: number,
    to: GpuBuffer,
    toOffset: number,
    size: number,
  ): void;
  clearBuffer(buffer: GpuBuffer, offset?: number, size?: number): void;
  finish(): Opaque;
}

export interface GpuQueue {
  writeBuffer(
    buffer: GpuBuffer,
    offset: number,
    data: ArrayBufferView,
    dataOffset?: number,
    size?: number,
  ): void;
  submit(commands: readonly Opaque[]): void;
}

/** One entry of a layout of bindings. */
export interface BindingLayout {
  readonly binding: number;
  readonly visibility: number;
  readonly buffer: {
    readonly type: "uniform" | "storage" | "read-only-storage";
    readonly hasDynamicOffset?: boolean;
  };
}

export interface Binding {
  readonly binding: number;
  readonly resource: { readonly buffer: GpuBuffer; readonly size?: number };
}

export interface PipelineDescriptor {
  readonly layout: Opaque;
  readonly compute: { readonly module: ShaderModule; readonly entryPoint: string };
}

export interface GpuDevice {
  readonly limits: Limits;
  readonly queue: GpuQueue;
  readonly lost: Promise<DeviceLostInfo>;
  onuncapturederror: ((event: { readonly error: GpuError }) => void) | null;
  createBuffer(descriptor: { readonly size: number; readonly usage: number }): GpuBuffer;
  createShaderModule(descriptor: { readonly code: string }): ShaderModule;
  createBindGroupLayout(descriptor: { readonly entries: readonly BindingLayout[] }): Opaque;
  createPipelineLayout(descriptor: { readonly bindGroupLayouts: readonly Opaque[] }): Opaque;
  createBindGroup(descriptor: {
    readonly layout: Opaque;
    readonly entries: readonly Binding[];
  }): Opaque;
  createComputePipeline(descriptor: PipelineDescriptor): Opaque;
  createComputePipelineAsync(descriptor: PipelineDescriptor): Promise<Opaque>;
  createCommandEncoder(): CommandEncoder;
  pushErrorScope(filter: ErrorFilter): void;
  popErrorScope(): Promise<GpuError | null>;
  destroy(): void;
}

/** Flags of the standard, which are globals only where there is a browser. */
export const usage = {
  mapRead: 0x1,
  copyFrom: 0x4,
  copyTo: 0x8,
  uniform: 0x40,
  storage: 0x80,
  indirect: 0x100,
} as const;
export const mapForReading = 0x1;
export const visibleInCompute = 0x4;
