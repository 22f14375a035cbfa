export { type EngineExits, exitError, exitOf } from "./exit-error.js";
export { Launcher } from "./launcher.js";
