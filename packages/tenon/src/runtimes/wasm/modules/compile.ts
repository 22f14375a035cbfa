import { basename } from "node:path";
import { noteDebugModule } from "../frames/debug-modules.js";
import { divideLimits, type Growth, type PluginLimits } from "../limits/growth.js";
import { instantiationsOf } from "../limits/instantiations.js";
import { importMemory } from "../limits/lent-memory.js";
import { limitModule } from "../limits/limit-module.js";
import { coreModulesOf } from "./core-modules.js";
import { compileModule, compileModuleSync } from "./engine.js";
import { fingerprintOf } from "./fingerprint.js";
import { nameModule } from "./module-name.js";
import { parseComponent, servesHttp } from "./parsed-component.js";
import type { CompiledModules, WasmPayload } from "./payload.js";

/** Returns the core modules of a plugin, in the order of the file. */
export function modulesOf({ kind, bytes }: WasmPayload): readonly Uint8Array[] {
  return kind === "component" ? coreModulesOf(parseComponent(bytes).component) : [bytes];
}

/** Compiled modules, kept as long as something uses them. */
const compiled = new Map<string, WeakRef<CompiledModules>>();
const forgotten = new FinalizationRegistry<string>((key) => {
  if (compiled.get(key)?.deref() === undefined) compiled.delete(key);
});

/**
 * Compiles every core module of a plugin, with limits on its memories and tables. All instances of equal files share the
 * compiled code.
 *
 * @throws TENON_WASM_INVALID, TENON_WASM_LIMIT
 */
export async function compileShared(payload: WasmPayload, limits: PluginLimits): Promise<CompiledModules> {
  const key = `${fingerprintOf(payload.bytes)} ${limits.memory} ${limits.table}`;
  const known = compiled.get(key)?.deref();
  if (known !== undefined) return known;
  const modules = await compileAll(payload, limits);
  compiled.set(key, new WeakRef(modules));
  forgotten.register(modules, key);
  return modules;
}

async function compileAll(payload: WasmPayload, limits: PluginLimits): Promise<CompiledModules> {
  const compiled = new Map<number, WebAssembly.Module>();
  const growth = growthOf(payload, limits);
  const modules = modulesOf(payload);
  for (const [index, bytes] of modules.entries()) {
    const named = nameModule(prepareModule(bytes, growth, payload), nameOf(payload, index));
    compiled.set(offsetIn(payload, bytes), await compileModule(named, payload.given));
  }
  return compiled;
}

/** Returns a function that finds compiled modules by their bytes. It compiles those that could not be sent to this thread. */
export function moduleFinder(payload: WasmPayload, compiled: CompiledModules | undefined, limits: PluginLimits) {
  const own = new Map(compiled);
  const noted = new Set<number>();
  let growth: Growth | undefined;
  let indexes: ReadonlyMap<number, number> | undefined;
  return (bytes: Uint8Array): WebAssembly.Module => {
    const offset = offsetIn(payload, bytes);
    let module = own.get(offset);
    if (module === undefined) {
      growth ??= growthOf(payload, limits);
      indexes ??= new Map(modulesOf(payload).map((each, index) => [offsetIn(payload, each), index]));
      const name = nameOf(payload, indexes.get(offset) ?? 0);
      module = compileModuleSync(nameModule(prepareModule(bytes, growth, payload), name), payload.given);
      own.set(offset, module);
    }
    if (!noted.has(offset)) noteDebugModule(module);
    noted.add(offset);
    return module;
  };
}

/** The plugin's file; for others than the first module of a component, with a number. */
function nameOf({ given }: WasmPayload, index: number): string {
  return index === 0 ? basename(given) : `${basename(given)}-${index + 1}`;
}

/** Limits a module. A component whose instances follow each other, one for each request, also gets its memories lent. */
function prepareModule(bytes: Uint8Array, growth: Growth, payload: WasmPayload): Uint8Array {
  const limited = limitModule(bytes, growth);
  return payload.kind === "component" && servesHttp(payload.bytes) ? importMemory(limited) : limited;
}

function growthOf(payload: WasmPayload, limits: PluginLimits): Growth {
  if (limits.memory === 0 && limits.table === 0) return { memory: undefined, table: undefined };
  const { kind, bytes, given } = payload;
  if (kind !== "component") return divideLimits([{ bytes, instances: 1 }], limits, given);
  const modules = [...instantiationsOf(parseComponent(bytes).component)].map(([bytes, instances]) => ({
    bytes,
    instances,
  }));
  return divideLimits(modules, limits, given);
}

function offsetIn(payload: WasmPayload, part: Uint8Array): number {
  return part.byteOffset - payload.bytes.byteOffset;
}
