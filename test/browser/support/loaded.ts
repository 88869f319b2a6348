// The program of a page that runs a model which was compiled and saved in Node. Invariant: of the library
// it takes loadModel and nothing else, so that the page fetches no more than a user's would.

import { loadModel } from "../../../src/index.js";
import { base64 } from "./base64.js";

/** Does steps of a saved model, both as base64: the file, and the file that the model would then be. */
async function goOn(file: string, backend: "sparse" | "iterative" | "auto", steps: number) {
  const bytes = Uint8Array.from(atob(file), (character) => character.charCodeAt(0));
  const model = await loadModel(bytes, { backend });
  await model.run({ steps });
  return base64(model.toBytes());
}

const loadedPage = { goOn };
/** What tests reach in the page. */
export type LoadedPage = typeof loadedPage;
Object.assign(globalThis, { loadedPage });
