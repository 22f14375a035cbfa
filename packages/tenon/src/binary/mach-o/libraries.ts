import type { ByteReader } from "../bytes/byte-reader.js";
import { commandString, expectSize, type LoadCommand, loadCommands } from "./load-commands.js";
import { versionText } from "./platform.js";

/** A library that the file refers to. */
export interface MachOLibrary {
  readonly path: string;
  readonly kind: "load" | "weak" | "reexport" | "lazy" | "upward";
  readonly currentVersion: string;
  /** The lowest version that the loader accepts. */
  readonly compatibilityVersion: string;
}

const kinds: Readonly<Record<number, MachOLibrary["kind"]>> = {
  [loadCommands.loadDylib]: "load",
  [loadCommands.loadWeakDylib]: "weak",
  [loadCommands.reexportDylib]: "reexport",
  [loadCommands.lazyLoadDylib]: "lazy",
  [loadCommands.loadUpwardDylib]: "upward",
};

/** Returns the libraries that the file needs. Symbols refer to them by position, from 1. @throws TENON_BINARY_MALFORMED */
export function readLibraries(reader: ByteReader, commands: readonly LoadCommand[]): MachOLibrary[] {
  return commands.flatMap((command) => {
    const kind = kinds[command.command];
    return kind === undefined ? [] : [{ kind, ...readDylib(reader, command) }];
  });
}

/** Returns the name of a library (LC_ID_DYLIB); `undefined` in other files. @throws TENON_BINARY_MALFORMED */
export function readLibraryId(
  reader: ByteReader,
  commands: readonly LoadCommand[],
): Omit<MachOLibrary, "kind"> | undefined {
  const command = commands.find((each) => each.command === loadCommands.idDylib);
  return command === undefined ? undefined : readDylib(reader, command);
}

/** Returns the folders that the loader uses for @rpath, in order (LC_RPATH). @throws TENON_BINARY_MALFORMED */
export function readRunPaths(reader: ByteReader, commands: readonly LoadCommand[]): string[] {
  return commands
    .filter(({ command }) => command === loadCommands.runPath)
    .map((command) => {
      expectSize(command, 12);
      return commandString(reader, command, reader.u32(command.offset + 8));
    });
}

function readDylib(reader: ByteReader, command: LoadCommand): Omit<MachOLibrary, "kind"> {
  expectSize(command, 24);
  return {
    path: commandString(reader, command, reader.u32(command.offset + 8)),
    currentVersion: versionText(reader.u32(command.offset + 16)),
    compatibilityVersion: versionText(reader.u32(command.offset + 20)),
  };
}
