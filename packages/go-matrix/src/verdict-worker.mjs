/** A thread that checks every nth record and posts `{ index, tally }` for each. */
import { parentPort, workerData } from "node:worker_threads";
import { readTruth } from "./truth.mjs";
import { judge } from "./verdicts.mjs";

const { options, sysroot, first, step } = workerData;
const records = readTruth(options);
for (let index = first; index < records.length; index += step)
  parentPort.postMessage({ index, tally: await judge(records[index], sysroot) });
