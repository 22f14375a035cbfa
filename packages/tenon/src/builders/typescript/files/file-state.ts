import { createHash } from "node:crypto";
import { type BigIntStats, statSync } from "node:fs";
import { readRegularFile } from "../../../runtime/regular-file.js";

/** The state of a file when it was read, to find out later whether it has changed. */
export interface FileState {
  /** The hash of its content, `absent` if there was no file, or `folder`. */
  readonly hash: string;
  /** From its metadata: if stamps are equal, the file need not be read again. `undefined` if that would prove nothing. */
  readonly stamp: string | undefined;
}

export type FileStates = ReadonlyMap<string, FileState>;

const absent: FileState = { hash: "absent", stamp: undefined };
const folderState: FileState = { hash: "folder", stamp: undefined };

// Two writes within one tick of the kernel's clock can have the same timestamps.
const clockTick = 50n * 1_000_000n;

export function stateOf(stats: BigIntStats, content: Uint8Array): FileState {
  return { hash: createHash("sha256").update(content).digest("hex"), stamp: stampOf(stats) };
}

/** Returns the state of a path where there is no file: most of those that a build asks for. */
function stateWithoutFile(path: string): FileState | undefined {
  // The error of a file that does not exist costs more than this look.
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return absent;
  return found.isDirectory() ? folderState : undefined;
}

/** The last states that were read, by path: packages are the same for many plugins. */
const recent = new Map<string, FileState>();
const mostRecent = 4096;

/** Reads the state of a file, unless its metadata proves that it is known. Returns `absent` if it cannot be read. */
export async function readState(path: string): Promise<FileState> {
  try {
    const none = stateWithoutFile(path);
    if (none !== undefined) return none;
    const kept = recent.get(path);
    if (kept !== undefined && hasStamp(path, kept)) return kept;
    const { stats, content } = await readRegularFile(path);
    const state = stateOf(stats, content);
    recent.delete(path);
    recent.set(path, state);
    const [oldest] = recent.keys();
    if (recent.size > mostRecent && oldest !== undefined) recent.delete(oldest);
    return state;
  } catch {
    return absent;
  }
}

/** Whether every file still has the same content. */
export async function unchanged(states: FileStates): Promise<boolean> {
  const later: Promise<boolean>[] = [];
  for (const [path, state] of states) {
    if (hasStamp(path, state)) continue;
    const found = quickState(path);
    if (found === undefined) later.push(isUnchanged(path, state));
    else if (found.hash !== state.hash) return false;
  }
  return (await Promise.all(later)).every(Boolean);
}

/** Whether a file still has the same content. */
export async function isUnchanged(path: string, state: FileState): Promise<boolean> {
  return hasStamp(path, state) || (await readState(path)).hash === state.hash;
}

/** Whether a file's metadata says that it has not changed. */
export function hasStamp(path: string, { stamp }: FileState): boolean {
  if (stamp === undefined) return false;
  try {
    const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
    return stats !== undefined && stampOf(stats) === stamp;
  } catch {
    return false;
  }
}

function stampOf({ ino, size, mtimeNs, ctimeNs }: BigIntStats): string | undefined {
  const age = BigInt(Date.now()) * 1_000_000n - ctimeNs;
  return age < clockTick ? undefined : `${ino}:${size}:${mtimeNs}:${ctimeNs}`;
}

/** Reads the states of files that may not exist. */
export async function statesOf(paths: readonly string[]): Promise<FileStates> {
  const states = new Map<string, FileState>();
  const later: string[] = [];
  for (const path of paths) {
    const state = quickState(path);
    if (state === undefined) later.push(path);
    else states.set(path, state);
  }
  for (const [path, state] of await Promise.all(later.map(async (path) => [path, await readState(path)] as const)))
    states.set(path, state);
  return states;
}

function quickState(path: string): FileState | undefined {
  try {
    return stateWithoutFile(path);
  } catch {
    return undefined;
  }
}
