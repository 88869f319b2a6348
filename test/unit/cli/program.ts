// The command as files that Node runs: built into a folder of their own, so that tests need no build
// and cannot see an old one. Types are not checked here; that is for another check.

import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The build competes with other tests for the processor. */
const longestBuild = 120_000;

/** Gives the path of the command's main file, made before the tests of a file and removed after them. */
export function useProgram(): () => string {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "myelin-program-"));
    cpSync("package.json", join(folder, "package.json"));
    const args = [
      ...["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json", "--noCheck"],
      ...["--declaration", "false", "--outDir", join(folder, "dist")],
      ...["--tsBuildInfoFile", join(folder, "info")],
    ];
    const { status, stdout } = spawnSync(process.execPath, args, { encoding: "utf8" });
    expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
  }, longestBuild);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return () => join(folder, "dist/src/cli/main.js");
}
