// Integration blocks: the assignments that each method makes, their order of convergence against
// analytic solutions, and the refusals.

import { name, num, type Assignment } from "../../../src/expr/ast.js";
import { compileBody } from "../../../src/expr/evaluate.js";
import {
  integrate,
  slopeOf,
  type DifferentialBlock,
  type Equation,
  type IntegrationMethod,
} from "../../../src/expr/integrate.js";
import { parseExpression as parse, parseStatements } from "../../../src/expr/parse.js";
import { printAssignment, printExpression } from "../../../src/expr/print.js";
import { namesIn } from "../../../src/expr/rewrite.js";
import { SpecError } from "../../../src/errors.js";

/** A block from lines of text: `x = ...` are intermediates, the rest are equations. */
function block(text: string, method: IntegrationMethod, substeps?: number): DifferentialBlock {
  const equations: Equation[] = [];
  const intermediates: Assignment[] = [];
  for (const statement of parseStatements(text)) {
    const { target, value } = statement;
    if (statement.kind === "assign") intermediates.push({ target, value });
    else if (statement.coefficient === undefined) equations.push({ target, value });
    else equations.push({ target, value, coefficient: statement.coefficient });
  }
  const base = { equations, intermediates, method, where: "models.test", dt: name("dt") };
  return substeps === undefined ? base : { ...base, substeps };
}

const printed = (text: string, method: IntegrationMethod, substeps?: number) =>
  integrate(block(text, method, substeps)).map(printAssignment);

/** Runs a block for `duration` in `steps` steps and gives the final values. */
function solve(
  of: DifferentialBlock,
  initial: Readonly<Record<string, number>>,
  { duration, steps }: { duration: number; steps: number },
): Record<string, number> {
  const body = integrate(of);
  const symbols = new Set([...Object.keys(initial), "dt", "t"]);
  for (const { target, value } of body)
    for (const each of [target, ...namesIn(value)]) symbols.add(each);
  const slots = new Map([...symbols].map((symbol, i) => [symbol, i]));
  const frame = new Float64Array(slots.size);
  for (const [symbol, value] of Object.entries(initial)) frame[slots.get(symbol)!] = value;
  const run = compileBody(body, slots, "float64");
  const dt = duration / steps;
  frame[slots.get("dt")!] = dt;
  for (let step = 0; step < steps; step++) {
    frame[slots.get("t")!] = step * dt;
    run(frame);
  }
  return Object.fromEntries([...slots].map(([symbol, slot]) => [symbol, frame[slot]!]));
}

/** How many times smaller the error becomes when the number of steps doubles. */
function gain(of: DifferentialBlock, initial: Record<string, number>, truth: number, x: string) {
  const error = (steps: number) => Math.abs(solve(of, initial, { duration: 2, steps })[x]! - truth);
  return error(64) / error(128);
}

describe("euler", () => {
  test("keeps the association of the text", () => {
    expect(printed("dV/dt = a * V + b - c", "euler")).toEqual(["V = V + dt * (a * V + b - c)"]);
    expect(printed("C dV/dt = G * (E - V) + I", "euler")).toEqual([
      "V = V + dt / C * (G * (E - V) + I)",
    ]);
  });

  test("puts the intermediates first", () => {
    expect(printed("I = G * (E - V)\ndV/dt = I", "euler")).toEqual([
      "I = G * (E - V)",
      "V = V + dt * I",
    ]);
  });

  test("uses a temporary only for a state that a later equation still reads", () => {
    expect(printed("dx/dt = y\ndy/dt = -x\ndz/dt = y + z", "euler")).toEqual([
      "x$1 = x + dt * y",
      "y$1 = y + dt * -x",
      "z = z + dt * (y + z)",
      "x = x$1",
      "y = y$1",
    ]);
    expect(printed("dx/dt = y\ndy/dt = -y", "euler")).toEqual([
      "x = x + dt * y",
      "y = y + dt * -y",
    ]);
  });

  test("sees a state that is read by a coefficient only", () => {
    expect(printed("dx/dt = 1\nx dy/dt = 1", "euler")[0]).toBe("x$1 = x + dt * 1");
  });

  test("converges with order 1", () => {
    const ratio = gain(
      block("dx/dt = -x + y\ndy/dt = -x", "euler"),
      { x: 1, y: 1 },
      solution(2),
      "x",
    );
    expect(ratio).toBeGreaterThan(1.9);
    expect(ratio).toBeLessThan(2.1);
  });
});

/** x of x' = y - x, y' = -x with x(0) = y(0) = 1. */
function solution(t: number): number {
  const w = Math.sqrt(3) / 2;
  return Math.exp(-t / 2) * (Math.cos(w * t) + (0.5 / w) * Math.sin(w * t));
}

