import { SpecError } from "../../../src/errors.js";
import { binary, call, conditional, name, num, unary } from "../../../src/expr/ast.js";
import type { Expr, Statement } from "../../../src/expr/ast.js";
import { parseExpression, parseStatements } from "../../../src/expr/parse.js";
import { sameExpr } from "../../../src/expr/rewrite.js";

const [a, b, c, x] = [name("a"), name("b"), name("c"), name("x")];

function expectTree(text: string, tree: Expr): void {
  const found = parseExpression(text);
  if (!sameExpr(found, tree)) expect(found).toEqual(tree);
}

function refusal(read: () => unknown): SpecError {
  try {
    read();
  } catch (error) {
    if (error instanceof SpecError) return error;
    throw error;
  }
  throw new Error("was accepted");
}
const refused = (text: string) => refusal(() => parseExpression(text));
const refusedLine = (text: string) => refusal(() => parseStatements(text));
const statement = (text: string): Statement => {
  const [first, ...others] = parseStatements(text);
  expect(others).toEqual([]);
  return first!;
};

describe("numbers", () => {
  test.each([
    ["1", 1],
    [".5", 0.5],
    ["1e-3", 1e-3],
    ["1.", 1],
    ["1.5E+2", 150],
    ["1.e2", 100],
    ["true", 1],
    ["false", 0],
    ["inf", Infinity],
    ["nan", NaN],
    ["-3", -3],
    ["- 3", -3],
    ["-0", -0],
    ["-inf", -Infinity],
  ])("%s is one number", (text, value) => expectTree(text, num(value)));

  test("a sign before a parenthesis or a power stays an operation", () => {
    expectTree("-(3)", unary("-", num(3)));
    expectTree("-3^2", unary("-", binary("^", num(3), num(2))));
    expectTree("--3", unary("-", num(-3)));
    expectTree("+a", a);
  });

  test("a number takes a known unit that follows it", () => {
    expectTree("2 mV", { kind: "number", value: 2, unit: "mV" });
    expectTree("2mV", { kind: "number", value: 2, unit: "mV" });
    expectTree("-65 mV", { kind: "number", value: -65, unit: "mV" });
    expectTree("5 µA", { kind: "number", value: 5, unit: "uA" });
    expectTree("2 V", { kind: "number", value: 2, unit: "V" });
    expectTree("2 x", binary("*", num(2), x));
  });

  test("a power applies to the unit and not to the number, as it would to a variable", () => {
    expectTree("2 V^2", binary("*", num(2), binary("^", name("V"), num(2))));
    expectTree("a^2 V", binary("*", binary("^", a, num(2)), name("V")));
  });

  test.each(["1e", "1e+", "1.2.3", "1e999", "a 2", "2 3"])("%s is refused", (text) => {
    expect(refused(text).code).toBe("syntax");
  });
});

