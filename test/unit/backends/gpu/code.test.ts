// The generated WGSL: what must never be in it, and what must not change it. Needs no GPU.

import { compileProgram } from "../../../../backends/gpu/compile-program.js";
import { literal } from "../../../../backends/gpu/wgsl/text.js";
import { hostileNames } from "../../../helpers/hostile-names.js";
import { inGroups, networkOf, plainNames } from "../../../helpers/hostile-network.js";

const groups = inGroups(hostileNames, 20);

test.each(groups.map((names, i) => [i, names] as const))(
  "names of the user change nothing in the code, group %d",
  async (_i, names) => {
    const [hostile, plain] = await Promise.all(
      [names, plainNames(names)].map(async (of) => {
        const options = { dt: 0.1, precision: "float32", onWarning: () => {} } as const;
        const model = await networkOf(of).compile({ ...options, backend: "iterative" });
        return compileProgram(model.program).code;
      }),
    );
    expect(hostile).toBe(plain);
    expect(hostile).toMatch(/^[\x20-\x7e\n]*$/);
  },
);

test.each([
  [1, "1.0f"],
  [-2.5, "(-2.5f)"],
  [0.1, "0.10000000149011612f"],
  [1e-45, "1.401298464324817e-45f"],
  [1e39, "infinity()"],
  [-Infinity, "(-infinity())"],
  [NaN, "not_a_number()"],
  [-0, "minus_zero()"],
])("the number %d is written %s", (value, text) => {
  expect(literal(value)).toBe(text);
});
