// A server of the files below one folder, for the page in examples/browser and for tests in a browser.
// Invariant: it listens on 127.0.0.1 only, reads only, and gives out nothing beyond that folder.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, resolve, sep } from "node:path";

/** @type {Readonly<Record<string, string>>} */
const types = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".svg": "image/svg+xml",
};

/** With these a page is isolated from others, and so may share memory between threads. */
export const isolation = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

/**
 * The file that an address stands for; null if it would lie outside the folder.
 * @param {string} folder
 * @param {string} address
 */
function fileOf(folder, address) {
  const { pathname } = new URL(address, "http://127.0.0.1");
  let path;
  try {
    path = decodeURIComponent(pathname);
  } catch {
    return null;
  }
  const file = resolve(join(folder, path.endsWith("/") ? `${path}index.html` : path));
  return file.startsWith(resolve(folder) + sep) && !path.includes("\0") ? file : null;
}

/**
 * Serves a folder until it is closed; port 0 means any that is free.
 * @param {string} folder
 * @param {{ port?: number, headers?: Readonly<Record<string, string>> }} options
 * @returns {Promise<{ origin: string, close: () => Promise<void> }>}
 */
export async function serveFolder(folder, { port = 0, headers = {} } = {}) {
  const server = createServer(async ({ url = "/" }, response) => {
    const file = fileOf(folder, url);
    const content = file === null ? null : await readFile(file).catch(() => null);
    if (file === null || content === null) {
      response.writeHead(404, { "Content-Type": "text/plain" }).end("not found\n");
      return;
    }
    const type = types[extname(file)] ?? "application/octet-stream";
    response.writeHead(200, { "Content-Type": type, "Cache-Control": "no-store", ...headers });
    response.end(content);
  });
  await new Promise((done, failed) => {
    server.once("error", failed);
    server.listen(port, "127.0.0.1", () => done(undefined));
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return {
    origin: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}
