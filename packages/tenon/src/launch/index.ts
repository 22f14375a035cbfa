export { type EngineExits, exitError, exitOf } from "./exit-error.js";
export { Launcher } from "./launcher.js";
export { canTellMemory } from "./occupied.js";
export { canReap } from "./shell.js";
