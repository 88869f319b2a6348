// A loaded module beside the iterative backend: runs however they are cut, samples, writes, resets and
// snapshots of a Program that uses every kind of op, bit for bit.
import type { Program } from "../../../../src/ir/program.js";
import type { Monitor, Values } from "../../../../src/runtime/backend.js";
import { everything, hosts } from "../../../helpers/everything.js";
import { job, load, loadBoth, numbers, vector, type Loaded } from "./executable-load.js";

const batch = 2;

function input(step: number, x: Values): void {
  for (let copy = 0; copy < batch; copy++) {
    x[2 * copy] = 0.6 + 0.1 * ((step + copy) % 5);
    x[2 * copy + 1] = 0.9 - 0.05 * ((step * 3 + copy) % 7);
  }
}

/** Monitors of a state, of a settled state and of spikes, and what they have seen. */
function watch(every: number): { readonly monitors: Monitor[]; readonly seen: string[] } {
  const seen: string[] = [];
  const monitor = (
    array: string,
    kind: Monitor["kind"],
    count: number,
    interval: number,
  ): Monitor => ({
    ...{ array, kind, offset: 0, count, every: interval },
    write(step, values, n, copy) {
      seen.push(`${array} ${step} ${copy}: ${Array.from(values).slice(0, n).join(" ")}`);
    },
  });
  const monitors = [
    monitor("V", "values", 4, every),
    monitor("w", "values", 7, 2 * every),
    ...(every > 1 ? [] : [monitor("fired", "spikes", 4, 1)]),
  ];
  return { monitors, seen };
}

const valuesOf = (loaded: Loaded, made: Program): Record<string, number[]> =>
  Object.fromEntries(made.arrays.map(({ name }) => [name, numbers(loaded, name)]));

/** Values in the range of a state. */
const spread = (count: number): number[] => Array.from({ length: count }, (_, i) => 0.3 + 0.1 * i);

describe.each(["float64", "float32"] as const)("%s", (precision) => {
  const made = everything({ precision, batch });

  test("every array has the bits of the iterative backend, at load and after a run", () => {
    const { truth, loaded } = loadBoth(made, hosts);
    expect(valuesOf(loaded, made)).toEqual(valuesOf(truth, made));
    for (const one of [truth, loaded]) one.runSync(job({ steps: 300, input }));
    expect(loaded.stepCount).toBe(300);
    expect(loaded.snapshotSync()).toEqual(truth.snapshotSync());
    expect(valuesOf(loaded, made)).toEqual(valuesOf(truth, made));
  });

  test("a long run, chunks, single steps and a run that gives way are the same", async () => {
    const whole = load(made, hosts);
    const chunks = load(made, hosts);
    const single = load(made, hosts);
    const other = load(made, hosts);
    const steps = 1203;
    whole.runSync(job({ steps }));
    const progress: number[] = [];
    chunks.runSync(job({ steps, chunk: 601, onProgress: (done) => void progress.push(done) }));
    expect(progress).toEqual([601, 1202, 1203]);
    const [x, y] = [vector(made, 4), vector(made, 10)];
    for (let step = 0; step < steps; step++) single.step(x, y);
    await other.run(job({ steps, chunk: 100 }));
    for (const one of [chunks, single, other]) {
      expect(one.snapshotSync()).toEqual(whole.snapshotSync());
    }
    expect(numbers(whole, "y")).toEqual([...y]);
  });

  test.each([1, 3, 40])("monitors see the same every %i steps, and change nothing", (every) => {
    const { truth, loaded } = loadBoth(made, hosts);
    const expected = watch(every);
    const got = watch(every);
    for (const steps of [7, 211]) {
      truth.runSync(job({ steps, input, monitors: expected.monitors }));
      loaded.runSync(job({ steps, input, monitors: got.monitors }));
      truth.runSync(job({ steps, monitors: expected.monitors }));
      loaded.runSync(job({ steps, monitors: got.monitors }));
    }
    expect(got.seen).toEqual(expected.seen);
    expect(got.seen.length).toBeGreaterThan(10);
    expect(loaded.snapshotSync()).toEqual(truth.snapshotSync());
    const unwatched = load(made, hosts);
    for (const steps of [7, 211]) {
      unwatched.runSync(job({ steps, input }));
      unwatched.runSync(job({ steps }));
    }
    expect(unwatched.snapshotSync()).toEqual(truth.snapshotSync());
  });

  test("writes of states, tunables, rings and spike lists, and a reset that keeps, count alike", () => {
    const { truth, loaded } = loadBoth(made, hosts);
    for (const one of [truth, loaded]) {
      one.runSync(job({ steps: 60, input }));
      one.writeSync("w", spread(14));
      one.writeSync("tau", [3, 4, 5, 6]);
      one.writeSync("past", spread(24));
      one.writeSync(
        "trains",
        spread(32).map((value) => (value > 2 ? 1 : 0)),
      );
      one.runSync(job({ steps: 60, input }));
    }
    expect(loaded.snapshotSync()).toEqual(truth.snapshotSync());
    expect(numbers(loaded, "decay")).toEqual(numbers(truth, "decay"));
    for (const one of [truth, loaded]) {
      one.reset(new Set(["w"]));
      one.runSync(job({ steps: 60, input }));
    }
    expect(loaded.stepCount).toBe(180);
    expect(loaded.snapshotSync()).toEqual(truth.snapshotSync());
    for (const one of [truth, loaded]) one.reset();
    expect(loaded.stepCount).toBe(0);
    expect(loaded.snapshotSync()).toEqual(truth.snapshotSync());
  });

  test("a snapshot of one backend goes on in the other", () => {
    const { truth, loaded } = loadBoth(made, hosts);
    truth.runSync(job({ steps: 77, input }));
    loaded.runSync(job({ steps: 20, input }));
    loaded.restoreSync(truth.snapshotSync());
    expect(loaded.stepCount).toBe(77);
    for (const one of [truth, loaded]) one.runSync(job({ steps: 77, input }));
    expect(loaded.snapshotSync()).toEqual(truth.snapshotSync());
    const back = loadBoth(made, hosts).truth;
    back.restoreSync(loaded.snapshotSync());
    expect(back.snapshotSync()).toEqual(truth.snapshotSync());
  });
});

test("a stop ends a run in its step, also inside a chunk, and the next run goes on", () => {
  const { truth, loaded } = loadBoth(everything({ stop: true, chance: false }), hosts);
  const drive = (_step: number, x: Values): void => void x.set([0.9, 0.9]);
  for (const given of [{ steps: 900 }, { steps: 900, input: drive }, { steps: 900 }]) {
    const expected = truth.runSync(job(given));
    expect(loaded.runSync(job(given))).toEqual(expected);
    expect(loaded.snapshotSync()).toEqual(truth.snapshotSync());
  }
  const { stopped } = loaded.runSync(job({ steps: 900, input: drive }));
  expect(stopped).toEqual({ reason: "the last neuron fired", step: loaded.stepCount - 1 });
});
