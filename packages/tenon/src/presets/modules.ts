import { createCModuleBuilder } from "../builders/c/index.js";
import { createGoModuleBuilder } from "../builders/go/index.js";
import type { Artifact } from "../runtime/index.js";
import type { BuiltModule, ModuleBuilder, ModuleBuildOptions, SourceFile } from "../runtime/module-builder.js";
import { builderFor } from "../runtimes/wasm/recognise.js";

/** Where builders keep what they built. */
export interface ModuleCache {
  /** Default: a folder in the user's cache. */
  readonly cacheFolder?: string | undefined;
}

/** What makes WebAssembly of source, in the order in which they are asked. */
export function moduleBuilders(cache: ModuleCache = {}): readonly ModuleBuilder[] {
  return [createGoModuleBuilder(cache), createCModuleBuilder(cache)];
}

/** Builds source by the builder that understands it; `undefined` where none does. */
export async function buildModule(
  artifact: Artifact,
  options: ModuleBuildOptions & ModuleCache = {},
): Promise<BuiltModule | undefined> {
  const found = await builderFor(artifact, moduleBuilders(options));
  return found?.builder.build(artifact, options);
}

/** The bindings of source for editors; `undefined` where no builder understands it. */
export async function moduleBindings(artifact: Artifact): Promise<readonly SourceFile[] | undefined> {
  const found = await builderFor(artifact, moduleBuilders());
  return found?.builder.bindings(artifact);
}
