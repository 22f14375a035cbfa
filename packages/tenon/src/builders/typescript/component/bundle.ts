import { builtinModules, isBuiltin } from "node:module";
import { dirname, isAbsolute, relative, resolve } from "node:path";
import type { BuildOptions, BuildResult, Metafile, Plugin } from "esbuild";
import { errors } from "../../../errors/index.js";
import { buildError } from "../messages.js";
import { isOwnFile, ownPackage } from "../resolution.js";
import type { Entry } from "./entry.js";

/** How messages of the bundler would call the module that stands around the plugin. */
const entryName = "component.js";

export interface Bundle {
  /** One ES module, which imports what the component's world offers and nothing else. */
  readonly text: string;
  /** Absolute paths of the plugin's own files that went into it. */
  readonly inputs: readonly string[];
}

/**
 * Bundles a plugin for a component: with all that it imports, and without anything of Node.
 *
 * @param path the plugin's file.
 * @throws TENON_SYNTAX, TENON_BUILD_FAILED
 */
export async function bundleForComponent(path: string, { source, external }: Entry): Promise<Bundle> {
  const { build } = await import("esbuild");
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
  expectNothingForeign(inputs, Object.values(outputs)[0], new Set(external), folder);
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

/** What the world imports is left to the component, also where the plugin's own files import it. */
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

/** Node's own modules vanish where nothing of them is used, as in the contract layer. What is left of them is refused. */
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

function expectNothingForeign(
  inputs: Metafile["inputs"],
  output: Metafile["outputs"][string] | undefined,
  offered: ReadonlySet<string>,
  folder: string,
): void {
  const foreign = output?.imports.find(({ path }) => !offered.has(path) && !/^(?:wasi:|tenon:guest\/)/.test(path));
  if (foreign === undefined) return;
  const [importer = "the plugin"] =
    Object.entries(inputs).find(([, { imports }]) => imports.some(({ path }) => path === foreign.path)) ?? [];
  throw errors.TENON_BUILD_FAILED({
    message: `${isAbsolute(importer) ? relative(folder, importer) : importer} imports ${foreign.path}, which a component does not have`,
    subject: foreign.path,
    fix: { text: "Use what JavaScript and the web offer (fetch, crypto, TextEncoder), or open the plugin as source." },
  });
}
