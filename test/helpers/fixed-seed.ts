// Gives the property tests one seed, so that a test run is the same everywhere. MYELIN_SEED=<number>
// takes another one; MYELIN_SEED=random a new one each time, which is how to look for more.

import fc from "fast-check";

const wanted = process.env["MYELIN_SEED"] ?? "20260";
if (wanted !== "random") fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(wanted) });
