// What a thread does from its start to its end: it waits for commands and runs its part. Invariant:
// whatever ends it early raises the fault flag first, so that nobody waits for it.

import { Control, type Meeting } from "./control.js";
import { Exchange } from "./exchange.js";
import { PartLoop } from "./part-loop.js";
import type { PartExports, Task } from "./task.js";

/** Another part has failed; this one only has to end. */
class Fault extends Error {}

/** Makes the instance of a part. */
export type Instantiate = (module: WebAssembly.Module, imports: WebAssembly.Imports) => PartExports;

const usual: Instantiate = (module, imports) =>
  new WebAssembly.Instance(module, imports).exports as unknown as PartExports;

function loopOf(task: Task, control: Control, instantiate: Instantiate) {
  const { part, module, memory, isLed } = task;
  const meetAt = (meeting: Meeting) => (): void => {
    const generation = control.arrive(part, meeting);
    while (generation !== undefined && !control.await(generation, Infinity, meeting)) {
      if (control.fault !== 0) break;
    }
    if (control.fault !== 0) throw new Fault();
  };
  const meet = meetAt("parts");
  const meetLead = isLed ? meetAt("all") : meet;
  const exports = instantiate(module, {
    env: {
      memory,
      host: () => {
        throw new Error("calls a function of the user");
      },
      // The thread that leads looks at the memory of all between the two.
      sample() {
        meetLead();
        meetLead();
      },
      fail(op: number, value: number) {
        throw new Error(`got ${value} as the way to the next spike in op ${op}`);
      },
    },
  });
  const exchange = new Exchange(task.exchange, memory.buffer, part);
  return { exports, loop: new PartLoop({ part, control, exchange, exports, meet, meetLead }) };
}

/** Serves until there is a fault; `started` is called when commands can come. */
export function serve(task: Task, started: () => void, instantiate = usual): void {
  const { part } = task;
  const control = new Control(task.control, task.parts);
  try {
    const { exports, loop } = loopOf(task, control, instantiate);
    control.beat(part);
    started();
    for (let known = 0; control.fault === 0;) {
      control.awaitCommand(known);
      known += 1;
      if (control.fault !== 0) return;
      const { steps, isSampling, step } = control.read();
      if (step !== undefined) exports.step.value = BigInt(step);
      exports.sampling.value = isSampling ? 1 : 0;
      loop.run(steps);
    }
  } catch (error) {
    if (error instanceof Fault) return;
    control.raise(part, error instanceof Error ? error.message : String(error));
  }
}
