// A process that compiles networks and tells what that took. Invariant: nothing of a network stays
// when the next one is compiled.

import { timeOnce } from "../harness/alternate.js";
import { serve } from "../harness/workers.js";
import { buildNetwork } from "../networks/build.js";
import type { NetworkSpec } from "../networks/build.js";
import type { SteppingOptions } from "./stepping.js";

const service = {
  /** Builds and compiles; times are in ms, memory in bytes. */
  async compile(spec: NetworkSpec, options: SteppingOptions) {
    const before = process.memoryUsage().rss;
    const start = performance.now();
    const { network } = buildNetwork(spec);
    const building = performance.now() - start;
    let held = 0;
    const compiling = await timeOnce(async () => {
      const model = await network.compile({ dt: 0.1, ...options, onWarning: () => {} });
      held = model.explain().bytes;
      model.step();
      model.dispose();
    });
    const most = 1024 * process.resourceUsage().maxRSS;
    return { building, compiling, held, grown: most - before };
  },
};

export type Compiling = typeof service;

serve(service);
