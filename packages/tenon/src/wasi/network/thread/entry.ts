import { workerData } from "node:worker_threads";
import type { ThreadData } from "../protocol.js";
import { serveNetwork } from "./serve.js";

// The network's thread, started by ../network.ts. None of the plugin's code runs in it.
serveNetwork(workerData as ThreadData);
