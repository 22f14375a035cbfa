import type { ElfFile } from "../../binary/elf/index.js";
import { libraryVersionMissing } from "../../errors/factories/go-loader.js";
import { glibcTexts } from "../quoted/glibc.js";
import type { Loaded } from "./libraries.js";
import type { LoadFailure } from "./load-failure.js";

/**
 * Checks that every symbol version that a file needs exists, as the loader does after mapping all files.
 * Source: glibc, elf/dl-version.c.
 *
 * @param loaded All loaded libraries.
 */
export function missingVersion(file: Loaded, loaded: readonly Loaded[]): LoadFailure | undefined {
  for (const { library, version, isWeak } of file.elf.versionNeeds) {
    const provider = loaded.find(({ names }) => names.has(library));
    if (provider === undefined || isWeak) continue;
    const defined = provider.elf.versionDefinitions;
    if (defined.length === 0 || defined.some((one) => one.version === version)) continue;
    return {
      outcome: "error",
      text: `${provider.path}: ${glibcTexts.versionNotFound(version, file.path)}`,
      finding: libraryVersionMissing(file.path, {
        library,
        version,
        path: provider.path,
        newest: newest(defined, version),
      }),
    };
  }
  return undefined;
}

/** Returns the highest version that a file needs for each library and prefix: `libc.so.6 GLIBC` → `2.34`. */
export function greatestNeeds(elf: ElfFile): Map<string, string> {
  const greatest = new Map<string, string>();
  for (const { library, version } of elf.versionNeeds) {
    const [prefix, number] = splitVersion(version);
    const key = `${library} ${prefix}`;
    const before = greatest.get(key);
    if (number !== "" && (before === undefined || compareVersions(number, before) > 0)) greatest.set(key, number);
  }
  return greatest;
}

/** Splits `GLIBC_2.34` into `GLIBC` and `2.34`; the number is empty for names without one. */
export function splitVersion(version: string): [prefix: string, number: string] {
  const match = /^(.*)_(\d+(?:\.\d+)*)$/.exec(version);
  return match === null ? [version, ""] : [match[1] ?? "", match[2] ?? ""];
}

/** Compares dotted numbers. */
export function compareVersions(left: string, right: string): number {
  const [a, b] = [left.split(".").map(Number), right.split(".").map(Number)];
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function newest(defined: readonly { version: string }[], wanted: string): string | undefined {
  const [prefix] = splitVersion(wanted);
  const numbers = defined
    .map(({ version }) => splitVersion(version))
    .filter(([each, number]) => each === prefix && number !== "");
  const best = numbers
    .map(([, number]) => number)
    .sort(compareVersions)
    .at(-1);
  return best === undefined ? undefined : `${prefix}_${best}`;
}
