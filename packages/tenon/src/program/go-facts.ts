import { dirname } from "node:path/posix";
import { readDwarf } from "../binary/dwarf/index.js";
import {
  findModuleData,
  findModuleText,
  type GoModule,
  type LineTable,
  type ModuleData,
  type ModuleText,
  moduleDataLayout,
  parseGoVersion,
  pluginSymbols,
  readBuildInfo,
  readLineTable,
} from "../binary/go-metadata/index.js";
import { type Binary, type Image, imageOf } from "../binary/index.js";
import type { ProgramExport } from "./inspection.js";

/** The facts about the Go toolchain and modules of a program. */
export interface GoFacts {
  /** "go1.26.8", or "go1.18 or go1.19" if only the form of its tables reveals it; `undefined` if unknown. */
  readonly version: string | undefined;
  /** The import path of the main package from the build information. */
  readonly path: string | undefined;
  readonly main: GoModule | undefined;
  readonly dependencies: readonly GoModule[];
  /** Flags, environment and version control: `-trimpath`, `CGO_ENABLED`, `vcs.revision`. Empty if none are recorded. */
  readonly settings: Readonly<Record<string, string>>;
  /** Whether paths of source files were trimmed; `undefined` if unknown. */
  readonly trimPath: boolean | undefined;
  /** The folder in which the main package was compiled; `undefined` with -trimpath. */
  readonly folder: string | undefined;
  /** The folder in which the standard library was compiled; `undefined` with -trimpath. */
  readonly goRoot: string | undefined;
  /** The prefix of a plugin's symbols. */
  readonly pluginPath: string | undefined;
  /** Whether it contains the package plugin, so that it can open plugins. */
  readonly usesPlugins: boolean;
}

/** The releases with a form of the line table. Plugins since Go 1.21 have build information. */
const releasesOfForm = { "1.2": [], "1.16": [16, 17], "1.18": [18, 19], "1.20": [20] } as const;

const firstWithVarint = 17;

/**
 * Reads the metadata that Go's tools left in a program, and the exports of a plugin with the types that plugin.Lookup
 * returns; `undefined` if Go did not build the program.
 *
 * @throws TENON_BINARY_MALFORMED
 */
export function goFacts(binary: Binary): { go: GoFacts; symbols: readonly ProgramExport[] } | undefined {
  const image = imageOf(binary);
  if (image === undefined) return undefined;
  const info = readBuildInfo(image);
  const table = readLineTable(image);
  if (info === undefined && table === undefined) return undefined;
  const recorded: ModuleText | undefined =
    info ?? (binary.format === "wasm-module" ? findModuleText(image) : undefined);
  const version = info?.goVersion ?? versionOfProducers(binary) ?? versionOfDebugData(binary);
  const possible = minorsOf(version, table);
  const module = table === undefined ? undefined : moduleDataOf(image, table, possible);
  const { minors, symbols } = symbolsOf(image, module, possible);
  const go: GoFacts = {
    version: version ?? (minors.length === 0 ? undefined : minors.map((minor) => `go1.${minor}`).join(" or ")),
    path: recorded?.path,
    main: recorded?.main,
    dependencies: recorded?.dependencies ?? [],
    settings: Object.fromEntries(recorded?.settings ?? []),
    ...(table === undefined ? unknown : pathsOf(table, module)),
    pluginPath: module?.pluginPath === "" ? undefined : module?.pluginPath,
  };
  return { go, symbols };
}

const unknown = { trimPath: undefined, folder: undefined, goRoot: undefined, usesPlugins: false };

function pathsOf(table: LineTable, module: ModuleData | undefined) {
  // Not just any file: parts of the runtime's assembly are in other packages.
  const runtime = table.filesOfPackage("runtime").find((file) => /(?:^|\/)runtime\/proc\.go$/.test(file));
  const [main] = table.filesOfPackage(module?.pluginPath ? module.pluginPath : "main");
  return {
    trimPath: runtime === undefined ? undefined : !isAbsolute(runtime),
    folder: main === undefined || !isAbsolute(main) ? undefined : dirname(main),
    goRoot: runtime === undefined || !isAbsolute(runtime) ? undefined : /^(.+)\/src\/runtime\//.exec(runtime)?.[1],
    usesPlugins: table.filesOfPackage("plugin").some((file) => /(?:^|\/)plugin\/plugin_dlopen\.go$/.test(file)),
  };
}

function isAbsolute(path: string): boolean {
  return path.startsWith("/") || /^[A-Za-z]:[\\/]/.test(path);
}

function moduleDataOf(image: Image, table: LineTable, minors: readonly number[]): ModuleData | undefined {
  const layouts = minors.flatMap((minor) => moduleDataLayout(minor, image.bits) ?? []);
  return findModuleData(image, table.address, layouts)?.data;
}

/** Returns the exports, and the possible releases by their form of names, which changed in Go 1.17. */
function symbolsOf(image: Image, module: ModuleData | undefined, minors: readonly number[]) {
  const newest = minors.at(-1);
  if (module === undefined || newest === undefined) return { minors, symbols: [] };
  const symbols = pluginSymbols(image, module, newest);
  const older = minors.filter((minor) => minor < firstWithVarint);
  // In the newer form, an older name appears to have a length of 0.
  const isOlder = older.length > 0 && newest >= firstWithVarint && symbols.some(({ name }) => name === "");
  if (isOlder) return { minors: older, symbols: pluginSymbols(image, module, older[0]!) };
  const isNewer = symbols.length > 0 && newest >= firstWithVarint;
  return { minors: isNewer ? minors.filter((minor) => minor >= firstWithVarint) : minors, symbols };
}

function minorsOf(version: string | undefined, table: LineTable | undefined): readonly number[] {
  const parsed = version === undefined ? undefined : parseGoVersion(version);
  if (parsed !== undefined) return [parsed.minor];
  return table === undefined ? [] : releasesOfForm[table.header.form];
}

function versionOfProducers(binary: Binary): string | undefined {
  if (binary.format !== "wasm-module") return undefined;
  for (const { name, version } of binary.file.producers?.["processed-by"] ?? [])
    if (name === "Go cmd/compile") return version;
  return undefined;
}

function versionOfDebugData(binary: Binary): string | undefined {
  for (const { isGo, producer } of readDwarf(binary)?.compileUnits() ?? [])
    if (isGo) return /^Go cmd\/compile (go[^;\s]+)/.exec(producer)?.[1];
  return undefined;
}
