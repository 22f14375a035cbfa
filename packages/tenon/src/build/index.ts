export { digestOf } from "../runtime/digest.js";
export type * from "./builder.js";
export { type Builds, bytesIn, filesIn, type KeptBytes, type KeptFile, type Made, type Work } from "./builds.js";
export { endWithHost } from "./end-with-host.js";
export { keyOf } from "./key.js";
export { type CommandEnd, type CommandOptions, type CommandResult, runCommand } from "./run-command.js";
export { SharedBuilds } from "./shared-builds.js";
export { BuildStore, type BuildStoreOptions, type StoredFile } from "./store.js";
export { inWorkFolder, makeWorkFolder, temporaryIn, type WorkFolder } from "./work-folder.js";
