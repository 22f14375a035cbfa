import { statSync } from "node:fs";
import { basename } from "node:path";
import { archiveTooLarge } from "../errors/factories/archive.js";
import { artifactUnreadable } from "../errors/factories/artifact.js";
import { fragmentInvalid, fragmentNotForFiles, integrityMismatch } from "../errors/factories/source.js";
import { isDigest } from "../runtime/digest.js";
import type { Artifact, SourceContext } from "../runtime/index.js";
import { absolutePath, resolveLinks } from "../runtime/open-file.js";
import { FileRefused, readRegularFile } from "../runtime/regular-file.js";
import { archiveLimits } from "./archive/limits.js";
import { isArchiveName, received, unpack, unpackedBefore } from "./unpacked.js";

/** Archives on disk: `plugin.tgz`, `plugin.zip`, or the `file:` URL of one, with its digest as a fragment or without. */
export async function resolveArchiveFile(given: string, context: SourceContext): Promise<Artifact | undefined> {
  const { text, digest } = withoutFragment(given);
  if (!isArchiveName(text)) {
    if (digest !== undefined) throw fragmentNotForFiles(given);
    return undefined;
  }
  const asked = absolutePath(text);
  // A folder may have any name.
  if (statSync(asked, { throwIfNoEntry: false })?.isDirectory()) return undefined;
  const path = await resolveLinks(asked, given);
  const bytes = await readArchiveFile(path, given);
  const known = received(given, path, basename(asked), bytes);
  if (digest !== undefined && digest !== known.digest)
    throw integrityMismatch(given, "the archive", digest, known.digest);
  return (await unpackedBefore(known, context)) ?? unpack(bytes, known, context);
}

async function readArchiveFile(path: string, given: string): Promise<Uint8Array> {
  const { size } = statSync(path);
  const most = archiveLimits.archive;
  if (size > most) throw archiveTooLarge(given, "the archive", most, "bytes", size);
  try {
    return (await readRegularFile(path, most)).content;
  } catch (cause) {
    const why = cause instanceof FileRefused ? cause.message : (cause as Error).message;
    throw artifactUnreadable(given, why, cause);
  }
}

/** Only a URL has a fragment: a file's name may contain `#`. */
export function withoutFragment(given: string): { readonly text: string; readonly digest: string | undefined } {
  const at = given.indexOf("#sha256-");
  if (at === -1 || !/^[a-z]+:/i.test(given)) return { text: given, digest: undefined };
  const fragment = given.slice(at + 1);
  const digest = fragment.includes("%") ? decoded(fragment) : fragment;
  if (!isDigest(digest)) throw fragmentInvalid(given);
  return { text: given.slice(0, at), digest };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
