// The state of a Program that uses everything: however a run is cut, saved, batched or rounded, the
// bits are the same.
import { LoadError } from "../../../../src/errors.js";
import { array, body, program, read, write } from "../../../../src/ir/build.js";
import type { Program } from "../../../../src/ir/program.js";
import type { Values } from "../../../../src/runtime/backend.js";
import { everything, hosts } from "../../../helpers/everything.js";
import { job, load, numbers, steps, vector, type Loaded } from "./load.js";

const batchOf = ({ batch }: Program): number => batch;

/** Inputs that keep the four neurons firing; copy c gets the inputs of `first + c`. */
function inputsFor(made: Program, first = 0) {
  return (step: number, x: Values): void => {
    for (let copy = 0; copy < batchOf(made); copy++) {
      const shift = first + copy;
      x[2 * copy] = 0.6 + 0.1 * ((step + shift) % 5);
      x[2 * copy + 1] = 0.9 - 0.05 * ((step * 3 + shift) % 7);
    }
  };
}

const play = (loaded: Loaded, made: Program, count: number, first = 0): void => {
  loaded.runSync(job({ steps: count, input: inputsFor(made, first) }));
};

const stateNames = (made: Program): string[] =>
  made.arrays.filter((spec) => spec.role === "state").map((spec) => spec.name);

function stateOf(loaded: Loaded, made: Program): Record<string, number[]> {
  return Object.fromEntries(stateNames(made).map((name) => [name, numbers(loaded, name)]));
}

describe.each(["float64", "float32"] as const)("%s", (precision) => {
  const made = everything({ precision, batch: 2 });

  test("the network does something", () => {
    const loaded = load(made, hosts);
    const spikes: number[] = [];
    const every = 1;
    const counting = (_step: number, _values: ArrayLike<number>, n: number): void => {
      spikes.push(n);
    };
    const monitor = { array: "fired", kind: "spikes", offset: 0, count: 4, every } as const;
    const monitors = [{ ...monitor, write: counting }];
    loaded.runSync(job({ steps: 300, input: inputsFor(made), monitors }));
    expect(spikes).toHaveLength(600);
    expect(spikes.reduce((sum, n) => sum + n, 0)).toBeGreaterThan(100);
    expect(Math.max(...numbers(loaded, "events"))).toBeGreaterThan(0);
    expect(numbers(loaded, "w").every((w, i) => w !== numbers(load(made, hosts), "w")[i])).toBe(
      true,
    );
  });

  test("one run, two runs and single steps give the same bits", () => {
    const whole = load(made, hosts);
    const halves = load(made, hosts);
    const single = load(made, hosts);
    play(whole, made, 120);
    play(halves, made, 47);
    play(halves, made, 73);
    const x = vector(made, 4);
    const y = vector(made, 10);
    for (let step = 0; step < 120; step++) {
      inputsFor(made)(step, x);
      single.step(x, y);
    }
    expect(whole.snapshotSync()).toEqual(single.snapshotSync());
    expect(halves.snapshotSync()).toEqual(single.snapshotSync());
    expect(numbers(whole, "y")).toEqual([...y]);
  });

  test("a run gives the same bits when it gives way to other tasks", async () => {
    const whole = load(made, hosts);
    const other = load(made, hosts);
    play(whole, made, 50);
    await other.run(job({ steps: 50, input: inputsFor(made), chunk: 3 }));
    expect(other.snapshotSync()).toEqual(whole.snapshotSync());
  });

  test("a snapshot taken anywhere resumes bit for bit, also on a fresh load", () => {
    const whole = load(made, hosts);
    for (const at of [0, 1, 13, 58]) {
      const first = load(made, hosts);
      play(first, made, at);
      const bytes = first.snapshotSync();
      const second = load(made, hosts);
      play(second, made, 9);
      second.restoreSync(bytes);
      expect(second.stepCount).toBe(at);
      play(second, made, 90);
      whole.reset();
      play(whole, made, at + 90);
      expect(second.snapshotSync()).toEqual(whole.snapshotSync());
      expect(stateOf(second, made)).toEqual(stateOf(whole, made));
    }
  });

  test("a snapshot carries tunables and what is derived from them", () => {
    const first = load(made, hosts);
    first.writeSync("tau", [3, 4, 5, 6]);
    const second = load(made, hosts);
    second.restoreSync(first.snapshotSync());
    expect(numbers(second, "tau")).toEqual([3, 4, 5, 6]);
    expect(numbers(second, "decay")).toEqual(numbers(first, "decay"));
    expect(numbers(second, "decay")).not.toEqual(numbers(load(made, hosts), "decay"));
  });

  test("a snapshot that does not fit is refused and changes nothing", () => {
    const loaded = load(made, hosts);
    play(loaded, made, 40);
    const bytes = loaded.snapshotSync();
    const changed = (change: (copy: Uint8Array) => void): Uint8Array => {
      const copy = bytes.slice();
      change(copy);
      return copy;
    };
    const other = everything({ precision, batch: 3 });
    const broken = [
      new Uint8Array(0),
      bytes.subarray(0, 12),
      bytes.subarray(0, bytes.length - 1),
      Uint8Array.of(...bytes, 0),
      changed((copy) => copy.fill(65, 0, 3)),
      changed((copy) => copy.fill(255, 12, 20)),
      load(other, hosts).snapshotSync(),
    ];
    for (const one of broken) expect(() => loaded.restoreSync(one)).toThrow(LoadError);
    let refused = 0;
    for (let at = 20; at < bytes.length; at += 12) {
      const twisted = changed((copy) => copy.fill(255, at, at + 4));
      const fresh = load(made, hosts);
      const before = fresh.snapshotSync();
      try {
        fresh.restoreSync(twisted);
      } catch (error) {
        refused++;
        expect(error).toBeInstanceOf(LoadError);
        expect(fresh.snapshotSync()).toEqual(before);
      }
    }
    expect(refused).toBeGreaterThan(5);
    expect(loaded.snapshotSync()).toEqual(bytes);
  });
});

