import { workerData } from "node:worker_threads";
import type { ProgramThreadData } from "./messages.js";
import { ProgramServer } from "./server.js";

// The thread of a program, started by program.ts. Only the program runs in it, so the program may block it.
(globalThis as Record<symbol, unknown>)[Symbol.for("tenon.place")] = "program";
new ProgramServer(workerData as ProgramThreadData).run();
