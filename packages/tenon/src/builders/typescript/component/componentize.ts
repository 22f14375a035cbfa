import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { runCommand, temporaryIn, type Work } from "../../../build/index.js";
import type { TenonError } from "../../../errors/error.js";
import {
  componentizeFailed,
  componentizeMissing,
  componentTopLevelThrew,
} from "../../../errors/factories/script-build.js";
import { ownPackageFolders } from "../../../runtime/own-package.js";

const packageName = "@bytecodealliance/componentize-js";

/** The package that makes components from JavaScript. */
export interface ComponentizePackage {
  readonly version: string;
  /** URL of its module. */
  readonly url: string;
}

/**
 * Finds the optional package: where the plugin would import it from, or Tenon itself.
 *
 * @param home its folder, if that is known.
 * @throws TENON_PEER_MISSING
 */
export async function findComponentize(folder: string, home: string | undefined): Promise<ComponentizePackage> {
  const homes = home === undefined ? installed(folder) : [home];
  for (const each of homes) {
    const text = await readFile(join(each, "package.json"), "utf8").catch(() => undefined);
    if (text === undefined) continue;
    const { version, exports } = JSON.parse(text) as { version: string; exports?: { import?: string } };
    return { version, url: pathToFileURL(join(each, exports?.import ?? "src/componentize.js")).href };
  }
  throw componentizeMissing(packageName);
}

function installed(folder: string): readonly string[] {
  const ofPlugin = createRequire(join(folder, "plugin.js")).resolve.paths(packageName) ?? [];
  return [...ofPlugin, ...ownPackageFolders(packageName)].map((modules) => join(modules, packageName));
}

/** What a component is made from. */
export interface ComponentSource {
  /** One ES module. */
  readonly text: string;
  /** The world's files, by name. */
  readonly wit: Readonly<Record<string, string>>;
  readonly world: string;
  /** Features of the engine that are left out. */
  readonly without: readonly string[];
}

// Runs in its own process: the package blocks while its tools run, and could not be stopped otherwise.
const program = `const [url, order, out] = process.argv.slice(1);
const { componentize } = await import(url);
const { writeFileSync } = await import("node:fs");
try {
  writeFileSync(out, (await componentize(JSON.parse(order))).component);
} catch (error) {
  console.error(error?.message ?? error);
  process.exitCode = 1;
}`;

/**
 * Makes a component. The module's top level runs during this, in the engine's sandbox: the state that it leaves is part of
 * the component.
 *
 * @param subject for messages: the plugin's file.
 * @throws TENON_SOURCE_INVALID if the top level throws; TENON_TOOLCHAIN_FAILED
 */
export async function componentize(
  { url }: ComponentizePackage,
  { text, wit, world, without }: ComponentSource,
  subject: string,
  { folder, signal }: Work,
): Promise<Uint8Array> {
  const sourcePath = join(folder, "plugin.js");
  const out = join(folder, "plugin.wasm");
  await writeFile(sourcePath, text);
  for (const [name, content] of Object.entries(wit)) {
    const path = join(folder, "wit", name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }
  const order = { sourcePath, witPath: join(folder, "wit"), worldName: world, disableFeatures: without };
  const words = ["--input-type=module", "-e", program, url, JSON.stringify(order), out];
  const environment = { ...definedVariables(process.env), ...temporaryIn(folder) };
  const { code, stdout, stderr } = await runCommand(process.execPath, words, { folder, environment, signal });
  if (code !== 0) throw failure(`${stdout}\n${stderr}`, subject);
  return readFile(out);
}

function definedVariables(variables: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).filter((variable): variable is [string, string] => variable[1] !== undefined),
  );
}

function failure(output: string, subject: string): TenonError {
  const text = output.trim().slice(0, 4000);
  const thrown = /Exception while evaluating top-level script\s*(?<why>[\s\S]*)/.exec(text)?.groups?.why;
  if (thrown !== undefined) return componentTopLevelThrew(subject, thrown.trim());
  return componentizeFailed(packageName, subject, text);
}
