// The least that a thread can do: one message in, one message out.
import { parentPort } from "node:worker_threads";

const port = /** @type {import("node:worker_threads").MessagePort} */ (parentPort);
port.on("message", ({ id, a, b }) => port.postMessage({ id, result: (a + b) | 0 }));
