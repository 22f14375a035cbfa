import { type BigIntStats, type Dirent, realpathSync, statSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { basename, join, resolve, sep } from "node:path";
import { argumentIsFolder, folderTooLarge, linkLeaves, notPinnable } from "../errors/factories/source.js";
import type { Artifact } from "./artifact.js";
import { digestOfHash, digestOfParts, newHash } from "./digest.js";
import { irregularKind, readInParts } from "./regular-file.js";
import type { PinnedFile, Prepared } from "./runtime.js";

/** What a program may consist of. */
export const pinLimits = { bytes: 2 ** 30, files: 20_000 } as const;

/** A file of a pinned folder. */
export interface FolderFile {
  /** Relative, with `/` between names. */
  readonly name: string;
  /** The absolute path of what is read: a link leads to it. */
  readonly path: string;
  readonly executable: boolean;
  readonly digest: string;
}

/**
 * Returns the digest of a program and of the files that it consists of, for `prepare` of a runtime that starts programs:
 *
 * - of a file: its bytes. Where it is a script, what interprets it is the system's, as libraries are.
 * - of a folder: everything in it.
 * - of a command: its program, its arguments as they are written, and the files that these name.
 *
 * ```ts
 * prepare: async (artifact) => ({ path: artifact.path, fingerprint, payload, ...(await pinProgram(artifact)) }),
 * ```
 *
 * @returns what `prepare` returns beside the rest: `digest` and `files`, or `unpinned` with the reason why there is no digest.
 */
export async function pinProgram(artifact: Artifact): Promise<Pick<Prepared, "digest" | "files" | "unpinned">> {
  try {
    if (artifact.kind === "command") return await ofCommand(artifact);
    const digest = await (artifact.kind === "folder" ? digestOfFolder(artifact.path) : digestOfFile(artifact.path));
    return { digest, files: [{ path: artifact.path, digest }] };
  } catch (cause) {
    return { unpinned: (cause as Error).message };
  }
}

async function ofCommand({ command = [], folder = "" }: Artifact) {
  const [program = "", ...words] = command;
  const files: PinnedFile[] = [{ path: program, digest: await digestOfFile(program) }];
  const parts = ["tenon command", files[0]?.digest ?? ""];
  for (const word of words) {
    const path = fileOfArgument(word, folder);
    const digest = path === undefined ? "" : await digestOfFile(path);
    if (path !== undefined) files.push({ path, digest });
    parts.push(word, digest);
  }
  return { digest: digestOfParts(parts), files };
}

/** Returns the absolute path of the file that an argument names, `server.js` or `--import=hook.js`; `undefined` if it names none. */
export function fileOfArgument(word: string, folder: string): string | undefined {
  const name = nameInArgument(word);
  if (name === "") return undefined;
  const path = resolve(folder, name);
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats?.isDirectory() && name === word) throw new Error(argumentIsFolder(word));
  return stats?.isFile() ? path : undefined;
}

/** The part of an argument that may name a file. */
export function nameInArgument(word: string): string {
  return /^-[^=]*=(.*)$/s.exec(word)?.[1] ?? (word.startsWith("-") || word.includes("\0") ? "" : word);
}

/** Returns the digest of a folder: of the names, contents and executable bits of all files in it. */
export async function digestOfFolder(path: string): Promise<string> {
  const files = await filesOfFolder(path);
  const parts = files.flatMap(({ name, digest, executable }) => [name, executable ? "x" : "-", digest]);
  return digestOfParts(["tenon folder", ...parts]);
}

/**
 * Returns the files of a folder, in the order of their names. A link to a file of the folder counts as a copy of it.
 *
 * @throws Error for a link that leads elsewhere, a pipe or a device, and for more than {@link pinLimits}
 */
export async function filesOfFolder(path: string): Promise<readonly FolderFile[]> {
  const root = realpathSync.native(path);
  const entries = (await readdir(root, { recursive: true, withFileTypes: true })).filter(
    (entry) => !entry.isDirectory(),
  );
  if (entries.length > pinLimits.files) throw new Error(folderTooLarge(path, pinLimits.files, "files"));
  const named = entries.map((entry) => ({ name: nameIn(root, entry), ...placeOf(root, entry) }));
  const bytes = named.reduce((sum, { size }) => sum + size, 0);
  if (bytes > pinLimits.bytes) throw new Error(folderTooLarge(path, pinLimits.bytes, "bytes"));
  named.sort((one, other) => (one.name < other.name ? -1 : 1));
  const files: FolderFile[] = [];
  for (const { name, path, executable } of named)
    files.push({ name, path, executable, digest: await digestOfFile(path) });
  return files;
}

function nameIn(root: string, entry: Dirent): string {
  return join(entry.parentPath, entry.name)
    .slice(root.length + 1)
    .split(sep)
    .join("/");
}

function placeOf(root: string, entry: Dirent) {
  const named = join(entry.parentPath, entry.name);
  const path = realpathSync.native(named);
  const stats = statSync(path);
  if (!path.startsWith(root + sep) || stats.isDirectory()) throw new Error(linkLeaves(nameIn(root, entry), path));
  const kind = irregularKind(stats);
  if (kind !== undefined) throw new Error(notPinnable(nameIn(root, entry), kind));
  return { path, size: stats.size, executable: (stats.mode & 0o100) !== 0 };
}

/** By path: the digest of a file that this process has read, and its state then. */
const known = new Map<string, { readonly state: string; readonly digest: string }>();
const mostKnown = 4096;

/** Returns the digest of a file. It is read again only if its metadata has changed. */
export async function digestOfFile(path: string): Promise<string> {
  const state = stateOf(statSync(path, { bigint: true }));
  const found = known.get(path);
  if (found !== undefined && found.state === state) return found.digest;
  const hash = newHash();
  for await (const part of readInParts(path, pinLimits.bytes)) hash.update(part);
  const digest = digestOfHash(hash.digest());
  if (stateOf(statSync(path, { bigint: true })) !== state) return digest;
  known.delete(path);
  known.set(path, { state, digest });
  const [oldest] = known.keys();
  if (known.size > mostKnown && oldest !== undefined) known.delete(oldest);
  return digest;
}

function stateOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs, ctimeNs].join(":");
}

/** The name of a copy: programs look at their own. */
export function copyName({ path }: PinnedFile): string {
  return basename(path);
}