describe("operators", () => {
  const cases: [string, Expr][] = [
    ["a + b * c", binary("+", a, binary("*", b, c))],
    ["a - b - c", binary("-", binary("-", a, b), c)],
    ["a / b * c", binary("*", binary("/", a, b), c)],
    ["a ^ b ^ c", binary("^", a, binary("^", b, c))],
    ["a ** b", binary("^", a, b)],
    ["pow(a, b)", binary("^", a, b)],
    ["-a^b", unary("-", binary("^", a, b))],
    ["2^-3", binary("^", num(2), num(-3))],
    ["-a * b", binary("*", unary("-", a), b)],
    ["a * -b", binary("*", a, unary("-", b))],
    ["a < b and b >= c", binary("and", binary("<", a, b), binary(">=", b, c))],
    ["a && b || c", binary("or", binary("and", a, b), c)],
    ["a or b and c", binary("or", a, binary("and", b, c))],
    ["not a == b", unary("not", binary("==", a, b))],
    ["!a == b", binary("==", unary("not", a), b)],
    ["not not a", unary("not", unary("not", a))],
    ["a ? b : c", conditional(a, b, c)],
    ["a ? b : b ? c : x", conditional(a, b, conditional(b, c, x))],
    ["a ? b ? c : x : a", conditional(a, conditional(b, c, x), a)],
    ["a or b ? c : x", conditional(binary("or", a, b), c, x)],
    ["max(a, exp(b))", call("max", a, call("exp", b))],
    ["exp (a)", call("exp", a)],
    ["prev(x)", call("prev", x)],
    ["a != b", binary("!=", a, b)],
  ];
  test.each(cases)("%s", (text, tree) => expectTree(text, tree));

  test("values side by side multiply, from the left and as tightly as *", () => {
    expectTree("a (b - c)", binary("*", a, binary("-", b, c)));
    expectTree("a b c", binary("*", binary("*", a, b), c));
    expectTree("(a)(b)", binary("*", a, b));
    expectTree("2(a)", binary("*", num(2), a));
    expectTree("a b^c", binary("*", a, binary("^", b, c)));
    expectTree("a * b / c", binary("/", binary("*", a, b), c));
    expectTree("exp(a) b + c", binary("+", binary("*", call("exp", a), b), c));
    expectTree("a / b * c x", binary("*", binary("*", binary("/", a, b), c), x));
  });

  test.each(["a / b c", "a / b (c)", "a / 2 mV", "a / 2 V", "a / b^2 c", "a / -b c"])(
    "%s is ambiguous",
    (text) => {
      const error = refused(text);
      expect(error.code).toBe("ambiguous");
      expect(error.hint).toContain("a / (b c) or a / b * c");
    },
  );

  test("the unit of a divisor is read in parentheses", () => {
    expectTree("a / (2 mV)", binary("/", a, { kind: "number", value: 2, unit: "mV" }));
  });

  test.each(["a < b < c", "a == b == c", "a < b == c"])("the chain %s is refused", (text) => {
    expect(refused(text).message).toContain("comparisons cannot be chained");
  });

  test("spans cover the operands with their parentheses", () => {
    const text = "  (a + b) * c ";
    expect(parseExpression(text).span).toEqual({ start: 2, end: 13 });
  });
});

describe("names and functions", () => {
  test("an unknown function lists the nearest ones", () => {
    const error = refused("1 + epx(a)");
    expect(error.code).toBe("unknown-function");
    expect(error.hint).toContain('Did you mean "exp"');
  });

  test("a name directly before a parenthesis is no product, with a space it is", () => {
    expect(refused("G(a)").code).toBe("unknown-function");
    expectTree("G (a)", binary("*", name("G"), a));
  });

  test.each(["exp(a, b)", "max(a)", "clip(a, b)", "pow(a)", "exp()"])("%s: arity", (text) => {
    expect(refused(text).code).toBe("arity");
  });

  test.each(["exp", "exp + 1", "a * prev", "__proto__", "constructor", "prototype"])(
    "%s is reserved",
    (text) => expect(refused(text).code).toBe("reserved-name"),
  );

  test.each(["toString", "hasOwnProperty", "valueOf"])("%s is a name like any other", (text) => {
    expectTree(text, name(text));
    expect(refused(`${text}(a)`).code).toBe("unknown-function");
  });

  test("prev takes a name and nothing else", () => {
    expect(refused("prev(a + b)").message).toContain("prev takes the name of one variable");
  });
});

