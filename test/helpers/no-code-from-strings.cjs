// Runs before each test file: from here on text cannot become code in the test's realm, as under a
// strict content-security policy. V8's own switch would not do: jest reads snapshot files by
// new Function in this realm, before this runs, and takes a refusal for "there are no snapshots".
// A test of a package that needs it: @jest-environment-options {"codeFromStrings": true}
const refuse = () => {
  throw new EvalError("Code generation from strings disallowed in tests");
};

if (!globalThis.codeFromStrings) {
  // eslint-disable-next-line no-eval -- it is taken away here
  globalThis.eval = refuse;
  const samples = [function () {}, async function () {}, function* () {}, async function* () {}];
  for (const { constructor } of samples) {
    // A proxy keeps `instanceof Function` and `expect.any(Function)` as they are.
    const value = new Proxy(constructor, { apply: refuse, construct: refuse });
    Object.defineProperty(constructor.prototype, "constructor", { value });
    if (constructor === Function) globalThis.Function = value;
  }
}
