// The plain pattern: the thread blocks in Atomics.wait for a request, answers in place, and wakes the caller.
import { workerData } from "node:worker_threads";

const words = new Int32Array(workerData);
for (;;) {
  Atomics.wait(words, 0, 0);
  if (Atomics.load(words, 0) === 2) break;
  // @ts-expect-error Indexes 2 and 3 exist; the measured statement stays without a check.
  words[2] = (words[2] + words[3]) | 0;
  Atomics.store(words, 0, 0);
  Atomics.store(words, 1, 1);
  Atomics.notify(words, 1);
}
