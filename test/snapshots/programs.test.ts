// The Programs of small networks as text. A change here is a change of what runs: look at the
// difference, and if it is meant, `npm run accept` writes it down.

import { printProgram } from "../../src/ir/print.js";
import { samples } from "./networks.js";

describe.each(["none", "default"] as const)("optimize: %s", (optimize) => {
  test.each(samples)("$name", async ({ build, options }) => {
    const quiet = { dt: 0.1, backend: "iterative", onWarning: () => {} } as const;
    const { program } = await build().compile({ ...quiet, ...options, optimize });
    expect(printProgram(program)).toMatchSnapshot();
  });
});
