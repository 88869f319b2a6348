// The promises of the two environment files in test/helpers, on which other tests silently rely.

test("text does not become code in tests", () => {
  const refusal = "Code generation from strings disallowed";
  // eslint-disable-next-line no-eval
  expect(() => (0, eval)("1")).toThrow(refusal);
  // eslint-disable-next-line no-new-func
  expect(() => new Function("return 1")).toThrow(refusal);
  expect(() => (() => 1).constructor("return 1")).toThrow(refusal);
  expect(() => (async () => 1).constructor("return 1")).toThrow(refusal);
  expect(() => 1).toEqual(expect.any(Function));
  expect(() => 1).toBeInstanceOf(Function);
});

test("WebAssembly still compiles", () => {
  const empty = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);
  expect(WebAssembly.Module.exports(new WebAssembly.Module(empty))).toEqual([]);
});

test("typed arrays are those of the host", () => {
  expect(structuredClone(new Float64Array([1]))).toBeInstanceOf(Float64Array);
});