describe("exact", () => {
  test("multiplies a pure decay by one exponential", () => {
    expect(printed("tau dg/dt = -g", "exact")).toEqual(["g = g * exp(-dt / tau)"]);
    expect(printed("dg/dt = -g / tau", "exact")).toEqual(["g = g * exp(-dt / tau)"]);
    expect(printed("dg/dt = -(g / tau)", "exact")).toEqual(["g = g * exp(-(dt / tau))"]);
  });

  test("is within 1 unit in the last place of x exp(-dt / tau)", () => {
    let worst = 0;
    for (let i = 1; i < 400; i++) {
      const [x, tau, dt] = [1 + i / 400, 0.3 + i * 0.037, 0.1 + (i % 7) / 10];
      const got = solve(
        block("tau dg/dt = -g", "exact"),
        { g: x, tau },
        { duration: dt, steps: 1 },
      ).g!;
      const wanted = x * Math.exp(-dt / tau);
      worst = Math.max(worst, Math.abs(got - wanted) / 2 ** (Math.floor(Math.log2(wanted)) - 52));
    }
    expect(worst).toBeLessThanOrEqual(1);
  });

  test("advances by the right-hand side times exprel in general", () => {
    expect(printed("C dV/dt = G * (E - V) + I", "exact")).toEqual([
      "V = V + dt / C * (G * (E - V) + I) * exprel(-(G * dt) / C)",
    ]);
    expect(printed("tau dV/dt = E - V", "exact")).toEqual([
      "V = V + dt / tau * (E - V) * exprel(-dt / tau)",
    ]);
  });

  test("is Euler where the slope is 0", () => {
    expect(printed("dx/dt = I / C", "exact")).toEqual(["x = x + dt * (I / C)"]);
    const rest = { I: 3, a: 0, x: 1 };
    const { x } = solve(block("dx/dt = a * x + I", "exact"), rest, { duration: 2, steps: 1 });
    expect(x).toBe(7);
  });

  test("equals the analytic solution in one step or many, and stays at the steady state", () => {
    const cell = block("C dV/dt = G * (E - V) + I", "exact");
    const values = { V: -70, C: 5, G: 0.8, E: -65, I: 3 };
    const steady = -65 + 3 / 0.8;
    const truth = steady + (-70 - steady) * Math.exp((-0.8 * 4) / 5);
    for (const steps of [1, 10, 4000]) {
      expect(solve(cell, values, { duration: 4, steps }).V).toBeCloseTo(truth, 10);
    }
    const atRest = solve(cell, { ...values, V: -65, I: 0 }, { duration: 4, steps: 40 });
    expect(atRest.V).toBe(-65);
  });

  test("finds the slope through intermediates", () => {
    expect(printed("I = G * (E - V)\ndV/dt = I / C", "exact")[1]).toBe(
      "V = V + dt * (I / C) * exprel(-(G * dt) / C)",
    );
  });

  test("divides by a coefficient that depends on the state only if the quotient is linear", () => {
    expect(() => integrate(block("x dx/dt = 1", "exact"))).toThrow(/not linear in x/);
  });

  test.each(["exact", "exponentialEuler"] as const)("%s refuses what is not linear", (method) => {
    const refused = () => integrate(block("dV/dt = V ^ 2 - V", method));
    expect(refused).toThrow(SpecError);
    expect(refused).toThrow(
      `models.test: the equation of V is not linear in V, as ${method} needs it`,
    );
    expect(refused).toThrow(expect.objectContaining({ code: "not-linear" }));
  });

  test("refuses equations that depend on each other, also through intermediates", () => {
    for (const text of ["dx/dt = y - x\ndy/dt = -y", "i = 2 * y\ndx/dt = i - x\ndy/dt = -y"]) {
      const refused = () => integrate(block(text, "exact"));
      expect(refused).toThrow(expect.objectContaining({ code: "coupled", where: "models.test" }));
      expect(refused).toThrow(/equation of x depends on y.*exponentialEuler/);
    }
  });
});

describe("exponentialEuler", () => {
  const gate = `
    alpha = 0.1 * exp(-V / 20)
    beta = 0.2 * exp(V / 30)
    dn/dt = alpha * (1 - n) - beta * n
    C dV/dt = G * n * (E - V)
  `;

  test("holds the other states constant and updates all at once", () => {
    expect(printed(gate, "exponentialEuler").slice(2)).toEqual([
      "n$1 = n + dt * (alpha * (1 - n) - beta * n) * exprel((-alpha - beta) * dt)",
      "V = V + dt / C * (G * n * (E - V)) * exprel(-(G * n * dt) / C)",
      "n = n$1",
    ]);
  });

  test("notices that a slope reads another state through an intermediate", () => {
    const text = "i = m * (E - V)\ndm/dt = -m\ndV/dt = i";
    expect(printed(text, "exponentialEuler")).toEqual([
      "i = m * (E - V)",
      "m$1 = m * exp(-dt)",
      "V = V + dt * i * exprel(-(m * dt))",
      "m = m$1",
    ]);
  });

  test("converges with order 1 and is stable where Euler is not", () => {
    const coupled = block("dx/dt = -x + y\ndy/dt = -x", "exponentialEuler");
    expect(gain(coupled, { x: 1, y: 1 }, solution(2), "x")).toBeGreaterThan(1.9);
    const stiff = { x: 1, y: 0.5 };
    const { x } = solve(block("dx/dt = 1000 * (y - x)\ndy/dt = -y", "exponentialEuler"), stiff, {
      duration: 1,
      steps: 10,
    });
    expect(Math.abs(x!)).toBeLessThan(0.5);
  });
});