describe("statements", () => {
  test("all five assignments", () => {
    for (const op of ["=", "+=", "-=", "*=", "/="]) {
      expect(statement(`x ${op} a`)).toMatchObject({ kind: "assign", target: "x", op, flags: [] });
    }
    expect(statement("x=-1")).toMatchObject({ op: "=", value: { value: -1 } });
  });

  test("a derivative alone has no coefficient", () => {
    const found = statement("dV/dt = a");
    expect(found).toMatchObject({ kind: "differential", target: "V" });
    expect(found).not.toHaveProperty("coefficient");
    expect(found).not.toHaveProperty("unit");
  });

  test.each([
    ["C dV/dt = a", name("C")],
    ["C*dV/dt = a", name("C")],
    ["(a+b) dV/dt = a", binary("+", a, b)],
    ["2 nF dV/dt = a", { kind: "number", value: 2, unit: "nF" } as const],
    ["(a/b) dV/dt = a", binary("/", a, b)],
    ["a/b * dV/dt = a", binary("/", a, b)],
    ["a b dV / dt = a", binary("*", a, b)],
    ["2 dV/dt = a", num(2)],
  ])("%s has a coefficient", (text, coefficient) => {
    const found = statement(text);
    if (found.kind !== "differential") throw new Error(found.kind);
    expect(found.target).toBe("V");
    expect(sameExpr(found.coefficient!, coefficient)).toBe(true);
  });

  test.each(["a + b dV/dt = a", "a / b dV/dt = a", "* dV/dt = a", "a / dV/dt = a"])(
    "%s is refused",
    (text) => expect(["syntax", "ambiguous"]).toContain(refusedLine(text).code),
  );

  test.each([
    ["x = a : mV", "mV"],
    ["x = a : 1", "1"],
    ["x = a : nA / ms", "nA/ms"],
    ["x = a : siemens/meter**2", "siemens/meter**2"],
    ["x = a : mV^2", "mV^2"],
    ["x = a : 1/(mV ms)", "1/(mV ms)"],
    ["x = a ? b : c : volt", "volt"],
    ["x = a : µA", "µA"],
  ])("%s has a unit", (text, unit) => expect(statement(text).unit).toBe(unit));

  test("a conditional keeps its own colon", () => {
    const found = statement("x = a ? b : c");
    expect(found.unit).toBeUndefined();
    expect(found.value.kind).toBe("conditional");
  });

  test.each([
    ["dV/dt = a : mV (unless refractory)", ["unless refractory"]],
    ["dV/dt = a : 1 (event-driven)", ["event-driven"]],
    [
      "dV/dt = a : 1/(ms) (event - driven, unless refractory)",
      ["event-driven", "unless refractory"],
    ],
    ["dV/dt = a (unless refractory)", ["unless refractory"]],
    ["dV/dt = a / b (unless refractory, event-driven)", ["unless refractory", "event-driven"]],
    ["x = a : volt (constant over dt)", ["constant over dt"]],
  ])("%s has flags", (text, flags) => expect(statement(text).flags).toEqual(flags));

  test("a parenthesis that is no flag stays a factor", () => {
    const found = statement("x = a (unless)");
    expect(found.flags).toEqual([]);
    expect(sameExpr(found.value, binary("*", a, name("unless")))).toBe(true);
  });

  test("lines, semicolons, comments, blank lines and continuations", () => {
    const text = `
      # the membrane
      C dV/dt = G (Er - V)   # leak
        + I                  # wrong place for the sign
    `;
    expect(refusedLine(text).message).toContain("this line is no assignment");
    const good = `
      # the membrane
      C dV/dt = G (Er - V) +   # leak
        I : nA\r\n
      x = max(a,
              b); y += 1 ;;
      z = a and
        b`;
    expect(parseStatements(good).map(({ target }) => target)).toEqual(["V", "x", "y", "z"]);
    expect(parseStatements(" \n # nothing \n;")).toEqual([]);
  });

  test("spans are relative to the whole text", () => {
    const text = "x = a\n  y = b * c : 1 # note";
    const { span, value } = parseStatements(text)[1]!;
    expect(text.slice(span.start, span.end)).toBe("y = b * c : 1");
    expect(text.slice(value.span!.start, value.span!.end)).toBe("b * c");
  });

  test.each([
    ["exp = 1", "reserved-name"],
    ["prev += 1", "reserved-name"],
    ["and = 1", "syntax"],
    ["true = 1", "reserved-name"],
    ["__proto__ = 1", "reserved-name"],
    ["dprototype/dt = 1", "reserved-name"],
    ["d__proto__/dt = 1", "reserved-name"],
    ["dexp/dt = 1", "reserved-name"],
    ["d/dt = 1", "syntax"],
    ["V/dt = 1", "syntax"],
    ["a + b = 1", "syntax"],
    ["2 = 1", "syntax"],
    ["dV/dt += 1", "syntax"],
    ["= 1", "syntax"],
    ["x = ", "syntax"],
    ["x = a = b", "syntax"],
    ["x", "syntax"],
    ["x == 1", "syntax"],
    ["x = 1 : quux", "unknown-unit"],
    ["x = 1 :", "syntax"],
    ["x = 1 : mV ()", "syntax"],
    ["x = 1 : mV (a", "syntax"],
    ["x = 1 : mV (a) b", "syntax"],
  ])("%s is refused", (text, code) => expect(refusedLine(text).code).toBe(code));
});

