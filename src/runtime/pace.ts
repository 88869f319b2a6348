// How fast backends are on this machine, beside what their estimates assume: two small Programs are
// timed, and the estimates of all others follow. Invariant: only ratios to estimates are kept; they
// change which backend is chosen, never what is computed.

import { array, body, program as makeProgram, read, write } from "../ir/build.js";
import type { Precision, Program } from "../ir/program.js";
import type { Backend, Cost } from "./backend.js";
import { readPaces, writePaces } from "./pace-file.js";
import type { Pace } from "./pace-file.js";

/** How long one look at the clock takes at least [ms], in steps at most, and how many looks there are. */
const lookTime = 3;
const mostSteps = 500;
const looks = 8;
/** No look begins later than this after the first one [ms]: slow backends are not worth more. */
const mostTime = 100;
/** Factors beyond this are mistakes of the clock, or of a moment in which others were at work. */
const mostFactor = 4;

/** Rates that drive each other through a full matrix: what both ends of a choice do. */
function rates(neurons: number, batch: number, precision: Precision): Program {
  const weights = Float64Array.from({ length: neurons ** 2 }, (_, i) => ((i * 7) % 13) / 1e4);
  return makeProgram({
    name: "rates",
    precision,
    batch,
    arrays: [
      array({ name: "V", length: neurons, initial: 1 }),
      array({ name: "W", role: "parameter", initial: weights }),
      array({ name: "I", role: "scratch", length: neurons }),
    ],
    ops: [
      {
        ...{ kind: "gather", id: "gather0", phase: "currents" },
        layout: { kind: "dense", sources: neurons, targets: neurons },
        reads: [read("w", "W@0", "edge"), read("r", "V@0", "source")],
        body: body("sum = w * r"),
        writes: [write("sum", "I@1", "target")],
      },
      {
        ...{ kind: "map", id: "map1", phase: "update", count: neurons },
        reads: [read("V", "V@0"), read("I", "I@1")],
        body: body("V = V + 0.1 * (max(0, 1 + I) - V)"),
        writes: [write("V", "V@1")],
      },
      { kind: "record", id: "record2", phase: "record" },
    ],
  });
}

/** Nanoseconds of a step in a long run. */
async function timeStep(backend: Backend, program: Program, device: string): Promise<number> {
  const executable = await backend.load(program, { device, hosts: new Map() });
  try {
    const timed = async (steps: number): Promise<number> => {
      const start = performance.now();
      await executable.run({ steps, monitors: [], chunk: steps });
      return (performance.now() - start) / steps;
    };
    // The first run is slow; the second one says how many steps are worth a look.
    await timed(1);
    const steps = Math.ceil(Math.min(mostSteps, lookTime / Math.max(1e-6, await timed(1))));
    let best = Infinity;
    const end = performance.now() + mostTime;
    for (let look = 0; look < looks && performance.now() < end; look += 1) {
      best = Math.min(best, await timed(steps));
    }
    return 1e6 * best;
  } finally {
    executable.dispose();
  }
}

const within = (factor: number): number =>
  Number.isFinite(factor) ? Math.min(mostFactor, Math.max(1 / mostFactor, factor)) : 1;

/** Times a backend: a Program in which little but the fixed part counts, and one in which it does not. */
async function measurePace(backend: Backend, device: string, precision: Precision): Promise<Pace> {
  const [small, large] = [rates(4, 1, precision), rates(512, 16, precision)] as const;
  const [one, other] = [backend.estimate(small), backend.estimate(large)];
  const first = await timeStep(backend, small, device);
  const second = await timeStep(backend, large, device);
  const fixed = within(first / one.nanoseconds);
  const rest = within((second - fixed * other.fixed) / (other.nanoseconds - other.fixed));
  return { fixed, rest };
}

/** What a step would cost at a pace. */
export const atPace = (cost: Cost, { fixed, rest }: Pace): Cost => ({
  ...cost,
  fixed: cost.fixed * fixed,
  nanoseconds: cost.fixed * fixed + (cost.nanoseconds - cost.fixed) * rest,
});

const keyOf = (backend: Backend, device: string, precision: Precision): string =>
  `${backend.name} ${device} ${precision}`;

const known = new Map<string, Promise<Pace>>();

/** The pace of a backend here, measured once for each machine. */
export function paceOf(backend: Backend, device: string, precision: Precision): Promise<Pace> {
  const key = keyOf(backend, device, precision);
  let pace = known.get(key);
  if (pace === undefined) {
    const kept = readPaces().get(key);
    pace = kept === undefined ? calibrate(backend, device, precision) : Promise.resolve(kept);
    known.set(key, pace);
  }
  return pace;
}

/** Measures, whatever was measured before, and keeps it. */
export async function calibrate(
  backend: Backend,
  device: string,
  precision: Precision,
): Promise<Pace> {
  const pace = await measurePace(backend, device, precision);
  const key = keyOf(backend, device, precision);
  known.set(key, Promise.resolve(pace));
  writePaces(new Map([...readPaces(), [key, pace]]));
  return pace;
}
