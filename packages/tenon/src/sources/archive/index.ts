export { readArchive } from "./read-archive.js";
