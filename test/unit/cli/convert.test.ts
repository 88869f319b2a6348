// `myelin convert`: the files hold what the model holds, and nothing is written where something is
// wrong.

import { readFileSync } from "node:fs";
import { codes } from "../../../src/cli/command.js";
import { loadModel, readSafetensors } from "../../../src/index.js";
import { useFolder } from "./helper.js";

const folder = useFolder();
const words = (text: string): string[] => text.split(" ");
const run = (text: string) => folder.run(...words(text));

interface Converted {
  readonly network: string;
  readonly dt: number;
  readonly step: number;
  readonly parameters: Readonly<Record<string, { readonly values: readonly number[] }>>;
  readonly states: Readonly<
    Record<string, { readonly unit: string; readonly shape: number[]; readonly values: number[] }>
  >;
}

test("a saved model with its running state", async () => {
  await run(
    "run network.json --dt 1 --steps 30 --constant 5 --checkpoint a.myelin --checkpoint-every 10",
  );
  const first = await run("convert a.myelin --to safetensors --out a.safetensors");
  expect(first).toEqual({ code: codes.done, out: "wrote a.safetensors\n", error: "" });
  await run("convert a.myelin --to json --out a.json");
  const model = await loadModel(folder.path("a.myelin"), { backend: "sparse" });
  const read = readSafetensors(readFileSync(folder.path("a.safetensors")));
  const { step, states, parameters, network } = JSON.parse(folder.read("a.json")) as Converted;
  expect([network, step]).toEqual(["sample", 30]);
  expect(states["left.V"]).toMatchObject({ unit: "mV", shape: [1] });
  const names = [...Object.keys(states), ...Object.keys(parameters)];
  expect(Object.keys(read).sort()).toEqual(names.sort());
  for (const [name, { values }] of Object.entries(states)) {
    expect(values).toEqual([...model.state.get(name)]);
    expect([...read[name]!.data]).toEqual(values);
  }
  expect(states["left.V"]!.values.some((value) => value !== 0)).toBe(true);
});

test("a document is compiled first", async () => {
  const { code } = await run(
    "convert network.json --dt 1 --precision float32 --to safetensors --out a.safetensors",
  );
  expect(code).toBe(codes.done);
  const { dtype, data } = readSafetensors(readFileSync(folder.path("a.safetensors")))["left.V"]!;
  expect([dtype, [...data]]).toEqual(["F32", [-1]]);
});

test("a document and the model saved from it become the same ONNX model", async () => {
  const made = await run("convert network.json --dt 1 --to onnx --out a.onnx");
  expect(made).toMatchObject({ code: codes.done, error: "" });
  await run("compile network.json --dt 1 --out network.myelin");
  await run("convert network.myelin --to onnx --out b.onnx");
  const [one, two] = ["a.onnx", "b.onnx"].map((name) => readFileSync(folder.path(name)));
  expect(two).toEqual(one);
  const model = await loadModel(folder.path("network.myelin"));
  expect(Buffer.from(await model.toOnnx())).toEqual(one);
});

const wrong: readonly (readonly [string, number, RegExp])[] = [
  ["convert network.json --dt 1 --out a.json", codes.wrongUse, /--to: is missing.*safetensors/],
  ["convert network.json --dt 1 --to pickle --out a", codes.wrongUse, /--to: unknown value/],
  ["convert network.json --dt 1 --to json", codes.wrongUse, /--out: is missing/],
  ["convert network.json --dt 1 --to json --out a.csv", codes.wrongUse, /ends in \.json/],
  ["convert network.json --dt 1 --to onnx --out a.json", codes.wrongUse, /ends in \.onnx/],
  ["convert network.json --to json --out a.json", codes.wrongUse, /--dt: is missing/],
  ["convert network.json --dt 1 --to json --out network.json", codes.wrongUse, /that is read/],
  ["convert network.json --dt 1 --to json --out no/a.json", codes.failed, /no/],
  ["convert a.myelin --dt 1 --to json --out a.json", codes.wrongUse, /--dt: is fixed/],
  ["convert a.myelin --to json --out a.json", codes.failed, /a\.myelin.*could not be read/],
];

test.each(wrong)("refused: %s", async (line, code, message) => {
  const before = folder.names();
  const answer = await run(line);
  expect(answer.code).toBe(code);
  expect(answer.error).toMatch(message);
  expect(folder.names()).toEqual(before);
});
