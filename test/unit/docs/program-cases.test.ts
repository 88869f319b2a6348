// The documented Programs do what docs/design/program.md says of them: each against a plain loop, a
// second Program or a property.

import { body, read, write } from "../../../src/ir/build.js";
import type { Op, Program } from "../../../src/ir/program.js";
import { verify } from "../../../src/ir/verify.js";
import type { HostFunction, Values } from "../../../src/runtime/backend.js";
import { programCases } from "../../helpers/program-cases/index.js";
import {
  runProgram,
  type ProgramJob,
  type ProgramRun,
} from "../../helpers/recordings/run-program.js";

const caseOf = (name: string): Program => programCases.find((one) => one.name === name)!.program;

/** 0 or 1, with ones in about a third of the places; the same in every run. */
const pulse = (step: number, index: number): number =>
  (Math.imul(step * 31 + index + 1, 0x9e3779b1) >>> 8) % 3 === 0 ? 1 : 0;

const pulses = (step: number, x: Values): void => {
  for (let i = 0; i < x.length; i++) x[i] = pulse(step, i);
};

/** The first motor drives all sensors, each half as much as the one before. */
const closeLoop: HostFunction = (_step, [motor], [sensor]) => {
  for (let i = 0; i < sensor!.length; i++) sensor![i] = motor![0]! * 0.5 ** i;
};
const hosts = new Map([["body", closeLoop]]);

const runCase = (name: string, job: ProgramJob): Promise<ProgramRun> =>
  runProgram(caseOf(name), { input: pulses, hosts, ...job });

function expectClose(found: Values | undefined, expected: ArrayLike<number>, digits = 12): void {
  expect(found).toHaveLength(expected.length);
  for (let i = 0; i < expected.length; i++) expect(found![i]).toBeCloseTo(expected[i]!, digits);
}

test.each(programCases)("$name runs", async ({ name }) => {
  const { result } = await runCase(name, { steps: 20 });
  expect(result).toEqual({ steps: 20 });
});

describe("synapses", () => {
  test("saturating ones give the same potentials with one sum per target", async () => {
    const each = await runCase("saturating-per-synapse", {
      steps: 200,
      values: ["post.V", "syn.g"],
    });
    const sums = await runCase("saturating-shared", { steps: 200, values: ["post.V"] });
    sums.values
      .get("post.V")!
      .forEach((row, k) => expectClose(row, each.values.get("post.V")![k]!));
    const conductances = each.values.get("syn.g")!.flatMap((row) => [...row]);
    expect(Math.max(...conductances)).toBe(1);
  });

  test("a rectified one passes current one way only", async () => {
    const { read: after } = await runCase("rectified-electrical", { steps: 20 });
    const [a, b] = [after("a.V"), after("b.V")];
    // The first two pairs start below their targets and decay as if alone.
    const alone = [0, 5, 8].map((start) => start * 0.98 ** 20);
    expectClose(a.slice(0, 2), alone.slice(0, 2));
    expectClose(b.slice(0, 2), [alone[2]!, alone[2]!]);
    expect(a[2]).toBeLessThan(10 * 0.98 ** 20);
    expect(b[3]).toBeGreaterThan(alone[2]!);
  });

  test("each has its own delay", async () => {
    const input = (step: number, x: Values): void =>
      x.set([Number(step === 0), Number(step === 1)]);
    const { values } = await runCase("per-synapse-delays", { steps: 6, input, values: ["post.I"] });
    // Delays from the first source: 0, 1, 2 steps; from the second: 4, 3, 2, one step later.
    const arrivals = [
      [0, 5],
      [1, 4],
      [2, 3],
    ] as const;
    values.get("post.I")!.forEach((row, step) => {
      const sums = arrivals.map((steps) => 0.5 * steps.filter((one) => one <= step).length);
      expectClose(row, sums);
    });
  });

  test("the efficacy of a spike is that of the step in which it was fired", async () => {
    const input = (step: number, x: Values): void => x.set([Number(step % 5 === 0), 0]);
    const { values } = await runCase("short-term-plasticity", {
      steps: 20,
      input,
      values: ["post.g"],
    });
    let [R, u] = [1, 0.5];
    const fired: number[] = [];
    for (let step = 0; step < 20; step++) {
      if (step % 5 === 0) {
        fired.push(0.4 * R * u);
        [R, u] = [R - R * u, u + 0.5 * (1 - u)];
      }
      [R, u] = [R + (0.1 / 800) * (1 - R), u + (0.1 / 10) * (0.5 - u)];
      const arrived = fired.slice(0, step < 8 ? 0 : Math.floor((step - 8) / 5) + 1);
      const sum = arrived.reduce((all, one) => all + one, 0);
      expectClose(values.get("post.g")![step], [sum, sum, sum]);
    }
  });
});

