// The command `npm run golden`: compares recorded cases with what the backends compute.

import { golden } from "./golden.js";

const sinks = {
  out: (text: string): void => void process.stdout.write(text),
  error: (text: string): void => void process.stderr.write(text),
};

void golden(process.argv.slice(2), sinks).then((code) => {
  process.exitCode = code;
});
