export { type EngineExits, type ExitLimits, exitError, exitOf } from "./exit-error.js";
export { Launcher } from "./launcher.js";
export { reaper } from "./reaper.js";
