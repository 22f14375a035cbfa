export { type EngineExits, type ExitLimits, exitError, exitOf } from "./exit-error.js";
export { FolderReaper } from "./folder-reaper.js";
export { Launcher } from "./launcher.js";
export { Reaper } from "./reaper.js";
