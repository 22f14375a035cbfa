import { workerData } from "node:worker_threads";
import type { ProgramThreadData } from "./messages.js";
import { ProgramServer } from "./server.js";

// The thread of a program, started by program.ts. Only the program runs in it, so the program may block it.
new ProgramServer(workerData as ProgramThreadData).run();
