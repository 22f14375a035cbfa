import { createCModuleBuilder } from "../builders/c/index.js";
import { createGoModuleBuilder } from "../builders/go/index.js";
import { createRustModuleBuilder } from "../builders/rust/index.js";
import { createComponentBuilder } from "../builders/typescript/component/index.js";
import type { Contract } from "../contract/index.js";
import type { Artifact } from "../runtime/index.js";
import type { BuiltModule, ModuleBuilder, ModuleBuildOptions, SourceFile } from "../runtime/module-builder.js";
import { builderFor } from "../runtimes/wasm/recognise.js";

/** Where builders cache their results. */
export interface ModuleCache {
  /** Default: a folder in the user's cache. */
  readonly cacheFolder?: string | undefined;
}

/** Returns the builders that compile source to WebAssembly, in the order in which they are asked. */
export function moduleBuilders(cache: ModuleCache = {}): readonly ModuleBuilder[] {
  return [createGoModuleBuilder(cache), createRustModuleBuilder(cache), createCModuleBuilder(cache)];
}

/**
 * Builds source with the builder that recognises it; `undefined` if none does. Compiles TypeScript and JavaScript, which need
 * no build to be opened, to components.
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

/** Source that a builder recognises. */
export interface RecognisedSource {
  readonly description: string;
  /** The contract that it implements, found without building. */
  readonly contract: Contract | undefined;
}

/** Returns what source is and the contract that it implements; `undefined` if no builder recognises it. Builds nothing. */
export async function recognisedSource(artifact: Artifact): Promise<RecognisedSource | undefined> {
  const found =
    (await builderFor(artifact, moduleBuilders())) ?? (await builderFor(artifact, [createComponentBuilder({})]));
  if (found === undefined) return undefined;
  return { description: found.recognition.description, contract: await found.builder.contract(artifact) };
}

/** Returns the bindings of source, for editors; `undefined` if no builder recognises it. */
export async function moduleBindings(artifact: Artifact): Promise<readonly SourceFile[] | undefined> {
  const found = await builderFor(artifact, moduleBuilders());
  return found?.builder.bindings(artifact);
}
