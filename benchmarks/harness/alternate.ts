// Timing that can be trusted on a shared machine: contestants take turns, and only what was measured
// side by side is compared. Invariant: the first round is not counted.

/** One way of doing the same work. */
export interface Contestant {
  readonly name: string;
  /** Does the work for a while and gives the time of one piece of it. */
  readonly measure: () => number | Promise<number>;
}

/** What was measured in each round, and the median. */
export interface Timing {
  readonly name: string;
  readonly median: number;
  readonly raw: readonly number[];
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Lets all contestants take turns, starting with another one in each round. */
export async function alternate(
  contestants: readonly Contestant[],
  rounds: number,
): Promise<Timing[]> {
  const raw = contestants.map((): number[] => []);
  for (let round = -1; round < rounds; round += 1) {
    for (let i = 0; i < contestants.length; i += 1) {
      const which = (i + round + contestants.length) % contestants.length;
      const time = await contestants[which]!.measure();
      if (round >= 0) raw[which]!.push(time);
    }
  }
  return contestants.map(({ name }, i) => ({ name, median: median(raw[i]!), raw: raw[i]! }));
}

/** How many times longer one takes than another. */
export interface Ratio {
  /** The median over the rounds of what each of them says. */
  readonly value: number;
  /** That of the best rounds of both, which a busy machine disturbs less. */
  readonly best: number;
  readonly unit: "x";
}

/** How many times longer `a` takes than `b`. */
export const ratioOf = (a: Timing, b: Timing): Ratio => ({
  value: median(a.raw.map((value, round) => value / b.raw[round]!)),
  best: Math.min(...a.raw) / Math.min(...b.raw),
  unit: "x",
});

/** The raw values of timings, as a result holds them. */
export const rawOf = (timings: readonly Timing[]): Record<string, readonly number[]> =>
  Object.fromEntries(timings.map(({ name, raw }) => [name, raw]));

/** A block is long enough for the clock, and short enough to pass between two interruptions [ms]. */
const blockTime = 4;

/**
 * Time of a step [ms] in the shortest of many blocks of steps: on a busy machine most blocks are
 * interrupted, and the shortest one was not. The blocks follow each other, because processors learn
 * the branches of hundreds of steps by heart; `fewest` steps in a block make them all alike.
 */
export function stepTime(
  advance: (steps: number) => void,
  milliseconds: number,
  fewest: number,
): number {
  const end = performance.now() + milliseconds;
  let steps = fewest;
  let least = Infinity;
  do {
    const start = performance.now();
    advance(steps);
    least = Math.min(least, (performance.now() - start) / steps);
    steps = Math.max(fewest, Math.round(blockTime / least));
  } while (performance.now() < end);
  return least;
}

/**
 * How long something takes once [ms]: the smaller of the time on the clock, to which a busy machine
 * adds the turns of others, and the processor time, to which helper threads add theirs.
 */
export async function timeOnce(work: () => void | Promise<void>): Promise<number> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  await work();
  const clock = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  return Math.min(clock, (user + system) / 1000);
}
