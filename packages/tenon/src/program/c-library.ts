import type { ElfFile, PeFile } from "../binary/index.js";
import type { CLibrary } from "./inspection.js";

/** Returns the C library of an ELF file, and for glibc the lowest version with every symbol that it needs. */
export function cLibraryOfElf(file: ElfFile): CLibrary | undefined {
  const needed = file.dynamic?.needed ?? [];
  const loader = file.interpreter ?? "";
  if (loader.includes("/ld-musl-") || needed.some((name) => name.startsWith("libc.musl-")))
    return { name: "musl", minimum: undefined };
  if (/\/linker(?:64)?$/.test(loader)) return { name: "bionic", minimum: undefined };
  if (needed.includes("libc.so.6") || needed.some((name) => glibcParts.test(name)))
    return { name: "glibc", minimum: lowestGlibc(file) };
  // Both musl-gcc and Android link with plain libc.so, but Android files also need its other libraries.
  if (needed.includes("libc.so")) {
    const isAndroid = needed.some((name) => name === "liblog.so" || name === "libdl.so");
    return { name: isAndroid ? "bionic" : "musl", minimum: undefined };
  }
  return needed.some((name) => name.startsWith("libc.so.")) ? { name: "other", minimum: undefined } : undefined;
}

const glibcParts = /^(?:libpthread\.so\.0|libdl\.so\.2|libm\.so\.6|librt\.so\.1|ld-linux.*\.so\.[12])$/;

function lowestGlibc(file: ElfFile): string | undefined {
  let highest: readonly number[] = [];
  for (const { version, isWeak } of file.versionNeeds) {
    if (isWeak) continue;
    const numbers =
      version === "GLIBC_ABI_DT_RELR" ? [2, 36] : /^GLIBC_(\d+(?:\.\d+)*)$/.exec(version)?.[1]?.split(".").map(Number);
    if (numbers !== undefined && isHigher(numbers, highest)) highest = numbers;
  }
  return highest.length === 0 ? undefined : highest.join(".");
}

function isHigher(a: readonly number[], b: readonly number[]): boolean {
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
}

/** Returns the C runtime of a Windows program. */
export function cLibraryOfPe(file: PeFile): CLibrary | undefined {
  const libraries = file.imports.map(({ library }) => library.toLowerCase());
  if (libraries.some((name) => name.startsWith("ucrtbase") || name.startsWith("api-ms-win-crt-")))
    return { name: "ucrt", minimum: undefined };
  if (libraries.some((name) => /^msvcr/.test(name))) return { name: "msvcrt", minimum: undefined };
  return undefined;
}
