// Before all test files: a folder for what they share, see once-in-run.ts. Jest's processes inherit its
// name; unshare-folder.cjs removes it after the last file.
const { mkdtempSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");

module.exports = () => {
  process.env.MYELIN_TEST_FOLDER = mkdtempSync(join(tmpdir(), "myelin-tests-"));
};
