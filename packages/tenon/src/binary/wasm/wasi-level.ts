/**
 * The version of WASI that a module or component uses: "none", "preview0" (`wasi_unstable`), "preview1", or the minor
 * version of the interfaces that it imports or exports: "0.2", "0.3".
 */
export type WasiLevel = "none" | "preview0" | "preview1" | `0.${number}`;

/** Returns the newest WASI version among the names of imported modules or interfaces. */
export function wasiLevelOf(names: Iterable<string>): WasiLevel {
  let level: WasiLevel = "none";
  let minor = -1;
  for (const name of names) {
    // `wasi:cli/run@0.2.3`, or with the prefix that toolchains add in core modules: `cm32p2|wasi:cli/run@0.2`.
    const version = /^(?:cm(?:32|64)p2\|)?wasi:[^@]*@0\.(\d{1,4})(?![\d])/.exec(name);
    if (version !== null && Number(version[1]) > minor) {
      minor = Number(version[1]);
      level = `0.${minor}`;
    } else if (minor >= 0) continue;
    else if (name === "wasi_snapshot_preview1") level = "preview1";
    else if (name === "wasi_unstable" && level === "none") level = "preview0";
  }
  return level;
}
