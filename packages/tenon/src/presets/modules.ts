import { createCModuleBuilder } from "../builders/c/index.js";
import { createGoModuleBuilder } from "../builders/go/index.js";
import { createRustModuleBuilder } from "../builders/rust/index.js";
import { createComponentBuilder } from "../builders/typescript/component/index.js";
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
  return [createGoModuleBuilder(cache), createRustModuleBuilder(cache), createCModuleBuilder(cache)];
}

/**
 * Builds source by the builder that understands it; `undefined` where none does. TypeScript and JavaScript, which open as
 * they are, become components here.
 */
export async function buildModule(
  artifact: Artifact,
  options: ModuleBuildOptions & ModuleCache = {},
): Promise<BuiltModule | undefined> {
  const builders = moduleBuilders(options);
  const found =
    (await builderFor(artifact, builders)) ?? (await builderFor(artifact, [createComponentBuilder(options)]));
  return found?.builder.build(artifact, options);
}

/** The bindings of source for editors; `undefined` where no builder understands it. */
export async function moduleBindings(artifact: Artifact): Promise<readonly SourceFile[] | undefined> {
  const found = await builderFor(artifact, moduleBuilders());
  return found?.builder.bindings(artifact);
}
