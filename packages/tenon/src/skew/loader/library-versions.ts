import type { ElfFile } from "../../binary/elf/index.js";
import { finding } from "../../errors/index.js";
import type { Loaded } from "./libraries.js";
import type { LoaderAnswer } from "./loader-answer.js";

/**
 * Whether every version of a library's symbols that a file needs is there, as the loader checks it once everything is mapped.
 * Source: glibc, elf/dl-version.c.
 *
 * @param loaded Every library that is loaded, with its files.
 */
export function missingVersion(file: Loaded, loaded: readonly Loaded[]): LoaderAnswer | undefined {
  for (const { library, version, isWeak } of file.elf.versionNeeds) {
    const provider = loaded.find(({ names }) => names.has(library));
    if (provider === undefined || isWeak) continue;
    const defined = provider.elf.versionDefinitions;
    if (defined.length === 0 || defined.some((one) => one.version === version)) continue;
    return {
      outcome: "error",
      text: `${provider.path}: version \`${version}' not found (required by ${file.path})`,
      finding: finding("TENON_GO_LIBRARY_VERSION", {
        subject: file.path,
        message: `${file.path} needs ${version} of ${library}; the system's ${provider.path} has ${newest(defined, version)}`,
        fix: {
          text: `Build the plugin on the host's system or an older one, or run the host on a system with ${version}.`,
        },
      }),
    };
  }
  return undefined;
}

/** The greatest version that a file needs of each library and prefix: `libc.so.6` `GLIBC` → `2.34`. */
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

/** `GLIBC_2.34` → `GLIBC`, `2.34`; names that are no numbers keep no number. */
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

function newest(defined: readonly { version: string }[], wanted: string): string {
  const [prefix] = splitVersion(wanted);
  const numbers = defined
    .map(({ version }) => splitVersion(version))
    .filter(([each, number]) => each === prefix && number !== "");
  const best = numbers
    .map(([, number]) => number)
    .sort(compareVersions)
    .at(-1);
  return best === undefined ? "none of that name" : `${prefix}_${best} at most`;
}
