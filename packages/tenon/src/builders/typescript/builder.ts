import { type Builder, BuildStore, type Built, SharedBuilds } from "../../build/index.js";
import { scriptEntryMissing } from "../../errors/factories/script-build.js";
import { digestOfHex } from "../../runtime/digest.js";
import type { PackageChoice } from "../../runtime/package-choice.js";
import { buildScript } from "./build.js";
import { esbuild } from "./bundler/esbuild.js";
import { descriptor } from "./descriptor.js";
import { MemoryCache } from "./memory-cache.js";
import { withPinnedFiles } from "./pinned-files.js";
import type { BuiltScript } from "./script-build.js";
import { ScriptStore } from "./script-store.js";

export interface TypeScriptBuilderOptions {
  /** A folder that caches builds between runs. By default, they are only cached in memory. */
  readonly cacheFolder?: string | undefined;
}

/**
 * Makes the builder of JavaScript and TypeScript plugins. It reuses a build until an input changes, and runs concurrent
 * builds of the same entry once.
 */
export function createTypeScriptBuilder({ cacheFolder }: TypeScriptBuilderOptions = {}): Builder<"script"> {
  const memory = new MemoryCache();
  // The bundler cannot be stopped.
  const running = new SharedBuilds<Built<"script">>({ stops: false });
  const store = cacheFolder === undefined ? undefined : new BuildStore({ folder: cacheFolder, area: "typescript" });

  const make = async (entry: string, key: string, packages: PackageChoice | undefined): Promise<Built<"script">> => {
    const kept = await memory.get(key);
    if (kept !== undefined) return resultOf(kept, true);
    const disk = store && new ScriptStore(store, cacheFolder ?? "", await format());
    const stored = await disk?.get(key);
    const { built, states } = stored ?? (await buildScript(entry, packages));
    if (stored === undefined) await disk?.set(entry, key, built, states);
    const pinned = withPinnedFiles(built, states);
    memory.set(key, pinned, states);
    return resultOf(pinned, stored !== undefined);
  };

  return {
    kind: descriptor.kind,
    language: descriptor.language,
    entries: descriptor.entries,
    async recognise(artifact) {
      if (!descriptor.mayRecognise(artifact)) return undefined;
      return { confidence: 1, description: "TypeScript or JavaScript source" };
    },
    contract: async ({ manifest }) => manifest.contract,
    build: async ({ given, manifest: { entry, packages } }, options = {}) => {
      if (entry === undefined) throw scriptEntryMissing(given);
      const key = packages === undefined ? entry : `${entry}\n${JSON.stringify(packages)}`;
      return running.run(key, entry, options, () => make(entry, key, packages));
    },
  };
}

function resultOf(built: BuiltScript, cached: boolean): Built<"script"> {
  const digest = digestOfHex(built.fingerprint.slice("sha256:".length));
  return { ...built, kind: "script", digest, contract: undefined, toolchain: "esbuild", cached };
}

async function format(): Promise<string> {
  const { version } = await esbuild();
  return `11 esbuild ${version} node ${process.versions.node}`;
}
