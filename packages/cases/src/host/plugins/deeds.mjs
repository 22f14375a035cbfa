import { closeSync } from "node:fs";

/** @type {Record<string, () => unknown>} */
const deeds = {
  "process.exit": () => process.exit(3),
  throw: () => {
    throw new Error("thrown");
  },
  "process.abort": () => process.abort(),
  SIGTERM: () => process.kill(process.pid, "SIGTERM"),
  SIGUSR2: () => process.kill(process.pid, "SIGUSR2"),
  group: () => process.kill(0, "SIGTERM"),
  "close descriptors"() {
    for (let descriptor = 3; descriptor < 200; descriptor++) {
      try {
        closeSync(descriptor);
      } catch {
        // It was not open.
      }
    }
  },
};

/** @param {string} deed */
export function run(deed) {
  deeds[deed]?.();
  return new Promise((resolve) => setTimeout(resolve, 500, deed));
}
