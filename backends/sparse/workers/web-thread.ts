// The file that a worker of a page runs. Invariant: it imports nothing but what serves a part, so that
// it starts quickly and a bundler makes a small file of it.

import { serve } from "./serve.js";
import type { Task } from "./task.js";

globalThis.onmessage = ({ data }: MessageEvent<Task>): void => {
  serve(data, () => postMessage("started"));
};
