import { isTenonError } from "../../errors/error.js";
import { scriptBuildStopped } from "../../errors/factories/script-build.js";
import type { BuiltScript, ScriptBuilder } from "../../runtime/script.js";
import { buildScript } from "./build.js";
import { DiskCache } from "./disk-cache.js";
import { esbuild } from "./esbuild.js";
import { MemoryCache } from "./memory-cache.js";

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

  const make = async (entry: string): Promise<BuiltScript> => {
    const kept = await memory.get(entry);
    if (kept !== undefined) return kept;
    const disk = cacheFolder === undefined ? undefined : await openDiskCache(cacheFolder);
    const stored = await disk?.get(entry);
    const { built, states } = stored ?? (await buildScript(entry));
    if (stored === undefined) await disk?.set(entry, built, states);
    memory.set(entry, built, states);
    return built;
  };

  return (entry, signal) => {
    let build = running.get(entry);
    if (build === undefined) {
      build = make(entry).finally(() => running.delete(entry));
      running.set(entry, build);
    }
    return signal === undefined ? build : untilAborted(build, signal, entry);
  };
}

async function openDiskCache(folder: string): Promise<DiskCache> {
  const { version } = await esbuild();
  return new DiskCache(folder, `1 esbuild ${version} node ${process.versions.node}`);
}

function untilAborted(build: Promise<BuiltScript>, signal: AbortSignal, entry: string): Promise<BuiltScript> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(isTenonError(signal.reason) ? signal.reason : scriptBuildStopped(entry, signal.reason));
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    void build.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
