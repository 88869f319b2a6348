// The generated WGSL of a Program with every op kind. A change here is a change of what runs: look at the
// difference, and if it is meant, `npm run accept` writes it down. What every module has in common, the
// functions of the language, is tested by its values.

import { compileProgram } from "../../backends/gpu/compile-program.js";
import { everything } from "../helpers/everything.js";

test("kernels of every op kind", () => {
  const whole = everything({ precision: "float32", stop: true, batch: 2 });
  const ops = whole.ops.filter((op) => op.kind !== "host");
  const { code } = compileProgram({ ...whole, ops });
  expect(code.slice(code.indexOf("fn feed_0"))).toMatchSnapshot();
});
