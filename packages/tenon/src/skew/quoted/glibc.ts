/**
 * Error texts of glibc's dynamic loader, byte for byte. They are data: `plugin.Open` repeats them, and Tenon predicts its
 * error exactly. Never reword them.
 *
 * Source: glibc, elf/dl-load.c, elf/dl-open.c, elf/dl-version.c, elf/dl-lookup.c and elf/dl-reloc.c.
 */
export const glibcTexts = {
  fileTooShort: "file too short",
  invalidHeader: "invalid ELF header",
  /** @param bits Of the file. */
  wrongClass: (bits: 32 | 64) => `wrong ELF class: ELFCLASS${bits}`,
  wrongByteOrder: (expected: "little" | "big") => `ELF file data encoding not ${expected}-endian`,
  wrongIdentVersion: "ELF file version ident does not match current one",
  wrongVersion: "ELF file version does not match current one",
  invalidAbi: "ELF file OS ABI invalid",
  invalidAbiVersion: "ELF file ABI version invalid",
  nonzeroPadding: "nonzero padding in e_ident",
  wrongType: "only ET_DYN and ET_EXEC can be loaded",
  wrongHeaderSize: "ELF file's phentsize not the expected size",
  noSegments: "object file has no loadable segments",
  noDynamicSection: "object file has no dynamic section",
  executable: "cannot dynamically load executable",
  positionIndependentExecutable: "cannot dynamically load position-independent executable",
  noOpen: "shared object cannot be dlopen()ed",
  /** Also what glibc says of a file for another processor. */
  noSuchFile: "cannot open shared object file: No such file or directory",
  permissionDenied: "cannot open shared object file: Permission denied",
  noSuchDevice: "cannot open shared object file: No such device or address",
  cannotReadData: "cannot read file data",
  isDirectory: "cannot read file data: Is a directory",
  versionNotFound: (version: string, neededBy: string) => `version \`${version}' not found (required by ${neededBy})`,
  undefinedSymbol: (name: string, version: string | undefined) =>
    `undefined symbol: ${name}${version === undefined ? "" : `, version ${version}`}`,
  noStaticThreadLocal: "cannot allocate memory in static TLS block",
} as const;

/** What the library of -asan prints, byte for byte. Source: compiler-rt, asan_linux.cpp and asan_globals.cpp. */
export const sanitizerTexts = {
  definedTwice: "ERROR: AddressSanitizer: odr-violation",
  notFirst: "ASan runtime does not come first in initial library list",
} as const;
