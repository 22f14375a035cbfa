// What Node itself needs: the same paths without a plugin. `node bare-server.mjs PORT [--thread]`; with it, another thread answers "/".
import { createServer } from "node:http";
import { isMainThread, parentPort, Worker } from "node:worker_threads";

if (isMainThread) serve();
else parentPort?.on("message", (each) => parentPort?.postMessage({ each, body: "hello" }));

function serve() {
  const [port, mode] = process.argv.slice(2);
  const thread = mode === "--thread" ? new Worker(new URL(import.meta.url)) : undefined;
  /** @type {Map<number, import("node:http").ServerResponse>} */
  const waiting = new Map();
  let count = 0;
  thread?.on("message", ({ each, body }) => {
    waiting.get(each)?.end(body);
    waiting.delete(each);
  });
  createServer((request, response) => {
    const [path, query = ""] = (request.url ?? "").split("?");
    if (path === "/" && thread !== undefined) {
      waiting.set(++count, response);
      thread.postMessage(count);
    } else if (path === "/") response.end("hello");
    else if (path === "/early") {
      response.write("early");
      request.resume().on("end", () => response.end());
    } else if (path === "/count") {
      let bytes = 0;
      request.on("data", (part) => {
        bytes += part.length;
      });
      request.on("end", () => response.end(String(bytes)));
    } else large(response, Number(query));
  }).listen(Number(port), "localhost");
}

/**
 * @param {import("node:http").ServerResponse} response
 * @param {number} bytes
 */
function large(response, bytes) {
  const part = Buffer.alloc(2 ** 16);
  let left = bytes;
  const more = () => {
    while (left > 0) {
      left -= part.length;
      if (!response.write(part)) {
        response.once("drain", more);
        return;
      }
    }
    response.end();
  };
  more();
}
