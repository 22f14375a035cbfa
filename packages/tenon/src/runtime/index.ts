export type { Artifact } from "./artifact.js";
export type * from "./instance.js";
export type { Manifest } from "./manifest.js";
export * from "./runtime.js";
