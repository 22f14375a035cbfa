import { readFileSync, statSync } from "node:fs";
import { isBuiltin } from "node:module";
import { basename, dirname, extname, join, parse } from "node:path";
import type { BuildResult, Metafile } from "esbuild";
import type { PackageChoice } from "../../runtime/package-choice.js";
import { type ReadFile, readRegularFileSync } from "../../runtime/regular-file.js";
import type { ExternalModule } from "../../runtime/script.js";
import type { Build } from "./build.js";
import { builtScript, plainScript } from "./built-script.js";
import { esbuild } from "./bundler/esbuild.js";
import { mayHaveDecorators } from "./decorator-metadata.js";
import { stateOf } from "./files/file-state.js";
import { type Lookup, lookupStates } from "./lookups.js";
import { type FileNotes, loaders, newNotes, withOwnMeta } from "./module-files.js";
import { withSharedGetters } from "./namespaces.js";
import { type ExternalNotes, externalModule, externalNotes, kinds } from "./packages/external-packages.js";
import { knownLibrary } from "./packages/library-imports.js";
import { plainModule, type Target } from "./plain-module.js";
import { scriptOptions } from "./script-options.js";
import { workerFiles } from "./worker-files.js";

const largest = 256 * 1024;
/** Every import and more: what is in a comment or string counts as well. */
const imports =
  /\b(?<how>from|import|import\s*\(|require\s*\()\s*(?:"(?<double>[^"\n]*)"|'(?<single>[^'\n]*)'|`(?<back>[^`\n]*)`)/g;
/** What a tsconfig.json says about where imports lead, or where to find more. */
const redirects = /"(?:paths|baseUrl|extends)"/;

/** What a specifier is replaced by, and how the file imports it. */
type Replacements = Map<string, { readonly token: string; readonly kind: ExternalModule["kind"] }>;

/**
 * Builds a plugin that is one file, if everything that it imports is known already: Node's modules, packages that are not
 * bundled, and libraries that another plugin was built with. The bundler then needs not look at the disk nor ask back for
 * anything. Returns `undefined` if that is not so, or if anything is wrong with the file: the script is then built as any other.
 */
export async function buildSingleFile(entry: string, packages: PackageChoice): Promise<Build | undefined> {
  const folder = dirname(entry);
  const loader = loaders[extname(entry)];
  if (loader !== "js" && loader !== "ts") return undefined;
  let file: ReadFile;
  try {
    file = readRegularFileSync(entry, largest);
  } catch {
    return undefined;
  }
  const text = file.content.toString("utf8").replace(/^\uFEFF/, "");
  if (workerFiles(entry, text).length > 0 || (loader === "ts" && mayHaveDecorators(text))) return undefined;
  const [notes, external] = [newNotes(), externalNotes()];
  notes.states.set(entry, stateOf(file.stats, file.content));
  try {
    const lookups: Lookup[] = [];
    const replacements = await replaced(text, entry, packages, notes, external, lookups);
    const configuration = replacements && configurationOf(folder);
    if (replacements === undefined || configuration === undefined) return undefined;
    const settings = lookupStates(notes.states, lookups);
    const states = async () => new Map([...(await settings), ...external.packages.states, ...notes.states]);
    const module = loader === "js" ? plainModule(text, targets(entry, external, replacements)) : undefined;
    if (module !== undefined) return { built: plainScript(entry, module, notes, replacements), states: await states() };
    const { build } = await esbuild();
    const { contents, shift } = withOwnMeta(entry, text);
    if (shift > 0) notes.shifts.set(entry, shift);
    const result: BuildResult<{ write: false; metafile: true }> = await build({
      ...scriptOptions(parse(folder).root),
      // With any, the bundler makes its table of several hundred known names again for each build.
      define: shift > 0 || text.includes("\\u") ? scriptOptions(folder).define : {},
      stdin: { contents, loader, sourcefile: nameFor(entry, external) },
      external: ["*"],
      alias: Object.fromEntries([...replacements].map(([specifier, { token }]) => [specifier, token])),
      ...(loader === "ts" && configuration.path !== undefined
        ? { tsconfig: configuration.path }
        : { tsconfigRaw: "{}" }),
    });
    if (result.warnings.length > 0 || !isAsExpected(result, replacements)) return undefined;
    const built = builtScript({ entry, result, notes, external, sourceOf: () => entry });
    return { built, states: await states() };
  } catch {
    return undefined;
  }
}

/** Finds what stands for each import. Returns `undefined` if one has to be bundled, or may have to be. */
async function replaced(
  text: string,
  entry: string,
  choice: PackageChoice,
  notes: FileNotes,
  { modules, packages }: ExternalNotes,
  lookups: Lookup[],
): Promise<Replacements | undefined> {
  const replacements: Replacements = new Map();
  for (const { groups: { how = "", double, single, back } = {} } of text.matchAll(imports)) {
    const specifier = double ?? single ?? back ?? "";
    if (isBuiltin(specifier)) continue;
    if (!/^[@a-z]/i.test(specifier) || /[\\:#?]/.test(specifier) || /^tenon(?:\/|$)/.test(specifier)) return undefined;
    const kind = how.startsWith("require") ? "require" : how.endsWith("(") ? "dynamic" : "import";
    const known = replacements.get(specifier);
    if (known !== undefined && known.kind !== kind) return undefined;
    if (known !== undefined) continue;
    const request = { specifier, kind, from: entry } as const;
    const module = externalModule(request, choice, packages);
    if (module !== undefined) modules.set(module.token, module);
    const library = module === undefined ? await knownLibrary(request, packages) : undefined;
    if (library !== undefined) {
      notes.states.set(library.path, library.state);
      notes.libraries.set(library.library.token, library.library);
    }
    const token = module?.token ?? library?.library.token;
    if (token === undefined) return undefined;
    replacements.set(specifier, { token, kind });
    lookups.push({ specifier, from: entry, found: library?.path });
  }
  return replacements;
}

/** Whether the bundler found the imports that were looked for, and no others. */
function isAsExpected(
  {
    metafile,
    outputFiles,
  }: { readonly metafile: Metafile; readonly outputFiles: readonly { readonly text: string }[] },
  replacements: Replacements,
): boolean {
  const expected = new Map([...replacements.values()].map(({ token, kind }) => [token, kind]));
  const [input, ...others] = Object.values(metafile.inputs);
  if (input === undefined || others.length > 0) return false;
  const areKnown = input.imports.every(
    ({ path, kind }) => isBuiltin(path) || (kinds[kind] !== undefined && expected.get(path) === kinds[kind]),
  );
  // Without it, the default export of an external module is not what the plugin's file would get.
  const isShared = input.imports.length === 0 || outputFiles.some(({ text }) => withSharedGetters(text) !== undefined);
  return areKnown && isShared;
}

/**
 * Returns the name that tells the bundler whether an ES module is one for Node as well. It appears in a comment only.
 */
function nameFor(entry: string, external: ExternalNotes): string {
  const extension = extname(entry);
  return `${basename(entry, extension)}${isNodeModule(entry, external) ? ".m" : "."}${extension.replace(/^\.m?/, "")}`;
}

function isNodeModule(entry: string, { packages }: ExternalNotes): boolean {
  const extension = extname(entry);
  return (
    extension.startsWith(".m") || (extension[1] !== "c" && packages.around(dirname(entry))?.fields.type === "module")
  );
}

/** Says what the imports of a plain module lead to. Modules that Node loads may be ES modules, whose exports may change later. */
function targets(entry: string, external: ExternalNotes, replacements: Replacements) {
  let isNode: boolean | undefined;
  return (specifier: string): Target | undefined => {
    if (isBuiltin(specifier)) return { token: specifier, mayBeConverted: false };
    const found = replacements.get(specifier);
    if (found?.kind !== "import" || external.modules.has(found.token)) return undefined;
    return { token: found.token, mayBeConverted: !(isNode ??= isNodeModule(entry, external)) };
  };
}

/** Returns the nearest tsconfig.json, or `undefined` if it may say where imports lead. */
function configurationOf(folder: string): { readonly path: string | undefined } | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const path = join(at, "tsconfig.json");
    if (statSync(path, { throwIfNoEntry: false })?.isFile())
      return redirects.test(readFileSync(path, "utf8")) ? undefined : { path };
    if (dirname(at) === at) return { path: undefined };
  }
}
