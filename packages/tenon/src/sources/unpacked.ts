import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { digestOf, hexOfDigest } from "../runtime/digest.js";
import type { Artifact, SourceContext } from "../runtime/index.js";
import { type FilesToKeep, KeptFiles } from "../runtime/kept-files.js";
import { userCache } from "../runtime/user-cache.js";

/** The file that a plugin came as. */
export interface Received {
  /** What the user wrote. */
  readonly given: string;
  /** Its path or URL, without a fragment. */
  readonly location: string;
  /** Its name, with its extension. */
  readonly name: string;
  readonly digest: string;
}

const archiveName = /\.(?:tgz|tar\.gz|zip)$/i;

/** Whether a name is that of an archive. */
export function isArchiveName(name: string): boolean {
  return archiveName.test(name);
}

/** Returns the artifact of a file that was received before, if what was kept of it is unchanged. */
export async function unpackedBefore(received: Received, context: SourceContext): Promise<Artifact | undefined> {
  const found = await keptFiles(context).find(keyOf(received));
  return found === undefined ? undefined : artifactIn(found, received, context);
}

/**
 * Unpacks an archive, or keeps a single file, in the cache. The name there follows from the bytes, so that equal files are unpacked once, and
 * what was unpacked is never replaced by something else.
 *
 * @throws TENON_ARCHIVE_INVALID, TENON_ARCHIVE_UNSAFE, TENON_ARCHIVE_LIMIT, TENON_CACHE_UNSAFE, TENON_BUILD_WRITE, and what reading
 * an artifact throws
 */
export async function unpack(bytes: Uint8Array, received: Received, context: SourceContext): Promise<Artifact> {
  const content = await contentOf(bytes, received);
  const inner = folderName(received.name);
  const files = content.files.map((file) => ({ ...file, path: `${inner}/${file.path}` }));
  const folders = [inner, ...content.folders.map((folder) => `${inner}/${folder}`)];
  const path = await keptFiles(context).keep(keyOf(received), { files, folders });
  return artifactIn(path, received, context);
}

/** Makes what is known of a received file. */
export function received(given: string, location: string, name: string, bytes: Uint8Array): Received {
  return { given, location, name, digest: digestOf(bytes) };
}

async function contentOf(bytes: Uint8Array, { given, name }: Received): Promise<FilesToKeep> {
  const single = singleName(name, bytes);
  if (single !== undefined) return { folders: [], files: [{ path: single, content: bytes, executable: false }] };
  const { readArchive } = await import("./archive/index.js");
  return withoutTop(await readArchive(given, bytes));
}

/** The name of a plugin that is a single file: its own, or one by its content. */
function singleName(name: string, bytes: Uint8Array): string | undefined {
  const plain = safeName(name);
  if (/\.(?:wasm|[cm]?[jt]sx?)$/i.test(name)) return plain;
  return !isArchiveName(name) && Buffer.from(bytes.subarray(0, 4)).toString("latin1") === "\0asm"
    ? `${plain}.wasm`
    : undefined;
}

/** Archives often have one folder with everything in it: `package/` in those of npm. It is left out. */
function withoutTop({ files, folders }: FilesToKeep): FilesToKeep {
  const tops = new Set([...files.map(({ path }) => path), ...folders].map((path) => path.split("/")[0]));
  const [top = ""] = tops;
  if (tops.size !== 1 || files.some(({ path }) => path === top)) return { files, folders };
  const rest = (path: string) => path.slice(top.length + 1);
  return {
    files: files.map((file) => ({ ...file, path: rest(file.path) })),
    folders: folders.filter((path) => path !== top).map(rest),
  };
}

/** A single file is the plugin itself, and everything else is a folder. */
async function artifactIn(root: string, { given, location, name, digest }: Received, context: SourceContext) {
  const folder = join(root, folderName(name));
  const [first, ...others] = await readdir(folder, { withFileTypes: true });
  const path = first !== undefined && others.length === 0 && first.isFile() ? join(folder, first.name) : folder;
  return { ...(await context.read(path)), given, origin: { location, digest } };
}

function keptFiles({ cacheFolder }: SourceContext): KeptFiles {
  return new KeptFiles(cacheFolder ?? userCache(), "sources");
}

function keyOf({ digest, name }: Received): string {
  return `${hexOfDigest(digest)}-${safeName(name)}`;
}

/** The folder of the files: a plugin without a name in its manifest is called like its archive. */
function folderName(name: string): string {
  return safeName(name).replace(/\.(?:tgz|tar\.gz|zip|wasm|[cm]?[jt]sx?)$/i, "") || "plugin";
}

function safeName(name: string): string {
  const safe = basename(name)
    .replaceAll(/[^A-Za-z0-9._-]/g, "_")
    .replace(/^\.+/, "")
    .slice(-64);
  return safe === "" ? "plugin" : safe;
}
