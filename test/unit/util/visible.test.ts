// Text from anywhere as text that cannot take over a terminal.

import { ValidationError } from "../../../src/errors.js";
import { visible, visibleJson, visibleLine } from "../../../src/util/visible.js";

const hostile = "a\u001b[2Jb\r\nc\u202ed\u2066\u2028\ud800\u009b";

test("control characters, marks of direction and halves of letters become escapes", () => {
  expect(visible(hostile)).toBe(
    "a\\u{1b}[2Jb\\u{d}\nc\\u{202e}d\\u{2066}\\u{2028}\\u{d800}\\u{9b}",
  );
  expect(visible("µ 漢字 🧠 é")).toBe("µ 漢字 🧠 é");
});

test("a line stays one", () => {
  expect(visibleLine("a\nerror: forged")).toBe("a\\u{a}error: forged");
});

test("JSON means the same, and has nothing in it that is not seen", () => {
  expect(JSON.parse(visibleJson(hostile))).toBe(hostile);
  expect(visibleJson(`${hostile}"`)).toBe(
    '"a\\u001b[2Jb\\r\\nc\\u202ed\\u2066\\u2028\\ud800\\u009b\\""',
  );
  expect(visibleJson("µ 漢字 🧠 é")).toBe('"µ 漢字 🧠 é"');
});

test("messages of errors are harmless, while their fields are as they were given", () => {
  const where = `net.${hostile}`;
  const error = new ValidationError({
    code: "x",
    where,
    problem: "bad\u202e",
    hint: "Do\u001b this.",
  });
  expect(error.message).toBe(`${visibleLine(where)}: bad\\u{202e}. Do\\u{1b} this.`);
  expect(error.where).toBe(where);
});
