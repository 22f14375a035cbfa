// The least that a thread can do with bytes: back as a clone, or as the memory itself.
import { parentPort } from "node:worker_threads";

const port = /** @type {import("node:worker_threads").MessagePort} */ (parentPort);
port.on("message", ({ bytes, transfer }) => port.postMessage(bytes, transfer ? [bytes.buffer] : []));
