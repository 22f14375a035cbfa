import { type BigIntStats, fstatSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { matters, type WatchList } from "./plugin-files.js";

// The times that the system stores come from a clock that ticks only so often.
const clockTick = 20;

/** The files of a list as they stand: what tells one state of a file from another, by path. */
export type Sight = ReadonlyMap<string, { readonly stamp: string; readonly changedAt: number }>;

/** Looks at the files that matter. One that cannot be looked at counts as missing, as does one that this program writes to. */
export function sightOf(list: WatchList): Sight {
  const sight = new Map<string, { stamp: string; changedAt: number }>();
  const own = ownOutputs();
  for (const folder of list.folders) {
    for (const name of namesIn(folder)) {
      const path = join(folder, name);
      if (!matters(list, path)) continue;
      try {
        const file = statSync(path, { bigint: true });
        if (own.has(identityOf(file))) continue;
        // A folder's times tell of its entries, of which each that matters is looked at itself.
        const stamp = file.isDirectory() ? "folder" : `${file.mtimeNs}:${file.size}:${file.ino}`;
        const changedAt = file.isDirectory() ? 0 : Number(file.ctimeMs) + clockTick;
        sight.set(path, { stamp, changedAt });
      } catch {}
    }
  }
  return sight;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Where this program's output goes, when that is a file: what it says of a change is no change. */
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
