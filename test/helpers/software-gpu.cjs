// Lets WebGPU find SwiftShader, a GPU that is computed on the CPU, in the package chromium of Debian: for
// tests on machines without a driver. Invariant: a driver that the environment names is left alone.
const { existsSync } = require("node:fs");
const { constants } = require("node:os");
const { join } = require("node:path");

const folders = ["/usr/lib/chromium", "/usr/lib/chromium-browser", "/opt/google/chrome"];
/** Of dlopen: keeps a library although it is no add-on, so that others find it by its name. */
const keepLoaded = 0x1000;

const variable = "VK_ICD_FILENAMES";
let isLoaded = false;

/**
 * Sets what the loader of Vulkan reads and loads it, where there is none in the system. Gives a function
 * that takes the setting back: files that are tested later in this process must not find the GPU.
 */
function offerSoftwareGpu() {
  const folder = folders.find((one) => existsSync(join(one, "vk_swiftshader_icd.json")));
  if (process.platform !== "linux" || folder === undefined) return () => {};
  if (process.env[variable] !== undefined) return () => {};
  process.env[variable] = join(folder, "vk_swiftshader_icd.json");
  const flags = constants.dlopen.RTLD_NOW | keepLoaded;
  try {
    if (!isLoaded) process.dlopen({ exports: {} }, join(folder, "libvulkan.so.1"), flags);
  } catch {
    // It is no add-on of Node and says so; it stays loaded all the same.
  }
  isLoaded = true;
  return () => {
    delete process.env[variable];
  };
}

module.exports = { offerSoftwareGpu };
