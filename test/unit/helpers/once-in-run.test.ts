// What test files share is made once, whoever comes first, and a failure is told to all of them.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { onceInRun } from "../../helpers/once-in-run.js";

test("who comes later waits for what the first one makes", async () => {
  let made = 0;
  const make = async (folder: string): Promise<void> => {
    made += 1;
    await new Promise((resolve) => setImmediate(resolve));
    writeFileSync(join(folder, "text"), "whole");
  };
  const folders = await Promise.all([onceInRun("sample", make), onceInRun("sample", make)]);
  expect(made).toBe(1);
  expect(folders[1]).toBe(folders[0]);
  expect(readFileSync(join(folders[0], "text"), "utf8")).toBe("whole");
});

test("what cannot be made fails for all, with the reason", async () => {
  const make = (): Promise<void> => Promise.reject(new Error("no room"));
  await expect(onceInRun("failing", make)).rejects.toThrow(
    "failing cannot be made: Error: no room",
  );
  await expect(onceInRun("failing", async () => {})).rejects.toThrow("no room");
});
