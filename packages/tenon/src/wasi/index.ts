export { type Capabilities, createCapabilities } from "./capabilities.js";
export { type HostInterface, type HostInterfaces, type Preview1, WasiExit } from "./model.js";
export { createPreview1, preview1Names } from "./preview1/create.js";
export { createPreview2, preview2Names } from "./preview2/create.js";