describe("neurons and the order of a step", () => {
  test("channels share the potential of their neuron", async () => {
    const { read: after } = await runCase("gated-channels", { steps: 100 });
    let V = 0;
    const h = [0.5, 0.5];
    for (let step = 0; step < 100; step++) {
      const m = 1 / (1 + Math.exp(0.05 * (20 - V)));
      const q = 0.5 * Math.exp(0.05 * V);
      const rest = 1 / (1 + q);
      for (let c = 0; c < 2; c++) h[c]! += 0.1 * ((rest - h[c]!) / (300 * rest * Math.sqrt(q)));
      const I = 1.05 * m * h[0]! * (110 - V) + 0.3 * m * h[1]! * (-40 - V);
      V += (0.1 / 5) * (I - V);
    }
    expectClose(after("cell.V"), [V, V, V]);
    expectClose(after("cell.gated.h"), [h, h, h].flat());
  });

  test("a pattern finds edges and leaves even ground alone", async () => {
    const input = (_step: number, x: Values): void => void x.fill(1).fill(3, 64 * 128);
    const { read: after } = await runCase("pattern-5x5", { steps: 1, input });
    const at = (row: number, column: number): number => after("y")[row * 128 + column]!;
    expect([at(30, 60), at(100, 60)]).toEqual([0, 0]);
    // Ten, then five, of the taps reach across the edge; at the border taps are missing.
    expect([at(63, 60), at(62, 60), at(61, 60)]).toEqual([-20, -10, 0]);
    expect(at(0, 0)).toBe(24 - 8);
  });

  test("a kick to the neuron that fired is wiped out or counts, by the order", async () => {
    const firstAfter = async (order: string): Promise<number[]> => {
      const job = { steps: 150, values: ["cell.V"], spikes: ["cell.spikes"] };
      const { values, spikes } = await runCase(`order-${order}`, job);
      const [[step] = [NaN]] = spikes.get("cell.spikes")!;
      return values
        .get("cell.V")!
        .slice(step, step + 2)
        .map(([V]) => V!);
    };
    const drift = (V: number): number => V + (0.1 / 10) * (20 - V);
    expect(await firstAfter("brian2")).toEqual([0, drift(0)]);
    expect(await firstAfter("default")).toEqual([0, drift(1.5)]);
  });

  test("a filter of order 2 shows a held pulse one step late", async () => {
    const input = (step: number, x: Values): void => void x.fill(Number(step === 0));
    const { values } = await runCase("state-space", { steps: 30, input, values: ["y"] });
    const response = (t: number): number => 1 - (1 + t / 5) * Math.exp(-t / 5);
    values.get("y")!.forEach((row, step) => {
      const expected = step === 0 ? 0 : response(step) - response(step - 1);
      expectClose(row, [expected, expected, expected], 4);
    });
  });
});

