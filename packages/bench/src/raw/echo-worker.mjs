// The least that a thread can do: one message in, one message out.
import { parentPort } from "node:worker_threads";

parentPort.on("message", ({ id, a, b }) => parentPort.postMessage({ id, result: (a + b) | 0 }));
