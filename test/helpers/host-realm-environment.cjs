// Jest gives tests a realm of their own; native add-ons test against the host's typed arrays, so
// tests share the host's. What is measured of this machine is not kept where users keep it. Also hands the docblock option of no-code-from-strings.cjs to the realm.
const { TestEnvironment } = require("jest-environment-node");

const shared = [
  "ArrayBuffer",
  "SharedArrayBuffer",
  "DataView",
  "Int8Array",
  "Uint8Array",
  "Uint8ClampedArray",
  "Int16Array",
  "Uint16Array",
  "Int32Array",
  "Uint32Array",
  "Float32Array",
  "Float64Array",
  "BigInt64Array",
  "BigUint64Array",
  "WebAssembly",
  "Atomics",
];

class HostRealmEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    this.codeFromStrings = config.projectConfig.testEnvironmentOptions.codeFromStrings === true;
  }

  async setup() {
    await super.setup();
    this.global.process.env.MYELIN_CACHE ??= "off";
    for (const name of shared) this.global[name] = globalThis[name];
    this.global.codeFromStrings = this.codeFromStrings;
  }
}

module.exports = HostRealmEnvironment;
