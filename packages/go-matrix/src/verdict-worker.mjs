/** A thread that checks every nth record and posts `{ index, tally }` for each. */
import { parentPort, workerData } from "node:worker_threads";
import { readTruth } from "./truth.mjs";
import { judge } from "./verdicts.mjs";

/** @import { ProcessRecord, WorkerResult, WorkerTask } from "./types.js" */

const { options, sysroot, first, step } = /** @type {WorkerTask} */ (workerData);
const records = readTruth(options);
for (let index = first; index < records.length; index += step) {
  const record = /** @type {ProcessRecord} */ (records[index]);
  /** @type {WorkerResult} */
  const result = { index, tally: await judge(record, sysroot) };
  parentPort?.postMessage(result);
}
