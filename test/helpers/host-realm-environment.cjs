// Jest gives tests a realm of their own; native add-ons test against the host's typed arrays, so
// tests share the host's. What is measured of this machine is not kept where users keep it. Also hands
// the docblock option of no-code-from-strings.cjs to the realm, and with the option softwareGpu lets
// WebGPU find a GPU that is computed on the CPU: see software-gpu.cjs.
const { TestEnvironment } = require("jest-environment-node");
const { offerSoftwareGpu } = require("./software-gpu.cjs");

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
    const options = config.projectConfig.testEnvironmentOptions;
    this.codeFromStrings = options.codeFromStrings === true;
    this.withdrawGpu = options.softwareGpu === true ? offerSoftwareGpu() : () => {};
  }

  async setup() {
    await super.setup();
    this.global.process.env.MYELIN_CACHE ??= "off";
    for (const name of shared) this.global[name] = globalThis[name];
    this.global.codeFromStrings = this.codeFromStrings;
  }

  async teardown() {
    this.withdrawGpu();
    await super.teardown();
  }
}

module.exports = HostRealmEnvironment;