/** The triplet rule with target spikes applied at once, from parts of the deferred Program. */
function immediateTriplet(): Program {
  const deferred = caseOf("triplet-deferred");
  const op = (id: string): Op => deferred.ops.find((one) => one.id === id)!;
  const [settle, depress, last] = [op("edges2"), op("edges3"), op("map5")];
  if (settle.kind !== "edges" || depress.kind !== "edges" || last.kind !== "map") throw new Error();
  const [w, y] = [read("w", "syn.w@0", "edge"), read("y", "post.trace@0", "target")];
  const source = { ...depress, reads: [w, y], writes: [write("w", "syn.w@1", "edge")] };
  const target: Op = {
    ...settle,
    trigger: { on: "target", spikes: { array: "post.spikes", version: 1 } },
    reads: [
      read("w", "syn.w@1", "edge"),
      read("x", "pre.peak@0", "source"),
      read("slow", "post.slow@0", "target"),
    ],
    body: body("w = clip(w + 0.0065 * x * slow, 0, 1)"),
    writes: [write("w", "syn.w@2", "edge")],
  };
  const trace: Op = {
    ...last,
    reads: [read("x", "pre.peak@0"), read("fired", "pre.fired@1")],
    body: body("x = (x + fired) * exp(-dt / 16.8)"),
    writes: [write("x", "pre.peak@1")],
  };
  const program = {
    ...deferred,
    ops: [op("map0"), op("map1"), source, target, trace, op("map6"), op("map7")],
  };
  verify(program);
  return program;
}

describe("spike-timing dependent plasticity", () => {
  test("the order of coinciding spikes counts, and nothing else", async () => {
    const ends = async (
      input: NonNullable<ProgramJob["input"]>,
    ): Promise<(readonly number[])[]> => {
      const job = { steps: 60, input };
      const runs = [
        await runCase("pair-stdp-source-first", job),
        await runCase("pair-stdp-target-first", job),
      ];
      return runs.map((run) => [...run.read("syn.w"), ...run.read("post.I")]);
    };
    const [first, second] = await ends(pulses);
    expect(first).not.toEqual(second);
    // Sources in even steps, targets in odd ones.
    const [apart, alsoApart] = await ends((step, x) => {
      for (let i = 0; i < 4; i++) x[i] = Number(i < 2 === (step % 2 === 0)) * pulse(step, i);
    });
    expect(apart).toEqual(alsoApart);
  });

  test("target spikes that wait for the source give the same weights", async () => {
    // Targets fire more often than sources, so histories fill up; often both fire at once.
    const input = (step: number, x: Values): void => {
      const rare = step % 7 === 0 || step % 40 > 33 ? 1 : 0;
      x.set([rare * pulse(step, 0), pulse(step, 1) * Number(step % 100 < 20)], 0);
      x.set([pulse(step, 2), pulse(step, 3)], 2);
    };
    const job = { steps: 400, input, values: ["syn.w"], hosts };
    const deferred = await runCase("triplet-deferred", job);
    const atOnce = await runProgram(immediateTriplet(), job);
    deferred.values.get("syn.w")!.forEach((row, k) => {
      expectClose(row, atOnce.values.get("syn.w")![k]!);
    });
    expect(atOnce.read("syn.w")).not.toEqual(Float64Array.of(0.5, 0.5, 0.5, 0.5));
  });
});