describe("refusals", () => {
  test("show the line with a caret under the place, and what was expected", () => {
    const error = refusal(() => parseStatements("x = 1\ny = a + * b\nz = 2", "leak.equations"));
    expect(error.where).toBe("leak.equations");
    expect(error.message).toBe(
      'leak.equations: cannot be read from here on; got "*", allowed a number, a name, a function ' +
        "call or (. Complete or remove this part.\n  2 | y = a + * b\n              ^",
    );
  });

  test("underline the whole part that is wrong", () => {
    expect(refused("1 + foo(a)").hint?.split("\n").slice(1)).toEqual(["  1 + foo(a)", "      ^^^"]);
  });

  test("a parenthesis that is never closed is shown where it opens", () => {
    const error = refused("a * (b + c");
    expect(error.message).toContain("never closed");
    expect(error.hint?.split("\n").slice(1)).toEqual(["  a * (b + c", "      ^"]);
  });

  test.each([
    ["a = b", "=="],
    ["a)", "There is no ( for it"],
    ["(a, b)", "arguments of a function"],
    ["a + not b", "(not x)"],
    ["a & b", "&&"],
    ["a \u2212 b", "Write - instead"],
    ["a \u00b7 b", "Write * instead"],
    ["\u03c4 + 1", "Greek letters are spelt out"],
    ["a\u00a0+ b", "ordinary space"],
    ["a +", "goes on"],
  ])("%s comes with advice", (text, advice) => expect(refused(text).hint).toContain(advice));

  test("are SpecErrors for values that are no text", () => {
    expect(refusal(() => parseExpression(42 as unknown as string)).code).toBe("syntax");
    expect(refused("").code).toBe("syntax");
  });
});

describe("hostile text is refused quickly", () => {
  const n = 100_000;
  const hostile: [string, string, string][] = [
    ["a name of 10^5 letters", "a".repeat(n), "limit"],
    ["10^5 open parentheses", "(".repeat(n), "limit"],
    ["10^5 signs", "-".repeat(n), "limit"],
    ["10^5 negations", "!".repeat(n), "limit"],
    ["10^4 words not", "not ".repeat(n / 10), "limit"],
    ["10^5 powers", "2^".repeat(n / 2), "limit"],
    ["10^4 conditionals", "a?".repeat(n / 2), "limit"],
    ["10^4 else branches", "a?a:".repeat(n / 4), "limit"],
    ["a chain of 10^4 sums", "a+".repeat(n / 4) + "a", "limit"],
    ["a chain of 10^4 products", "a ".repeat(n / 4), "limit"],
    ["10^4 calls", "exp(".repeat(n / 4), "limit"],
    ["10^5 nested powers by name", "pow(a,".repeat(n / 10), "limit"],
    ["10^5 opening brackets", "[".repeat(n), "syntax"],
    ["10^5 quotes", '"'.repeat(n), "syntax"],
    ["a number of 10^5 digits", "9".repeat(n), "syntax"],
    ["10^5 + 1 characters", "a".repeat(n + 1), "limit"],
    ["U+2028", "a\u2028b", "syntax"],
    ["U+2028 in a comment", "a # b\u2028c", "syntax"],
    ["U+0000", "a\u0000", "syntax"],
    ["half a surrogate pair", "a \ud83d", "syntax"],
    ["a template", "`${a}`", "syntax"],
    ["a member", "a.constructor", "syntax"],
  ];
  test.each(hostile)("%s", (_, text, code) => {
    const error = refused(text);
    expect(error.code).toBe(code);
    expect(error.message.length).toBeLessThan(1000);
    expect(refusal(() => parseStatements(`x = ${text}`)).message.length).toBeLessThan(1000);
  });

  test("10^5 characters of lines are read", () => {
    expect(parseStatements("x=a\n".repeat(n / 4))).toHaveLength(n / 4);
  });

  test("nesting up to the limit is read", () => {
    expectTree("(".repeat(200) + "a" + ")".repeat(200), a);
    expect(parseExpression("a+".repeat(499) + "a").kind).toBe("binary");
  });
});
