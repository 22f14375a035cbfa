import { readdir, realpath, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { type GoSourceProblem, goModuleFileMissing, goSourceMissing } from "../../../errors/factories/go-build.js";
import { textOfFile } from "../../../runtime/regular-file.js";

/** Where a plugin's source is. Absolute paths, with links resolved. */
export interface PluginModule {
  /** The folder of the main package. */
  readonly folder: string;
  /** The folder of go.mod. */
  readonly root: string;
  /** The go.work that the go command would use there. */
  readonly workspace: string | undefined;
}

/**
 * Finds the module that a folder belongs to, as the go command does.
 *
 * @param environment its GOWORK may name a workspace or disable it.
 * @throws TENON_GO_NO_SOURCE (no such folder, or no Go file in it), TENON_GO_MODULE_MISSING
 */
export async function findPluginModule(
  given: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<PluginModule> {
  const noSource = (problem: GoSourceProblem, cause?: unknown) => goSourceMissing(given, problem, cause);
  let folder: string;
  try {
    folder = await realpath(resolve(given));
  } catch (cause) {
    throw noSource("missing", cause);
  }
  if (!(await stat(folder)).isDirectory()) throw noSource("file");
  const names = await readdir(folder);
  if (!names.some((name) => name.endsWith(".go") && !name.endsWith("_test.go"))) throw noSource("empty");
  const module = await upward(folder, "go.mod");
  if (module === undefined) throw goModuleFileMissing(given);
  return { folder, root: dirname(module), workspace: await findWorkspace(folder, environment.GOWORK) };
}

async function findWorkspace(folder: string, chosen: string | undefined): Promise<string | undefined> {
  if (chosen === "off") return undefined;
  if (chosen !== undefined && chosen !== "" && chosen !== "auto") return chosen;
  return upward(folder, "go.work");
}

/** Returns the module path in a folder's go.mod, or `undefined` if there is none. Source: Go modules reference, "go.mod files". */
export async function modulePathOf(folder: string): Promise<string | undefined> {
  const text = (await textOfFile(join(folder, "go.mod"))) ?? "";
  return /^\s*module\s+(?:"([^"]+)"|`([^`]+)`|([^\s"`(]+))/m
    .exec(text)
    ?.slice(1)
    .find((path) => path !== undefined);
}

/** Finds the nearest file with a name, in the folder or above it. */
export async function upward(folder: string, name: string): Promise<string | undefined> {
  for (let current = folder; ; current = dirname(current)) {
    const file = join(current, name);
    if ((await stat(file).catch(() => undefined))?.isFile()) return file;
    if (dirname(current) === current) return undefined;
  }
}
