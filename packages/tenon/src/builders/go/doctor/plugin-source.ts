import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { textOfFile } from "../../../runtime/regular-file.js";
import { findPluginModule, type PluginModule } from "../modules/plugin-module.js";
import { type GoFile, readGoFile } from "./go-file.js";
import { type ModuleText, readModuleText } from "./module-text.js";

const largestSource = 4 * 1024 * 1024;

/** The source of a plugin, as far as the doctor reads it. */
export interface PluginSource extends PluginModule {
  /** The folder that the author passed. */
  readonly given: string;
  /** The folder of go.mod for messages: relative if the author passed a relative folder. */
  readonly shownRoot: string;
  readonly module: ModuleText;
  /** The import path of the package. */
  readonly packagePath: string;
  readonly files: readonly GoFile[];
  readonly environment: Readonly<Record<string, string>>;
}

/** Reads go.mod and the package's sources. @throws TENON_GO_NO_SOURCE, TENON_GO_MODULE_MISSING */
export async function readPluginSource(
  given: string,
  environment: Readonly<Record<string, string>>,
): Promise<PluginSource> {
  const found = await findPluginModule(given, environment);
  const module = readModuleText(await readFile(join(found.root, "go.mod"), "utf8"));
  const within = relative(found.root, found.folder).split(sep).join("/");
  return {
    ...found,
    given,
    shownRoot: join(given, relative(found.folder, found.root)),
    module,
    packagePath: [module.path ?? "", within].filter((part) => part !== "").join("/"),
    files: await readPackage(found.folder, given),
    environment,
  };
}

/**
 * Reads the Go files of a folder, without tests and files that a build constraint always excludes.
 *
 * @param shown the folder in the files' paths.
 */
export async function readPackage(folder: string, shown = folder): Promise<GoFile[]> {
  const names = (await readdir(folder)).filter((name) => /^[^_.].*(?<!_test)\.go$/.test(name)).sort();
  const files: GoFile[] = [];
  for (const name of names) {
    const path = join(folder, name);
    const source = await textOfFile(path, largestSource);
    if (source !== undefined && !/^\/\/(?:go:build ignore|\s*\+build ignore)\s*$/m.test(source))
      files.push(readGoFile(join(shown, name), source));
  }
  return files;
}
