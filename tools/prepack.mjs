// node tools/prepack.mjs: makes dist/ what the package is to contain; npm runs it before it packs.
// Invariant: afterwards dist/src and dist/backends hold an output of every source and of no other.
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build, forgetBuild, root } from "./build.mjs";

const packed = ["src", "backends"];
const endings = [".js", ".js.map", ".d.ts"];

/** Files below a folder of the project whose names end so. @param {string} folder @param {RegExp} ending */
const below = (folder, ending) =>
  existsSync(join(root, folder))
    ? readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
        .filter((path) => ending.test(path))
        .map((path) => join(folder, path))
    : [];

const sources = packed.flatMap((folder) => below(folder, /(?<!\.d)\.ts$/));
const wanted = new Set(
  sources.flatMap((path) => endings.map((ending) => join("dist", path.replace(/\.ts$/, ending)))),
);

/** Whether it worked: after an output was deleted by hand tsc needs to be told to begin again. */
function buildAll() {
  const isComplete = () => [...wanted].every((path) => existsSync(join(root, path)));
  if (!build()) return false;
  if (isComplete()) return true;
  forgetBuild();
  return build() && isComplete();
}

if (buildAll()) {
  const outputs = packed.flatMap((folder) => below(join("dist", folder), /\.(js|js\.map|d\.ts)$/));
  // What tsc wrote for sources that are gone; it never deletes.
  for (const path of outputs) if (!wanted.has(path)) rmSync(join(root, path));
} else {
  process.stderr.write("the build failed: nothing is packed\n");
  process.exitCode = 1;
}