describe("rk4", () => {
  test("writes out the four stages over temporaries", () => {
    expect(printed("tau dx/dt = -x", "rk4")).toEqual([
      "x$k1 = -x / tau",
      "x$2 = x + dt / 2 * x$k1",
      "x$k2 = -x$2 / tau",
      "x$3 = x + dt / 2 * x$k2",
      "x$k3 = -x$3 / tau",
      "x$4 = x + dt * x$k3",
      "x$k4 = -x$4 / tau",
      "x = x + dt / 6 * (x$k1 + 2 * x$k2 + 2 * x$k3 + x$k4)",
    ]);
  });

  test("evaluates intermediates again where they follow the states, and leaves them as they were", () => {
    const text = "a = p ^ 2\nb = a * x\nb = b + 1\ndx/dt = b";
    const body = integrate(block(text, "rk4"));
    expect(body.filter(({ target }) => target === "b")).toHaveLength(2);
    const single = printed("a = p ^ 2\nb = a * x\ndx/dt = b", "rk4");
    expect(single).toContain("b$2 = a * x$2");
    expect(single.some((line) => line.startsWith("a$"))).toBe(false);
    const { b } = solve(block(text, "rk4"), { x: 3, p: 1 }, { duration: 0.1, steps: 1 });
    expect(b).toBe(4);
  });

  test("uses only symbols that no user can write besides those of the text", () => {
    const body = integrate(block("i = -x\ndx/dt = i + y\ndy/dt = -x", "rk4", 2));
    const known = new Set(["i", "x", "y", "dt"]);
    for (const { target } of body) expect(known.has(target) || target.includes("$")).toBe(true);
  });

  test.each([1, 2, 3])(
    "converges with order 4 for a coupled system in %d sub-steps",
    (substeps) => {
      const text = "i = y - x\ndx/dt = i\ndy/dt = -x";
      const ratio = gain(block(text, "rk4", substeps), { x: 1, y: 1 }, solution(2), "x");
      expect(ratio).toBeGreaterThan(14);
      expect(ratio).toBeLessThan(18);
    },
  );

  test.each([10_000, 1e15])("%d sub-steps are too many to be written out", (substeps) => {
    expect(() => integrate(block("dx/dt = -x", "rk4", 3_000))).not.toThrow();
    expect(() => integrate(block("dx/dt = -x", "rk4", substeps))).toThrow(
      /too many sub-steps for equations of this length; got \d+, allowed 1 to \d+\. Choose/,
    );
  });

  test("m sub-steps are m steps of a smaller dt", () => {
    const start = { x: 1, y: 1 };
    const text = "dx/dt = x * (1 - y)\ndy/dt = y * (x - 1)";
    const fine = solve(block(text, "rk4"), start, { duration: 1, steps: 40 });
    const divided = solve(block(text, "rk4", 4), start, { duration: 1, steps: 10 });
    expect(divided.x).toBeCloseTo(fine.x!, 13);
  });

  test("keeps order 4 where a right-hand side reads the time", () => {
    const truth = Math.sin(2) + 1;
    for (const substeps of [1, 2]) {
      const driven = block("drive = cos(t)\ndx/dt = drive + x - (sin(t) + 1)", "rk4", substeps);
      expect(gain(driven, { x: 1 }, truth, "x")).toBeGreaterThan(14);
    }
  });

  test("refuses sub-steps that are no whole number, and sub-steps of other methods", () => {
    const refused = expect.objectContaining({ code: "substeps" });
    expect(() => integrate(block("dx/dt = 1", "rk4", 1.5))).toThrow(refused);
    expect(() => integrate(block("dx/dt = 1", "rk4", 0))).toThrow(refused);
    expect(() => integrate(block("dx/dt = 1", "euler", 2))).toThrow(refused);
  });
});

describe("slopeOf", () => {
  const slope = (text: string) => {
    const { equations, intermediates } = block(text, "euler");
    const found = slopeOf(equations[0]!, intermediates);
    return found === undefined ? undefined : printExpression(found);
  };

  test("gives the rate of relaxation", () => {
    expect(slope("C dV/dt = G * (E - V) + I")).toBe("-G / C");
    expect(slope("dV/dt = (E - V) / tau")).toBe("-1 / tau");
    expect(slope("g = 2 * w\nI = g * V\ndV/dt = -I")).toBe("-g");
    expect(slope("dV/dt = I")).toBe("0");
  });

  test("is undefined where it depends on the state", () => {
    expect(slope("dV/dt = V * (V - 1)")).toBeUndefined();
    expect(slope("V dV/dt = 1")).toBeUndefined();
  });
});

test("a block without equations is its intermediates", () => {
  const intermediates = [{ target: "a", value: parse("b + 1") }];
  const empty = { equations: [], intermediates, method: "rk4", where: "x", dt: num(0.1) } as const;
  expect(integrate(empty)).toEqual(intermediates);
});
