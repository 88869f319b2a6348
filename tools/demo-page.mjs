// npm run demo:page: bundles the page in examples/browser, serves it on this machine and prints its
// address. --port N asks for a port; --check only builds, into a folder that is removed again.
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { root } from "./build.mjs";
import { isolation, serveFolder } from "./static-server.mjs";

const source = join(root, "examples/browser");

/** @param {string} out */
async function buildPage(out) {
  rmSync(out, { recursive: true, force: true });
  await build({
    entryPoints: [join(source, "main.ts")],
    outdir: out,
    ...{ bundle: true, splitting: true, minify: true, sourcemap: true, logLevel: "warning" },
    ...{ format: "esm", platform: "browser", target: "es2022" },
  });
  for (const file of ["index.html", "page.css"]) cpSync(join(source, file), join(out, file));
}

const { values } = parseArgs({
  options: { check: { type: "boolean", default: false }, port: { type: "string", default: "0" } },
});
if (values.check) {
  const out = mkdtempSync(join(tmpdir(), "myelin-page-"));
  try {
    await buildPage(out);
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
} else {
  const out = join(root, "out/page");
  await buildPage(out);
  // Isolated pages have a finer clock.
  const { origin } = await serveFolder(out, { port: Number(values.port), headers: isolation });
  console.log(`${origin}/`);
}
