import type { ElfFile } from "../../../binary/elf/index.js";
import { type GoModule, type LineTable, readBuildInfo, readLineTable } from "../../../binary/go-metadata/index.js";
import { imageOf, readBinary } from "../../../binary/index.js";
import { isTenonError } from "../../../errors/error.js";
import { goBuildInfoMissing, inFile } from "../../../errors/factories/go-build.js";
import { readProgram } from "../../../program/read-program.js";
import type { HostFacts, HostLibc, HostModule } from "./host-facts.js";

/**
 * Reads how a Go host was built from its file. Does not run it.
 *
 * @throws TENON_ARTIFACT_MISSING, TENON_ARTIFACT_UNREADABLE, TENON_BINARY_… if the file cannot be read;
 * TENON_GO_BUILD_INFO_MISSING if it does not say how it was built
 */
export async function readHost(path: string): Promise<HostFacts> {
  const { bytes } = await readProgram(path);
  const binary = withPath(path, () => readBinary(bytes));
  const image = imageOf(binary);
  const info = image === undefined ? undefined : withPath(path, () => readBuildInfo(image));
  if (image === undefined || info === undefined) throw goBuildInfoMissing(path);
  const elf = binary.format === "elf" ? binary.file : undefined;
  let table: LineTable | undefined;
  let isRead = false;
  const lineTable = () => {
    if (!isRead) table = orNothing(() => readLineTable(image));
    isRead = true;
    return table;
  };
  return {
    path,
    goVersion: info.goVersion,
    mainPackage: info.path ?? "",
    main: info.main === undefined ? undefined : moduleOf(info.main),
    modules: info.dependencies.map(moduleOf),
    settings: Object.fromEntries(info.settings),
    libc: elf && orNothing(() => libcOf(elf)),
    packages: elf && orNothing(() => packagesOf(elf)),
    files: () => orNothing(() => lineTable()?.files()) ?? [],
    filesOfPackage: (importPath) => orNothing(() => lineTable()?.filesOfPackage(importPath)) ?? [],
  };
}

function moduleOf({ path, version, sum, replace }: GoModule): HostModule {
  return {
    path,
    version,
    sum,
    replace: replace === undefined ? undefined : { path: replace.path, version: replace.version, sum: replace.sum },
  };
}

/** Returns the C library, from the libraries that the program needs and the versions of their symbols. */
function libcOf(elf: ElfFile): HostLibc | undefined {
  const { dynamic } = elf;
  if (dynamic === undefined) return undefined;
  if (elf.interpreter?.includes("ld-musl") || dynamic.needed.some((name) => /^libc\.musl-|^libc\.so$/.test(name)))
    return { kind: "musl" };
  if (!dynamic.needed.includes("libc.so.6")) return undefined;
  const versions = elf.versionNeeds
    .map(({ version }) => /^GLIBC_(\d+)\.(\d+)/.exec(version))
    .flatMap((match) => (match === null ? [] : [[Number(match[1]), Number(match[2])] as const]))
    .sort(([major, minor], [otherMajor, otherMinor]) => major - otherMajor || minor - otherMinor);
  return { kind: "glibc", minimum: versions.at(-1)?.join(".") };
}

/** Returns the packages whose hashes the host has for its plugins. Go 1.19 and older write "go.link" there. */
function packagesOf(elf: ElfFile): ReadonlySet<string> | undefined {
  const { symbols } = elf;
  if (symbols === undefined) return undefined;
  const found = new Set<string>();
  for (let index = 0; index < symbols.count; index++) {
    const name = /^go[:.]link\.pkghash\.(.+)$/.exec(symbols.at(index).name)?.[1];
    if (name !== undefined) found.add(name);
  }
  return found.size === 0 ? undefined : found;
}

/** Adds the file's path to errors. */
function withPath<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    if (!isTenonError(thrown)) throw thrown;
    throw inFile(path, thrown);
  }
}

/** Returns `undefined` for a damaged part, so that the other parts can still be read. */
function orNothing<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (thrown) {
    if (isTenonError(thrown)) return undefined;
    throw thrown;
  }
}
