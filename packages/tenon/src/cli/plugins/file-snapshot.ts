import { type BigIntStats, fstatSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { isWatched, type WatchList } from "./plugin-files.js";

// File times come from a coarse clock.
const clockTick = 20;

/** The state of files, by path: what distinguishes one version of a file from another. */
export type Snapshot = ReadonlyMap<string, { readonly stamp: string; readonly changedAt: number }>;

/** Records the state of the watched files. Leaves out files that cannot be read, and those that this program writes to. */
export function takeSnapshot(list: WatchList): Snapshot {
  const snapshot = new Map<string, { stamp: string; changedAt: number }>();
  const own = ownOutputs();
  for (const folder of list.folders) {
    for (const name of namesIn(folder)) {
      const path = join(folder, name);
      if (!isWatched(list, path)) continue;
      try {
        const file = statSync(path, { bigint: true });
        if (own.has(identityOf(file))) continue;
        // A folder's times change with its entries, and those that are watched are recorded themselves.
        const stamp = file.isDirectory() ? "folder" : `${file.mtimeNs}:${file.size}:${file.ino}`;
        const changedAt = file.isDirectory() ? 0 : Number(file.ctimeMs) + clockTick;
        snapshot.set(path, { stamp, changedAt });
      } catch {}
    }
  }
  return snapshot;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Returns the files that this program's output goes to: its messages about a change must not count as a change. */
function ownOutputs(): ReadonlySet<string> {
  const outputs = new Set<string>();
  for (const descriptor of [1, 2]) {
    try {
      outputs.add(identityOf(fstatSync(descriptor, { bigint: true })));
    } catch {}
  }
  return outputs;
}

function identityOf({ dev, ino }: BigIntStats): string {
  return `${dev}:${ino}`;
}
