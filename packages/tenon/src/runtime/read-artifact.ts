import { errors } from "../errors/index.js";
import type { Artifact } from "./artifact.js";
import { absolutePath, openToRead, resolveLinks } from "./open-file.js";
import { readManifest } from "./read-manifest.js";

const headBytes = 4096;

/**
 * Reads what is known of a plugin on disk before any runtime looks at it. Nothing of it runs.
 *
 * @param given A path (relative to the current directory), or a `file:` URL as object or text.
 * @throws TENON_ARTIFACT_MISSING, TENON_ARTIFACT_EMPTY, TENON_ARTIFACT_UNREADABLE (no permission, a broken link, a pipe or
 * device), TENON_ARTIFACT_ENTRY (a folder in which nothing can be loaded), TENON_MANIFEST_INVALID, TENON_OPTION_INVALID
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
  if (entry.kind === "folder") {
    throw errors.TENON_ARTIFACT_ENTRY({
      message: `${given}: its entry ${manifest.entry} is a folder`,
      subject: manifest.entry,
    });
  }
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
    const { bytesRead } = await file.read(buffer, 0, headBytes, 0);
    if (bytesRead === 0) throw errors.TENON_ARTIFACT_EMPTY({ message: `${given} is empty`, subject: given });
    return { kind: "file", head: buffer.slice(0, bytesRead), size: stats.size };
  } finally {
    await file.close();
  }
}
