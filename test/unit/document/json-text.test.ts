// Texts that are no JSON, or JSON made to hurt: each is refused before anything is built, with the
// line, the column and the path.

import { LoadError, Network } from "../../../src/index.js";
import { parseJson } from "../../../src/document/json-text.js";
import { errorOf } from "../network/fixtures.js";

const refused = (text: string): LoadError => {
  const error = errorOf(() => parseJson(text));
  expect(error).toBeInstanceOf(LoadError);
  return error;
};

test.each([
  '{"a": [1, -2.5e-3, 0, 1E+9, "x\\u00e9\\n\\"", true, false, null, {}, []], "b": {"a": 1}}',
  ' \t\r\n"text" ',
  "-0",
  '\ufeff{"a": 1}',
  '{"": 1, "\\u0061": 2, "A": 3}',
])("%j is read as JSON.parse() reads it", (text) => {
  expect(parseJson(text)).toEqual(JSON.parse(text.replace("\ufeff", "")));
});

test.each([
  ["", 'got "the end of the text", allowed a value', "$"],
  ['{"a": 1', "allowed a comma or }", "$.a"],
  ['{"a" 1}', "allowed a colon", "$.a"],
  ["{a: 1}", "allowed a key in double quotes", "$"],
  ['{"a": 1,}', "allowed a key in double quotes", "$.a"],
  ["[1,]", "allowed a value", "$[1]"],
  ["[1 2]", "allowed a comma or ]", "$[0]"],
  ["[1}", "allowed a comma or ]", "$[0]"],
  ["1 2", "allowed the end of the text", "$"],
  ["[01]", "allowed a comma or ]", "$[0]"],
  ["[1.]", "allowed a number", "$[0]"],
  ["[-]", "allowed a number", "$[0]"],
  ["[1e]", "allowed a number", "$[0]"],
  ["[.5]", "allowed a value", "$[0]"],
  ['["a', "allowed a closing quote", "$[0]"],
  ['["a\nb"]', "allowed no control character in a text", "$[0]"],
  ['["\\x41"]', 'allowed \\", \\\\', "$[0]"],
  ['["\\u12g4"]', 'allowed \\", \\\\', "$[0]"],
  ["[truth]", "allowed a value", "$[0]"],
  ["// text\n1", "allowed a value", "$"],
])("%j is not JSON", (text, message, where) => {
  const error = refused(text);
  expect(error.code).toBe("bad-json");
  expect(error.message).toContain(message);
  expect(error.where).toBe(where);
  expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
});

test.each(["NaN", "-Infinity", "Infinity", "undefined", "None"])(
  "%s is no number of JSON, and the error says so",
  (word) => {
    const text = `{\n  "populations": [{\n    "parameters": { "bias": ${word} } }] }`;
    const error = refused(text);
    expect(error.where).toBe("$.populations[0].parameters.bias");
    expect(error.hint).toBe(
      "JSON has no such number; leave the key out. It is at line 3, column 29.",
    );
  },
);

describe("a key that stands twice in one object", () => {
  test.each([
    ['{"a": 1, "b": {"c": 1, "a": 2, "c": 3}}', "$.b.c"],
    ['[{}, {"name": 1, "n\\u0061me": 2}]', "$[1].name"],
    ['{"a b": 1, "a b": 2}', '$["a b"]'],
    [`{${Array.from({ length: 50 }, (_, i) => `"k${i % 49}": 0`).join()}}`, "$.k0"],
  ])("is refused in %j", (text, where) => {
    const error = refused(text);
    expect(error.code).toBe("duplicate-key");
    expect(error.where).toBe(where);
  });

  test("is allowed in different objects", () => {
    expect(parseJson('[{"a": 1}, {"a": {"a": 2}}]')).toEqual([{ a: 1 }, { a: { a: 2 } }]);
  });
});

describe("nesting", () => {
  test.each([65, 10_000, 1_000_000])("%i levels are refused", (levels) => {
    for (const open of ["[", '{"a":']) {
      const error = refused(open.repeat(levels));
      expect(error.code).toBe("too-deep");
      expect(error.message).toContain("at most 64 levels");
    }
  });

  test("64 levels are read", () => {
    expect(() => parseJson("[".repeat(64) + "]".repeat(64))).not.toThrow();
  });
});

test("a text above the limit is refused by its length alone", () => {
  // A text of repeated parts takes no memory until somebody reads it.
  const error = errorOf(() => Network.fromDocument(" ".repeat(2 ** 28 + 1)));
  expect(error).toBeInstanceOf(LoadError);
  expect(error.code).toBe("too-large");
});

test("an object with too many keys is refused", () => {
  const keys = Array.from({ length: 100_001 }, (_, i) => `"k${i}":0`).join();
  expect(refused(`{"models": {${keys}}}`).code).toBe("too-large");
});

test("a text with too many lists is refused", () => {
  expect(refused(`[${"[],".repeat(10_000_000)}`).code).toBe("too-large");
});

test("a long text of nothing is refused in bounded time", () => {
  refused("[".repeat(60) + "1,".repeat(1_000_000));
  refused('"' + "\\n".repeat(1_000_000));
  refused("1".repeat(1_000_000) + "x");
});
