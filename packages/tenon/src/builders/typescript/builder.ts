import { isTenonError } from "../../errors/error.js";
import { buildStopped } from "../../errors/factories/module-build.js";
import type { PackageChoice } from "../../runtime/package-choice.js";
import type { BuiltScript, ScriptBuilder } from "../../runtime/script.js";
import { buildScript } from "./build.js";
import { DiskCache } from "./disk-cache.js";
import { esbuild } from "./esbuild.js";
import { MemoryCache } from "./memory-cache.js";
import { withPinnedFiles } from "./pinned-files.js";

export interface TypeScriptBuilderOptions {
  /** A folder that caches builds between runs. By default, they are only cached in memory. */
  readonly cacheFolder?: string;
}

/**
 * Makes the builder of JavaScript and TypeScript plugins. It reuses a build until an input changes, and runs concurrent
 * builds of the same entry once.
 */
export function createTypeScriptBuilder({ cacheFolder }: TypeScriptBuilderOptions = {}): ScriptBuilder {
  const memory = new MemoryCache();
  const running = new Map<string, Promise<BuiltScript>>();

  const make = async (entry: string, key: string, packages: PackageChoice | undefined): Promise<BuiltScript> => {
    const kept = await memory.get(key);
    if (kept !== undefined) return kept;
    const disk = cacheFolder === undefined ? undefined : await openDiskCache(cacheFolder);
    const stored = await disk?.get(entry, key);
    const { built, states } = stored ?? (await buildScript(entry, packages));
    if (stored === undefined) await disk?.set(entry, key, built, states);
    const pinned = withPinnedFiles(built, states);
    memory.set(key, pinned, states);
    return pinned;
  };

  return (entry, signal, packages) => {
    const key = packages === undefined ? entry : `${entry}\n${JSON.stringify(packages)}`;
    let build = running.get(key);
    if (build === undefined) {
      build = make(entry, key, packages).finally(() => running.delete(key));
      running.set(key, build);
    }
    return signal === undefined ? build : untilAborted(build, signal, entry);
  };
}

async function openDiskCache(folder: string): Promise<DiskCache> {
  const { version } = await esbuild();
  return new DiskCache(folder, `10 esbuild ${version} node ${process.versions.node}`);
}

function untilAborted(build: Promise<BuiltScript>, signal: AbortSignal, entry: string): Promise<BuiltScript> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(isTenonError(signal.reason) ? signal.reason : buildStopped(entry, signal.reason));
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    void build.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
