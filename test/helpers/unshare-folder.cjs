// After all test files: removes what they shared.
const { rmSync } = require("node:fs");

module.exports = () => {
  rmSync(process.env.MYELIN_TEST_FOLDER, { recursive: true, force: true });
};
