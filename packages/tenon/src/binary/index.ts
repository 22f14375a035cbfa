export { Image, type Platform } from "./bytes/image.js";
export * from "./elf/index.js";
export * from "./mach-o/index.js";
export { packer } from "./packer.js";
export * from "./pe/index.js";
export { type Binary, imageOf, readBinary, readImage } from "./read-binary.js";
export { type Format, type Recognised, recognise } from "./recognise.js";
export * from "./wasm/index.js";
