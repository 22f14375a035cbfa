import { workerData } from "node:worker_threads";
import type { ThreadData } from "./protocol.js";
import { serveNetwork } from "./thread/serve.js";

// The network's thread: started by network.ts, with nothing of the plugin's in it.
serveNetwork(workerData as ThreadData);
