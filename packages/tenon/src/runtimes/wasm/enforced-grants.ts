import type { GrantName } from "../../runtime/index.js";

/** What a WebAssembly plugin reaches only if it is granted, in every place. It can start no programs and no processes. */
export const enforcedGrants: readonly GrantName[] = [
  "environment",
  "folders",
  "network",
  "listen",
  "programs",
  "resources.memory",
  "resources.processes",
  "storage.folder",
];
