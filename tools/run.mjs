// node tools/run.mjs <file.ts> [args]: runs a TypeScript file of this project from its sources.
// It builds incrementally, then runs the compiled file; the exit code is that of the file.
import { prepare, runCompiled } from "./build.mjs";

const [source, ...args] = process.argv.slice(2);
if (source === undefined) {
  process.stderr.write("usage: node tools/run.mjs <file.ts> [args]\n");
  process.exit(2);
}
const compiled = prepare(source);
if (compiled === null) process.exit(1);
const { status, signal } = runCompiled(compiled, args, { stdio: "inherit", encoding: "utf8" });
if (signal !== null) process.kill(process.pid, signal);
process.exitCode = status ?? 1;
