import { workerData } from "node:worker_threads";
import { recordDeepStacks } from "../abi/index.js";
import { HandlerServer } from "./handler-server.js";
import type { HandlerThreadData } from "./messages.js";

// The thread of an HTTP handler, started by handler-thread.ts. Only the plugin runs in it, so the plugin may block it.
recordDeepStacks();
new HandlerServer(workerData as HandlerThreadData).start();
