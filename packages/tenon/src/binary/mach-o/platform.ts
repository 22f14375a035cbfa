import type { ByteReader } from "../bytes/byte-reader.js";
import type { Platform } from "../bytes/image.js";
import { archOf, type MachOHeader } from "./header.js";
import { expectSize, type LoadCommand, loadCommands } from "./load-commands.js";

/** The platform that the file was built for. Versions are "major.minor" or "major.minor.patch". */
export interface BuildVersion {
  /** Apple's name: "macOS", "iOS", "iOS simulator" … */
  readonly platform: string;
  readonly minimumOs: string;
  /** "0.0" if it is not recorded. */
  readonly sdk: string;
}

const platforms: Readonly<Record<number, string>> = {
  1: "macOS",
  2: "iOS",
  3: "tvOS",
  4: "watchOS",
  5: "bridgeOS",
  6: "Mac Catalyst",
  7: "iOS simulator",
  8: "tvOS simulator",
  9: "watchOS simulator",
  10: "DriverKit",
  11: "visionOS",
  12: "visionOS simulator",
};

const minimumVersions: Readonly<Record<number, string>> = {
  [loadCommands.versionMinMacos]: "macOS",
  [loadCommands.versionMinIphoneos]: "iOS",
  [loadCommands.versionMinTvos]: "tvOS",
  [loadCommands.versionMinWatchos]: "watchOS",
};

/** Go builds for these with GOOS=ios. */
const ios = new Set(["iOS", "iOS simulator", "Mac Catalyst"]);

/** Reads LC_BUILD_VERSION or the older LC_VERSION_MIN_…; `undefined` if the file has neither. @throws TENON_BINARY_MALFORMED */
export function readBuildVersion(reader: ByteReader, commands: readonly LoadCommand[]): BuildVersion | undefined {
  for (const command of commands) {
    const older = minimumVersions[command.command];
    if (older === undefined && command.command !== loadCommands.buildVersion) continue;
    expectSize(command, older === undefined ? 24 : 16);
    const at = command.offset + (older === undefined ? 12 : 8);
    const number = reader.u32(command.offset + 8);
    return {
      platform: older ?? platforms[number] ?? `platform ${number}`,
      minimumOs: versionText(reader.u32(at)),
      sdk: versionText(reader.u32(at + 4)),
    };
  }
  return undefined;
}

/** Returns the platform as GOOS and GOARCH. A file without a build version is for macOS, as with Go's linker. */
export function platformOf(header: MachOHeader, version: BuildVersion | undefined): Platform {
  const name = version?.platform ?? "macOS";
  return { os: name === "macOS" ? "darwin" : ios.has(name) ? "ios" : undefined, arch: archOf(header.cpuType) };
}

/** Unpacks a version of the form xxxx.yy.zz. */
export function versionText(packed: number): string {
  const patch = packed & 0xff;
  return `${packed >>> 16}.${(packed >>> 8) & 0xff}${patch === 0 ? "" : `.${patch}`}`;
}
