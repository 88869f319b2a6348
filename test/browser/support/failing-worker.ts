// A worker that does its part for a while and then fails in the way that its address says.

import { serve } from "../../../backends/sparse/workers/serve.js";
import type { PartExports, Task } from "../../../backends/sparse/workers/task.js";

const how = new URL(globalThis.location.href).searchParams.get("how");
const forever = new Int32Array(new SharedArrayBuffer(4));
let calls = 0;

globalThis.onmessage = ({ data }: MessageEvent<Task>): void => {
  serve(
    data,
    () => postMessage("started"),
    (module, imports) => {
      const { exports } = new WebAssembly.Instance(module, imports);
      const { run: real, step, sampling } = exports as unknown as PartExports;
      const run = (steps: number): number => {
        calls += 1;
        if (calls > 20 && how === "throws") throw new Error("told to throw");
        if (calls > 20) Atomics.wait(forever, 0, 0);
        return real(steps);
      };
      return { run, step, sampling };
    },
  );
};