describe("learning rules and convolutions", () => {
  test("PES adds the change of the step before", async () => {
    const input = (_step: number, x: Values): void => x.set([1, 2, 3, 4, 1, -2]);
    const job = { steps: 3, input, values: ["conn.weights", "conn.filtered", "conn.delta"] };
    const { values } = await runCase("pes", job);
    const filtered = -Math.expm1(-1 / 5);
    expectClose(
      values.get("conn.filtered")![0],
      [1, 2, 3, 4].map((a) => a * filtered),
    );
    const change = [1, -2].flatMap((e) => [1, 2, 3, 4].map((a) => -2.5e-8 * e * a * filtered));
    expectClose(values.get("conn.delta")![0], change, 20);
    expectClose(values.get("conn.weights")![0], new Array<number>(8).fill(0));
    expectClose(values.get("conn.weights")![1], change, 20);
  });

  test("Voja learns only while its gate is open, and only for neurons that fire", async () => {
    const encoders = async (gate: number): Promise<Values> => {
      const input = (_step: number, x: Values): void => x.set([0.6, 0.8, 100, 0, 50, gate]);
      return (await runCase("voja", { steps: 20, input })).read("ens.encoders");
    };
    expect(await encoders(-1)).toEqual(Float64Array.of(1, 0, 0, 1, -1, 0));
    const open = await encoders(0);
    expect([...open.slice(2, 4)]).toEqual([0, 1]);
    expect(open[0]! > 1 && open[0]! < 1.2 && open[1]! > 0 && open[1]! < 1.6).toBe(true);
    expect(open[4]! > -1 && open[5]! > 0).toBe(true);
  });

  test("RLS keeps the inverse of the activities' second moments", async () => {
    const { read: after } = await runCase("rls", { steps: 20 });
    const P = after("conn.P");
    const moments = [10, 0, 0, 0, 10, 0, 0, 0, 10];
    for (let step = 0; step < 20; step++) {
      for (let e = 0; e < 9; e++)
        moments[e]! += pulse(step, Math.floor(e / 3)) * pulse(step, e % 3);
    }
    const product = moments.map((_, e) => {
      const [row, column] = [Math.floor(e / 3), e % 3];
      return [0, 1, 2].reduce((sum, k) => sum + moments[row * 3 + k]! * P[k * 3 + column]!, 0);
    });
    expectClose(Float64Array.from(product), [1, 0, 0, 0, 1, 0, 0, 0, 1]);
  });

  test("a convolution equals its definition", async () => {
    const input = (_step: number, x: Values): void => {
      for (let i = 0; i < 60; i++) x[i] = Math.sin(i);
    };
    const { read: after } = await runCase("convolution", { steps: 1, input });
    const expected = Float64Array.from({ length: 45 }, (_, target) => {
      const [row, column, filter] = [
        Math.floor(target / 15),
        Math.floor(target / 3) % 5,
        target % 3,
      ];
      let sum = 0;
      for (let tap = 0; tap < 12; tap++) {
        const [i, j, c] = [
          2 * row + Math.floor(tap / 4),
          column + (Math.floor(tap / 2) % 2),
          tap % 2,
        ];
        if (i < 6 && j < 5) sum += (((tap * 3 + filter) % 7) - 3) * Math.sin((i * 5 + j) * 2 + c);
      }
      return sum;
    });
    expectClose(after("y"), expected);
  });
});

describe("around the network", () => {
  test("the Poisson process fires at its rate and counts its numbers", async () => {
    const job = { steps: 20_000, spikes: ["source.spikes"] };
    const { read: after, spikes } = await runCase("poisson-skip", job);
    const count = spikes.get("source.spikes")!.length;
    // 1000 neurons, 2 s, 5 Hz: 10 000 spikes, standard deviation 100.
    expect(Math.abs(count - 10_000)).toBeLessThan(400);
    expect([...after("source.draws")]).toEqual([count]);
  });

  test("the watchdog ends a run in the step in which the rate is too high", async () => {
    const all = (_step: number, x: Values): void => void x.fill(1);
    const { result, read: after } = await runCase("watchdog", { steps: 1000, input: all });
    // The rate approaches 10 kHz with 100 ms: above 200 Hz after 21 steps.
    expect(result).toEqual({ steps: 21, stopped: { reason: "mean rate above 200 Hz", step: 20 } });
    expect(after("watch.rate")[0]).toBeGreaterThan(200);
    const calm = await runCase("watchdog", { steps: 1000, input: (_step, x) => void x.fill(0) });
    expect(calm.result).toEqual({ steps: 1000 });
  });

  test("copies of a batch have their own state and share the time constant", async () => {
    const input = (_step: number, x: Values): void => x.set([1, 2, 3, 4, 5, 6]);
    const { read: after } = await runCase("batch", { steps: 20, input });
    const charged = 1 - 0.98 ** 20;
    expectClose(
      after("cell.V"),
      [1, 2, 3, 4, 5, 6].map((I) => I * charged),
    );
  });

  test("a user's function sees and fills arrays at its place in the step", async () => {
    const { read: after } = await runCase("host", { steps: 20 });
    expectClose(
      after("sensor.V"),
      [1, 0.5, 0.25].map((I) => I * (1 - 0.8 ** 20)),
    );
  });
});
