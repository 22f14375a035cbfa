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

/** Options of {@link moduleBuilders}. */
export interface ModuleBuildersOptions extends ModuleCache {
  /** Called with each step of a build that takes a while: `compiling 3 packages`. */
  readonly progress?: ((step: string) => void) | undefined;
}

/** Returns the builders that compile source to WebAssembly, in the order in which they are asked. */
export function moduleBuilders({ progress, ...cache }: ModuleBuildersOptions = {}): readonly ModuleBuilder[] {
  const builders = [createGoModuleBuilder(cache), createRustModuleBuilder(cache), createCModuleBuilder(cache)];
  return progress === undefined ? builders : builders.map((builder) => reporting(builder, progress));
}

/** The same builder, with a default for where it reports its steps. */
function reporting(builder: ModuleBuilder, progress: (step: string) => void): ModuleBuilder {
  return {
    language: builder.language,
    ...(builder.runsCode === undefined ? {} : { runsCode: builder.runsCode }),
    recognise: (artifact) => builder.recognise(artifact),
    contract: (artifact) => builder.contract(artifact),
    bindings: (artifact) => builder.bindings(artifact),
    build: (artifact, options = {}) => builder.build(artifact, { ...options, progress: options.progress ?? progress }),
  };
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
