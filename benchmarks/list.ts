// All benchmarks by name, loaded when they are asked for.

import type { Benchmark } from "./harness/benchmark.js";

/** Loads a benchmark; its name is that of its file and of what the file exports. */
export const benchmarks: Readonly<Record<string, () => Promise<Benchmark>>> = {
  sns: async () => (await import("./sns.js")).sns,
  va: async () => (await import("./va.js")).va,
  variation: async () => (await import("./variation.js")).variation,
  overhead: async () => (await import("./overhead.js")).overhead,
  compile: async () => (await import("./compile.js")).compile,
  activity: async () => (await import("./activity.js")).activity,
  delays: async () => (await import("./delays.js")).delays,
  pattern: async () => (await import("./pattern.js")).pattern,
  memory: async () => (await import("./memory.js")).memory,
  soak: async () => (await import("./soak.js")).soak,
  page: async () => (await import("./page.js")).page,
  limit: async () => (await import("./limit.js")).limit,
  size: async () => (await import("./size.js")).size,
  growth: async () => (await import("./growth.js")).growth,
  dense: async () => (await import("./dense.js")).dense,
  workers: async () => (await import("./workers.js")).workers,
  selection: async () => (await import("./selection.js")).selection,
  passes: async () => (await import("./passes.js")).passes,
  gpu: async () => (await import("./gpu.js")).gpu,
};
