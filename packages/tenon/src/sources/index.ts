export { askSources, readPath } from "./find-artifact.js";
