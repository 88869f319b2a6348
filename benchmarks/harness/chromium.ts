// The Chromium of this machine, without a window. Invariant: nothing is downloaded; where there is no
// browser, the error says how to get one.

import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";
import type { Browser } from "playwright-core";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Starts what MYELIN_CHROMIUM names, else the first browser in the path. */
export function startChromium(): Promise<Browser> {
  const { MYELIN_CHROMIUM: given = "", PATH = "" } = process.env;
  const folders = PATH.split(delimiter).filter((folder) => folder !== "");
  const places = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  const program = given === "" ? places.find(isProgram) : given;
  if (program === undefined) {
    throw new Error("there is no chromium in the path; install it, or name it in MYELIN_CHROMIUM");
  }
  // Containers run as root, which Chromium's sandbox refuses, and have little shared memory.
  const args = ["--no-sandbox", "--disable-dev-shm-usage"];
  return chromium.launch({ executablePath: program, args });
}
