#!/usr/bin/env node
// The command `myelin`: connects cli() with the process. Invariant: it ends by itself, so that all that
// was written arrives.

import { cli } from "./cli.js";
import { codes } from "./command.js";

/** The first Ctrl-C ends the run and lets it write; the second one ends everything at once. */
function onInterrupt(stop: () => void): () => void {
  let isStopping = false;
  const listener = (): void => {
    if (isStopping) process.exit(codes.interrupted);
    isStopping = true;
    stop();
  };
  process.on("SIGINT", listener);
  return () => void process.off("SIGINT", listener);
}

const { stdin, stdout, stderr } = process;
void cli(process.argv.slice(2), { stdin, stdout, stderr, onInterrupt }).then((code) => {
  process.exitCode = code;
});
