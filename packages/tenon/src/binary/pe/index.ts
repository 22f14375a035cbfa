export { isPe } from "./headers.js";
export { PeFile, readPe } from "./pe.js";
