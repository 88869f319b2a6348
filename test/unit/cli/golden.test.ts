// Networks that another simulator ran, as documents through the command: the outputs are those that
// were recorded. Copies of some recordings lie in test/data; all of them are run where they are.

import { cases, compare, prepare } from "./golden-cases.js";
import { parsed, useFolder } from "./helper.js";

const folder = useFolder();

test("there are recordings", () => {
  expect(cases.length).toBeGreaterThanOrEqual(4);
});

test.each(cases)("%s gives its recorded outputs", async (_name, recorded) => {
  for (const ops of [recorded.network, recorded.build ?? []]) {
    if (ops.length === 0) continue;
    const answer = await folder.run(...prepare(recorded, ops, folder.write));
    expect(answer.error).not.toMatch(/^error/m);
    const { problems, worst, values } = compare(recorded, parsed(answer)).findings();
    expect({ problems, worst }).toEqual({ problems: [], worst: undefined });
    expect(values).toBe(recorded.expected.outputs.flat().length);
  }
});