test("a batch of three equals three runs of one", () => {
  const batch = everything({ batch: 3, chance: false });
  const one = everything({ chance: false });
  const together = load(batch, hosts);
  play(together, batch, 150);
  const single = [0, 1, 2].map((copy) => {
    const loaded = load(one, hosts);
    play(loaded, one, 150, copy);
    return loaded;
  });
  for (const name of stateNames(one)) {
    const apart = single.flatMap((loaded) => numbers(loaded, name));
    expect({ [name]: numbers(together, name) }).toEqual({ [name]: apart });
  }
  expect(new Set(single.map((loaded) => numbers(loaded, "V").join())).size).toBe(3);
});

test("copies of a batch get their own random numbers, the first those of a single run", () => {
  const batch = everything({ batch: 2 });
  const one = everything();
  const together = load(batch, hosts);
  const alone = load(one, hosts);
  play(together, batch, 100);
  play(alone, one, 100);
  const V = numbers(together, "V");
  expect(V.slice(0, 4)).toEqual(numbers(alone, "V"));
  expect(V.slice(4)).not.toEqual(V.slice(0, 4));
});

test("arrays that all copies share are held once", () => {
  const loaded = load(everything({ batch: 3 }), hosts);
  expect(numbers(loaded, "tau")).toHaveLength(4);
  expect(numbers(loaded, "V")).toHaveLength(12);
});

test("float32 rounds every operation and every stored value", () => {
  const made = program({
    ...{ dt: 0.1, precision: "float32" },
    arrays: [
      array({ name: "V", initial: Float64Array.of(0.1, -65.3) }),
      array({ name: "s", initial: 0.3 }),
    ],
    ops: [
      {
        ...{ kind: "map", id: "map0", phase: "", count: 2 },
        reads: [read("V", "V@0")],
        body: body("V = V + dt * (0.7 * t - V) / 9.9 + 1e-3 * step"),
        writes: [write("V", "V@1")],
      },
      {
        ...{ kind: "gather", id: "gather0", phase: "" },
        layout: { kind: "dense", sources: 2, targets: 1 },
        reads: [read("V", "V@1", "source")],
        body: [],
        writes: [write("V", "s@1", "target", { mode: "add" })],
      },
    ],
  });
  const f = Math.fround;
  const loaded = load(made);
  const V = [f(0.1), f(-65.3)];
  let s = f(0.3);
  for (let step = 0; step < 200; step++) {
    V.forEach((v, i) => {
      const change = f(f(f(0.1) * f(f(f(0.7) * f(step * 0.1)) - v)) / f(9.9));
      V[i] = f(f(v + change) + f(f(1e-3) * step));
    });
    for (const v of V) s = f(s + v);
    steps(loaded, 1);
    expect(loaded.readSync("V")).toEqual(Float32Array.from(V));
    expect(numbers(loaded, "s")).toEqual([s]);
  }
});

test("reset puts everything back, or everything but what is kept", () => {
  const made = everything();
  const loaded = load(made, hosts);
  const fresh = load(made, hosts).snapshotSync();
  play(loaded, made, 70);
  loaded.reset();
  expect(loaded.snapshotSync()).toEqual(fresh);
  expect(loaded.stepCount).toBe(0);
  play(loaded, made, 70);
  const w = numbers(loaded, "w");
  loaded.reset(new Set(["w"]));
  expect(numbers(loaded, "w")).toEqual(w);
  expect(numbers(loaded, "V")).toEqual([-3, 2, 0.5, 1]);
  expect(loaded.stepCount).toBe(70);
});
