// `myelin run --workers`: several threads give what one gives, for documents and saved models, and a
// number that cannot be is wrong use.

import { codes } from "../../../src/cli/command.js";
import { delayedNetwork } from "../../helpers/divisible-networks.js";
import { useThreads } from "../../helpers/threads.js";
import { useFolder } from "./helper.js";

const folder = useFolder();
const threads = useThreads();
const words = (text: string): string[] => text.split(" ");
const rest = "--steps 60 --record exc.V,exc.spikes --out";

beforeEach(() => folder.write("delayed.json", JSON.stringify(delayedNetwork().toDocument())));

test("a document, and a saved model", async () => {
  await folder.run(...words(`run delayed.json --dt 0.1 --backend sparse ${rest} one.json`));
  const many = await folder.run(
    ...words(`run delayed.json --dt 0.1 --backend sparse --workers 3 ${rest} many.json`),
  );
  expect(many).toMatchObject({ code: codes.done, error: "" });
  expect(threads.started).toHaveLength(2);
  expect(folder.read("many.json")).toBe(folder.read("one.json"));

  await folder.run(...words("compile delayed.json --dt 0.1 --backend sparse --out delayed.myelin"));
  const saved = await folder.run(
    ...words(`run delayed.myelin --backend sparse --workers 2 ${rest} saved.json`),
  );
  expect(saved).toMatchObject({ code: codes.done, error: "" });
  expect(threads.started).toHaveLength(3);
  const { traces, spikes } = JSON.parse(folder.read("one.json")) as Record<string, unknown>;
  expect(JSON.parse(folder.read("saved.json"))).toMatchObject({ traces, spikes });
});

test.each([
  ["delayed.json --dt 0.1 --backend sparse --workers 0", /--workers.*at least 1/],
  ["delayed.json --dt 0.1 --backend sparse --workers two", /--workers: must be a number/],
  ["delayed.json --dt 0.1 --workers 2", /--workers: .*runs on one thread.*"sparse"/],
  ["delayed.json --dt 0.1 --backend iterative --workers 2", /--workers: .*"iterative"/],
] as const)("refused: run %s", async (line, message) => {
  const answer = await folder.run(...words(`run ${line} --steps 10`));
  expect(answer.code).toBe(codes.wrongUse);
  expect(answer.error).toMatch(message);
});

test("refused for a saved model, too", async () => {
  await folder.run(...words("compile delayed.json --dt 0.1 --out delayed.myelin"));
  const answer = await folder.run(...words("run delayed.myelin --workers 2 --steps 10"));
  expect(answer.code).toBe(codes.wrongUse);
  expect(answer.error).toMatch(/--workers/);
});
