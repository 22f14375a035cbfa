export type { ArchiveContent, ArchiveFile } from "./content.js";
export { type ArchiveLimits, archiveLimits } from "./limits.js";
export { readArchive } from "./read-archive.js";
