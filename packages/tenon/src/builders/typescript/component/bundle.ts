import { builtinModules, isBuiltin } from "node:module";
import { dirname, isAbsolute, relative, resolve } from "node:path";
import type { BuildOptions, BuildResult, Metafile, Plugin } from "esbuild";
import { componentImportUnsupported } from "../../../errors/factories/script-build.js";
import { esbuild } from "../bundler/esbuild.js";
import { isOwnFile, ownPackage } from "../bundler/resolution.js";
import { buildError } from "../messages.js";
import type { Entry } from "./entry.js";

/** The name of the generated entry module in the bundler's messages. */
const entryName = "component.js";

export interface Bundle {
  /** One ES module that only imports what the component's world provides. */
  readonly text: string;
  /** Absolute paths of the plugin's own files that went into it. */
  readonly inputs: readonly string[];
}

/**
 * Bundles a plugin and everything that it imports for a component, without any of Node's modules.
 *
 * @param path the plugin's file.
 * @throws TENON_SYNTAX, TENON_BUILD_FAILED
 */
export async function bundleForComponent(path: string, { source, external }: Entry): Promise<Bundle> {
  const { build } = await esbuild();
  const folder = dirname(path);
  let result: BuildResult<{ write: false; metafile: true }>;
  try {
    const plugins = [worldModules(new Set(external)), nodeModules(), ownPackage()];
    result = await build({
      ...options(folder),
      stdin: { contents: source, resolveDir: folder, sourcefile: entryName, loader: "js" },
      plugins,
    });
  } catch (cause) {
    throw buildError(cause, folder, new Map());
  }
  const { inputs, outputs } = result.metafile;
  expectNoForeignImport(inputs, Object.values(outputs)[0], new Set(external), folder);
  const files = Object.keys(inputs)
    .filter((name) => !/^[\w-]{2,}:/.test(name) && name !== entryName)
    .map((name) => resolve(folder, name));
  return { text: result.outputFiles[0]?.text ?? "", inputs: files.filter((file) => !isOwnFile(file)) };
}

function options(folder: string) {
  return {
    absWorkingDir: folder,
    bundle: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: "neutral",
    conditions: ["module"],
    mainFields: ["module", "main"],
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    logLevel: "silent",
  } as const satisfies BuildOptions;
}

/** Leaves the world's imports to the component, also if the plugin's own files import them. */
function worldModules(names: ReadonlySet<string>): Plugin {
  return {
    name: "tenon-world-modules",
    setup(build) {
      build.onResolve({ filter: /^[^./]/ }, ({ path }) =>
        names.has(path) || /^(?:wasi:|tenon:guest\/)/.test(path)
          ? { path, external: true, sideEffects: false }
          : undefined,
      );
    },
  };
}

/** Lets the bundler drop imports of Node's modules that are not used, as in the contract layer. Used ones are rejected later. */
function nodeModules(): Plugin {
  const filter = new RegExp(`^(?:node:.*|${builtinModules.join("|")})$`);
  return {
    name: "tenon-node-modules",
    setup(build) {
      build.onResolve({ filter }, ({ path }) =>
        isBuiltin(path) ? { path, external: true, sideEffects: false } : undefined,
      );
    },
  };
}

function expectNoForeignImport(
  inputs: Metafile["inputs"],
  output: Metafile["outputs"][string] | undefined,
  offered: ReadonlySet<string>,
  folder: string,
): void {
  const foreign = output?.imports.find(({ path }) => !offered.has(path) && !/^(?:wasi:|tenon:guest\/)/.test(path));
  if (foreign === undefined) return;
  const [importer = "the plugin"] =
    Object.entries(inputs).find(([, { imports }]) => imports.some(({ path }) => path === foreign.path)) ?? [];
  throw componentImportUnsupported(isAbsolute(importer) ? relative(folder, importer) : importer, foreign.path);
}
