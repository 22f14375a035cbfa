import { artifactEmpty, checkThrew, entryIsFolder } from "../errors/factories/artifact.js";
import type { Artifact } from "./artifact.js";
import { absolutePath, openToRead, resolveLinks } from "./open-file.js";
import { readManifest } from "./read-manifest.js";

const headBytes = 4096;

/**
 * Reads what is known about a plugin on disk before any runtime looks at it. Runs none of its code.
 *
 * @param given a path (relative to the current directory), or a `file:` URL as an object or a string.
 * @throws TENON_ARTIFACT_MISSING, TENON_ARTIFACT_EMPTY, TENON_ARTIFACT_UNREADABLE (no permission, a broken link, a pipe or
 * device), TENON_ARTIFACT_ENTRY (a folder with nothing to load), TENON_MANIFEST_INVALID, TENON_OPTION_INVALID
 */
export async function readArtifact(given: string | URL): Promise<Artifact> {
  const asked = absolutePath(given);
  const path = await resolveLinks(asked, String(given));
  const { kind, head, size } = await readHead(path, String(given));
  const manifest = await readManifest({ path, kind, given: String(given) });
  if (kind === "file") return { path, kind, given: String(given), manifest, head, size };
  // A folder without an entry may still be source that a builder understands.
  if (manifest.entry === undefined) return { path, kind, given: String(given), manifest, head, size };
  const entry = await readHead(await resolveLinks(manifest.entry, manifest.entry), manifest.entry);
  if (entry.kind === "folder") throw entryIsFolder(String(given), manifest.entry);
  return { path, kind, given: String(given), manifest, head: entry.head, size: 0 };
}

async function readHead(
  path: string,
  given: string,
): Promise<{ kind: Artifact["kind"]; head: Uint8Array; size: number }> {
  const { file, stats } = await openToRead(path, given);
  try {
    if (stats.isDirectory()) return { kind: "folder", head: new Uint8Array(), size: 0 };
    const buffer = new Uint8Array(headBytes);
    const { bytesRead } = await file.read(buffer, 0, headBytes, 0).catch((cause: unknown) => {
      throw checkThrew(given, cause);
    });
    if (bytesRead === 0) throw artifactEmpty(given);
    return { kind: "file", head: buffer.slice(0, bytesRead), size: stats.size };
  } finally {
    await file.close();
  }
}
