import { artifactEmpty, checkThrew, entryIsFolder } from "../errors/factories/artifact.js";
import { isTenonError } from "../errors/index.js";
import type { Artifact } from "./artifact.js";
import { anyFolder, type EntryRules } from "./entry-rules.js";
import { absolutePath, readStart, resolveLinks } from "./open-file.js";
import { readManifest } from "./read-manifest.js";

const headBytes = 4096;

/**
 * Reads what is known about a plugin on disk before any runtime looks at it. Runs none of its code.
 *
 * @param given a path (relative to the current directory), or a `file:` URL as an object or a string.
 * @param rules what makes a folder a plugin that no manifest describes. By default, everything does.
 * @throws TENON_ARTIFACT_MISSING, TENON_ARTIFACT_EMPTY, TENON_ARTIFACT_UNREADABLE (no permission, a broken link, a pipe or
 * device), TENON_ARTIFACT_ENTRY (a folder with nothing to load), TENON_MANIFEST_INVALID, TENON_OPTION_INVALID
 */
export async function readArtifact(given: string | URL, rules: EntryRules = anyFolder): Promise<Artifact> {
  const asked = absolutePath(given);
  const path = await resolveLinks(asked, String(given));
  const { kind, head, size } = readHead(path, String(given));
  const manifest = await readManifest({ path, kind, given: String(given) }, rules);
  if (kind === "file") return { path, kind, given: String(given), manifest, head, size };
  // A folder without an entry may still be source that a builder understands.
  if (manifest.entry === undefined) return { path, kind, given: String(given), manifest, head, size };
  const entry = readHead(await resolveLinks(manifest.entry, manifest.entry), manifest.entry);
  if (entry.kind === "folder") throw entryIsFolder(String(given), manifest.entry);
  return { path, kind, given: String(given), manifest, head: entry.head, size: 0 };
}

function readHead(path: string, given: string): { kind: "file" | "folder"; head: Uint8Array; size: number } {
  let found: ReturnType<typeof readStart>;
  try {
    found = readStart(path, given, headBytes);
  } catch (cause) {
    throw isTenonError(cause) ? cause : checkThrew(given, cause);
  }
  const { start: head, stats } = found;
  if (stats.isDirectory()) return { kind: "folder", head, size: 0 };
  if (head.length === 0) throw artifactEmpty(given);
  return { kind: "file", head, size: stats.size };
}
